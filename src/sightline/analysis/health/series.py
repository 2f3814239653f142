"""One series examined by itself, without its run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.divergence import find_divergence
from sightline.analysis.health.finding import Finding
from sightline.analysis.health.finite import find_not_finite
from sightline.analysis.health.plateau import find_plateau
from sightline.analysis.health.spike import find_spikes

__all__ = ["examine"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


def examine(step: Steps, wall_time: Floats, value: Floats, *, loss: bool = False, falls: bool = False) -> list[Finding]:
    """Everything found in one series by itself: arrays (n,), sorted by step, without points that a restart overtook.

    ``loss`` and ``falls`` are what :func:`is_loss` and :func:`should_fall` say of the tag; in a run that
    :func:`plays_game` no loss ``falls``. Only what is not finite is looked for in other tags: an accuracy, a rate or a
    return may leap as it likes.
    """
    if not len(step):
        return []
    found = find_not_finite(step, wall_time, value, loss=loss)
    if falls:
        with np.errstate(over="ignore", invalid="ignore"):  # near the end of float64: nothing is found there
            diverged = find_divergence(step, wall_time, value)
            found += diverged + find_spikes(step, wall_time, value)
            if not diverged:
                found += find_plateau(step, wall_time, value)
    return found
