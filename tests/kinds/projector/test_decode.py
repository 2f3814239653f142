"""Projector files of every writer are read; TensorBoard's own reading is the oracle."""

from __future__ import annotations

import contextlib
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.projector import ProjectorConfig as TheirConfig
from tensorboard.plugins.projector import visualize_embeddings

from sightline.errors import MalformedMessage
from sightline.format import kernel
from sightline.kinds.projector import message
from sightline.kinds.projector.decode import Embedding, Labels, parse_labels, parse_tensor, read_embeddings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what TensorBoard carries
    from tensorboard.plugins.projector.projector_plugin import _read_tensor_tsv_file

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "files"
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")


def configure(directory: Path, text: str) -> list[Embedding]:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "projector_config.pbtxt").write_text(text)
    return read_embeddings(directory)


def test_the_tables_of_the_messages_are_tensorboards() -> None:
    descriptor = TheirConfig.DESCRIPTOR
    embedding = descriptor.fields_by_name["embeddings"].message_type
    for ours, theirs in (
        (message.ProjectorConfig, descriptor),
        (message.EmbeddingInfo, embedding),
        (message.SpriteMetadata, embedding.fields_by_name["sprite"].message_type),
    ):
        assert {field.name: field.number for field in ours.FIELDS} == {
            field.name: field.number for field in theirs.fields
        }


def test_everything_that_a_configuration_says_is_read(tmp_path: Path) -> None:
    config = TheirConfig(model_checkpoint_path="model.ckpt-7")
    first = config.embeddings.add(tensor_name="emb:0", metadata_path="labels.tsv", bookmarks_path="views.json")
    first.sprite.image_path = "sprite.png"
    first.sprite.single_image_dim.extend([28, 14])
    config.embeddings.add(tensor_path="sub/points.tsv", tensor_shape=[5, 2])
    visualize_embeddings(str(tmp_path), config)
    assert read_embeddings(tmp_path) == [
        Embedding(
            name="emb",
            directory=str(tmp_path),
            tensor_path="",
            metadata_path="labels.tsv",
            bookmarks_path="views.json",
            sprite_path="sprite.png",
            sprite_size=(28, 14),
            checkpoint="model.ckpt-7",
        ),
        Embedding(
            name="points.tsv",
            directory=str(tmp_path),
            tensor_path="sub/points.tsv",
            declared_shape=(5, 2),
            checkpoint="model.ckpt-7",
        ),
    ]


def test_a_run_without_a_configuration_has_no_embeddings(tmp_path: Path) -> None:
    assert read_embeddings(tmp_path) == []
    assert read_embeddings(tmp_path / "nowhere") == []


def test_the_plugins_directory_is_looked_into(tmp_path: Path) -> None:
    place = tmp_path / "plugins" / "org_tensorflow_tensorboard_projector"
    configure(place, 'embeddings { tensor_path: "a.tsv" }')
    (place / "a.tsv").write_text("1\t2\n")
    (found,) = read_embeddings(tmp_path)
    assert found.read_tensor().tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("text", ["embeddings {", "\x00", "embeddings { tensor_shape: -1 }"])
def test_a_damaged_configuration_is_malformed_and_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(MalformedMessage, match=r"line 1 .*projector_config.pbtxt"):
        configure(tmp_path, text)


