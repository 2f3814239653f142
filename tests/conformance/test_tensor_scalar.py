"""Scalars that were written as tensors: every dtype, both forms, against NumPy, PyTorch and TensorBoard."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.util.tensor_util import make_ndarray, make_tensor_proto

from sightline.format.event import DataType

NUMPY: dict[int, Any] = {
    DataType.FLOAT: np.float32,
    DataType.DOUBLE: np.float64,
    DataType.INT32: np.int32,
    DataType.UINT8: np.uint8,
    DataType.INT16: np.int16,
    DataType.INT8: np.int8,
    DataType.INT64: np.int64,
    DataType.BOOL: np.bool_,
    DataType.UINT16: np.uint16,
    DataType.HALF: np.float16,
    DataType.UINT32: np.uint32,
    DataType.UINT64: np.uint64,
    DataType.QINT8: np.int8,
    DataType.QUINT8: np.uint8,
    DataType.QINT32: np.int32,
    DataType.QINT16: np.int16,
    DataType.QUINT16: np.uint16,
}
TORCH = {
    DataType.BFLOAT16: torch.bfloat16,
    DataType.FLOAT8_E5M2: torch.float8_e5m2,
    DataType.FLOAT8_E4M3FN: torch.float8_e4m3fn,
    DataType.FLOAT8_E4M3FNUZ: torch.float8_e4m3fnuz,
    DataType.FLOAT8_E5M2FNUZ: torch.float8_e5m2fnuz,
}


def by_others(dtype: int, pattern: bytes) -> float:
    """One element's bytes as NumPy or PyTorch read them; the rest by definition."""
    if dtype in NUMPY:
        return float(np.frombuffer(pattern, NUMPY[dtype])[0].item())
    if dtype in TORCH:
        return float(torch.frombuffer(bytearray(pattern), dtype=TORCH[DataType(dtype)]).double().item())
    if dtype == DataType.FLOAT8_E4M3B11FNUZ:  # bias 11 in place of 8
        return by_others(DataType.FLOAT8_E4M3FNUZ, pattern) / 8
    bits = 4 if dtype in (DataType.INT4, DataType.UINT4) else 2
    low = pattern[0] % 2**bits
    return float(low - 2**bits if dtype in (DataType.INT4, DataType.INT2) and low >= 2 ** (bits - 1) else low)


NARROW = (DataType.FLOAT8_E4M3B11FNUZ, DataType.INT4, DataType.UINT4, DataType.INT2, DataType.UINT2)
BYTES: dict[int, int] = (
    {dtype: np.dtype(each).itemsize for dtype, each in NUMPY.items()}
    | {dtype: each.itemsize for dtype, each in TORCH.items()}
    | dict.fromkeys(NARROW, 1)
)


def number(tools: Any, kernel: Any, tensor: TensorProto, plugin: str = "scalars") -> str | None:
    """What a kernel reads from a tensor, as text (NaN is equal to nothing); None when it is kept as an item."""
    value = Summary.Value(tag="t", tensor=tensor)
    value.metadata.plugin_data.plugin_name = plugin
    event = Event(step=1, summary=Summary(value=[value]))
    found = tools.read(kernel, tools.python.frame(event.SerializeToString()))
    assert not found.damage
    assert len(found.items) + len(found.points) == 1
    return found.points[b"t", 8][0][2] if found.points else None


@pytest.mark.parametrize("dtype", BYTES, ids=lambda dtype: DataType(dtype).name)
def test_every_element_of_every_dtype_by_its_content(kernel: Any, tools: Any, dtype: int) -> None:
    size = BYTES[dtype]
    if size == 1:
        patterns = [bytes([byte]) for byte in range(2 if dtype == DataType.BOOL else 256)]
    else:
        edge = [0, 1, 2, 1 << (8 * size - 1), (1 << 8 * size) - 1]
        generator = np.random.default_rng(dtype)
        patterns = [each.to_bytes(size, "little") for each in edge] + [generator.bytes(size) for _ in range(100)]
    for pattern in patterns:
        for each in (dtype, dtype + 100):  # the "_REF" twin
            tensor = TensorProto(dtype=each, tensor_content=pattern)
            assert number(tools, kernel, tensor) == repr(by_others(dtype, pattern)), pattern


NUMBERS: dict[Any, list[Any]] = {
    np.float32: [0.0, -0.0, 1.5, -3.25, np.inf, -np.inf, np.nan, 3e38],
    np.float64: [0.1, -1e300, np.nan, np.inf],
    np.int32: [0, 1, -1, 2**31 - 1, -(2**31)],
    np.int64: [0, 1, -1, 2**63 - 1, -(2**63), 2**53 + 1],
    np.uint8: [0, 255],
    np.int8: [-128, 127],
    np.int16: [-(2**15), 2**15 - 1],
    np.uint16: [2**16 - 1],
    np.uint32: [2**32 - 1],
    np.uint64: [2**64 - 1, 2**63, 1],
    np.bool_: [True, False],
    np.float16: [0.0, -0.0, 1.5, 65504.0, 6e-8, np.inf, -np.inf, np.nan],
}


