"""A ``Value`` to strings.

Forms accepted: DT_STRING tensors of any rank, of plugin ``text``: one string (TensorFlow 2), shape [1] (PyTorch,
tensorboardX), tables. The plugin's content is empty, a message, or ``{}`` in old files: it says nothing that is needed.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, TensorProto, Value

__all__ = ["decode_text"]

MAX_REPEATED = 65_536
"""A list shorter than its shape repeats its last string. No writer needs that for text; a hostile shape stops here."""


def decode_text(value: Value, metadata: SummaryMetadata | None = None) -> npt.NDArray[np.object_]:
    """Strings in the tensor's shape; dtype object, elements ``str``. Bytes that are no UTF-8 appear as ``\\xNN``.

    Rank 0 is one Markdown text, ranks 1 and 2 are tables. ``MalformedMessage`` when the value holds no strings.
    """
    if not value.HasField("tensor") or value.tensor.dtype % 100 != DataType.STRING:
        got = f"dtype {value.tensor.dtype}" if value.HasField("tensor") else value.WhichOneof("value")
        raise MalformedMessage(f"text of tag {value.tag!r}: got {got}, want a tensor of strings")
    texts = [text.decode("utf-8", "backslashreplace") for text in value.tensor.string_val]
    shape = _shape(value.tensor, len(texts))
    count = math.prod(shape)
    if count > len(texts):
        if not texts or count > MAX_REPEATED:
            raise MalformedMessage(
                f"text of tag {value.tag!r}: got {len(texts)} strings, want {count} for shape {shape}"
            )
        texts += [texts[-1]] * (count - len(texts))
    array = np.empty(count, np.object_)
    array[:] = texts[:count]
    return array.reshape(shape)


def _shape(tensor: TensorProto, strings: int) -> tuple[int, ...]:
    if not tensor.HasField("tensor_shape"):
        return () if strings == 1 else (strings,)
    if tensor.tensor_shape.unknown_rank:
        return (strings,)
    sizes = [dim.size for dim in tensor.tensor_shape.dim]
    if any(size < 0 for size in sizes):
        return (strings,)
    return tuple(sizes)
