"""A tag's values in several runs and groups of runs, for a table: at one step, and over a range of steps. Exact, from
all points.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec
import numpy as np

from sightline.analysis.group import Band, Centre
from sightline.analysis.stretch import nearest, stretch
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import Answer, Query
from sightline.kinds.scalar.group_values import ScalarGroupValues, group_values
from sightline.kinds.scalar.groups import ScalarGroupRuns
from sightline.kinds.scalar.line import Layout, Line
from sightline.kinds.scalar.question import ScalarQuery, find, layout, line_of
from sightline.store import LogDir

__all__ = ["ScalarValues", "ScalarValuesQuery", "read_values"]


class ScalarValuesQuery(Query):
    """What a table of values asks."""

    tag: str
    runs: list[str]
    """Runs without the tag are left out of the answer."""
    groups: list[ScalarGroupRuns] = msgspec.field(default_factory=list)
    """Groups of which no run has the tag are left out too."""
    centre: Centre = "mean"
    band: Band = "minmax"
    """Of groups; as ``groups`` (the endpoint) has them."""
    step: int | None = None
    """``at`` is the point nearest to it; null for the last point."""
    steps: tuple[int, int] | None = None
    """``[first, last]``, both inside: what ``range`` is about."""
    smoothing: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    smoother: Literal["ema", "mean", "gaussian"] = "ema"


class ScalarPoint(Answer):
    """One point."""

    step: int
    wall_time: float | None
    value: float | None
    """Null when it is not finite: then ``word`` says what it is."""
    smooth: float | None
    word: Literal["", "NaN", "Infinity", "-Infinity"]


class ScalarRange(Answer):
    """All points of a run in the range of steps. The figures are of the finite values, null when there is none."""

    points: int
    nan: int
    posinf: int
    neginf: int
    start: ScalarPoint
    """Its first point; ``end`` is its last."""
    end: ScalarPoint
    min: float | None
    min_step: int | None
    """Of the first point that has the minimum."""
    max: float | None
    max_step: int | None
    mean: float | None


class ScalarRunValues(Answer):
    run: str
    origin: float | None
    """Wall time of the run's first point of the tag."""
    at: ScalarPoint | None
    """Null for a run without a point."""
    range: ScalarRange | None
    """Null when no range was asked for, or no point lies in it."""


class ScalarValues(Answer):
    tag: str
    runs: list[ScalarRunValues]
    groups: list[ScalarGroupValues]


def read_values(logdir: LogDir, query: ScalarValuesQuery) -> ScalarValues:
    """A row for each run and each group that has the tag. Points that a restart has overtaken take no part."""
    if query.steps is not None and query.steps[0] > query.steps[1]:
        raise ArgumentError(f"steps {list(query.steps)}: want [first, last] with first <= last")
    question = ScalarQuery(tag=query.tag, smoothing=query.smoothing, smoother=query.smoother)
    how = layout(question)
    # Lines are as long as the series: no more of them are held at once than a group needs.
    runs = [_values(found.run, line_of(found, how), query) for found in find(logdir, question, query.runs)]
    groups = [_group(logdir, query, question, how, group) for group in query.groups]
    return ScalarValues(tag=query.tag, runs=runs, groups=[group for group in groups if group.runs])


def _group(
    logdir: LogDir, query: ScalarValuesQuery, question: ScalarQuery, how: Layout, group: ScalarGroupRuns
) -> ScalarGroupValues:
    members = [(found.run, line_of(found, how)) for found in find(logdir, question, group.runs)]
    return group_values(group.name, members, query.step, query.steps, query.centre, query.band)


def _values(run: str, line: Line, query: ScalarValuesQuery) -> ScalarRunValues:
    at = len(line.step) - 1 if query.step is None else nearest(line.step, query.step)
    return ScalarRunValues(
        run=run,
        origin=_finite(line.origin),
        at=None if at < 0 else _point(line, at),
        range=None if query.steps is None else _range(line, *query.steps),
    )


def _range(line: Line, first: int, last: int) -> ScalarRange | None:
    begin, end = (int(np.searchsorted(line.step, first, "left")), int(np.searchsorted(line.step, last, "right")))
    if begin == end:
        return None
    found = stretch(line.value[begin:end])
    return ScalarRange(
        points=found.points,
        nan=found.nan,
        posinf=found.posinf,
        neginf=found.neginf,
        start=_point(line, begin),
        end=_point(line, end - 1),
        min=_finite(found.min),
        min_step=None if found.argmin < 0 else int(line.step[begin + found.argmin]),
        max=_finite(found.max),
        max_step=None if found.argmax < 0 else int(line.step[begin + found.argmax]),
        mean=_finite(found.mean),
    )


def _point(line: Line, row: int) -> ScalarPoint:
    value = float(line.value[row])
    return ScalarPoint(
        step=int(line.step[row]),
        wall_time=_finite(float(line.wall_time[row])),
        value=_finite(value),
        smooth=_finite(float(line.smooth[row])),
        word=_word(value),
    )


def _word(value: float) -> Literal["", "NaN", "Infinity", "-Infinity"]:
    if math.isfinite(value):
        return ""
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
