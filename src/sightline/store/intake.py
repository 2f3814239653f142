"""Puts what a batch of an event file holds into the series of its run."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sightline.errors import MalformedMessage
from sightline.format.batch import Batch
from sightline.format.event import Value
from sightline.kinds.hparams.schema import SESSION_END_TAG
from sightline.kinds.scalar.decode import decode_scalar
from sightline.store import naming
from sightline.store.event_file import MAX_FALLS, EventFile
from sightline.store.item_series import ItemSeries
from sightline.store.part import Columns, Part
from sightline.store.run_event import RunEvent
from sightline.store.scalar_series import ScalarSeries
from sightline.store.series_key import SeriesKey

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["NO_NUMBER", "AnySeries", "Intake"]

Name = tuple[bytes, int, bytes]
"""Tag, number of the field of ``Value``, metadata: what a scanner knows of a series."""
AnySeries = dict[SeriesKey, ScalarSeries | ItemSeries]

SESSION_END = SESSION_END_TAG.encode()
NO_NUMBER = -1
"""Of a series that its file's scanner does not know."""


class Intake:
    """Of one batch. Under the run's lock."""

    def __init__(
        self, run: Run, series: AnySeries, metadata: dict[bytes, bytes], file: EventFile, descriptor: int
    ) -> None:
        """``series`` and ``metadata``: those of the run; ``descriptor``: of the file that the batch was read from."""
        self._run = run
        self._series = series
        self._metadata = metadata
        self._file = file
        self._descriptor = descriptor
        self._names = file.scanner.series
        self.fresh: AnySeries = {}
        """Series that the run did not have."""

    def add_scalars(self, batch: Batch) -> None:
        file, names = self._file, self._names
        if not len(batch.step):
            return
        columns = (batch.step, batch.wall_time, batch.value)
        starts = batch.scalar_start
        falls = _falls(batch)
        rows = zip(
            batch.scalar_series.tolist(),
            starts[:-1].tolist(),
            starts[1:].tolist(),
            np.minimum.reduceat(batch.step, starts[:-1]).tolist(),
            np.maximum.reduceat(batch.step, starts[:-1]).tolist(),
            batch.step[starts[:-1]].tolist(),
            batch.step[starts[1:] - 1].tolist(),
            strict=True,
        )
        for number, start, stop, low, high, first, last in rows:
            part = file.scalar_parts.get(number)
            before = 0
            if part is None:
                part = Part(file, number, True, columns, start, stop, low, high)
                file.scalar_parts[number] = part
                self._attach_scalars(part, names[number])
            else:
                before = len(part)
                if first < part.last_step:
                    file.take_fall(number, before)
                part.append(columns, start, stop, low, high)
            part.last_step = last
            for row in falls.get(number, ()):
                file.take_fall(number, before + row - start)

    def add_items(self, batch: Batch) -> None:
        file, names = self._file, self._names
        if not len(batch.item_step):
            return
        order = np.argsort(batch.item_series, kind="stable")
        positions = (
            batch.item_step,
            batch.item_wall_time,
            batch.item_record,
            batch.item_payload,
            batch.item_offset,
            batch.item_length,
        )
        columns = tuple(column[order] for column in positions)
        numbers, starts = np.unique(batch.item_series[order], return_index=True)
        rows = zip(numbers.tolist(), starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True)
        for number, start, stop in rows:
            if number not in file.item_parts:
                self._note_metadata(names[number])
            if names[number][0] == SESSION_END:
                file.take_session_end(names[number][2], batch.item_wall_time[order[start:stop]])
            if self._is_late_scalar(names[number]):
                self._add_late_scalars(number, names[number], columns, start, stop)
            else:
                self._put_items(number, names[number], columns, start, stop)

    def add_run_events(self, events: Iterable[RunEvent]) -> None:
        file = self._file
        for event in events:
            key = SeriesKey(naming.GRAPH_KIND, event.tag(self._descriptor))
            row = (event.record, event.payload, event.offset, event.length)
            columns: Columns = (
                np.array([event.step], np.int64),
                np.array([event.wall_time], np.float64),
                *(np.array([number], np.int64) for number in row),
            )
            part = file.event_parts.get(key)
            if part is None:
                # No number of its own: a SessionLog START leaves the graph alone.
                part = file.event_parts[key] = Part(file, NO_NUMBER, False, columns, 0, 1, event.step, event.step)
                self._attach(ItemSeries, key, event.metadata, part)
            else:
                part.append(columns, 0, 1, event.step, event.step)

    def _put_items(self, number: int, name: Name, columns: Columns, start: int, stop: int) -> None:
        file = self._file
        low, high = int(columns[0][start:stop].min()), int(columns[0][start:stop].max())
        part = file.item_parts.get(number)
        if part is not None:
            part.append(columns, start, stop, low, high)
            return
        part = Part(file, number, False, columns, start, stop, low, high)
        file.item_parts[number] = part
        tag, form, _ = name
        metadata = self._note_metadata(name)
        plugin = naming.plugin_name(metadata)
        kind = naming.claiming_kind(form, plugin)
        if kind is not None and kind.storage == "scalar":
            kind = None  # it says scalars and holds none: kept under the plugin's name
        self._attach(ItemSeries, naming.series_key(naming.decode_tag(tag), form, plugin, kind), metadata, part)

    def _is_late_scalar(self, name: Name) -> bool:
        """A tensor whose metadata is in an earlier file of the run: the scanner of its own file can't know."""
        tag, form, metadata = name
        if metadata or form != naming.TENSOR:
            return False
        kind = naming.claiming_kind(form, naming.plugin_name(self._metadata.get(tag, b"")))
        return kind is not None and kind.storage == "scalar"

    def _add_late_scalars(self, number: int, name: Name, columns: Columns, start: int, stop: int) -> None:
        file = self._file
        values: list[float | None] = []
        for offset, length in zip(columns[4][start:stop].tolist(), columns[5][start:stop].tolist(), strict=True):
            try:
                values.append(decode_scalar(Value.FromString(os.pread(self._descriptor, length, offset))))
            except (OSError, MalformedMessage):
                values.append(None)
        chosen = np.array([value is not None for value in values], np.bool_)
        before = sum(len(parts[number]) for parts in (file.scalar_parts, file.item_parts) if number in parts)
        if number not in file.late:  # what came before the metadata was known are items
            file.late[number] = array("q", range(before))
        file.late[number].extend((before + np.flatnonzero(~chosen)).tolist())
        others = tuple(column[start:stop][~chosen] for column in columns)
        if len(others[0]):
            self._put_items(number, name, others, 0, len(others[0]))
        if not chosen.any():
            return
        scalars: Columns = (
            columns[0][start:stop][chosen],
            columns[1][start:stop][chosen],
            np.array([value for value in values if value is not None], np.float64),
        )
        low, high = int(scalars[0].min()), int(scalars[0].max())
        part = file.scalar_parts.get(number)
        if part is None:
            part = Part(file, number, True, scalars, 0, len(scalars[0]), low, high)
            file.scalar_parts[number] = part
            self._attach_scalars(part, name)
        else:
            part.append(scalars, 0, len(scalars[0]), low, high)
        part.last_step = int(scalars[0][-1])

    def _note_metadata(self, name: Name) -> bytes:
        """The metadata of a tag is that of its first value in the run; what later ones say is ignored, by format."""
        tag, _, metadata = name
        return self._metadata.setdefault(tag, metadata) if metadata else self._metadata.get(tag, b"")

    def _attach_scalars(self, part: Part, name: Name) -> None:
        metadata = self._note_metadata(name)
        key = SeriesKey(naming.SCALAR_KIND, naming.decode_tag(name[0]))
        self._attach(ScalarSeries, key, name[2] or metadata, part)

    def _attach(
        self,
        series_type: type[ScalarSeries] | type[ItemSeries],
        key: SeriesKey,
        metadata: bytes,
        part: Part,
    ) -> None:
        series = self._series.get(key, self.fresh.get(key))
        if series is None or type(series) is not series_type:
            series = self.fresh[key] = series_type(self._run, key, metadata)
        elif not series.parts:
            series.begin_anew(metadata)
        series.add_part(part)


def _falls(batch: Batch) -> dict[int, list[int]]:
    """Rows of a batch whose step is smaller than that of the row before in the same scalar series, by series."""
    step, starts = batch.step, batch.scalar_start
    rows = np.flatnonzero(step[1:] < step[:-1]) + 1
    group = np.searchsorted(starts, rows, side="right") - 1
    inside = starts[group] != rows
    falls: dict[int, list[int]] = {}
    for number, row in zip(batch.scalar_series[group[inside]].tolist(), rows[inside].tolist(), strict=True):
        found = falls.setdefault(number, [])
        if len(found) <= MAX_FALLS:
            found.append(row)
    return falls
