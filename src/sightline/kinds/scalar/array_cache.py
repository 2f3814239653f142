"""What was made of arrays of the store, remembered while they live: the last of it, up to a bound.

Only weak references are kept to the arrays. A series that has grown has others, merged columns are given up when they
are too many (``store/merged_cache.py``), a run may be deleted: each time what was made of them goes too, and nothing
of the store's is kept alive that the store does not count any more.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Hashable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["ArrayCache"]

V = TypeVar("V")
Array = npt.NDArray[Any]
Ref = weakref.ref[np.ndarray[Any, Any]]


class ArrayCache(Generic[V]):
    """By key, at most ``limit_bytes`` together. Thread-safe."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[tuple[Ref, ...], V, int]] = OrderedDict()
        self._gone: deque[Hashable] = deque()
        """Keys of which an array is gone: noted wherever that happens, also where the lock is held."""
        self.bytes = 0
        """Memory that the entries need by themselves."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable, source: Sequence[Array]) -> V | None:
        """What was made of exactly these arrays; None when it is not here."""
        with self._lock:
            self._forget_gone()
            entry = self._entries.get(key)
            if entry is None:
                return None
            references, value, _ = entry
            if len(references) == len(source) and all(map(_is, references, source)):
                self._entries.move_to_end(key)
                return value
            self._drop(key)
            return None

    def put(self, key: Hashable, source: Sequence[Array], value: V, size: int) -> None:
        """Keep it, and let go of what was used longest ago; what is larger than the bound is not kept."""
        if size > self._limit:
            return

        def note(_: Ref) -> None:
            self._gone.append(key)
            if self._lock.acquire(blocking=False):
                try:
                    self._forget_gone()
                finally:
                    self._lock.release()

        references = tuple(weakref.ref(array, note) for array in source)
        with self._lock:
            self._forget_gone()
            self._drop(key)
            self._entries[key] = (references, value, size)
            self.bytes += size
            while self.bytes > self._limit:
                self._drop(next(iter(self._entries)))

    def _forget_gone(self) -> None:
        while self._gone:
            key = self._gone.popleft()
            entry = self._entries.get(key)
            if entry is not None and any(reference() is None for reference in entry[0]):
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry[2]


def _is(reference: Ref, array: Array) -> bool:
    return reference() is array
