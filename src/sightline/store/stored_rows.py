"""Rows that lie in the index, and are read when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sightline.format.kernel import crc32c

if TYPE_CHECKING:
    from sightline.store.index_file import IndexFile
    from sightline.store.part import Columns

__all__ = ["ITEM_TYPES", "POINT_TYPES", "StoredRows"]

INTEGER, NUMBER = np.dtype("<i8"), np.dtype("<f8")
POINT_TYPES = (INTEGER, NUMBER, NUMBER)
"""Step, wall time, value."""
ITEM_TYPES = (INTEGER, NUMBER, INTEGER, INTEGER, INTEGER, INTEGER)
"""Step, wall time, record, payload, offset, length."""


class StoredRows:
    """A block of the index: neighbouring series of one run, column behind column, under one checksum.

    What was read is kept for as long as a part of a series has not taken its rows from it.
    """

    __slots__ = ("_checksum", "_columns", "_index", "_offset", "_rows", "_types")

    def __init__(
        self, index: IndexFile, offset: int, types: tuple[np.dtype[Any], ...], rows: int, checksum: int
    ) -> None:
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
        if data is None or crc32c(data) != self._checksum:
            return None
        places = enumerate(self._types)
        return tuple([np.frombuffer(data, each, self._rows, 8 * self._rows * number) for number, each in places])
