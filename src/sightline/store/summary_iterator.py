"""The events of one file, one after the other: TensorFlow's ``tf.compat.v1.train.summary_iterator``."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import BinaryIO

from sightline.errors import MalformedMessage
from sightline.format.batch import LENGTH_CHECKSUM, MALFORMED, Damage
from sightline.format.event import Event
from sightline.format.kernel import Scanner, masked_crc32c
from sightline.format.record import HEADER_BYTES, Truncated, read_record

__all__ = ["summary_iterator"]


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Event]:
    """Every event of the file at ``path``, in file order.

    It ends where the file ends, also in the middle of a record: a trainer may be writing it. A damaged record is
    stepped over, and a warning says where; after a damaged length the next record is searched for, and where there is
    none it ends with a warning. ``OSError`` at once when the file can't be opened.
    """
    return _iterate(open(path, "rb"), os.fspath(path))


def _iterate(file: BinaryIO, path: str) -> Iterator[Event]:
    offset = 0
    with file:
        while True:
            data = file.read(HEADER_BYTES)
            found = read_record(memoryview(data), 0, offset, checksum=masked_crc32c)
            if isinstance(found, Truncated):
                # The checksum vouches for the length; a reader never asks for more than the file still has.
                missing = found.whole - len(data)
                if len(data) < HEADER_BYTES or missing > os.fstat(file.fileno()).st_size - file.tell():
                    return
                data += file.read(missing)
                found = read_record(memoryview(data), 0, offset, checksum=masked_crc32c)
                if isinstance(found, Truncated):
                    return
            if isinstance(found, Damage):
                if found.reason == LENGTH_CHECKSUM:
                    found = _search(file, found)
                    if not found.length:
                        _warn(f"{found}; reading ends there, as no record is found after it", path)
                        return
                    file.seek(offset + found.length)
                _warn(str(found), path)
                offset += found.length
            else:
                try:
                    yield Event.FromString(data[found.start : found.end])
                except MalformedMessage as error:
                    _warn(f"{MALFORMED} in the record at byte {offset}: {error}", path)
                offset += len(data)


def _search(file: BinaryIO, lost: Damage) -> Damage:
    """A damaged length, with how many bytes there are up to the next record; 0 when there is none."""
    scanner = Scanner()
    scanner.resume(lost.offset, [])
    return next(iter(scanner.scan_file(file.fileno(), 1).damage), lost)


def _warn(what: str, path: str) -> None:
    warnings.warn(f"{what}. File: {path}", RuntimeWarning, stacklevel=3)
