"""Loss spikes: a loss that leaps far out of its own noise and comes back.

A Hampel filter (F. R. Hampel, *The influence curve and its role in robust estimation*, JASA 69, 1974; R. K. Pearson et
al., *Generalized Hampel filters*, EURASIP J. Adv. Signal Process. 2016:87) that looks at both sides. With ``y`` the
values (logarithms where nothing is below zero), ``w`` = 13 points and ``med`` the median,

    left_i  = med(y_(i-w) ... y_(i-1))          right_i = med(y_(i+1) ... y_(i+w))
    rise_i  = y_i - max(left_i, right_i)        fall_i  = min(left_i, right_i) - y_i
    s_i     = 1.4826 * med |y_j - med(y_(j-w/2) ... y_(j+w/2))| over the j near i

``s`` is the median absolute deviation of the residual from a local median, which C. Leys et al. recommend over standard
deviations (*Detecting outliers*, J. Exp. Soc. Psychol. 49, 2013). Point ``i`` belongs to a spike when

    rise_i / s_i > max(T, min(d_k (k / q)^g, M d_1))          g = mean of log(d_j / d_k) over j < k

``T`` is :data:`THRESHOLD`. The second term calibrates the test on the series itself: ``d_1 > d_2 > ...`` are the
largest ``fall / s``, ``g`` is Hill's estimate of how heavy their tail is (B. M. Hill, Ann. Statist. 3, 1975), and the
term is Weissman's of what their largest exceeds once in ``1 / q`` series (I. Weissman, JASA 73, 1978; ``q`` is
:data:`RARE`, ``M`` is :data:`MIRROR`).
Noise with heavy tails has outliers below as well as above; a spike is above only.

Because the larger side is the base, neither a curve that falls steeply, nor a step up, nor the end of the series is a
spike: it has to come back. Longer ones are looked for in the same way among medians of 4, 16, 64 ... points.

What comes often or at equal intervals is this loss's habit (learning rates that restart, the first batch of each
epoch), not an event, and is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.finding import Finding, figure_words, step_words, times_words
from sightline.analysis.health.level import WINDOW, Scaled, scaled
from sightline.analysis.health.local_median import block_medians, local_spread, median, running_median

__all__ = ["MIN_POINTS", "find_spikes"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

MIN_POINTS = 100
"""Fewer say nothing of what is usual."""
SPREAD_BLOCK = 64
THRESHOLD = 8.0
MIRROR = 4.0
"""Times the largest fall: more is not asked for, a tail that is estimated from a few points may be anything."""
RARE = 0.01
"""Of so many series with noise like theirs, one has a point beyond the limit."""
RANGE_FLOOR = 0.02
"""A rise has to be 2 % of the whole height of the curve: of what is flat to the eye nothing is said."""
LEVEL_FACTOR = 4
MIN_BLOCKS = 128
"""So a spike takes 5 % of the run at most. What is longer is a hill."""
HABIT_POINTS = 50
"""More than one in so many points is a habit."""
ATTACK = 2
"""Points within which it goes up by half or more."""
WEAK = 0.4
"""A rise of this share of the least spike is one of its kind, when it is asked whether they are a habit."""
EVEN = 0.15
"""A distance within this share of a multiple of the usual one is even."""
MOST = 0.8
MAX_SPIKES = 20


@dataclass(frozen=True, slots=True)
class _Spike:
    begin: int
    end: int
    times: float
    """Of the usual spread."""


def find_spikes(step: Steps, wall_time: Floats, value: Floats) -> list[Finding]:
    """Spikes of a loss (n,) in the order of steps, the :data:`MAX_SPIKES` highest at most. Skips what is not finite."""
    finite = np.flatnonzero(np.isfinite(value))
    if len(finite) < MIN_POINTS:
        return []
    y = value[finite]
    on = scaled(y)
    if on is None:
        return []
    found: list[_Spike] = []
    size = 1
    while size == 1 or len(y) // size >= MIN_BLOCKS:
        z = on.z if size == 1 else block_medians(on.z, size)
        found += [
            _Spike(one.begin * size, one.end * size, one.times)
            for one in _spikes(z, on)
            if not any(one.begin * size <= other.end and other.begin <= one.end * size for other in found)
        ]
        size *= LEVEL_FACTOR
    height = float(y.max() - y.min())
    found.sort(key=lambda one: one.begin)
    out = []
    for one in found:
        top = one.begin + int(np.argmax(y[one.begin : one.end]))
        before = median(y[max(0, one.begin - WINDOW) : one.begin])
        if y[top] - before < RANGE_FLOOR * height:
            continue
        at = int(finite[top])
        out.append(
            Finding(
                "spike", "warn", int(step[at]), float(wall_time[at]), one.times,
                f"rose {times_words(one.times)} its usual spread at {step_words(int(step[at]))}, "
                f"from {figure_words(before)} to {figure_words(float(y[top]))}, and came back",
            )
        )  # fmt: skip
    highest = sorted(out, key=lambda finding: -finding.magnitude)[:MAX_SPIKES]
    return [finding for finding in out if finding in highest]


def _spikes(z: Floats, on: Scaled) -> list[_Spike]:
    """Groups of points (begin, end) that stand out, at one level of detail."""
    n = len(z)
    medians = running_median(z, WINDOW)
    inner = slice(WINDOW, n - WINDOW)
    left, right = medians[: n - 2 * WINDOW], medians[WINDOW + 1 : n - WINDOW + 1]
    centre = medians[WINDOW - WINDOW // 2 : n - WINDOW - WINDOW // 2]
    middle = z[inner]
    base, other = np.maximum(left, right), np.minimum(left, right)
    spread = np.maximum(local_spread(np.abs(middle - centre), SPREAD_BLOCK), on.least_spread(base))
    rise = (middle - base) / spread
    limit = max(THRESHOLD, _beyond((other - middle) / spread))
    # It came back: both sides are nearer to each other than to the top. And it went up at once, which hills do not.
    attack = middle - z[WINDOW - ATTACK : n - WINDOW - ATTACK]
    sharp = (base - other < middle - base) & (attack > 0.5 * (middle - base))
    out = np.flatnonzero((rise > limit) & sharp)
    if not len(out):
        return []
    groups = np.split(out, np.flatnonzero(np.diff(out) > WINDOW) + 1)
    found = [_Spike(int(one[0]) + WINDOW, int(one[-1]) + WINDOW + 1, float(rise[one].max())) for one in groups]
    weak = np.flatnonzero((rise > WEAK * min(one.times for one in found)) & (attack > 0.5 * (middle - base)))
    return [] if _is_habit(weak[np.diff(weak, prepend=-WINDOW) >= WINDOW], n) else found


def _beyond(fall: Floats) -> float:
    """What the largest of as many falls exceeds in one series of a hundred, by their tail."""
    k = max(5, min(50, len(fall) // 50))
    if len(fall) <= k:
        return 0.0
    top = np.sort(np.partition(fall, len(fall) - k - 1)[-k - 1 :])
    if top[0] <= 0.0:
        return float(max(0.0, top[-1]))
    tail = float(np.log(top[1:] / top[0]).mean())
    return float(min(top[0] * (k / RARE) ** tail, MIRROR * top[-1]))


def _is_habit(begin: npt.NDArray[np.intp], n: int) -> bool:
    """Whether rises that begin at these rows are too many among ``n``, or come at multiples of one interval."""
    count = len(begin)
    if count < 3:
        return False
    if count * HABIT_POINTS > n:
        return True
    gaps = np.diff(begin).astype(np.float64)
    times = gaps / median(np.sort(gaps)[: (count + 1) // 2])
    even = np.abs(times - np.maximum(np.round(times), 1.0)) < (EVEN if count > 3 else EVEN / 2.0)
    return float(even.mean()) >= MOST
