"""A ``Value`` to a precision-recall curve.

The one form there is: a tensor [6, n] of plugin ``pr_curves`` with the rows true positives, false positives, true
negatives, false negatives, precision and recall. The plugin's content repeats n and is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.format.tensor import decode_array
from sightline.kinds.pr_curve.schema import ROWS

__all__ = ["PrCurve", "decode_pr_curve"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PrCurve:
    """All (n,). Thresholds that nothing reaches are kept; TensorBoard leaves those at the end out of its chart."""

    threshold: Floats
    """0 to 1, ascending: what is at or above it counts as positive."""
    tp: Floats
    """True positives: whole numbers, or sums of weights; as the next three."""
    fp: Floats
    tn: Floats
    fn: Floats
    precision: Floats
    """tp / (tp + fp), 0 where nothing is positive."""
    recall: Floats
    """tp / (tp + fn)."""


def decode_pr_curve(value: Value, metadata: SummaryMetadata | None = None) -> PrCurve:
    """The curve. ``MalformedMessage`` when the value holds none."""
    if not value.HasField("tensor"):
        raise MalformedMessage(f"PR curve of tag {value.tag!r}: got {value.WhichOneof('value')}, want a tensor")
    try:
        rows = decode_array(value.tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"PR curve of tag {value.tag!r}: {error}") from None
    if rows.ndim != 2 or len(rows) != len(ROWS) or rows.dtype.kind not in "fiu":
        raise MalformedMessage(
            f"PR curve of tag {value.tag!r}: got a tensor of shape {rows.shape} and dtype {rows.dtype}, want [6, n]"
        )
    count = rows.shape[1]
    return PrCurve(np.arange(count) / max(count - 1, 1), *rows.astype(np.float64))
