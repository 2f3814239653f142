"""The same questions to TensorBoard's EventAccumulator and to ours, about files that neither of us wrote."""

from __future__ import annotations

import dataclasses
import importlib
import math
import random
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorboardX
import torch.utils.tensorboard
from tensorboard.backend.event_processing import event_accumulator as tensorboard_module
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util
from tests.unprivileged import unprivileged

from sightline.compat import event_accumulator as our_module
from sightline.compat.event_accumulator import EventAccumulator
from sightline.errors import LogDirectoryError, SightlineError
from sightline.format.event import (
    DataType,
    Event,
    HistogramProto,
    PluginData,
    SessionLog,
    SessionStatus,
    Summary,
    SummaryMetadata,
    TaggedRunMetadata,
    TensorProto,
    Value,
)
from sightline.format.kernel import frame

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"
DAMAGED = "derived-corrupt"
MAX_BYTES = 3 << 20
"""TensorBoard takes 25 microseconds an event."""

pytestmark = pytest.mark.filterwarnings("ignore")


def corpus_directories() -> list[Any]:
    found = sorted({path.parent for path in CORPUS.rglob("*tfevents*") if DAMAGED not in path.parts})
    small = [each for each in found if sum(p.stat().st_size for p in each.glob("*tfevents*")) < MAX_BYTES]
    missing = pytest.mark.skip(reason="the corpus is not beside the project")
    return [pytest.param(each, id=str(each.relative_to(CORPUS))) for each in small] or [pytest.param("", marks=missing)]


def theirs(path: Path | str, **options: Any) -> Any:
    """TensorBoard's, keeping everything."""
    options.setdefault("size_guidance", tensorboard_module.STORE_EVERYTHING_SIZE_GUIDANCE)
    return tensorboard_module.EventAccumulator(str(path), **options).Reload()


def as_tuples(events: Any) -> list[Any]:
    """As text, in which a NaN equals a NaN; TensorBoard mixes NumPy's floats with Python's."""
    return [repr(plain(dataclasses.astuple(event))) for event in events]


def plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return float(value) if isinstance(value, np.floating) else value


def assert_same(path: Path | str, **options: Any) -> None:
    want = theirs(path, **options)
    got = EventAccumulator(path, **options).Reload()
    tags = want.Tags()
    assert got.Tags() == tags
    assert got.file_version == want.file_version
    assert got.GetSourceWriter() == want.GetSourceWriter()
    assert got.most_recent_step == want.most_recent_step
    if want._first_event_timestamp is not None:
        assert got.FirstEventTimestamp() == want.FirstEventTimestamp()
    for tag in tags["scalars"]:
        assert as_tuples(got.Scalars(tag)) == as_tuples(want.Scalars(tag))
        assert as_tuples(got.scalars.Items(tag)) == as_tuples(want.scalars.Items(tag))
    for tag in tags["images"]:
        assert as_tuples(got.Images(tag)) == as_tuples(want.Images(tag))
    for tag in tags["audio"]:
        assert as_tuples(got.Audio(tag)) == as_tuples(want.Audio(tag))
    for tag in tags["histograms"]:
        assert as_tuples(got.Histograms(tag)) == as_tuples(want.Histograms(tag))
        assert as_tuples(got.CompressedHistograms(tag)) == as_tuples(want.CompressedHistograms(tag))
    for tag in tags["tensors"]:
        assert_same_tensors(got.Tensors(tag), want.Tensors(tag))
    for tag in tags["run_metadata"]:
        assert str(got.RunMetadata(tag)) == str(want.RunMetadata(tag))
    if tags["graph"]:
        assert [node.name for node in got.Graph().node] == [node.name for node in want.Graph().node]
    assert {tag: metadata.SerializeToString() for tag, metadata in got.AllSummaryMetadata().items()} == {
        tag: metadata.SerializeToString() for tag, metadata in want.summary_metadata.items()
    }
    assert got._plugin_to_tag_to_content == dict(want._plugin_to_tag_to_content)
    for plugin in want._plugin_to_tag_to_content:
        assert got.PluginTagToContent(plugin) == want.PluginTagToContent(plugin)


