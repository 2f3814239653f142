"""The persistent index: what was read of a log directory, in one file that is mapped, not read.

Layout, little endian (docs/design/0006-index.md says why)::

     0  8s  magic            "SLINDEX" and a zero
     8  I   version          of this layout
    12  I   checksum         CRC-32C of the header with this field zero
    16  Q   points           n
    24  Q   items            m
    32  Q   directory bytes
    40  I   CRC-32C of the directory
    44  20x
    64  of the points of all runs, one run after the other: step int64[n], wall time float64[n], value float64[n]
        of their items: step int64[m], wall time float64[m], record, payload, offset, length int64[m]
        directory: msgpack, a list of ``RunEntry``

Each run's rows have a checksum in the directory. Whatever is not as it should be is not used: the run, or all of it, is
read from the event files again.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.format.kernel import crc32c
from sightline.store.cache_directory import PARTIAL_SUFFIX
from sightline.store.part import Columns

__all__ = ["HEADER_BYTES", "IndexedRun", "RunEntry", "load_index", "write_index"]

MAGIC = b"SLINDEX\0"
VERSION = 1
HEADER_BYTES = 64
_HEADER = struct.Struct("<8sIIQQQI20x")
_POINT_TYPES = ("<i8", "<f8", "<f8")
_ITEM_TYPES = ("<i8", "<f8", "<i8", "<i8", "<i8", "<i8")


class RunEntry(msgspec.Struct, array_like=True, gc=False):
    """A run in the directory."""

    name: bytes
    content: bytes
    """What ``run_index.py`` says of it."""
    first_point: int
    points: int
    first_item: int
    items: int
    checksum: int
    """CRC-32C of its rows, column after column."""


class IndexedRun:
    """A run as it is loaded: its content and its rows."""

    __slots__ = ("content", "items", "points")

    def __init__(self, content: bytes, points: Columns, items: Columns) -> None:
        self.content = content
        self.points = points
        self.items = items


def load_index(path: Path) -> dict[str, IndexedRun]:
    """Run name -> what is known of it. Empty when there is no index, or none that can be used."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return {}
    try:
        size = os.fstat(descriptor).st_size
        if size < HEADER_BYTES:
            return {}
        mapped = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
    except (OSError, ValueError):
        return {}
    finally:
        os.close(descriptor)
    magic, version, checksum, points, items, directory_bytes, directory_checksum = _HEADER.unpack_from(mapped)
    if (magic, version) != (MAGIC, VERSION) or checksum != _header_checksum(mapped[:HEADER_BYTES]):
        return {}
    columns_bytes = 8 * (points * len(_POINT_TYPES) + items * len(_ITEM_TYPES))
    if size != HEADER_BYTES + columns_bytes + directory_bytes:
        return {}
    directory = mapped[size - directory_bytes :]
    if crc32c(directory) != directory_checksum:
        return {}
    try:
        entries = msgspec.msgpack.decode(directory, type=list[RunEntry])
    except msgspec.MsgspecError:
        return {}
    point_columns = _columns(mapped, HEADER_BYTES, points, _POINT_TYPES)
    item_columns = _columns(mapped, HEADER_BYTES + 8 * points * len(_POINT_TYPES), items, _ITEM_TYPES)
    found = {}
    for entry in entries:
        runs_points = [column[entry.first_point : entry.first_point + entry.points] for column in point_columns]
        runs_items = [column[entry.first_item : entry.first_item + entry.items] for column in item_columns]
        if _checksum((*runs_points, *runs_items)) == entry.checksum:
            found[os.fsdecode(entry.name)] = IndexedRun(entry.content, tuple(runs_points), tuple(runs_items))
    with contextlib.suppress(OSError):
        os.utime(path)  # used now: pruning goes by this
    return found


def write_index(path: Path, runs: Iterable[tuple[str, bytes, Sequence[Columns], Sequence[Columns]]]) -> None:
    """Write the index of runs: name, content, and the columns of their points and items, each in pieces.

    Another process never sees half of it: it is written beside its place and renamed. ``OSError`` from the system.
    """
    runs = list(runs)
    entries = []
    points = items = 0
    for name, content, runs_points, runs_items in runs:
        count, item_count = _rows(runs_points), _rows(runs_items)
        entries.append(RunEntry(os.fsencode(name), content, points, count, items, item_count, 0))
        points += count
        items += item_count
    descriptor, partial = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=PARTIAL_SUFFIX, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.seek(HEADER_BYTES)
            for types, pieces_of in ((_POINT_TYPES, 2), (_ITEM_TYPES, 3)):
                for number, each_type in enumerate(types):
                    for entry, run in zip(entries, runs, strict=True):
                        pieces: Sequence[Columns] = run[pieces_of]  # type: ignore[assignment]
                        if pieces:
                            rows = np.concatenate([piece[number] for piece in pieces]).astype(each_type, copy=False)
                            data = rows.tobytes()
                            entry.checksum = crc32c(data, entry.checksum)
                            file.write(data)
            directory = msgspec.msgpack.encode(entries)
            file.write(directory)
            file.seek(0)
            file.write(_header(points, items, directory))
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def _rows(pieces: Sequence[Columns]) -> int:
    return sum(len(piece[0]) for piece in pieces)


def _header(points: int, items: int, directory: bytes) -> bytes:
    fields = (points, items, len(directory), crc32c(directory))
    checksum = _header_checksum(_HEADER.pack(MAGIC, VERSION, 0, *fields))
    return _HEADER.pack(MAGIC, VERSION, checksum, *fields)


def _header_checksum(header: bytes) -> int:
    return crc32c(header[:12] + bytes(4) + header[16:])


def _columns(mapped: mmap.mmap, offset: int, rows: int, types: Sequence[str]) -> list[npt.NDArray[Any]]:
    return [
        np.frombuffer(mapped, each_type, rows, offset + 8 * rows * number) for number, each_type in enumerate(types)
    ]


def _checksum(columns: Iterable[npt.NDArray[Any]]) -> int:
    checksum = 0
    for column in columns:
        if len(column):
            checksum = crc32c(column.data, checksum)
    return checksum
