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

__all__ = ["CSV_COLUMNS", "csv_pieces", "json_pieces"]

CSV_COLUMNS = ("run", "step", "wall_time", "x", "value", "smoothed")

PIECE_ROWS = 20_000

NamedLine = tuple[str, bool, Line, int, int]
"""Run, whether its points are superseded, the line, and which of its points: first and last + 1."""

WORDS = {math.inf: '"Infinity"', -math.inf: '"-Infinity"'}


def csv_pieces(lines: list[NamedLine]) -> Iterator[bytes]:
    """A header and a row for each point; numbers with all their digits, and ``nan``, ``inf``, ``-inf``.

    The run of a superseded line is followed by `` (superseded)``.
    """
    yield (",".join(CSV_COLUMNS) + "\r\n").encode()
    for run, superseded, line, begin, end in lines:
        name = _quoted(f"{run} (superseded)" if superseded else run)
        for start in range(begin, end, PIECE_ROWS):
            piece = slice(start, min(start + PIECE_ROWS, end))
            columns = [column[piece].tolist() for column in _columns(line).values()]
            yield "".join(f"{name},{','.join(map(repr, row))}\r\n" for row in zip(*columns, strict=True)).encode()


def json_pieces(tag: str, lines: list[NamedLine]) -> Iterator[bytes]:
    """``{"tag": ..., "lines": [{"run", "superseded", "step": [...], "wall_time": [...], "x", "value", "smoothed"}]}``.

    JSON has no word for what is not finite: it is ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``, as TensorBoard's is.
    """
    yield b'{"tag":' + msgspec.json.encode(tag) + b',"lines":['
    for number, (run, superseded, line, begin, end) in enumerate(lines):
        head = msgspec.json.encode({"run": run, "superseded": superseded})
        yield (b"," if number else b"") + head[:-1]
        for name, column in _columns(line).items():
            yield f',"{name}":['.encode()
            for start in range(begin, end, PIECE_ROWS):
                values = column[start : min(start + PIECE_ROWS, end)]
                yield (("," if start > begin else "") + ",".join(_figures(values))).encode()
            yield b"]"
        yield b"}"
    yield b"]}"


def _columns(line: Line) -> dict[str, npt.NDArray[Any]]:
    return dict(zip(CSV_COLUMNS[1:], (line.step, line.wall_time, line.x, line.value, line.smooth), strict=True))


def _figures(values: npt.NDArray[Any]) -> list[str]:
    if values.dtype == np.int64 or np.isfinite(values).all():
        return list(map(repr, values.tolist()))
    return [repr(one) if math.isfinite(one) else WORDS.get(one, '"NaN"') for one in values.tolist()]


def _quoted(text: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue()
