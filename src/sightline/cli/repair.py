"""Copies what is readable of damaged event files to new ones. Nothing that is there is ever changed or written over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.cli.safe_name import run_path
from sightline.cli.wording import count, printable
from sightline.errors import ArgumentError
from sightline.format.kernel import Scanner

if TYPE_CHECKING:
    from sightline.store import EventFile, LogDir, Run

__all__ = ["repair_files"]

BLOCK_BYTES = 8 << 20


def repair_files(logdir: LogDir, out: Path) -> None:
    """Write ``out/RUN/FILE`` for each damaged file, or ``out`` itself when one event file was asked for.

    ``ArgumentError`` when something is in the way, before anything is written; ``OSError`` from the system.
    """
    from sightline.store.directory_tree import readable

    damaged = [(run, file) for run in logdir.runs.values() for file in run.files if file.damage and not file.gone]
    if not damaged:
        print("nothing to repair")
        return
    if logdir.is_event_file:
        targets = [out]
    else:
        for place in logdir.places:
            if Path(os.path.abspath(out)).is_relative_to(place.root):
                raise ArgumentError(f"--repair {out} is inside {place.root}, where it would be read as more runs")
        targets = [out / _directory(logdir, run) / os.path.basename(file.location) for run, file in damaged]
    for target in targets:
        if os.path.lexists(target):
            raise ArgumentError(f"{target} exists already, and nothing is written over: give --repair another place")
    for target, (_, file) in zip(targets, damaged, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        written = _copy(file, target)
        lost = file.size_bytes - written
        print(
            f"{printable(readable(str(target)))}: {count(file.records, 'record')}, {written:,} bytes; "
            f"left out {count(lost, 'byte')}"
        )


def _directory(logdir: LogDir, run: Run) -> Path:
    """Where a run goes: its directory keeps its name, so that the repaired run is called as the damaged one.

    What a user calls a log directory (``name:path``) need not be the name of a directory: ``..`` would be another one.
    """
    from sightline.store.place import find_place

    place, relative = find_place(logdir.places, run)
    return run_path(place.name) / relative


def _copy(file: EventFile, target: Path) -> int:
    """Everything but the damaged places, which are looked for once more: the ledger lists some only. How many bytes."""
    position = 0
    written = 0
    scanner = Scanner()
    with file.reopen() as source, target.open("xb") as copy:
        while scanner.offset < file.read_bytes:
            batch = scanner.scan_file(source, BLOCK_BYTES)
            ends = [(damage.offset, damage.offset + damage.length) for damage in batch.damage]
            for stop, resume in [*ends, (scanner.offset, scanner.offset)]:
                while position < min(stop, file.read_bytes):
                    block = os.pread(source, min(BLOCK_BYTES, stop - position, file.read_bytes - position), position)
                    if not block:
                        break  # cut since it was read; what is there is kept
                    copy.write(block)
                    position += len(block)
                    written += len(block)
                position = max(position, resume)
            if batch.bytes_read == 0:
                break
    return written
