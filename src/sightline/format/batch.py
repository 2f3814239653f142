"""What one scan of an event file gives: columns of points, positions of everything else, and what was damaged.

Both kernels give these same classes; see ``kernel.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["LENGTH_CHECKSUM", "MALFORMED", "PAYLOAD_CHECKSUM", "Batch", "Damage", "Reason"]

Reason = Literal["length checksum", "payload checksum", "malformed event"]
LENGTH_CHECKSUM: Reason = "length checksum"
PAYLOAD_CHECKSUM: Reason = "payload checksum"
MALFORMED: Reason = "malformed event"


@dataclass(frozen=True, slots=True)
class Damage:
    """One place of a file that could not be used."""

    offset: int
    """First byte of the record in the file."""
    length: int
    """Bytes of the record, checksums included. After a wrong length checksum: bytes up to the next record that was
    found; 0 when none was so far: when one is found later, another ``Damage`` of this offset takes its place."""
    reason: Reason
    got: int | None
    """The checksum computed from the bytes; None for a malformed event, whose checksum was right."""
    want: int | None
    """The checksum that the file states; None for a malformed event."""

    def __str__(self) -> str:
        if self.got is None or self.want is None:
            return f"{self.reason} in the {self.length}-byte record at byte {self.offset}"
        text = f"{self.reason} of the record at byte {self.offset}: got 0x{self.got:08x}, want 0x{self.want:08x}"
        return f"{text}; {self.length} bytes were skipped" if self.reason == LENGTH_CHECKSUM and self.length else text


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One scan's worth of an event file.

    Scalars are grouped by series, in file order within one: group ``i`` is series ``scalar_series[i]`` (an index into
    ``Scanner.series``, ascending) and rows ``scalar_start[i]:scalar_start[i + 1]`` of the three columns. Items are the
    other values of summaries, and events are the records that are no summaries, both in file order. All offsets count
    from the beginning of the file.
    """

    scalar_series: npt.NDArray[np.int32]
    """(g,) one for each group."""
    scalar_start: npt.NDArray[np.int64]
    """(g + 1,) from 0 to n."""
    step: npt.NDArray[np.int64]
    """(n,)"""
    wall_time: npt.NDArray[np.float64]
    """(n,) seconds since the Unix epoch, as stored; may be NaN."""
    value: npt.NDArray[np.float64]
    """(n,) may be NaN or infinite."""

    item_series: npt.NDArray[np.int32]
    """(m,) index into ``Scanner.series``."""
    item_step: npt.NDArray[np.int64]
    item_wall_time: npt.NDArray[np.float64]
    item_record: npt.NDArray[np.int64]
    """(m,) where the record begins."""
    item_payload: npt.NDArray[np.int64]
    """(m,) bytes of the record's payload; it begins 12 bytes after the record."""
    item_offset: npt.NDArray[np.int64]
    """(m,) where the ``Value`` begins."""
    item_length: npt.NDArray[np.int64]
    """(m,) bytes of the ``Value``."""

    event_field: npt.NDArray[np.int32]
    """(k,) number of the field of ``Event`` that is set."""
    event_step: npt.NDArray[np.int64]
    event_wall_time: npt.NDArray[np.float64]
    event_record: npt.NDArray[np.int64]
    event_payload: npt.NDArray[np.int64]
    event_offset: npt.NDArray[np.int64]
    """(k,) where the field's content begins."""
    event_length: npt.NDArray[np.int64]
    """(k,) bytes of the field's content."""

    damage: list[Damage]
    """In file order."""
    records: int
    """Whole records that were verified and decoded; those in ``damage`` are not counted."""
    bytes_read: int
    """How far ``Scanner.offset`` moved: bytes of whole records, damaged ones included."""
    truncated: bool
    """The data ends inside a record, which is how every growing file ends."""
    unverified: int
    """Long records, counted in ``records``, whose payload's checksum is left to whoever reads them."""
    unverified_bytes: int
    """Bytes of their payloads."""
