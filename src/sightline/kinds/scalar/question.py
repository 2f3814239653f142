"""What questions about scalars have in common: the tag, the axis, how smooth. And the lines that they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy.typing as npt

from sightline.errors import ArgumentError
from sightline.kinds.endpoint import NotFound, Query
from sightline.kinds.scalar.line import Layout, Line, LineCache
from sightline.kinds.scalar.schema import KIND
from sightline.store import LogDir, ScalarColumns, ScalarSeries, SeriesKey

__all__ = ["ChartQuery", "Found", "ScalarQuery", "check", "find", "layout", "line_of"]

_cache = LineCache()


class ScalarQuery(Query, kw_only=True):
    """The fields that every question has."""

    tag: str
    x: Literal["step", "relative", "wall", "tag"] = "step"
    x_tag: str = ""
    """With ``x: "tag"``: the scalar tag that is the axis, joined on the step."""
    x_scale: Literal["linear", "log", "symlog"] = "linear"
    range: tuple[float, float] | None = None
    """``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
    never depends on which others were asked for with it."""
    smoothing: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing."""
    smoother: Literal["ema", "mean", "gaussian"] = "ema"


class ChartQuery(ScalarQuery, kw_only=True):
    """The fields of a question about what is drawn."""

    width: Annotated[int, msgspec.Meta(ge=1, le=16_384)] = 800
    """Pixel columns of the plot: the most rows a line has inside the range."""
    detail: bool = True
    """Whether ``first``, ``last`` and ``wall_time`` are sent: a hundred thin lines are drawn without them."""


class Found(msgspec.Struct, frozen=True):
    """A run's series and what lies in it now."""

    run: str
    series: ScalarSeries
    columns: ScalarColumns
    other: ScalarColumns | None
    """Of the tag that is the axis; None when there is no such axis, or the run has not that tag."""

    def arrays(self) -> list[npt.NDArray[Any]]:
        """The store's arrays: others as soon as the run has grown."""
        return self.columns.arrays() if self.other is None else [*self.columns.arrays(), *self.other.arrays()]


def check(query: ScalarQuery) -> None:
    """Raises :class:`ArgumentError` where the fields do not fit together."""
    if query.range is not None and not (query.range[0] <= query.range[1]):
        raise ArgumentError(f"range {list(query.range)}: want [low, high] with low <= high")
    if query.range is not None and query.x_scale == "log" and not query.range[0] > 0:
        raise ArgumentError(f"range {list(query.range)} on a log scale: want numbers above 0")
    if (query.x == "tag") != (query.x_tag != ""):
        raise ArgumentError(f"x is {query.x!r} and x_tag {query.x_tag!r}: want x_tag with x 'tag', and only then")


def find(logdir: LogDir, query: ScalarQuery, runs: Iterable[str]) -> Iterator[Found]:
    """Of these runs those that have the tag, in their order and each once.

    Raises
    ------
    NotFound
        No run of the log directory has it.
    """
    key, other_key = SeriesKey(KIND.name, query.tag), SeriesKey(KIND.name, query.x_tag)
    all_runs = logdir.runs
    if not any(key in run.series for run in all_runs.values()):
        raise NotFound(f"no run has a scalar with the tag {query.tag!r}")
    for name in dict.fromkeys(runs):
        series = all_runs[name].series.get(key) if name in all_runs else None
        if not isinstance(series, ScalarSeries):
            continue
        other: ScalarColumns | None = None
        if query.x == "tag":
            other_series = all_runs[name].series.get(other_key)
            other = other_series.columns() if isinstance(other_series, ScalarSeries) else None
        yield Found(name, series, series.columns(), other)


def layout(query: ScalarQuery, branch: int = 0) -> Layout:
    """What of a question decides how a line is laid out."""
    x = f"tag {query.x_tag}" if query.x == "tag" else query.x
    return Layout(x, query.x_scale, query.smoother, query.smoothing, branch)


def line_of(found: Found, how: Layout) -> Line:
    """The series laid out, from memory when nothing was added since."""
    return _cache.line(found.series, found.columns, how, found.other)
