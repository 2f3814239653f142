"""Smoothing: TensorBoard's exponential moving average, debiased, so that a figure read here is the one read there.

For weight ``s`` in [0, 1], over the points in order, with ``m_0 = 0`` and ``n`` counting finite values only:

    m_n = s * m_(n-1) + (1 - s) * y_n          smooth_n = m_n / (1 - s^n)          (divided by 1 when s = 1)

A value that is not finite is passed through and changes nothing. A series whose values are all equal is returned
unchanged (division would only add rounding). The spacing of ``x`` plays no part.
Source: TensorBoard 2.21, ``classicSmoothing`` in
https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts;
dividing by ``1 - s^n`` is the bias correction of Adam, https://arxiv.org/abs/1412.6980, section 3.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError
from sightline.format import kernel

__all__ = ["smooth", "smooth_python"]

Floats = npt.NDArray[np.float64]


def smooth(value: Floats, weight: float) -> Floats:
    """The moving average at every point: (n,) for ``value`` (n,). Weight 0 gives the values themselves.

    Raises
    ------
    ArgumentError
        ``weight`` is outside [0, 1] or NaN.
    """
    if not 0.0 <= weight <= 1.0:
        raise ArgumentError(f"smoothing weight is {weight}: want a number from 0 to 1")
    if weight == 0.0:
        return value
    if kernel.ema is None:
        return smooth_python(value, weight)
    return kernel.ema(np.ascontiguousarray(value), weight)


def smooth_python(value: Floats, weight: float) -> Floats:
    """The twin of the kernel's ``ema``. Each point needs the one before it, so this is a loop."""
    if not len(value) or bool((value == value[0]).all()):
        return value.copy()
    average, decay, out = 0.0, 1.0, []
    for y in value.tolist():
        if math.isfinite(y):
            average = average * weight + (1.0 - weight) * y
            decay *= weight
            out.append(average if weight == 1.0 else average / (1.0 - decay))
        else:
            out.append(y)
    return np.array(out)
