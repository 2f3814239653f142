"""How many pictures a value holds, told from a few bytes at its front: listing ten thousand steps must not read ten
thousand pictures.

The bytes are not verified here (their checksum covers the whole record); whoever then reads a picture learns of damage.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from sightline.errors import MalformedMessage
from sightline.format.wire import FIXED32, FIXED64, LENGTH_DELIMITED, VARINT, read_varint

__all__ = ["count_samples"]

BLOCK_BYTES = 1024
"""Tag, metadata, shape, width and height of a picture take some hundred bytes."""
MAX_HEADER_BYTES = 20
"""Two varints: a field's key and its length."""

VALUE_IMAGE, VALUE_TENSOR, TENSOR_STRING = 4, 8, 8
SIZE_STRINGS = 2
MAX_SAMPLES = 1000
"""Counted at most: a value that claims millions of pictures must not keep the server busy. Nobody looks at so many."""
"""A tensor of pictures begins with their width and height."""


def count_samples(descriptor: int, offset: int, length: int) -> int:
    """Pictures in the ``Value`` at a position of an open file; 0 when it holds none or is malformed, at most 1,000."""
    try:
        for number, begin, end in _fields(descriptor, offset, offset + length):
            if number == VALUE_IMAGE:
                return 1
            if number == VALUE_TENSOR:
                fields = (number for number, _, _ in _fields(descriptor, begin, end) if number == TENSOR_STRING)
                strings = sum(1 for _ in islice(fields, MAX_SAMPLES + SIZE_STRINGS))
                return max(0, strings - SIZE_STRINGS)
    except MalformedMessage:
        pass
    return 0


def _fields(descriptor: int, position: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The length-delimited fields of the message at ``position:stop``: (number, begin, end), as offsets in the file."""
    block, block_start = b"", position
    while position < stop:
        if position - block_start + MAX_HEADER_BYTES > len(block) and block_start + len(block) < stop:
            block, block_start = os.pread(descriptor, min(BLOCK_BYTES, stop - position), position), position
        key, after = read_varint(block, position - block_start)
        wire_type = key & 7
        if wire_type == LENGTH_DELIMITED:
            size, after = read_varint(block, after)
            begin = block_start + after
            position = begin + size
            if position > stop:
                raise MalformedMessage(f"field {key >> 3} ends at byte {position}, its message at {stop}")
            yield key >> 3, begin, position
        elif wire_type == VARINT:
            _, after = read_varint(block, after)
            position = block_start + after
        elif wire_type in (FIXED64, FIXED32):
            position = block_start + after + (8 if wire_type == FIXED64 else 4)
        else:
            raise MalformedMessage(f"wire type {wire_type} at byte {position}")
