"""The events of one file, one after the other: TensorFlow's ``tf.compat.v1.train.summary_iterator``."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Iterator
from typing import BinaryIO

from sightline.errors import MalformedMessage
from sightline.format.event import Event
from sightline.format.kernel import masked_crc32c

__all__ = ["summary_iterator"]

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Event]:
    """Every event of the file at ``path``, in file order.

    It ends where the file ends, also in the middle of a record: a trainer may be writing it. A damaged record is
    stepped over, and a warning says where; after a damaged length nothing can be located, and it ends there with a
    warning. ``OSError`` at once when the file can't be opened.
    """
    return _iterate(open(path, "rb"), os.fspath(path))


def _iterate(file: BinaryIO, path: str) -> Iterator[Event]:
    with file:
        offset = 0
        while True:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return
            length, want = _HEADER.unpack(header)
            got = masked_crc32c(header[:8])
            if got != want:
                _warn(f"length checksum of the record at byte {offset}: got 0x{got:08x}, want 0x{want:08x}", path)
                return
            # The checksum vouches for the length; a reader never asks for more than the file still has.
            left = os.fstat(file.fileno()).st_size - file.tell()
            if length + _CHECKSUM.size > left:
                return
            payload = file.read(length)
            footer = file.read(_CHECKSUM.size)
            if len(payload) < length or len(footer) < _CHECKSUM.size:
                return
            (want,) = _CHECKSUM.unpack(footer)
            got = masked_crc32c(payload)
            if got != want:
                _warn(f"payload checksum of the record at byte {offset}: got 0x{got:08x}, want 0x{want:08x}", path)
            else:
                try:
                    event = Event.FromString(payload)
                except MalformedMessage as error:
                    _warn(f"malformed event in the record at byte {offset}: {error}", path)
                else:
                    yield event
            offset += _HEADER.size + length + _CHECKSUM.size


def _warn(what: str, path: str) -> None:
    warnings.warn(f"{what}. File: {path}", RuntimeWarning, stacklevel=3)
