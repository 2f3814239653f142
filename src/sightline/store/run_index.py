"""A run as the index keeps it: everything that reading its files found, except the rows themselves.

A run is taken from the index only when its files are still the ones that were read: the same paths at the front of its
list, the same inodes, each unchanged or longer, with the same first and last bytes of what was read
(``EventFile.continues``). Whatever a list of runs shows is in it, so that no rows are read for one.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from sightline.format.batch import Damage, Reason
from sightline.format.kernel import Scanner
from sightline.store.event_file import LONG_BYTES, EventFile
from sightline.store.index_file import Block
from sightline.store.intake import NO_NUMBER, AnySeries
from sightline.store.item_series import ItemSeries
from sightline.store.part import Part
from sightline.store.restart import Evidence, Restart, SessionStart
from sightline.store.run_event import RunEvent
from sightline.store.scalar_series import ScalarSeries
from sightline.store.series_key import SeriesKey
from sightline.store.session_rows import SessionRows
from sightline.store.stored_rows import ITEM_TYPES, POINT_TYPES, StoredRows

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = [
    "SHAPE",
    "RunContent",
    "decode_run",
    "encode_run",
    "is_content_of",
    "restore_files",
    "restore_restarts",
    "restore_series",
]

BLOCK_BYTES = 64 << 10
"""Of rows under one checksum, which are read at once; a series that is longer is a block of its own. Small enough that
a chart of one tag does not read all others, large enough that reading everything takes few reads."""


class _Damage(msgspec.Struct, array_like=True, gc=False):
    offset: int
    length: int
    reason: Reason
    got: int | None
    want: int | None


class _SessionRows(msgspec.Struct, array_like=True, gc=False):
    highest: list[int | None]
    scalars: dict[int, tuple[list[int], list[int]]]
    items: dict[int, tuple[list[int], list[int]]]


class _RunEvent(msgspec.Struct, array_like=True, gc=False):
    field: int
    step: int
    wall_time: float
    record: int
    payload: int
    offset: int
    length: int


class _File(msgspec.Struct, array_like=True, gc=False):
    location: bytes
    seen: tuple[int, ...]
    """Of ``stat``: what it was when it was last looked at."""
    head: bytes
    tail: bytes
    """The last bytes before ``offset``."""
    offset: int
    names: list[tuple[bytes, int, bytes]]
    """``Scanner.series``."""
    size_bytes: int
    records: int
    points: int
    truncated: bool
    stopped: bool
    unverified: int
    unverified_bytes: int
    last_step: int | None
    first_wall_time: float | None
    last_wall_time: float | None
    first_point_wall_time: float | None
    damage: list[_Damage]
    damage_count: int
    session_starts: list[tuple[int, float]]
    session_rows: _SessionRows
    session_end: tuple[float, str] | None
    events: list[_RunEvent]
    falls: dict[int, list[int]]
    late: dict[int, list[int]]


class _Restart(msgspec.Struct, array_like=True, gc=False):
    step: int
    wall_time: float
    evidence: Evidence


class _Part(msgspec.Struct, array_like=True, gc=False):
    file: int
    number: int
    block: int
    start: int
    stop: int
    low: int
    high: int
    last_step: int


class _Series(msgspec.Struct, array_like=True, gc=False):
    kind: str
    tag: str
    metadata: bytes
    is_scalar: bool
    parts: list[_Part]


class RunContent(msgspec.Struct, array_like=True, gc=False):
    files: list[_File]
    series: msgspec.Raw
    """A list of ``_Series``, decoded when one is asked for."""
    metadata: dict[bytes, bytes]
    restarts: list[_Restart]
    usual_interval: float | None
    """None where nobody asked for it: the run has been silent for long."""


SHAPE = [
    (each.__name__, each.__struct_fields__)
    for each in (_Damage, _SessionRows, _RunEvent, _File, _Restart, _Part, _Series, RunContent)
]
"""What it is made of: an index of another shape is another index."""

_decoder = msgspec.msgpack.Decoder(RunContent)
_series_decoder = msgspec.msgpack.Decoder(list[_Series])
_encoder = msgspec.msgpack.Encoder()


def encode_run(
    files: Sequence[EventFile],
    series: AnySeries,
    metadata: dict[bytes, bytes],
    restarts: Sequence[Restart],
    usual_interval: float | None,
) -> tuple[bytes, list[Block]] | None:
    """Content and rows; None for a run that is better read again.

    While nothing is read. ``files`` are those that are there. A run with a file in trouble, or with one that ends in a
    search after damage, is better read again; so is one whose names can't be text.
    """
    numbers = {file: index for index, file in enumerate(files)}
    described = [_describe_file(file) for file in files]
    known = [each for each in described if each is not None]
    if len(known) != len(described):
        return None
    blocks = _Blocks()
    all_series = []
    for key, one in series.items():
        is_scalar = isinstance(one, ScalarSeries)
        parts = []
        for part in one.parts:
            place = (numbers[part.file], part.number, *blocks.add(part))
            parts.append(_Part(*place, part.low, part.high, part.last_step))
        all_series.append(_Series(key.kind, key.tag, one.raw_metadata, is_scalar, parts))
    found = [_Restart(each.step, each.wall_time, each.evidence) for each in restarts]
    try:
        raw = msgspec.Raw(_encoder.encode(all_series))
        return _encoder.encode(RunContent(known, raw, metadata, found, usual_interval)), blocks.blocks
    except (UnicodeEncodeError, OverflowError):
        return None


class _Blocks:
    """Puts parts into blocks, those of points and those of items in the order in which they come."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._open: dict[bool, tuple[int, int]] = {}

    def add(self, part: Part) -> tuple[int, int, int]:
        """Which block it is in, and from which row on, and up to which."""
        row_bytes = 8 * len(POINT_TYPES if part.is_scalar else ITEM_TYPES)
        number, rows = self._open.get(part.is_scalar, (-1, 0))
        if number < 0 or (rows + len(part)) * row_bytes > BLOCK_BYTES:
            number, rows = len(self.blocks), 0
            self.blocks.append(Block(part.is_scalar, []))
        self.blocks[number].pieces.extend(part.pieces())
        self._open[part.is_scalar] = number, rows + len(part)
        return number, rows, rows + len(part)


