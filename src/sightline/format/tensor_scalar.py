"""The number in a one-element ``TensorProto``, whatever its dtype and however it was written.

TensorFlow writes ``tensor_content`` (raw little-endian), PyTorch and tensorboardX the ``*_val`` lists. Sources:
``tensorflow/core/framework/{tensor,types}.proto``, and ml_dtypes' README for the small floats.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sightline.errors import MalformedMessage
from sightline.format.event import DataType
from sightline.format.wire import FIXED32, FIXED64, LENGTH_DELIMITED, VARINT, iterate_fields, read_varint

__all__ = ["ELEMENTS", "SMALL_FLOATS", "Element", "small_float", "tensor_scalar"]


@dataclass(frozen=True, slots=True)
class Element:
    """How one dtype is stored."""

    list_field: int
    """Field of ``TensorProto`` that holds its values as a list."""
    code: str
    """Format of one element in ``tensor_content``, as in the ``struct`` module."""
    bits: int = 0
    """Of integers narrower than a byte; they take a byte each."""


ELEMENTS: dict[int, Element] = {
    DataType.FLOAT: Element(5, "<f"),
    DataType.DOUBLE: Element(6, "<d"),
    DataType.INT32: Element(7, "<i"),
    DataType.UINT8: Element(7, "<B"),
    DataType.INT16: Element(7, "<h"),
    DataType.INT8: Element(7, "<b"),
    DataType.INT64: Element(10, "<q"),
    DataType.BOOL: Element(11, "<?"),
    DataType.QINT8: Element(7, "<b"),
    DataType.QUINT8: Element(7, "<B"),
    DataType.QINT32: Element(7, "<i"),
    DataType.BFLOAT16: Element(13, "<H"),
    DataType.QINT16: Element(7, "<h"),
    DataType.QUINT16: Element(7, "<H"),
    DataType.UINT16: Element(7, "<H"),
    DataType.HALF: Element(13, "<H"),
    DataType.UINT32: Element(16, "<I"),
    DataType.UINT64: Element(17, "<Q"),
    DataType.FLOAT8_E5M2: Element(18, "<B"),
    DataType.FLOAT8_E4M3FN: Element(18, "<B"),
    DataType.FLOAT8_E4M3FNUZ: Element(18, "<B"),
    DataType.FLOAT8_E4M3B11FNUZ: Element(18, "<B"),
    DataType.FLOAT8_E5M2FNUZ: Element(18, "<B"),
    DataType.INT4: Element(7, "<b", bits=4),
    DataType.UINT4: Element(7, "<B", bits=4),
    DataType.INT2: Element(7, "<b", bits=2),
    DataType.UINT2: Element(7, "<B", bits=2),
}

_LIST_WIRE_TYPES = {
    5: FIXED32,
    6: FIXED64,
    7: VARINT,
    10: VARINT,
    11: VARINT,
    13: VARINT,
    16: VARINT,
    17: VARINT,
    18: LENGTH_DELIMITED,
}


def tensor_scalar(tensor: memoryview) -> float | None:
    """The number, or None when the tensor is no single number (strings, complex, more or fewer elements, other sizes).

    Integers beyond 2^53 are rounded to the nearest float64. A list without any value means 0: that is how TensorFlow
    compresses a tensor of zeros. ``MalformedMessage`` when the bytes are no message.
    """
    dtype = 0
    elements = 1
    content = tensor[:0]
    first: dict[int, int | float | bytes] = {}
    for number, wire_type, start, end in iterate_fields(tensor):
        if number == 1 and wire_type == VARINT:
            dtype = read_varint(tensor, start)[0] & 0xFFFF_FFFF
        elif number == 2 and wire_type == LENGTH_DELIMITED:
            elements = _element_count(tensor[start:end])
        elif number == 4 and wire_type == LENGTH_DELIMITED:
            content = tensor[start:end]
        elif number in _LIST_WIRE_TYPES and number not in first and start < end:
            want = _LIST_WIRE_TYPES[number]
            if wire_type in (want, LENGTH_DELIMITED):  # one element, or packed
                first[number] = _read_element(want, tensor[start:end])
    if 100 < dtype < 200:
        dtype -= 100  # the "_REF" twin
    element = ELEMENTS.get(dtype)
    if elements != 1 or element is None:
        return None
    raw: int | float
    if len(content):
        if len(content) != struct.calcsize(element.code):
            return None
        (raw,) = struct.unpack(element.code, content)
        if element.bits:
            raw = int(raw) & (1 << element.bits) - 1
            if element.code == "<b" and raw >> (element.bits - 1):
                raw -= 1 << element.bits
    else:
        raw = _list_number(element.list_field, first.get(element.list_field))
    return _number(dtype, raw)


def _element_count(shape: memoryview) -> int:
    """Product of the sizes; -1 when a size or the rank is unknown."""
    count = 1
    unknown = False
    for number, wire_type, start, end in iterate_fields(shape):
        if number == 2 and wire_type == LENGTH_DELIMITED:
            size = 0
            dim = shape[start:end]
            for inner, inner_type, inner_start, _ in iterate_fields(dim):
                if inner == 1 and inner_type == VARINT:
                    size, _ = read_varint(dim, inner_start)
            count = count if size == 1 else -1  # of interest is only whether there is exactly one element
        elif number == 3 and wire_type == VARINT:
            unknown = read_varint(shape, start)[0] != 0
    return -1 if unknown else count


def _read_element(wire_type: int, data: memoryview) -> int | float | bytes:
    if wire_type == VARINT:
        return read_varint(data, 0)[0]
    if wire_type == LENGTH_DELIMITED:
        return bytes(data[:1])
    code = "<f" if wire_type == FIXED32 else "<d"
    if len(data) < struct.calcsize(code):
        raise MalformedMessage(f"a packed list of {len(data)} bytes: want {struct.calcsize(code)} for each element")
    return float(struct.unpack_from(code, data)[0])


def _list_number(field: int, first: int | float | bytes | None) -> int | float:
    if first is None:
        return 0
    if isinstance(first, bytes):
        return first[0]
    if isinstance(first, float):
        return first
    if field == 11:
        return first != 0
    if field == 10:
        return first - (1 << 64) if first >> 63 else first
    if field == 17:
        return first
    first &= 0xFFFF_FFFF  # int32 and uint32 are varints cut to 32 bits
    return first - (1 << 32) if field == 7 and first >> 31 else first


def _number(dtype: int, raw: int | float) -> float:
    if dtype in (DataType.HALF, DataType.BFLOAT16):
        bits = int(raw)
        if bits > 0xFFFF:  # PyTorch's add_tensor stores the bits of a float32 here
            return float(struct.unpack("<f", struct.pack("<I", bits))[0])
        if dtype == DataType.HALF:
            return float(struct.unpack("<e", struct.pack("<H", bits))[0])
        return float(struct.unpack("<f", struct.pack("<I", bits << 16))[0])
    if dtype in SMALL_FLOATS:
        return small_float(int(raw), *SMALL_FLOATS[dtype])
    return float(raw)


# Bits of exponent and mantissa, bias, and the style: infinities, NaNs at the top only, or one NaN in place of -0.
SMALL_FLOATS: dict[int, tuple[int, int, int, str]] = {
    DataType.FLOAT8_E5M2: (5, 2, 15, "ieee"),
    DataType.FLOAT8_E4M3FN: (4, 3, 7, "fn"),
    DataType.FLOAT8_E4M3FNUZ: (4, 3, 8, "fnuz"),
    DataType.FLOAT8_E4M3B11FNUZ: (4, 3, 11, "fnuz"),
    DataType.FLOAT8_E5M2FNUZ: (5, 2, 16, "fnuz"),
}


def small_float(bits: int, exponent_bits: int, mantissa_bits: int, bias: int, style: str) -> float:
    sign = -1.0 if bits & 0x80 else 1.0
    exponent = bits >> mantissa_bits & (1 << exponent_bits) - 1
    mantissa = bits & (1 << mantissa_bits) - 1
    top = (1 << exponent_bits) - 1
    if style == "ieee" and exponent == top:
        return float("nan") if mantissa else sign * float("inf")
    if (style == "fn" and bits & 0x7F == 0x7F) or (style == "fnuz" and bits == 0x80):
        return float("nan")
    if exponent == 0:
        return sign * mantissa * 2.0 ** (1 - bias - mantissa_bits)
    return sign * (1 + mantissa * 2.0**-mantissa_bits) * 2.0 ** (exponent - bias)
