"""A mesh has the bytes of torch's own function."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard.plugins.mesh import metadata as mesh_metadata

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import DataType, Value
from sightline.kinds.mesh.decode import decode_mesh
from sightline.kinds.mesh.write import encode_mesh

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

Array = npt.NDArray[Any]

VERTICES = np.array([[[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]]], np.float32)
COLORS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 255]]])
FACES = np.array([[[0, 2, 3], [0, 3, 1], [0, 1, 2], [1, 3, 2]]])
GOLDEN = bytes.fromhex("12076d795f6d65736818012a027b7d3203010403380e")
"""The content beside the vertices, as TensorBoard's manual has it."""


def encoded(values: list[Value]) -> list[bytes]:
    return [value.SerializeToString() for value in values]


def by_torch(*given: Any) -> list[bytes]:
    return [value.SerializeToString() for value in torch_summary.mesh("my_mesh", *given).value]


@pytest.mark.parametrize(
    "given",
    [
        (VERTICES, None, None, None),
        (VERTICES, COLORS, None, None),
        (VERTICES, None, FACES, None),
        (VERTICES, COLORS, FACES, None),
        (VERTICES, COLORS, FACES, {}),
        (VERTICES.astype(np.float64) / 3, COLORS.astype(np.uint8), FACES.astype(np.int32), {"material": {"cls": "é"}}),
        (np.zeros((2, 0, 3)), None, np.zeros((2, 0, 3), int), {"lights": [1, None, 0.5], "camera": {"fov": 75}}),
    ],
)
def test_the_bytes_are_torchs(given: Any) -> None:
    assert encoded(encode_mesh("my_mesh", *given)) == by_torch(*given)


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(3)),
        elements=st.floats(width=32, allow_nan=False),
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
def test_any_vertices_have_torchs_bytes(vertices: Array, tag: str) -> None:
    want = torch_summary.mesh(tag, vertices, None, None, None).value[0]
    assert encoded(encode_mesh(tag, vertices)) == [want.SerializeToString()]


def test_the_golden_content() -> None:
    vertices, faces, colors = encode_mesh("my_mesh", VERTICES, COLORS, FACES)
    contents = [value.metadata.plugin_data.content for value in (vertices, faces, colors)]
    assert contents == [GOLDEN, GOLDEN.replace(b"\x18\x01", b"\x18\x02"), GOLDEN.replace(b"\x18\x01", b"\x18\x03")]
    assert [value.tag for value in (vertices, faces, colors)] == ["my_mesh_VERTEX", "my_mesh_FACE", "my_mesh_COLOR"]
    assert mesh_metadata.parse_plugin_metadata(contents[0]).shape == [1, 4, 3]


def test_tensors_are_torchs_too() -> None:
    given = (torch.tensor(VERTICES), torch.tensor(COLORS), torch.tensor(FACES), None)
    assert encoded(encode_mesh("my_mesh", VERTICES, COLORS, FACES)) == by_torch(*given)


def test_a_matrix_is_a_batch_of_one() -> None:
    assert encoded(encode_mesh("m", VERTICES[0], COLORS[0], FACES[0])) == encoded(
        encode_mesh("m", VERTICES, COLORS, FACES)
    )


def test_indexes_that_float32_can_not_hold_are_kept_exactly() -> None:
    for index, dtype in ((2**24 - 1, DataType.FLOAT), (2**24 + 1, DataType.INT32)):
        _, faces = encode_mesh("m", VERTICES, None, np.array([[[0, 1, index]]]))
        assert faces.tensor.dtype == dtype
        assert decode_mesh(faces).data.tolist() == [[[0, 1, index]]]


def test_vertices_that_are_not_finite_are_kept() -> None:
    (value,) = encode_mesh("m", np.array([[np.nan, np.inf, 1e300]]))
    np.testing.assert_array_equal(decode_mesh(value).data, [[[np.nan, np.inf, np.inf]]])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((np.zeros((4, 2)),), r"vertices: got shape \(4, 2\)"),
        ((np.zeros(3),), r"vertices: got shape \(3,\)"),
        ((np.zeros((1, 1, 4, 3)),), "vertices: got shape"),
        ((VERTICES, COLORS[:, :2]), r"colors: got shape \(1, 2, 3\), want \(1, 4, 3\)"),
        ((VERTICES, None, np.zeros((2, 4, 3))), "faces: got a batch of 2, want 1"),
        ((VERTICES, None, np.zeros((4, 4))), "faces: got shape"),
    ],
)
def test_other_shapes_are_refused(given: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        encode_mesh("m", *given)


def test_what_are_no_numbers_and_no_json_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="vertices: got dtype complex64"):
        encode_mesh("m", VERTICES + 1j)
    with pytest.raises(ArgumentTypeError, match="config_dict"):
        encode_mesh("m", VERTICES, config_dict={"camera": object()})
