"""One line of a chart: the points of a series laid out along an axis, smoothed over all of them, remembered.

Zooming asks for the same line again and again; smoothing and laying out ten million points takes longer than
answering, so the last lines are kept, up to :data:`CACHE_BYTES`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.axis import axis, first_finite, join_on_step
from sightline.analysis.scale import Scale, forward
from sightline.analysis.smooth import Smoother, smooth_by
from sightline.kinds.scalar.array_cache import ArrayCache
from sightline.store import ScalarColumns

__all__ = ["CACHE_BYTES", "Layout", "Line", "LineCache", "lay_out"]

CACHE_BYTES = 256 * 1024 * 1024
"""Of arrays that a line has made, above what the store holds anyway: 16 million points at most."""

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a line is laid out: what of a question is about more than the range in sight."""

    x: str
    """``step``, ``relative``, ``wall``, or ``tag NAME``: then the columns of that tag are given."""
    scale: Scale
    smoother: Smoother
    amount: float
    branch: int
    """Which points: 0 for the current ones, else those of a branch that a restart has overtaken."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points in the order of ``x``, and the smoothed value at each. All arrays are (n,)."""

    step: Steps
    wall_time: Floats
    value: Floats
    smooth: Floats
    x: Floats
    at: Floats
    """``x`` on the scale of the axis: what is divided into pixel columns. The same array on a linear one."""
    unplaced: int
    """Points left out because their ``x`` has no place on the axis."""
    origin: float
    """Wall time of the run's first point of the tag; NaN when none is finite."""
    own_bytes: int
    """Memory that only this line needs."""


def lay_out(columns: ScalarColumns, layout: Layout, other: ScalarColumns | None) -> Line:
    """The line of these points. ``other`` is the series that ``x: tag`` names, None when the run has none."""
    mask = columns.superseded
    origin = first_finite(columns.wall_time if not mask.any() else columns.wall_time[~mask])
    mask = columns.branch == layout.branch if layout.branch else ~mask
    everything = bool(mask.all())  # the usual case: no copies
    step = columns.step if everything else columns.step[mask]
    wall_time = columns.wall_time if everything else columns.wall_time[mask]
    value = columns.value if everything else columns.value[mask]
    smooth = smooth_by(layout.smoother, value, layout.amount)  # in the order of steps, whatever the axis
    if layout.x.startswith("tag "):
        x = _joined(step, other)
    elif layout.x == "step":
        x = axis("step", step, wall_time)
    else:
        x = axis("wall" if layout.x == "wall" else "relative", step, wall_time, origin)
    at = forward(layout.scale, x)
    unplaced = 0
    if layout.x != "step" or layout.scale == "log":
        # Clocks are set back, points of one step need not be in the order of time, a counter may start again.
        placed = np.isfinite(at)
        unplaced = len(at) - int(placed.sum())
        if unplaced or bool((at[1:] < at[:-1]).any()):
            order = np.flatnonzero(placed)
            order = order[np.argsort(at[order], kind="stable")]
            step, wall_time, value, smooth = step[order], wall_time[order], value[order], smooth[order]
            at, x = at[order], x[order]
    held = {id(array): array.nbytes for array in (step, wall_time, value, smooth, x, at)}
    shared = {id(columns.step), id(columns.wall_time), id(columns.value)}
    own = sum(size for key, size in held.items() if key not in shared)
    return Line(step, wall_time, value, smooth, x, at, unplaced, origin, own)


def _joined(step: Steps, other: ScalarColumns | None) -> Floats:
    if other is None:
        return np.full(len(step), np.nan)
    current = ~other.superseded
    return join_on_step(step, other.step[current], other.value[current])


class LineCache:
    """The lines asked for last, as long as the arrays they were made of are the store's."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._lines: ArrayCache[Line] = ArrayCache(limit_bytes)

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def bytes(self) -> int:
        """Memory that the kept lines need by themselves."""
        return self._lines.bytes

    def line(self, series: object, columns: ScalarColumns, layout: Layout, other: ScalarColumns | None = None) -> Line:
        """:func:`lay_out`, from memory when it was asked for a moment ago and nothing was added since."""
        source = columns.arrays() if other is None else [*columns.arrays(), *other.arrays()]
        key = (id(series), layout)
        line = self._lines.get(key, source)
        if line is None:
            line = lay_out(columns, layout, other)
            self._lines.put(key, source, line, line.own_bytes)
        return line
