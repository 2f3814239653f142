"""A real TensorBoard shows every kind we write: its plugins' answers over HTTP, from one log directory."""

from __future__ import annotations

import io
import json
import re
import select
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch

from sightline import SummaryWriter

STEPS = 5
PICTURE = np.random.default_rng(0).integers(0, 255, (3, 12, 16), np.uint8)
VALUES = np.random.default_rng(1).normal(size=1000)
LABELS = VALUES > 0
PREDICTIONS = np.random.default_rng(2).random(1000)
POINTS = np.random.default_rng(3).random((1, 20, 3)).astype(np.float32)
MATRIX = np.random.default_rng(4).random((6, 3))

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")


def log_everything(logdir: Path) -> None:
    with SummaryWriter(logdir / "run") as writer:
        writer.add_hparams({"lr": 0.1, "nesterov": True, "optimizer": "adam"})
        for step in range(STEPS):
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.log({"accuracy": step / 10, "metrics/f1": 0.5}, step)
        writer.add_scalars("both", {"a": 1.0, "b": 2.0}, 1)
        writer.add_image("picture", PICTURE, 3)
        writer.add_video("video", np.stack([PICTURE] * 4)[np.newaxis], 3)
        writer.add_audio("beep", np.sin(np.arange(800) / 9), 3, 8000)
        writer.add_text("note", "**bold**", 3)
        writer.add_histogram("weights", VALUES, 3)
        writer.add_pr_curve("curve", LABELS, PREDICTIONS, 3)
        writer.add_mesh("cloud", POINTS, global_step=3)
        writer.add_custom_scalars_multilinechart(["loss", "acc.*"], "all", "both")
        writer.add_custom_scalars_marginchart(["loss", "accuracy", "metrics/f1"], "all", "margin")
        writer.add_graph(torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU()), torch.zeros(2, 4))
        writer.add_embedding(MATRIX, [f"label\t{n}\n" for n in range(6)], PICTURE[np.newaxis].repeat(6, 0) / 255, 3)
        writer.add_hparams({"lr": 0.2, "nesterov": False, "optimizer": "sgd"}, {"loss": 0.75}, None, "trial")


