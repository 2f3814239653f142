"""Scalars, asked for by the page: a range and a width in pixels -> Arrow columns, a list for each line.

Every point counts: smoothing runs over all points of a series before any are left out, and what is left out at low
zoom keeps the minimum and maximum of each pixel column.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.analysis.bucket import Buckets, bucket
from sightline.analysis.scale import forward
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import ARROW_STREAM, Answer, Content, Endpoint, NotFound, Pieces, Query
from sightline.kinds.scalar.export import csv_pieces, json_pieces
from sightline.kinds.scalar.line import Layout, Line, LineCache
from sightline.kinds.scalar.packing import lean, pack, shared
from sightline.kinds.scalar.schema import KIND
from sightline.store import LogDir, ScalarColumns, ScalarSeries, SeriesKey

__all__ = [
    "ENDPOINTS",
    "ScalarPointsQuery",
    "ScalarSeriesMetadata",
    "ScalarSeriesQuery",
    "read_points",
    "read_series",
]

Floats = npt.NDArray[np.float64]

PLACING = 0.01
"""Times are sent as float32 when that moves no point by more than this share of a pixel column."""

_cache = LineCache()


class ScalarSeriesQuery(Query):
    """What a chart asks."""

    tag: str
    runs: list[str]
    """Runs without the tag are left out of the answer."""
    x: Literal["step", "relative", "wall", "tag"] = "step"
    x_tag: str = ""
    """With ``x: "tag"``: the scalar tag that is the axis, joined on the step."""
    x_scale: Literal["linear", "log", "symlog"] = "linear"
    range: tuple[float, float] | None = None
    """``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
    never depends on which others were asked for with it."""
    width: Annotated[int, msgspec.Meta(ge=1, le=16_384)] = 800
    """Pixel columns of the plot: the most rows a line has inside the range."""
    smoothing: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing."""
    smoother: Literal["ema", "mean", "gaussian"] = "ema"
    superseded: bool = False
    """Whether points overtaken by a restart are sent too, as lines of their own."""
    detail: bool = True
    """Whether ``first``, ``last`` and ``wall_time`` are sent: a hundred thin lines are drawn without them."""


class ScalarPointsQuery(Query):
    """What is saved: all points of a tag in these runs, with places and smoothing as a chart has them."""

    tag: str
    runs: list[str]
    format: Literal["csv", "json"] = "csv"
    x: Literal["step", "relative", "wall", "tag"] = "step"
    x_tag: str = ""
    x_scale: Literal["linear", "log", "symlog"] = "linear"
    range: tuple[float, float] | None = None
    smoothing: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    smoother: Literal["ema", "mean", "gaussian"] = "ema"
    superseded: bool = False


class ScalarLine(Answer):
    """What one row of the record batch holds. A run has one; with ``superseded`` it may have a second."""

    run: str
    superseded: bool
    """True for the line of points that a restart has overtaken."""
    rows: int
    """Elements of its lists."""
    points: int
    """Points of the whole line on disk."""
    points_in_range: int
    """Points with low <= x <= high; more than the rows there: several share a row."""
    points_unplaced: int
    """Points that stand nowhere on this axis: a wall time of NaN, no value of ``x_tag``, zero on a log scale."""
    x_low: float | None
    """Lowest x of the whole line; null when no point has a place."""
    x_high: float | None
    origin: float | None
    """Wall time of the run's first point of the tag, seconds since the Unix epoch: ``wall_time`` counts from here, and
    so does ``x`` on the relative and wall axes. Null when no point has a finite one."""
    same: dict[str, int]
    """Columns that are not sent because they are the first ``rows`` elements of those of the line of this index."""


class ScalarSeriesMetadata(Answer):
    """Metadata ``sightline`` of the stream's schema, as JSON. ``lines[i]`` describes row ``i`` of the record batch."""

    tag: str
    x: Literal["step", "relative", "wall", "tag"]
    low: float | None
    """The range that was divided into ``width`` columns; null when there is no point at all."""
    high: float | None
    width: int
    detail: bool
    lines: list[ScalarLine]


def read_series(logdir: LogDir, query: ScalarSeriesQuery) -> Content:
    """Arrow IPC stream of one record batch: a row for each line, lists as columns (``packing.py``).

    An element of the lists is a bucket of the points in one pixel column: ``step``, ``wall_time`` and ``x`` of its
    first point; ``first last min max`` of its finite values (NaN when it has none); ``smooth`` at its last point;
    ``count`` of all its points and how many were NaN, +inf, -inf. When a line has no more points in the range than
    ``width``, each point is a bucket. The nearest point on each side of the range is one too, so that a line is drawn
    to the edges.
    """
    _check(query)
    named = _lines(logdir, query)
    placed = [line for _, _, line in named if len(line.x)]
    low, high = query.range or (
        (min(float(line.x[0]) for line in placed), max(float(line.x[-1]) for line in placed))
        if placed
        else (math.nan, math.nan)
    )
    ends = forward(query.x_scale, np.array([low, high]))
    columns, described = [], []
    for run, superseded, line in named:
        if query.range is None and len(line.at):
            ends = line.at[[0, -1]]
        begin, end = (int(np.searchsorted(line.at, ends[0], "left")), int(np.searchsorted(line.at, ends[1], "right")))
        rows = _rows(line, begin, end, float(ends[0]), float(ends[1]), query)
        described.append(_describe(run, superseded, line, end - begin, len(rows["step"])))
        columns.append(lean(rows))
    same = shared(columns)
    for one, names in zip(described, same, strict=True):
        one.same = names
    metadata = ScalarSeriesMetadata(
        tag=query.tag,
        x=query.x,
        low=_number(low),
        high=_number(high),
        width=query.width,
        detail=query.detail,
        lines=described,
    )
    return Content(pack(columns, msgspec.json.encode(metadata), same), ARROW_STREAM)