def decode_run(content: bytes) -> RunContent | None:
    """None when it can't be used."""
    try:
        return _decoder.decode(content)
    except msgspec.MsgspecError:
        return None


def is_content_of(content: RunContent, files: Sequence[EventFile]) -> bool:
    """Whether the files of a run, which have been looked at and not read, are what they were, or have only grown."""
    return len(content.files) <= len(files) and all(
        os.fsencode(file.location) == known.location
        and file.continues(known.seen, known.head, known.tail, known.offset)
        for known, file in zip(content.files, files, strict=False)
    )


def restore_files(content: RunContent, files: Sequence[EventFile]) -> bool:
    """Bring the files to where they were; false, and nothing is touched, when a scanner does not take what is known."""
    scanners = []
    for known in content.files:
        scanner = Scanner(LONG_BYTES)
        try:
            scanner.resume(known.offset, known.names)
        except ValueError:
            return False
        scanners.append(scanner)
    for known, file, scanner in zip(content.files, files, scanners, strict=False):
        _restore_file(known, file, scanner)
    return True


def restore_series(content: RunContent, blocks: list[StoredRows], files: Sequence[EventFile], run: Run) -> AnySeries:
    """The series of a run whose files were restored; their rows are not loaded."""
    series: AnySeries = {}
    for each in _series_decoder.decode(content.series):
        key = SeriesKey(each.kind, each.tag)
        one = series[key] = (ScalarSeries if each.is_scalar else ItemSeries)(run, key, each.metadata)
        for entry in each.parts:
            file = files[entry.file]
            place = (blocks[entry.block], entry.start, entry.stop, entry.low, entry.high)
            part = Part(file, entry.number, each.is_scalar, *place)
            part.last_step = entry.last_step
            if entry.number == NO_NUMBER:
                file.event_parts[key] = part
            else:
                (file.scalar_parts if each.is_scalar else file.item_parts)[entry.number] = part
            one.add_part(part)
    return series


def restore_restarts(content: RunContent) -> tuple[Restart, ...]:
    return tuple(Restart(each.step, each.wall_time, each.evidence) for each in content.restarts)


def _describe_file(file: EventFile) -> _File | None:
    if file.trouble or file.scanner.ended or not file.seen or file.tail is None:
        return None
    # What was found while long payloads were read is left out: the next opening knows as much as one without index.
    damage = file.scanned_damage
    rows = file.session_starts[0].rows if file.session_starts else SessionRows(LONG_BYTES)
    return _File(
        os.fsencode(file.location),
        file.seen,
        file.head,
        file.tail,
        file.scanner.offset,
        list(file.scanner.series),
        file.size_bytes,
        file.records,
        file.points,
        file.truncated,
        file.stopped,
        file.unverified,
        file.unverified_bytes,
        file.last_step,
        file.first_wall_time,
        file.last_wall_time,
        file.first_point_wall_time,
        [_Damage(each.offset, each.length, each.reason, each.got, each.want) for each in damage],
        file.damage_count - len(file.damage) + len(damage),
        [(each.step, each.wall_time) for each in file.session_starts],
        _SessionRows(rows.highest, rows.scalars, rows.items),
        file.session_end,
        [
            _RunEvent(each.field, each.step, each.wall_time, each.record, each.payload, each.offset, each.length)
            for each in file.run_events
        ],
        file.falls,
        {number: rows.tolist() for number, rows in file.late.items()},
    )


def _restore_file(known: _File, file: EventFile, scanner: Scanner) -> None:
    file.resume(scanner, known.seen, known.head, known.tail, known.truncated)
    file.records = known.records
    file.points = known.points
    file.stopped = known.stopped
    file.unverified = known.unverified
    file.unverified_bytes = known.unverified_bytes
    file.last_step = known.last_step
    file.first_wall_time = known.first_wall_time
    file.last_wall_time = known.last_wall_time
    file.first_point_wall_time = known.first_point_wall_time
    damage = [Damage(each.offset, each.length, each.reason, each.got, each.want) for each in known.damage]
    file.restore_damage(damage, known.damage_count)
    rows = SessionRows(LONG_BYTES)
    rows.highest, rows.scalars, rows.items = (
        known.session_rows.highest, known.session_rows.scalars, known.session_rows.items,
    )  # fmt: skip
    file.session_starts = tuple(
        SessionStart(step, wall_time, number, rows) for number, (step, wall_time) in enumerate(known.session_starts)
    )
    file.session_end = known.session_end
    file.run_events = tuple(
        RunEvent(each.field, each.step, each.wall_time, file, each.record, each.payload, each.offset, each.length)
        for each in known.events
    )
    file.falls = known.falls
    file.late = {number: array("q", rows) for number, rows in known.late.items()}
