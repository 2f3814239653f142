"""Rows that lie in the index, and are read when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sightline.format.kernel import crc32c

if TYPE_CHECKING:
    from sightline.store.index_file import IndexFile
    from sightline.store.part import Columns

__all__ = ["ITEM_TYPES", "POINT_TYPES", "StoredRows"]

POINT_TYPES = ("<i8", "<f8", "<f8")
"""Step, wall time, value."""
ITEM_TYPES = ("<i8", "<f8", "<i8", "<i8", "<i8", "<i8")
"""Step, wall time, record, payload, offset, length."""


class StoredRows:
    """A block of the index: neighbouring series of one run, column behind column, under one checksum.

    What was read is kept for as long as a part of a series has not taken its rows from it.
    """

    __slots__ = ("_checksum", "_columns", "_index", "_offset", "_rows", "_types")

    def __init__(self, index: IndexFile, offset: int, types: tuple[str, ...], rows: int, checksum: int) -> None:
        self._index = index
        self._offset = offset
        self._types = types
        self._rows = rows
        self._checksum = checksum
        self._columns: Columns | None = None

    def load(self) -> Columns | None:
        """The columns, read-only; None when what lies there is not what was written. Under the run's lock."""
        if self._columns is None:
            self._columns = self.read()
        return self._columns

    def read(self) -> Columns | None:
        """The same, and nothing is kept; from any thread."""
        if self._columns is not None:
            return self._columns
        data = self._index.read(self._offset, 8 * self._rows * len(self._types))
        if data is None or crc32c(data.data) != self._checksum:
            return None
        data.flags.writeable = False
        columns: list[npt.NDArray[Any]] = []
        for number, each_type in enumerate(self._types):
            columns.append(data[8 * number * self._rows : 8 * (number + 1) * self._rows].view(np.dtype(each_type)))
        return tuple(columns)
