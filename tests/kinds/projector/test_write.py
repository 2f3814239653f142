"""The files are PyTorch's, byte for byte where they can be; TensorBoard's projector serves what was logged."""

from __future__ import annotations

import io
import json
import logging
import os
import threading
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import PIL.Image
import pytest
import torch
from google.protobuf import text_format  # type: ignore[import-untyped]
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig as TheirConfig
from tensorboardX import SummaryWriter as TensorboardxWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.kinds.projector import write
from sightline.kinds.projector.decode import read_embeddings
from sightline.kinds.projector.write import write_embedding

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what TensorBoard carries
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
    from werkzeug.test import Client

POINTS = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)
LABELS = ["cat", "dog", "größe 深", "C:\\new\\tab", "x", "y", "0.5"]
PICTURES = np.random.default_rng(1).random((7, 3, 4, 4)).astype(np.float32)


def contents(directory: Path) -> dict[str, bytes]:
    """The files of the projector; pictures as pixels, configurations as what they say."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_dir() or "tfevents" in path.name:
            continue
        content = path.read_bytes()
        if path.suffix == ".png":
            pixels = np.asarray(PIL.Image.open(path))
            content = repr(pixels.shape).encode() + pixels.tobytes()
        elif path.name == "projector_config.pbtxt":
            config = text_format.Parse(content.decode(), TheirConfig())
            for embedding in config.embeddings:
                embedding.ClearField("tensor_shape")
            content = str(config).encode()
        found[path.relative_to(directory).as_posix()] = content
    return found


CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "points": ((POINTS,), {}),
    "labels": ((POINTS, LABELS, None, 3), {}),
    "labels of other types": ((POINTS, [1, 2.5, None, True, "x", (1, 2), np.float32(0.1)]), {}),
    "pictures": ((POINTS, LABELS, PICTURES, 12345, "t/a%g\\s"), {}),
    "grey pictures": ((POINTS, None, PICTURES[:, :1]), {}),
    "one point": ((POINTS[:1], ["a"], PICTURES[:1]), {}),
    "a table of labels": ((POINTS, [[label, 7] for label in LABELS], None, 0, "default", ["name", "i"]), {}),
    "doubles": ((POINTS.astype(np.float64) / 3,), {}),
    "halves": ((POINTS.astype(np.float16),), {}),
    "integers": ((np.arange(14).reshape(7, 2) - 2**40,), {}),
    "odd numbers": ((np.array([[np.nan, np.inf, -np.inf, -0.0, 1e-30, 1e20]]),), {}),
    "a negative step": ((POINTS, None, None, -4, ""), {}),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "named"), CALLS.values(), ids=CALLS.keys())
def test_the_files_are_torchs(tmp_path: Path, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    mat, metadata, pictures, *rest = [*arguments, None, None][: max(3, len(arguments))]
    write_embedding(tmp_path / "ours", mat, metadata, pictures, *rest, **named)
    with TorchWriter(str(tmp_path / "theirs")) as writer:
        tensors = None if pictures is None else torch.from_numpy(pictures)
        writer.add_embedding(mat, metadata, tensors, *rest, **named)

    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")


def test_the_files_are_tensorboardxs(tmp_path: Path) -> None:
    for step in (1, 2):
        write_embedding(tmp_path / "ours", POINTS, LABELS, PICTURES, step, "t/x")
    with TensorboardxWriter(str(tmp_path / "theirs")) as writer:
        for step in (1, 2):
            writer.add_embedding(POINTS, LABELS, PICTURES, step, "t/x")

    ours, theirs = contents(tmp_path / "ours"), contents(tmp_path / "theirs")
    sprite = "00001/t%2fx/sprite.png"
    assert sprite in ours
    # tensorboardX leaves the cells that are over as the memory was.
    cells = slice(0, ours[sprite].index(b")") + 1 + 2 * 4 * 12 * 3)
    for name in ours:
        assert ours[name][cells if name.endswith(".png") else slice(None)] == theirs[name][
            cells if name.endswith(".png") else slice(None)
        ]  # fmt: skip


def test_further_axes_are_flattened(tmp_path: Path) -> None:
    features = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    write_embedding(tmp_path, features)
    (found,) = read_embeddings(tmp_path)
    np.testing.assert_array_equal(found.read_tensor(), features.reshape(2, 12))
    assert found.declared_shape == (2, 12)


def test_booleans_are_numbers(tmp_path: Path) -> None:
    write_embedding(tmp_path, np.array([[True, False]]))
    assert (tmp_path / "00000/default/tensors.tsv").read_text() == "1.0\t0.0\n"


def test_large_matrices_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "BLOCK_VALUES", 100)
    matrix = np.random.default_rng(2).standard_normal((101, 7)).astype(np.float32)
    write_embedding(tmp_path, matrix[:, ::-1])
    (found,) = read_embeddings(tmp_path)
    np.testing.assert_array_equal(found.read_tensor(), matrix[:, ::-1])


# What PyTorch's writer gets wrong


def labels_of(directory: Path, metadata: Any, header: Any = None) -> Any:
    write_embedding(directory, np.eye(len(metadata)), metadata, metadata_header=header)
    (found,) = read_embeddings(directory)
    return found.read_labels()


def test_labels_with_tabs_and_line_ends_survive(tmp_path: Path) -> None:
    labels = ["a\tb", "c\nd", "e\r\nf", "\t", "plain \\t"]
    found = labels_of(tmp_path, labels)
    assert [row[0] for row in found.rows] == labels
    assert (tmp_path / "00000/default/metadata.tsv").read_text() == "a␉b\nc␊d\ne␍␊f\n␉\nplain \\t\n"


def test_empty_labels_keep_their_place(tmp_path: Path) -> None:
    found = labels_of(tmp_path, ["a", "", " ", "\u00a0", "b"])
    assert [row[0] for row in found.rows] == ["a", "", "", "", "b"]


def test_empty_rows_keep_their_place(tmp_path: Path) -> None:
    found = labels_of(tmp_path, [["a", 1], ["", ""], ["b", ""]], ["x", "y"])
    assert found.columns == ("x", "y")
    assert found.rows == [("a", "1"), ("", ""), ("b", "")]


def test_a_header_of_one_name_does_not_become_a_label(tmp_path: Path) -> None:
    found = labels_of(tmp_path, [["a"], ["b"]], ["name"])
    assert (found.columns, found.rows) == (("label",), [("a",), ("b",)])


@pytest.mark.parametrize(
    "labels", [torch.tensor([3, 1]), [torch.tensor(3), torch.tensor([1])], np.array([3, 1]), (3, 1), iter([3, 1])]
)
def test_numbers_in_tensors_are_numbers(tmp_path: Path, labels: Any) -> None:
    write_embedding(tmp_path, np.eye(2), labels)
    assert (tmp_path / "00000/default/metadata.tsv").read_text() == "3\n1\n"


def cell(sprite: Any, index: int, size: tuple[int, int]) -> Any:
    """A thumbnail as TensorBoard's page finds it: the number of cells in a column divides the index into rows."""
    width, height = size
    across, down = sprite.shape[1] / width, sprite.shape[0] / height
    column, row = int(index % across), int(index // down)
    return sprite[row * height : (row + 1) * height, column * width : (column + 1) * width]


@pytest.mark.parametrize("shape", [(3, 4, 4), (3, 5, 2), (3, 2, 9), (1, 3, 7), (4, 6, 2)])
@pytest.mark.parametrize("count", [1, 2, 4, 7, 10])
def test_every_thumbnail_is_where_tensorboards_page_looks(
    tmp_path: Path, shape: tuple[int, int, int], count: int
) -> None:
    pictures = np.random.default_rng(3).integers(0, 256, (count, *shape), dtype=np.uint8)
    write_embedding(tmp_path, np.eye(count), None, pictures)
    (found,) = read_embeddings(tmp_path)
    assert found.sprite_size == (shape[2], shape[1])
    sprite = np.asarray(PIL.Image.open(io.BytesIO(found.read_sprite() or b"")))
    for index, picture in enumerate(pictures):
        want = np.broadcast_to(picture[:3], (3, *shape[1:])).transpose(1, 2, 0)
        np.testing.assert_array_equal(cell(sprite, index, found.sprite_size), want)


def test_grey_pictures_need_no_channel(tmp_path: Path) -> None:
    grey = np.random.default_rng(4).random((5, 3, 2))
    write_embedding(tmp_path / "without", np.eye(5), None, grey)
    write_embedding(tmp_path / "with", np.eye(5), None, grey[:, np.newaxis])
    assert contents(tmp_path / "without") == contents(tmp_path / "with")


def test_levels_are_told_from_numbers_of_zero_to_one_by_all_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "BLOCK_PICTURES", 1)
    pictures = np.stack([np.ones((1, 2, 2), np.int64), np.full((1, 2, 2), 200)])
    write_embedding(tmp_path, np.eye(2), None, pictures)
    sprite = np.asarray(PIL.Image.open(tmp_path / "00000/default/sprite.png"))
    assert (sprite[0, 0, 0], sprite[0, 2, 0]) == (1, 200)


