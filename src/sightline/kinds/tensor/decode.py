"""A ``Value`` to an array.

Forms accepted: a tensor of any element type but resources and variants, as ``tensor_content`` or as a ``*_val`` list,
of plugin ``tensor`` or of any other: what no room claims can be read as a plain array.
"""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.format.tensor import decode_array

__all__ = ["decode_tensor"]


def decode_tensor(value: Value, metadata: SummaryMetadata | None = None) -> npt.NDArray[Any]:
    """The array in its shape; the element types are those of :func:`~sightline.format.tensor.decode_array`.

    ``MalformedMessage`` when the value is no tensor, or one that no array can hold.
    """
    if not value.HasField("tensor"):
        raise MalformedMessage(f"tensor of tag {value.tag!r}: got {value.WhichOneof('value')}, want a tensor")
    try:
        return decode_array(value.tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"tensor of tag {value.tag!r}: {error}") from None