def assert_same_tensors(got: Any, want: Any) -> None:
    assert [(event.wall_time, event.step) for event in got] == [(event.wall_time, event.step) for event in want]
    for ours, their in zip(got, want, strict=True):
        assert ours.tensor_proto.SerializeToString() == their.tensor_proto.SerializeToString()
        array = tensor_util.make_ndarray(ours.tensor_proto)
        np.testing.assert_array_equal(array, tensor_util.make_ndarray(their.tensor_proto))


@pytest.mark.parametrize("directory", corpus_directories())
def test_a_directory_of_the_corpus_gives_what_tensorboard_gives(directory: Path) -> None:
    assert_same(directory)


def write_torch(path: Path) -> None:
    with torch.utils.tensorboard.SummaryWriter(str(path)) as writer:
        write_everything(writer)
        writer.add_scalar("new style", 0.25, 0, new_style=True)
        writer.add_scalar("new style", 0.5, 1, new_style=True)
        writer.add_scalar("double", 0.1, 0, new_style=True, double_precision=True)
        writer.add_tensor("tensor", torch.arange(6.0).reshape(2, 3), 3)
        writer.add_graph(torch.nn.Linear(2, 2), torch.zeros(1, 2))


def write_tensorboardx(path: Path) -> None:
    with tensorboardX.SummaryWriter(str(path)) as writer:
        write_everything(writer)


def write_everything(writer: Any) -> None:
    generator = np.random.default_rng(0)
    for step in (0, 1, 2, 5, 3, 3):
        writer.add_scalar("loss", math.exp(-step), step)
        writer.add_scalar("odd", [math.nan, math.inf, -math.inf][step % 3], step)
        writer.add_image("image", generator.random((3, 4, 5)), step)
        writer.add_histogram("histogram", generator.normal(size=200), step)
        writer.add_text("text", f"step *{step}*", step)
        writer.add_pr_curve("curve", generator.integers(0, 2, 50), generator.random(50), step)
    writer.add_scalar("no step", 1.0)
    writer.add_scalar("no step", 2.0)
    writer.add_hparams({"lr": 0.1}, {"accuracy": 1.0})
    writer.add_mesh("mesh", torch.zeros(1, 3, 3))