def test_many_thumbnails_are_made_smaller_so_that_tensorboard_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MAX_SPRITE_SIZE", 30)
    pictures = np.zeros((10, 3, 8, 16), np.uint8)
    pictures[3:] = 10 * np.arange(3, 10)[:, np.newaxis, np.newaxis, np.newaxis]
    write_embedding(tmp_path, np.eye(10), None, pictures)
    (found,) = read_embeddings(tmp_path)
    assert found.sprite_size == (7, 3)
    sprite = np.asarray(PIL.Image.open(tmp_path / "00000/default/sprite.png"))
    assert sprite.shape == (12, 28, 3)
    for index in range(10):  # no neighbour is mixed in
        assert set(cell(sprite, index, (7, 3)).flat) == {0 if index < 3 else 10 * index}


# The configuration


def names(directory: Path) -> list[str]:
    text = (directory / "projector_config.pbtxt").read_text()
    return [each.tensor_name for each in text_format.Parse(text, TheirConfig()).embeddings]


def test_what_another_writer_listed_stays_as_it_is_written(tmp_path: Path) -> None:
    old = '# mine\nmodel_checkpoint_path: "model.ckpt"\nembeddings { tensor_name: "a" future { x: 1 } }'
    (tmp_path / "projector_config.pbtxt").write_text(old)
    write_embedding(tmp_path, POINTS)
    write_embedding(tmp_path, POINTS, None, None, 1)
    text = (tmp_path / "projector_config.pbtxt").read_text()
    assert text.startswith(old + "\n")
    assert [each.name for each in read_embeddings(tmp_path)] == ["a", "default:00000", "default:00001"]


