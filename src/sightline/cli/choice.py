"""What several verbs share: which directories to read, and which runs and tags to take."""

from __future__ import annotations

import argparse
import glob
import math
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sightline.errors import ArgumentError

if TYPE_CHECKING:
    from sightline.store import LogDir, Run
    from sightline.store.item_series import ItemSeries
    from sightline.store.scalar_series import ScalarSeries

__all__ = ["add_cache", "add_choice", "add_places", "chosen_places", "chosen_series", "finite", "read_logdir"]


def add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "logdir",
        metavar="LOGDIR",
        nargs="*",
        help="directory tree that holds event files, several, NAME:DIR, or one event file",
    )
    parser.add_argument(
        "--logdir", dest="named", metavar="LOGDIR", action="append", default=[], help="the same, as TensorBoard has it"
    )


def chosen_places(arguments: argparse.Namespace) -> list[str]:
    """What was asked for, either way. ``ArgumentError`` when nothing was."""
    places = [os.path.expanduser(place) for place in (*arguments.logdir, *arguments.named)]
    if not places:
        raise ArgumentError(f"{arguments.verb} needs a directory: sightline {arguments.verb} runs/")
    if "" in places:  # as the shell gives a variable that is not set; it would be the working directory
        raise ArgumentError("got an empty name: want a directory; for the working directory, .")
    return places


def add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run",
        dest="run_pattern",
        metavar="PATTERN",
        default="*",
        help="only runs that match, as in 'lr*' (default: *)",
    )
    parser.add_argument(
        "--tag",
        dest="tag_pattern",
        metavar="PATTERN",
        default="*",
        help="only tags that match, as in 'loss/*' (default: *)",
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="read every file anew, and keep no index in the cache directory for the next time",
    )


def read_logdir(arguments: argparse.Namespace, *, verify: bool = False) -> LogDir:
    """All of it, read; with ``verify`` every checksum. ``ArgumentError`` for a place that is not there."""
    from sightline.store import LogDir

    logdir = LogDir(chosen_places(arguments), verify=verify, cache=not verify and arguments.cache)
    missing = logdir.missing
    if missing:
        raise ArgumentError(f"there is no such directory or event file: {', '.join(missing)}")
    logdir.refresh()
    while not logdir.progress.done:
        logdir.refresh()
    return logdir


def chosen_series(
    logdir: LogDir, arguments: argparse.Namespace
) -> Iterator[tuple[Run, list[ScalarSeries | ItemSeries]]]:
    """Each run that matches, with those of its series that do.

    ``UnknownName``, at the end, for a run or a tag that is no pattern and was not found.
    """
    from sightline.store.name import unknown_name
    from sightline.store.scalar_table import matcher

    runs = logdir.runs
    is_run = matcher(arguments.run_pattern, runs)
    chosen = [run for name, run in runs.items() if is_run(name)]
    if not chosen and not glob.has_magic(arguments.run_pattern):
        raise unknown_name("run", arguments.run_pattern, runs)
    known = dict.fromkeys(key.tag for run in chosen for key in run.series)
    is_tag = matcher(arguments.tag_pattern, known)
    found = False
    for run in chosen:
        matching = [series for key, series in run.series.items() if is_tag(key.tag)]
        found = found or bool(matching)
        yield run, matching
    if not found and not glob.has_magic(arguments.tag_pattern):
        raise unknown_name("tag", arguments.tag_pattern, known)


def finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity."""
    return value if value is not None and math.isfinite(value) else None
