"""Arrays of every element type and form; NumPy, ml_dtypes, torch and TensorBoard's tensor_util are the oracles."""

from __future__ import annotations

import importlib
import math
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import tensor_pb2
from tensorboard.util import tensor_util

from sightline.errors import ArgumentError, ArgumentTypeError, MalformedMessage
from sightline.format.event import DataType, Dim, TensorProto, TensorShapeProto
from sightline.format.tensor import MAX_REPEATED, MAX_REPEATED_STRINGS, decode_array, encode_array, foreign_dtype
from sightline.format.tensor_scalar import tensor_scalar

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

PLAIN = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32"]
PLAIN += ["float64", "complex64", "complex128"]
BY_ML_DTYPES: dict[int, Any] = {
    DataType.BFLOAT16: ml_dtypes.bfloat16,
    DataType.FLOAT8_E5M2: ml_dtypes.float8_e5m2,
    DataType.FLOAT8_E4M3FN: ml_dtypes.float8_e4m3fn,
    DataType.FLOAT8_E4M3FNUZ: ml_dtypes.float8_e4m3fnuz,
    DataType.FLOAT8_E4M3B11FNUZ: ml_dtypes.float8_e4m3b11fnuz,
    DataType.FLOAT8_E5M2FNUZ: ml_dtypes.float8_e5m2fnuz,
    DataType.FLOAT4_E2M1FN: ml_dtypes.float4_e2m1fn,
    DataType.INT4: ml_dtypes.int4,
    DataType.UINT4: ml_dtypes.uint4,
    DataType.INT2: ml_dtypes.int2,
    DataType.UINT2: ml_dtypes.uint2,
}
QUANTISED = {
    DataType.QINT8: np.int8,
    DataType.QUINT8: np.uint8,
    DataType.QINT16: np.int16,
    DataType.QUINT16: np.uint16,
    DataType.QINT32: np.int32,
}


def shape_of(*sizes: int) -> TensorShapeProto:
    return TensorShapeProto(dim=[Dim(size=size) for size in sizes])


def ours(theirs: Any) -> TensorProto:
    return TensorProto.FromString(theirs.SerializeToString())


def theirs(tensor: TensorProto) -> Any:
    return tensor_pb2.TensorProto.FromString(tensor.SerializeToString())


def numbers(dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    generator = np.random.default_rng(len(dtype) + len(shape))
    kind = np.dtype(dtype).kind
    if kind == "b":
        return generator.integers(0, 2, shape).astype(bool)
    if kind in "iu":
        info = np.iinfo(dtype)
        array = generator.integers(info.min, info.max, shape, dtype, endpoint=True)
        if array.size > 1:
            array.flat[0], array.flat[1] = info.min, info.max
        return array
    array = generator.normal(size=shape) * 100
    if array.size > 3:
        array.flat[:4] = [np.nan, np.inf, -np.inf, -0.0]
    if kind == "c":
        array = np.stack([array, array[::-1] if shape else array], axis=-1).view(complex)[..., 0]
    return array.astype(dtype)


SHAPES: list[tuple[int, ...]] = [(), (1,), (7,), (2, 3), (4, 1, 3), (0,), (3, 0, 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", PLAIN)
def test_what_is_encoded_is_decoded_the_same(dtype: str, shape: tuple[int, ...]) -> None:
    array = numbers(dtype, shape)
    again = decode_array(ours(theirs(encode_array(array))))
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(again, array)
    assert again.flags.writeable


# TensorBoard's reader has no unsigned 32 and 64 bits, and takes an empty list for a mistake.
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if 0 not in shape], ids=str)
@pytest.mark.parametrize("dtype", [dtype for dtype in PLAIN if dtype not in ("uint32", "uint64")])
def test_tensorboard_reads_what_is_encoded(dtype: str, shape: tuple[int, ...]) -> None:
    array = numbers(dtype, shape)
    again = tensor_util.make_ndarray(theirs(encode_array(array)))
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(again, array)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", [dtype for dtype in PLAIN if dtype not in ("uint16", "uint32", "uint64")])
def test_what_tensorboard_encodes_is_decoded(dtype: str, shape: tuple[int, ...]) -> None:
    array = numbers(dtype, shape)
    again = decode_array(ours(tensor_util.make_tensor_proto(array)))
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(again, array)


@pytest.mark.parametrize("order", ["C", "F", "strided", "big endian"])
def test_the_order_in_memory_does_not_matter(order: str) -> None:
    array = numbers("float64", (6, 4))
    same = {
        "C": array,
        "F": np.asfortranarray(array),
        "strided": np.repeat(array, 2, axis=1)[:, ::2],
        "big endian": array.astype(">f8"),
    }[order]
    assert encode_array(same).SerializeToString() == encode_array(array).SerializeToString()
    np.testing.assert_array_equal(decode_array(encode_array(same)), array)


def test_wider_floats_are_narrowed_to_float64() -> None:
    array = np.array([0.1, np.finfo(np.longdouble).max, -1], np.longdouble)
    if np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("longdouble is float64 here")
    again = decode_array(encode_array(array))
    assert again.dtype == np.float64
    assert again.tolist() == [0.1, math.inf, -1.0]


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([object()]), np.array([1], "datetime64[s]")])
def test_what_is_no_number_is_refused(array: npt.NDArray[Any]) -> None:
    with pytest.raises(ArgumentTypeError, match="want numbers or booleans"):
        encode_array(array)


