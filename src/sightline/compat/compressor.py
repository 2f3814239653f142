"""A histogram as the values at given shares of its weight: TensorBoard's "distributions".

The formula is that of ``tensorboard/plugins/distribution/compressor.py``: weights are accumulated and scaled to the
last basis point (10,000 is all of it); the value at a basis point is interpolated in the first bucket whose accumulated
weight is greater, between that bucket's edges, which are clipped to the smallest and largest value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

__all__ = ["NORMAL_HISTOGRAM_BPS", "compress_histogram"]

NORMAL_HISTOGRAM_BPS = (0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000)
"""The normal distribution at -inf, -1.5, -1, -0.5, 0, 0.5, 1, 1.5 and +inf standard deviations."""


class AnyHistogram(Protocol):
    """``bucket_limit[i]`` is the right edge of ``bucket[i]``."""

    @property
    def min(self) -> float: ...
    @property
    def max(self) -> float: ...
    @property
    def num(self) -> float: ...
    @property
    def bucket_limit(self) -> Sequence[float]: ...
    @property
    def bucket(self) -> Sequence[float]: ...


def compress_histogram(histogram: AnyHistogram, points: Sequence[float]) -> list[tuple[float, float]]:
    """(basis point, value) for each basis point, ascending; all zero for an empty histogram."""
    if not histogram.num:
        return [(point, 0.0) for point in points]
    bucket = np.array(histogram.bucket, np.float64)
    weights = (bucket * points[-1] / (bucket.sum() or 1.0)).cumsum()
    values = []
    for point in points:
        place = int(np.searchsorted(weights, point, side="right"))
        while 0 < place < len(weights) and weights[place] == weights[place - 1]:
            place += 1  # an empty bucket
        if place >= len(weights):
            values.append((point, histogram.max))
            continue
        before = weights[place - 1] if place else 0.0
        left = max(histogram.bucket_limit[place - 1], histogram.min) if before else histogram.min
        right = min(histogram.bucket_limit[place], histogram.max)
        values.append((point, float(left + (point - before) * (right - left) / (weights[place] - before))))
    return values