@pytest.mark.parametrize("numpy_dtype", NUMBERS, ids=lambda dtype: dtype.__name__)
def test_lists_as_tensorboard_writes_them(kernel: Any, tools: Any, numpy_dtype: Any) -> None:
    for value in NUMBERS[numpy_dtype]:
        for shape in ((), (1,), (1, 1)):
            array = np.full(shape, value, numpy_dtype)
            dtype = next(each for each, known in NUMPY.items() if known is numpy_dtype)
            if numpy_dtype in (np.uint16, np.uint32, np.uint64):
                tensor = TensorProto(dtype=dtype)
                field = {np.uint16: "int_val", np.uint32: "uint32_val", np.uint64: "uint64_val"}[numpy_dtype]
                getattr(tensor, field).append(value)
            else:
                tensor = make_tensor_proto(array)
                assert repr(float(make_ndarray(tensor).item())) == repr(float(array.item()))
            assert number(tools, kernel, tensor) == repr(float(array.item()))


def test_bfloat16_in_a_list(kernel: Any, tools: Any) -> None:
    for value in (1.5, -2.0, 3e38, float("inf"), float("nan")):
        tensor = torch.tensor([value], dtype=torch.bfloat16)
        bits = int(tensor.view(torch.int16).item()) & 0xFFFF
        assert number(tools, kernel, TensorProto(dtype=DataType.BFLOAT16, half_val=[bits])) == repr(float(tensor))


def test_torchs_half_holds_a_float32(kernel: Any, tools: Any) -> None:
    (bits,) = struct.unpack("<I", struct.pack("<f", 0.1))
    for dtype in (DataType.HALF, DataType.BFLOAT16):
        want = repr(float(np.float32(0.1)))
        assert number(tools, kernel, TensorProto(dtype=dtype, half_val=[bits])) == want


def test_the_first_of_several_values_counts_and_none_is_zero(kernel: Any, tools: Any) -> None:
    assert number(tools, kernel, TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[2.5, 3.5])) == "2.5"
    assert number(tools, kernel, TensorProto(dtype=types_pb2.DT_INT64)) == "0.0"


def test_content_overrides_a_list(kernel: Any, tools: Any) -> None:
    tensor = TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[2.5], tensor_content=struct.pack("<f", 1.5))
    assert number(tools, kernel, tensor) == "1.5"


def test_lists_that_are_not_packed(kernel: Any, tools: Any) -> None:
    raw = b"\x08\x01" + b"\x2d" + struct.pack("<f", 7.5) + b"\x2d" + struct.pack("<f", 8.5)
    assert number(tools, kernel, TensorProto.FromString(raw)) == "7.5"
    value = b"\x0a\x01t\x42" + bytes([len(raw)]) + raw + b"\x4a\x0b\x0a\x09\x0a\x07scalars"
    payload = b"\x2a" + bytes([len(value) + 2]) + b"\x0a" + bytes([len(value)]) + value
    found = tools.read(kernel, tools.python.frame(payload))
    assert found.points == {(b"t", 8): [(0, "0.0", "7.5")]}


def tensor(dtype: int, **values: Any) -> TensorProto:
    return TensorProto(dtype=dtype, **values)


@pytest.mark.parametrize(
    "other",
    [
        make_tensor_proto(np.zeros(2, np.float32)),
        make_tensor_proto(np.zeros(0, np.float32)),
        make_tensor_proto("text"),
        make_tensor_proto(np.complex64(1)),
        tensor(0, float_val=[1]),
        tensor(DataType.FLOAT4_E2M1FN, tensor_content=b"\x01"),
        tensor(types_pb2.DT_FLOAT, tensor_content=b"\x00" * 8),
        tensor(types_pb2.DT_DOUBLE, tensor_content=b"\x00" * 4),
        TensorProto.FromString(b"\x08\x01\x12\x02\x18\x01"),  # unknown rank
        TensorProto.FromString(b"\x08\x01\x12\x0d\x12\x0b\x08" + b"\xff" * 9 + b"\x01"),  # unknown size
    ],
    ids=range(10),
)
def test_what_is_no_single_number_is_kept_as_an_item(kernel: Any, tools: Any, other: TensorProto) -> None:
    assert number(tools, kernel, other) is None


def test_tensors_of_other_plugins_are_items(kernel: Any, tools: Any) -> None:
    for plugin in ("text", "", "scalar"):
        assert number(tools, kernel, make_tensor_proto(np.float32(1)), plugin) is None


def test_metadata_with_the_first_value_is_enough(kernel: Any, tools: Any) -> None:
    data = b""
    for step in range(3):
        value = Summary.Value(tag="t", tensor=make_tensor_proto(np.float32(step)))
        if step == 0:
            value.metadata.plugin_data.plugin_name = "scalars"
        data += tools.python.frame(Event(step=step, summary=Summary(value=[value])).SerializeToString())
    found = tools.read(kernel, data, range(len(data)))
    assert [(step, value) for step, _, value in found.points[b"t", 8]] == [(0, "0.0"), (1, "1.0"), (2, "2.0")]


@given(st.binary(max_size=50), st.sampled_from([b"", *(b"\x08" + bytes([dtype]) for dtype in BYTES)]))
def test_any_tensor_at_all_is_read_alike(tools: Any, content: bytes, dtype: bytes) -> None:
    raw = dtype + content
    value = b"\x0a\x01t\x42" + bytes([len(raw)]) + raw + b"\x4a\x0b\x0a\x09\x0a\x07scalars"
    payload = b"\x2a" + bytes([len(value) + 2]) + b"\x0a" + bytes([len(value)]) + value
    first, *others = (tools.read(kernel, tools.python.frame(payload)) for kernel in tools.kernels)
    assert all(other == first for other in others)
