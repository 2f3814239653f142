"""Labels and predictions to a ``Value`` that holds a precision-recall curve, with the numbers of PyTorch's writer."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.format.tensor import encode_array
from sightline.kinds.pr_curve.message import PrCurvePluginData
from sightline.kinds.pr_curve.schema import KIND, MAX_THRESHOLDS, MINIMUM_COUNT, ROWS

__all__ = ["encode_pr_curve", "encode_pr_curve_raw"]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

COUNTED_TOGETHER = 16_384
"""Predictions at a time: what is made of them stays in the processor's cache."""
SUMMED_TOGETHER = 65_536
"""Weights at a time, as ``numpy.histogram`` adds them up: sums come out the same to the last bit."""


def encode_pr_curve(
    tag: str,
    labels: Array,
    predictions: Array,
    num_thresholds: int = MAX_THRESHOLDS,
    weights: Array | float | None = None,
) -> Value:
    """A curve of ``n = min(num_thresholds, 127)`` thresholds j / (n - 1).

    ``labels`` are 0 or 1 (or shares between), ``predictions`` probabilities, ``weights`` one number for each or for
    all; arrays of one shape. Positive at a threshold is what is at or above it. Predictions that are NaN, below 0, or
    above 1 by more than a threshold are left out, as PyTorch leaves them out.

    Raises
    ------
    ArgumentError
        Shapes that differ, labels outside 0 to 1, or no threshold.
    ArgumentTypeError
        ``predictions`` or ``labels`` are complex.
    """
    if num_thresholds < 1:
        raise ArgumentError(f"num_thresholds: got {num_thresholds}, want 1 to {MAX_THRESHOLDS}")
    for name, array in (("labels", labels), ("predictions", predictions)):
        if array.dtype.kind not in "biuf":
            raise ArgumentTypeError(f"{name}: got dtype {array.dtype}, want real numbers")
    count = min(num_thresholds, MAX_THRESHOLDS)
    labels, weight = _aligned("labels", labels, predictions), None
    if weights is not None:
        weight = np.asarray(weights, np.float64)
        weight = weight if weight.ndim == 0 else _aligned("weights", weight, predictions)
    if labels.dtype != np.bool_ and labels.size and not (labels.min() >= 0 and labels.max() <= 1):
        raise ArgumentError(
            f"labels: got values from {labels.min()} to {labels.max()}, want 0 or 1, or booleans: log each class alone"
        )
    positive, negative = _count(labels, predictions.reshape(-1), count, weight)
    tp, fp = np.cumsum(positive[::-1])[::-1], np.cumsum(negative[::-1])[::-1]
    tn, fn = fp[0] - fp, tp[0] - tp
    precision, recall = tp / np.maximum(MINIMUM_COUNT, tp + fp), tp / np.maximum(MINIMUM_COUNT, tp + fn)
    return _value(tag, np.stack([tp, fp, tn, fn, precision, recall]), count)


def encode_pr_curve_raw(
    tag: str,
    true_positive_counts: Array,
    false_positive_counts: Array,
    true_negative_counts: Array,
    false_negative_counts: Array,
    precision: Array,
    recall: Array,
    num_thresholds: int = MAX_THRESHOLDS,
) -> Value:
    """A curve that was counted elsewhere: six columns (n,), of which row j is the threshold j / (n - 1).

    ``num_thresholds`` is only noted, at most 127; PyTorch's ``weights`` would change nothing.
    """
    rows = (true_positive_counts, false_positive_counts, true_negative_counts, false_negative_counts, precision, recall)
    shapes = {row.shape for row in rows}
    if len(shapes) > 1 or rows[0].ndim != 1:
        got = ", ".join(f"{name} {row.shape}" for name, row in zip(ROWS, rows, strict=True))
        raise ArgumentError(f"got columns of shapes {got}; want six lists of equal length")
    return _value(tag, np.stack(rows).astype(np.float64), min(num_thresholds, MAX_THRESHOLDS))


def _aligned(name: str, array: Array, predictions: Array) -> Array:
    """(n,), one for each prediction; axes of length 1 do not count."""
    if array.shape != predictions.shape and array.squeeze().shape != predictions.squeeze().shape:
        raise ArgumentError(f"{name}: got shape {array.shape}, want {predictions.shape}, that of the predictions")
    return array.reshape(-1)


def _count(labels: Array, predictions: Array, count: int, weight: Floats | None) -> tuple[Floats, Floats]:
    """(n,) positives and negatives of each bucket floor(prediction * (n - 1))."""
    if weight is None and len(labels) and predictions.min() >= 0 and predictions.max() <= 1:  # not with NaN either
        truth = labels.astype(np.bool_, copy=False)
        if labels.dtype.kind != "f" or bool((truth == labels).all()):
            return _count_whole(truth, predictions, count)
    positive, negative = np.zeros(count), np.zeros(count)
    for start in range(0, len(labels), SUMMED_TOGETHER):
        part = slice(start, start + SUMMED_TOGETHER)
        with np.errstate(invalid="ignore", over="ignore"):
            bucket = np.floor(predictions[part] * (count - 1))
        inside = (bucket >= 0) & (bucket <= count - 1)
        row = bucket[inside].astype(np.intp)
        share = labels[part][inside].astype(np.float64)
        each: Floats | float = 1.0 if weight is None else weight if weight.ndim == 0 else weight[part][inside]
        positive += np.bincount(row, share * each, count)
        negative += np.bincount(row, (1.0 - share) * each, count)
    return positive, negative


def _count_whole(truth: npt.NDArray[np.bool_], predictions: Array, count: int) -> tuple[Floats, Floats]:
    """The same for labels of 0 and 1 that all weigh 1 and predictions from 0 to 1: positives and negatives are counted
    at once, rounding towards zero is floor, and twice the largest bucket fits into a byte."""
    found = np.zeros(2 * count, np.int64)
    for start in range(0, len(truth), COUNTED_TOGETHER):
        part = slice(start, start + COUNTED_TOGETHER)
        row = (predictions[part] * (count - 1)).astype(np.uint8)
        row += row
        row += truth[part].view(np.uint8)
        found += np.bincount(row, minlength=2 * count)
    return found[1::2].astype(np.float64), found[::2].astype(np.float64)


def _value(tag: str, data: Floats, count: int) -> Value:
    content = PrCurvePluginData(num_thresholds=count).SerializeToString()
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name=KIND.plugin_names[0], content=content))
    with np.errstate(over="ignore"):
        return Value(tag=tag, metadata=metadata, tensor=encode_array(data.astype(np.float32)))
