"""How many rows of each series of a file lie before each of its SessionLog STARTs.

Columns do not say in which record a scalar was, so the file is scanned a second time up to each START: once, however
many there are, and as it was the first time, so that the same rows are found. Only what changed from one START to the
next is kept, so all of it takes no more than the points do.
"""

from __future__ import annotations

import os
from bisect import bisect_right

import numpy as np

from sightline.format.batch import Batch
from sightline.format.kernel import Scanner
from sightline.format.record import FOOTER_BYTES, HEADER_BYTES

__all__ = ["SessionRows"]

BLOCK_BYTES = 32 << 20
Marks = dict[int, tuple[list[int], list[int]]]
"""Number of a series -> STARTs before which it had grown, and how many rows lay before each."""


class SessionRows:
    """Grows with its file; under the run's lock."""

    __slots__ = ("_counts", "_scanner", "_verify_below", "highest", "items", "scalars")

    def __init__(self, verify_below: int) -> None:
        """``verify_below``: of the scanner that reads the file."""
        self._verify_below = verify_below
        self.highest: list[int | None] = []
        """For each START the largest step before it."""
        self.scalars: Marks = {}
        self.items: Marks = {}
        self._scanner: Scanner | None = None
        self._counts: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def add(self, descriptor: int, record: int) -> None:
        """Note the next START, whose record begins at byte ``record`` of the open file."""
        if self._scanner is None:
            self._scanner = Scanner(self._verify_below)
        highest = self.highest[-1] if self.highest else None
        while self._scanner.offset < record:
            batch = self._scanner.scan_file(descriptor, self._piece(descriptor, self._scanner.offset, record))
            self._count(batch)
            for steps in (batch.step, batch.item_step):
                if len(steps):
                    here = int(steps.max())
                    highest = here if highest is None else max(highest, here)
            if batch.bytes_read == 0:
                break
        self.highest.append(highest)

    @staticmethod
    def _piece(descriptor: int, offset: int, end: int) -> int:
        """How much to scan from a record on: the scanner reads more than it is told where a record is longer, and
        would go on behind ``end``."""
        length = int.from_bytes(os.pread(descriptor, 8, offset), "little")
        return min(end - offset, max(BLOCK_BYTES, HEADER_BYTES + length + FOOTER_BYTES))

    def before(self, start: int, number: int, is_scalar: bool) -> int:
        """Rows of a series that lie before a START, both by their numbers in the file, as its scanner sorts them."""
        starts, rows = (self.scalars if is_scalar else self.items).get(number, ((), ()))
        found = bisect_right(starts, start)
        return rows[found - 1] if found else 0

    def _count(self, batch: Batch) -> None:
        scalars = zip(batch.scalar_series.tolist(), np.diff(batch.scalar_start).tolist(), strict=True)
        numbers, rows = np.unique(batch.item_series, return_counts=True)
        items = zip(numbers.tolist(), rows.tolist(), strict=True)
        for marks, counts, found in zip((self.scalars, self.items), self._counts, (scalars, items), strict=True):
            for number, more in found:
                counts[number] = counts.get(number, 0) + more
                _mark(*marks.setdefault(number, ([], [])), len(self.highest), counts[number])


def _mark(starts: list[int], rows: list[int], start: int, count: int) -> None:
    """``count`` rows lie before START number ``start``, as far as is known."""
    if rows and rows[-1] >= count:
        return  # counted anew from the beginning, after a restored index
    if starts and starts[-1] == start:
        rows[-1] = count
    else:
        starts.append(start)
        rows.append(count)
