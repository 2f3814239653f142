"""Everything that is no scalar: where each value lies in its file. The bytes stay on disk until they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.format.event import Value
from sightline.store.event_file import EventFile
from sightline.store.naming import GRAPH_KIND
from sightline.store.record_reader import read_value
from sightline.store.run_event import RunEvent
from sightline.store.series import Series

__all__ = ["ItemColumns", "ItemSeries"]


@dataclass(frozen=True, slots=True, eq=False)
class ItemColumns:
    """Every item of a series, sorted by step; read-only arrays of shape (n,). Offsets count from a file's beginning."""

    step: npt.NDArray[np.int64]
    wall_time: npt.NDArray[np.float64]
    """Seconds since the Unix epoch, as stored; may be NaN."""
    file: npt.NDArray[np.int32]
    """Index into ``files``."""
    record: npt.NDArray[np.int64]
    """Where the record begins."""
    payload: npt.NDArray[np.int64]
    """Bytes of the record's payload; it begins 12 bytes after the record."""
    offset: npt.NDArray[np.int64]
    """Where the ``Value`` begins."""
    length: npt.NDArray[np.int64]
    """Bytes of the ``Value``."""
    superseded: npt.NDArray[np.bool_]
    """Overtaken by a restart."""
    files: tuple[EventFile, ...]

    def __len__(self) -> int:
        return len(self.step)


class ItemSeries(Series):
    """Pictures, texts, histograms ...: positions."""

    __slots__ = ()
    _keeps_file = True

    def columns(self) -> ItemColumns:
        """All positions. Cheap when nothing was added since the last call."""
        merged = self._merge()
        step, wall_time, record, payload, offset, length = merged.columns
        assert merged.file is not None
        merged.file.flags.writeable = False
        return ItemColumns(
            step, wall_time, merged.file, record, payload, offset, length, merged.superseded, merged.files
        )

    def read(self, index: int, columns: ItemColumns | None = None) -> Value:
        """The value in row ``index`` of ``columns`` (of the present ones when that is left out), read from its file.

        ``IndexError`` for a row that is not there; ``DamagedRecord`` when the bytes do not match their checksum;
        ``OSError`` when the file can't be read or another one took its place.
        """
        rows = columns or self.columns()
        index = range(len(rows))[index]  # negative ones count from the end
        file, offset = rows.files[rows.file[index]], int(rows.offset[index])
        if self.key.kind == GRAPH_KIND:
            events: tuple[RunEvent, ...] = file.run_events
            for event in events:
                if event.offset == offset:
                    return event.read_value()
        return read_value(file, int(rows.record[index]), int(rows.payload[index]), offset, int(rows.length[index]))

    def read_at(self, file_id: str, offset: int) -> Value:
        """The value at byte ``offset`` of a file, named by its id: an address that holds while the series grows.

        ``LookupError`` when the series has no value there (any more); otherwise as ``read``.
        """
        rows = self.columns()
        for file_index, file in enumerate(rows.files):
            if file.id == file_id:
                found = np.flatnonzero((rows.offset == offset) & (rows.file == file_index))
                if len(found):
                    return self.read(int(found[0]), rows)
        raise LookupError(f"no value of {self.key.tag!r} at byte {offset} of file {file_id!r}: want one from columns()")
