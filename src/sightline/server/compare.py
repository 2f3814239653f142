"""Runs side by side: for each tag how each run's curve ended, and where it parts from that of the first run."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.analysis.figures import Better, better
from sightline.analysis.parting import parting
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import Answer, Endpoint, NotFound, Query
from sightline.store import LogDir, ScalarSeries, SeriesKey

__all__ = ["COMPARE", "CompareQuery", "CompareTag", "ComparedCurve", "ComparedParting", "Comparison", "read_comparison"]

Steps = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Points = tuple[Steps, Floats]

MOST_RUNS = 100
MOST_TAGS = 1000


class CompareQuery(Query):
    """What the page that compares runs asks."""

    runs: Annotated[list[str], msgspec.Meta(min_length=2, max_length=MOST_RUNS)]
    """The first one is what the others are compared with."""
    tags: Annotated[list[str], msgspec.Meta(max_length=MOST_TAGS)]
    """Scalar tags. One that a run has not is left empty there."""


class ComparedCurve(Answer):
    """How one run's curve of a tag ended. Points overtaken by a restart are left out."""

    points: int
    last_step: int
    last: float | None
    """The last value; null when it is not finite."""
    last_word: str
    """What the last value is when it is not finite: NaN, +inf or -inf; otherwise empty."""
    min: float | None
    """The least of the finite values, and the first step at which it stood; null when no value is finite."""
    min_step: int | None
    max: float | None
    max_step: int | None


class ComparedParting(Answer):
    """Where a run's curve parts from the first run's (``analysis/parting.py``)."""

    step: int | None
    """From here the difference stays beyond the noise, up to the end; null when the curves do not part."""
    points: int
    """Shared points."""
    low: int
    """The first shared step."""
    high: int
    difference: float
    """This run less the first one, over the last twelfth of the shared points."""
    noise: float
    """Standard deviation of that difference."""
    first: float
    """The first run's curve there."""


class CompareTag(Answer):
    """One tag; the lists have an element for each run of the query."""

    tag: str
    better: Better
    """Which of the least and the greatest value is the best one, if the tag's name says it."""
    curves: list[ComparedCurve | None]
    """Null for a run without the tag, and without a point of it that is not overtaken."""
    partings: list[ComparedParting | None]
    """Null for the first run, and where the two share too few points to tell."""


class Comparison(Answer):
    """In the order of the query's tags; tags that none of the runs has are left out."""

    tags: list[CompareTag]


def read_comparison(logdir: LogDir, query: CompareQuery) -> Comparison:
    """Raises
    ------
    NotFound
        A run is not there.
    ArgumentError
        A run is named twice.
    """
    if len(set(query.runs)) < len(query.runs):
        raise ArgumentError("runs: want each run once")
    all_runs = logdir.runs
    for name in query.runs:
        if name not in all_runs:
            raise NotFound(f"there is no run {name!r}")
    tags = []
    for tag in dict.fromkeys(query.tags):
        key = SeriesKey("scalar", tag)
        points = [_points(all_runs[name].series.get(key)) for name in query.runs]
        if any(one is not None for one in points):
            partings = [None, *(_parting(points[0], other) for other in points[1:])]
            tags.append(
                CompareTag(tag=tag, better=better(tag), curves=[_curve(one) for one in points], partings=partings)
            )
    return Comparison(tags=tags)


def _points(series: object) -> Points | None:
    """Steps and values that no restart has overtaken; None when there are none."""
    if not isinstance(series, ScalarSeries):
        return None
    columns = series.columns()
    step, value = columns.step, columns.value
    if columns.superseded.any():
        step, value = step[~columns.superseded], value[~columns.superseded]
    return (step, value) if len(step) else None


def _curve(points: Points | None) -> ComparedCurve | None:
    if points is None:
        return None
    step, value = points
    finite = np.isfinite(value)
    low = high = None
    if finite.any():
        low = int(np.argmin(np.where(finite, value, np.inf)))
        high = int(np.argmax(np.where(finite, value, -np.inf)))
    last = float(value[-1])
    return ComparedCurve(
        points=len(step),
        last_step=int(step[-1]),
        last=last if math.isfinite(last) else None,
        last_word="" if math.isfinite(last) else "NaN" if math.isnan(last) else f"{last:+}",
        min=None if low is None else float(value[low]),
        min_step=None if low is None else int(step[low]),
        max=None if high is None else float(value[high]),
        max_step=None if high is None else int(step[high]),
    )


def _parting(first: Points | None, other: Points | None) -> ComparedParting | None:
    found = None if first is None or other is None else parting(*first, *other)
    if found is None or not _finite(found.difference, found.noise, found.first):
        return None
    return ComparedParting(
        step=found.step,
        points=found.points,
        low=found.low,
        high=found.high,
        difference=found.difference,
        noise=found.noise,
        first=found.first,
    )


def _finite(*values: float) -> bool:
    """Differences of values near the largest there are overflow: nothing can be said then."""
    return all(map(math.isfinite, values))


COMPARE = Endpoint(
    method="POST",
    path="/runs/compare",
    summary="Runs side by side: how their curves ended, and where they part",
    query=CompareQuery,
    answer=Comparison,
    handler=read_comparison,
)
