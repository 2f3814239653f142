"""One number of a value, in every form; TensorFlow's own tensor messages are decoded by TensorBoard as the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary as TheirSummary
from tensorboard.util import tensor_util

from sightline.format.event import DataType, Image, TensorProto, Value
from sightline.kinds.scalar.decode import decode_scalar


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "int8", "int32", "int64", "uint8", "uint16", "bool"]
)
def test_a_tensor_of_any_numeric_dtype_is_its_number(dtype: str) -> None:
    number = np.array(1 if dtype == "bool" else 3, dtype)
    theirs = TheirSummary.Value(tag="x", tensor=tensor_util.make_tensor_proto(number))
    assert decode_scalar(Value.FromString(theirs.SerializeToString())) == float(number)


def test_a_simple_value_is_its_number() -> None:
    assert decode_scalar(Value(tag="x", simple_value=0.5)) == 0.5
    assert decode_scalar(Value(tag="x", simple_value=0.0)) == 0.0


def test_what_is_no_number_is_none() -> None:
    assert decode_scalar(Value(tag="x", image=Image())) is None
    assert decode_scalar(Value(tag="x")) is None
    assert decode_scalar(Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, string_val=[b"1"]))) is None
    two = TheirSummary.Value(tag="x", tensor=tensor_util.make_tensor_proto(np.ones(2)))
    assert decode_scalar(Value.FromString(two.SerializeToString())) is None
