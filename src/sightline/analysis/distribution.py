"""A histogram as nine lines of a distribution: the values below which so many of ten thousand lie.

The shares are those of the normal distribution at -inf, -1.5, -1, -0.5, 0, 0.5, 1, 1.5 and inf standard deviations, so
that the lines around the median are bands of one, two and three standard deviations of normal data. With W_i the count
of the buckets up to i, in ten-thousandths of the whole, the line of share b is in the first bucket with W_i > b:

    line(b) = l + (b - W_(i-1)) * (r - l) / (W_i - W_(i-1))        l = max(r_(i-1), l_0), or l_0 if W_(i-1) = 0
                                                                  r = min(r_i, r_last)

and r_last when there is none. Without any bucket all lines are 0.
Source: TensorBoard 2.21, ``compress_histogram`` in
https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/plugins/distribution/compressor.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["BASIS_POINTS", "compress"]

Floats = npt.NDArray[np.float64]

BASIS_POINTS: tuple[int, ...] = (0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000)
"""The shares, in ten-thousandths."""


def compress(left: Floats, right: Floats, count: Floats, points: Sequence[float] = BASIS_POINTS) -> Floats:
    """The lines (9,), ascending, of ``k`` buckets: ``left``, ``right`` and ``count`` are (k,), edges ascending.

    Other ``points`` give other lines; the last of them stands for the whole.
    """
    share = np.array(points, np.float64)
    if not len(count):
        return np.zeros(len(share))
    total = count.sum()
    weight = np.cumsum(count * share[-1] / (total if total else 1.0))
    bucket = np.searchsorted(weight, share, "right")
    inside = bucket < len(weight)
    bucket = np.where(inside, bucket, 0)
    before = np.where(bucket > 0, weight[bucket - 1], 0.0)
    low = np.where(before == 0.0, left[0], np.maximum(right[bucket - 1], left[0]))
    high = np.minimum(right[bucket], right[-1])
    with np.errstate(divide="ignore", invalid="ignore"):  # of the lines beyond the end
        line = low + (share - before) * (high - low) / (weight[bucket] - before)
    lines: Floats = np.where(inside, line, right[-1])
    return lines
