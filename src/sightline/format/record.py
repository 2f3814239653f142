"""The frame around every event: a length, the event's bytes, and a checksum of each.

The readable twin of the native kernel and its oracle; ``FORMAT.md`` draws the bytes. The format is TensorFlow's
TFRecord, uncompressed: ``tensorflow/core/lib/io/record_writer.h``; the mask is LevelDB's, ``util/crc32c.h``.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.format.batch import LENGTH_CHECKSUM, PAYLOAD_CHECKSUM, Damage

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "FOOTER_BYTES",
    "HEADER_BYTES",
    "Record",
    "Truncated",
    "crc32c",
    "frame",
    "frame_scalar",
    "masked_crc32c",
    "read_record",
]

HEADER_BYTES = 12
"""Length (8) and its checksum (4)."""
FOOTER_BYTES = 4
"""The payload's checksum."""

_HEADER = struct.Struct("<QI")
_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reflected: RFC 3720, section 12.1
_MASK_DELTA = 0xA282EAD8


def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _table()


def crc32c(data: Buffer, crc: int = 0) -> int:
    """CRC-32C of ``data``; with ``crc``, that of the bytes whose checksum ``crc`` is, followed by ``data``."""
    crc ^= 0xFFFF_FFFF
    for byte in memoryview(data).cast("B"):
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFF_FFFF


def masked_crc32c(data: Buffer) -> int:
    """The checksum as records store it.

    The mask keeps the checksum of bytes that hold checksums themselves from degenerating (LevelDB's reason).
    """
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFF_FFFF


def frame(payload: Buffer) -> bytes:
    """A whole record around ``payload``: 16 bytes more."""
    content = bytes(payload)
    length = _LENGTH.pack(len(content))
    return b"".join(
        (length, _CHECKSUM.pack(masked_crc32c(length)), content, _CHECKSUM.pack(masked_crc32c(content))),
    )


def frame_scalar(tag: bytes, value: float, step: int | None, wall_time: float) -> bytes:
    """A whole record of one scalar: ``Event{wall_time, step, summary{value{tag, simple_value}}}``.

    The bytes are those that protobuf writes: a ``wall_time`` of +0.0 and a step of 0 or None are left out. A value
    beyond float32 becomes infinite. ``OverflowError`` when the step is not an int64.
    """
    point = b"".join((b"\x0a", _varint(len(tag)), tag, b"\x15", pack_float(value)))
    summary = b"".join((b"\x0a", _varint(len(point)), point))
    event = bytearray()
    if wall_time != 0.0 or math.copysign(1.0, wall_time) < 0:
        event += b"\x09" + _DOUBLE.pack(wall_time)
    if step is not None:
        step = operator.index(step)
        if not -(2**63) <= step < 2**63:
            raise OverflowError(f"step {step}: want a 64-bit integer")
        if step:
            event += b"\x10" + _varint(step & 0xFFFF_FFFF_FFFF_FFFF)
    event += b"\x2a" + _varint(len(summary)) + summary
    return frame(event)


def pack_float(value: float) -> bytes:
    """Four bytes of a float32, round to nearest; beyond its range infinite, as a C cast does."""
    try:
        return _FLOAT.pack(value)
    except OverflowError:
        return _FLOAT.pack(math.copysign(math.inf, value))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@dataclass(frozen=True, slots=True)
class Record:
    """A whole, verified record: ``data[start:end]`` is its payload, ``next`` the position after it."""

    start: int
    end: int
    next: int


@dataclass(frozen=True, slots=True)
class Truncated:
    """The data ends inside the record that begins at ``position``. Not an error: the trainer is mid-write."""

    position: int
    whole: int
    """Bytes of the record, as its header says; those of a header when that is not whole."""


def read_record(
    data: memoryview,
    position: int,
    base: int = 0,
    verify_below: int = (1 << 64) - 1,
    checksum: Callable[[Buffer], int] = masked_crc32c,
) -> Record | Truncated | Damage:
    """The record at ``position`` of ``data``, whose first byte is byte ``base`` of the file.

    A ``Damage`` of reason "payload checksum" can be stepped over (by its length); after "length checksum" nothing can
    be located, and its length is 0. The header is judged as soon as it is whole, also when the payload is not there
    yet. A payload of ``verify_below`` bytes or more is not verified. ``checksum`` may be that of a faster kernel.
    """
    left = len(data) - position
    if left < HEADER_BYTES:
        return Truncated(position, HEADER_BYTES)
    length, want = _HEADER.unpack_from(data, position)  # little endian on every host, by format
    got = checksum(data[position : position + 8])
    if got != want:
        return Damage(base + position, 0, LENGTH_CHECKSUM, got, want)
    whole = HEADER_BYTES + length + FOOTER_BYTES
    if left < whole:
        return Truncated(position, whole)
    start = position + HEADER_BYTES
    end = start + length
    if length >= verify_below:
        return Record(start, end, position + whole)
    (want,) = _CHECKSUM.unpack_from(data, end)
    got = checksum(data[start:end])
    if got != want:
        return Damage(base + position, whole, PAYLOAD_CHECKSUM, got, want)
    return Record(start, end, position + whole)
