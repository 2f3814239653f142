"""Arrays to and from ``TensorProto``, whatever the element type and however it was written.

TensorFlow writes numbers as ``tensor_content`` (raw, little endian), PyTorch and tensorboardX as ``*_val`` lists;
strings are always ``string_val``. Sources: ``tensorflow/core/framework/{tensor,types}.proto``, and ml_dtypes' README
for the narrow types.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError, MalformedMessage
from sightline.format.event import DataType, Dim, TensorProto, TensorShapeProto
from sightline.format.tensor_scalar import ELEMENTS, SMALL_FLOATS, small_float

__all__ = ["MAX_DIMENSIONS", "MAX_REPEATED", "MAX_REPEATED_STRINGS", "decode_array", "encode_array", "foreign_dtype"]

Array = npt.NDArray[Any]

MAX_DIMENSIONS = 254
"""TensorFlow's limit. The product of any number of sizes would be a number of any length."""
MAX_REPEATED = 1 << 24
"""A list shorter than its shape repeats its last value, so a few bytes can ask for any amount of memory. No summary
needs more elements than this; a hostile shape stops here."""
MAX_REPEATED_STRINGS = 1 << 16
"""The same for strings."""

_FLOAT4 = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0], np.float32)
"""FLOAT4_E2M1FN by its four bits: OCP Microscaling Formats 1.0, 5.3.3."""
_COMPLEX: dict[int, tuple[str, type[np.complexfloating[Any, Any]], type[np.floating[Any]]]] = {
    DataType.COMPLEX64: ("scomplex_val", np.complex64, np.float32),
    DataType.COMPLEX128: ("dcomplex_val", np.complex128, np.float64),
}
_NUMPY_TYPES = {
    np.dtype(name): dtype
    for dtype, name in (
        (DataType.BOOL, "bool"),
        (DataType.INT8, "int8"),
        (DataType.INT16, "int16"),
        (DataType.INT32, "int32"),
        (DataType.INT64, "int64"),
        (DataType.UINT8, "uint8"),
        (DataType.UINT16, "uint16"),
        (DataType.UINT32, "uint32"),
        (DataType.UINT64, "uint64"),
        (DataType.HALF, "float16"),
        (DataType.FLOAT, "float32"),
        (DataType.DOUBLE, "longdouble"),
        (DataType.DOUBLE, "float64"),
        (DataType.COMPLEX64, "complex64"),
        (DataType.COMPLEX128, "clongdouble"),
        (DataType.COMPLEX128, "complex128"),
    )
}
_FOREIGN = (DataType.BFLOAT16, *SMALL_FLOATS)


def foreign_dtype(name: str) -> DataType | None:
    """The element type that NumPy has not, by the name other libraries give it: ``torch.bfloat16``, ``float8_e5m2``."""
    return next((DataType(each) for each in _FOREIGN if DataType(each).name == name.rpartition(".")[2].upper()), None)


def encode_array(array: Array, dtype: DataType | None = None) -> TensorProto:
    """An array of any shape as ``*_val`` lists, as PyTorch writes it.

    Half precision and the types below are stored as their own bits. ``dtype`` BFLOAT16 or FLOAT8_*: ``array`` holds
    such numbers exactly, as float32 can. Numbers wider than float64 are narrowed to it.

    Raises
    ------
    ArgumentTypeError
        ``array`` holds no numbers.
    ArgumentError
        A number of ``array`` is not one of ``dtype``.
    """
    kind = _NUMPY_TYPES.get(array.dtype.newbyteorder("=")) if dtype is None else dtype
    if kind is None:
        raise ArgumentTypeError(f"tensor: got dtype {array.dtype}, want numbers or booleans")
    flat = np.ascontiguousarray(array).reshape(-1)
    values: Array | bytes
    if kind in _COMPLEX:
        name, whole, part = _COMPLEX[kind]
        values = flat.astype(whole, copy=False).view(part)
    else:
        field = TensorProto._by_number[ELEMENTS[kind].list_field]
        name = field.name
        if kind == DataType.HALF:
            values = flat.astype(np.float16, copy=False).view(np.uint16)
        elif kind == DataType.BFLOAT16:
            values = _bfloat16_bits(flat.astype(np.float32, copy=False))
        elif kind in SMALL_FLOATS:
            values = _float8_bits(kind, flat.astype(np.float32, copy=False))
        else:
            with np.errstate(over="ignore"):  # a longdouble beyond float64 is infinite
                values = flat.astype(ELEMENTS[kind].code, copy=False)
    shape = TensorShapeProto(dim=[Dim(size=size) for size in array.shape])
    return TensorProto(dtype=kind, tensor_shape=shape, **{name: values})


