"""The ledger: every event file, how far it was read, and what in it was damaged. Nothing is left unsaid."""

from __future__ import annotations

from sightline.kinds.endpoint import Answer, Endpoint
from sightline.store import EventFile, LogDir

__all__ = ["LEDGER", "Ledger", "LedgerDamage", "LedgerDirectory", "LedgerFile", "read_ledger"]


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
    note: str
    """Anything else worth knowing (vanished, replaced, not readable and why); empty when there is nothing."""


class LedgerDirectory(Answer):
    """A directory that can't be listed: what is in it is not shown."""

    path: str
    reason: str


class Ledger(Answer):
    """All event files, by run in natural order and then as the store lists them."""

    files: list[LedgerFile]
    directories: list[LedgerDirectory]
    """Those that can't be listed."""


def read_ledger(logdir: LogDir, query: None) -> Ledger:
    return Ledger(
        files=[_describe(run.name, file) for run in logdir.runs.values() for file in run.files],
        directories=[LedgerDirectory(path=path, reason=why) for path, why in sorted(logdir.problems.items())],
    )


def _describe(run: str, file: EventFile) -> LedgerFile:
    return LedgerFile(
        run=run,
        name=file.shown_name,
        path=file.shown_path,
        size_bytes=file.size_bytes,
        read_bytes=file.read_bytes,
        records=file.records,
        damage=[LedgerDamage(offset=d.offset, length=d.length, reason=str(d)) for d in file.damage],
        note=file.note,
    )


LEDGER = Endpoint(
    method="GET",
    path="/ledger",
    summary="Every event file: bytes read, records, damage",
    query=None,
    answer=Ledger,
    handler=read_ledger,
)
