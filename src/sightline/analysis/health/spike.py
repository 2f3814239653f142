"""Loss spikes: a loss that leaps far out of its own noise and comes back.

A Hampel filter (F. R. Hampel, *The influence curve and its role in robust estimation*, JASA 69, 1974; R. K. Pearson et
al., *Generalized Hampel filters*, EURASIP J. Adv. Signal Process. 2016:87) that looks at both sides. With ``y`` the
values (logarithms where nothing is below zero), ``w`` = 13 points and ``med`` the median,

    left_i  = med(y_(i-w) ... y_(i-1))          right_i = med(y_(i+1) ... y_(i+w))
    rise_i  = y_i - max(left_i, right_i)        fall_i  = min(left_i, right_i) - y_i
    r_j     = y_j - med(y_(j-w/2) ... y_(j+w/2))
    s_i     = 1.4826 * med |r_j| over the j near i, or the highest tenth of r_j / 1.45 where that is more

``s`` is the median absolute deviation of the residual from a local median, which C. Leys et al. recommend over standard
deviations (*Detecting outliers*, J. Exp. Soc. Psychol. 49, 2013), or what tells more of noise that reaches further up
than down. Point ``i`` belongs to a spike when

    rise_i / s_i > max(T, min(d_k (k / q)^g, M d_1))          g = mean of log(d_j / d_k) over j < k

``T`` is :data:`THRESHOLD`. The second term calibrates the test on the series itself: ``d_1 > d_2 > ...`` are the
largest ``fall / s``, ``g`` is Hill's estimate of how heavy their tail is (B. M. Hill, Ann. Statist. 3, 1975), and the
term is Weissman's of what their largest exceeds once in ``1 / q`` series (I. Weissman, JASA 73, 1978; ``q`` is
:data:`RARE`, ``M`` is :data:`MIRROR`).
Noise with heavy tails has outliers below as well as above; a spike is above only.

Because the larger side is the base, neither a curve that falls steeply, nor a step up, nor the end of the series is a
spike: it has to come back. Longer ones are looked for in the same way among medians of 4, 16, 64 ... points.

What comes once in :data:`HABIT_POINTS` points or at equal intervals is this loss's habit (learning rates that restart,
the first batch of each epoch), not an event: it is not reported, and nothing longer is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.finding import Finding, figure_words, step_words, times_words
from sightline.analysis.health.level import WINDOW, Scaled, scaled
from sightline.analysis.health.local_median import block_medians, local_reach, local_spread, median, running_median

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
HABIT_POINTS = 100
"""More than one in so many points, and more than two, are a habit."""
ATTACK = 2
"""Points within which it goes up by half or more."""
WEAK = 0.4
"""A rise of this share of the least spike is one of its kind, when it is asked whether they are a habit."""
FAINT = 4.0
"""Usual spreads of a rise that counts when it is asked whether they are a habit."""
MANY = 5
"""Fewer of those that come at equal intervals are chance."""
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
        spikes = _spikes(on.z if size == 1 else block_medians(on.z, size), on)
        if spikes is None:
            break
        found += [
            _Spike(one.begin * size, one.end * size, one.times)
            for one in spikes
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


def _spikes(z: Floats, on: Scaled) -> list[_Spike] | None:
    """Groups of points (begin, end) that stand out, at one level of detail; None where they are a habit."""
    n = len(z)
    medians = running_median(z, WINDOW)
    inner = slice(WINDOW, n - WINDOW)
    left, right = medians[: n - 2 * WINDOW], medians[WINDOW + 1 : n - WINDOW + 1]
    centre = medians[WINDOW - WINDOW // 2 : n - WINDOW - WINDOW // 2]
    middle = z[inner]
    base, other = np.maximum(left, right), np.minimum(left, right)
    residual = middle - centre
    spread = np.maximum(local_spread(np.abs(residual), SPREAD_BLOCK), local_reach(residual, SPREAD_BLOCK))
    spread = np.maximum(spread, on.least_spread(base))
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
    is_habit = _is_habit(rise, attack > 0.5 * (middle - base), WEAK * min(one.times for one in found))
    return None if is_habit else found


def _is_habit(rise: Floats, up: npt.NDArray[np.bool_], least: float) -> bool:
    """Whether rises that are alike, of ``least`` spreads or more, are too many or come at multiples of one interval."""
    alike = _begins(up & (rise > max(least, FAINT)))
    if len(alike) > 2 and len(alike) * HABIT_POINTS > len(rise):
        return True
    weak, faint = _begins(up & (rise > least)), _begins(up & (rise > FAINT))
    return _is_even(weak + WINDOW) or (len(faint) >= MANY and _is_even(faint + WINDOW))


def _begins(rises: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """The first of each group."""
    at = np.flatnonzero(rises)
    return at[np.diff(at, prepend=-WINDOW) >= WINDOW]


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


def _is_even(begin: npt.NDArray[np.intp]) -> bool:
    """Whether rises that begin at these rows come at multiples of one interval; two count on from the first point."""
    if len(begin) == 2:
        begin = np.append(0, begin)
    count = len(begin)
    if count < 3:
        return False
    gaps = np.diff(begin).astype(np.float64)
    times = gaps / median(np.sort(gaps)[: (count + 1) // 2])
    even = np.abs(times - np.maximum(np.round(times), 1.0)) < (EVEN if count > 3 else EVEN / 2.0)
    return float(even.mean()) >= MOST
