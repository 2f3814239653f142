"""Histograms, curves, clips, arrays, hyperparameters and graphs by the public API; other programs wrote the files."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import tensorboardX
import torch.utils.tensorboard
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util

import sightline
from sightline.errors import MalformedMessage, UnknownName
from sightline.format.event import DataType, Event, Summary, TensorProto, Value
from sightline.store.item_series import ItemSeries

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"
STEPS = (0, 2, 1)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(params=[torch.utils.tensorboard.SummaryWriter, tensorboardX.SummaryWriter])
def logged(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    generator = np.random.default_rng(1)
    with request.param(str(tmp_path)) as writer:
        for step in STEPS:
            writer.add_histogram("w", generator.normal(size=100), step)
            writer.add_pr_curve("curve", generator.integers(0, 2, 50), generator.random(50), step)
    return tmp_path


def tensors_of_tensorboard(path: Path, tag: str) -> dict[int, Any]:
    """Step -> array, after TensorBoard made tensors of older forms."""
    sizes = {"tensors": 0}
    accumulator = plugin_event_accumulator.EventAccumulator(str(path), sizes).Reload()
    return {event.step: tensor_util.make_ndarray(event.tensor_proto) for event in accumulator.Tensors(tag)}


def test_histograms_have_the_buckets_of_tensorboard(logged: Path) -> None:
    histograms = sightline.open_logdir(logged).runs["."].histograms("w")
    want = tensors_of_tensorboard(logged, "w")
    assert histograms.step.tolist() == [each.step for each in histograms] == sorted(want)
    for each in histograms:
        rows = np.stack([each.left, each.right, each.count], axis=1)
        np.testing.assert_allclose(rows, want[each.step], rtol=1e-6)
        assert each.num == 100 == each.count.sum()
        assert not each.superseded
        assert each.wall_time > 1e9


def test_curves_are_the_rows_of_tensorboard(logged: Path) -> None:
    curves = sightline.open_logdir(logged).runs["."].pr_curves("curve")
    want = tensors_of_tensorboard(logged, "curve")
    assert len(curves) == 3
    for each in curves:
        rows = np.stack([each.tp, each.fp, each.tn, each.fn, each.precision, each.recall])
        np.testing.assert_array_equal(rows, want[each.step])
        assert (each.threshold[0], each.threshold[-1]) == (0.0, 1.0)


def test_sounds_are_the_files_that_were_written(tmp_path: Path) -> None:
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path)) as writer:
        for step in STEPS:
            writer.add_audio("tone", torch.sin(torch.arange(0, 100.0)) * 0.5, step, sample_rate=8000)
    sounds = sightline.open_logdir(tmp_path).runs["."].audio("tone")
    last = sounds[-1]
    assert (len(sounds), last.step, last.mime, last.sample_rate) == (3, 2, "audio/wav", 8000.0)
    with wave.open(io.BytesIO(last.bytes)) as clip:
        assert clip.getnframes() == last.samples[0].frames == 100


def test_videos_are_the_files_that_were_written(files: Any) -> None:
    clips = [b"\0\0\0\x18ftypmp42 %d" % step for step in range(2)]
    files.add("a", *[files.tensor("v", "video", [b"64", b"48", clip], step=step) for step, clip in enumerate(clips)])
    videos = sightline.open_logdir(files.root).runs["a"].videos("v")
    assert [(each.step, each.mime, each.bytes, each.width, each.height) for each in videos] == [
        (0, "video/mp4", clips[0], 64, 48),
        (1, "video/mp4", clips[1], 64, 48),
    ]


def test_an_animated_gif_is_a_video_too(files: Any) -> None:
    first, *others = [PIL.Image.new("RGB", (6, 8), (100 * frame, 0, 0)) for frame in range(3)]
    gif, png = io.BytesIO(), io.BytesIO()
    first.save(gif, "gif", save_all=True, append_images=others)
    first.save(png, "png")
    files.add("a", files.image(5, gif.getvalue(), tag="clip"), files.image(5, png.getvalue(), tag="still"))
    run = sightline.open_logdir(files.root).runs["a"]
    (video,) = run.videos("clip")
    assert (video.step, video.mime, video.bytes) == (5, "image/gif", gif.getvalue())
    with pytest.raises(MalformedMessage, match="no GIF"):
        run.videos("still")[0]


@pytest.mark.parametrize(
    "array",
    [
        torch.arange(6).reshape(2, 3),
        torch.tensor(1.5),
        torch.tensor([1.0, -2.0], dtype=torch.bfloat16),
        torch.zeros(0, 3),
        torch.tensor([True, False]),
        torch.tensor([1 + 2j]),
    ],
)
def test_arrays_come_back(tmp_path: Path, array: torch.Tensor) -> None:
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path)) as writer:
        writer.add_tensor("t", array, 3)
    (each,) = sightline.open_logdir(tmp_path).runs["."].tensors("t")
    assert each.step == 3
    want = array.float() if array.dtype == torch.bfloat16 else array
    np.testing.assert_array_equal(each.array, want.numpy())


def test_tensors_of_a_plugin_that_nobody_knows_are_listed_and_read(files: Any) -> None:
    files.add("a", files.tensor("x", "my_plugin", [b"one"], step=1), files.tensor("x", "my_plugin", [b"two"], step=2))
    run = sightline.open_logdir(files.root).runs["a"]
    assert run.tags() == {"my_plugin": ["x"]}
    assert [each.array.item() for each in run.tensors("x")] == [b"one", b"two"]


@pytest.mark.parametrize("writer_type", [torch.utils.tensorboard.SummaryWriter, tensorboardX.SummaryWriter])
def test_the_parts_of_a_mesh_come_together(tmp_path: Path, writer_type: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    vertices = [torch.rand((1, 4, 3), generator=generator) for _ in range(3)]
    faces = torch.tensor([[[0, 1, 2], [1, 2, 3]]])
    colors = torch.randint(0, 255, (1, 4, 3), generator=generator)
    with writer_type(str(tmp_path)) as writer:
        writer.add_mesh("cube", vertices[0], colors, faces, global_step=1)
        writer.add_mesh("cube", vertices[1], global_step=2)
        writer.add_mesh("cube", vertices[2], colors, faces + 0, global_step=5)
        writer.add_mesh("cloud", vertices[0], global_step=1)
    run = sightline.open_logdir(tmp_path).runs["."]
    meshes = run.meshes("cube")
    assert meshes.step.tolist() == [mesh.step for mesh in meshes] == [1, 2, 5]
    for mesh, want in zip(meshes, vertices, strict=True):
        np.testing.assert_array_equal(mesh.vertices, want.numpy())
    last = meshes[-1]
    assert last.faces is not None
    assert last.colors is not None
    np.testing.assert_array_equal(last.faces, faces.numpy())
    np.testing.assert_array_equal(last.colors, colors.numpy())
    assert (meshes[1].faces, meshes[1].colors) == (None, None)
    assert run.meshes(run.tags()["mesh"][0]).step.tolist() == [1, 2, 5]
    assert run.meshes("cloud")[0].faces is None
    with pytest.raises(UnknownName, match="near: 'cube'"):
        run.meshes("cub")


def test_meshes_of_one_step_keep_their_own_faces(tmp_path: Path) -> None:
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path)) as writer:
        for number in range(2):
            writer.add_mesh(
                "m", torch.full((1, 3, 3), float(number)), faces=torch.full((1, 1, 3), number), global_step=4
            )
        writer.add_mesh("m", torch.full((1, 3, 3), 2.0), global_step=4)
    meshes = sightline.open_logdir(tmp_path).runs["."].meshes("m")
    parts = [(mesh.vertices[0, 0, 0], mesh.faces[0, 0, 0]) for mesh in meshes if mesh.faces is not None]
    assert parts == [(0.0, 0), (1.0, 1), (2.0, 1)]


def test_hyperparameters_are_those_of_the_session(tmp_path: Path) -> None:
    hparams = {"lr": 0.1, "bsize": 32, "net": "small", "flip": True}
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path)) as writer:
        writer.add_hparams(hparams, {"accuracy": 0.9}, run_name="trial")
    logdir = sightline.open_logdir(tmp_path)
    assert logdir.runs["trial"].hparams == hparams
    with torch.utils.tensorboard.SummaryWriter(str(tmp_path / "plain")) as writer:
        writer.add_scalar("x", 1.0)
    logdir.refresh()
    assert logdir.runs["plain"].hparams == {}


def test_the_graph_is_the_last_one(files: Any) -> None:
    from tensorboard.compat.proto.graph_pb2 import GraphDef
    from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef

    graph, meta = GraphDef(), MetaGraphDef()
    graph.node.add(name="a", op="Const")
    meta.graph_def.node.add(name="b", op="Add")
    files.add("meta", Event(wall_time=1.0, meta_graph_def=meta.SerializeToString()))
    files.add("both", Event(wall_time=1.0, graph_def=graph.SerializeToString()))
    files.add("both", Event(wall_time=2.0, meta_graph_def=meta.SerializeToString()))
    files.add("none", files.scalar(0))
    runs = sightline.open_logdir(files.root).runs
    assert str(runs["meta"].graph()) == str(meta.graph_def)
    assert str(runs["both"].graph()) == str(graph)
    assert runs["none"].graph() is None


def test_an_item_that_is_malformed_is_an_error_of_ours_and_the_others_are_read(files: Any) -> None:
    good = Value(tag="t", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0, 2.0]))
    bad = Value(tag="t", tensor=TensorProto(dtype=99, float_val=[1.0]))
    events = [Event(wall_time=1.0, step=step, summary=Summary(value=[value])) for step, value in enumerate([bad, good])]
    files.add("a", *events)
    tensors = sightline.open_logdir(files.root).runs["a"].tensors("t")
    with pytest.raises(MalformedMessage, match="tensor of tag 't'"):
        tensors[0]
    assert tensors[1].step == 1


def test_an_unknown_tag_is_said_with_those_that_are_near(logged: Path) -> None:
    run = sightline.open_logdir(logged).runs["."]
    with pytest.raises(UnknownName, match="near: 'curve'"):
        run.pr_curves("curv")
    for ask in (run.histograms, run.audio, run.tensors, run.images, run.videos):
        with pytest.raises(KeyError, match="'nothing'"):
            ask("nothing")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")
def test_every_item_of_the_corpus_can_be_read() -> None:
    """The expected values of the corpus are compared in test_corpus.py; here that nothing at all is refused."""
    read = 0
    for directory in sorted(CORPUS.iterdir()):
        for run in sightline.open_logdir(directory).runs.values():
            ways: dict[str, Any] = {
                "image": run.images,
                "text": run.texts,
                "histogram": run.histograms,
                "pr_curve": run.pr_curves,
                "audio": run.audio,
                "tensor": run.tensors,
            }
            for key, series in run.series.items():
                if isinstance(series, ItemSeries) and key.kind in ways:
                    items = ways[key.kind](key.tag)
                    assert [items[0].step, items[-1].step] == [items.step[0], items.step[-1]]
                    read += 1
            assert run.graph() is None or len(run.graph().node) > 0  # type: ignore[union-attr]
            assert run.hparams is not None
    assert read > 100


@pytest.mark.parametrize("index", [3, 99, -4])
def test_a_step_that_is_not_there_is_said_with_how_many_there_are(tmp_path: Path, index: int) -> None:
    with sightline.SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_text("text", "word", step)
            writer.add_mesh("mesh", np.zeros((1, 2, 3), np.float32), global_step=step)
    run = sightline.open_logdir(tmp_path, cache=False).runs["."]
    for logged in (run.texts("text/text_summary"), run.meshes("mesh")):
        with pytest.raises(IndexError, match=f"index {index}: there are 3 steps, want -3 to 2"):
            logged[index]
        assert logged[-3].step == 0