def read_points(logdir: LogDir, query: ScalarPointsQuery) -> Pieces:
    """Every point in the range, in the order of ``x``: CSV or JSON (``export.py``), sent piece by piece."""
    asked = {name: getattr(query, name) for name in query.__struct_fields__ if name != "format"}
    question = ScalarSeriesQuery(**asked)
    _check(question)
    low, high = forward(query.x_scale, np.array(query.range or (-math.inf, math.inf)))
    lines = []
    for run, superseded, line in _lines(logdir, question):
        begin, end = 0, len(line.at)
        if query.range is not None:
            begin, end = int(np.searchsorted(line.at, low, "left")), int(np.searchsorted(line.at, high, "right"))
        lines.append((run, superseded, line, begin, end))
    if query.format == "json":
        return Pieces(json_pieces(query.tag, lines), "application/json")
    return Pieces(csv_pieces(lines), CSV)


def _check(query: ScalarSeriesQuery) -> None:
    if query.range is not None and not (query.range[0] <= query.range[1]):
        raise ArgumentError(f"range {list(query.range)}: want [low, high] with low <= high")
    if query.range is not None and query.x_scale == "log" and not query.range[0] > 0:
        raise ArgumentError(f"range {list(query.range)} on a log scale: want numbers above 0")
    if (query.x == "tag") != (query.x_tag != ""):
        raise ArgumentError(f"x is {query.x!r} and x_tag {query.x_tag!r}: want x_tag with x 'tag', and only then")


def _lines(logdir: LogDir, query: ScalarSeriesQuery) -> list[tuple[str, bool, Line]]:
    """(run, superseded, line): of each run the current points, and the superseded ones when they are asked for."""
    key, other_key = SeriesKey(KIND.name, query.tag), SeriesKey(KIND.name, query.x_tag)
    all_runs = logdir.runs
    if not any(key in run.series for run in all_runs.values()):
        raise NotFound(f"no run has a scalar with the tag {query.tag!r}")
    out = []
    for name in dict.fromkeys(query.runs):
        series = all_runs[name].series.get(key) if name in all_runs else None
        if not isinstance(series, ScalarSeries):
            continue
        columns = series.columns()
        other: ScalarColumns | None = None
        if query.x == "tag":
            other_series = all_runs[name].series.get(other_key)
            other = other_series.columns() if isinstance(other_series, ScalarSeries) else None
        for superseded in (False, True) if query.superseded and columns.superseded.any() else (False,):
            x = f"tag {query.x_tag}" if query.x == "tag" else query.x
            layout = Layout(x, query.x_scale, query.smoother, query.smoothing, superseded)
            out.append((name, superseded, _cache.line(series, columns, layout, other)))
    return out


def _rows(
    line: Line, begin: int, end: int, low: float, high: float, query: ScalarSeriesQuery
) -> dict[str, npt.NDArray[Any]]:
    """The rows of one line, by column. Points ``begin`` to ``end`` are in the range ``low`` to ``high``, as scaled."""
    n = len(line.at)
    if n == 0 or end - begin <= query.width:
        # Each point is a row, with its neighbours outside.
        buckets = _single(line.value, max(begin - 1, 0), min(end + 1, n))
    else:
        buckets = bucket(line.at, line.value, low, high, query.width)
        before = [_single(line.value, begin - 1, begin)] if begin else []
        after = [_single(line.value, end, end + 1)] if end < n else []
        if before or after:
            buckets = _join([*before, buckets, *after])
    first, last = buckets.start[:-1], buckets.start[1:] - 1
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
            rows["wall_time"] = (line.wall_time[first] - line.origin).astype(np.float32)
    if query.smoothing > 0:
        rows["smooth"] = line.smooth[last]
    if query.x == "tag":
        rows["x"] = line.x[first]
    elif on_time:
        x = line.x[first] if query.x == "relative" else line.x[first] - line.origin
        coarsest = float(np.abs(x).max()) * 2.0**-24 if len(x) else 0.0
        finest = (high - low) / query.width * PLACING if query.x_scale == "linear" else 0.0
        rows["x"] = x.astype(np.float32) if coarsest <= finest else x
    return rows


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


def _describe(run: str, superseded: bool, line: Line, in_range: int, rows: int) -> ScalarLine:
    n = len(line.x)
    return ScalarLine(
        run=run,
        superseded=superseded,
        rows=rows,
        points=n + line.unplaced,
        points_in_range=in_range,
        points_unplaced=line.unplaced,
        x_low=float(line.x[0]) if n else None,
        x_high=float(line.x[-1]) if n else None,
        origin=_number(line.origin),
        same={},
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


CSV = "text/csv; charset=utf-8"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/points",
        summary="All points of one tag in several runs, as CSV or JSON",
        query=ScalarPointsQuery,
        answer=CSV,
        handler=read_points,
    ),
    Endpoint(
        method="POST",
        path="/series",
        summary="One tag in several runs, as buckets for a range and a width",
        query=ScalarSeriesQuery,
        answer=ARROW_STREAM,
        handler=read_series,
        also=(ScalarSeriesMetadata,),
    ),
)
