"""From a line to the rows of a chart: a bucket for each pixel column, by columns ready to be packed.

When a line has no more points in the range than the plot has columns, each point is a row. The nearest point on each
side of the range is one too, so that a line is drawn to the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.analysis.bucket import Buckets, bucket
from sightline.kinds.scalar.line import Line
from sightline.kinds.scalar.question import ChartQuery

__all__ = ["PLACING", "TIMING", "Rows", "rows_of"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PLACING = 0.01
"""Times are sent as float32 when that moves no point by more than this share of a pixel column."""

TIMING = 0.01
"""Beside steps, times are sent as float32 when that moves none by more: they are shown to the second."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of one line."""

    columns: dict[str, npt.NDArray[Any]]
    """(b,) each, by their names in the answer."""
    start: Integers
    """(b + 1,) row ``i`` is the points ``start[i]:start[i + 1]`` of the line."""
    in_range: int
    """Points between the ends: without the neighbours."""


def rows_of(line: Line, ends: Floats, query: ChartQuery) -> Rows:
    """The rows of the points between two ``ends`` (2,), as the axis has them scaled, with a neighbour on each side."""
    n = len(line.at)
    begin, end = (int(np.searchsorted(line.at, ends[0], "left")), int(np.searchsorted(line.at, ends[1], "right")))
    low, high = float(ends[0]), float(ends[1])
    if n == 0 or end - begin <= query.width:
        # Each point is a row, with its neighbours outside.
        buckets = _single(line.value, max(begin - 1, 0), min(end + 1, n))
    else:
        buckets = bucket(line.at, line.value, low, high, query.width)
        before = [_single(line.value, begin - 1, begin)] if begin else []
        after = [_single(line.value, end, end + 1)] if end < n else []
        if before or after:
            buckets = _join([*before, buckets, *after])
    first = buckets.start[:-1]
    rows: dict[str, npt.NDArray[Any]] = {
        "step": line.step[first],
        "min": buckets.min,
        "max": buckets.max,
        "count": buckets.count,
        "nan_count": buckets.nan_count,
        "posinf_count": buckets.posinf_count,
        "neginf_count": buckets.neginf_count,
    }
    on_time = query.x in ("relative", "wall")
    if query.detail:
        rows |= {"first": buckets.first, "last": buckets.last}
        if not on_time:
            rows["wall_time"] = _narrow(line.wall_time[first] - line.origin, TIMING)
    if query.smoothing > 0:
        rows["smooth"] = line.smooth[first]  # there a row stands: at its step, its time and its place
    if query.x == "tag":
        rows["x"] = line.x[first]
    elif on_time:
        x = line.x[first] if query.x == "relative" else line.x[first] - line.origin
        rows["x"] = _narrow(x, (high - low) / query.width * PLACING if query.x_scale == "linear" else 0.0)
    return Rows(rows, buckets.start, end - begin)


def _narrow(seconds: Floats, finest: float) -> npt.NDArray[np.floating[Any]]:
    """Times as float32 when that moves none of them by more than ``finest`` seconds."""
    largest = np.abs(seconds[np.isfinite(seconds)]).max(initial=0.0)
    fits = largest * 2.0**-24 <= finest and largest <= np.finfo(np.float32).max
    return seconds.astype(np.float32) if fits else seconds


def _single(value: Floats, begin: int, end: int) -> Buckets:
    """Points ``begin`` to ``end`` as buckets of one point each."""
    value = value[begin:end]
    finite = np.where(np.isfinite(value), value, np.nan)
    return Buckets(
        start=np.arange(begin, end + 1, dtype=np.int64),
        first=finite,
        last=finite,
        min=finite,
        max=finite,
        nan_count=np.isnan(value).astype(np.int64),
        posinf_count=(value == np.inf).astype(np.int64),
        neginf_count=(value == -np.inf).astype(np.int64),
    )


def _join(parts: list[Buckets]) -> Buckets:
    """Adjacent buckets, one after the other."""

    def column(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    return Buckets(
        start=np.concatenate([part.start[:-1] for part in parts] + [parts[-1].start[-1:]]),
        **{name: column(name) for name in ("first", "last", "min", "max", "nan_count", "posinf_count", "neginf_count")},
    )
