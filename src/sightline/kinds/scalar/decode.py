"""A ``Value`` to a number.

Scalars come from the scanner as columns, so this is for the few that do not: a tensor whose metadata is in an earlier
file of the run, and single values in hand. Forms accepted: ``simple_value`` (PyTorch, tensorboardX, TensorFlow 1) and
one-element tensors of any numeric dtype, as ``tensor_content`` (TensorFlow 2) or as a ``*_val`` list (PyTorch's
``new_style``).
"""

from __future__ import annotations

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.format.tensor_scalar import tensor_scalar

__all__ = ["decode_scalar"]


def decode_scalar(value: Value, metadata: SummaryMetadata | None = None) -> float | None:
    """The number; None when the value is none, or several."""
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if not value.HasField("tensor"):
        return None
    try:
        return tensor_scalar(memoryview(value.tensor.SerializeToString()))
    except MalformedMessage:
        return None
