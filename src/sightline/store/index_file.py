"""The persistent index as a file: for each run what is known of it, and its rows, which are read when they are wanted.

Layout, little endian (docs/design/0006-index.md says why)::

     0  8s  magic            "SLINDEX" and a zero
     8  I   version          of this layout
    12  I   checksum         CRC-32C of the header with this field zero
    16  Q   where the directory begins
    24  Q   bytes of the directory, with which the file ends
    32  I   CRC-32C of the directory
    36  28x
    64  of each run: its content (``run_index.py``), zeros up to a multiple of 8,
        its points: step int64[n], wall time float64[n], value float64[n],
        its items: step int64[m], wall time float64[m], record, payload, offset, length int64[m]
        directory: msgpack, a list of ``RunEntry``

Everything is under a checksum. Whatever is not as it should be is not used: the run, or all of it, is read from the
event files again. The file is read, not mapped: a mapping kills the process when somebody makes the file shorter.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
import tempfile
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.format.file import pread
from sightline.format.kernel import crc32c
from sightline.store.cache_directory import PARTIAL_SUFFIX
from sightline.store.part import Columns

__all__ = ["HEADER_BYTES", "DescribedRun", "IndexFile", "IndexedRun", "RunEntry", "open_index", "write_index"]

MAGIC = b"SLINDEX\0"
VERSION = 2
HEADER_BYTES = 64
GROUP_BYTES = 3 << 20
"""Of runs that are read at once: few calls, and less than the 4 MiB from which on NumPy asks for huge pages. Those save
a third of the system's time, and now and then it takes twice as long to find them."""
_HEADER = struct.Struct("<8sIIQQI28x")
_POINT_TYPES = ("<i8", "<f8", "<f8")
_ITEM_TYPES = ("<i8", "<f8", "<i8", "<i8", "<i8", "<i8")

DescribedRun = tuple[str, bytes, list[Columns], list[Columns]]
"""Name, content, and the columns of its points and of its items, in pieces."""


class RunEntry(msgspec.Struct, array_like=True, gc=False):
    """A run in the directory."""

    name: bytes
    offset: int
    content_bytes: int
    content_checksum: int
    points: int
    items: int
    rows_checksum: int
    """CRC-32C of its rows, column after column."""

    @property
    def rows_offset(self) -> int:
        return self.offset + _padded(self.content_bytes)

    @property
    def end(self) -> int:
        return self.rows_offset + 8 * (self.points * len(_POINT_TYPES) + self.items * len(_ITEM_TYPES))


class IndexedRun:
    """A run as it was read from the index; verified when it is asked for."""

    def __init__(self, entry: RunEntry, data: npt.NDArray[np.uint8]) -> None:
        """``data``: the bytes that are the run's."""
        self._entry = entry
        self._data = data

    @property
    def content(self) -> bytes | None:
        """What is known of the run; None when it is not what was written."""
        content = self._data[: self._entry.content_bytes].data
        return content.tobytes() if crc32c(content) == self._entry.content_checksum else None

    @property
    def rows(self) -> tuple[Columns, Columns] | None:
        """The columns of its points and of its items, read-only; None as above."""
        entry = self._entry
        rows = self._data[entry.rows_offset - entry.offset :]
        if crc32c(rows.data) != entry.rows_checksum:
            return None
        rows.flags.writeable = False
        items_offset = 8 * entry.points * len(_POINT_TYPES)
        return _columns(rows[:items_offset], _POINT_TYPES), _columns(rows[items_offset:], _ITEM_TYPES)


class IndexFile:
    """An index that is open for reading; by any number of threads."""

    def __init__(self, descriptor: int, entries: Iterable[RunEntry]) -> None:
        self._descriptor = descriptor
        self.entries = {os.fsdecode(entry.name): entry for entry in entries}
        """By name of the run, in the order of the file."""

    def read(self, names: Sequence[str]) -> dict[str, IndexedRun]:
        """Runs that lie one behind the other: their rows share memory. Empty when they can't be read."""
        entries = [self.entries[name] for name in names]
        start = entries[0].offset
        data = np.empty(entries[-1].end - start, np.uint8)  # page faults cost more here than copying
        have = 0
        try:
            while have < len(data):
                got = os.preadv(self._descriptor, [data[have:].data], start + have)
                if not got:
                    return {}
                have += got
        except OSError:
            return {}
        return {
            name: IndexedRun(entry, data[entry.offset - start : entry.end - start])
            for name, entry in zip(names, entries, strict=True)
        }

    def groups(self, names: Container[str]) -> list[list[str]]:
        """Those of the names that it has, in groups that are best read at once."""
        groups: list[list[str]] = []
        size, end = 0, -1
        for name, entry in self.entries.items():
            if name in names:
                if entry.offset != end or size + entry.end - entry.offset > GROUP_BYTES:
                    groups.append([])
                    size = 0
                groups[-1].append(name)
                size += entry.end - entry.offset
                end = entry.end
        return groups


