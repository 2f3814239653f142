"""TensorBoard's ``EventAccumulator`` on Sightline's reader: the same names, the same answers, faster.

Where it differs, on purpose:

* Every point is kept unless ``size_guidance`` asks for fewer; what is not named there is not limited. With a size, the
  rows kept are those that TensorBoard keeps.
* A damaged record is stepped over, where TensorBoard stops; ``warnings`` says so, ``damage`` says where.
* Pictures, audio, histograms and tensors are read from their file when they are asked for: ``Images(tag)`` is a
  sequence, not a list. Messages (tensors, graphs, metadata) are Sightline's, with the fields protobuf's have.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from sightline.compat.compressor import NORMAL_HISTOGRAM_BPS, compress_histogram
from sightline.compat.event_stream import AUDIO as AUDIO_FORM
from sightline.compat.event_stream import HISTO, IMAGE, SIMPLE_VALUE, TENSOR, EventStream, Rows
from sightline.compat.sample import sample_rows
from sightline.errors import ArgumentError
from sightline.format.batch import Damage
from sightline.format.event import DataType, Event, HistogramProto, TaggedRunMetadata, TensorProto, Value
from sightline.format.event import SummaryMetadata as Metadata
from sightline.format.tensor import decode_array, encode_array
from sightline.kinds.graph.message import GraphDef, MetaGraphDef, RunMetadata
from sightline.store.event_file import EventFile
from sightline.store.record_reader import read_value
from sightline.store.run_event import GRAPH_DEF, META_GRAPH_DEF, TAGGED_RUN_METADATA, RunEvent
from sightline.store.summary_iterator import summary_iterator

__all__ = [
    "AUDIO",
    "COMPRESSED_HISTOGRAMS",
    "DEFAULT_SIZE_GUIDANCE",
    "GRAPH",
    "HISTOGRAMS",
    "IMAGES",
    "META_GRAPH",
    "NORMAL_HISTOGRAM_BPS",
    "RUN_METADATA",
    "SCALARS",
    "STORE_EVERYTHING_SIZE_GUIDANCE",
    "TENSORS",
    "AudioEvent",
    "CompressedHistogramEvent",
    "EventAccumulator",
    "HistogramEvent",
    "HistogramValue",
    "ImageEvent",
    "ScalarEvent",
    "TensorEvent",
]

COMPRESSED_HISTOGRAMS = "distributions"
HISTOGRAMS = "histograms"
IMAGES = "images"
AUDIO = "audio"
SCALARS = "scalars"
TENSORS = "tensors"
GRAPH = "graph"
META_GRAPH = "meta_graph"
RUN_METADATA = "run_metadata"

STORE_EVERYTHING_SIZE_GUIDANCE = dict.fromkeys((COMPRESSED_HISTOGRAMS, IMAGES, AUDIO, SCALARS, HISTOGRAMS, TENSORS), 0)
DEFAULT_SIZE_GUIDANCE = STORE_EVERYTHING_SIZE_GUIDANCE
"""Nothing is left out. TensorBoard's default keeps 10,000 scalars, 4 pictures and 1 histogram of a tag."""

MAX_WRITER_NAME = 128
PLUGINS = {SIMPLE_VALUE: "scalars", IMAGE: "images", AUDIO_FORM: "audio", HISTO: "histograms"}
"""Of values that need no plugin name because their form says what they are."""


@dataclass(frozen=True)
class ScalarEvent:
    wall_time: float
    step: int
    value: float


@dataclass(frozen=True)
class CompressedHistogramEvent:
    wall_time: float
    step: int
    compressed_histogram_values: Sequence[tuple[float, float]]
    """(basis point, value)."""


@dataclass(frozen=True)
class HistogramValue:
    """``bucket_limit[i]`` is the right edge of ``bucket[i]``."""

    min: float
    max: float
    num: float
    sum: float
    sum_squares: float
    bucket_limit: Sequence[float]
    bucket: Sequence[float]


@dataclass(frozen=True)
class HistogramEvent:
    wall_time: float
    step: int
    histogram_value: HistogramValue


@dataclass(frozen=True)
class ImageEvent:
    wall_time: float
    step: int
    encoded_image_string: bytes
    width: int
    height: int


@dataclass(frozen=True)
class AudioEvent:
    wall_time: float
    step: int
    encoded_audio_string: bytes
    content_type: str
    sample_rate: float
    length_frames: int


@dataclass(frozen=True)
class TensorEvent:
    wall_time: float
    step: int
    tensor_proto: TensorProto


EventT = TypeVar("EventT")