@pytest.mark.parametrize("dtype", BY_ML_DTYPES, ids=lambda dtype: DataType(dtype).name)
def test_every_pattern_of_the_types_that_numpy_has_not(dtype: int) -> None:
    foreign = np.dtype(BY_ML_DTYPES[dtype])
    patterns = np.arange(65536, dtype="<u2") if foreign.itemsize == 2 else np.arange(256, dtype=np.uint8)
    if dtype in (DataType.FLOAT4_E2M1FN, DataType.INT4, DataType.UINT4, DataType.INT2, DataType.UINT2):
        patterns = patterns[: 1 << (2 if "2" in DataType(dtype).name.rstrip("FN").removesuffix("E2M1") else 4)]
    want = patterns.view(foreign).astype(np.float32)
    shape = shape_of(len(patterns))
    content = TensorProto(dtype=dtype, tensor_shape=shape, tensor_content=patterns.tobytes())
    np.testing.assert_array_equal(decode_array(content), want)
    if foreign.itemsize == 1:
        listed = TensorProto(dtype=dtype, tensor_shape=shape, float8_val=patterns.tobytes())
        older = TensorProto(dtype=dtype, tensor_shape=shape, half_val=patterns.tolist())
        if DataType(dtype).name.startswith(("INT", "UINT")):
            listed = older = TensorProto(dtype=dtype, tensor_shape=shape, int_val=patterns.tolist())
    else:
        listed = older = TensorProto(dtype=dtype, tensor_shape=shape, half_val=patterns.tolist())
    np.testing.assert_array_equal(decode_array(listed), want)
    np.testing.assert_array_equal(decode_array(older), want)
    if DataType(dtype).name in ("BFLOAT16",) or DataType(dtype).name.startswith("FLOAT8"):
        again = decode_array(ours(theirs(encode_array(want, DataType(dtype)))))
        np.testing.assert_array_equal(again, want)


@pytest.mark.parametrize("dtype", QUANTISED, ids=lambda dtype: DataType(dtype).name)
def test_quantised_integers_are_integers(dtype: int) -> None:
    array = numbers(np.dtype(QUANTISED[DataType(dtype)]).name, (2, 3))
    for tensor in (
        TensorProto(dtype=dtype, tensor_shape=shape_of(2, 3), tensor_content=array.tobytes()),
        TensorProto(dtype=dtype, tensor_shape=shape_of(2, 3), int_val=array.reshape(-1).tolist()),
        TensorProto(dtype=dtype + 100, tensor_shape=shape_of(2, 3), int_val=array.reshape(-1).tolist()),
    ):
        again = decode_array(tensor)
        assert again.dtype == array.dtype
        np.testing.assert_array_equal(again, array)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("torch.bfloat16", DataType.BFLOAT16),
        ("bfloat16", DataType.BFLOAT16),
        ("torch.float8_e4m3fn", DataType.FLOAT8_E4M3FN),
        ("float8_e4m3b11fnuz", DataType.FLOAT8_E4M3B11FNUZ),
        ("torch.float32", None),
        ("int64", None),
        ("", None),
    ],
)
def test_the_names_of_the_types_that_numpy_has_not(name: str, dtype: DataType | None) -> None:
    assert foreign_dtype(name) == dtype