@pytest.mark.parametrize("write", [write_torch, write_tensorboardx])
def test_what_torch_and_tensorboardx_write_is_the_same(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    assert_same(tmp_path)
    (file,) = tmp_path.glob("*tfevents*")
    assert_same(str(file))


@pytest.mark.parametrize("write", [write_torch, write_tensorboardx])
def test_the_active_plugins_are_those_of_the_plugin_accumulator(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    want = plugin_event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    assert EventAccumulator(tmp_path).Reload().ActivePlugins() == want.ActivePlugins()


def write_events(path: Path, *events: Event, name: str = "events.out.tfevents.1.x") -> Path:
    path.mkdir(exist_ok=True)
    with (path / name).open("ab") as file:
        for event in events:
            file.write(frame(event.SerializeToString()))
    return path


def scalar(step: int, value: float = 0.0, tag: str = "a", wall_time: float = 1.0) -> Event:
    return Event(wall_time=wall_time, step=step, summary=Summary(value=[Value(tag=tag, simple_value=value)]))


def start(step: int) -> Event:
    return Event(wall_time=1.0, step=step, session_log=SessionLog(status=SessionStatus.START))


VERSION_2 = Event(wall_time=0.5, file_version="brain.Event:2")
VERSION_1 = Event(wall_time=0.5, file_version="brain.Event:1")


@pytest.mark.parametrize("purge", [True, False])
def test_a_session_start_purges_later_steps_of_every_tag(tmp_path: Path, purge: bool) -> None:
    points = [scalar(step, tag=tag) for step in range(10) for tag in "ab"]
    again = [scalar(step, 1.0, tag) for step in range(5, 8) for tag in "ab"]
    tensor = Event(step=9, summary=Summary(value=[Value(tag="t", tensor=TensorProto(dtype=1, float_val=[1.0]))]))
    write_events(tmp_path, VERSION_2, start(0), *points, tensor, start(5), *again, start(7), scalar(7, 2.0))
    assert_same(tmp_path, purge_orphaned_data=purge)
    expected = [0, 1, 2, 3, 4, 5, 6, 7] if purge else [*range(10), 5, 6, 7, 7]
    assert [event.step for event in EventAccumulator(tmp_path, purge_orphaned_data=purge).Reload().Scalars("a")] == (
        expected
    )


def test_a_session_start_in_a_later_file_purges_earlier_ones(tmp_path: Path) -> None:
    write_events(tmp_path, VERSION_2, *map(scalar, range(10)))
    write_events(tmp_path, VERSION_2, start(4), *map(scalar, range(4, 6)), name="events.out.tfevents.2.x")
    assert_same(tmp_path)
    assert len(EventAccumulator(tmp_path).Reload().Scalars("a")) == 6


@pytest.mark.parametrize("head", [[], [VERSION_1], [Event(file_version="nonsense")]])
def test_old_files_are_purged_where_a_step_goes_back(tmp_path: Path, head: list[Event]) -> None:
    events = [scalar(step, tag=tag) for step in (0, 1, 2, 3, 2, 3, 4, 1, 2) for tag in "ab"]
    histogram = Value(tag="a", histo=HistogramProto(min=0, max=1, num=1, bucket_limit=[1.0], bucket=[1.0]))
    events.insert(6, Event(step=3, wall_time=2.0, summary=Summary(value=[histogram, Value(tag="c", simple_value=1.0)])))
    write_events(tmp_path, *head, *events)
    write_events(tmp_path, *head, scalar(1, tag="b"), scalar(0, tag="a"), name="events.out.tfevents.2.x")
    assert_same(tmp_path)
    assert_same(tmp_path, purge_orphaned_data=False)


def test_any_order_of_steps_and_starts_is_purged_alike(tmp_path: Path) -> None:
    for seed in range(12):
        generator = random.Random(seed)
        directory = tmp_path / str(seed)
        head = generator.choice([VERSION_1, VERSION_2])
        for name in ("events.out.tfevents.1.x", "events.out.tfevents.2.x"):
            events = [
                start(generator.randrange(12))
                if generator.random() < 0.1
                else scalar(generator.randrange(12), generator.random(), generator.choice("abc"))
                for _ in range(60)
            ]
            write_events(directory, head, *events, name=name)
        assert_same(directory)


def test_the_first_metadata_of_a_tag_counts_in_later_files_too(tmp_path: Path) -> None:
    for number in (1, 2):
        metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="mine", content=b"%d" % number))
        value = Value(tag="t", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0]), metadata=metadata)
        event = Event(step=number, summary=Summary(value=[value]))
        (tmp_path / f"events.out.tfevents.{number}.x").write_bytes(frame(event.SerializeToString()))
    got = EventAccumulator(tmp_path).Reload()
    assert got.PluginTagToContent("mine") == theirs(tmp_path).PluginTagToContent("mine") == {"t": b"1"}


@pytest.mark.parametrize("size", [1, 3, 10])
def test_a_size_keeps_the_rows_that_tensorboard_keeps(tmp_path: Path, size: int) -> None:
    write_torch(tmp_path)
    write_events(tmp_path, VERSION_2, *map(scalar, range(100)), name="events.out.tfevents.9.x")
    sizes = dict.fromkeys(tensorboard_module.STORE_EVERYTHING_SIZE_GUIDANCE, size)
    assert_same(tmp_path, size_guidance=sizes)
    assert len(EventAccumulator(tmp_path, size_guidance=sizes).Reload().Scalars("a")) == size


def test_without_a_size_everything_is_kept(tmp_path: Path) -> None:
    write_torch(tmp_path)
    got = EventAccumulator(tmp_path).Reload()
    assert len(got.Images("image")) == len(got.Histograms("histogram")) == 6


def test_reload_adds_what_was_written_since(tmp_path: Path) -> None:
    write_events(tmp_path, VERSION_2, scalar(0))
    want, got = theirs(tmp_path), EventAccumulator(tmp_path).Reload()
    for events in ([scalar(1), scalar(2)], [start(2), scalar(2, 5.0)]):
        write_events(tmp_path, *events)
        assert got.Reload() is got
        assert as_tuples(got.Scalars("a")) == as_tuples(want.Reload().Scalars("a"))
    assert [event.value for event in got.Scalars("a")] == [0.0, 0.0, 5.0]


