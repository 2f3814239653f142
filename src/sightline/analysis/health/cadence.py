"""How often a series speaks, and its longest silences: what stalls and tags that stopped are told by."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.local_median import median

__all__ = ["Cadence", "Gap", "cadence"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

MANY_INTERVALS = 20.0
"""A silence of so many usual intervals is worth remembering."""
MAX_GAPS = 16
MOST_SECONDS = 1e12
"""What is further from 1970 is no time at which a training ran (30,000 years), and how far it is says nothing."""
MAX_SAMPLED = 100_000
"""Intervals whose median is taken; of more than that, every second, third ..."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A silence in the middle of a series."""

    begin: float
    """Wall time of the point before it, and of the one after."""
    end: float
    step: int
    """Of the point before it."""

    @property
    def seconds(self) -> float:
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Cadence:
    """Of one series."""

    points: int
    first_step: int
    last_step: int
    first_wall_time: float
    last_wall_time: float
    """Smallest and largest of those that are times; NaN when there are none."""
    step_interval: float
    """Median step from one point to the next, of those above zero; NaN when there are none."""
    seconds: float
    """Median seconds from one point to the next, likewise."""
    longest: float
    """Seconds of the longest silence; 0 when there are not two points."""
    gaps: tuple[Gap, ...]
    """Silences of more than :data:`MANY_INTERVALS` usual intervals, the :data:`MAX_GAPS` longest, longest first."""


def cadence(step: Steps, wall_time: Floats) -> Cadence:
    """The cadence of a series (n,) with n > 0, whose points are sorted by step."""
    clock, at = wall_time, None
    known = np.abs(clock) <= MOST_SECONDS  # NaN is not
    if not bool(known.all()):
        at = np.flatnonzero(known)
        clock = clock[at]
    seconds = np.diff(clock)
    usual = _usual(seconds)
    longest, gaps = (float(seconds.max()) if len(seconds) else 0.0), []
    if longest > MANY_INTERVALS * usual:
        long = np.flatnonzero(seconds > MANY_INTERVALS * usual)
        for row in long[np.argsort(-seconds[long], kind="stable")[:MAX_GAPS]]:
            before = int(row if at is None else at[row])
            gaps.append(Gap(float(clock[row]), float(clock[row + 1]), int(step[before])))
    return Cadence(
        points=len(step),
        first_step=int(step[0]),
        last_step=int(step[-1]),
        first_wall_time=float(clock.min()) if len(clock) else math.nan,
        last_wall_time=float(clock.max()) if len(clock) else math.nan,
        step_interval=_usual(np.diff(step)),
        seconds=usual,
        longest=longest,
        gaps=tuple(gaps),
    )


def _usual(interval: npt.NDArray[np.int64] | Floats) -> float:
    interval = interval[:: 1 + len(interval) // MAX_SAMPLED]
    interval = interval[interval > 0]
    return median(interval.astype(np.float64)) if len(interval) else math.nan
