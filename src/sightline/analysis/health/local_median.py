"""Medians that move along a series, and the spread around them: what everything robust here stands on."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

__all__ = ["NORMAL", "block_medians", "local_reach", "local_spread", "median", "running_median"]

Floats = npt.NDArray[np.float64]

NORMAL = 1.4826
"""Times the median absolute deviation, the standard deviation of normal noise: 1 / Phi^-1(3/4)."""
REACH = 1.45
"""Above 1.28, so that it seldom counts where noise is even."""
CHUNK = 262_144
"""Windows that are sorted at once: 30 MB."""


def median(value: Floats) -> float:
    """Of values without NaN, at least one. ``np.median`` takes 0.4 ms however few they are; this 5 us."""
    n = len(value)
    half = n // 2
    if n % 2:
        return float(np.partition(value, half)[half])
    ordered = np.partition(value, (half - 1, half))
    low, high = float(ordered[half - 1]), float(ordered[half])
    middle = (low + high) / 2.0
    return middle if math.isfinite(middle) else low / 2.0 + high / 2.0


def running_median(value: Floats, width: int) -> Floats:
    """Median of each window ``value[i : i + width]``: (n - width + 1,), empty when there are fewer points.

    ``width`` is odd. The same as ``scipy.ndimage.median_filter`` away from the ends.
    """
    n = len(value) - width + 1
    if n <= 0:
        return np.empty(0)
    windows = sliding_window_view(value, width)
    out = np.empty(n)
    for begin in range(0, n, CHUNK):
        out[begin : begin + CHUNK] = np.partition(windows[begin : begin + CHUNK], width // 2, axis=1)[:, width // 2]
    return out


def block_medians(value: Floats, size: int) -> Floats:
    """Median of each run of ``size`` points, whole ones only: (n // size,). An even ``size`` takes the lower middle."""
    blocks = len(value) // size
    table = value[: blocks * size].reshape(blocks, size)
    return np.partition(table, (size - 1) // 2, axis=1)[:, (size - 1) // 2]


def local_spread(deviation: Floats, size: int) -> Floats:
    """Spread around each point, (n,): :data:`NORMAL` times the median of the absolute deviations near it.

    Near it means its own block of ``size`` points, the one before and the one after: the largest of the three counts,
    so that noise which grows or dies away is not taken for calm. It is never less than half the spread of all.
    """
    n = len(deviation)
    overall = NORMAL * median(deviation)
    if n < 2 * size:
        return np.full(n, overall)
    blocks = NORMAL * block_medians(deviation, size)
    near = blocks.copy()
    near[1:] = np.maximum(near[1:], blocks[:-1])
    near[:-1] = np.maximum(near[:-1], blocks[1:])
    return _of_points(np.maximum(near, 0.5 * overall), size, n)


def local_reach(residual: Floats, size: int) -> Floats:
    """Spread upwards around each point, (n,), by the highest tenth: more than the median's where noise is lopsided.

    A tenth of normal noise lies above 1.28 standard deviations: the reach of a block of ``size`` points is what a tenth
    of it lies above, divided by :data:`REACH`; of its own block and the two beside it the middle one counts, which no
    spike moves. It is never less than half that of all.
    """
    n = len(residual)
    rank = n - 1 - n // 10
    overall = float(np.partition(residual, rank)[rank]) / REACH
    if n < 2 * size:
        return np.full(n, overall)
    rank, blocks = size - 1 - size // 10, n // size
    own = np.partition(residual[: blocks * size].reshape(blocks, size), rank, axis=1)[:, rank] / REACH
    near: Floats = np.sort([np.append(own[0], own[:-1]), own, np.append(own[1:], own[-1])], axis=0)[1]
    return _of_points(np.maximum(near, 0.5 * overall), size, n)


def _of_points(blocks: Floats, size: int, n: int) -> Floats:
    """What blocks of ``size`` points have, for each of ``n`` points: the last block has those left over too."""
    sizes = np.full(len(blocks), size)
    sizes[-1] += n - len(blocks) * size
    return np.repeat(blocks, sizes)
