"""What torch's and tensorboardX's writers write is what we read; TensorBoard's EventAccumulator is the oracle."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorboardX
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import sightline

KEEP_ALL = {"scalars": 0, "images": 0, "tensors": 0, "histograms": 0, "audio": 0}


def torch_writer(path: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.utils.tensorboard import SummaryWriter
    return SummaryWriter(path)


def tensorboardx_writer(path: str) -> Any:
    return tensorboardX.SummaryWriter(path)


@pytest.fixture(params=[torch_writer, tensorboardx_writer], ids=["torch", "tensorboardX"])
def make_writer(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    found: Callable[[str], Any] = request.param
    return found


@pytest.mark.filterwarnings("ignore")  # the other writers' own, from NumPy and protobuf
def test_scalars_images_and_texts_of_the_other_writers(tmp_path: Path, make_writer: Callable[[str], Any]) -> None:
    random = np.random.default_rng(7)
    with make_writer(str(tmp_path / "a")) as writer:
        for step in range(30):
            writer.add_scalar("loss/train", float(random.normal()), step)
            writer.add_scalar("odd", [float("nan"), float("inf"), -1e30][step % 3], step * 1000 - 5)
            writer.add_image("picture", random.random((3, 5, 7)), step)
            writer.add_text("notes", f"**step** {step} 深", step)
        writer.add_images("batch", random.random((4, 3, 6, 6)), 3)
        writer.add_histogram("weights", random.normal(size=100), 1)
    oracle = EventAccumulator(str(tmp_path / "a"), size_guidance=KEEP_ALL)
    oracle.Reload()

    run = sightline.open_logdir(tmp_path).runs["a"]
    tags = oracle.Tags()
    assert set(run.tags()["scalar"]) == set(tags["scalars"])
    assert set(run.tags()["image"]) == set(tags["images"])
    assert run.tags()["text"] == ["notes/text_summary"]
    assert run.tags()["histogram"] == ["weights"]
    for tag in tags["scalars"]:
        theirs = sorted(oracle.Scalars(tag), key=lambda point: point.step)
        ours = run.scalars(tag)
        np.testing.assert_array_equal(ours.step, [point.step for point in theirs])
        np.testing.assert_array_equal(ours.wall_time, [point.wall_time for point in theirs])
        np.testing.assert_array_equal(ours.value, [point.value for point in theirs])
    for tag in tags["images"]:
        assert [(image.step, image.wall_time, image.bytes, image.width, image.height) for image in run.images(tag)] == [
            (image.step, image.wall_time, image.encoded_image_string, image.width, image.height)
            for image in oracle.Images(tag)
        ]
    texts = oracle.Tensors("notes/text_summary")
    assert [(text.step, text.text) for text in run.texts("notes/text_summary")] == [
        (text.step, text.tensor_proto.string_val[0].decode()) for text in texts
    ]


@pytest.mark.filterwarnings("ignore")
def test_torchs_new_style_scalars_of_either_precision(tmp_path: Path) -> None:
    with torch_writer(str(tmp_path)) as writer:
        for step in range(5):
            writer.add_scalar("float", 0.1 * step, step, new_style=True)
            writer.add_scalar("double", 0.1 * step, step, new_style=True, double_precision=True)
    run = sightline.open_logdir(tmp_path).runs["."]
    assert run.scalars("float").value.tolist() == [float(np.float32(0.1 * step)) for step in range(5)]
    assert run.scalars("double").value.tolist() == [0.1 * step for step in range(5)]


@pytest.mark.filterwarnings("ignore")
def test_torchs_purge_step_overtakes_the_old_branch(tmp_path: Path) -> None:
    with torch_writer(str(tmp_path)) as writer:
        for step in range(10):
            writer.add_scalar("loss", 1.0, step)
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path), purge_step=5) as writer:
        for step in (5, 6, 7):
            writer.add_scalar("loss", 2.0, step)
    run = sightline.open_logdir(tmp_path).runs["."]
    loss = run.scalars("loss")
    assert loss.step[~loss.superseded].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert loss.value[~loss.superseded].tolist() == [1.0] * 5 + [2.0] * 3
    assert [(restart.step, restart.evidence) for restart in run.restarts] == [(5, "session")]


@pytest.mark.filterwarnings("ignore")
def test_display_names_of_tensorboardx_are_kept(tmp_path: Path) -> None:
    with tensorboardX.SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("a", 1.0, 0, display_name="Disp", summary_description="*why*")
    run = sightline.open_logdir(tmp_path).runs["."]
    (series,) = run.series.values()
    assert (series.metadata.display_name, series.metadata.summary_description) == ("Disp", "*why*")


def test_a_log_directory_that_is_not_there_can_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="there is no such directory or event file"):
        sightline.open_logdir(tmp_path / "missing")
