"""String tensors of every rank; TensorBoard's tensor_util is the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary as TheirSummary
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, Dim, TensorProto, TensorShapeProto, Value
from sightline.kinds.text.decode import decode_text


def value(strings: list[bytes], *shape: int) -> Value:
    dims = TensorShapeProto(dim=[Dim(size=size) for size in shape])
    return Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, tensor_shape=dims, string_val=strings))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 2), (0,), (0, 2)])
def test_strings_come_in_the_shape_that_was_logged(shape: tuple[int, ...]) -> None:
    strings = np.array([f"{index} 深 **x**" for index in range(int(np.prod(shape)))], np.object_).reshape(shape)
    encoded = np.array([str(text).encode() for text in strings.flat], np.object_).reshape(shape)
    tensor = tensor_util.make_tensor_proto(encoded, dtype=np.object_, shape=shape)
    theirs = TheirSummary.Value(tag="x", tensor=tensor)
    found = decode_text(Value.FromString(theirs.SerializeToString()))
    assert found.shape == shape
    assert found.tolist() == strings.tolist()


def test_a_tensor_without_a_shape_is_one_text() -> None:
    found = decode_text(Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, string_val=[b"a"])))
    assert (found.shape, found.item()) == ((), "a")


def test_a_short_list_repeats_its_last_string() -> None:
    assert decode_text(value([b"a", b"b"], 2, 2)).tolist() == [["a", "b"], ["b", "b"]]


def test_bytes_that_are_no_utf8_stay_readable() -> None:
    assert decode_text(value([b"caf\xe9"], 1)).tolist() == ["caf\\xe9"]


def test_an_unknown_shape_is_a_list() -> None:
    assert decode_text(value([b"a", b"b"], -1)).tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "hostile",
    [
        value([b"a"], 2**31, 2**31),
        value([b"a"], 1 << 20),
        value([], 3),
        Value(tag="x", simple_value=1.0),
        Value(tag="x"),
        Value(tag="x", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])),
    ],
)
def test_what_holds_no_strings_is_malformed(hostile: Value) -> None:
    with pytest.raises(MalformedMessage, match="text of tag 'x'"):
        decode_text(hostile)
