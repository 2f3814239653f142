"""Write what was logged to other files: scalars as CSV, JSON lines or Parquet; pictures, texts ... each to a file.

  sightline export runs/ > scalars.csv
  sightline export runs/ --tag 'loss/*' --steps 1000: --out loss.parquet
  sightline export runs/ --kind image --run 'gan*' --out pictures/

Pictures and the like go to OUT/RUN/KIND/TAG/step-N.png; characters that a file name may not have become %XX. Nothing
that is there is written over. The exit status is 1 when something could not be read; the rest is written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.cli.choice import add_cache, add_choice, add_places, chosen_series, read_logdir
from sightline.cli.wording import count, printable
from sightline.errors import ArgumentError

if TYPE_CHECKING:
    from sightline.store import LogDir
    from sightline.store.scalar_table import ScalarTable

__all__ = ["SUMMARY", "configure", "run"]

SUMMARY = "write scalars to CSV, JSON lines or Parquet, pictures and the rest to files"
SCALAR = "scalar"
FORMATS = ("csv", "jsonl", "parquet")
STDOUT = Path("-")
MIN_STEP, MAX_STEP = -(1 << 63), (1 << 63) - 1


def configure(parser: argparse.ArgumentParser) -> None:
    add_places(parser)
    add_choice(parser)
    add_cache(parser)
    parser.add_argument(
        "--kind",
        metavar="KIND",
        action="append",
        help="what to write: scalar (the default), image, text ... as sightline inspect says, or all; repeatable",
    )
    parser.add_argument("--steps", metavar="LOW:HIGH", default=":", help="only these steps, both ends included")
    parser.add_argument(
        "--format", choices=FORMATS, help="of scalars (default: what the ending of OUT says, otherwise csv)"
    )
    parser.add_argument(
        "--out",
        metavar="OUT",
        type=Path,
        default=STDOUT,
        help="file for scalars alone, directory for anything else (default: print scalars)",
    )


def run(arguments: argparse.Namespace) -> int:
    from sightline.cli.blob_export import BlobExport
    from sightline.cli.scalar_export import write_scalars
    from sightline.store import ItemSeries, ScalarSeries
    from sightline.store.scalar_table import ScalarPiece, ScalarTable

    kinds = set(arguments.kind or [SCALAR])
    steps = _parse_steps(arguments.steps)
    out: Path = arguments.out if arguments.out == STDOUT else arguments.out.expanduser()
    if kinds != {SCALAR} and out == STDOUT:
        raise ArgumentError(f"--kind {' '.join(sorted(kinds))} needs --out DIRECTORY: only scalars can be printed")
    if kinds == {SCALAR}:
        file_format = _format(arguments.format, out)
        logdir = read_logdir(arguments)
        table = _between(logdir.scalars(arguments.run_pattern, arguments.tag_pattern), *steps)
        write_scalars(table, file_format, None if out == STDOUT else out)
        if out != STDOUT or not len(table):
            said = f"{count(len(table), 'point')} written to {out}" if len(table) else "no scalar matches"
            print(said, file=sys.stderr)
        return _tell_trouble(logdir, arguments.run_pattern)
    logdir = read_logdir(arguments)
    chosen = list(chosen_series(logdir, arguments))
    _check_kinds(kinds, {series.key.kind for _, each in chosen for series in each} | {SCALAR})
    _make_directory(out)
    if kinds & {SCALAR, "all"}:
        pieces = [
            ScalarPiece(run.name, series.key.tag, series.columns())
            for run, each in chosen
            for series in each
            if isinstance(series, ScalarSeries)
        ]
        file_format = arguments.format or "csv"
        write_scalars(_between(ScalarTable(pieces), *steps), file_format, out / f"scalars.{file_format}")
    blobs = BlobExport(out, steps)
    for run, each in chosen:
        for series in each:
            if isinstance(series, ItemSeries) and kinds & {series.key.kind, "all"}:
                blobs.add_series(run.name, series)
    for line in blobs.unreadable:
        print(f"sightline: {printable(line)}", file=sys.stderr)
    print(f"{count(blobs.written, 'file')} written below {out}", file=sys.stderr)
    return max(_tell_trouble(logdir, arguments.run_pattern), 1 if blobs.unreadable else 0)


def _tell_trouble(logdir: LogDir, run_pattern: str) -> int:
    """Whoever works with what was exported should know what is missing. The exit status: 1 when something is."""
    from sightline.store.scalar_table import matcher

    is_run = matcher(run_pattern, logdir.runs)
    files = [file for name, run in logdir.runs.items() if is_run(name) for file in run.files]
    hurt = sum(bool(file.damage_count or file.trouble) for file in files)
    for number, what in ((hurt, "event file"), (len(logdir.problems), "directory")):
        if number:
            print(
                f"sightline: {count(number, what)} could not be read, or not whole; the rest is written. "
                "sightline check says where",
                file=sys.stderr,
            )
    return 1 if hurt or logdir.problems else 0


def _parse_steps(text: str) -> tuple[int, int]:
    """``LOW:HIGH``, ``LOW:``, ``:HIGH`` or one step."""
    low, colon, high = text.partition(":")
    try:
        first = int(low) if low else MIN_STEP
        last = (int(high) if high else MAX_STEP) if colon else int(low)
    except ValueError:
        raise ArgumentError(f"--steps {text}: want LOW:HIGH, LOW:, :HIGH or one step") from None
    if first > last:
        raise ArgumentError(f"--steps {text}: {first} is greater than {last}")
    return first, last


def _format(given: str | None, out: Path) -> str:
    ending = out.suffix.lower().lstrip(".")
    chosen = given or (ending if ending in FORMATS else "csv")
    if chosen == "parquet" and out == STDOUT:
        raise ArgumentError("--format parquet needs --out FILE: it can't be printed")
    return chosen


def _between(table: ScalarTable, low: int, high: int) -> ScalarTable:
    """Only the rows of these steps."""
    from sightline.store.scalar_table import ScalarPiece, ScalarTable

    if (low, high) == (MIN_STEP, MAX_STEP):
        return table
    pieces = []
    for piece in table.pieces:
        step = piece.columns.step
        rows = slice(int(step.searchsorted(low, "left")), int(step.searchsorted(high, "right")))
        pieces.append(ScalarPiece(piece.run, piece.tag, piece.columns.at(rows)))
    return ScalarTable(pieces)


def _check_kinds(kinds: set[str], present: set[str]) -> None:
    from sightline.store.name import unknown_name

    for kind in sorted(kinds - present - {"all"}):
        raise unknown_name("kind", kind, sorted(present))


def _make_directory(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ArgumentError(f"--out {out} is a file: anything but scalars alone is written to a directory")
    out.mkdir(parents=True, exist_ok=True)
