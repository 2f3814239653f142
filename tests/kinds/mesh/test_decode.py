"""Components of meshes as torch, tensorboardX and TensorFlow write them; the corpus where it is there."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.mesh import metadata as mesh_metadata
from tensorboard.plugins.mesh import plugin_data_pb2
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, PluginData, SummaryMetadata, TensorProto, Value
from sightline.format.tensor import encode_array
from sightline.kinds.mesh.decode import decode_mesh, group_meshes
from sightline.kinds.mesh.message import MeshPluginData
from sightline.kinds.mesh.schema import Component
from sightline.kinds.mesh.write import encode_mesh
from sightline.store import ItemSeries, LogDir

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"

VERTICES = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(np.float32)
COLORS = np.random.default_rng(1).integers(0, 256, (2, 4, 3))
FACES = np.random.default_rng(2).integers(0, 4, (2, 5, 3))
ALL = (Component.VERTEX, Component.FACE, Component.COLOR)


def values(theirs: Any) -> list[Value]:
    return [Value.FromString(value.SerializeToString()) for value in theirs.value]


WRITERS = {
    "torch": values(torch_summary.mesh("m/n", VERTICES, COLORS, FACES, {"lights": []})),
    "tensorboardX": values(tensorboardx_summary.mesh("m/n", VERTICES, COLORS, FACES, {"lights": []})),
    "Sightline": encode_mesh("m/n", VERTICES, COLORS, FACES, {"lights": []}),
}


@pytest.mark.parametrize("found", WRITERS.values(), ids=WRITERS.keys())
def test_every_writers_components_are_the_same(found: list[Value]) -> None:
    parts = [decode_mesh(value) for value in found]
    assert [part.component for part in parts] == [Component.VERTEX, Component.FACE, Component.COLOR]
    assert {part.name for part in parts} == {"m/n"}
    assert {part.components for part in parts} == {ALL}
    assert [part.config for part in parts] == [{"lights": []}] * 3
    for part, want in zip(parts, (VERTICES, FACES, COLORS), strict=True):
        np.testing.assert_array_equal(part.data, want)
    assert [part.data.dtype for part in parts] == [np.float32, np.int64, np.float32]


@pytest.mark.parametrize("found", WRITERS.values(), ids=WRITERS.keys())
def test_tags_are_grouped_by_the_name_in_their_content(found: list[Value]) -> None:
    tags = {value.tag: value.metadata for value in found}
    assert group_meshes(tags) == {"m/n": dict(zip(ALL, tags, strict=True))}


def test_several_meshes_and_tags_that_can_not_be_read() -> None:
    cloud, surface = encode_mesh("cloud", VERTICES), encode_mesh("surface", VERTICES, None, FACES)
    tags = {value.tag: value.metadata for value in (*cloud, *surface)}
    tags["odd"] = SummaryMetadata(plugin_data=PluginData(plugin_name="mesh", content=b"\xff"))
    tags["surface_1"] = tags["surface_VERTEX"]
    assert group_meshes(tags) == {
        "cloud": {Component.VERTEX: "cloud_VERTEX"},
        "surface": {Component.VERTEX: "surface_VERTEX", Component.FACE: "surface_FACE"},
        "odd": {},
    }


def test_a_point_cloud_says_that_it_has_nothing_else() -> None:
    (value,) = encode_mesh("cloud", VERTICES)
    assert decode_mesh(value).components == (Component.VERTEX,)
    assert decode_mesh(value).config == {}


def test_tensorflows_content_with_the_metadata_of_the_first_value() -> None:
    metadata = mesh_metadata.create_summary_metadata(
        "m", None, plugin_data_pb2.MeshPluginData.FACE, 6, FACES.shape, json_config="null"
    )
    first = Summary.Value(tag="m_FACE", metadata=metadata, tensor=tensor_util.make_tensor_proto(FACES.astype(np.int32)))
    value = Value.FromString(first.SerializeToString())
    later = Value(tag="m_FACE", tensor=value.tensor)
    for found in (decode_mesh(value), decode_mesh(later, value.metadata)):
        np.testing.assert_array_equal(found.data, FACES)
        assert (found.name, found.component, found.config) == ("m", Component.FACE, {})
        assert found.components == (Component.VERTEX, Component.FACE)


@pytest.mark.parametrize("config", ["", "null", "[1]", "{", "[" * 100_000])
def test_a_configuration_that_is_none_is_empty(config: str) -> None:
    (value,) = encode_mesh("m", VERTICES)
    content = MeshPluginData.FromString(value.metadata.plugin_data.content)
    content.json_config = config
    value.metadata.plugin_data.content = content.SerializeToString()
    assert decode_mesh(value).config == {}


def test_indexes_that_are_no_numbers_are_none() -> None:
    value = encode_mesh("m", VERTICES, None, FACES)[1]
    value.tensor = encode_array(np.array([[[np.nan, np.inf, 2.0]]], np.float32))
    assert decode_mesh(value).data.tolist() == [[[-1, -1, 2]]]


def of_component(number: int) -> SummaryMetadata:
    content = MeshPluginData(name="m", content_type=number).SerializeToString()
    return SummaryMetadata(plugin_data=PluginData(plugin_name="mesh", content=content))


GOOD = encode_array(VERTICES)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="m", simple_value=1.0), "mesh of tag 'm': got simple_value"),
        (Value(tag="m", tensor=GOOD), "got no metadata"),
        (Value(tag="m", tensor=GOOD, metadata=of_component(0)), "got no metadata"),
        (Value(tag="m", tensor=GOOD, metadata=of_component(4)), "got no metadata"),
        (
            Value(tag="m", metadata=of_component(1), tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])),
            r"shape \(\)",
        ),
        (Value(tag="m", metadata=of_component(1), tensor=encode_array(VERTICES[..., :2])), r"shape \(2, 4, 2\)"),
        (Value(tag="m", metadata=of_component(1), tensor=TensorProto(dtype=DataType.VARIANT)), "element type 21"),
    ],
)
def test_what_is_no_component_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_mesh(value)


def expected() -> list[Any]:
    if not CORPUS.is_dir():
        return [pytest.param("", "", "", {}, marks=pytest.mark.skip(reason="the corpus is not beside the project"))]
    return [
        pytest.param(slug, run["run"], tag, facts, id=f"{slug}:{tag}")
        for slug in ("gen-tb-mesh_demo", "gen-tbx-demos")
        for run in json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]
        for tag, facts in run["tags"].items()
        if facts["plugin"] == "mesh"
    ]


@pytest.mark.parametrize(("slug", "run", "tag", "facts"), expected())
def test_the_corpus_holds_what_tensorboard_finds(slug: str, run: str, tag: str, facts: dict[str, Any]) -> None:
    logdir = LogDir(CORPUS / "files" / slug)
    logdir.refresh()
    series = {key.tag: each for key, each in logdir.runs[run].series.items() if key.kind == "mesh"}
    assert list(group_meshes({name: each.metadata for name, each in series.items()}).values()) == [
        {decode_mesh(each.read(0), each.metadata).component: name for name, each in series.items()}  # type: ignore[union-attr]
    ]
    wanted = series[tag]
    assert isinstance(wanted, ItemSeries)
    assert len(wanted) == facts["count"]
    for end, row in (("first", 0), ("last", len(wanted) - 1)):
        found = decode_mesh(wanted.read(row), wanted.metadata)
        assert list(found.data.shape) == facts[end]["shape"]
        stored = found.data.astype({1: np.float32, 2: np.float64, 3: np.int32}[facts[end]["dtype"]])
        assert hashlib.sha256(stored.tobytes()).hexdigest() == facts[end]["data_sha256"]
