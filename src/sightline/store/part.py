"""The rows of one series that lie in one event file: columns that grow.

The first batch of a file is kept as the kernel gave it: many series share its arrays and nothing is copied. What comes
later goes to a tail of our own, which grows by a quarter, so a scalar point takes 24 to 30 bytes. Rows that the index
keeps are loaded when they are asked for; what comes after them is appended all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sightline.store.stored_rows import StoredRows

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = ["Columns", "Part", "Piece", "StoredPiece"]

Columns = tuple[npt.NDArray[Any], ...]
"""Arrays of one length; the first one is the step."""


class StoredPiece(NamedTuple):
    """Rows ``start:stop`` of those in an index."""

    rows: StoredRows
    start: int
    stop: int


Piece = Columns | StoredPiece

GROWTH = 1.25
MIN_ROWS = 16


class Part:
    """Rows in file order. Guarded by the run's lock; arrays that were handed out never change."""

    __slots__ = (
        "_columns",
        "_head",
        "_start",
        "_stop",
        "_stored",
        "_tail",
        "_tail_rows",
        "falls_judged",
        "file",
        "high",
        "is_scalar",
        "last_step",
        "low",
        "number",
    )

    def __init__(
        self,
        file: EventFile,
        number: int,
        is_scalar: bool,
        rows: Columns | StoredRows,
        start: int,
        stop: int,
        low: int,
        high: int,
    ) -> None:
        """Rows ``start:stop`` of ``rows``, at least one, whose steps lie from ``low`` to ``high``."""
        self.file = file
        self.number = number
        """Of the series in its file's scanner."""
        self.is_scalar = is_scalar
        self.low = low
        self.high = high
        """Smallest and largest step."""
        self.last_step = high
        """Step of the last row; scalars only."""
        self.falls_judged: dict[int, tuple[int, float] | None] | None = None
        """A row whose step falls -> step and wall time of the restart there; None when it is surely none."""
        self._stored = rows if isinstance(rows, StoredRows) else None
        self._head = () if isinstance(rows, StoredRows) else rows
        """Empty until it is loaded."""
        self._start = start
        self._stop = stop
        self._tail: Columns | None = None
        self._tail_rows = 0
        self._columns: Columns | None = None

    def __len__(self) -> int:
        return self._stop - self._start + self._tail_rows

    def load(self) -> bool:
        """Have the rows, which all that gives rows wants; false when the index does not have what it was given."""
        if self._stored is not None:
            columns = self._stored.load()
            if columns is None:
                return False
            self._head, self._stored = columns, None
        return True

    def append(self, columns: Columns, start: int, stop: int, low: int, high: int) -> None:
        """Add rows ``start:stop`` of ``columns``, whose steps lie from ``low`` to ``high``."""
        self.low = min(self.low, low)
        self.high = max(self.high, high)
        rows = self._tail_rows + stop - start
        tail = self._tail
        if tail is None or rows > len(tail[0]):
            capacity = max(MIN_ROWS, int(rows * GROWTH))
            grown = tuple(np.empty(capacity, column.dtype) for column in columns)
            if tail is not None:
                for new, old in zip(grown, tail, strict=True):
                    new[: self._tail_rows] = old[: self._tail_rows]
            self._tail = tail = grown
        for ours, theirs in zip(tail, columns, strict=True):
            ours[self._tail_rows : rows] = theirs[start:stop]
        self._tail_rows = rows
        self._columns = None

    def last(self, column: int, count: int) -> npt.NDArray[Any]:
        """The last rows of one column, at most ``count``; fewer where the tail has just begun."""
        if self._tail is not None:
            return self._tail[column][max(0, self._tail_rows - count) : self._tail_rows]
        return self._head[column][max(self._start, self._stop - count) : self._stop]

    def pieces(self) -> list[Piece]:
        """All rows as they lie, in pieces: nothing is copied or loaded, and nothing changes them later."""
        pieces: list[Piece]
        if self._stored is not None:
            pieces = [StoredPiece(self._stored, self._start, self._stop)]
        else:
            pieces = [tuple(column[self._start : self._stop] for column in self._head)]
        if self._tail is not None:
            pieces.append(tuple(column[: self._tail_rows] for column in self._tail))
        return pieces

    def columns(self) -> Columns:
        """All rows, contiguous and read-only."""
        if self._columns is None:
            head_rows = self._stop - self._start
            if self._tail is None:
                arrays = tuple(column[self._start : self._stop] for column in self._head)
            else:
                if head_rows:
                    self._fold(head_rows)
                arrays = tuple(column[: self._tail_rows] for column in self._tail)
            for array in arrays:
                array.flags.writeable = False
            self._columns = arrays
        return self._columns

    def _fold(self, head_rows: int) -> None:
        """Move the head into the tail's arrays, so that a series that is read as it grows is copied only once."""
        assert self._tail is not None
        rows = head_rows + self._tail_rows
        capacity = max(MIN_ROWS, int(rows * GROWTH))
        folded = []
        for head, tail in zip(self._head, self._tail, strict=True):
            column = np.empty(capacity, head.dtype)
            column[:head_rows] = head[self._start : self._stop]
            column[head_rows:rows] = tail[: self._tail_rows]
            folded.append(column)
        self._tail = tuple(folded)
        self._tail_rows = rows
        self._head = tuple(column[:0].copy() for column in folded)
        self._start = self._stop = 0
