"""What a stretch of a series amounts to: its ends, extremes and mean. Over all points: nothing is sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Stretch", "nearest", "stretch"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Figures of the finite values of a stretch; NaN and -1 where there is none."""

    points: int
    """All of them, finite or not."""
    nan: int
    posinf: int
    neginf: int
    min: float
    argmin: int
    """Index of the first point with the minimum."""
    max: float
    argmax: int
    mean: float


def stretch(value: Floats) -> Stretch:
    """The figures of values (n,). NaN and infinities are counted and take no part in them."""
    finite = np.isfinite(value)
    if finite.all():
        nan = posinf = neginf = 0
    else:
        nan = int(np.isnan(value).sum())
        posinf = int((value == np.inf).sum())
        neginf = len(value) - int(finite.sum()) - nan - posinf
    if not finite.any():
        return Stretch(len(value), nan, posinf, neginf, np.nan, -1, np.nan, -1, np.nan)
    low = int(np.argmin(np.where(finite, value, np.inf)))
    high = int(np.argmax(np.where(finite, value, -np.inf)))
    kept = value if finite.all() else value[finite]
    # Halves are added, so that values near the largest float64 have a mean.
    mean = float((kept / 2).mean() * 2) if np.abs(kept).max() > 1e300 else float(kept.mean())
    return Stretch(len(value), nan, posinf, neginf, float(value[low]), low, float(value[high]), high, mean)


def nearest(step: npt.NDArray[np.int64], at: int) -> int:
    """Index of the point nearest to ``at`` in ascending steps, the earlier of two as near; -1 when there is none."""
    if not len(step):
        return -1
    right = int(np.searchsorted(step, at, "left"))
    if right == len(step):
        right -= 1
    left = max(right - 1, 0)
    # As Python's integers, which do not overflow.
    closer = left if at - int(step[left]) <= abs(int(step[right]) - at) else right
    return int(np.searchsorted(step, step[closer], "right")) - 1