def test_what_is_not_there_is_none_or_empty(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("1\n")
    (found,) = configure(tmp_path, 'embeddings { tensor_path: "a.tsv" sprite { single_image_dim: 3 } }')
    assert (found.read_labels(), found.read_sprite(), found.read_bookmarks(), found.sprite_size) == (
        None,
        None,
        [],
        None,
    )


def test_values_in_a_checkpoint_are_said_to_be_there(tmp_path: Path) -> None:
    (found,) = configure(tmp_path, 'embeddings { tensor_name: "w" }')
    with pytest.raises(FileNotFoundError, match=r"embedding 'w': its values are in a TensorFlow checkpoint, which"):
        found.read_tensor()
    (found,) = configure(tmp_path, 'model_checkpoint_path: "m.ckpt" embeddings { tensor_name: "w" }')
    with pytest.raises(FileNotFoundError, match=r"checkpoint \(m\.ckpt\), which Sightline does not read"):
        found.read_tensor()


# Paths


def test_paths_with_backslashes_are_followed(tmp_path: Path) -> None:
    (tmp_path / "00003" / "default").mkdir(parents=True)
    (tmp_path / "00003" / "default" / "tensors.tsv").write_text("1\t2\n")
    (found,) = configure(tmp_path, r'embeddings { tensor_path: "00003/default\\tensors.tsv" }')
    assert found.read_tensor().shape == (1, 2)


def test_a_backslash_in_a_name_is_part_of_it_where_there_is_such_a_file(tmp_path: Path) -> None:
    (tmp_path / "a\\b").write_text("3\t4\n")
    (found,) = configure(tmp_path, r'embeddings { tensor_path: "a\\b" }')
    assert found.read_tensor().tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize(
    "path", ["../secret.tsv", "{outside}", "link.tsv", "linked/secret.tsv", r"..\\secret.tsv", "sub/../../secret.tsv"]
)
def test_no_path_leads_out_of_the_configurations_directory(tmp_path: Path, path: str) -> None:
    run = tmp_path / "run"
    (run / "sub").mkdir(parents=True)
    (tmp_path / "secret.tsv").write_text("1\t2\n")
    (run / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    (run / "linked").symlink_to(tmp_path)
    path = path.replace("{outside}", str(tmp_path / "secret.tsv"))
    (found,) = configure(
        run,
        f'embeddings {{ tensor_path: "{path}" metadata_path: "{path}" bookmarks_path: "{path}" '
        f'sprite {{ image_path: "{path}" }} }}',
    )
    for read in (found.read_tensor, found.read_labels, found.read_bookmarks, found.read_sprite):
        with pytest.raises(PermissionError, match="leads out of the configuration's directory"):
            read()


def test_a_run_that_is_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.tsv").write_text("1\t2\n")
    (tmp_path / "run").symlink_to(tmp_path / "real")
    (found,) = configure(tmp_path / "run", f'embeddings {{ tensor_path: "{tmp_path}/run/a.tsv" }}')
    assert found.read_tensor().shape == (1, 2)


@pytest.mark.parametrize("path", ["gone.tsv", "sub"])
def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path, path: str) -> None:
    (tmp_path / "sub").mkdir()
    (found,) = configure(tmp_path, f'embeddings {{ tensor_path: "{path}" }}')
    with pytest.raises(OSError, match=path):
        found.read_tensor()


# Tables


@pytest.mark.parametrize("text", ["1\t2\n3\t4\n", "1\t2\r\n3\t4", "\n1\t2\n\n3\t4\n\n", "1e0\t2.0\n 3\t4 \n"])
def test_tables_are_read_as_tensorboard_reads_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(text.encode())
    found = parse_tensor(text.encode())
    np.testing.assert_array_equal(found, _read_tensor_tsv_file(str(path)))
    assert found.dtype == np.float32
    assert found.shape == (2, 2)


def test_odd_numbers_are_kept() -> None:
    found = parse_tensor(b"nan\tinf\t-inf\n1e300\t-0.0\t1e-300\n")
    assert repr(found.tolist()) == "[[nan, inf, -inf], [inf, -0.0, 0.0]]"


@pytest.mark.parametrize("raw", [np.arange(6, dtype="<f4").reshape(2, 3), np.zeros((2, 3), "<f4")])
def test_raw_numbers_are_read_where_the_shape_is_declared(raw: Any) -> None:
    np.testing.assert_array_equal(parse_tensor(raw.tobytes(), (2, 3)), raw)


def test_text_is_text_even_where_it_has_the_declared_size() -> None:
    assert parse_tensor(b"1.50", (1, 1)).tolist() == [[1.5]]


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b"", ()),
        (b"\n\n", ()),
        (b"1\t2\n3\n", ()),
        (b"1\tx\n", ()),
        (b"1\t\n", ()),
        (b"\xff\xfe", ()),
        (b"\xff" * 8, (3, 1)),
        (b"\xff" * 8, (2,)),
        (b"", (0, 3)),
        (b"\xff" * 8, (2**31, 2**31)),
    ],
)
def test_what_is_no_table_is_malformed(content: bytes, shape: tuple[int, ...]) -> None:
    with pytest.raises(MalformedMessage, match=r"embedding: got .* want a table of numbers"):
        parse_tensor(content, shape)


