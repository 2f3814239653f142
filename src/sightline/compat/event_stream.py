"""The values of the event files of one directory in the order in which TensorBoard's accumulator meets them.

It differs from the store's runs in what they are for: here rows keep the order of the files, a tensor is a tensor
whatever its plugin, and what TensorBoard would purge after a restart is dropped.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import LogDirectoryError
from sightline.format.batch import Batch
from sightline.format.event import Event, SummaryMetadata
from sightline.format.wire import read_varint
from sightline.store.event_file import BLOCK_BYTES, MARKER_SUFFIX, VERIFY_ALL, EventFile
from sightline.store.naming import decode_metadata, decode_tag

__all__ = ["AUDIO", "HISTO", "IMAGE", "SIMPLE_VALUE", "TENSOR", "EventStream", "Rows"]

SIMPLE_VALUE, IMAGE, HISTO, AUDIO, TENSOR = 2, 4, 5, 6, 8
"""Numbers of fields of ``Value``."""
PURGED_FORMS = (SIMPLE_VALUE, IMAGE, HISTO, AUDIO)
"""TensorBoard purges everything but tensors."""
FILE_VERSION = 3
"""Number of the field of ``Event``."""
SESSIONS_SINCE = 2
"""File version from which restarts are told by SessionLog START; before, by a step that goes back."""
EVENT_MARK = "tfevents"
_LENGTH = struct.Struct("<Q")
_DOUBLE = struct.Struct("<d")


@dataclass(slots=True)
class Rows:
    """Some rows of one tag and form, in file order, all of one file."""

    file: EventFile
    is_scalar: bool
    """Whether the columns are step, wall time, value; otherwise step, wall time, record, payload, offset, length."""
    columns: tuple[npt.NDArray[Any], ...]

    def keep_before(self, step: int, rows: int | None = None) -> None:
        """Drop points of at least ``step``, among the first ``rows``."""
        kept = self.columns[0] < step
        if rows is not None:
            kept[rows:] = True
        if not kept.all():
            self.columns = tuple(column[kept] for column in self.columns)


@dataclass(slots=True)
class _Arrival:
    """Rows of one batch, before purges."""

    key: tuple[int, str]
    number: int
    before: int
    """Rows of the same series in the same file that came earlier."""
    rows: Rows
    kept: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Purge:
    """Points of at least ``step`` go, if they were there."""

    step: int
    tags: frozenset[str] | None
    """Which tags; None: all."""
    rows_before: Callable[[int, bool], int]
    """Number of a series -> its rows in this file that were there."""


@dataclass(slots=True)
class _Reading:
    """What is known of one file besides the file."""

    file: EventFile
    rows: dict[tuple[int, bool], int] = field(default_factory=dict)


class EventStream:
    """Reads what grew each time ``read`` is called."""

    def __init__(self, path: str, *, purge: bool) -> None:
        self.path = path
        self.purge = purge
        self.kept: dict[tuple[int, str], list[Rows]] = {}
        """(form, tag), in the order in which they appeared -> rows, in the order of reading."""
        self.metadata: dict[str, SummaryMetadata] = {}
        """Tag -> what its first value with metadata says."""
        self.file_version: float | None = None
        self.most_recent_step = -1
        self.most_recent_wall_time = -1.0
        self._readings: dict[str, _Reading] = {}

    @property
    def files(self) -> list[EventFile]:
        return [reading.file for reading in self._readings.values()]

    def paths(self) -> list[str]:
        """Of the event files that are there now, in the order of reading."""
        if os.path.isdir(self.path):
            with os.scandir(self.path) as entries:
                return sorted(entry.path for entry in entries if _is_event_file(entry.name) and entry.is_file())
        if _is_event_file(os.path.basename(self.path)) and os.path.exists(self.path):
            return [self.path]
        raise LogDirectoryError(f"there is no such directory or event file: {self.path}")

    def read(self) -> None:
        """Read whatever is unread. Damage is stepped over, and stands in ``files``."""
        for path in self.paths():
            reading = self._readings.get(path)
            if reading is None or reading.file.look() == "replaced":
                reading = self._begin(path, reading)
            self._read(reading)

    def _begin(self, path: str, former: _Reading | None) -> _Reading:
        if former is not None:
            for each in self.kept.values():
                each[:] = [rows for rows in each if rows.file is not former.file]
        file = EventFile(".", path, former.file if former else None, verify_below=VERIFY_ALL)
        file.look()
        reading = self._readings[path] = _Reading(file)
        return reading

    def _read(self, reading: _Reading) -> None:
        file = reading.file
        try:
            descriptor = file.open()
        except FileExistsError:
            return  # replaced this moment: the next look says so
        if descriptor is None:
            return
        try:
            while True:
                begin = file.scanner.offset
                batch = file.scan(descriptor, BLOCK_BYTES)
                if batch is None:
                    return
                file.take_times(batch)
                self._take(reading, batch, descriptor, begin)
                if batch.truncated:
                    return
        finally:
            os.close(descriptor)

    def _take(self, reading: _Reading, batch: Batch, descriptor: int, begin: int) -> None:
        file = reading.file
        arrivals = sorted(_arrivals(reading, batch), key=lambda arrival: arrival.number)
        for tag, _, metadata in file.scanner.series:
            message = decode_metadata(metadata)
            if message is not None:
                self.metadata.setdefault(decode_tag(tag), message)
        for row in np.flatnonzero(batch.event_field == FILE_VERSION).tolist():
            content = os.pread(descriptor, int(batch.event_length[row]), int(batch.event_offset[row]))
            self.file_version = _parse_version(content)
        sessions = len(file.session_starts)
        file.take_sessions(batch, descriptor)
        file.take_run_events(batch)
        if self.purge:
            if self.file_version and self.file_version >= SESSIONS_SINCE:
                for start in file.session_starts[sessions:]:
                    self._apply(_Purge(start.step, None, start.rows_before), arrivals)
            else:
                for purge in self._steps_back(file, arrivals, batch, descriptor, begin):
                    self._apply(purge, arrivals)
        for arrival in arrivals:
            rows = arrival.rows
            if not arrival.kept.all():
                rows.columns = tuple(column[arrival.kept] for column in rows.columns)
            self.kept.setdefault(arrival.key, []).append(rows)

    def _apply(self, purge: _Purge, arrivals: list[_Arrival]) -> None:
        for (form, tag), each in self.kept.items():
            if form in PURGED_FORMS and (purge.tags is None or tag in purge.tags):
                for rows in each:
                    rows.keep_before(purge.step)
        for arrival in arrivals:
            form, tag = arrival.key
            if form in PURGED_FORMS and (purge.tags is None or tag in purge.tags):
                before = max(0, purge.rows_before(arrival.number, arrival.rows.is_scalar) - arrival.before)
                arrival.kept[:before] &= arrival.rows.columns[0][:before] < purge.step

    def _steps_back(
        self, file: EventFile, arrivals: list[_Arrival], batch: Batch, descriptor: int, begin: int
    ) -> Iterator[_Purge]:
        """TensorBoard's rule for files of version 1: a summary whose step is smaller than the last one's.

        It goes by whole events, which columns do not show: the steps of these old files are looked at once more, and
        where one goes back the events are decoded, one by one.
        """
        damaged = {damage.offset - begin: damage.length for damage in batch.damage}
        data = os.pread(descriptor, file.scanner.offset - begin, begin)
        if len(data) < file.scanner.offset - begin:
            return  # it became shorter since it was scanned: the next look begins it anew
        records = list(_records(data, damaged))
        highest = self.most_recent_step
        for _, start, stop in records:
            step, wall_time = _step_and_time(data, start, stop)
            if step < highest:
                break
            highest, time = step, wall_time
        else:
            if records:
                self.most_recent_step, self.most_recent_wall_time = highest, time
            return
        numbers = {(decode_tag(tag), form): number for number, (tag, form, _) in enumerate(file.scanner.series)}
        counts = {arrival.number: arrival.before for arrival in arrivals}
        view = memoryview(data)
        for _, start, stop in records:
            event = Event.FromString(view[start:stop])
            if event.step < self.most_recent_step and event.HasField("summary"):
                tags = frozenset(value.tag for value in event.summary.value)
                yield _Purge(event.step, tags, _lookup(dict(counts)))
            else:
                self.most_recent_step = event.step
                self.most_recent_wall_time = event.wall_time
            for value in event.summary.value:
                form = next((field.number for field in value.FIELDS if field.oneof and value.HasField(field.name)), 0)
                number = numbers.get((value.tag, form))
                if number is not None:
                    counts[number] = counts.get(number, 0) + 1


def _lookup(counts: dict[int, int]) -> Callable[[int, bool], int]:
    return lambda number, is_scalar: counts.get(number, 0)


def _is_event_file(name: str) -> bool:
    return EVENT_MARK in name and not name.endswith(MARKER_SUFFIX)


def _parse_version(content: bytes) -> float:
    """The number after ``brain.Event:``; -1 when there is none."""
    try:
        return float(content.decode("utf-8", "replace").split("brain.Event:")[-1])
    except ValueError:
        return -1.0


def _arrivals(reading: _Reading, batch: Batch) -> Iterator[_Arrival]:
    order = np.argsort(batch.item_series, kind="stable")
    positions = (batch.item_record, batch.item_payload, batch.item_offset, batch.item_length)
    items = tuple(column[order] for column in (batch.item_step, batch.item_wall_time, *positions))
    numbers, starts = np.unique(batch.item_series[order], return_index=True)
    scalars = (batch.step, batch.wall_time, batch.value)
    for is_scalar, columns, series, bounds in (
        (True, scalars, batch.scalar_series.tolist(), batch.scalar_start.tolist()),
        (False, items, numbers.tolist(), [*starts.tolist(), len(order)]),
    ):
        for number, start, stop in zip(series, bounds[:-1], bounds[1:], strict=True):
            tag, form, _ = reading.file.scanner.series[number]
            rows = Rows(reading.file, is_scalar, tuple(column[start:stop] for column in columns))
            before = reading.rows.get((number, is_scalar), 0)
            reading.rows[number, is_scalar] = before + stop - start
            yield _Arrival((form, decode_tag(tag)), number, before, rows, np.ones(stop - start, np.bool_))


def _records(data: bytes, damaged: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """Where each record begins, and its payload's first byte and end; without the damaged stretches."""
    begin = 0
    while begin < len(data):
        if begin in damaged:
            begin += damaged[begin]
            continue
        (length,) = _LENGTH.unpack_from(data, begin)
        yield begin, begin + 12, begin + 12 + length
        begin += 12 + length + 4


def _step_and_time(data: bytes, start: int, stop: int) -> tuple[int, float]:
    """Of an event. Every writer puts them first: the time (key 0x09, 8 bytes), then the step (key 0x10, a varint)."""
    if stop - start > 9 and data[start] == 0x09 and data[start + 9] == 0x10:
        raw, _ = read_varint(data, start + 10)
        return raw - (1 << 64) if raw >> 63 else raw, _DOUBLE.unpack_from(data, start + 1)[0]
    event = Event.FromString(memoryview(data)[start:stop])
    return event.step, event.wall_time