def _bfloat16_bits(values: npt.NDArray[np.float32]) -> Array:
    bits = values.view(np.uint32)
    if (bits & 0xFFFF).any():
        raise ArgumentError("tensor: got numbers that BFLOAT16 can't hold, want float32 that came from it")
    return bits >> 16


def _float8_bits(dtype: DataType, values: npt.NDArray[np.float32]) -> bytes:
    table = _float8_table(dtype)
    order = np.argsort(table.view(np.uint32))
    ascending = table.view(np.uint32)[order]
    nan = np.flatnonzero(np.isnan(table))[0]
    place = np.searchsorted(ascending, values.view(np.uint32)).clip(0, 255)
    found: npt.NDArray[np.uint8] = order[place].astype(np.uint8)
    found[np.isnan(values)] = nan
    if (table[found].view(np.uint32) != values.view(np.uint32))[~np.isnan(values)].any():
        raise ArgumentError(f"tensor: got numbers that {dtype.name} can't hold, want float32 that came from it")
    return found.tobytes()


def decode_array(tensor: TensorProto) -> Array:
    """The array in its shape, writable, in the host's byte order.

    NumPy's own types come as they are, quantised integers as the integers they are, BFLOAT16, FLOAT8 and FLOAT4 as
    float32, INT4 and narrower as int8 or uint8, strings as ``bytes`` in an array of objects. HALF is float16; where its
    list holds the bits of float32, as PyTorch's ``add_tensor`` writes both HALF and BFLOAT16, it is float32.

    A shape that is missing means one number, or as many as there are; an unknown one as many as there are. In a list
    that is shorter than the shape the last value repeats; an empty list of numbers means zeros.

    Raises
    ------
    MalformedMessage
        An element type without values (resources, variants), more or fewer bytes than the shape wants, or a shape of so
        many dimensions that no array can have it, or so large that repeating would fill the memory.
    """
    rank = len(tensor.tensor_shape.dim)
    if rank > MAX_DIMENSIONS:
        raise MalformedMessage(f"tensor: got a shape of {rank:,} dimensions, want at most {MAX_DIMENSIONS}")
    dtype = tensor.dtype - 100 if 100 < tensor.dtype < 200 else tensor.dtype  # the "_REF" twin
    if dtype == DataType.STRING:
        strings = np.empty(len(tensor.string_val), np.object_)
        strings[:] = tensor.string_val
        return _shaped(tensor, strings)
    if dtype in _COMPLEX:
        name, whole, part = _COMPLEX[dtype]
        listed = np.array(getattr(tensor, name), part)
        values = _content(tensor, np.dtype(whole).newbyteorder("<"), listed[: len(listed) // 2 * 2].view(whole))
    elif dtype in ELEMENTS or dtype == DataType.FLOAT4_E2M1FN:
        values = _numbers(dtype, tensor)
    else:
        raise MalformedMessage(f"tensor: got element type {tensor.dtype}, want one with values: numbers or strings")
    return _shaped(tensor, values)


def _numbers(dtype: int, tensor: TensorProto) -> Array:
    if dtype in SMALL_FLOATS or dtype == DataType.FLOAT4_E2M1FN:
        # TensorFlow 2.12 had no list of its own for these and took half_val.
        listed = np.frombuffer(tensor.float8_val, np.uint8) if tensor.float8_val else _wrapped(tensor.half_val, "<B")
        bits = _content(tensor, np.dtype(np.uint8), listed)
        return _FLOAT4[bits & 0x0F] if dtype == DataType.FLOAT4_E2M1FN else _float8_table(dtype)[bits]
    element = ELEMENTS[dtype]
    if element.list_field == 13:
        wide = np.array(tensor.half_val, np.int64)[: _count(tensor)] & 0xFFFF_FFFF
        if not tensor.tensor_content and (wide > 0xFFFF).any():
            return wide.astype(np.uint32).view(np.float32)
        bits = _content(tensor, np.dtype("<u2"), wide.astype(np.uint16))
        return bits.view(np.float16) if dtype == DataType.HALF else (bits.astype(np.uint32) << 16).view(np.float32)
    items = getattr(tensor, TensorProto._by_number[element.list_field].name)
    if dtype == DataType.UINT8 and len(items) == 0:
        items = tensor.uint32_val  # PyTorch's add_tensor
    if dtype == DataType.BOOL:
        truths: Array = _content(tensor, np.dtype(np.uint8), np.array(items, np.uint8)) != 0
        return truths
    values: Array = _content(tensor, np.dtype(element.code), _wrapped(items, element.code))
    if element.bits:
        unused = 8 - element.bits
        values = np.right_shift(np.left_shift(values, unused), unused)  # of a signed type this carries the sign down
    return values


def _wrapped(items: list[Any], code: str) -> Array:
    """A list in the type of its elements; integers too large for it lose their upper bits."""
    dtype = np.dtype(code).newbyteorder("=")
    if dtype.kind == "f" or dtype == np.uint64:
        return np.array(items, dtype)
    return np.array(items, np.int64).astype(dtype)


def _content(tensor: TensorProto, dtype: np.dtype[Any], listed: Array) -> Array:
    """``tensor_content`` as (n,), or what the list holds when there is none."""
    content = tensor.tensor_content
    if not content:
        return listed
    count = _count(tensor)
    if len(content) % dtype.itemsize or (count is not None and count * dtype.itemsize != len(content)):
        want = f"{count * dtype.itemsize}" if count is not None else f"a multiple of {dtype.itemsize}"
        raise MalformedMessage(f"tensor: got {len(content)} bytes of content, want {want}")
    return np.frombuffer(content, dtype).astype(dtype.newbyteorder("="))


def _count(tensor: TensorProto) -> int | None:
    """Elements that the shape asks for; None when it is missing or unknown."""
    shape = tensor.tensor_shape
    if not tensor.HasField("tensor_shape") or shape.unknown_rank or any(dim.size < 0 for dim in shape.dim):
        return None
    return math.prod(dim.size for dim in shape.dim)


def _shaped(tensor: TensorProto, values: Array) -> Array:
    count = _count(tensor)
    if count is None:
        # Without any shape: rank 0, but never at the price of values.
        scalar = not tensor.HasField("tensor_shape") and (len(values) == 1 or _defaults_to_zero(values))
        return np.resize(values, ()) if scalar else values
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    if count > len(values):
        if count > (MAX_REPEATED_STRINGS if values.dtype == np.object_ else MAX_REPEATED):
            raise MalformedMessage(f"tensor: got {len(values)} values, want {count} for shape {shape}")
        if len(values):
            values = np.concatenate([values, np.repeat(values[-1:], count - len(values))])
        elif _defaults_to_zero(values):
            values = np.zeros(count, values.dtype)
        else:
            raise MalformedMessage(f"tensor: got no strings, want {count} for shape {shape}")
    try:
        return values[:count].reshape(shape)
    except ValueError:  # no elements, and sizes beyond NumPy's
        raise MalformedMessage(f"tensor: got shape {shape}, which no array can have") from None


def _defaults_to_zero(values: Array) -> bool:
    return len(values) == 0 and values.dtype != np.object_


@cache
def _float8_table(dtype: int) -> npt.NDArray[np.float32]:
    """The number of each of the 256 patterns, as float32, which holds them exactly."""
    return np.array([small_float(bits, *SMALL_FLOATS[dtype]) for bits in range(256)], np.float32)
