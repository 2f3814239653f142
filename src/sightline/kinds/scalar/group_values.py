"""A group's figures for a table of values: of its runs, taken together. Exact, from all points.

At a step the group is what its line is there (``spread.py``): a run that has no point just there counts with the
straight line between its neighbours, one that has ended or not begun takes no part. Over a range each run's figure is
found first, then the figures are taken together: the mean of the runs' minima is not the minimum of their mean, and it
is the former that a table of results says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sightline.analysis.align import align, distinct
from sightline.analysis.group import Band, Centre, spread
from sightline.analysis.stretch import nearest, stretch
from sightline.kinds.endpoint import Answer
from sightline.kinds.scalar.line import Line

__all__ = ["ScalarFigure", "ScalarGroupPoint", "ScalarGroupRange", "ScalarGroupValues", "group_values"]

Floats = npt.NDArray[np.float64]


class ScalarFigure(Answer):
    """One figure of several runs."""

    value: float | None
    """Mean or median; null when no run has a finite one."""
    low: float | None
    """Of the band; null where there is none."""
    high: float | None
    runs: int
    """How many runs have it."""


class ScalarGroupPoint(Answer):
    """A group at a step, or at the last points of its runs."""

    first_step: int
    """With ``last_step``: of the points that were taken together. Equal at a step."""
    last_step: int
    value: ScalarFigure
    smooth: ScalarFigure


class ScalarGroupRange(Answer):
    """Over a range of steps: each run's figure, taken together. ``share`` is the change by the size of the start."""

    points: int
    nan: int
    posinf: int
    neginf: int
    start: ScalarFigure
    end: ScalarFigure
    min: ScalarFigure
    max: ScalarFigure
    mean: ScalarFigure
    change: ScalarFigure
    share: ScalarFigure


class ScalarGroupValues(Answer):
    name: str
    runs: list[str]
    """Those of its runs that have the tag."""
    at: ScalarGroupPoint | None
    """Null for a group without a point."""
    range: ScalarGroupRange | None
    """Null when no range was asked for, or no point lies in it."""


def group_values(
    name: str,
    lines: Sequence[tuple[str, Line]],
    step: int | None,
    steps: tuple[int, int] | None,
    centre: Centre,
    band: Band,
) -> ScalarGroupValues:
    """The figures of these runs' lines over steps, at ``step`` (None: their last points) and over ``steps``."""
    own = [line for _, line in lines if len(line.step)]
    return ScalarGroupValues(
        name=name,
        runs=[run for run, _ in lines],
        at=_at(own, step, centre, band) if own else None,
        range=None if steps is None else _range(own, steps, centre, band),
    )


def _at(lines: Sequence[Line], step: int | None, centre: Centre, band: Band) -> ScalarGroupPoint:
    if step is None:
        last = [int(line.step[-1]) for line in lines]
        ends = min(last), max(last)
        matrix = np.array([[line.value[-1] for line in lines], [line.smooth[-1] for line in lines]])
    else:
        places = [int(line.step[nearest(line.step, step)]) for line in lines]
        place = min(places, key=lambda one: (abs(one - step), one))
        ends = place, place
        matrix = np.array([_heights(line, place) for line in lines]).T
    value, smooth = _together(matrix, centre, band)
    return ScalarGroupPoint(first_step=ends[0], last_step=ends[1], value=value, smooth=smooth)


def _heights(line: Line, place: int) -> tuple[float, float]:
    """Value and smoothed value at a step, as the group's line has them: NaN outside of the first and last point."""
    begin = max(int(np.searchsorted(line.step, place, "right")) - 1, 0)
    after = int(np.searchsorted(line.step, line.step[begin], "right"))
    # The point there or before it, and all at the next step: the last of several at one step counts.
    end = after if after == len(line.step) else int(np.searchsorted(line.step, line.step[after], "right"))
    piece = slice(begin, end)
    x, value, smooth = distinct(line.step[piece].astype(np.float64), line.value[piece], line.smooth[piece])
    found = align([x, x], [value, smooth], np.array([float(place)]))[:, 0]
    return float(found[0]), float(found[1])


def _range(lines: Sequence[Line], steps: tuple[int, int], centre: Centre, band: Band) -> ScalarGroupRange | None:
    pieces = []
    for line in lines:
        begin, stop = (
            int(np.searchsorted(line.step, steps[0], "left")),
            int(np.searchsorted(line.step, steps[1], "right")),
        )
        if begin < stop:
            pieces.append(line.value[begin:stop])
    if not pieces:
        return None
    found = [stretch(piece) for piece in pieces]
    start = np.array([piece[0] for piece in pieces])
    end = np.array([piece[-1] for piece in pieces])
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        change = end - start
        share = change / np.abs(start)
    figures = np.array(
        [
            start,
            end,
            [one.min for one in found],
            [one.max for one in found],
            [one.mean for one in found],
            change,
            share,
        ]
    )
    together = _together(figures, centre, band)
    return ScalarGroupRange(
        points=sum(one.points for one in found),
        nan=sum(one.nan for one in found),
        posinf=sum(one.posinf for one in found),
        neginf=sum(one.neginf for one in found),
        **dict(zip(("start", "end", "min", "max", "mean", "change", "share"), together, strict=True)),
    )


def _together(figures: Floats, centre: Centre, band: Band) -> list[ScalarFigure]:
    """One figure for each row of (f, k): of ``k`` runs."""
    middle, low, high, n = spread(np.where(np.isfinite(figures), figures, np.nan).T, centre, band)
    return [
        ScalarFigure(value=_finite(middle[i]), low=_finite(low[i]), high=_finite(high[i]), runs=int(n[i]))
        for i in range(len(figures))
    ]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
