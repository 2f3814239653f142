"""The same calls to our writer, to torch's and to tensorboardX's leave the same events on disk.

Compared field by field with protobuf's classes, pictures by their pixels, wall times where they were given. What is
left out of the comparison is listed in ``docs/compatibility.md``.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest
import torch
from google.protobuf import text_format  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from tensorboardX import SummaryWriter as TensorboardxWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from sightline import SummaryWriter

ReadEvents = Callable[[Path], list[Any]]
Call = Callable[[Any], object]

WALL_TIME = 1_000_000.25


def without_choices(event: Any) -> Any:
    """The event without what may differ: the writer's name, PNG's compression, times that nobody gave."""
    event.ClearField("source_metadata")
    if event.wall_time != WALL_TIME:
        event.ClearField("wall_time")
    if event.graph_def:  # a map has no order on disk, and one in text
        event.graph_def = str(GraphDef.FromString(event.graph_def)).encode()
    for value in event.summary.value:
        plugin = value.metadata.plugin_data
        if plugin.plugin_name == "hparams":
            plugin.content = str(HParamsPluginData.FromString(plugin.content)).encode()
        if value.HasField("image"):
            pixels = np.asarray(PIL.Image.open(io.BytesIO(value.image.encoded_image_string)))
            value.image.encoded_image_string = repr(pixels.shape).encode() + pixels.tobytes()
    return event


def runs_of(read: ReadEvents, logdir: Path, ours: bool = False) -> dict[str, list[Any]]:
    """The events of every run by its name; ours without the STOP that ends each file."""
    runs = {}
    for run in sorted({path.parent for path in logdir.rglob("*tfevents*")}):
        events = [without_choices(event) for event in read(run)]
        if ours:
            assert events.pop().session_log.status == 2
        runs[str(run.relative_to(logdir))] = events
    return runs


def picture(*shape: int) -> Any:
    return np.random.default_rng(0).random(shape)


def figure() -> Any:
    figure, axes = plt.subplots(figsize=(2, 1.5), dpi=60)
    axes.bar([1, 2, 3], [2, 3, 1])
    return figure


def normal(*shape: int) -> Any:
    return np.random.default_rng(1).normal(size=shape)


def uniform(*shape: int) -> Any:
    return np.random.default_rng(2).random(shape)


INTEGERS = (torch.int8, torch.int16, torch.int32, torch.int64)
MODEL = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())

CALLS: dict[str, Call] = {
    "a Python float": lambda w: w.add_scalar("loss/train", 0.1, 3),
    "an integer": lambda w: w.add_scalar("loss/train", 7, 3),
    "a boolean": lambda w: w.add_scalar("loss/train", True, 3),
    "a numeric string": lambda w: w.add_scalar("loss/train", "0.5", 3),
    "a NumPy number": lambda w: w.add_scalar("x", np.float64(0.1), np.int32(3)),
    "a one-element array": lambda w: w.add_scalar("x", np.array([[0.1]]), np.array(3)),
    "a tensor with grad": lambda w: w.add_scalar("x", torch.tensor([0.1], requires_grad=True), torch.tensor(3)),
    "a bfloat16": lambda w: w.add_scalar("x", torch.tensor(0.1, dtype=torch.bfloat16), 3),
    "NaN and infinities": lambda w: [w.add_scalar("x", value, 1) for value in (math.inf, -math.inf, math.nan)],
    "beyond float32": lambda w: w.add_scalar("x", 1e300, 1),
    "negative zero": lambda w: w.add_scalar("x", -0.0, 1),
    "no step": lambda w: w.add_scalar("x", 0.5),
    "a float step": lambda w: w.add_scalar("x", 0.5, 2.9),
    "a string step": lambda w: w.add_scalar("x", 0.5, "12"),
    "a negative step": lambda w: w.add_scalar("x", 0.5, -5),
    "huge steps": lambda w: [w.add_scalar("x", 0.5, step) for step in (2**63 - 1, -(2**63))],
    "a wall time": lambda w: w.add_scalar("x", 0.5, 1, WALL_TIME),
    "new style": lambda w: w.add_scalar("x", 0.1, 1, None, True),
    "new style, double": lambda w: w.add_scalar("x", 0.1, 1, None, True, True),
    "double without new style": lambda w: w.add_scalar("x", 0.1, 1, double_precision=True),
    "an empty tag": lambda w: w.add_scalar("", 0.5, 1),
    "strange tags": lambda w: [w.add_scalar(tag, 0.5, 1) for tag in ("损失/训练", "<script>", "../../x", " a\0b\n")],
    "several scalars": lambda w: [w.add_scalars("a/b", {"x": 1.0, "y/z": step}, step, WALL_TIME) for step in (1, 2)],
    "an image": lambda w: w.add_image("im", picture(3, 5, 7), 1),
    "an image with a wall time": lambda w: w.add_image("im", torch.rand(1, 5, 7).bool(), 1, WALL_TIME, "CHW"),
    "an image of other axes": lambda w: w.add_image("im", picture(5, 7), 1, dataformats="WH"),
    "images": lambda w: w.add_images("ims", (picture(9, 1, 5, 7) * 255).astype(np.uint8), 1),
    "images of other axes": lambda w: w.add_images("ims", picture(9, 5, 7, 3), 1, None, "NHWC"),
    "a figure": lambda w: w.add_figure("fig", figure(), 4),
    "figures": lambda w: w.add_figure("fig", [figure(), figure()], 4, True, WALL_TIME),
    "boxes": lambda w: w.add_image_with_boxes(
        "boxes", picture(3, 40, 60), np.array([[5, 5, 30, 20.5], [0, 9, 59, 39]]), 2
    ),
    "a labelled box": lambda w: w.add_image_with_boxes(
        "boxes", picture(40, 60), torch.tensor([[5, 5, 50, 30]]), 2, WALL_TIME, dataformats="HW", labels="a cat"
    ),
    "text": lambda w: w.add_text("note", "**bold** | 表 <script>", 5),
    "text with a wall time": lambda w: w.add_text("note", "", None, WALL_TIME),
    "a tensor": lambda w: w.add_tensor("t", torch.arange(12.0).reshape(3, 4), 3, WALL_TIME),
    "tensors of integers": lambda w: [w.add_tensor("t", torch.arange(3, dtype=kind), 3) for kind in INTEGERS],
    "a histogram": lambda w: w.add_histogram("h", normal(1000), 3),
    "a histogram of a tensor": lambda w: w.add_histogram("h", torch.tensor(normal(30, 4), requires_grad=True), 3),
    "histograms of other bins": lambda w: [
        w.add_histogram("h", normal(99), 3, bins) for bins in (7, "auto", [0, 1, 2])
    ],
    "a merged histogram": lambda w: w.add_histogram("h", normal(1000), 3, "tensorflow", WALL_TIME, 20),
    "a raw histogram": lambda w: w.add_histogram_raw("h", 0, 3, 4, 5.5, 9.25, [1, 2, 3.0], [1, 2, 1], 7, WALL_TIME),
    "hyperparameters": lambda w: w.add_hparams(
        {"lr": 0.1, "layers": 3, "name": "adam", "t": torch.tensor([2.5]), "none": None},
        {"accuracy": 0.9, "loss": torch.tensor([0.25])},
        {"name": ["adam", "sgd"], "layers": [1, 3]},
        "trial",
        5,
    ),
    "a graph": lambda w: w.add_graph(MODEL, torch.zeros(2, 4)),
    "a precision-recall curve": lambda w: w.add_pr_curve("pr", normal(500) > 0, uniform(500), 3),
    "a weighted curve": lambda w: w.add_pr_curve("pr", normal(50) > 0, uniform(50), 3, 10, uniform(50), WALL_TIME),
    "a raw curve": lambda w: w.add_pr_curve_raw("pr", *(uniform(9) for _ in range(6)), 3, 9, None, WALL_TIME),
    "a chart of several tags": lambda w: w.add_custom_scalars_multilinechart(["loss/.*", "acc"], "c", "t"),
    "a margin chart": lambda w: w.add_custom_scalars_marginchart(["v", "low", "high"], "c", "t"),
    "a layout": lambda w: w.add_custom_scalars(
        {"a": {"x": ["Multiline", ["p", "q"]]}, "b": {"y": ["Margin", list("uvw")]}}
    ),
    "points": lambda w: w.add_mesh("cloud", torch.tensor(uniform(2, 5, 3)), global_step=3, walltime=WALL_TIME),
    "a mesh": lambda w: w.add_mesh(
        "mesh",
        torch.tensor(uniform(1, 4, 3)),
        torch.tensor([[[255, 0, 0]] * 4]),
        torch.tensor([[[0, 1, 2], [1, 2, 3]]]),
        {"material": {"cls": "PointsMaterial", "size": 2}},
        1,
    ),
    "sound": lambda w: w.add_audio("beep", torch.sin(torch.arange(800.0) / 9).reshape(1, -1), 2, 8000, WALL_TIME),
}


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch's own, of add_graph
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_the_events_are_torchs(tmp_path: Path, read_events: ReadEvents, call: Call) -> None:
    with SummaryWriter(tmp_path / "ours") as ours, TorchWriter(tmp_path / "theirs") as theirs:
        call(ours)
        call(theirs)

    got, want = runs_of(read_events, tmp_path / "ours", ours=True), runs_of(read_events, tmp_path / "theirs")
    assert repr(got) == repr(want)  # as text, because NaN is not equal to itself


def test_a_resumed_run_is_torchs(tmp_path: Path, read_events: ReadEvents) -> None:
    for writer in (SummaryWriter(tmp_path / "ours", "", 7, 10, 120, ".x"), TorchWriter(tmp_path / "theirs", "", 7)):
        writer.add_scalar("x", 1.0, 7)
        writer.close()

    assert runs_of(read_events, tmp_path / "ours", ours=True) == runs_of(read_events, tmp_path / "theirs")


TENSORBOARDX_CALLS: dict[str, Call] = {
    "a scalar": lambda w: w.add_scalar("loss/train", 0.1, 3),
    "a list": lambda w: w.add_scalar("x", [0.25], 3),
    "a name by keyword": lambda w: w.add_scalar("x", 0.1, 1, display_name="X", summary_description="*an* x"),
    "a name by position": lambda w: w.add_scalar("x", 0.1, 1, WALL_TIME, "X", "*an* x"),
    "a name alone": lambda w: w.add_scalar("x", 0.1, 1, None, "X"),
    "a batch with alpha": lambda w: w.add_images("im", (picture(3, 4, 5, 7) * 255).astype(np.uint8), 1),
    "text": lambda w: w.add_text("note", "**bold**", 5, WALL_TIME),
    "a histogram": lambda w: w.add_histogram("h", normal(1000), 3),
    "a histogram of a list": lambda w: w.add_histogram("h", [1, 2, 2.5, -7], 3, 10, WALL_TIME),
    "a merged histogram": lambda w: w.add_histogram("h", normal(1000), 3, "tensorflow", WALL_TIME, 20),
    "a raw histogram": lambda w: w.add_histogram_raw("h", 0, 3, 4, 5.5, 9.25, [1, 2, 3.0], [1, 2, 1], 7, WALL_TIME),
    "hyperparameters": lambda w: w.add_hparams(
        {"lr": 0.1, "nesterov": True, "name": "adam"}, {"accuracy": 0.9}, "trial"
    ),
    "a precision-recall curve": lambda w: w.add_pr_curve("pr", normal(500) > 0, uniform(500), 3),
    "a weighted curve": lambda w: w.add_pr_curve("pr", normal(50) > 0, uniform(50), 3, 10, uniform(50), WALL_TIME),
    "a raw curve": lambda w: w.add_pr_curve_raw("pr", *(uniform(9) for _ in range(6)), 3, 9, None, WALL_TIME),
    "a chart of several tags": lambda w: w.add_custom_scalars_multilinechart(["loss/.*", "acc"], "c", "t"),
    "a margin chart": lambda w: w.add_custom_scalars_marginchart(["v", "low", "high"], "c", "t"),
    "a default step": lambda w: in_use(w, lambda: w.add_scalar("x", 0.5)),
    "a default step that is overridden": lambda w: in_use(w, lambda: w.add_text("x", "y", 9)),
}


def in_use(writer: Any, call: Callable[[], object]) -> None:
    with writer.use_metadata(global_step=7, walltime=WALL_TIME):
        call()


@pytest.mark.parametrize("call", TENSORBOARDX_CALLS.values(), ids=TENSORBOARDX_CALLS.keys())
def test_the_events_are_tensorboardxs(tmp_path: Path, read_events: ReadEvents, call: Call) -> None:
    with SummaryWriter(tmp_path / "ours") as ours, TensorboardxWriter(str(tmp_path / "theirs")) as theirs:
        call(ours)
        call(theirs)

    assert runs_of(read_events, tmp_path / "ours", ours=True) == runs_of(read_events, tmp_path / "theirs")


tags = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.one_of(
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.floats(width=32).map(np.float32),
    st.floats(width=16).map(lambda number: np.array([number], np.float16)),
    st.floats(width=32).map(lambda number: torch.tensor([[number]])),
    st.floats().map(str),
)
in_range = st.integers(-(2**63), 2**63 - 1)
steps = st.one_of(
    st.none(), in_range, in_range.map(np.int64), in_range.map(torch.tensor), st.floats(-1e15, 1e15), in_range.map(str)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(tags, numbers, steps), min_size=1, max_size=20))
def test_any_tag_number_and_step_is_written_as_torch_does(
    read_events: ReadEvents, calls: list[tuple[str, Any, Any]]
) -> None:
    with TemporaryDirectory() as directory:
        ours, theirs = Path(directory, "ours"), Path(directory, "theirs")
        with SummaryWriter(ours) as our_writer, TorchWriter(theirs) as their_writer:
            for call in calls:
                our_writer.add_scalar(*call)
                their_writer.add_scalar(*call)

        got, want = runs_of(read_events, ours, ours=True), runs_of(read_events, theirs)
    assert repr(got) == repr(want)


def test_tensorboard_reads_everything_that_was_logged(tmp_path: Path) -> None:
    pictures = [np.full((4, 6, 3), 10 * step, np.uint8) for step in range(5)]
    with SummaryWriter(tmp_path) as writer:
        for step in range(5):
            writer.add_scalar("loss/损失", 1 / (step + 1), step, walltime=1000.0 + step)
            writer.add_image("picture", pictures[step], step, dataformats="HWC")
            writer.add_text("note", f"*step* {step}", step)

    accumulator = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    accumulator.Reload()

    assert _as_rows(accumulator.Scalars("loss/损失")) == [
        (1000.0 + step, step, float(np.float32(1 / (step + 1)))) for step in range(5)
    ]
    got = [
        np.asarray(PIL.Image.open(io.BytesIO(image.encoded_image_string))) for image in accumulator.Images("picture")
    ]
    np.testing.assert_array_equal(got, pictures)
    texts = [tensor.tensor_proto.string_val[0].decode() for tensor in accumulator.Tensors("note/text_summary")]
    assert texts == [f"*step* {step}" for step in range(5)]


def test_the_stop_that_ends_a_file_hides_nothing_from_tensorboard(tmp_path: Path) -> None:
    for first in (0, 10):
        with SummaryWriter(tmp_path) as writer:
            for step in range(first, first + 10):
                writer.add_scalar("x", float(step), step)

    accumulator = EventAccumulator(str(tmp_path))
    accumulator.Reload()

    assert [step for _, step, _ in _as_rows(accumulator.Scalars("x"))] == list(range(20))


def _as_rows(scalars: Iterable[Any]) -> list[tuple[float, int, float]]:
    return [(point.wall_time, point.step, point.value) for point in scalars]


@pytest.mark.filterwarnings("ignore:Embedding dir exists")
@pytest.mark.parametrize("kind", [TorchWriter, TensorboardxWriter])
def test_an_embeddings_files_are_theirs(tmp_path: Path, kind: Callable[[str], Any]) -> None:
    for name, writer in (("ours", SummaryWriter(tmp_path / "ours")), ("theirs", kind(str(tmp_path / "theirs")))):
        matrix, pictures = torch.tensor(normal(7, 3)), torch.tensor(uniform(7, 3, 8, 8))
        writer.add_embedding(matrix, [f"label {n}" for n in range(7)], pictures, 3, "with/all")
        writer.add_embedding(matrix, [[n, "b"] for n in range(7)], None, 4, "rows", ["a", "b"])
        writer.close()
        (tmp_path / name / "projector_config.pbtxt").rename(tmp_path / name / "config")

    def files(name: str) -> dict[str, bytes]:
        found = [path for path in (tmp_path / name).rglob("*") if path.is_file() and "tfevents" not in path.name]
        return {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in found}

    ours, theirs = files("ours"), files("theirs")
    assert ours.keys() == theirs.keys()
    assert ProjectorConfig() != _config(ours.pop("config")) == _config(theirs.pop("config"))
    for name in [name for name in ours if name.endswith(".png")]:
        pixels = [np.asarray(PIL.Image.open(io.BytesIO(each.pop(name)))).astype(int) for each in (ours, theirs)]
        assert np.abs(pixels[0] - pixels[1]).max() <= 1
    assert ours == theirs


def _config(text: bytes) -> Any:
    config = text_format.Parse(text.decode(), ProjectorConfig())
    for embedding in config.embeddings:
        embedding.ClearField("tensor_shape")  # ours says it as well
    return config
