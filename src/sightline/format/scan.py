"""The scanner: turns the bytes of an event file into columns, incrementally.

The readable twin of the native kernel and its oracle: the conformance suite holds the two to the same answers, for good
bytes and for bad ones. The rules are written down in ``FORMAT.md``, "What a reader takes from a record".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.batch import LENGTH_CHECKSUM, MALFORMED, Batch, Damage
from sightline.format.file import pread
from sightline.format.record import FOOTER_BYTES, HEADER_BYTES, Record, Truncated, masked_crc32c, read_record
from sightline.format.tensor_scalar import tensor_scalar
from sightline.format.wire import FIXED32, FIXED64, LENGTH_DELIMITED, VARINT, iterate_fields, read_varint

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Scanner"]

_Int32 = npt.NDArray[np.int32]
_Int64 = npt.NDArray[np.int64]
_Float64 = npt.NDArray[np.float64]

_HEADER = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")

_EVENT_SUMMARY = 5
_EVENT_WHAT = frozenset((3, 4, 5, 6, 7, 8, 9))
_VALUE_SIMPLE = 2
_VALUE_TENSOR = 8
_VALUE_FORMS = frozenset((3, 4, 5, 6, 8))


_MOST_LOST_BYTES = 1 << 30
_MOST_PAYLOAD_BYTES = 1 << 31
_LEAST_SPENT_BYTES = 1 << 30
_SPENT_SHARE = 4
"""A search after damage: how far it goes, what length it believes (protobuf's limit), what verifying may cost."""
_SEARCH_BYTES = 1 << 20
_MOST_DAMAGE = 10_000
"""Damaged places of one batch: bytes that were made to be nothing else would be objects of ten times their size."""

_Read = Callable[[int, int], memoryview]
"""``read(at, size)``: at most so many bytes from byte ``at`` of the file on; fewer where it ends."""


class Scanner:
    """One for each event file. ``scan`` and ``scan_file`` go on where the last scan stopped.

    ``scan_file`` verifies payloads of less than ``verify_below`` bytes; of longer ones it reads the structure only,
    unless that gives points. Not for two threads at once.
    """

    offset: int
    """The byte after the last whole record."""
    ended: bool
    """The length of the record at ``offset`` is damaged, and no record was found after it so far."""
    series: list[tuple[bytes, int, bytes]]
    """(tag, number of the Value field that holds it, SummaryMetadata bytes of its first value), oldest first."""

    def __init__(self, verify_below: int = (1 << 64) - 1) -> None:
        self.offset = 0
        self.ended = False
        self.series = []
        self._verify_below = verify_below
        self._index: dict[tuple[bytes, int], int] = {}
        self._scalar_tensors: set[int] = set()
        self._lost: Damage | None = None
        self._told = False
        self._searched = 0
        self._spent = 0

    def resume(self, offset: int, series: list[tuple[bytes, int, bytes]]) -> None:
        """Go on at ``offset`` as one who has read up to there, and found these series. ``ValueError`` after a scan."""
        if self.offset or self.series or self.ended:
            raise ValueError("resume: want a scanner that has not scanned yet")
        if offset < 0:
            raise ValueError(f"offset is {offset}: want a place in the file")
        for tag, form, metadata in series:
            self._add_series(tag, form, metadata)
        self.offset = offset

    def scan(self, data: Buffer) -> Batch:
        """Scan ``data``, whose first byte is byte ``offset`` of the file."""
        view = memoryview(data).cast("B")
        base = self.offset

        def read(at: int, size: int) -> memoryview:
            return view[at - base : at - base + size]

        columns = _Columns()
        while True:
            if self.ended and not self._search(read, base + len(view), columns):
                break
            self._scan(view[self.offset - base :], columns, to_end=True)
            if not self.ended:
                break
        return self._batch(columns, base)

    def scan_file(self, fd: int, max_bytes: int) -> Batch:
        """Scan from ``offset`` of an open file: ``max_bytes``, or one record when that is longer; less after very many
        damaged places.

        Whoever wants the whole file calls again until ``bytes_read`` is 0. The descriptor's own position is neither
        used nor moved. ``OSError`` from the system passes through.
        """
        if max_bytes <= 0:
            raise ValueError(f"max_bytes is {max_bytes}: want a positive number of bytes")

        def read(at: int, size: int) -> memoryview:
            return memoryview(pread(fd, size, at))

        columns = _Columns()
        start = self.offset
        bound = max_bytes
        data = bytearray()
        while True:
            if self.ended:
                if not self._search(read, os.fstat(fd).st_size, columns):
                    break
                data = bytearray()
            if len(columns.damage) >= _MOST_DAMAGE:
                break
            scanned = self.offset - start + len(data)
            if scanned >= bound:
                if self.offset > start:
                    break
                bound *= 2  # one record is longer than what was asked for: double until it is whole
            block = os.pread(fd, bound - scanned, self.offset + len(data))
            data += block
            if block and self.offset - start + len(data) < bound:
                continue
            used = self._scan(
                memoryview(bytes(data)),
                columns,
                to_end=not block,
                verify_below=self._verify_below,
                damage_below=_MOST_DAMAGE,
            )
            if not block and not self.ended:
                break
            del data[:used]
        return self._batch(columns, start)

    def _batch(self, columns: _Columns, start: int) -> Batch:
        if self._lost is not None and not self._told:
            columns.damage.append(self._lost)
        self._told = self.ended
        return columns.batch(self.offset - start)

    def _scan(
        self,
        data: memoryview,
        columns: _Columns,
        *,
        to_end: bool,
        verify_below: int = (1 << 64) - 1,
        damage_below: int = (1 << 64) - 1,
    ) -> int:
        """Take records from ``offset`` on, until there are so many damaged places; how many bytes they are."""
        base = self.offset
        position = 0
        while position < len(data) and len(columns.damage) < damage_below:
            found = read_record(data, position, base, verify_below)
            if isinstance(found, Truncated):
                columns.truncated = to_end
                break
            if isinstance(found, Record):
                size = found.end - found.start
                long = data[position : found.next] if size >= verify_below else None
                try:
                    verified = self._event(data[found.start : found.end], base + position, columns, long)
                    columns.records += 1
                    columns.unverified += not verified
                    columns.unverified_bytes += 0 if verified else size
                except _WrongPayload as wrong:
                    columns.damage.append(wrong.damage)
                except MalformedMessage:
                    columns.damage.append(Damage(base + position, found.next - position, MALFORMED, None, None))
                position = found.next
            elif found.reason == LENGTH_CHECKSUM:
                self.ended = True
                self._told = False
                self._lost = found
                self._searched = found.offset + 1
                break
            else:
                columns.damage.append(found)
                position += found.length
        self.offset = base + position
        return position

    def _search(self, read: _Read, end: int, columns: _Columns) -> bool:
        """Go on to the next record after a damaged length: a header whose checksum is right, around a payload whose
        checksum is right. False when there is none so far."""
        stop = min(end, self.offset + _MOST_LOST_BYTES)
        while self._searched + HEADER_BYTES <= stop:
            block = read(self._searched, min(_SEARCH_BYTES, stop - self._searched))
            if len(block) < HEADER_BYTES:
                return False  # it became shorter
            base = self._searched
            for at in _plausible_headers(block):
                self._searched = base + at
                length, want = _HEADER.unpack_from(block, at)
                if masked_crc32c(block[at : at + 8]) != want:
                    continue
                if HEADER_BYTES + length + FOOTER_BYTES > end - self._searched:
                    return False  # still to come, or cut
                payload = self._verify(read, self._searched + HEADER_BYTES, length)
                if payload is None:
                    return False  # it became shorter; it is tried again
                if payload:
                    assert self._lost is not None
                    columns.damage.append(replace(self._lost, length=self._searched - self.offset))
                    self.offset = self._searched
                    self.ended = False
                    self._lost = None
                    return True
            self._searched = base + len(block) - HEADER_BYTES + 1
        return False

    def _verify(self, read: _Read, at: int, length: int) -> bool | None:
        """Whether the payload at ``at`` has the checksum that stands behind it; None when it can't be read.

        All searches of a file together verify little more than four times its size: lengths that were made to overlap
        cost no more than that.
        """
        if self._spent + length > _LEAST_SPENT_BYTES + _SPENT_SHARE * at:
            return False
        record = read(at, length + FOOTER_BYTES)
        if len(record) < length + FOOTER_BYTES:
            return None
        self._spent += length
        (want,) = _CHECKSUM.unpack_from(record, length)
        return bool(masked_crc32c(record[:length]) == want)

    def _event(self, event: memoryview, record: int, columns: _Columns, long: memoryview | None) -> bool:
        """Take one event's points and positions; all of them or, when it is malformed, none.

        ``long`` is the whole record, when its payload was not verified. It is when there are points: ``_WrongPayload``.
        Whether it is verified.
        """
        wall_time = 0.0
        step = 0
        whats = []
        for number, wire_type, start, end in iterate_fields(event):
            if number == 1 and wire_type == FIXED64:
                (wall_time,) = _DOUBLE.unpack_from(event, start)
            elif number == 2 and wire_type == VARINT:
                raw, _ = read_varint(event, start)
                step = raw - (1 << 64) if raw >= 1 << 63 else raw
            elif number in _EVENT_WHAT and wire_type == LENGTH_DELIMITED:
                whats.append((number, start, end))

        known = len(self.series)
        points: list[tuple[int, float]] = []
        items: list[tuple[int, int, int]] = []
        events: list[tuple[int, int, int]] = []
        payload = record + 12
        try:
            for number, start, end in whats:
                if number != _EVENT_SUMMARY:
                    events.append((number, payload + start, end - start))
                    continue
                for inner, wire_type, value_start, value_end in iterate_fields(event[start:end]):
                    if inner == 1 and wire_type == LENGTH_DELIMITED:
                        series, scalar = self._value(event[start + value_start : start + value_end])
                        if scalar is None:
                            items.append((series, payload + start + value_start, value_end - value_start))
                        else:
                            points.append((series, scalar))
            if points and long is not None:
                again = read_record(long, 0, record)
                if isinstance(again, Damage):
                    raise _WrongPayload(again)
                long = None
        except (MalformedMessage, _WrongPayload):
            for tag, form, _ in self.series[known:]:
                self._scalar_tensors.discard(self._index.pop((tag, form)))
            del self.series[known:]
            raise
        for series, scalar in points:
            columns.points.setdefault(series, []).append((step, wall_time, scalar))
        columns.items += [_Position(row[0], step, wall_time, record, len(event), *row[1:]) for row in items]
        columns.events += [_Position(row[0], step, wall_time, record, len(event), *row[1:]) for row in events]
        return long is None

    def _value(self, value: memoryview) -> tuple[int, float | None]:
        """The series of one ``Value`` and its number, when it is a scalar."""
        tag = node_name = metadata = b""
        form = 0
        content = value[:0]
        for number, wire_type, start, end in iterate_fields(value):
            if number == _VALUE_SIMPLE and wire_type == FIXED32:
                form, content = number, value[start:end]
            elif wire_type != LENGTH_DELIMITED:
                continue
            elif number == 1:
                tag = bytes(value[start:end])
            elif number == 7:
                node_name = bytes(value[start:end])
            elif number == 9:
                metadata = bytes(value[start:end])
            elif number in _VALUE_FORMS:
                form, content = number, value[start:end]
        tag = tag or node_name  # TensorFlow 1 names the node only
        series = self._index.get((tag, form))
        if series is None:
            series = self._add_series(tag, form, metadata)
        if form == _VALUE_SIMPLE:
            return series, _FLOAT.unpack(content)[0]
        return series, tensor_scalar(content) if series in self._scalar_tensors else None

    def _add_series(self, tag: bytes, form: int, metadata: bytes) -> int:
        series = len(self.series)
        scalars = form == _VALUE_TENSOR and _plugin_name(metadata) == b"scalars"
        self._index[tag, form] = series
        self.series.append((tag, form, metadata))
        if scalars:
            self._scalar_tensors.add(series)
        return series


class _WrongPayload(Exception):
    def __init__(self, damage: Damage) -> None:
        self.damage = damage


def _plugin_name(metadata: bytes) -> bytes:
    name = b""
    for number, wire_type, start, end in iterate_fields(metadata):
        if number == 1 and wire_type == LENGTH_DELIMITED:
            plugin_data = metadata[start:end]
            for inner, inner_type, inner_start, inner_end in iterate_fields(plugin_data):
                if inner == 1 and inner_type == LENGTH_DELIMITED:
                    name = plugin_data[inner_start:inner_end]
    return name


class _Position(NamedTuple):
    series_or_field: int
    step: int
    wall_time: float
    record: int
    payload: int
    offset: int
    length: int


def _plausible_headers(block: memoryview) -> list[int]:
    """Where a header may begin: its length is one that protobuf allows. Zeros are none: the checksum of 0 is not 0."""
    raw = np.frombuffer(block, np.uint8)
    low = np.lib.stride_tricks.sliding_window_view(raw, HEADER_BYTES)
    plausible = (low[:, 3] < _MOST_PAYLOAD_BYTES >> 24) & ~low[:, 4:8].any(axis=1) & low.any(axis=1)
    found: list[int] = np.flatnonzero(plausible).tolist()
    return found


class _Columns:
    """Rows as they come; ``batch`` turns them into columns."""

    def __init__(self) -> None:
        self.records = 0
        self.unverified = 0
        self.unverified_bytes = 0
        self.truncated = False
        self.points: dict[int, list[tuple[int, float, float]]] = {}
        self.items: list[_Position] = []
        self.events: list[_Position] = []
        self.damage: list[Damage] = []

    def batch(self, bytes_read: int) -> Batch:
        series = sorted(self.points)
        rows = [row for index in series for row in self.points[index]]
        return Batch(
            np.array(series, np.int32),
            np.cumsum([0, *(len(self.points[index]) for index in series)], dtype=np.int64),
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.float64),
            np.array([row[2] for row in rows], np.float64),
            *_position_columns(self.items),
            *_position_columns(self.events),
            self.damage,
            self.records,
            bytes_read,
            self.truncated,
            self.unverified,
            self.unverified_bytes,
        )


def _position_columns(rows: list[_Position]) -> tuple[_Int32, _Int64, _Float64, _Int64, _Int64, _Int64, _Int64]:
    return (
        np.array([row.series_or_field for row in rows], np.int32),
        np.array([row.step for row in rows], np.int64),
        np.array([row.wall_time for row in rows], np.float64),
        np.array([row.record for row in rows], np.int64),
        np.array([row.payload for row in rows], np.int64),
        np.array([row.offset for row in rows], np.int64),
        np.array([row.length for row in rows], np.int64),
    )
