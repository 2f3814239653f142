"""A restart: from here on a run goes again over steps that it had logged. The rule: docs/design/0002-restarts.md."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from sightline.store.session_rows import SessionRows

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = ["Evidence", "LaterStarts", "Restart", "SessionStart"]

Evidence = Literal["session", "file", "steps"]
"""A SessionLog START, a later file, or steps that go back within one file."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A tick on the axis."""

    step: int
    """Where it goes on."""
    wall_time: float
    """When."""
    evidence: Evidence
    """The first two supersede points; steps that go back are only noted: nothing in the data says that what was logged
    before is not wanted any more."""


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A SessionLog START where it lies in its file: points before it with a step of at least ``step`` are overtaken."""

    step: int
    wall_time: float
    number: int
    """Of the STARTs of its file."""
    rows: SessionRows

    def rows_before(self, number: int, is_scalar: bool) -> int:
        """Rows of a series that lie before, in the same file, as its scanner sorts them into scalars and items."""
        return self.rows.before(self.number, number, is_scalar)

    @property
    def highest(self) -> int | None:
        """The largest step before it, in the same file."""
        return self.rows.highest[self.number]


class LaterStarts:
    """The STARTs of all files of a run, in the order of their wall times."""

    def __init__(self, starts: Iterable[tuple[EventFile, SessionStart]]) -> None:
        timed = sorted((start.wall_time, start.step) for _, start in starts if math.isfinite(start.wall_time))
        self._wall_times = [wall_time for wall_time, _ in timed]
        self._lowest = list(accumulate((step for _, step in reversed(timed)), min))[::-1]
        self._endless = [(file, start.step) for file, start in starts if start.wall_time == math.inf]

    def lowest_after(self, file: EventFile) -> int | None:
        """The smallest step of the STARTs in other files that lie after the end of this one; None without any.

        Its own are none of them: a file ends with its last event or later.
        """
        ended = file.last_wall_time
        if ended is None:
            return None
        later = bisect_right(self._wall_times, ended)
        steps = [step for other, step in self._endless if other is not file]
        return min(self._lowest[later : later + 1] + steps, default=None)