class Events(Sequence[EventT], Generic[EventT]):
    """The kept events of a tag, each read from its file when it is asked for; slices give lists."""

    def __init__(self, rows: Sequence[Rows], kept: Sequence[int], read: Callable[[Rows, int], EventT]) -> None:
        self._rows = rows
        self._starts = np.cumsum([0, *(len(each.columns[0]) for each in rows)])
        self._kept = kept
        self._read = read

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> EventT: ...
    @overload
    def __getitem__(self, index: slice) -> list[EventT]: ...
    def __getitem__(self, index: int | slice) -> EventT | list[EventT]:
        if isinstance(index, slice):
            return [self[each] for each in range(len(self))[index]]
        row = self._kept[index]
        part = int(np.searchsorted(self._starts, row, side="right")) - 1
        return self._read(self._rows[part], row - int(self._starts[part]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"<{len(self)} events>"


class Reservoir(Generic[EventT]):
    """What ``accumulator.scalars``, ``.images`` ... are: the tags of one form and their events."""

    def __init__(self, keys: Callable[[], list[str]], items: Callable[[str], Sequence[EventT]], size: int) -> None:
        self.Keys = keys
        self.Items = items
        self.size = size


class EventAccumulator:
    """The values of one directory's event files (not of those below it), or of one file, after ``Reload``.

    ``size_guidance``: tag type -> how many of each tag to keep, 0: all. ``compression_bps``: basis points of
    ``CompressedHistograms``. ``purge_orphaned_data``: whether what a restart has overtaken is left out.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        size_guidance: Mapping[str, int] | None = None,
        compression_bps: Sequence[float] = NORMAL_HISTOGRAM_BPS,
        purge_orphaned_data: bool = True,
    ) -> None:
        if not path:
            raise ArgumentError(f"path is {path!r}: want a directory or an event file")
        self.path = os.fspath(path)
        sizes = {**DEFAULT_SIZE_GUIDANCE, **(size_guidance or {})}
        for kind, size in sizes.items():
            if size < 0 or size != round(size):
                raise ArgumentError(f"size_guidance[{kind!r}] is {size!r}: want a whole number; 0 keeps everything")
        self._sizes = sizes
        self._bps = tuple(compression_bps)
        self._stream = EventStream(self.path, purge=purge_orphaned_data)
        self._lock = threading.Lock()
        self._told: set[tuple[str, int]] = set()
        self._templates: dict[tuple[str, str], tuple[TensorProto, npt.NDArray[Any]]] = {}
        self.purge_orphaned_data = purge_orphaned_data
        self.scalars = Reservoir(lambda: self._keys(SIMPLE_VALUE), self.Scalars, sizes[SCALARS])
        self.histograms = Reservoir(lambda: self._keys(HISTO), self.Histograms, sizes[HISTOGRAMS])
        self.compressed_histograms = Reservoir(
            lambda: self._keys(HISTO), self.CompressedHistograms, sizes[COMPRESSED_HISTOGRAMS]
        )
        self.images = Reservoir(lambda: self._keys(IMAGE), self.Images, sizes[IMAGES])
        self.audios = Reservoir(lambda: self._keys(AUDIO_FORM), self.Audio, sizes[AUDIO])
        self.tensors = Reservoir(lambda: self._keys(TENSOR), self.Tensors, sizes[TENSORS])

    def Reload(self) -> EventAccumulator:
        """Read what was written since the last call; the first one reads everything."""
        with self._lock:
            self._stream.read()
        for path, damage in self.damage:
            if (path, damage.offset) not in self._told:
                self._told.add((path, damage.offset))
                kept = "stepped over" if damage.length else "no record is found after it"
                warnings.warn(f"{damage}; {kept}. File: {path}", RuntimeWarning, stacklevel=2)
        for file in self._stream.files:
            if file.trouble and (file.location, -1) not in self._told:
                self._told.add((file.location, -1))
                warnings.warn(f"{file.trouble}. File: {file.location}", RuntimeWarning, stacklevel=2)
        return self

    @property
    def damage(self) -> list[tuple[str, Damage]]:
        """Path of a file, and a place in it that could not be used."""
        return [(file.location, damage) for file in self._stream.files for damage in file.damage]

    @property
    def file_version(self) -> float | None:
        return self._stream.file_version

    @property
    def most_recent_step(self) -> int:
        """Of the last event, where that decides on purging (file version 1); -1 otherwise."""
        return self._stream.most_recent_step

    @property
    def most_recent_wall_time(self) -> float:
        return self._stream.most_recent_wall_time

    @property
    def summary_metadata(self) -> dict[str, Metadata]:
        """Tag -> what the first value of the tag that has metadata says."""
        return self._stream.metadata

    @property
    def _plugin_to_tag_to_content(self) -> dict[str, dict[str, bytes]]:
        """Private in TensorBoard too, but tools look into it."""
        content: dict[str, dict[str, bytes]] = {}
        for tag, metadata in self.summary_metadata.items():
            data = metadata.plugin_data
            if data.plugin_name:
                content.setdefault(data.plugin_name, {})[tag] = data.content
        return content

    def Tags(self) -> dict[str, Any]:
        """Tag type -> its tags, in the order in which they appeared; for graphs whether there is one."""
        graphs = {event.field for event in self._events()}
        return {
            IMAGES: self._keys(IMAGE),
            AUDIO: self._keys(AUDIO_FORM),
            HISTOGRAMS: self._keys(HISTO),
            SCALARS: self._keys(SIMPLE_VALUE),
            COMPRESSED_HISTOGRAMS: self._keys(HISTO),
            TENSORS: self._keys(TENSOR),
            GRAPH: bool(graphs & {GRAPH_DEF, META_GRAPH_DEF}),
            META_GRAPH: META_GRAPH_DEF in graphs,
            RUN_METADATA: list(self._run_metadata()),
        }

    def Scalars(self, tag: str) -> list[ScalarEvent]:
        """Of ``simple_value``; TensorFlow 2's scalars are tensors. ``KeyError`` for a tag that has none, as below."""
        rows = self._rows(SIMPLE_VALUE, tag)
        step, wall_time, value = (np.concatenate([each.columns[column] for each in rows]) for column in range(3))
        kept = sample_rows(len(step), self._sizes[SCALARS])
        if len(kept) < len(step):
            step, wall_time, value = step[kept], wall_time[kept], value[kept]
        return list(map(ScalarEvent, wall_time.tolist(), step.tolist(), value.tolist()))

    def Images(self, tag: str) -> Sequence[ImageEvent]:
        return self._sequence(IMAGE, tag, IMAGES, _image_event)

    def Audio(self, tag: str) -> Sequence[AudioEvent]:
        return self._sequence(AUDIO_FORM, tag, AUDIO, _audio_event)

    def Histograms(self, tag: str) -> Sequence[HistogramEvent]:
        return self._sequence(HISTO, tag, HISTOGRAMS, _histogram_event)

    def CompressedHistograms(self, tag: str) -> Sequence[CompressedHistogramEvent]:
        def compress(wall_time: float, step: int, value: Value) -> CompressedHistogramEvent:
            return CompressedHistogramEvent(wall_time, step, compress_histogram(value.histo, self._bps))

        return self._sequence(HISTO, tag, COMPRESSED_HISTOGRAMS, compress)

    def Tensors(self, tag: str) -> Sequence[TensorEvent]:
        rows = self._rows(TENSOR, tag)
        kept = sample_rows(sum(len(each.columns[0]) for each in rows), self._sizes[TENSORS])

        def read(part: Rows, row: int) -> TensorEvent:
            wall_time, step = float(part.columns[1][row]), int(part.columns[0][row])
            if not part.is_scalar:
                return TensorEvent(wall_time, step, _read(part, row).tensor)
            return TensorEvent(wall_time, step, self._scalar_tensor(part.file, tag, float(part.columns[2][row])))

        return Events(rows, kept, read)

    def Graph(self) -> GraphDef:
        """The last graph, or the graph in the last meta graph. ``ValueError`` when there is none."""
        for event in reversed(self._events()):
            if event.field == GRAPH_DEF:
                return GraphDef.FromString(event.read())
        return self.MetaGraph("graph").graph_def

    def MetaGraph(self, what: str = "metagraph") -> MetaGraphDef:
        """The last meta graph. ``ValueError`` when there is none."""
        for event in reversed(self._events()):
            if event.field == META_GRAPH_DEF:
                return MetaGraphDef.FromString(event.read())
        raise ArgumentError(f"there is no {what} in {self.path}")

    def RunMetadata(self, tag: str) -> RunMetadata:
        """``ValueError`` when there is none of that tag."""
        found = self._run_metadata().get(tag)
        if found is None:
            raise ArgumentError(f"there is no run metadata with the tag {tag!r} in {self.path}")
        return RunMetadata.FromString(found.run_metadata)

    def FirstEventTimestamp(self) -> float:
        """Wall time of the first event of the first file. ``ValueError`` when there is no event."""
        for event in self._first_events():
            return event.wall_time
        raise ArgumentError(f"no event timestamp could be found in {self.path}")

    def GetSourceWriter(self) -> str | None:
        """Who says to have written the last of the files that say it."""
        names = [event.source_metadata.writer for event in self._first_events()]
        return next((name for name in reversed(names) if 0 < len(name) <= MAX_WRITER_NAME), None)

    def PluginAssets(self, plugin_name: str) -> list[str]:
        """Names of the files that a plugin keeps in ``plugins/NAME``; empty when there are none."""
        try:
            return os.listdir(Path(self.path) / "plugins" / plugin_name)
        except OSError:
            return []

    def RetrievePluginAsset(self, plugin_name: str, asset_name: str) -> str:
        """``KeyError`` when it can't be read."""
        path = Path(self.path) / "plugins" / plugin_name / asset_name
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyError(f"asset {path} can't be read: {error}") from error

    def PluginTagToContent(self, plugin_name: str) -> dict[str, bytes]:
        """Tag -> content of the plugin's metadata; ``KeyError`` for a plugin that has no tag."""
        content = self._plugin_to_tag_to_content
        if plugin_name not in content:
            raise KeyError(f"plugin {plugin_name!r} could not be found; there are {', '.join(content) or 'none'}")
        return content[plugin_name]

    def SummaryMetadata(self, tag: str) -> Metadata:
        """``KeyError`` for a tag without metadata."""
        return self.summary_metadata[tag]

    def AllSummaryMetadata(self) -> dict[str, Metadata]:
        return dict(self.summary_metadata)

    def ActivePlugins(self) -> frozenset[str]:
        """Names of the plugins that have data, those of older forms included."""
        forms = {PLUGINS[form] for form, _ in self._stream.kept if form in PLUGINS}
        fields = {event.field for event in self._events()}
        graphs = {"graphs"} if GRAPH_DEF in fields else set()
        profiles = {"graph_tagged_run_metadata"} if TAGGED_RUN_METADATA in fields else set()
        return frozenset(self._plugin_to_tag_to_content) | forms | graphs | profiles

    def _keys(self, form: int) -> list[str]:
        return [tag for each, tag in self._stream.kept if each == form]

    def _rows(self, form: int, tag: str) -> list[Rows]:
        try:
            return list(self._stream.kept[form, tag])
        except KeyError:
            raise KeyError(f"Key {tag} was not found in Reservoir") from None

    def _sequence(
        self, form: int, tag: str, kind: str, convert: Callable[[float, int, Value], EventT]
    ) -> Events[EventT]:
        rows = self._rows(form, tag)
        count = sum(len(each.columns[0]) for each in rows)
        kept = sample_rows(count, self._sizes[kind], always_keep_last=kind != COMPRESSED_HISTOGRAMS)

        def read(part: Rows, row: int) -> EventT:
            return convert(float(part.columns[1][row]), int(part.columns[0][row]), _read(part, row))

        return Events(rows, kept, read)

    def _scalar_tensor(self, file: EventFile, tag: str, number: float) -> TensorProto:
        """The tensor of a scalar: its number, in the type and shape of the tag's first one in the same file."""
        if (file.location, tag) not in self._templates:
            for value in _first_values(file.location):
                name = value.tag or value.node_name
                if value.HasField("tensor") and (file.location, name) not in self._templates:
                    self._templates[file.location, name] = (value.tensor, decode_array(value.tensor))
                    if name == tag:
                        break
        template, like = self._templates[file.location, tag]
        array = np.full(like.shape, number).astype(like.dtype)
        shape = {"tensor_shape": template.tensor_shape} if template.HasField("tensor_shape") else {}
        if template.tensor_content:
            return TensorProto(dtype=template.dtype, tensor_content=array.tobytes(), **shape)
        tensor = encode_array(array, DataType(template.dtype % 100))
        if not shape:
            del tensor.tensor_shape
        return tensor

    def _events(self) -> list[RunEvent]:
        return [event for file in self._stream.files for event in file.run_events]

    def _run_metadata(self) -> dict[str, TaggedRunMetadata]:
        """By tag; a later one takes the place of an earlier one."""
        events = [event for event in self._events() if event.field == TAGGED_RUN_METADATA]
        return {found.tag: found for found in (TaggedRunMetadata.FromString(event.read()) for event in events)}

    def _first_events(self) -> Iterator[Event]:
        """Of each file, the first event."""
        for path in self._stream.paths():
            yield from islice(summary_iterator(path), 1)


def _first_values(path: str) -> Iterator[Value]:
    for event in summary_iterator(path):
        yield from event.summary.value


def _read(rows: Rows, row: int) -> Value:
    record, payload, offset, length = (int(column[row]) for column in rows.columns[2:])
    return read_value(rows.file, record, payload, offset, length)


def _image_event(wall_time: float, step: int, value: Value) -> ImageEvent:
    image = value.image
    return ImageEvent(wall_time, step, image.encoded_image_string, image.width, image.height)


def _audio_event(wall_time: float, step: int, value: Value) -> AudioEvent:
    audio = value.audio
    return AudioEvent(
        wall_time, step, audio.encoded_audio_string, audio.content_type, audio.sample_rate, audio.length_frames
    )


def _histogram_event(wall_time: float, step: int, value: Value) -> HistogramEvent:
    histo: HistogramProto = value.histo
    return HistogramEvent(
        wall_time,
        step,
        HistogramValue(
            histo.min,
            histo.max,
            histo.num,
            histo.sum,
            histo.sum_squares,
            list(histo.bucket_limit),
            list(histo.bucket),
        ),
    )
