"""Groups of runs, asked for by the page: one line with a band for each, in the columns of any other line."""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.analysis.bootstrap import RESAMPLES
from sightline.analysis.group import Band, Centre
from sightline.analysis.scale import forward
from sightline.kinds.endpoint import ARROW_STREAM, Answer, Content, Pieces, Query
from sightline.kinds.scalar.export import group_csv_pieces, group_json_pieces
from sightline.kinds.scalar.packing import lean, pack, rounded, shared
from sightline.kinds.scalar.question import ChartQuery, Found, ScalarQuery, check, find, layout
from sightline.kinds.scalar.rows import Rows, rows_of
from sightline.kinds.scalar.spread import GroupLine, SpreadCache
from sightline.store import LogDir

__all__ = [
    "ScalarGroupPointsQuery",
    "ScalarGroupRuns",
    "ScalarGroupsMetadata",
    "ScalarGroupsQuery",
    "read_group_points",
    "read_groups",
]

Floats = npt.NDArray[np.float64]

FIGURES = ("min", "max", "first", "last", "smooth", "low", "high")

_cache = SpreadCache()


class ScalarGroupRuns(Query):
    """A group."""

    name: str
    runs: list[str]
    """Runs without the tag take no part; a group without any that has it is left out of the answer."""


class ScalarGroupsQuery(ChartQuery, kw_only=True):
    """What a chart asks of groups."""

    groups: list[ScalarGroupRuns]
    centre: Centre = "mean"
    band: Band = "minmax"
    """``std`` and ``sem`` on both sides of the centre; ``ci95``: the 95 % bootstrap interval of the centre."""


class ScalarGroupPointsQuery(ScalarQuery, kw_only=True):
    """What is saved of groups: every place of their axes."""

    groups: list[ScalarGroupRuns]
    centre: Centre = "mean"
    band: Band = "minmax"
    format: Literal["csv", "json"] = "csv"


class ScalarGroupLine(Answer):
    """What one row of the record batch holds."""

    name: str
    runs: list[str]
    """Those of its runs that have the tag."""
    rows: int
    """Elements of its lists."""
    points: int
    """Points of all its runs on disk, without those overtaken by a restart."""
    points_left_out: int
    """Of them values that are NaN or infinite: they take no part, and ``runs`` falls where they are."""
    points_unplaced: int
    """Points that stand nowhere on this axis."""
    interpolated: int
    """Values counted that lie on the straight line between two points of their run; 0 where ``stride`` is above 1."""
    stride: int
    """Every how many-th place of the axis is counted: 1 unless the group is very large."""
    x_low: float | None
    """Lowest x of the whole line; null when no point has a place."""
    x_high: float | None
    origin: float | None
    """``x`` counts from here on the wall axis, seconds since the Unix epoch."""
    same: dict[str, int]
    """Columns that are not sent because they are the first ``rows`` elements of those of the line of this index."""


class ScalarGroupsMetadata(Answer):
    """Metadata ``sightline`` of the stream's schema, as JSON. ``lines[i]`` describes row ``i`` of the record batch."""

    tag: str
    x: Literal["step", "relative", "wall", "tag"]
    low: float | None
    """The range that was divided into ``width`` columns; null when there is no point at all."""
    high: float | None
    width: int
    detail: bool
    centre: Centre
    band: Band
    resamples: int
    """Drawn for ``ci95`` at a place with more than 4 runs; with up to 4, all there are. 0 for other bands."""
    lines: list[ScalarGroupLine]


