"""Events of a run that are no summaries and hold something to show: graphs and run metadata, by position.

They are also series of kind ``graph``, as TensorBoard makes them (``dataclass_compat.py``): a graph under the tag
``__run_graph__``, run metadata under its own. A meta graph is ``__meta_graph__``, which TensorBoard only falls back on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.errors import DamagedRecord, MalformedMessage
from sightline.format.event import DataType, PluginData, SummaryMetadata, TaggedRunMetadata, TensorProto, Value
from sightline.format.wire import LENGTH_DELIMITED, iterate_fields
from sightline.kinds.graph.schema import GRAPH_PLUGIN, PROFILE_PLUGIN
from sightline.store.record_reader import read_content

if TYPE_CHECKING:
    from sightline.store.event_file import EventFile

__all__ = [
    "GRAPH_DEF",
    "KEPT_FIELDS",
    "META_GRAPH_DEF",
    "META_GRAPH_TAG",
    "RUN_GRAPH_TAG",
    "TAGGED_RUN_METADATA",
    "RunEvent",
]

GRAPH_DEF, TAGGED_RUN_METADATA, META_GRAPH_DEF = 4, 8, 9
"""Numbers of fields of ``Event``."""
KEPT_FIELDS = (GRAPH_DEF, TAGGED_RUN_METADATA, META_GRAPH_DEF)
RUN_GRAPH_TAG = "__run_graph__"
META_GRAPH_TAG = "__meta_graph__"
BLOB_SEQUENCE = 3
"""``SummaryMetadata.data_class``."""
META_GRAPH_GRAPH_DEF = 2
"""Number of the field of ``MetaGraphDef``."""


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

    @property
    def metadata(self) -> bytes:
        """What its series says of itself."""
        return _metadata(self.field).SerializeToString()

    def tag(self, descriptor: int) -> str:
        """Of its series; read from the open file, where run metadata says it. Empty when it does not."""
        if self.field != TAGGED_RUN_METADATA:
            return RUN_GRAPH_TAG if self.field == GRAPH_DEF else META_GRAPH_TAG
        try:
            return TaggedRunMetadata.FromString(os.pread(descriptor, self.length, self.offset)).tag
        except (OSError, MalformedMessage):
            return ""  # still listed; reading it says what is wrong

    def read(self) -> bytes:
        """The field's content, verified. ``DamagedRecord``, or ``OSError`` when the file can't be read."""
        return read_content(self.file, self.record, self.payload, self.offset, self.length)

    def read_value(self) -> Value:
        """As a ``Value`` of its series; otherwise as ``read``."""
        try:
            return _value(self.field, self.read())
        except MalformedMessage as error:
            raise DamagedRecord(
                f"run metadata at byte {self.offset} is malformed ({error}). File: {self.file.path}"
            ) from error


def _metadata(field: int) -> SummaryMetadata:
    """What a series of such events would say of itself."""
    plugin = PROFILE_PLUGIN if field == TAGGED_RUN_METADATA else GRAPH_PLUGIN
    return SummaryMetadata(plugin_data=PluginData(plugin_name=plugin), data_class=BLOB_SEQUENCE)


def _value(field: int, content: bytes) -> Value:
    """One string that holds the graph or the run metadata. ``MalformedMessage``."""
    if field == TAGGED_RUN_METADATA:
        message = TaggedRunMetadata.FromString(content)
        tag, blob = message.tag, message.run_metadata
    elif field == META_GRAPH_DEF:
        tag, blob = META_GRAPH_TAG, _graph_of(content)
    else:
        tag, blob = RUN_GRAPH_TAG, content
    tensor = TensorProto(dtype=DataType.STRING, string_val=[blob])
    return Value(tag=tag, tensor=tensor, metadata=_metadata(field))


def _graph_of(meta_graph: bytes) -> bytes:
    """Empty when there is none in it: so is an empty graph."""
    for number, wire_type, start, end in iterate_fields(meta_graph):
        if number == META_GRAPH_GRAPH_DEF and wire_type == LENGTH_DELIMITED:
            return meta_graph[start:end]
    return b""