def test_an_embedding_that_is_logged_again_is_listed_once(tmp_path: Path) -> None:
    for points in (POINTS, POINTS[:2]):
        for step in (0, 1):
            write_embedding(tmp_path, points, None, None, step)
    assert names(tmp_path) == ["default:00000", "default:00001"]
    assert [each.read_tensor().shape for each in read_embeddings(tmp_path)] == [(2, 3), (2, 3)]
    assert [each.declared_shape for each in read_embeddings(tmp_path)] == [(2, 3), (2, 3)]


def test_a_configuration_that_can_not_be_read_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "projector_config.pbtxt").write_bytes(b"embeddings { \xff")
    with caplog.at_level(logging.WARNING, "sightline"):
        write_embedding(tmp_path, POINTS)
    assert names(tmp_path) == ["default:00000"]
    assert (tmp_path / "projector_config.pbtxt.unreadable").read_bytes() == b"embeddings { \xff"
    (record,) = caplog.records
    assert "can't be read (line 1" in record.getMessage()


def test_threads_that_share_a_run_lose_no_entry(tmp_path: Path) -> None:
    threads = [threading.Thread(target=lambda n=n: write_embedding(tmp_path, POINTS, None, None, n)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(tmp_path)) == [f"default:{n:05}" for n in range(16)]


@pytest.mark.parametrize("tag", ["..", ".", "a/../..", "/etc", "a\0b", "%2e", "深"])
def test_a_tag_can_not_lead_out_of_its_place(tmp_path: Path, tag: str) -> None:
    write_embedding(tmp_path / "run", POINTS, LABELS, None, 2, tag)
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) == 3
    assert {str(path.parent.parent) for path in files} == {"run/00002", "."}
    (found,) = read_embeddings(tmp_path / "run")
    assert found.name == f"{tag}:00002"
    np.testing.assert_array_equal(found.read_tensor(), POINTS)