@pytest.mark.parametrize("dtype", [DataType.BFLOAT16, DataType.FLOAT8_E5M2, DataType.FLOAT8_E4M3FNUZ])
def test_numbers_that_a_narrow_type_can_not_hold_are_refused(dtype: DataType) -> None:
    with pytest.raises(ArgumentError, match=f"{dtype.name} can't hold"):
        encode_array(np.array([1.0, 0.1], np.float32), dtype)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_pytorchs_half_precision_holds_the_bits_of_float32(dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0.1, -0.1, 1e-7], [0.0, math.inf, 2.0]], dtype=dtype)
    theirs = torch_summary.tensor_proto("x", tensor).value[0].tensor
    again = decode_array(ours(theirs))
    assert again.dtype == np.float32
    np.testing.assert_array_equal(again, tensor.float().numpy())


def test_pytorchs_bytes_are_in_the_list_of_another_type() -> None:
    tensor = torch.arange(6, dtype=torch.uint8).reshape(2, 3)
    again = decode_array(ours(torch_summary.tensor_proto("x", tensor).value[0].tensor))
    np.testing.assert_array_equal(again, tensor.numpy())
    assert again.dtype == np.uint8


def test_strings_come_as_bytes() -> None:
    tensor = tensor_util.make_tensor_proto([[b"a", b"\xff"], [b"", b"d"]])
    again = decode_array(ours(tensor))
    assert again.dtype == np.object_
    assert again.tolist() == [[b"a", b"\xff"], [b"", b"d"]]


def test_the_last_value_of_a_short_list_repeats() -> None:
    cases: list[tuple[TensorProto, list[Any]]] = [
        (TensorProto(dtype=DataType.FLOAT, float_val=[1.0, 2.0]), [1, 2, 2, 2]),
        (TensorProto(dtype=DataType.INT8, int_val=[-1]), [-1, -1, -1, -1]),
        (TensorProto(dtype=DataType.BOOL, bool_val=[True, False]), [True, False, False, False]),
        (TensorProto(dtype=DataType.COMPLEX64, scomplex_val=[1.0, 2.0]), [1 + 2j] * 4),
        (TensorProto(dtype=DataType.STRING, string_val=[b"a", b"b"]), [b"a", b"b", b"b", b"b"]),
        (TensorProto(dtype=DataType.UINT64), [0, 0, 0, 0]),
        (TensorProto(dtype=DataType.HALF), [0, 0, 0, 0]),
    ]
    for tensor, want in cases:
        tensor.tensor_shape = shape_of(2, 2)
        assert decode_array(tensor).reshape(-1).tolist() == want


def test_a_shape_that_is_missing_or_unknown() -> None:
    one, two = [1.5], [1.5, 2.5]
    unknown_rank, unknown_size = TensorShapeProto(unknown_rank=True), shape_of(2, -1)
    assert decode_array(TensorProto(dtype=DataType.FLOAT, float_val=one)).shape == ()
    assert decode_array(TensorProto(dtype=DataType.FLOAT, float_val=two)).shape == (2,)
    assert decode_array(TensorProto(dtype=DataType.FLOAT)).tolist() == 0.0
    assert decode_array(TensorProto(dtype=DataType.FLOAT, tensor_content=b"\0\0\xc0\x3f")).tolist() == 1.5
    assert decode_array(TensorProto(dtype=DataType.STRING)).shape == (0,)
    for shape in (unknown_rank, unknown_size):
        for values in (one, two):
            tensor = TensorProto(dtype=DataType.FLOAT, tensor_shape=shape, float_val=values)
            assert decode_array(tensor).tolist() == values


