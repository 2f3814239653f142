"""A scalar is encoded as torch's and tensorboardX's own functions encode it."""

from __future__ import annotations

import importlib
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.summary_pb2 import Summary

from sightline.kinds.scalar.write import encode_scalar

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")

FLOAT32_EDGES = [
    0.0,
    -0.0,
    1e-46,
    3.4028234663852886e38,  # the largest float32
    3.4028235677973362e38,  # just below the middle between it and the next power of two: rounds down
    3.4028235677973366e38,  # the middle: rounds to infinity
    -1e300,
    math.inf,
    -math.inf,
    math.nan,
]


def torch_value(tag: str, number: float, **style: bool) -> Any:
    return torch_summary.scalar(tag, number, **style).value[0]


@pytest.mark.parametrize(
    "style",
    [{}, {"double_precision": True}, {"new_style": True}, {"new_style": True, "double_precision": True}],
    ids=["simple", "simple, double asked", "tensor", "double tensor"],
)
@given(tag=st.text(st.characters(exclude_categories=["Cs"])), number=st.floats() | st.sampled_from(FLOAT32_EDGES))
def test_the_bytes_are_torchs(style: dict[str, bool], tag: str, number: float) -> None:
    mine = encode_scalar(
        tag, number, tensor=style.get("new_style", False), double=style.get("double_precision", False)
    ).SerializeToString()

    want = torch_value(tag, number, **style).SerializeToString(deterministic=True)
    if math.isnan(number):  # the bits of a NaN are free
        assert len(mine) == len(want)
    else:
        assert mine == want


def test_the_name_and_description_travel_as_tensorboardx_sends_them() -> None:
    mine = encode_scalar("loss", 0.25, display_name="Loss", summary_description="the *mean*")

    want = tensorboardx_summary.scalar("loss", 0.25, "Loss", "the *mean*").value[0]
    assert mine.SerializeToString() == want.SerializeToString()


def test_a_named_tensor_keeps_its_plugin() -> None:
    value = Summary.Value.FromString(encode_scalar("loss", 0.25, tensor=True, display_name="Loss").SerializeToString())

    assert value.metadata.plugin_data.plugin_name == "scalars"
    assert value.metadata.display_name == "Loss"


def test_half_a_unit_above_the_largest_float32_rounds_down_to_it() -> None:
    edge = float.fromhex("0x1.fffffe8p+127")

    assert encode_scalar("x", edge).SerializeToString()[-4:] == struct.pack("<I", 0x7F7FFFFF)