# Trouble


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((np.ones(3),), ArgumentError, r"mat: got shape \(3,\), want \(points, dimensions\)"),
        ((np.ones((0, 3)),), ArgumentError, r"mat: got shape \(0, 3\)"),
        ((np.ones((3, 0)),), ArgumentError, r"mat: got shape \(3, 0\)"),
        ((np.ones((2, 2), complex),), ArgumentTypeError, "mat: got dtype complex128, want real numbers"),
        ((POINTS, ["a"]), ArgumentError, "metadata: got 1 labels, want one for each of the 7 points"),
        ((POINTS, "abcdefg"), ArgumentTypeError, "metadata: got str 'abcdefg', want a list"),
        ((POINTS, 7), ArgumentTypeError, "metadata: got int, want a list"),
        ((POINTS, None, PICTURES[:2]), ArgumentError, "label_img: got 2 pictures, want one for each of the 7 points"),
        ((POINTS, None, np.ones((7, 5, 4, 3))), ArgumentError, r"label_img: got shape \(7, 5, 4, 3\), want"),
        ((POINTS, None, PICTURES[:, :, :0]), ArgumentError, r"label_img: got shape \(7, 3, 0, 4\)"),
        ((POINTS, None, PICTURES.astype(complex)), ArgumentTypeError, "label_img: got dtype complex128"),
        ((POINTS, [[1, 2]] * 6 + [[3]], None, 0, "x", ["n", "i"]), ArgumentError, r"metadata\[6\]: got 1 values, want"),
        ((POINTS, ["ab"] * 7, None, 0, "x", ["n", "i"]), ArgumentTypeError, r"metadata\[0\]: got str 'ab', want a"),
        ((POINTS, None, None, 0, "x" * 300), ArgumentError, "tag: .* got 300 bytes, want at most 255"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_before_anything_is_written(
    tmp_path: Path, arguments: tuple[Any, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        write_embedding(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_can_not_be_written_to_is_an_error_of_the_system_and_leaves_nothing_half_written(
    tmp_path: Path,
) -> None:
    write_embedding(tmp_path, POINTS)
    before = contents(tmp_path)
    blocked = tmp_path / "00000/default/tensors.tsv"
    blocked.unlink()
    blocked.mkdir()  # a file can't be put in the place of a directory
    with pytest.raises(OSError, match="directory"):
        write_embedding(tmp_path, POINTS[:2])
    blocked.rmdir()
    assert contents(tmp_path) == {name: before[name] for name in before if not name.endswith("tensors.tsv")}


# TensorBoard


class NoRuns:
    def list_runs(self, ctx: Any, experiment_id: str) -> list[Any]:
        return []


def test_tensorboard_serves_what_was_written(tmp_path: Path) -> None:
    write_embedding(tmp_path, POINTS, LABELS, PICTURES, 3, "t/größe")
    write_embedding(tmp_path, POINTS[:, :2], ["a\tb", "", *"cdefg"])
    plugin = ProjectorPlugin(base_plugin.TBContext(logdir=str(tmp_path), data_provider=NoRuns()))
    apps = plugin.get_plugin_apps()

    def get(route: str, **query: Any) -> bytes:
        answer = Client(apps[route]).get("/?" + urlencode({"run": ".", **query}))
        assert answer.status_code == 200, answer.data
        content: bytes = answer.data
        return content

    assert json.loads(get("/runs")) == ["."]
    info = json.loads(get("/info"))["embeddings"]
    assert [(each["tensorName"], each["tensorShape"]) for each in info] == [
        ("t/größe:00003", [7, 3]),
        ("default:00000", [7, 2]),
    ]
    for name, points in (("t/größe:00003", POINTS), ("default:00000", POINTS[:, :2])):
        served = np.frombuffer(get("/tensor", name=name), np.float32).reshape(points.shape)
        np.testing.assert_array_equal(served, points)
    assert get("/metadata", name="t/größe:00003").decode().splitlines() == LABELS
    assert get("/metadata", name="default:00000").decode().splitlines() == ["a␉b", "␢", *"cdefg"]
    sprite = PIL.Image.open(io.BytesIO(get("/sprite_image", name="t/größe:00003")))
    assert sprite.size == (12, 12)
    assert info[0]["sprite"]["singleImageDim"] == [4, 4]


def test_tensorboard_takes_raw_numbers_for_text_where_they_happen_to_be_utf8(tmp_path: Path) -> None:
    """Why tables are written as text, though TensorBoard also reads raw float32."""
    write_embedding(tmp_path, np.zeros((2, 2), np.float32))
    (tmp_path / "00000/default/tensors.tsv").write_bytes(bytes(16))
    plugin = ProjectorPlugin(base_plugin.TBContext(logdir=str(tmp_path), data_provider=NoRuns()))
    with pytest.raises(ValueError, match="could not convert string to float"):
        plugin._update_configs()
    (found,) = read_embeddings(tmp_path)
    np.testing.assert_array_equal(found.read_tensor(), np.zeros((2, 2)))


def test_files_get_the_permissions_that_others_have(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    write_embedding(tmp_path, POINTS, LABELS, PICTURES)
    modes = {os.stat(path).st_mode for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {plain.stat().st_mode}
