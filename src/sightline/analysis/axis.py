"""The horizontal axis: where a point stands when points are laid out by step, by time passed or by the clock."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Axis", "axis", "first_finite"]

Axis = Literal["step", "relative", "wall"]
"""``step``: the step. ``relative``: seconds since the series' first point. ``wall``: seconds since the Unix epoch."""

Floats = npt.NDArray[np.float64]


def axis(kind: Axis, step: npt.NDArray[np.int64], wall_time: Floats, origin: float | None = None) -> Floats:
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


def first_finite(value: Floats) -> float:
    """The first value that is neither NaN nor infinite; NaN when there is none."""
    finite = np.flatnonzero(np.isfinite(value))
    return float(value[finite[0]]) if len(finite) else float("nan")
