"""All points of the lines of a chart, as CSV or JSON: what the page saves. Sent in pieces, however many they are."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.kinds.scalar.line import Line
from sightline.kinds.scalar.spread import GroupLine

__all__ = ["CSV_COLUMNS", "GROUP_COLUMNS", "csv_pieces", "group_csv_pieces", "group_json_pieces", "json_pieces"]

CSV_COLUMNS = ("run", "step", "wall_time", "x", "value", "smoothed")

GROUP_COLUMNS = ("group", "step", "x", "centre", "smoothed", "low", "high", "runs")

PIECE_ROWS = 20_000

NamedLine = tuple[str, int, Line, int, int]
"""Run, which branch of it (0 is what stands), the line, and which of its points: first and last + 1."""

NamedGroup = tuple[str, GroupLine, int, int]
"""Group, its line, and which of its places: first and last + 1."""

WORDS = {math.inf: '"Infinity"', -math.inf: '"-Infinity"'}


def csv_pieces(lines: list[NamedLine]) -> Iterator[bytes]:
    """A header and a row for each point; numbers with all their digits, and ``nan``, ``inf``, ``-inf``.

    The run of superseded points is followed by `` (superseded)``, of a second branch of them by `` (superseded 2)``.
    """
    yield _csv_row(CSV_COLUMNS)
    for run, branch, line, begin, end in lines:
        name = f"{run} (superseded{f' {branch}' if branch > 1 else ''})" if branch else run
        yield from _csv_rows(name, _columns(line), begin, end)


def group_csv_pieces(groups: list[NamedGroup]) -> Iterator[bytes]:
    """The same of groups, a row for each place of their axes; ``nan`` where there is no band."""
    yield _csv_row(GROUP_COLUMNS)
    for name, group, begin, end in groups:
        yield from _csv_rows(name, _group_columns(group), begin, end)


def json_pieces(tag: str, lines: list[NamedLine]) -> Iterator[bytes]:
    """``{"tag": ..., "lines": [{"run", "superseded", "step": [...], "wall_time": [...], "x", "value", "smoothed"}]}``.

    JSON has no word for what is not finite: it is ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``, as TensorBoard's is.
    """
    yield b'{"tag":' + msgspec.json.encode(tag) + b',"lines":['
    for number, (run, branch, line, begin, end) in enumerate(lines):
        yield b"," if number else b""
        yield from _json_lists({"run": run, "superseded": branch > 0}, _columns(line), begin, end)
    yield b"]}"


def group_json_pieces(tag: str, centre: str, band: str, groups: list[NamedGroup]) -> Iterator[bytes]:
    """``{"tag", "centre", "band", "groups": [{"group", "step": [...], "x", "centre", "smoothed", "low", ...}]}``."""
    head = msgspec.json.encode({"tag": tag, "centre": centre, "band": band})
    yield head[:-1] + b',"groups":['
    for number, (name, group, begin, end) in enumerate(groups):
        yield b"," if number else b""
        yield from _json_lists({"group": name}, _group_columns(group), begin, end)
    yield b"]}"


def _csv_row(names: tuple[str, ...]) -> bytes:
    return (",".join(names) + "\r\n").encode()


def _csv_rows(name: str, columns: dict[str, npt.NDArray[Any]], begin: int, end: int) -> Iterator[bytes]:
    quoted = _quoted(name)
    for start in range(begin, end, PIECE_ROWS):
        piece = slice(start, min(start + PIECE_ROWS, end))
        rows = zip(*(column[piece].tolist() for column in columns.values()), strict=True)
        yield "".join(f"{quoted},{','.join(map(repr, row))}\r\n" for row in rows).encode()


def _json_lists(head: dict[str, object], columns: dict[str, npt.NDArray[Any]], begin: int, end: int) -> Iterator[bytes]:
    yield msgspec.json.encode(head)[:-1]
    for name, column in columns.items():
        yield f',"{name}":['.encode()
        for start in range(begin, end, PIECE_ROWS):
            values = column[start : min(start + PIECE_ROWS, end)]
            yield (("," if start > begin else "") + ",".join(_figures(values))).encode()
        yield b"]"
    yield b"}"


def _columns(line: Line) -> dict[str, npt.NDArray[Any]]:
    return dict(zip(CSV_COLUMNS[1:], (line.step, line.wall_time, line.x, line.value, line.smooth), strict=True))


def _group_columns(group: GroupLine) -> dict[str, npt.NDArray[Any]]:
    line = group.line
    columns = (line.step, line.x, line.value, line.smooth, group.low, group.high, group.runs)
    return dict(zip(GROUP_COLUMNS[1:], columns, strict=True))


def _figures(values: npt.NDArray[Any]) -> list[str]:
    if values.dtype == np.int64 or np.isfinite(values).all():
        return list(map(repr, values.tolist()))
    return [repr(one) if math.isfinite(one) else WORDS.get(one, '"NaN"') for one in values.tolist()]


def _quoted(text: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue()