def test_graphs_and_run_metadata_are_those_of_tensorboard(tmp_path: Path) -> None:
    from tensorboard.compat.proto.config_pb2 import RunMetadata
    from tensorboard.compat.proto.graph_pb2 import GraphDef
    from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef

    graph, metadata, meta = GraphDef(), RunMetadata(), MetaGraphDef()
    graph.node.add(name="a", op="Const")
    meta.graph_def.node.add(name="b", op="Add")
    meta.collection_def["train_op"].node_list.value.append("b")  # which our messages have no field for
    metadata.step_stats.dev_stats.add(device="/cpu:0")
    tagged = TaggedRunMetadata(tag="step1", run_metadata=metadata.SerializeToString())
    write_events(tmp_path / "meta", VERSION_2, Event(meta_graph_def=meta.SerializeToString()))
    write_events(
        tmp_path / "both",
        VERSION_2,
        Event(graph_def=graph.SerializeToString()),
        Event(meta_graph_def=meta.SerializeToString()),
        Event(tagged_run_metadata=tagged),
    )
    for directory in ("meta", "both"):
        assert_same(tmp_path / directory)
    got = EventAccumulator(tmp_path / "both").Reload()
    assert got.MetaGraph().SerializeToString() == meta.SerializeToString()
    assert [node.op for node in got.MetaGraph().graph_def.node] == ["Add"]
    assert str(got.Graph()) == str(graph)


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda each: each.Scalars("none"), KeyError),
        (lambda each: each.Images("none"), KeyError),
        (lambda each: each.Audio("none"), KeyError),
        (lambda each: each.Histograms("none"), KeyError),
        (lambda each: each.CompressedHistograms("none"), KeyError),
        (lambda each: each.Tensors("none"), KeyError),
        (lambda each: each.SummaryMetadata("none"), KeyError),
        (lambda each: each.PluginTagToContent("none"), KeyError),
        (lambda each: each.RetrievePluginAsset("none", "none"), KeyError),
        (lambda each: each.Graph(), ValueError),
        (lambda each: each.MetaGraph(), ValueError),
        (lambda each: each.RunMetadata("none"), ValueError),
        (lambda each: each.FirstEventTimestamp(), ValueError),
    ],
)
def test_errors_are_of_the_same_types(tmp_path: Path, ask: Callable[[Any], Any], error: type[Exception]) -> None:
    write_events(tmp_path)
    (tmp_path / "events.out.tfevents.1.x").touch()
    for accumulator in (theirs(tmp_path), EventAccumulator(tmp_path).Reload()):
        with pytest.raises(error):
            ask(accumulator)


def test_wrong_arguments_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="want a directory or an event file"):
        EventAccumulator("")
    with pytest.raises(ValueError, match="want a whole number"):
        EventAccumulator(tmp_path, {"scalars": -1})
    with pytest.raises(LogDirectoryError, match="no such directory"):
        EventAccumulator(tmp_path / "missing").Reload()


def test_plugin_assets_are_found_beside_the_events(tmp_path: Path) -> None:
    write_events(tmp_path, VERSION_2)
    (tmp_path / "plugins" / "mine").mkdir(parents=True)
    (tmp_path / "plugins" / "mine" / "x.txt").write_text("here")
    for accumulator in (theirs(tmp_path), EventAccumulator(tmp_path).Reload()):
        assert accumulator.PluginAssets("mine") == ["x.txt"]
        assert accumulator.PluginAssets("other") == []
        assert accumulator.RetrievePluginAsset("mine", "x.txt") == "here"


