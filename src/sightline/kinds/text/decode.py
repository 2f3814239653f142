"""A ``Value`` to strings.

Forms accepted: DT_STRING tensors of any rank, of plugin ``text``: one string (TensorFlow 2), shape [1] (PyTorch,
tensorboardX), tables. The plugin's content is empty, a message, or ``{}`` in old files: it says nothing that is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, Value
from sightline.format.tensor import decode_array

__all__ = ["decode_text"]


def decode_text(value: Value, metadata: SummaryMetadata | None = None) -> npt.NDArray[np.object_]:
    """Strings in the tensor's shape; dtype object, elements ``str``. Bytes that are no UTF-8 appear as ``\\xNN``.

    Rank 0 is one Markdown text, ranks 1 and 2 are tables. ``MalformedMessage`` when the value holds no strings.
    """
    if not value.HasField("tensor") or value.tensor.dtype % 100 != DataType.STRING:
        got = f"dtype {value.tensor.dtype}" if value.HasField("tensor") else value.WhichOneof("value")
        raise MalformedMessage(f"text of tag {value.tag!r}: got {got}, want a tensor of strings")
    try:
        strings = decode_array(value.tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"text of tag {value.tag!r}: {error}") from None
    texts: npt.NDArray[np.object_] = np.empty(strings.shape, np.object_)
    texts.reshape(-1)[:] = [string.decode("utf-8", "backslashreplace") for string in strings.flat]
    return texts
