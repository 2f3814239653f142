"""Where two curves part: the first step from which their difference stays beyond the noise, up to the end.

At the shared steps ``s_1 ... s_n`` (:func:`shared`) the curves differ by ``d_i = b(s_i) - a(s_i)``. A window holds
``w = n / 12`` successive points, the next one begins a quarter of a window later, and ``M_k`` is the mean of ``d`` in
window ``k`` without its lowest and highest tenth, so that no spike makes or ends a parting. The noise of such a mean is
told by windows that do not overlap, each against the straight line between its two neighbours, which takes out whatever
the difference does slowly:

    e_k = M_k - (M_(k-4) + M_(k+4)) / 2          sigma_k = 1.4826 * median |e_j| / sqrt(1.5)

over the half of the windows ``j`` that are nearest to ``k``. The curves part in the first window ``q`` with

    |M_k| > 3 sigma_k  and  M_k of one sign      for every k from q to the last

where at least one whole window follows ``q``. Within a window of ``q`` the step is the one that splits ``d`` best in
two: the least sum of squares around the two means.

So a difference that comes and goes is no parting, and neither is one that has only just begun. The noise is what varies
from window to window: two curves that wander slowly, each on its own, for longer than a twelfth of their length, are
taken for curves that differ (at a correlation time of a tenth of the length in 1 of 17 pairs; of a hundredth in none of
300), and fewer than about 100 points can tell only a large difference.

Sources: pseudo-residuals against neighbours, T. Gasser, L. Sroka, C. Jennen-Steinmetz, "Residual variance and residual
pattern in nonlinear regression", Biometrika 73 (1986) 625; 1.4826 makes the median absolute deviation a standard
deviation, P. J. Rousseeuw, C. Croux, J. Am. Stat. Assoc. 88 (1993) 1273; the split, A. Sen, M. S. Srivastava, "On tests
for detecting change in mean", Ann. Statist. 3 (1975) 98.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.axis import join_on_step

__all__ = ["LEAST_POINTS", "Parting", "parting", "shared"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

LEAST_POINTS = 24
"""Shared points below which nothing is said: windows of two points each, and as many again to judge them by."""
MOST_POINTS = 1 << 17
"""Of more shared points every n-th is looked at: a window then has 10,000, and its mean no noise worth speaking of."""
WINDOWS = 12
HOPS = 4
"""A window begins each quarter of a window."""
BEYOND = 3.0
TRIM = 0.1


@dataclass(frozen=True, slots=True)
class Parting:
    """What two curves do over the steps that they share."""

    step: int | None
    """The first step from which they differ beyond the noise up to the end; None when they do not part."""
    points: int
    """Shared points."""
    low: int
    """The first shared step."""
    high: int
    difference: float
    """The second curve less the first, over the last twelfth of the shared points."""
    noise: float
    """Standard deviation of that difference."""
    first: float
    """What the first curve is there."""


@np.errstate(over="ignore", invalid="ignore")  # near the end of float64 a difference may be infinite, and is told so
def parting(step: Steps, value: Floats, other_step: Steps, other_value: Floats) -> Parting | None:
    """Where the curve ``other`` parts from the first. Steps (n,) and (m,) ascend; values that are not finite are left
    out. None when the curves share fewer than :data:`LEAST_POINTS` points: too few to tell.
    """
    at, a, b = shared(step, value, other_step, other_value)
    points = len(at)
    if points < LEAST_POINTS:
        return None
    stride = -(-points // MOST_POINTS)
    at, a, d = at[::stride], a[::stride], (b - a)[::stride]

    hop = max(1, len(d) // (WINDOWS * HOPS))
    width = hop * HOPS
    # The last window ends with the last point; what is left over is at the beginning, before the first window.
    skipped = (len(d) - width) % hop
    mean = _trimmed_means(d[skipped:], width, hop)
    noise = _noise(mean)
    beyond = (np.abs(mean) > BEYOND * noise) & (np.sign(mean) == np.sign(mean[-1]))
    within = np.flatnonzero(~beyond)
    window = int(within[-1]) + 1 if len(within) else 0
    parted: int | None = None
    if len(mean) - window > HOPS:
        begin = skipped + window * hop
        parted = int(at[0] if window == 0 else at[_split(d, max(begin - width, 0), begin + 2 * width)])
    return Parting(
        step=parted,
        points=points,
        low=int(at[0]),
        high=int(at[-1]),
        difference=float(mean[-1]),
        noise=float(noise[-1]),
        first=float(_trimmed_means(a[-width:], width, hop)[-1]),
    )


def shared(step: Steps, value: Floats, other_step: Steps, other_value: Floats) -> tuple[Steps, Floats, Floats]:
    """Both curves at the steps of the one with fewer points, where the other has points before and after: three (k,).

    Between two points of the other it is the straight line between them. Of points with one step the last counts.
    """
    step, value = _finite(step, value)
    other_step, other_value = _finite(other_step, other_value)
    if len(step) <= len(other_step):
        joined = join_on_step(step, other_step, other_value)
        there = np.isfinite(joined)
        return step[there], value[there], joined[there]
    joined = join_on_step(other_step, step, value)
    there = np.isfinite(joined)
    return other_step[there], joined[there], other_value[there]


def _finite(step: Steps, value: Floats) -> tuple[Steps, Floats]:
    finite = np.isfinite(value)
    if not finite.all():
        step, value = step[finite], value[finite]
    last = np.append(step[1:] != step[:-1], True) if len(step) else np.zeros(0, np.bool_)
    return (step, value) if last.all() else (step[last], value[last])


def _trimmed_means(d: Floats, width: int, hop: int) -> Floats:
    """The mean of each window without its lowest and highest tenth."""
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(d, width)[::hop], axis=1)
    cut = int(TRIM * width)
    means: Floats = windows[:, cut : width - cut].mean(axis=1)
    return means


def _noise(mean: Floats) -> Floats:
    """The standard deviation of each window's mean: (k,) for ``mean`` (k,), k > 2 * HOPS."""
    apart = np.abs(mean[HOPS:-HOPS] - (mean[: -2 * HOPS] + mean[2 * HOPS :]) / 2) * (1.4826 / math.sqrt(1.5))
    reach = len(apart) // 4
    nearest = np.median(np.lib.stride_tricks.sliding_window_view(apart, 2 * reach + 1), axis=1)
    at = np.clip(np.arange(len(mean)) - HOPS - reach, 0, len(nearest) - 1)
    noise: Floats = nearest[at]
    return noise


def _split(d: Floats, begin: int, end: int) -> int:
    """The index between ``begin`` and ``end`` that splits ``d`` best in two; it belongs to the second part.

    Least squares around two means is the largest ``(sum of the first k - k * mean)^2 / (k (n - k))``.
    """
    piece = d[begin:end]
    piece = np.clip(piece, *np.quantile(piece, (0.05, 0.95)))  # one spike is no level
    n = len(piece)
    k = np.arange(1, n)
    between = (np.cumsum(piece)[:-1] - k * piece.mean()) ** 2 / (k * (n - k))
    return begin + 1 + int(between.argmax())
