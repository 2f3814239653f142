"""The persistent index as a file: for each run what is known of it, and its rows, which are read when they are wanted.

Layout, little endian (docs/design/0006-index.md says why)::

     0  8s  magic            "SLINDEX" and a zero
     8  I   version          of this layout
    12  I   checksum         CRC-32C of the header with this field zero
    16  Q   where the directory begins
    24  Q   bytes of the directory, with which the file ends
    32  I   CRC-32C of the directory
    36  28x
    64  rows: of each run blocks of some 64 KiB, of points (step int64[n], wall time float64[n], value float64[n]) or
        of items (step int64[m], wall time float64[m], record, payload, offset, length int64[m])
        contents: of each run what is known of it (``run_index.py``)
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
import weakref
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import numpy as np

from sightline.format.file import pread
from sightline.format.kernel import crc32c
from sightline.store.cache_directory import PARTIAL_SUFFIX
from sightline.store.part import Columns, Piece, StoredPiece
from sightline.store.stored_rows import ITEM_TYPES, POINT_TYPES, StoredRows

__all__ = ["HEADER_BYTES", "Block", "DescribedRun", "IndexFile", "IndexedRun", "RunEntry", "open_index", "write_index"]

MAGIC = b"SLINDEX\0"
VERSION = 3
HEADER_BYTES = 64
GROUP_BYTES = 1 << 16
"""Of contents of runs that are read at once: few calls, and something to do for each thread."""
_HEADER = struct.Struct("<8sIIQQI28x")


class Block(NamedTuple):
    """Rows that are stored together, under one checksum."""

    is_scalar: bool
    pieces: list[Piece]


class DescribedRun(NamedTuple):
    """A run as it is written."""

    name: str
    content: bytes
    blocks: list[Block]


class BlockEntry(msgspec.Struct, array_like=True, gc=False):
    """A block in the directory."""

    is_scalar: bool
    rows: int
    checksum: int
    """CRC-32C of its rows, column after column."""

    @property
    def types(self) -> tuple[np.dtype[Any], ...]:
        return POINT_TYPES if self.is_scalar else ITEM_TYPES

    @property
    def bytes(self) -> int:
        return 8 * self.rows * len(self.types)


class RunEntry(msgspec.Struct, array_like=True, gc=False):
    """A run in the directory."""

    name: bytes
    offset: int
    """Where its content begins."""
    content_bytes: int
    content_checksum: int
    rows_offset: int
    blocks: list[BlockEntry]
    """One behind the other."""


class IndexedRun:
    """A run in an index that is open."""

    def __init__(self, index: IndexFile, entry: RunEntry, content: bytes) -> None:
        self._index = index
        self._entry = entry
        self.content = content
        """What is known of it."""

    def blocks(self) -> list[StoredRows]:
        """Its rows, which are not read yet."""
        blocks = []
        offset = self._entry.rows_offset
        for entry in self._entry.blocks:
            blocks.append(StoredRows(self._index, offset, entry.types, entry.rows, entry.checksum))
            offset += entry.bytes
        return blocks


class IndexFile:
    """An index that is open for reading, by any number of threads, until nobody has it any more.

    Another one that is renamed to its place, or its being deleted, does not disturb it.
    """

    def __init__(self, descriptor: int, entries: Iterable[RunEntry]) -> None:
        """The descriptor is its own from now on."""
        self._descriptor = descriptor
        self._entries = {os.fsdecode(entry.name): entry for entry in entries}
        self.close = weakref.finalize(self, os.close, descriptor)

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode."""
        status = os.fstat(self._descriptor)
        return status.st_dev, status.st_ino

    def runs(self, names: Sequence[str]) -> dict[str, IndexedRun]:
        """Runs whose contents lie one behind the other; those are left out that are not what was written."""
        entries = [self._entries[name] for name in names]
        start = entries[0].offset
        try:
            data = pread(self._descriptor, entries[-1].offset + entries[-1].content_bytes - start, start)
        except OSError:
            return {}
        found = {}
        for name, entry in zip(names, entries, strict=True):
            content = data[entry.offset - start : entry.offset - start + entry.content_bytes]
            if crc32c(content) == entry.content_checksum:
                found[name] = IndexedRun(self, entry, content)
        return found

    def read(self, offset: int, size: int) -> bytes | None:
        """Bytes of it, fewer where it was cut; None when they can't be read."""
        try:
            return pread(self._descriptor, size, offset)
        except OSError:
            return None

    def groups(self, names: Container[str]) -> list[list[str]]:
        """Those of the names that it has, in groups that are best read at once."""
        groups: list[list[str]] = []
        size, end = 0, -1
        for name, entry in self._entries.items():
            if name in names:
                if entry.offset != end or size + entry.content_bytes > GROUP_BYTES:
                    groups.append([])
                    size = 0
                groups[-1].append(name)
                size += entry.content_bytes
                end = entry.offset + entry.content_bytes
        return groups


