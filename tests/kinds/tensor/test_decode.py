"""Arrays as TensorFlow and PyTorch write them; ``tests/format/test_tensor.py`` has every element type."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, TensorProto, Value
from sightline.kinds.tensor.decode import decode_tensor

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "int64", "bool", "complex64"])
def test_tensorflows_content_is_the_array(dtype: str) -> None:
    array = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
    theirs = Summary.Value(tag="x", tensor=tensor_util.make_tensor_proto(array))
    np.testing.assert_array_equal(decode_tensor(Value.FromString(theirs.SerializeToString())), array, strict=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.uint8, torch.float64, torch.int64, torch.bool])
def test_pytorchs_lists_are_the_array(dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0.1, 1.0, 2.5], [3.0, 0.0, 100.0]]).to(dtype)
    theirs = torch_summary.tensor_proto("x", tensor).value[0]
    array = decode_tensor(Value.FromString(theirs.SerializeToString()))
    np.testing.assert_array_equal(array, tensor.double().numpy())


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="x", simple_value=1.0), "tensor of tag 'x': got simple_value"),
        (Value(tag="x"), "got None"),
        (Value(tag="x", tensor=TensorProto(dtype=DataType.VARIANT)), "tensor of tag 'x': .* element type 21"),
    ],
)
def test_what_is_no_array_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_tensor(value)
