"""Events of a run that are no summaries and hold something to show: graphs and run metadata, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.store.record_reader import read_content

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = ["GRAPH_DEF", "KEPT_FIELDS", "META_GRAPH_DEF", "TAGGED_RUN_METADATA", "RunEvent"]

GRAPH_DEF, TAGGED_RUN_METADATA, META_GRAPH_DEF = 4, 8, 9
"""Numbers of fields of ``Event``."""
KEPT_FIELDS = (GRAPH_DEF, TAGGED_RUN_METADATA, META_GRAPH_DEF)


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event; its bytes stay in the file until they are asked for."""

    field: int
    """Which field of ``Event`` it is."""
    step: int
    wall_time: float
    file: EventFile
    record: int
    payload: int
    offset: int
    length: int
    """The field's content is bytes ``offset:offset + length`` of the file."""

    def read(self) -> bytes:
        """The field's content, verified. ``DamagedRecord``, or ``OSError`` when the file can't be read."""
        return read_content(self.file, self.record, self.payload, self.offset, self.length)
