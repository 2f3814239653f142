"""Reads one record of an event file by position, and verifies it."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from sightline.errors import DamagedRecord, MalformedMessage
from sightline.format.batch import PAYLOAD_CHECKSUM, Damage
from sightline.format.event import Value
from sightline.format.kernel import masked_crc32c

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = ["pread", "read_content", "read_value"]

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")


def read_value(file: EventFile, record: int, payload: int, offset: int, length: int) -> Value:
    """The ``Value`` at a position; otherwise as ``read_content``."""
    content = read_content(file, record, payload, offset, length)
    try:
        return Value.FromString(content)
    except MalformedMessage as error:
        raise DamagedRecord(f"value at byte {offset} is malformed ({error}). File: {file.path}") from error


def read_content(file: EventFile, record: int, payload: int, offset: int, length: int) -> bytes:
    """Bytes ``offset:offset + length`` of a file, inside the record at ``record`` whose payload has so many bytes.

    The record's checksums are verified: ``DamagedRecord`` when they do not match, which also goes into the ledger;
    ``OSError`` when the file can't be read or another one took its place.
    """
    with file.reopen() as descriptor:
        data = pread(descriptor, 12 + payload + 4, record)
    if len(data) < 12 + payload + 4:
        raise DamagedRecord(
            f"record at byte {record}: got {len(data)} bytes, want {12 + payload + 4}: the file was cut. "
            f"File: {file.path}"
        )
    stated, length_checksum = _HEADER.unpack_from(data)
    (want,) = _CHECKSUM.unpack_from(data, 12 + payload)
    view = memoryview(data)
    if stated != payload or masked_crc32c(view[:8]) != length_checksum:
        raise DamagedRecord(
            f"length of the record at byte {record}: got {stated}, want {payload}: the file changed. File: {file.path}"
        )
    got = masked_crc32c(view[12 : 12 + payload])
    if got != want:
        file.note_damage(Damage(record, len(data), PAYLOAD_CHECKSUM, got, want))
        raise DamagedRecord(
            f"payload checksum of the record at byte {record}: got 0x{got:08x}, want 0x{want:08x}. File: {file.path}"
        )
    start = offset - record
    return data[start : start + length]


def pread(descriptor: int, size: int, offset: int) -> bytes:
    """Like ``os.pread``, which may give less than was asked for (2 GiB at most on Linux)."""
    data = os.pread(descriptor, size, offset)
    if len(data) == size or not data:
        return data
    pieces = [data]
    have = len(data)
    while have < size:
        data = os.pread(descriptor, size - have, offset + have)
        if not data:
            break
        pieces.append(data)
        have += len(data)
    return b"".join(pieces)
