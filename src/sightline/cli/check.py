"""Say which event files are damaged, and where; or what is installed.

  sightline check runs/
  sightline check runs/ --repair repaired/
  sightline check --version

Every record's checksums are verified. The exit status is 1 when something is damaged or can't be read. --repair copies
every readable record of each damaged file to a new file, by run; the damaged files stay as they are.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline.cli.choice import add_places, read_logdir
from sightline.cli.repair import repair_files
from sightline.cli.wording import count, printable
from sightline.errors import ArgumentError

if TYPE_CHECKING:
    from sightline.store import EventFile, LogDir

__all__ = ["SUMMARY", "configure", "run", "version"]

SUMMARY = "verify every checksum below a directory"


def configure(parser: argparse.ArgumentParser) -> None:
    add_places(parser)
    parser.add_argument(
        "--repair",
        metavar="OUT",
        type=Path,
        help="copy the readable records of damaged files below this directory; for one event file: to this file",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    parser.add_argument(
        "--version", action="store_true", help="print the versions of Sightline, its kernel, Python and the platform"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.version:
        return _print_versions()
    if arguments.json and arguments.repair is not None:
        raise ArgumentError("--json and --repair: want one of the two")
    return _check(read_logdir(arguments, verify=True), arguments.repair, as_json=arguments.json)


def _check(logdir: LogDir, repaired: Path | None, *, as_json: bool) -> int:
    files = [(run, file) for run in logdir.runs.values() for file in run.files]
    damaged = sum(file.damage_count for _, file in files)
    unread = sum(bool(file.trouble) or (not file.read_bytes and file.size_bytes > 0) for _, file in files)
    unread += len(logdir.problems)
    records = sum(file.records for _, file in files)
    if as_json:
        described = {
            "logdir": logdir.title,
            "records": records,
            "damaged_places": damaged,
            "not_readable": unread,
            "files": [_describe(run.name, file) for run, file in files],
            "problems": [f"{path}: {reason}" for path, reason in sorted(logdir.problems.items())],
        }
        json.dump(described, sys.stdout, indent=1, allow_nan=False)
        print()
        return 1 if damaged or unread else 0
    for run, file in files:
        if not (file.damage or file.note):
            continue
        print(
            f"{printable(run.name)}/{printable(file.shown_name)}: {count(file.records, 'record')}, "
            f"{file.read_bytes:,} of {file.size_bytes:,} bytes read"
        )
        for line in _lines(file):
            print(f"  {line}")
    for directory, reason in logdir.problems.items():
        print(f"{printable(directory)}: {reason}")
    print(
        f"{count(len(files), 'event file')} in {count(len(logdir.runs), 'run')}: "
        f"{count(records, 'record')} verified, {count(damaged, 'damaged place')}, {unread} not readable"
    )
    if repaired is None:
        if damaged:
            print("--repair OUT copies every readable record of the damaged files to new ones")
    else:
        repair_files(logdir, repaired.expanduser())
    return 1 if damaged or unread else 0


def _lines(file: EventFile) -> list[str]:
    """What is wrong with a file, a line for each place, and whatever else is worth knowing of it."""
    lines = [str(damage) for damage in file.damage]
    note = file.note
    if note and file.damage and not file.damage[-1].length:
        lines[-1] += f"; {note}"  # nothing is found after this place, which the note says
    elif note:
        lines.append(note)
    return lines


def _describe(run: str, file: EventFile) -> dict[str, Any]:
    """One file of what ``--json`` prints; the fields are in docs/cli.md."""
    return {
        "run": run,
        "name": file.shown_name,
        "path": file.shown_path,
        "size_bytes": file.size_bytes,
        "read_bytes": file.read_bytes,
        "records": file.records,
        "damage_count": file.damage_count,
        "damage": [
            {"offset": each.offset, "length": each.length, "reason": each.reason, "words": str(each)}
            for each in file.damage
        ],
        "note": file.note,
    }


def _print_versions() -> int:
    import platform

    from sightline.format import kernel

    in_use = "native (compiled)" if kernel.NAME == "native" else f"python (slower): {_why_python()}"
    print(f"sightline {version()}")
    print(f"kernel    {in_use}")
    print(f"python    {platform.python_version()} ({sys.executable})")
    print(f"platform  {platform.platform()}")
    return 0


def _why_python() -> str:
    import os

    if os.environ.get("SIGHTLINE_KERNEL") == "python":
        return "SIGHTLINE_KERNEL=python in the environment"
    try:
        import sightline._native._kernel  # noqa: F401
    except ImportError as error:
        return f"the compiled kernel can't be loaded ({error}); reinstall where a C++20 compiler is present"
    return "unknown"


def version() -> str:
    """The installed version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed_version

    try:
        return installed_version("sightline")
    except PackageNotFoundError:
        return "0 (not installed: run from a source tree)"
