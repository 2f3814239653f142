"""A loss as its level: a running median, in logarithms where nothing is below zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.local_median import NORMAL, median, running_median

__all__ = ["WINDOW", "Level", "Scaled", "level_of", "scaled"]

Floats = npt.NDArray[np.float64]

FLOOR = 0.005
"""A spread is taken for half a per cent of the level at least: calm curves have none."""
FLICKER = 0.05
"""A smaller share of the points than this changing is no rounding."""
ZEROS = 0.05
"""A larger share of the points being zero is no rarity."""
WINDOW = 13
"""Points of a running median."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Finite values on a scale on which their noise is about even."""

    z: Floats
    is_log: bool
    floor: float
    """The least spread."""
    quantum: float
    """Smallest distance from one value to the next, as they were written: those that are rounded have no noise below
    it. 0 where they seldom change."""

    def least_spread(self, z: Floats) -> Floats:
        """Least spread at each of these values: (n,)."""
        quantum = self.quantum / np.exp(z) if self.is_log else np.full(len(z), self.quantum)
        return np.maximum(self.floor, quantum)


def scaled(y: Floats) -> Scaled | None:
    """``y`` (n,) with n > 0, all finite: logarithms where nothing is below zero. None when all are equal.

    Noise of a loss is a share of it more often than not, and heavier above than below; logarithms take both away.
    Where zeros occur, a tenth of the median is added. Where they are many, as in a loss with a margin, there are no
    logarithms, and what is usual is the median of the other values.
    """
    low, high = float(y.min()), float(y.max())
    if low == high or not np.isfinite(high - low):
        return None
    apart = np.abs(np.diff(y))
    apart = apart[apart > 0.0]
    quantum = float(apart.min()) if len(apart) > FLICKER * len(y) else 0.0
    if low > 0.0:
        return Scaled(np.log(y), True, FLOOR, quantum)
    middle = median(np.abs(y))
    if low == 0.0:
        above = y[y > 0.0]
        if len(y) - len(above) > ZEROS * len(y):
            return Scaled(y, False, median(above), quantum)
        return Scaled(np.log(y + 0.1 * middle), True, FLOOR, quantum)
    return Scaled(y, False, FLOOR * (middle or high - low), quantum)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What is left of finite values (n,) without their noise."""

    z: Floats
    is_log: bool
    level: Floats
    """Running median of ``z``, (n - WINDOW + 1,): row ``i`` is around point ``i + WINDOW // 2``."""
    spread: float
    """Usual distance of ``z`` from its level."""


def level_of(y: Floats) -> Level | None:
    """The level of finite values, at least :data:`WINDOW` of them; None when they are all equal."""
    on = scaled(y)
    if on is None:
        return None
    level = running_median(on.z, WINDOW)
    half = WINDOW // 2
    spread = NORMAL * median(np.abs(on.z[half : half + len(level)] - level))
    return Level(on.z, on.is_log, level, max(spread, median(on.least_spread(level))))
