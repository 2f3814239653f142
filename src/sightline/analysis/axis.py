"""The horizontal axis: where a point stands, by its step, the time passed, the clock or what another series says."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Axis", "axis", "first_finite", "join_on_step"]

Axis = Literal["step", "relative", "wall"]
"""``step``: the step. ``relative``: seconds since the series' first point. ``wall``: seconds since the Unix epoch."""

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


def axis(kind: Axis, step: Steps, wall_time: Floats, origin: float | None = None) -> Floats:
    """``x`` (n,) of the points of one series; ``step`` and ``wall_time`` are (n,).

        step: x = step          wall: x = wall_time          relative: x = wall_time - origin

    ``origin`` is the wall time of the series' first point when None (the first finite one; TensorBoard's definition).
    A step beyond 2^53 is rounded. A wall time that is not finite gives an ``x`` that is not finite.
    """
    if kind == "step":
        return step.astype(np.float64)
    if kind == "wall":
        return wall_time
    return wall_time - (first_finite(wall_time) if origin is None else origin)


def join_on_step(step: Steps, other_step: Steps, other_value: Floats) -> Floats:
    """``x`` (n,): what another series of the run (tokens seen, the epoch) says at the steps of this one.

    At a step that the other series has, its value there (the last, when it has several). Between two of its steps the
    straight line between their values, as a counter that is logged now and then was meant; NaN before its first step
    and after its last. Both steps ascend. Values that are not finite are as if they had not been logged.
    """
    finite = np.isfinite(other_value)
    other_step, other_value = other_step[finite], other_value[finite]
    if not len(other_step):
        return np.full(len(step), np.nan)
    last = np.append(other_step[1:] != other_step[:-1], True)
    joined: Floats = np.interp(step, other_step[last], other_value[last], left=np.nan, right=np.nan)
    return joined


def first_finite(value: Floats) -> float:
    """The first value that is neither NaN nor infinite; NaN when there is none."""
    if len(value) and np.isfinite(value[0]):
        return float(value[0])
    finite = np.flatnonzero(np.isfinite(value))
    return float(value[finite[0]]) if len(finite) else float("nan")