@given(st.binary(max_size=60) | st.text("0123456789.\t\n-e", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with contextlib.suppress(MalformedMessage):
        assert parse_tensor(content, (3, 5)).ndim == 2
    labels = parse_labels(content)
    assert all(len(row) == len(labels.columns) for row in labels.rows)


# Labels


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("a\nb\n", ("label",), [("a",), ("b",)]),
        ("a\r\nb", ("label",), [("a",), ("b",)]),
        ("name\tsize\na\t1\nb\t2\n", ("name", "size"), [("a", "1"), ("b", "2")]),
        ("name\tsize\na\nb\t2\t3\n", ("name", "size"), [("a", ""), ("b", "2")]),
        ("a\nb\tc\n", ("label",), [("a",), ("b",)]),
        ("a\n\n  \nb\n", ("label",), [("a",), ("b",)]),
        ("", ("label",), []),
        ("größe\n\xe9", ("label",), [("größe",), ("é",)]),
    ],
)
def test_labels_are_read_by_tensorboards_rules(text: str, columns: Any, rows: Any) -> None:
    assert parse_labels(text.encode()) == Labels(columns, rows)


def test_bytes_that_are_no_utf8_stay_readable() -> None:
    assert parse_labels(b"caf\xe9\n").rows == [("caf\\xe9",)]


@pytest.mark.parametrize("content", [b"", b"nope", b"[" * 100_000])
def test_bookmarks_that_are_no_json_are_malformed(tmp_path: Path, content: bytes) -> None:
    (found,) = configure(tmp_path, 'embeddings { bookmarks_path: "b.json" }')
    (tmp_path / "b.json").write_bytes(content)
    with pytest.raises(MalformedMessage, match="bookmarks: got no JSON"):
        found.read_bookmarks()


def test_bookmarks_are_what_the_file_says(tmp_path: Path) -> None:
    (found,) = configure(tmp_path, 'embeddings { bookmarks_path: "b.json" }')
    (tmp_path / "b.json").write_text(json.dumps([{"label": "State 0"}]))
    assert found.read_bookmarks() == [{"label": "State 0"}]


# The corpus


@needs_corpus
def test_the_embeddings_of_the_corpus_are_read() -> None:
    (demo,) = read_embeddings(CORPUS / "gen-tb-projector_demo")
    labels = demo.read_labels()
    assert demo.name == "tensor.tsv"
    assert labels is not None
    assert demo.read_tensor().shape[0] == len(labels.rows) > 0
    assert labels.rows[0] == ("aardvark",)
    (keras,) = read_embeddings(CORPUS / "keras1-fashion" / "logs")
    assert (keras.name, keras.metadata_path, keras.tensor_path) == ("images", "labels.tsv", "")
    (tensorflow,) = read_embeddings(CORPUS / "tf2-projector")
    with pytest.raises(FileNotFoundError):  # its labels were kept, not where it says
        tensorflow.read_labels()
    (line,) = parse_labels((CORPUS / "tf2-projector" / "metadata.tsv").read_bytes()).rows  # joined by "n", not "\n"
    assert line[0].startswith("FASTENERS/SCREWS/NAILS/BOLTS_ETCnCMN_DonationsnKEY")


@needs_corpus
def test_an_embedding_that_was_logged_on_windows_is_read(tmp_path: Path) -> None:
    """Its configuration names another step than the files that were kept; they are put where it looks."""
    run = CORPUS / "tbx-addscalars"
    shutil.copy(run / "projector_config.pbtxt", tmp_path)
    shutil.copytree(run / "00001", tmp_path / "00003")
    (found,) = read_embeddings(tmp_path)
    labels = found.read_labels()
    assert found.name == "default:00003"
    assert labels is not None
    tensor = found.read_tensor()
    assert len(tensor) == len(labels.rows)
    assert labels.rows[0] == ("tensor(1)",)
    assert found.sprite_size == (28, 28)
    assert (found.read_sprite() or b"").startswith(b"\x89PNG")
    np.testing.assert_array_equal(tensor, _read_tensor_tsv_file(str(run / "00001" / "default" / "tensors.tsv")))


def test_without_the_compiled_kernel_tables_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(0).standard_normal((50, 4))
    content = "".join("\t".join(map(repr, row)) + "\n" for row in points.tolist()).encode()
    quick = parse_tensor(content)
    monkeypatch.setattr(kernel, "parse_table", None)
    np.testing.assert_array_equal(quick, parse_tensor(content), strict=True)
    np.testing.assert_array_equal(quick, points.astype(np.float32), strict=True)