def open_index(path: Path) -> IndexFile | None:
    """The index at ``path``; None when there is none, or none that can be used.

    ``OSError`` when the system refuses it for another reason.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # whatever lies there, it does not hang us
    except FileNotFoundError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "something that is no file has its name")
        entries = _read_directory(descriptor)
        if entries is not None:
            with contextlib.suppress(OSError):
                os.utime(descriptor)  # used now: pruning goes by this
            index = IndexFile(descriptor, entries)
            descriptor = -1
            return index
        return None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def write_index(path: Path, runs: Iterable[DescribedRun], max_bytes: int) -> None:
    """Write the index of runs. Another process never sees half of it: it is written beside its place and renamed.

    Runs whose rows are to be copied from another index, and can't be, are left out. ``OSError`` from the system,
    ``EFBIG`` when it would take more than ``max_bytes``; then the one before is still there. Nothing is forced to the
    disk: after a power failure the checksums say what is missing.
    """
    descriptor, partial = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=PARTIAL_SUFFIX, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.seek(HEADER_BYTES)
            position = HEADER_BYTES
            kept: list[tuple[DescribedRun, int, list[BlockEntry]]] = []
            for run in runs:
                blocks = []
                end = position
                for block in run.blocks:
                    entry = _write_block(file, block)
                    if entry is None:
                        break
                    blocks.append(entry)
                    end += entry.bytes
                    if end > max_bytes:
                        raise OSError(errno.EFBIG, f"it would take more than {max_bytes:,} bytes")
                if len(blocks) == len(run.blocks):
                    kept.append((run._replace(blocks=[]), position, blocks))  # rows need not stay for this
                    position = end
                else:
                    file.seek(position)
            entries = []
            for run, rows_offset, blocks in kept:
                content = run.content
                file.write(content)
                entries.append(
                    RunEntry(os.fsencode(run.name), position, len(content), crc32c(content), rows_offset, blocks)
                )
                position += len(content)
            directory = msgspec.msgpack.encode(entries)
            if position + len(directory) > max_bytes:
                raise OSError(errno.EFBIG, f"it would take more than {max_bytes:,} bytes")
            file.write(directory)
            file.truncate()
            file.seek(0)
            file.write(_header(position, directory))
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def _write_block(file: BinaryIO, block: Block) -> BlockEntry | None:
    """None, and some of it may have been written, when not all of its rows can be read."""
    pieces: list[Columns] = []
    read: StoredRows | None = None
    stored: Columns | None = None
    for piece in block.pieces:
        if isinstance(piece, StoredPiece):
            if piece.rows is not read:
                read, stored = piece.rows, piece.rows.read()
            if stored is None:
                return None
            piece = tuple(column[piece.start : piece.stop] for column in stored)
        pieces.append(piece)
    entry = BlockEntry(block.is_scalar, sum(len(piece[0]) for piece in pieces), 0)
    for number, each_type in enumerate(entry.types):
        for piece in pieces:
            column = np.ascontiguousarray(piece[number], each_type)
            if len(column):
                entry.checksum = crc32c(column.data, entry.checksum)
                file.write(column.data)
    return entry


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


def _header(directory_offset: int, directory: bytes) -> bytes:
    fields = (directory_offset, len(directory), crc32c(directory))
    checksum = _header_checksum(_HEADER.pack(MAGIC, VERSION, 0, *fields))
    return _HEADER.pack(MAGIC, VERSION, checksum, *fields)


def _header_checksum(header: bytes) -> int:
    return crc32c(header[:12] + bytes(4) + header[16:])
