"""The twin of the kernel's ``Appender`` where there is no kernel: it refuses everything.

What makes the kernel's worth having is that the record is made and written in one step that no other thread can
interrupt. Python has no such step; its callers then write a record made by ``frame_scalar``, under a lock.
"""

from __future__ import annotations

__all__ = ["Appender"]


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
