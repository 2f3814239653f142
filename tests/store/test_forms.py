"""Every form that a value has in an event file: TensorBoard's writer wrote it, and TensorBoard says what it is.

``test_twin.py`` runs this file once more with the pure-Python kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.compat.proto.config_pb2 import RunMetadata
from tensorboard.compat.proto.event_pb2 import Event, TaggedRunMetadata
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DataType
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util

import sightline
from sightline.store import ItemSeries, Run, SeriesKey

STEPS = (0, 3, -1, 2**40)
PNG = b"\x89PNG\r\n\x1a\n"
WAV = b"RIFF\x24\0\0\0WAVEfmt "
pytestmark = pytest.mark.filterwarnings("ignore")  # of what TensorBoard carries


def tensor(value: Any, dtype: Any = None, **fields: Any) -> TensorProto:
    proto = tensor_util.make_tensor_proto(value, dtype)
    for name, content in fields.items():
        setattr(proto, name, content)
    return proto


def strings(*shape: int) -> TensorProto:
    texts = [f"größe {i}".encode() for i in range(int(np.prod(shape)))]
    dims = [TensorShapeProto.Dim(size=size) for size in shape]
    return TensorProto(dtype=DataType.DT_STRING, tensor_shape=TensorShapeProto(dim=dims), string_val=texts)


def short(dtype: int, shape: tuple[int, ...], **lists: Any) -> TensorProto:
    """A list with fewer values than the shape has elements: the last one repeats."""
    dims = [TensorShapeProto.Dim(size=size) for size in shape]
    return TensorProto(dtype=dtype, tensor_shape=TensorShapeProto(dim=dims), **lists)


HISTOGRAM = HistogramProto(min=-1, max=2, num=6, sum=3, sum_squares=9, bucket_limit=[-1, 0.5, 2], bucket=[1, 2, 3])
NUMPY_TYPES = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool")

SCALARS: dict[str, Callable[[int], Summary.Value]] = {
    "simple_value": lambda step: Summary.Value(simple_value=step / 3),
    "not finite": lambda step: Summary.Value(simple_value=[np.nan, np.inf, -np.inf][step % 3]),
    **{
        f"tensor of {dtype}": lambda step, dtype=dtype: Summary.Value(  # type: ignore[misc]
            tensor=tensor(np.array(step % 2).astype(dtype)), metadata=plugin("scalars")
        )
        for dtype in NUMPY_TYPES
    },
    "double_val": lambda step: Summary.Value(
        tensor=short(DataType.DT_DOUBLE, (), double_val=[step / 3]), metadata=plugin("scalars")
    ),
    "int64_val in one row": lambda step: Summary.Value(
        tensor=short(DataType.DT_INT64, (), int64_val=[step]), metadata=plugin("scalars")
    ),
}
TENSORS: dict[str, Callable[[int], Summary.Value]] = {
    **{
        f"array of {dtype}": lambda step, dtype=dtype: Summary.Value(  # type: ignore[misc]
            tensor=tensor(np.arange(6).reshape(2, 3).astype(dtype)), metadata=plugin("mine")
        )
        for dtype in (*NUMPY_TYPES, "complex64", "complex128")
    },
    "last value repeats": lambda step: Summary.Value(
        tensor=short(DataType.DT_FLOAT, (2, 3), float_val=[step]), metadata=plugin("mine")
    ),
    "nothing in it": lambda step: Summary.Value(tensor=tensor(np.zeros((0, 3), np.float32)), metadata=plugin("mine")),
    "text": lambda step: Summary.Value(tensor=strings(), metadata=plugin("text")),
    "table of text": lambda step: Summary.Value(tensor=strings(2, 3), metadata=plugin("text")),
    "pictures": lambda step: Summary.Value(
        tensor=TensorProto(
            dtype=7, string_val=[b"3", b"2", PNG, PNG], tensor_shape=TensorShapeProto(dim=[{"size": 4}])
        ),
        metadata=plugin("images"),
    ),
    "sounds with labels": lambda step: Summary.Value(tensor=strings(2, 2), metadata=plugin("audio")),
    "histogram": lambda step: Summary.Value(
        tensor=tensor(np.array([[-1, 0, 2], [0, 1, 3]], np.float64)), metadata=plugin("histograms")
    ),
    "curve": lambda step: Summary.Value(tensor=tensor(np.ones((6, 5), np.float32)), metadata=plugin("pr_curves")),
    "layout": lambda step: Summary.Value(tensor=strings(), metadata=plugin("custom_scalars")),
    "keras": lambda step: Summary.Value(tensor=strings(), metadata=plugin("graph_keras_model")),
    "unknown plugin": lambda step: Summary.Value(tensor=strings(1), metadata=plugin("nobody knows")),
}


def plugin(name: str) -> SummaryMetadata:
    data = SummaryMetadata.PluginData(plugin_name=name, content=b"")
    return SummaryMetadata(plugin_data=data, display_name="shown", summary_description="**why**")


def write(directory: Path, values: dict[str, Callable[[int], Summary.Value]]) -> None:
    """Each form under its name; metadata with the first value only, as TensorFlow writes it."""
    writer = EventFileWriter(str(directory))
    for row, step in enumerate(STEPS):
        for name, make in values.items():
            value = make(step)
            value.tag = name
            if row:
                value.ClearField("metadata")
            writer.add_event(Event(wall_time=1e9 + row / 4, step=step, summary=Summary(value=[value])))
    writer.close()


def of_tensorboard(directory: Path) -> plugin_event_accumulator.EventAccumulator:
    return plugin_event_accumulator.EventAccumulator(str(directory), {"tensors": 0}, purge_orphaned_data=False).Reload()


def in_steps(events: Any) -> list[Any]:
    return sorted(events, key=lambda event: event.step)


def run_of(directory: Path) -> Run:
    return sightline.open_logdir(directory, cache=False).runs["."]


def test_a_number_is_a_point_in_every_form(tmp_path: Path) -> None:
    write(tmp_path, SCALARS)
    run, theirs = run_of(tmp_path), of_tensorboard(tmp_path)
    tags = theirs.Tags()["tensors"]
    assert len(tags) == len(SCALARS)
    assert run.tags() == {"scalar": tags}
    for tag in tags:
        points, want = run.scalars(tag), in_steps(theirs.Tensors(tag))
        assert points.step.tolist() == [event.step for event in want] == sorted(STEPS)
        assert points.wall_time.tolist() == [event.wall_time for event in want]
        np.testing.assert_array_equal(
            points.value, [float(tensor_util.make_ndarray(event.tensor_proto).item()) for event in want], err_msg=tag
        )


def test_an_array_is_that_array_in_every_form(tmp_path: Path) -> None:
    write(tmp_path, TENSORS)
    run, theirs = run_of(tmp_path), of_tensorboard(tmp_path)
    assert sorted(tag for tags in run.tags().values() for tag in tags) == sorted(theirs.Tags()["tensors"])
    for tag in TENSORS:
        items, want = run.tensors(tag), in_steps(theirs.Tensors(tag))
        assert [(item.step, item.wall_time) for item in items] == [(event.step, event.wall_time) for event in want]
        for item, event in zip(items, want, strict=True):
            array = tensor_util.make_ndarray(event.tensor_proto)
            if tag == "sounds with labels":  # which TensorBoard leaves out, and the array has them
                array = np.stack([array, item.array[:, 1]], axis=1)
            if tag == "keras":  # of which TensorBoard makes a list with one text
                array = array.reshape(())
            assert (item.array.shape, item.array.dtype) == (array.shape, array.dtype), tag
            np.testing.assert_array_equal(item.array, array, err_msg=tag)


def test_what_a_tag_is_called_and_said_to_be_is_that_of_its_first_value(tmp_path: Path) -> None:
    write(tmp_path, {**SCALARS, **TENSORS})
    run, theirs = run_of(tmp_path), of_tensorboard(tmp_path)
    for key, series in run.series.items():
        want = theirs.SummaryMetadata(key.tag)
        if key.tag in ("simple_value", "not finite"):
            continue  # TensorBoard makes metadata for them as it reads them
        assert series.metadata.display_name == want.display_name, key
        assert series.metadata.summary_description == want.summary_description
        assert series.metadata.plugin_data.plugin_name == want.plugin_data.plugin_name


def test_old_pictures_sounds_and_histograms_are_what_tensorboard_makes_of_them(tmp_path: Path) -> None:
    image = Summary.Image(height=2, width=3, colorspace=4, encoded_image_string=PNG)
    audio = Summary.Audio(sample_rate=8000, num_channels=1, length_frames=7, encoded_audio_string=WAV)
    write(
        tmp_path,
        {
            "image": lambda step: Summary.Value(image=image),
            "audio": lambda step: Summary.Value(audio=audio),
            "histo": lambda step: Summary.Value(histo=HISTOGRAM),
        },
    )
    run, theirs = run_of(tmp_path), of_tensorboard(tmp_path)
    arrays = {
        tag: [tensor_util.make_ndarray(event.tensor_proto) for event in theirs.Tensors(tag)]
        for tag in theirs.Tags()["tensors"]
    }
    assert run.tags() == {"image": ["image"], "audio": ["audio"], "histogram": ["histo"]}
    for picture, array in zip(run.images("image"), arrays["image"], strict=True):
        assert [b"%d" % picture.width, b"%d" % picture.height, picture.bytes] == array.tolist()
    for sound, array in zip(run.audio("audio"), arrays["audio"], strict=True):
        assert sound.bytes == array.flat[0]
        assert (sound.sample_rate, sound.mime) == (8000, "audio/wav")
    for histogram, array in zip(run.histograms("histo"), arrays["histo"], strict=True):
        np.testing.assert_array_equal(np.stack([histogram.left, histogram.right, histogram.count], axis=1), array)
        assert (histogram.min, histogram.max, histogram.num, histogram.sum) == (-1, 2, 6, 3)


def test_events_that_are_no_summary_are_what_tensorboard_makes_of_them(tmp_path: Path) -> None:
    graph, meta, cost = GraphDef(), MetaGraphDef(), RunMetadata()
    graph.node.add(name="a", op="Const")
    meta.graph_def.node.add(name="b", op="Add")
    cost.step_stats.dev_stats.add(device="cpu")
    tagged = TaggedRunMetadata(tag="step_1", run_metadata=cost.SerializeToString())
    writer = EventFileWriter(str(tmp_path))
    writer.add_event(Event(wall_time=1, meta_graph_def=meta.SerializeToString()))
    writer.add_event(Event(wall_time=2, graph_def=graph.SerializeToString()))
    writer.add_event(Event(wall_time=3, step=1, tagged_run_metadata=tagged))
    writer.close()
    run, theirs = run_of(tmp_path), of_tensorboard(tmp_path)
    assert str(run.graph()) == str(theirs.Graph()) == str(graph)
    for tag in theirs.Tags()["tensors"]:
        series = run.series[SeriesKey("graph", tag)]
        assert isinstance(series, ItemSeries)
        want = [event.tensor_proto.string_val[0] for event in theirs.Tensors(tag)]
        assert [series.read(row).tensor.string_val[0] for row in range(len(series))] == want
    assert set(theirs.Tags()["tensors"]) == {"__run_graph__", "step_1"}
