"""Say which event files are damaged, and where; or what is installed.

  sightline check runs/
  sightline check runs/ --repair repaired/
  sightline check --version

Every record's checksums are verified. The exit status is 1 when something is damaged or can't be read. --repair copies
every readable record of each damaged file to a new file, by run; the damaged files stay as they are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.cli.choice import add_places, count, read_logdir
from sightline.cli.repair import repair_files

if TYPE_CHECKING:
    from sightline.store import LogDir

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
    parser.add_argument(
        "--version", action="store_true", help="print the versions of Sightline, its kernel, Python and the platform"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.version:
        return _print_versions()
    return _check(read_logdir(arguments, verify=True), arguments.repair)


def _check(logdir: LogDir, repaired: Path | None) -> int:
    files = [(run, file) for run in logdir.runs.values() for file in run.files]
    for run, file in files:
        if not (file.damage or file.note):
            continue
        print(
            f"{run.name}/{file.name}: {file.records:,} records, {file.read_bytes:,} of {file.size_bytes:,} bytes read"
        )
        for damage in file.damage:
            print(f"  {damage}")
        if file.note:
            print(f"  {file.note}")
    for directory, reason in logdir.problems.items():
        print(f"{directory}: {reason}")
    damaged = sum(file.damage_count for _, file in files)
    unread = sum(not file.read_bytes and file.size_bytes > 0 for _, file in files) + len(logdir.problems)
    records = sum(file.records for _, file in files)
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
