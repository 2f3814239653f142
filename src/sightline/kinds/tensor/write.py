"""An array to a ``Value``, as PyTorch's ``add_tensor`` writes it, but every element type as the format defines it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError
from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.format.tensor import encode_array, foreign_dtype
from sightline.kinds.tensor.schema import KIND, MAX_BYTES

__all__ = ["encode_tensor"]


def encode_tensor(tag: str, array: npt.NDArray[Any], dtype: str = "") -> Value:
    """One array of numbers or booleans, of any shape.

    ``dtype`` is the element type as its library names it (``str(tensor.dtype)``). For one that NumPy has not
    (``torch.bfloat16``, ``float8_e5m2`` ...) ``array`` holds the same numbers as float32, and they are stored in their
    own bits; any other name changes nothing.
    """
    if array.nbytes >= MAX_BYTES:
        raise ArgumentError(f"tensor: got {array.nbytes} bytes, want less than {MAX_BYTES}: a protocol buffer's limit")
    foreign = foreign_dtype(dtype) if array.dtype == np.float32 else None
    return Value(
        tag=tag,
        metadata=SummaryMetadata(plugin_data=PluginData(plugin_name=KIND.plugin_names[0])),
        tensor=encode_array(array, foreign),
    )
