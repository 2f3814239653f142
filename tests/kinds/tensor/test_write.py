"""Tensors have torch's bytes where torch's are right, and the format's where they are not."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util import tensor_util

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.kinds.tensor.decode import decode_tensor
from sightline.kinds.tensor.schema import MAX_BYTES
from sightline.kinds.tensor.write import encode_tensor
from sightline.writer.argument import as_array

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

RIGHT_IN_TORCH = [torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool]
RIGHT_IN_TORCH += [torch.complex64, torch.complex128]
WRONG_IN_TORCH = [torch.float16, torch.bfloat16, torch.uint8]
REFUSED_BY_TORCH = [torch.uint16, torch.uint32, torch.uint64, torch.float8_e5m2, torch.float8_e4m3fn]
REFUSED_BY_TORCH += [torch.float8_e4m3fnuz, torch.float8_e5m2fnuz]
SHAPES = [(), (1,), (0,), (3, 4), (2, 1, 3)]


def tensor_of(dtype: torch.dtype, shape: tuple[int, ...]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(len(shape))
    if dtype.is_complex:
        return torch.randn(shape, dtype=dtype, generator=generator)
    return (torch.randn(shape, generator=generator) * 10).abs().to(dtype)


def ours(tensor: torch.Tensor) -> Any:
    value = encode_tensor("weights", as_array(tensor, "tensor"), str(tensor.dtype))
    return Summary.Value.FromString(value.SerializeToString())


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", RIGHT_IN_TORCH, ids=str)
def test_the_bytes_are_torchs(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = tensor_of(dtype, shape)
    want = torch_summary.tensor_proto("weights", tensor).value[0]
    value = encode_tensor("weights", as_array(tensor, "tensor"), str(dtype))
    assert value.SerializeToString() == want.SerializeToString(deterministic=True)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if 0 not in shape], ids=str)
@pytest.mark.parametrize("dtype", WRONG_IN_TORCH, ids=str)
def test_what_torch_writes_wrongly_is_torchs_but_for_the_list_and_is_read_by_tensorboard(
    dtype: torch.dtype, shape: tuple[int, ...]
) -> None:
    tensor = tensor_of(dtype, shape)
    want, got = torch_summary.tensor_proto("weights", tensor).value[0], ours(tensor)
    if dtype != torch.bfloat16:  # which TensorBoard's reader has only together with TensorFlow
        np.testing.assert_array_equal(tensor_util.make_ndarray(got.tensor), tensor.numpy())
    for value in (want, got):
        for name in ("half_val", "int_val", "uint32_val"):
            value.tensor.ClearField(name)
    assert got == want


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", RIGHT_IN_TORCH + WRONG_IN_TORCH + REFUSED_BY_TORCH, ids=str)
def test_every_element_type_reads_back_exactly(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = tensor_of(dtype, shape)
    array = as_array(tensor, "tensor")
    again = decode_tensor(encode_tensor("x", array, str(dtype)))
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(again, array)


def test_narrow_types_take_their_own_bytes() -> None:
    tensor = torch.randn(1000)
    sizes = {
        dtype: len(encode_tensor("x", as_array(tensor.to(dtype), "tensor"), str(dtype)).SerializeToString())
        for dtype in (torch.float32, torch.bfloat16, torch.float8_e5m2)
    }
    assert sizes[torch.float32] > 4000 > 3100 > sizes[torch.bfloat16] > 2000 > 1100 > sizes[torch.float8_e5m2]


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
def test_types_that_the_format_has_not_are_widened() -> None:
    for tensor, want in (
        (torch.tensor([1 + 2j, -0.5j]).to(torch.complex32), np.array([1 + 2j, -0.5j], np.complex64)),
        (torch.tensor([0.5, 4.0]).to(torch.float8_e8m0fnu), np.array([0.5, 4.0], np.float32)),
    ):
        again = decode_tensor(encode_tensor("x", as_array(tensor, "tensor"), str(tensor.dtype)))
        np.testing.assert_array_equal(again, want, strict=True)


numbers = arrays.arrays(
    st.sampled_from(["bool", "int8", "uint16", "int64", "uint64", "float16", "float32", "float64", "complex64"]),
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


@given(numbers, st.text(st.characters(exclude_categories=["Cs"])))
def test_any_array_reads_back_exactly(array: Any, tag: str) -> None:
    again = decode_tensor(encode_tensor(tag, array))
    np.testing.assert_array_equal(again, array, strict=True)


def test_more_than_a_protocol_buffer_holds_is_refused_before_it_is_built() -> None:
    huge = np.broadcast_to(np.float32(0), (MAX_BYTES // 4,))
    with pytest.raises(ArgumentError, match="got 2147483648 bytes, want less"):
        encode_tensor("x", huge)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="want numbers or booleans"):
        encode_tensor("x", np.array(["a"]))