class TensorBoard:
    """A TensorBoard process and its answers."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def get(self, path: str, **query: Any) -> bytes:
        url = f"{self._address}/data/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        with urllib.request.urlopen(url, timeout=30) as answer:
            content: bytes = answer.read()
        return content

    def json(self, path: str, **query: Any) -> Any:
        return json.loads(self.get(path, **query))

    def post(self, path: str, question: Any) -> Any:
        request = urllib.request.Request(
            f"{self._address}/data/{path}", json.dumps(question).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="module")
def tensorboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBoard]:
    logdir = tmp_path_factory.mktemp("logdir")
    log_everything(logdir)
    process = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0", "--host", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        deadline = time.monotonic() + 60
        address = None
        while address is None:
            assert select.select([process.stderr], [], [], max(0.0, deadline - time.monotonic()))[0], "no address told"
            line = process.stderr.readline()
            assert line, f"TensorBoard ended: {process.poll()}"
            address = re.search(r"http://[\w.:]+/", line)
        board = TensorBoard(address[0])
        want = {"run", "run/trial", "run/both_a", "run/both_b"}
        while not want <= set(board.json("runs")) or "loss" not in board.json("plugin/scalars/tags").get("run", {}):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield board
    finally:
        process.terminate()
        process.wait(timeout=30)
        assert process.stderr is not None
        process.stderr.close()


def test_scalars(tensorboard: TensorBoard) -> None:
    points = tensorboard.json("plugin/scalars/scalars", run="run", tag="loss")
    assert [(step, value) for _, step, value in points] == [(s, float(np.float32(1 / (s + 1)))) for s in range(STEPS)]
    assert {"loss", "accuracy", "metrics/f1"} == set(tensorboard.json("plugin/scalars/tags")["run"])
    assert tensorboard.json("plugin/scalars/scalars", run="run/both_b", tag="both")[0][2] == 2.0


@pytest.mark.parametrize("tag", ["picture", "video"])
def test_images(tensorboard: TensorBoard, tag: str) -> None:
    (found,) = tensorboard.json("plugin/images/images", run="run", tag=tag, sample=0)
    assert found["step"] == 3
    picture = PIL.Image.open(io.BytesIO(tensorboard.get("plugin/images/individualImage?" + found["query"])))
    if tag == "picture":
        np.testing.assert_array_equal(np.asarray(picture), PICTURE.transpose(1, 2, 0))
    else:
        assert picture.format == "GIF"


def test_audio(tensorboard: TensorBoard) -> None:
    (found,) = tensorboard.json("plugin/audio/audio", run="run", tag="beep", sample=0)
    assert found["step"] == 3
    assert tensorboard.get("plugin/audio/individualAudio?" + found["query"])[:4] == b"RIFF"


def test_text(tensorboard: TensorBoard) -> None:
    (found,) = tensorboard.json("plugin/text/text", run="run", tag="note/text_summary")
    assert (found["step"], "<strong>bold</strong>" in found["text"]) == (3, True)


def test_histograms(tensorboard: TensorBoard) -> None:
    ((_, step, buckets),) = tensorboard.json("plugin/histograms/histograms", run="run", tag="weights")
    assert step == 3
    assert sum(count for _, _, count in buckets) == len(VALUES)
    assert (buckets[0][0], buckets[-1][1]) == pytest.approx((VALUES.min(), VALUES.max()))


def test_distributions(tensorboard: TensorBoard) -> None:
    ((_, step, points),) = tensorboard.json("plugin/distributions/distributions", run="run", tag="weights")
    assert step == 3
    assert points[4][1] == pytest.approx(np.median(VALUES), abs=0.1)


def test_pr_curves(tensorboard: TensorBoard) -> None:
    (found,) = tensorboard.json("plugin/pr_curves/pr_curves", run="run", tag="curve")["run"]
    assert found["step"] == 3
    assert found["true_positives"][0] == LABELS.sum()
    assert found["false_positives"][0] == (~LABELS).sum()
    assert len(found["thresholds"]) == len(found["precision"])


def test_hparams(tensorboard: TensorBoard) -> None:
    experiment = tensorboard.post("plugin/hparams/experiment", {"experimentName": ""})
    assert {info["name"]: info["type"] for info in experiment["hparamInfos"]} == {
        "lr": "DATA_TYPE_FLOAT64",
        "nesterov": "DATA_TYPE_BOOL",
        "optimizer": "DATA_TYPE_STRING",
    }
    statuses = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
    question = {"experimentName": "", "allowedStatuses": statuses, "colParams": [], "startIndex": 0, "sliceSize": 10}
    groups = tensorboard.post("plugin/hparams/session_groups", question)["sessionGroups"]
    found = {group["sessions"][0]["name"]: (group["hparams"], group["sessions"][0]["status"]) for group in groups}
    assert found == {
        "run": ({"lr": 0.1, "nesterov": True, "optimizer": "adam"}, "STATUS_SUCCESS"),
        "run/trial": ({"lr": 0.2, "nesterov": False, "optimizer": "sgd"}, "STATUS_SUCCESS"),
    }


def test_custom_scalars(tensorboard: TensorBoard) -> None:
    (category,) = tensorboard.json("plugin/custom_scalars/layout")["category"]
    assert category["title"] == "all"
    multiline, margin = category["chart"]
    assert (multiline["title"], multiline["multiline"]["tag"]) == ("both", ["loss", "acc.*"])
    assert margin["margin"]["series"] == [{"value": "loss", "lower": "accuracy", "upper": "metrics/f1"}]


def test_mesh(tensorboard: TensorBoard) -> None:
    assert tensorboard.json("plugin/mesh/tags")["run"]["cloud"]["samples"] == 1
    (found,) = tensorboard.json("plugin/mesh/meshes", run="run", tag="cloud", sample=0)
    assert (found["step"], found["data_shape"]) == (3, [1, 20, 3])
    content = tensorboard.get("plugin/mesh/data", run="run", tag="cloud", sample=0, step=3, content_type="VERTEX")
    np.testing.assert_array_equal(np.frombuffer(content, np.float32).reshape(20, 3), POINTS[0])


def test_graphs(tensorboard: TensorBoard) -> None:
    assert tensorboard.json("plugin/graphs/info")["run"]["run_graph"]
    graph = tensorboard.get("plugin/graphs/graph", run="run", conceptual="false").decode()
    assert "aten::linear" in graph
    assert "aten::relu" in graph


def test_projector(tensorboard: TensorBoard) -> None:
    assert tensorboard.json("plugin/projector/runs") == ["run"]
    (found,) = tensorboard.json("plugin/projector/info", run="run")["embeddings"]
    name = found["tensorName"]
    assert found["tensorShape"] == [6, 3]
    content = tensorboard.get("plugin/projector/tensor", run="run", name=name)
    np.testing.assert_allclose(np.frombuffer(content, np.float32).reshape(6, 3), MATRIX, rtol=1e-6)
    assert len(tensorboard.get("plugin/projector/metadata", run="run", name=name).decode().splitlines()) == 6
    sprite = PIL.Image.open(io.BytesIO(tensorboard.get("plugin/projector/sprite_image", run="run", name=name)))
    assert sprite.size[0] == 3 * 16
