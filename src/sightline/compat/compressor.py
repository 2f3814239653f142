"""A histogram as the values at given shares of its weight: TensorBoard's "distributions", of the message as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from sightline.analysis.distribution import BASIS_POINTS as NORMAL_HISTOGRAM_BPS
from sightline.analysis.distribution import compress

__all__ = ["NORMAL_HISTOGRAM_BPS", "compress_histogram"]


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
    # An empty bucket at the end stands for the largest value, wherever the last one's edge is.
    right = np.array([*histogram.bucket_limit, histogram.max], np.float64)
    left = np.array([histogram.min, *histogram.bucket_limit], np.float64)
    count = np.array([*histogram.bucket, 0.0], np.float64)
    return list(zip(points, compress(left, right, count, points).tolist(), strict=True))
