"""The reader's calls as a Python user writes them from memory, on a run that PyTorch wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from torch.utils.tensorboard import SummaryWriter

import sightline

pytestmark = pytest.mark.filterwarnings("ignore")  # of what TensorBoard and PyTorch carry
NAME = "fmnist/lr=0.1"


@pytest.fixture
def writer(tmp_path: Path) -> SummaryWriter:
    writer = SummaryWriter(str(tmp_path / "runs" / NAME))
    for step in range(3):
        writer.add_scalar("loss/train", 1 / (step + 1), step)
        writer.add_image("generated", torch.rand(3, 4, 5), step)
        writer.add_histogram("weights", torch.rand(50), step)
        writer.add_text("note", "**hi**", step)
        writer.add_audio("tone", torch.rand(1, 100), step)
        writer.add_pr_curve("curve", np.array([0, 1, 1]), np.array([0.1, 0.7, 0.9]), step)
        writer.add_tensor("array", torch.arange(3), step)
        writer.add_mesh("cloud", torch.rand(1, 4, 3), global_step=step)
    writer.add_embedding(torch.eye(3))
    writer.add_graph(torch.nn.Linear(2, 2), torch.rand(1, 2))
    writer.flush()
    return writer


def test_everything_in_a_run_by_its_name(tmp_path: Path, writer: SummaryWriter) -> None:
    logdir = sightline.open_logdir(tmp_path / "runs", cache=True)
    run = logdir.runs[NAME]
    loss = run.scalars("loss/train")
    assert [loss.step.dtype, loss.wall_time.dtype, loss.value.dtype, loss.superseded.dtype] == [
        np.int64,
        np.float64,
        np.float64,
        np.bool_,
    ]
    kinds = ["audio", "graph", "histogram", "image", "mesh", "pr_curve", "scalar", "tensor", "text"]
    assert sorted(run.tags()) == kinds
    picture = run.images("generated")[-1]
    assert (picture.step, picture.width, picture.height, picture.mime) == (2, 5, 4, "image/png")
    assert picture.wall_time > 1e9
    assert picture.bytes.startswith(b"\x89PNG")
    assert picture.pil().size == (5, 4)
    for items in (
        run.histograms("weights"),
        run.texts("note/text_summary"),
        run.audio("tone"),
        run.pr_curves("curve"),
        run.tensors("array"),
        run.meshes("cloud"),
    ):
        assert [item.step for item in items] == [0, 1, 2]
    assert run.hparams == {}
    assert run.graph() is not None
    assert [embedding.read_tensor().tolist() for embedding in run.embeddings] == [np.eye(3).tolist()]
    assert [file.damage for file in run.files] == [()]


def test_one_table_for_every_library(tmp_path: Path, writer: SummaryWriter) -> None:
    table = sightline.open_logdir(tmp_path / "runs").scalars(run="*", tag="loss/*")
    columns = ["run", "tag", "step", "wall_time", "value", "superseded"]
    assert list(table.to_pandas().columns) == table.to_polars().columns == list(table.to_numpy()) == columns
    assert callable(table.__arrow_c_stream__)
    assert len(table) == 3


def test_what_grows_is_read_and_followed(tmp_path: Path, writer: SummaryWriter) -> None:
    logdir = sightline.open_logdir(tmp_path / "runs")
    writer.add_scalar("loss/train", 0.1, 3)
    writer.flush()
    assert logdir.refresh().runs == {NAME}
    following = logdir.follow()
    writer.add_scalar("loss/train", 0.1, 4)
    writer.flush()
    assert next(following).runs == {NAME}
    following.close()
    assert logdir.runs[NAME].scalars("loss/train").step.tolist() == [0, 1, 2, 3, 4]


def test_events_print_as_protobuf_prints_them(tmp_path: Path, writer: SummaryWriter) -> None:
    (path,) = (tmp_path / "runs" / NAME).glob("events*")
    theirs = [Event.FromString(record) for record in RawEventFileLoader(str(path)).Load()]
    seen = 0
    for event, their in zip(sightline.summary_iterator(path), theirs, strict=True):
        assert (event.wall_time, event.step, event.file_version) == (their.wall_time, their.step, their.file_version)
        assert str(event) == str(their)
        for value in event.summary.value:
            if value.HasField("image"):
                assert (value.tag, value.image.height) == ("generated", 4)
                seen += len(value.image.encoded_image_string) > 0
            elif value.HasField("simple_value"):
                seen += value.simple_value > 0
    assert seen == 6


def test_the_accumulator_is_where_tensorboards_users_look(tmp_path: Path, writer: SummaryWriter) -> None:
    accumulator = sightline.compat.EventAccumulator(str(tmp_path / "runs" / NAME)).Reload()
    assert [event.value for event in accumulator.Scalars("loss/train")] == pytest.approx([1, 1 / 2, 1 / 3])
    assert accumulator.FirstEventTimestamp() > 1e9
