"""The twins of the kernel's ``timed_write`` and ``Appender``; this ``Appender`` refuses everything.

What makes the kernel's worth having is that the record is made and written in one step that no other thread can
interrupt. Python has no such step; its callers then write a record made by ``frame_scalar``, under a lock.
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Appender", "timed_write"]


def timed_write(fd: int, data: Buffer) -> tuple[int, float]:
    """``os.write``, and the seconds it took; here with the wait for the GIL after it."""
    before = perf_counter()
    written = os.write(fd, data)
    return written, perf_counter() - before


class Appender:
    """``_native/_kernel.pyi`` says what each member promises."""

    armed = False
    torn = (b"", 0)
    counts = (0, 0, 0)

    def arm(self, fd: int, seconds: float, slow_seconds: float) -> None:
        """Never armed."""

    def disarm(self) -> None:
        """Never armed."""

    def append(self, tag: object, value: object, step: object, wall_time: object) -> int:
        """Refuse."""
        return 0
