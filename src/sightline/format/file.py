"""Reading from a file descriptor at a position; the readable twin of ``_native/file.hpp``."""

from __future__ import annotations

import os

__all__ = ["pread"]


def pread(descriptor: int, size: int, offset: int) -> bytes:
    """Like ``os.pread``, which may give less than was asked for (2 GiB at most on Linux); fewer where the file ends."""
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