def read_groups(logdir: LogDir, query: ScalarGroupsQuery) -> Content:
    """Arrow IPC stream of one record batch: a row for each group, lists as columns (``packing.py``).

    The columns are those of any other line: ``min max first last`` are of the centre of the runs as logged, ``smooth``
    is the centre of the smoothed runs. Beside them, over all places that share a pixel column: ``low``, the least of
    the band, ``high``, the most of it, and ``runs`` to ``runs_max``, how many runs have a value.
    """
    check(query)
    groups = _groups(logdir, query)
    placed = [one.line.x for _, _, one in groups if len(one.line.x)]
    low, high = query.range or (
        (min(float(x[0]) for x in placed), max(float(x[-1]) for x in placed)) if placed else (math.nan, math.nan)
    )
    ends = forward(query.x_scale, np.array([low, high]))
    columns, described = [], []
    for name, found, one in groups:
        if query.range is None and len(one.line.at):
            ends = one.line.at[[0, -1]]
        rows = rows_of(one.line, ends, query)
        described.append(_describe(name, found, one, len(rows.start) - 1))
        sent = lean(rows.columns) | _band(rows, one, query)
        sent.pop("wall_time", None)
        if one.narrow:
            sent |= {column: rounded(sent[column]) for column in FIGURES if column in sent}
        columns.append(sent)
    same = shared(columns)
    for line, names in zip(described, same, strict=True):
        line.same = names
    metadata = ScalarGroupsMetadata(
        tag=query.tag,
        x=query.x,
        low=_number(low),
        high=_number(high),
        width=query.width,
        detail=query.detail,
        centre=query.centre,
        band=query.band,
        resamples=RESAMPLES if query.band == "ci95" else 0,
        lines=described,
    )
    return Content(pack(columns, msgspec.json.encode(metadata), same), ARROW_STREAM)


def read_group_points(logdir: LogDir, query: ScalarGroupPointsQuery) -> Pieces:
    """Every place of each group's axis in the range: CSV or JSON (``export.py``), sent piece by piece."""
    check(query)
    low, high = forward(query.x_scale, np.array(query.range or (-math.inf, math.inf)))
    groups = []
    for name, _, one in _groups(logdir, query):
        begin, end = 0, len(one.line.at)
        if query.range is not None:
            begin, end = (
                int(np.searchsorted(one.line.at, low, "left")),
                int(np.searchsorted(one.line.at, high, "right")),
            )
        groups.append((name, one, begin, end))
    if query.format == "json":
        return Pieces(group_json_pieces(query.tag, query.centre, query.band, groups), "application/json")
    return Pieces(group_csv_pieces(groups), "text/csv; charset=utf-8")


def _groups(
    logdir: LogDir, query: ScalarGroupsQuery | ScalarGroupPointsQuery
) -> list[tuple[str, list[str], GroupLine]]:
    """(name, runs that have the tag, line) of each group that has any."""
    found = {one.run: one for one in find(logdir, query, [run for group in query.groups for run in group.runs])}
    how = layout(query)
    out = []
    for group in query.groups:
        members: list[Found] = [found[run] for run in dict.fromkeys(group.runs) if run in found]
        if members:
            line = _cache.line(members, how, query.centre, query.band)
            out.append((group.name, [one.run for one in members], line))
    return out


def _band(rows: Rows, group: GroupLine, query: ScalarGroupsQuery) -> dict[str, npt.NDArray[Any]]:
    """The columns that only groups have."""
    begin, end = int(rows.start[0]), int(rows.start[-1])
    if begin == end:
        return {}
    first = rows.start[:-1] - begin
    fewest = np.minimum.reduceat(group.runs[begin:end], first)
    most = np.maximum.reduceat(group.runs[begin:end], first)
    out: dict[str, npt.NDArray[Any]] = {"runs": fewest}
    if (fewest != most).any():
        out["runs_max"] = most
    if query.band != "none":
        out["low"] = np.fmin.reduceat(group.low[begin:end], first)
        out["high"] = np.fmax.reduceat(group.high[begin:end], first)
    return out


def _describe(name: str, runs: list[str], group: GroupLine, rows: int) -> ScalarGroupLine:
    line = group.line
    n = len(line.x)
    return ScalarGroupLine(
        name=name,
        runs=runs,
        rows=rows,
        points=group.points,
        points_left_out=group.left_out,
        points_unplaced=line.unplaced,
        interpolated=group.interpolated,
        stride=max(1, -(-group.places // max(n, 1))),
        x_low=float(line.x[0]) if n else None,
        x_high=float(line.x[-1]) if n else None,
        origin=_number(line.origin),
        same={},
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
