"""The events of one file, one after the other: TensorFlow's ``tf.compat.v1.train.summary_iterator``."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import BinaryIO

from sightline.errors import MalformedMessage
from sightline.format.batch import LENGTH_CHECKSUM, MALFORMED, Damage
from sightline.format.event import Event
from sightline.format.kernel import masked_crc32c
from sightline.format.record import HEADER_BYTES, Truncated, read_record

__all__ = ["summary_iterator"]


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Event]:
    """Every event of the file at ``path``, in file order.

    It ends where the file ends, also in the middle of a record: a trainer may be writing it. A damaged record is
    stepped over, and a warning says where; after a damaged length nothing can be located, and it ends there with a
    warning. ``OSError`` at once when the file can't be opened.
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
                    _warn(f"{str(found).partition(';')[0]}; reading ends there", path)
                    return
                _warn(str(found), path)
            else:
                try:
                    yield Event.FromString(data[found.start : found.end])
                except MalformedMessage as error:
                    _warn(f"{MALFORMED} in the record at byte {offset}: {error}", path)
            offset += len(data)


def _warn(what: str, path: str) -> None:
    warnings.warn(f"{what}. File: {path}", RuntimeWarning, stacklevel=3)
