"""Smoothing, over all points of a series in their order. The spacing of ``x`` plays no part.

``ema``: TensorBoard's exponential moving average, debiased, so that a figure read here is the one read there. For
weight ``s`` in [0, 1], with ``m_0 = 0`` and ``n`` counting finite values only:

    m_n = s * m_(n-1) + (1 - s) * y_n          smooth_n = m_n / (1 - s^n)          (divided by 1 when s = 1)

Source: TensorBoard 2.21, ``classicSmoothing`` in
https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts;
dividing by ``1 - s^n`` is the bias correction of Adam, https://arxiv.org/abs/1412.6980, section 3.

``mean``: the mean of a window of ``w`` points (an even ``w`` counts as the next odd one) around each point,
``h = floor(w / 2)``:

    smooth_i = mean of the finite y_j with |i - j| <= h

``gaussian``: a mean with weights that fall off with distance, standard deviation ``s`` points, cut at 4 s as in SciPy's
``gaussian_filter1d`` (``truncate=4.0``):

    smooth_i = sum_j g_(i-j) y_j / sum_j g_(i-j)          g_k = exp(-k^2 / (2 s^2)), over the finite y_j, |i - j| <= 4 s

Near an end, and beside values that are not finite, the weights that are left are normalised to sum to one, so nothing
is invented beyond the ends. In all three a value that is not finite is passed through and changes nothing, and a
series whose values are all equal is returned unchanged (arithmetic would only add rounding).
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError
from sightline.format import kernel

__all__ = ["MAX_POINTS", "Smoother", "gaussian", "smooth", "smooth_by", "smooth_python", "window_mean"]

Floats = npt.NDArray[np.float64]

Smoother = Literal["ema", "mean", "gaussian"]

MAX_POINTS = 100_000
"""Widest window of ``mean``, in points."""

MAX_SIGMA = 1_000
"""Largest standard deviation of ``gaussian``, in points: it costs 8 of them a point."""


LARGE = 1e290
"""Sums of more than :data:`MAX_POINTS` larger values may lie beyond the end of float64."""


def smooth_by(smoother: Smoother, value: Floats, amount: float) -> Floats:
    """``value`` (n,) smoothed: ``amount`` is the weight, the window or the standard deviation. 0 smooths nothing.

    Raises
    ------
    ArgumentError
        ``amount`` is out of the smoother's bounds.
    """
    if smoother == "ema":
        return smooth(value, amount)
    return window_mean(value, amount) if smoother == "mean" else gaussian(value, amount)


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


def window_mean(value: Floats, window: float) -> Floats:
    """The mean of ``window`` points around each: (n,) for ``value`` (n,). O(n), whatever the window.

    A window is the end of one block of ``w`` points and the beginning of the next, so two running sums within blocks
    give every window, and a value of 1e30 spoils only the windows that it is in.

    Raises
    ------
    ArgumentError
        ``window`` is below 0, above :data:`MAX_POINTS` or NaN.
    """
    if not 0 <= window <= MAX_POINTS:
        raise ArgumentError(f"smoothing window is {window} points: want a number from 0 to {MAX_POINTS:,}")
    half = int(window) // 2
    if half == 0 or _constant(value):
        return value
    if exponent := _exponent(value):
        return np.ldexp(window_mean(np.ldexp(value, -exponent), window), exponent)
    width, n = 2 * half + 1, len(value)
    finite = np.isfinite(value)
    blocks = -(-(n + 2 * half) // width) + 1

    def sums(column: Floats) -> Floats:
        padded = np.zeros(blocks * width)
        padded[half : half + n] = column
        table = padded.reshape(blocks, width)
        up = table.cumsum(axis=1).ravel()[width - 1 : width - 1 + n]
        down = table[:, ::-1].cumsum(axis=1)[:, ::-1].ravel()[:n]
        # The window that begins at row i ends at i + width - 1, in the next block: or it is a whole block.
        down[::width] = 0.0
        out: Floats = down + up
        return out

    if finite.all():
        row = np.arange(n)
        count = np.minimum(row + half, n - 1) - np.maximum(row - half, 0) + 1.0
        mean: Floats = sums(value) / count
        return mean
    # A point that is finite is in its own window: the count is at least 1 wherever it is used.
    count = np.maximum(sums(finite.astype(np.float64)), 1.0)
    total = sums(np.where(finite, value, 0.0))
    return np.where(finite, total / count, value)


def gaussian(value: Floats, sigma: float) -> Floats:
    """The Gaussian-weighted mean around each point: (n,) for ``value`` (n,).

    Raises
    ------
    ArgumentError
        ``sigma`` is below 0, above :data:`MAX_SIGMA` or NaN.
    """
    if not 0 <= sigma <= MAX_SIGMA:
        raise ArgumentError(f"smoothing sigma is {sigma} points: want a number from 0 to {MAX_SIGMA:,}")
    reach = min(int(4.0 * sigma + 0.5), max(len(value) - 1, 0))
    if reach == 0 or _constant(value):
        return value
    if exponent := _exponent(value):
        return np.ldexp(gaussian(np.ldexp(value, -exponent), sigma), exponent)
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    finite = np.isfinite(value)
    total = _convolve(np.where(finite, value, 0.0), weight, reach)
    # Between the ends and away from gaps the weights sum to the same number.
    share = _convolve(finite.astype(np.float64), weight, reach)
    return np.where(finite, total / np.where(finite, share, 1.0), value)


def _convolve(column: Floats, weight: Floats, reach: int) -> Floats:
    """As long as ``column``, zeros beyond its ends. Directly: a transform would spread one huge value's rounding."""
    out: Floats = np.convolve(column, weight, "full")[reach : reach + len(column)]
    return out


def _exponent(value: Floats) -> int:
    """Of the power of two that keeps the sums of large values within float64; 0 where none is needed."""
    peak = float(np.abs(value).max(initial=0.0, where=np.isfinite(value)))
    return math.frexp(peak)[1] if peak > LARGE else 0


def _constant(value: Floats) -> bool:
    return not len(value) or bool((value == value[0]).all())
