"""Scalars, asked for by the page: a range and a width in pixels -> Arrow columns, one record batch for each line.

Every point counts: smoothing runs over all points of a series before any are left out, and what is left out at low
zoom keeps the minimum and maximum of each pixel column.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.analysis.axis import axis, first_finite
from sightline.analysis.bucket import Buckets, bucket
from sightline.analysis.smooth import smooth
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import ARROW_STREAM, Answer, Content, Endpoint, NotFound, Query
from sightline.kinds.scalar.schema import KIND
from sightline.store import LogDir, ScalarColumns, ScalarSeries, SeriesKey

__all__ = ["ENDPOINTS", "ScalarSeriesMetadata", "ScalarSeriesQuery", "read_series"]

COLUMNS: tuple[tuple[str, type[np.generic]], ...] = (
    ("step", np.int64),
    ("wall_time", np.float64),
    ("x", np.float64),
    ("first", np.float64),
    ("last", np.float64),
    ("min", np.float64),
    ("max", np.float64),
    ("smooth", np.float64),
    ("count", np.int32),
    ("nan_count", np.int32),
    ("posinf_count", np.int32),
    ("neginf_count", np.int32),
)

Floats = npt.NDArray[np.float64]


class ScalarSeriesQuery(Query):
    """What a chart asks."""

    tag: str
    runs: list[str]
    """Runs without the tag are left out of the answer."""
    x: Literal["step", "relative", "wall"] = "step"
    range: tuple[float, float] | None = None
    """``[low, high]`` of ``x``; null for all of it, which is then the same range for every run asked for."""
    width: Annotated[int, msgspec.Meta(ge=1, le=16_384)] = 800
    """Pixel columns of the plot: the most rows a line has inside the range."""
    smoothing: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    superseded: bool = False
    """Whether points overtaken by a restart are sent too, as lines of their own."""


class ScalarLine(Answer):
    """What one record batch holds. A run has one; with ``superseded`` it may have a second."""

    run: str
    superseded: bool
    """True for the line of points that a restart has overtaken."""
    rows: int
    """Rows of the record batch."""
    points: int
    """Points of the whole line on disk."""
    points_in_range: int
    """Points with low <= x <= high; more than the rows there: several share a row."""
    points_unplaced: int
    """Points whose ``x`` is not finite (a wall time of NaN): they stand nowhere on this axis."""
    x_low: float | None
    """Lowest x of the whole line; null when no point has a place."""
    x_high: float | None


class ScalarSeriesMetadata(Answer):
    """Metadata ``sightline`` of the stream's schema, as JSON. ``lines[i]`` describes record batch ``i``."""

    tag: str
    x: Literal["step", "relative", "wall"]
    low: float | None
    """The range that was divided into ``width`` columns; null when there is no point at all."""
    high: float | None
    width: int
    lines: list[ScalarLine]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The points of one line in the order of ``x``, and the smoothed value at each."""

    run: str
    superseded: bool
    step: npt.NDArray[np.int64]
    wall_time: Floats
    value: Floats
    smooth: Floats
    x: Floats
    unplaced: int


def read_series(logdir: LogDir, query: ScalarSeriesQuery) -> Content:
    """Arrow IPC stream: one schema (:data:`COLUMNS`, metadata ``sightline``), one record batch for each line.

    A row is a bucket of the points in one pixel column: ``step``, ``wall_time`` and ``x`` of its first point; ``first
    last min max`` of its finite values (NaN when it has none); ``smooth`` at its last point; ``count`` of all its
    points and how many were NaN, +inf, -inf. When a line has no more points in the range than ``width``, each point is
    a row. The nearest point on each side of the range is a row too, so that a line is drawn to the edges.
    """
    if query.range is not None and not (query.range[0] <= query.range[1]):
        raise ArgumentError(f"range {list(query.range)}: want [low, high] with low <= high")
    key = SeriesKey(KIND.name, query.tag)
    all_runs = logdir.runs
    if not any(key in run.series for run in all_runs.values()):
        raise NotFound(f"no run has a scalar with the tag {query.tag!r}")
    lines: list[_Line] = []
    for name in dict.fromkeys(query.runs):
        series = all_runs[name].series.get(key) if name in all_runs else None
        if isinstance(series, ScalarSeries):
            lines += _lines(name, series.columns(), query)

    placed = [line.x for line in lines if len(line.x)]
    low, high = query.range or (
        (min(float(x[0]) for x in placed), max(float(x[-1]) for x in placed)) if placed else (math.nan, math.nan)
    )
    batches, described = [], []
    for line in lines:
        columns = _rows(line, low, high, query.width)
        batches.append(columns)
        described.append(_describe(line, columns, low, high))
    metadata = ScalarSeriesMetadata(
        tag=query.tag, x=query.x, low=_number(low), high=_number(high), width=query.width, lines=described
    )
    return Content(_arrow_stream(batches, metadata), ARROW_STREAM)


def _lines(run: str, columns: ScalarColumns, query: ScalarSeriesQuery) -> list[_Line]:
    """The line of a run, and the one of its superseded points when they are asked for and there are any."""
    current = ~columns.superseded
    origin = first_finite(columns.wall_time[current])
    out = []
    for superseded, mask in ((False, current), (True, columns.superseded)):
        if superseded and not (query.superseded and mask.any()):
            continue
        everything = bool(mask.all())  # the usual case: no copies
        step = columns.step if everything else columns.step[mask]
        wall_time = columns.wall_time if everything else columns.wall_time[mask]
        value = columns.value if everything else columns.value[mask]
        smoothed = smooth(value, query.smoothing)  # in the order of steps, whatever the axis
        x = axis(query.x, step, wall_time, origin)
        unplaced = 0
        if query.x != "step":
            # Clocks are set back, and points of one step need not be in the order of time.
            placed = np.isfinite(x)
            unplaced = len(x) - int(placed.sum())
            if unplaced or bool((np.diff(x) < 0).any()):
                order = np.flatnonzero(placed)
                order = order[np.argsort(x[order], kind="stable")]
                step, wall_time, value = step[order], wall_time[order], value[order]
                smoothed, x = smoothed[order], x[order]
        out.append(_Line(run, superseded, step, wall_time, value, smoothed, x, unplaced))
    return out


def _rows(line: _Line, low: float, high: float, width: int) -> dict[str, npt.NDArray[Any]]:
    """The rows of one line, by column."""
    x, n = line.x, len(line.x)
    begin, end = int(np.searchsorted(x, low, "left")), int(np.searchsorted(x, high, "right"))
    if n == 0 or end - begin <= width:
        # Each point is a row, with its neighbours outside.
        buckets = _single(line.value, max(begin - 1, 0), min(end + 1, n))
    else:
        buckets = bucket(x, line.value, low, high, width)
        before = [_single(line.value, begin - 1, begin)] if begin else []
        after = [_single(line.value, end, end + 1)] if end < n else []
        buckets = _join([*before, buckets, *after])
    first, last = buckets.start[:-1], buckets.start[1:] - 1
    return {
        "step": line.step[first],
        "wall_time": line.wall_time[first],
        "x": x[first],
        "first": buckets.first,
        "last": buckets.last,
        "min": buckets.min,
        "max": buckets.max,
        "smooth": line.smooth[last],
        "count": buckets.count,
        "nan_count": buckets.nan_count,
        "posinf_count": buckets.posinf_count,
        "neginf_count": buckets.neginf_count,
    }


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


def _describe(line: _Line, columns: dict[str, npt.NDArray[Any]], low: float, high: float) -> ScalarLine:
    x = line.x
    return ScalarLine(
        run=line.run,
        superseded=line.superseded,
        rows=len(columns["x"]),
        points=len(x) + line.unplaced,
        points_in_range=int(np.searchsorted(x, high, "right") - np.searchsorted(x, low, "left")) if len(x) else 0,
        points_unplaced=line.unplaced,
        x_low=float(x[0]) if len(x) else None,
        x_high=float(x[-1]) if len(x) else None,
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _arrow_stream(batches: list[dict[str, npt.NDArray[Any]]], metadata: ScalarSeriesMetadata) -> bytes:
    import nanoarrow  # 50 ms that the server's start need not pay
    from nanoarrow.c_array_stream import CArrayStream
    from nanoarrow.c_schema import c_schema
    from nanoarrow.ipc import StreamWriter

    arrow_types = {np.int64: nanoarrow.int64(), np.int32: nanoarrow.int32(), np.float64: nanoarrow.float64()}
    schema = c_schema(nanoarrow.struct({name: arrow_types[dtype] for name, dtype in COLUMNS}, nullable=False)).modify(
        metadata={"sightline": msgspec.json.encode(metadata)}
    )
    arrays = []
    for columns in batches:
        rows = len(columns["x"])
        children = [
            nanoarrow.c_array_from_buffers(
                arrow_types[dtype], rows, [None, np.ascontiguousarray(columns[name], dtype)], null_count=0
            )
            for name, dtype in COLUMNS
        ]
        arrays.append(nanoarrow.c_array_from_buffers(schema, rows, [None], null_count=0, children=children))
    out = io.BytesIO()
    with StreamWriter.from_writable(out) as writer:
        writer.serialize_stream(CArrayStream.from_c_arrays(arrays, schema, validate=False))
    return out.getvalue()


ENDPOINTS: tuple[Endpoint, ...] = (
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