def test_more_values_than_the_shape_has_are_left_out() -> None:
    tensor = TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(2), float_val=[1.0, 2.0, 3.0])
    assert decode_array(tensor).tolist() == [1.0, 2.0]


def test_integers_too_large_for_their_type_lose_their_upper_bits() -> None:
    assert decode_array(TensorProto(dtype=DataType.INT8, int_val=[200])).tolist() == -56
    assert decode_array(TensorProto(dtype=DataType.UINT16, int_val=[-1])).tolist() == 65535


@pytest.mark.parametrize(
    ("tensor", "why"),
    [
        (TensorProto(), "element type 0"),
        (TensorProto(dtype=DataType.RESOURCE), "element type 20"),
        (TensorProto(dtype=77), "element type 77"),
        (TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(2), tensor_content=b"abcd"), "got 4 bytes .* want 8"),
        (TensorProto(dtype=DataType.FLOAT, tensor_content=b"abc"), "a multiple of 4"),
        (TensorProto(dtype=DataType.COMPLEX64, tensor_shape=shape_of(1), tensor_content=b"abcd"), "want 8"),
        (TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(2**40), float_val=[1.0]), "got 1 values"),
        (TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(MAX_REPEATED + 1)), "got 0 values"),
        (TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(2**62, 2**62, 2**62)), "got 0 values"),
        (TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(*[1] * 100)), "no array can have"),
        (TensorProto(dtype=DataType.STRING, tensor_shape=shape_of(3)), "got no strings"),
        (
            TensorProto(dtype=DataType.STRING, tensor_shape=shape_of(MAX_REPEATED_STRINGS + 1), string_val=[b"a"]),
            "got 1 values",
        ),
    ],
)
def test_what_is_no_array_is_malformed(tensor: TensorProto, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_array(tensor)


INTEGERS = st.integers(-(2**31), 2**31 - 1)
tensors = st.builds(
    TensorProto,
    dtype=st.integers(0, 140),
    tensor_shape=st.lists(st.integers(-1, 3) | st.integers(-(2**63), 2**63 - 1), max_size=4).map(
        lambda sizes: shape_of(*sizes)
    ),
    tensor_content=st.binary(max_size=24),
    float_val=st.lists(st.floats(width=32), max_size=4),
    int_val=st.lists(INTEGERS, max_size=4),
    half_val=st.lists(INTEGERS, max_size=4),
    scomplex_val=st.lists(st.floats(width=32), max_size=5),
    string_val=st.lists(st.binary(max_size=3), max_size=4),
    float8_val=st.binary(max_size=4),
)


@given(tensors)
def test_any_tensor_at_all_is_an_array_or_malformed(tensor: TensorProto) -> None:
    try:
        array = decode_array(tensor)
    except MalformedMessage:
        return
    assert array.size <= MAX_REPEATED


@given(tensors)
def test_a_single_number_is_the_one_the_scanner_finds(tensor: TensorProto) -> None:
    number = tensor_scalar(memoryview(tensor.SerializeToString()))
    if number is None:
        return
    if DataType.FLOAT8_E5M2 <= tensor.dtype % 100 <= DataType.FLOAT8_E5M2FNUZ:
        tensor.half_val = []  # TensorFlow 2.12's form, which the scanner does not know
    tensor.int_val = [value % 2 for value in tensor.int_val]  # what fits into every type is the same
    number = tensor_scalar(memoryview(tensor.SerializeToString()))
    array = decode_array(tensor)
    assert array.size == 1
    assert repr(float(array.item())) == repr(number)


def test_a_shape_of_very_many_dimensions_is_refused_before_they_are_multiplied() -> None:
    """Their product would have a hundred thousand digits and more."""
    tensor = TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(*[2**62] * 20_000), float_val=[1.0])
    with pytest.raises(MalformedMessage, match="got a shape of 20,000 dimensions, want at most 254"):
        decode_array(tensor)
    ones = TensorProto(dtype=DataType.FLOAT, tensor_shape=shape_of(*[1] * 30), float_val=[1.0])
    assert decode_array(ones).shape == (1,) * 30
