"""Scalars, asked for by the page: a range and a width in pixels -> Arrow columns, a list for each line.

Every point counts: smoothing runs over all points of a series before any are left out, and what is left out at low
zoom keeps the minimum and maximum of each pixel column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from sightline.analysis.scale import forward
from sightline.kinds.endpoint import ARROW_STREAM, Answer, Content, Endpoint, Pieces
from sightline.kinds.scalar.export import csv_pieces, json_pieces
from sightline.kinds.scalar.groups import (
    ScalarGroupPointsQuery,
    ScalarGroupsMetadata,
    ScalarGroupsQuery,
    read_group_points,
    read_groups,
)
from sightline.kinds.scalar.line import Line
from sightline.kinds.scalar.packing import lean, pack, shared
from sightline.kinds.scalar.question import ChartQuery, Found, ScalarQuery, check, find, layout, line_of
from sightline.kinds.scalar.rows import rows_of
from sightline.kinds.scalar.values import ScalarValues, ScalarValuesQuery, read_values
from sightline.store import LogDir, Restart, ScalarColumns

__all__ = [
    "ENDPOINTS",
    "ScalarPointsQuery",
    "ScalarSeriesMetadata",
    "ScalarSeriesQuery",
    "read_points",
    "read_series",
]


class ScalarSeriesQuery(ChartQuery, kw_only=True):
    """What a chart asks."""

    runs: list[str]
    """Runs without the tag are left out of the answer."""
    superseded: bool = False
    """Whether points overtaken by a restart are sent too, as lines of their own."""


class ScalarPointsQuery(ScalarQuery, kw_only=True):
    """What is saved: all points of a tag in these runs, with places and smoothing as a chart has them."""

    runs: list[str]
    format: Literal["csv", "json"] = "csv"
    superseded: bool = False


class ScalarRestart(Answer):
    """Where a run went again over steps of this tag that it had logged: the points before are superseded."""

    step: int
    """Where it went on, as the run's restarts say it: the same for all tags and all ranges."""
    x: float | None
    """Of the line's first point at or after that step; null when it has none."""


class ScalarLine(Answer):
    """What one row of the record batch holds. A run has one; with ``superseded`` one more for each abandoned branch."""

    run: str
    superseded: bool
    """True for points that a restart has overtaken: those of one branch, from where the run began or went on."""
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
    restarts: list[ScalarRestart]
    """By step, each step once; none for superseded points."""
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

    An element of the lists is a bucket of the points in one pixel column: ``step``, ``wall_time``, ``x`` and ``smooth``
    of its first point; ``first last min max`` of its finite values (NaN when it has none);
    ``count`` of all its points and how many were NaN, +inf, -inf. When a line has no more points in the range than
    ``width``, each point is a bucket. The nearest point on each side of the range is one too, so that a line is drawn
    to the edges.
    """
    check(query)
    named = _lines(logdir, query)
    all_runs = logdir.runs
    placed = [line for _, _, line in named if len(line.x)]
    low, high = query.range or (
        (min(float(line.x[0]) for line in placed), max(float(line.x[-1]) for line in placed))
        if placed
        else (math.nan, math.nan)
    )
    ends = forward(query.x_scale, np.array([low, high]))
    columns, described = [], []
    for found, branch, line in named:
        if query.range is None and len(line.at):
            ends = line.at[[0, -1]]
        rows = rows_of(line, ends, query)
        described.append(_describe(found.run, branch > 0, line, rows.in_range, len(rows.start) - 1))
        if not branch and found.run in all_runs:
            described[-1].restarts = _restarts(all_runs[found.run].restarts, found.columns, line)
        columns.append(lean(rows.columns))
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
    check(query)
    low, high = forward(query.x_scale, np.array(query.range or (-math.inf, math.inf)))
    lines = []
    for found, branch, line in _lines(logdir, query):
        begin, end = 0, len(line.at)
        if query.range is not None:
            begin, end = int(np.searchsorted(line.at, low, "left")), int(np.searchsorted(line.at, high, "right"))
        lines.append((found.run, branch, line, begin, end))
    if query.format == "json":
        return Pieces(json_pieces(query.tag, lines), "application/json")
    return Pieces(csv_pieces(lines), CSV)


def _lines(logdir: LogDir, query: ScalarSeriesQuery | ScalarPointsQuery) -> list[tuple[Found, int, Line]]:
    """(series, branch, line): of each run what stands, branch 0, and what was overtaken when it is asked for."""
    return [
        (found, branch, line_of(found, layout(query, branch)))
        for found in find(logdir, query, query.runs)
        for branch in (0, *(found.columns.branches if query.superseded else ()))
    ]


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
        restarts=[],
        same={},
    )


def _restarts(restarts: Sequence[Restart], columns: ScalarColumns, line: Line) -> list[ScalarRestart]:
    """Those of a run's restarts that overtook points of a series, and where they stand on its line."""
    if not columns.superseded.any():
        return []
    highest = columns.step[columns.superseded].max()
    found = []
    for step in sorted({one.step for one in restarts if one.evidence != "steps" and one.step <= highest}):
        after = np.flatnonzero(line.step >= step)
        x = float(line.x[after[np.argmin(line.step[after])]]) if len(after) else None
        found.append(ScalarRestart(step=step, x=x))
    return found


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


CSV = "text/csv; charset=utf-8"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/group_points",
        summary="Every place of groups of runs, as CSV or JSON",
        query=ScalarGroupPointsQuery,
        answer=CSV,
        handler=read_group_points,
    ),
    Endpoint(
        method="POST",
        path="/groups",
        summary="One tag in groups of runs: a centre and a band for each, for a range and a width",
        query=ScalarGroupsQuery,
        answer=ARROW_STREAM,
        handler=read_groups,
        also=(ScalarGroupsMetadata,),
    ),
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
    Endpoint(
        method="POST",
        path="/values",
        summary="One tag in runs and groups at a step, and over a range of steps: a table's figures",
        query=ScalarValuesQuery,
        answer=ScalarValues,
        handler=read_values,
    ),
)
