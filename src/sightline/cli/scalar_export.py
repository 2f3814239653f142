"""A table of scalars as CSV, JSON lines or Parquet. Numbers are written with all their digits."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sightline.errors import ArgumentError, MissingExtra

if TYPE_CHECKING:
    from sightline.store.scalar_table import ScalarPiece, ScalarTable

__all__ = ["write_scalars"]


def write_scalars(table: ScalarTable, file_format: str, out: Path | None) -> None:
    """To a file that must not be there yet, or to standard output.

    CSV has ``nan``, ``inf`` and ``-inf``; JSON, which has no such numbers, the texts ``"NaN"``, ``"Infinity"`` and
    ``"-Infinity"``, as TensorBoard does. ``ArgumentError`` when something is in the way.
    """
    if file_format == "parquet":
        assert out is not None
        _write_parquet(table, out)
        return
    write = _write_csv if file_format == "csv" else _write_json_lines
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # as in a file: data has no business with the terminal's language
        write(table, sys.stdout)
        return
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            write(table, file)
    except FileExistsError:
        raise _in_the_way(out) from None


def _in_the_way(out: Path) -> ArgumentError:
    return ArgumentError(f"{out} exists already, and nothing is written over: give --out another name")


def _rows(piece: ScalarPiece) -> Iterator[tuple[int, float, float, bool]]:
    columns = piece.columns
    return zip(
        columns.step.tolist(),
        columns.wall_time.tolist(),
        columns.value.tolist(),
        columns.superseded.tolist(),
        strict=True,
    )


def _write_csv(table: ScalarTable, file: IO[str]) -> None:
    from sightline.store.scalar_table import COLUMNS

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for piece in table.pieces:
        writer.writerows((piece.run, piece.tag, *row) for row in _rows(piece))


def _write_json_lines(table: ScalarTable, file: IO[str]) -> None:
    for piece in table.pieces:
        names = f'{{"run": {json.dumps(piece.run)}, "tag": {json.dumps(piece.tag)}'
        for step, wall_time, value, superseded in _rows(piece):
            file.write(
                f'{names}, "step": {step}, "wall_time": {_number(wall_time)}, "value": {_number(value)}, '
                f'"superseded": {"true" if superseded else "false"}}}\n'
            )


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'


def _write_parquet(table: ScalarTable, out: Path) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow, which is not installed: pip install 'sightline[parquet]'") from error
    reader: Any = pyarrow.RecordBatchReader.from_stream(table)
    try:
        with out.open("xb") as file, pyarrow.parquet.ParquetWriter(file, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
    except FileExistsError:
        raise _in_the_way(out) from None
