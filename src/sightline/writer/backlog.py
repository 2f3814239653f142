"""Records that wait to be written, and the thread that writes them: for storage where a write is slow.

Two things use it: ``durability="buffered"``, always, and every other writer for as long as its storage is slow, which
it finds out by itself. Otherwise there is no thread and nothing waits.

What may be lost when the process is killed is what waits here: what was logged in the last ``BATCH_SECONDS``, and on
storage that can't keep up what it is behind, never more than ``QUEUE_BYTES``.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread
from time import monotonic
from typing import Protocol

__all__ = ["Backlog", "Destination"]

BATCH_SECONDS = 0.2
"""How long records are collected before they are written."""
BATCH_BYTES = 1 << 20
"""So many are written without waiting any longer, and in one piece."""
QUEUE_BYTES = 64 << 20
"""So many may wait, those being written included. A single larger record is taken when nothing else waits."""
STALL_SECONDS = 1.0
"""How long a caller waits for room while not a single write ends. After that, records that find no room are lost."""
DRAIN_SECONDS = 10.0
"""How long ``flush`` and ``close`` wait for storage that stalls."""

WATCHED_WRITES = 16
"""Storage is judged by its last so many writes."""
SLOW_SECONDS = 0.001
"""Their median from which it is slow: a write to a local file takes a thousandth of that."""
STALLED_SECONDS = 0.25
"""A single write of that length is enough."""
BYTES_PER_SECOND = 100e6
"""What large records may take is not held against the storage."""


class Destination(Protocol):
    """What records are written to: an event file."""

    def write(self, records: bytes, count: int) -> None: ...
    def lose(self, count: int, reason: str) -> None: ...


class Backlog:
    """A bounded queue of records for one writer's files, in the order of the calls. Thread-safe."""

    def __init__(self, always: bool = False) -> None:
        self.batching = always
        """Whether records are collected now; otherwise they are the caller's to write."""
        self._always = always
        self._times: deque[float] = deque(maxlen=WATCHED_WRITES)
        self._told = False
        self.reset()

    def reset(self) -> None:
        """Nothing waits and there is no thread: at the beginning, and in a forked child, whose parent has both."""
        # Re-entrant: a signal handler may log while its own thread is in here.
        self._changed = Condition()
        self._queue: list[tuple[Destination, bytes, int]] = []
        self._waiting_bytes = self._waiting_records = 0
        self._thread: Thread | None = None
        self._urgent = self._ending = False
        self._progress_at = 0.0

    @property
    def waiting(self) -> int:
        """Records that are lost if the process is killed now."""
        return self._waiting_records

    def put(self, destination: Destination, records: bytes, count: int) -> bool:
        """Take records to be written later; False when they are not collected now."""
        with self._changed:
            if not self.batching or not self._has_thread():
                return False
            if not self._has_room(len(records)):
                destination.lose(count, "the storage stalls")
                return True
            if not self._waiting_records:
                self._progress_at = monotonic()
            self._queue.append((destination, records, count))
            self._waiting_bytes += len(records)
            self._waiting_records += count
            self._changed.notify_all()
        return True

    def drain(self, seconds: float = DRAIN_SECONDS) -> bool:
        """Wait until everything taken has been written; False when the storage did not do it in that time."""
        with self._changed:
            if not self._waiting_records:
                return True
            self._urgent = True
            self._changed.notify_all()
            done = self._changed.wait_for(lambda: not self._waiting_records, seconds)
            self._urgent = False
        return done

    def close(self) -> None:
        """Drain, and let the thread end; it begins again with the next record."""
        self.drain()
        with self._changed:
            self._ending = True
            self._changed.notify_all()

    def observe(self, seconds: float, size: int) -> str:
        """Take note of how long a write took. When storage has turned out to be slow: a sentence that says so."""
        seconds -= size / BYTES_PER_SECOND
        self._times.append(seconds)
        if self.batching:
            return ""
        times = sorted(self._times)
        median = times[len(times) // 2]
        if seconds < STALLED_SECONDS and (len(times) < WATCHED_WRITES or median < SLOW_SECONDS):
            return ""
        self._times.clear()
        self.batching = True
        if self._told:
            return ""
        self._told = True
        return (
            f"a write takes {max(median, seconds) * 1000:.0f} ms here. While that lasts, records are collected and "
            f"written every {BATCH_SECONDS} s by a thread; if the process is killed, those still waiting are lost"
        )

    @property
    def watching(self) -> bool:
        """Whether too few writes are known to judge the storage."""
        return len(self._times) < WATCHED_WRITES

    def watch(self) -> None:
        """Judge the storage anew: a write took long."""
        self._times.clear()

    def _has_thread(self) -> bool:
        if self._thread is not None and not self._ending and self._thread.is_alive():
            return True
        self._ending = False
        if self._thread is None or not self._thread.is_alive():
            thread = Thread(target=self._run, name="sightline-writer", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the interpreter is ending, or no thread is to be had: as if there were no queue
                return False
            self._thread = thread
        return True

    def _has_room(self, size: int) -> bool:
        def fits() -> bool:
            return not self._waiting_records or self._waiting_bytes + size <= QUEUE_BYTES

        while not fits():
            left = self._progress_at + STALL_SECONDS - monotonic()
            if left <= 0:
                return False
            self._urgent = True
            self._changed.notify_all()
            self._changed.wait(left)
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    if self._ending:
                        self._thread = None
                        return
                    self._changed.wait()
                self._changed.wait_for(
                    lambda: self._urgent or self._ending or self._waiting_bytes >= BATCH_BYTES, BATCH_SECONDS
                )
                taken, self._queue = self._queue, []
                self._progress_at = monotonic()
            for destination, records, count in _joined(taken):
                destination.write(records, count)
                with self._changed:
                    self._waiting_bytes -= len(records)
                    self._waiting_records -= count
                    self._progress_at = monotonic()
                    if not self._waiting_records:
                        self._urgent = False
                        self._leave()
                    self._changed.notify_all()

    def _leave(self) -> None:
        """Stop collecting when nothing waits and all of the last writes were quick."""
        if not self._always and not self.watching and max(self._times) < SLOW_SECONDS:
            self.batching = False


def _joined(queue: list[tuple[Destination, bytes, int]]) -> list[tuple[Destination, bytes, int]]:
    """Neighbours of one file in one piece, up to ``BATCH_BYTES``."""
    result: list[tuple[Destination, bytes, int]] = []
    pieces: list[bytes] = []
    size = total = 0
    for place, (destination, records, count) in enumerate(queue):
        pieces.append(records)
        size += len(records)
        total += count
        last = place + 1 == len(queue)
        if last or queue[place + 1][0] is not destination or size + len(queue[place + 1][1]) > BATCH_BYTES:
            result.append((destination, b"".join(pieces), total))
            pieces, size, total = [], 0, 0
    return result
