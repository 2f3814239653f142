"""A ``Value`` to the edges and counts of its buckets.

Forms accepted: the legacy ``histo`` message (PyTorch, tensorboardX, TensorFlow 1), and tensors [k, 3] of rows (left
edge, right edge, count) of plugin ``histograms`` (TensorFlow 2, Keras, JAX). The plugin's content is empty, a message,
or ``{}`` in old files: it says nothing that is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import HistogramProto, SummaryMetadata, Value
from sightline.format.tensor import decode_array

__all__ = ["Histogram", "decode_histogram"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """``k`` buckets in ascending order, which may be 0; ``count[i]`` values lie from ``left[i]`` to ``right[i]``."""

    left: Floats
    """(k,) edges, as ``right``. Equal where there is a single value."""
    right: Floats
    count: Floats
    """(k,) whole numbers, or weights."""
    min: float | None
    """Of all values that were counted, as the next four; None where the file does not say (TensorFlow 2)."""
    max: float | None
    num: float | None
    sum: float | None
    sum_squares: float | None


def decode_histogram(value: Value, metadata: SummaryMetadata | None = None) -> Histogram:
    """The buckets. ``MalformedMessage`` when the value holds no histogram in one of the forms above."""
    if value.HasField("histo"):
        return _from_message(value.tag, value.histo)
    if not value.HasField("tensor"):
        raise MalformedMessage(
            f"histogram of tag {value.tag!r}: got {value.WhichOneof('value')}, want a histo or a tensor"
        )
    try:
        rows = decode_array(value.tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"histogram of tag {value.tag!r}: {error}") from None
    if rows.ndim != 2 or rows.shape[1] != 3 or rows.dtype.kind not in "fiu":
        raise MalformedMessage(
            f"histogram of tag {value.tag!r}: got a tensor of shape {rows.shape} and dtype {rows.dtype}, want [k, 3]"
        )
    left, right, count = rows.astype(np.float64).T.copy()
    return Histogram(left, right, count, None, None, None, None, None)


def _from_message(tag: str, histo: HistogramProto) -> Histogram:
    """TensorBoard's rule (``data_compat.py``): empty buckets at both ends are dropped; the outermost edges, which may
    be +-DBL_MAX, are the smallest and the largest value. Where those are NaN or infinite, the edges stand."""
    count, limit = np.array(histo.bucket, np.float64), np.array(histo.bucket_limit, np.float64)
    if len(count) != len(limit):
        raise MalformedMessage(f"histogram of tag {tag!r}: got {len(count)} buckets and {len(limit)} limits")
    filled = np.flatnonzero(count > 0)
    first, last = (int(filled[0]), int(filled[-1])) if len(filled) else (0, -1)
    right = limit[first : last + 1].copy()
    left = np.roll(right, 1)
    if len(right):
        before = float(limit[first - 1]) if first else float(right[0])
        left[0] = histo.min if math.isfinite(histo.min) else before
        if math.isfinite(histo.max):
            right[-1] = histo.max
    count = count[first : last + 1].copy()
    return Histogram(left, right, count, histo.min, histo.max, histo.num, histo.sum, histo.sum_squares)
