"""A group of runs laid out along an axis: one line, its band, and how many runs it has where. Remembered.

Of each run the current points, smoothed over all of them; then aligned and counted together (``analysis/group.py``);
what is thinned out for the screen is thinned out after that.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.align import common_axis, distinct
from sightline.analysis.group import Band, Centre, group
from sightline.analysis.scale import forward
from sightline.kinds.scalar.array_cache import ArrayCache
from sightline.kinds.scalar.line import Layout, Line
from sightline.kinds.scalar.packing import fits_float32
from sightline.kinds.scalar.question import Found, line_of

__all__ = ["CACHE_BYTES", "MOST_VALUES", "GroupLine", "SpreadCache", "group_line"]

CACHE_BYTES = 128 * 1024 * 1024
"""Of arrays that groups have made: ten groups of 10,000 places are 6 MB."""
MOST_VALUES = 1 << 26
"""Runs times places that are counted for one group: about 2 s of work. Beyond it, every n-th place is."""
MOST_RESAMPLED = 1 << 24
"""The same of bootstrap intervals, where a place costs what :data:`PLACE_VALUES` runs cost beside its own: 1 to 3 s."""
PLACE_VALUES = 100
LAST_STEP = float(np.nextafter(2.0**63, 0.0))
"""The largest float64 that is a step: places are float64, and that of step 2**63 - 1 is one beyond."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GroupLine:
    """A group along its axis; ``low``, ``high`` and ``runs`` are (n,) beside the points of ``line``."""

    line: Line
    """``value`` is the centre of the runs as logged, ``smooth`` of the smoothed runs; there are no wall times."""
    low: Floats
    """Of the band about ``smooth``; NaN where there is none."""
    high: Floats
    runs: Integers
    """Runs that have a value there."""
    points: int
    """Points of its runs on disk, without those overtaken by a restart."""
    left_out: int
    """Of them values that are not finite."""
    interpolated: int
    """Values counted that lie between two points of their run."""
    narrow: bool
    """Every value of its runs is a float32."""
    places: int
    """Of the axis in full: more than the line has when it was too long to be counted."""


def group_line(found: Sequence[Found], how: Layout, centre: Centre, band: Band) -> GroupLine:
    """The group of these runs."""
    lines = [line_of(one, how) for one in found]
    xs, values, smooths, steps = [], [], [], []
    for line in lines:
        x, value, smooth, step = distinct(line.x, line.value, line.smooth, line.step.astype(np.float64))
        xs.append(x)
        values.append(value)
        smooths.append(smooth)
        steps.append(step)
    most = MOST_VALUES // max(len(xs), 1)
    if band == "ci95":
        most = min(most, MOST_RESAMPLED // (len(xs) + PLACE_VALUES))
    axis, places = common_axis(xs, most)
    spread = group(xs, smooths, axis, centre, band)
    plain = spread if how.amount == 0 else group(xs, values, axis, centre, "none")
    step = axis
    if how.x != "step":
        # On another axis the runs are at different steps: where they are together is their mean, and it never falls.
        step = np.maximum.accumulate(group(xs, steps, axis, "mean", "none").centre)
    at = forward(how.scale, axis)
    line = Line(
        step=np.rint(step).clip(-(2.0**63), LAST_STEP).astype(np.int64),
        wall_time=np.full(len(axis), np.nan),
        value=plain.centre,
        smooth=spread.centre,
        x=axis,
        at=at,
        unplaced=sum(line.unplaced for line in lines),
        origin=float(axis[0]) if how.x == "wall" and len(axis) else float("nan"),
        own_bytes=0,
    )
    finite = sum(int(np.isfinite(value).sum()) for value in smooths)
    return GroupLine(
        line=line,
        low=spread.low,
        high=spread.high,
        runs=spread.runs,
        points=sum(len(line.x) + line.unplaced for line in lines),
        left_out=sum(int(np.count_nonzero(~np.isfinite(line.value))) for line in lines),
        interpolated=max(int(spread.runs.sum()) - finite, 0) if places == len(axis) else 0,
        narrow=all(fits_float32(line.value) for line in lines),
        places=places,
    )


class SpreadCache:
    """The groups asked for last. Known by the store's arrays they were made of: a run that grew has others.

    Who asks for a group that another is making waits for it: a page that is loaded again while the first answer is
    still being counted does not have it counted twice.
    """

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._lock = threading.Lock()
        self._groups: ArrayCache[GroupLine] = ArrayCache(limit_bytes)
        self._making: dict[Hashable, threading.Lock] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def line(self, found: Sequence[Found], how: Layout, centre: Centre, band: Band) -> GroupLine:
        """:func:`group_line`, from memory when none of its runs has grown since."""
        key = (tuple(id(one.series) for one in found), how, centre, band)
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            try:
                return self._line(key, found, how, centre, band)
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _line(self, key: Hashable, found: Sequence[Found], how: Layout, centre: Centre, band: Band) -> GroupLine:
        source = [array for one in found for array in one.arrays()]
        line = self._groups.get(key, source)
        if line is None:
            line = group_line(found, how, centre, band)
            self._groups.put(key, source, line, _bytes(line))
        return line


def _bytes(group: GroupLine) -> int:
    line = group.line
    arrays = (line.step, line.wall_time, line.value, line.smooth, line.x, line.at, group.low, group.high, group.runs)
    return sum(array.nbytes for array in {id(array): array for array in arrays}.values())
