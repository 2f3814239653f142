"""Sorted copies of columns, as many as memory allows: those used longest ago are made again when they are asked for.

A series whose steps are in order, in one file, is shown without a copy. One that lies in several files, or goes back,
takes its columns a second time; without a bound, looking at every curve of such runs would double the memory.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline.store.series import Series

__all__ = ["KEPT_BYTES", "MERGED", "MergedCache"]

KEPT_BYTES = 48 << 20
"""Of all series together, beside the one that was used last: two million points."""


class MergedCache:
    """Which series hold how much; thread-safe. It keeps none of them alive."""

    def __init__(self, kept_bytes: int) -> None:
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[weakref.ref[Series], int] = OrderedDict()
        self.bytes = 0

    def use(self, series: Series, size: int) -> None:
        """``series`` holds ``size`` bytes and is used now; others give theirs back when it is too much."""
        key = weakref.ref(series)
        with self._lock:
            self.bytes += size - self._entries.pop(key, 0)
            self._entries[key] = size
            while self.bytes - size > self._kept_bytes:
                oldest, freed = self._entries.popitem(last=False)
                self.bytes -= freed
                other = oldest()
                if other is not None:
                    other.free_merged()


MERGED = MergedCache(KEPT_BYTES)
"""The process's."""
