"""The scanner: turns the bytes of an event file into columns, incrementally.

The readable twin of the native kernel and its oracle: the conformance suite holds the two to the same answers, for good
bytes and for bad ones. The rules are written down in ``FORMAT.md``, "What a reader takes from a record".
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.batch import LENGTH_CHECKSUM, MALFORMED, Batch, Damage
from sightline.format.record import Record, Truncated, read_record
from sightline.format.tensor_scalar import tensor_scalar
from sightline.format.wire import FIXED32, FIXED64, LENGTH_DELIMITED, VARINT, iterate_fields, read_varint

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Scanner"]

_Int32 = npt.NDArray[np.int32]
_Int64 = npt.NDArray[np.int64]
_Float64 = npt.NDArray[np.float64]

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")

_EVENT_SUMMARY = 5
_EVENT_WHAT = frozenset((3, 4, 5, 6, 7, 8, 9))
_VALUE_SIMPLE = 2
_VALUE_TENSOR = 8
_VALUE_FORMS = frozenset((3, 4, 5, 6, 8))


class Scanner:
    """One for each event file. ``scan`` and ``scan_file`` go on where the last scan stopped.

    Not for two threads at once.
    """

    offset: int
    """The byte after the last whole record."""
    ended: bool
    """A length checksum is wrong: nothing after ``offset`` can be located, and further scans give nothing."""
    series: list[tuple[bytes, int, bytes]]
    """(tag, number of the Value field that holds it, SummaryMetadata bytes of its first value), oldest first."""

    def __init__(self) -> None:
        self.offset = 0
        self.ended = False
        self.series = []
        self._index: dict[tuple[bytes, int], int] = {}
        self._scalar_tensors: set[int] = set()

    def scan(self, data: Buffer) -> Batch:
        """Scan ``data``, whose first byte is byte ``offset`` of the file."""
        return self._scan(memoryview(data).cast("B"), to_end=True)

    def scan_file(self, fd: int, max_bytes: int) -> Batch:
        """Scan from ``offset`` of an open file: ``max_bytes``, or one record when that is longer.

        Whoever wants the whole file calls again until ``bytes_read`` is 0. The descriptor's own position is neither
        used nor moved. ``OSError`` from the system passes through.
        """
        if max_bytes <= 0:
            raise ValueError(f"max_bytes is {max_bytes}: want a positive number of bytes")
        data = bytearray()
        want = max_bytes
        while not self.ended:
            block = os.pread(fd, want, self.offset + len(data))
            data += block
            to_end = not block
            want = max_bytes - len(data)
            if want > 0 and not to_end:
                continue
            batch = self._scan(memoryview(data), to_end)
            if to_end or self.ended or batch.bytes_read:
                return batch
            want = len(data)  # one record is longer than what was asked for: double until it is whole
        return self._scan(memoryview(b""), to_end=True)

    def _scan(self, data: memoryview, to_end: bool) -> Batch:
        columns = _Columns()
        base = self.offset
        position = records = 0
        truncated = False
        while not self.ended and position < len(data):
            found = read_record(data, position, base)
            if isinstance(found, Truncated):
                truncated = to_end
                break
            if isinstance(found, Record):
                try:
                    self._event(data[found.start : found.end], base + position, columns)
                    records += 1
                except MalformedMessage:
                    columns.damage.append(Damage(base + position, found.next - position, MALFORMED, None, None))
                position = found.next
            else:
                columns.damage.append(found)
                if found.reason == LENGTH_CHECKSUM:
                    self.ended = True
                else:
                    position += found.length
        self.offset = base + position
        return columns.batch(records, position, truncated)

    def _event(self, event: memoryview, record: int, columns: _Columns) -> None:
        """Take one event's points and positions; all of them or, when it is malformed, none."""
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
        except MalformedMessage:
            for tag, form, _ in self.series[known:]:
                self._scalar_tensors.discard(self._index.pop((tag, form)))
            del self.series[known:]
            raise
        for series, scalar in points:
            columns.points.setdefault(series, []).append((step, wall_time, scalar))
        columns.items += [_Position(row[0], step, wall_time, record, len(event), *row[1:]) for row in items]
        columns.events += [_Position(row[0], step, wall_time, record, len(event), *row[1:]) for row in events]

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
            series = len(self.series)
            scalars = form == _VALUE_TENSOR and _plugin_name(metadata) == b"scalars"
            self._index[tag, form] = series
            self.series.append((tag, form, metadata))
            if scalars:
                self._scalar_tensors.add(series)
        if form == _VALUE_SIMPLE:
            return series, _FLOAT.unpack(content)[0]
        return series, tensor_scalar(content) if series in self._scalar_tensors else None


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


class _Columns:
    """Rows as they come; ``batch`` turns them into columns."""

    def __init__(self) -> None:
        self.points: dict[int, list[tuple[int, float, float]]] = {}
        self.items: list[_Position] = []
        self.events: list[_Position] = []
        self.damage: list[Damage] = []

    def batch(self, records: int, bytes_read: int, truncated: bool) -> Batch:
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
            records,
            bytes_read,
            truncated,
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
