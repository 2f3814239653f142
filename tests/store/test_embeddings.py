"""Embeddings by the public API: where TensorBoard's projector finds them, and where it does not look."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import tensorboardX
import torch.utils.tensorboard
from tensorboard.plugins.projector import ProjectorConfig, visualize_embeddings

import sightline
from sightline.errors import MalformedMessage

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"
POINTS = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)
PICTURES = np.random.default_rng(1).random((7, 3, 4, 4)).astype(np.float32)
LABELS = ["cat", "dog", "größe 深", "a b", "x", "y", "0.5"]


@pytest.mark.parametrize("writer_type", [torch.utils.tensorboard.SummaryWriter, tensorboardX.SummaryWriter])
def test_what_was_logged_comes_back(tmp_path: Path, writer_type: Any) -> None:
    with writer_type(str(tmp_path / "run")) as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_embedding(POINTS, LABELS, torch.from_numpy(PICTURES), global_step=3, tag="features")
        writer.add_embedding(POINTS * 2, global_step=4)
    logdir = sightline.open_logdir(tmp_path, cache=False)
    first, second = logdir.runs["run"].embeddings
    assert (first.name, second.name) == ("features:00003", "default:00004")
    np.testing.assert_array_equal(first.read_tensor(), POINTS)
    np.testing.assert_array_equal(second.read_tensor(), POINTS * 2)
    labels, sprite = first.read_labels(), first.read_sprite()
    assert labels is not None
    assert [row[0] for row in labels.rows] == LABELS
    assert sprite is not None
    assert first.sprite_size == (4, 4)
    assert PIL.Image.open(io.BytesIO(sprite)).size == (12, 12)
    assert (second.read_labels(), second.read_sprite(), second.read_bookmarks()) == (None, None, [])
    assert logdir.embeddings == {"run": (first, second)}


def configure(directory: Path, name: str, **fields: Any) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    config = ProjectorConfig()
    config.embeddings.add(tensor_name=name, tensor_path="points.tsv", **fields)
    visualize_embeddings(str(directory), config)
    (directory / "points.tsv").write_text("1\t2\n3\t4\n")


def test_no_event_file_is_needed(tmp_path: Path) -> None:
    configure(tmp_path / "a" / "deep", "e", bookmarks_path="views.json")
    (tmp_path / "a" / "deep" / "views.json").write_text(json.dumps([{"label": "front"}]))
    configure(tmp_path / "b" / "plugins" / "org_tensorflow_tensorboard_projector", "f")
    logdir = sightline.open_logdir(tmp_path, cache=False)
    assert dict(logdir.runs) == {}
    assert {name: [each.name for each in found] for name, found in logdir.embeddings.items()} == {
        "a/deep": ["e"],
        "b": ["f"],
    }
    (deep,) = logdir.embeddings["a/deep"]
    assert deep.read_bookmarks() == [{"label": "front"}]
    assert deep.read_tensor().tolist() == [[1, 2], [3, 4]]
    both = sightline.open_logdir([f"x:{tmp_path / 'a'}", str(tmp_path / "b")], cache=False)
    assert sorted(both.embeddings) == ["b", "x/deep"]
    assert sorted(sightline.open_logdir(str(tmp_path / "*"), cache=False).embeddings) == ["a/deep", "b"]


def test_they_are_in_the_order_of_runs(tmp_path: Path) -> None:
    for name in ("run10", "run2", "run1", "."):
        configure(tmp_path / name, "e")
    logdir = sightline.open_logdir(tmp_path, cache=False)
    assert list(logdir.embeddings) == [".", "run1", "run2", "run10"]


def test_a_damaged_configuration_is_said_and_hides_no_other(tmp_path: Path, files: Any) -> None:
    files.add("bad", files.scalar(0))
    (files.root / "bad" / "projector_config.pbtxt").write_text("embeddings {")
    configure(files.root / "good", "e")
    logdir = sightline.open_logdir(files.root, cache=False)
    with pytest.warns(RuntimeWarning, match="bad/projector_config.pbtxt"):
        assert list(logdir.embeddings) == ["good"]
    with pytest.raises(MalformedMessage, match=r"projector_config\.pbtxt"):
        _ = logdir.runs["bad"].embeddings


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")
def test_tensorboards_demo_is_read_without_an_event_file() -> None:
    (embedding,) = sightline.open_logdir(CORPUS / "gen-tb-projector_demo", cache=False).embeddings["."]
    labels = embedding.read_labels()
    assert labels is not None
    assert len(labels.rows) == len(embedding.read_tensor())
    (checkpoint,) = sightline.open_logdir(CORPUS / "tf2-projector", cache=False).runs["."].embeddings
    with pytest.raises(FileNotFoundError, match="checkpoint"):
        checkpoint.read_tensor()