def test_a_damaged_record_is_stepped_over_and_said(tmp_path: Path) -> None:
    write_events(tmp_path, *map(scalar, range(3)))
    path = tmp_path / "events.out.tfevents.1.x"
    data = bytearray(path.read_bytes())
    data[len(data) // 3 + 20] ^= 1
    path.write_bytes(data)
    with pytest.warns(RuntimeWarning, match="payload checksum of the record at byte"):
        got = EventAccumulator(tmp_path).Reload()
    assert [event.step for event in got.Scalars("a")] == [0, 2]
    assert len(theirs(tmp_path).Scalars("a")) == 1
    ((where, damage),) = got.damage
    assert (where, damage.offset) == (str(path), len(frame(scalar(0).SerializeToString())))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got.Reload()


def test_a_profilers_marker_is_no_event_file(tmp_path: Path) -> None:
    write_events(tmp_path, scalar(1))
    (tmp_path / "events.out.tfevents.2.x.profile-empty").write_bytes(frame(scalar(2).SerializeToString()))
    for accumulator in (theirs(tmp_path), EventAccumulator(tmp_path).Reload()):
        assert [event.step for event in accumulator.Scalars("a")] == [1]


def test_a_tail_that_is_lost_is_not_said_to_be_stepped_over(tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1").write_bytes(frame(Event(step=1).SerializeToString()) + bytes(50))
    with pytest.warns(RuntimeWarning, match=r"length checksum .*; no record is found after it\. File: "):
        EventAccumulator(str(tmp_path)).Reload()


def test_a_file_that_can_not_be_read_is_said_once_and_the_others_are_read(tmp_path: Path) -> None:
    for name in ("events.out.tfevents.1", "events.out.tfevents.2"):
        (tmp_path / name).write_bytes(frame(Event(step=1).SerializeToString()))
    (tmp_path / "events.out.tfevents.1").chmod(0)
    code = "import sys; from sightline.compat import EventAccumulator; EventAccumulator(sys.argv[1]).Reload().Reload()"
    command = unprivileged(sys.executable, "-W", "always", "-c", code, str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr.count("can't be read: Permission denied. File: ") == 1
    assert done.stderr.count("RuntimeWarning") == 1


def test_a_file_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    write_events(tmp_path, VERSION_2, *map(scalar, range(5)))
    got = EventAccumulator(tmp_path).Reload()
    path = tmp_path / "events.out.tfevents.1.x"
    path.unlink()
    write_events(tmp_path, VERSION_2, scalar(7))
    assert [event.step for event in got.Reload().Scalars("a")] == [7]


def test_every_name_of_tensorboards_module_is_here() -> None:
    used = {name for name in vars(tensorboard_module) if name[0].isupper() and not name.startswith("SUMMARY_TYPES")}
    assert used - set(vars(our_module)) <= {"Sequence", "Tuple", "Optional", "Dict", "Any"}
    for name in ("AUDIO", "COMPRESSED_HISTOGRAMS", "GRAPH", "HISTOGRAMS", "IMAGES", "META_GRAPH", "RUN_METADATA",
                 "SCALARS", "TENSORS", "STORE_EVERYTHING_SIZE_GUIDANCE", "NORMAL_HISTOGRAM_BPS"):  # fmt: skip
        assert getattr(our_module, name) == getattr(tensorboard_module, name)
    public = {name for name in vars(tensorboard_module.EventAccumulator) if not name.startswith("_")}
    assert public <= set(vars(EventAccumulator))


@pytest.fixture
def tbparse_on_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """tbparse, unchanged, imported anew with our module in the place of TensorBoard's."""
    monkeypatch.setitem(sys.modules, tensorboard_module.__name__, our_module)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tbparse"]:
        monkeypatch.delitem(sys.modules, name)
    yield importlib.import_module("tbparse")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tbparse"]:
        del sys.modules[name]


@pytest.mark.parametrize("write", [write_torch, write_tensorboardx])
def test_tbparse_runs_on_it_unchanged(tmp_path: Path, write: Callable[[Path], None], tbparse_on_ours: Any) -> None:
    import pandas

    write(tmp_path)
    (file,) = tmp_path.glob("*tfevents*")
    ours = tbparse_on_ours.SummaryReader(str(file), extra_columns={"wall_time"})
    assert sys.modules["tbparse.summary_reader"].EventAccumulator is EventAccumulator
    frames = {name: getattr(ours, name) for name in ("scalars", "tensors", "histograms", "text", "hparams")}

    for name in [name for name in sys.modules if name.partition(".")[0] == "tbparse"]:
        del sys.modules[name]
    sys.modules[tensorboard_module.__name__] = tensorboard_module
    reader = importlib.import_module("tbparse").SummaryReader(str(file), extra_columns={"wall_time"})
    assert sys.modules["tbparse.summary_reader"].EventAccumulator is tensorboard_module.EventAccumulator
    assert len(frames["scalars"]) >= 14
    for name, frame_ in frames.items():
        pandas.testing.assert_frame_equal(frame_, getattr(reader, name))


def test_errors_are_ours_too(tmp_path: Path) -> None:
    write_events(tmp_path, VERSION_2)
    with pytest.raises(SightlineError):
        EventAccumulator(tmp_path).Reload().Graph()
