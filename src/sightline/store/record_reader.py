"""Reads one record of an event file by position, and verifies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline.errors import DamagedRecord, MalformedMessage
from sightline.format.batch import PAYLOAD_CHECKSUM, Damage
from sightline.format.event import Value
from sightline.format.file import pread
from sightline.format.kernel import masked_crc32c
from sightline.format.record import FOOTER_BYTES, HEADER_BYTES, Record, read_record

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = ["read_content", "read_value"]


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
    whole = HEADER_BYTES + payload + FOOTER_BYTES
    with file.reopen() as descriptor:
        data = pread(descriptor, whole, record)
    if len(data) < whole:
        raise DamagedRecord(
            f"record at byte {record}: got {len(data)} bytes, want {whole}: the file was cut. File: {file.path}"
        )
    found = read_record(memoryview(data), 0, record, checksum=masked_crc32c)
    if isinstance(found, Record) and found.next == whole:
        start = offset - record
        return data[start : start + length]
    if isinstance(found, Damage) and found.reason == PAYLOAD_CHECKSUM and found.length == whole:
        file.note_damage(found)
        raise DamagedRecord(f"{found}. File: {file.path}")
    raise DamagedRecord(
        f"length of the record at byte {record}: want {payload} bytes, got another: the file changed. File: {file.path}"
    )
