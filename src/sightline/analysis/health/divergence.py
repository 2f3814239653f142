"""Divergence: a loss that had fallen, rose, and stayed up.

With ``z`` the values (logarithms of positive ones), ``m`` their running median, ``s`` the median absolute deviation of
``z - m`` times 1.4826, and

    start = med(first 5)     best = min(m)     end = med(last 5 %)     gain = start - best     rise = end - best

it diverged when ``gain`` and ``rise`` are both at least :data:`THRESHOLD` ``s`` and either

* it went up at once (in 4 % of its points), kept there, and lost half of what it had gained or more, or
* it went up slowly, but to twice where it had started after having fallen to half of that (for values below zero:
  ``rise >= 3 gain``).

A validation loss that creeps up while the model overfits, a generator's loss that grows as its opponent learns, and a
new task in a curriculum do neither. A loss that did the same before and came back is left alone too.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.finding import Finding, figure_words, step_words
from sightline.analysis.health.level import WINDOW, level_of
from sightline.analysis.health.local_median import median

__all__ = ["MIN_POINTS", "find_divergence"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

MIN_POINTS = 40
THRESHOLD = 5.0
LOST = 0.5
LEAST_RISE = math.log(1.3)
"""In logarithms: a third more than the best."""
AT_ONCE = 0.04
STEADY = 0.7


def find_divergence(step: Steps, wall_time: Floats, value: Floats) -> list[Finding]:
    """The divergence of a loss (n,), at the step where it left its level for good: one or none."""
    finite = np.flatnonzero(np.isfinite(value))
    n = len(finite)
    if n < MIN_POINTS:
        return []
    y = value[finite]
    at = level_of(y)
    if at is None:
        return []
    level = at.level
    start, best = median(at.z[:5]), float(level.min())
    end = median(at.z[-max(WINDOW, n // 20) :])
    gain, rise = start - best, end - best
    if min(gain, rise) < max(THRESHOLD * at.spread, LEAST_RISE if at.is_log else 0.0):
        return []
    lowest = int(level.argmin())
    left = lowest + int(np.flatnonzero(level[lowest:] <= best + 0.1 * rise)[-1])
    below = lowest + int(np.flatnonzero(level[lowest:] <= best + 0.5 * rise)[-1])
    above = np.flatnonzero(level[left:] >= best + 0.9 * rise)
    if len(level) - below < WINDOW or not len(above):  # a spike that may still come back
        return []
    at_once = int(above[0]) <= max(WINDOW, AT_ONCE * n) and rise >= LOST * gain
    steady = float(level[left + int(above[0]) :].min()) >= best + STEADY * rise
    far = gain >= math.log(2.0) and end >= start + math.log(2.0) if at.is_log else rise >= 3.0 * gain
    if not ((at_once and steady) or far) or _happened_before(level[:left], rise):
        return []
    row = int(finite[min(left + WINDOW // 2 + 1, n - 1)])
    last, low = median(y[-max(WINDOW, n // 20) :]), float(median(y[max(0, lowest) : lowest + WINDOW]))
    words = (
        f"left its level at {step_words(int(step[row]))} and stayed up: {figure_words(last)} now, "
        f"{figure_words(low)} at its best"
    )
    return [Finding("divergence", "bad", int(step[row]), float(wall_time[row]), rise / at.spread, words)]


def _happened_before(level: Floats, rise: float) -> bool:
    """Whether the level was already up by half as much above the lowest before it: it is down again."""
    return bool(len(level)) and float((level - np.minimum.accumulate(level)).max()) >= 0.5 * rise