@contextmanager
def open_index(path: Path) -> Iterator[IndexFile | None]:
    """The index at ``path`` while it is open; None when there is none, or none that can be used.

    ``OSError`` when the system refuses it for another reason.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # whatever lies there, it does not hang us
    except FileNotFoundError:
        yield None
        return
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "something that is no file has its name")
        entries = _read_directory(descriptor)
        if entries is not None:
            with contextlib.suppress(OSError):
                os.utime(descriptor)  # used now: pruning goes by this
        yield None if entries is None else IndexFile(descriptor, entries)
    finally:
        os.close(descriptor)


def write_index(path: Path, runs: Iterable[DescribedRun], max_bytes: int) -> None:
    """Write the index of runs. Another process never sees half of it: it is written beside its place and renamed.

    ``OSError`` from the system, ``EFBIG`` when it would take more than ``max_bytes``; then the one before is still
    there. Nothing is forced to the disk: after a power failure the checksums say what is missing.
    """
    descriptor, partial = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=PARTIAL_SUFFIX, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.seek(HEADER_BYTES)
            position = HEADER_BYTES
            entries = []
            for name, content, points, items in runs:
                entry = RunEntry(
                    os.fsencode(name), position, len(content), crc32c(content), _rows(points), _rows(items), 0
                )
                position = entry.end
                if position > max_bytes:
                    raise OSError(errno.EFBIG, f"it would take more than {max_bytes:,} bytes")
                file.write(content)
                file.write(bytes(entry.rows_offset - entry.offset - entry.content_bytes))
                for types, pieces in ((_POINT_TYPES, points), (_ITEM_TYPES, items)):
                    for number, each_type in enumerate(types):
                        for piece in pieces:
                            column = np.ascontiguousarray(piece[number], each_type)
                            if len(column):
                                entry.rows_checksum = crc32c(column.data, entry.rows_checksum)
                                file.write(column.data)
                entries.append(entry)
            directory = msgspec.msgpack.encode(entries)
            file.write(directory)
            file.seek(0)
            file.write(_header(position, directory))
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def _read_directory(descriptor: int) -> list[RunEntry] | None:
    """None when this is no index of ours, or not a whole one."""
    header = pread(descriptor, HEADER_BYTES, 0)
    if len(header) < HEADER_BYTES:
        return None
    magic, version, checksum, offset, size, directory_checksum = _HEADER.unpack(header)
    if (magic, version) != (MAGIC, VERSION) or checksum != _header_checksum(header):
        return None
    if offset + size != os.fstat(descriptor).st_size:
        return None
    directory = pread(descriptor, size, offset)
    if len(directory) != size or crc32c(directory) != directory_checksum:
        return None
    try:
        return msgspec.msgpack.decode(directory, type=list[RunEntry])
    except msgspec.MsgspecError:
        return None


def _columns(rows: npt.NDArray[np.uint8], types: tuple[str, ...]) -> Columns:
    size = len(rows) // len(types)
    columns: list[npt.NDArray[Any]] = []
    for number, each_type in enumerate(types):
        columns.append(rows[number * size : (number + 1) * size].view(each_type))
    return tuple(columns)


def _rows(pieces: list[Columns]) -> int:
    return sum(len(piece[0]) for piece in pieces)


def _padded(size: int) -> int:
    return (size + 7) // 8 * 8


def _header(directory_offset: int, directory: bytes) -> bytes:
    fields = (directory_offset, len(directory), crc32c(directory))
    checksum = _header_checksum(_HEADER.pack(MAGIC, VERSION, 0, *fields))
    return _HEADER.pack(MAGIC, VERSION, checksum, *fields)


def _header_checksum(header: bytes) -> int:
    return crc32c(header[:12] + bytes(4) + header[16:])
