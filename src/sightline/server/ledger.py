"""The ledger: every event file, how far it was read, and what in it was damaged. What is left out is counted."""

from __future__ import annotations

from sightline.kinds.endpoint import Answer, Endpoint
from sightline.store import EventFile, LogDir

__all__ = ["LEDGER", "Ledger", "LedgerDamage", "LedgerDirectory", "LedgerFile", "read_ledger"]


MAX_SOUND = 1000
"""Files with nothing to say that are listed."""
MAX_PLACES = 10_000
"""Damaged places that are listed, in all files together; at least one of each damaged file."""


class LedgerDamage(Answer):
    """A stretch of a file that could not be used."""

    offset: int
    """First byte."""
    length: int
    """Bytes that were stepped over; 0 when nothing after ``offset`` can be located."""
    reason: str
    """What is wrong there, in words."""


class LedgerFile(Answer):
    """One event file."""

    run: str
    name: str
    path: str
    size_bytes: int
    read_bytes: int
    """The byte after the last whole record. Less than the size: the rest is unfinished, or can't be located."""
    records: int
    damage: list[LedgerDamage]
    """The first of them, where there are very many."""
    damage_count: int
    """All of them."""
    note: str
    """Anything else worth knowing (vanished, replaced, not readable and why); empty when there is nothing."""


class LedgerDirectory(Answer):
    """A directory that can't be listed: what is in it is not shown."""

    path: str
    reason: str


class Ledger(Answer):
    """Event files, by run in natural order and then as the store lists them; last those that went with their runs.

    Those with nothing to say are left out beyond the first thousand, so that the answer stays small.
    """

    files: list[LedgerFile]
    file_count: int
    """All of them."""
    read_bytes: int
    records: int
    """Of all files together."""
    index_problem: str
    """Why no index is read or kept, in a sentence; empty when all is well, or none is wanted."""
    directories: list[LedgerDirectory]
    """Those that can't be listed."""


def read_ledger(logdir: LogDir, query: None) -> Ledger:
    files = [(run.name, file) for run in logdir.runs.values() for file in run.files]
    files += [(file.run, file) for file in logdir.gone_files]
    noted = {file: file.note for _, file in files}
    damaged = sum(file.damage_count > 0 for _, file in files)
    places = max(1, MAX_PLACES // max(1, damaged))
    sound = 0
    listed = []
    for run, file in files:
        sound += not (file.damage_count or noted[file])
        if file.damage_count or noted[file] or sound <= MAX_SOUND:
            listed.append(_describe(run, file, noted[file], places))
    return Ledger(
        files=listed,
        file_count=len(files),
        read_bytes=sum(file.read_bytes for _, file in files),
        records=sum(file.records for _, file in files),
        index_problem=logdir.index_problem,
        directories=[LedgerDirectory(path=path, reason=why) for path, why in sorted(logdir.problems.items())],
    )


def _describe(run: str, file: EventFile, note: str, places: int) -> LedgerFile:
    return LedgerFile(
        run=run,
        name=file.shown_name,
        path=file.shown_path,
        size_bytes=file.size_bytes,
        read_bytes=file.read_bytes,
        records=file.records,
        damage=[LedgerDamage(offset=d.offset, length=d.length, reason=str(d)) for d in file.damage[:places]],
        damage_count=file.damage_count,
        note=note,
    )


LEDGER = Endpoint(
    method="GET",
    path="/ledger",
    summary="Every event file: bytes read, records, damage",
    query=None,
    answer=Ledger,
    handler=read_ledger,
)
