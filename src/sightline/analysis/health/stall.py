"""Stall: no new points for many times the usual interval, in the middle of a run or at its end.

The usual interval is the median one of the series that speaks most often: the same as the run's state goes by. A
silence counts when it is long for this run: :data:`MANY_INTERVALS` usual intervals, :data:`LONGER` times the longest
of its ordinary ones, and a few minutes at least. Evaluations, checkpoints and epochs without a word are ordinary: they
come again.

Always a ``note``. In the middle it is over; at the end nothing in an event file tells a trainer that hangs from one
that was not closed, so it is said only of a run that was seen growing by whoever asks, and for a day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from sightline.analysis.health.cadence import MANY_INTERVALS, Cadence, Gap
from sightline.analysis.health.finding import Finding, duration_words, step_words, times_words

__all__ = ["find_pauses", "find_stall"]

LONGER = 3.0
MIN_PAUSE_SECONDS = 300.0
MIN_STALL_SECONDS = 60.0
MAX_STALL_SECONDS = 86_400.0
"""What has been silent for a day has ended."""
MAX_ALIKE = 2
"""Silences at least half as long, besides it: with more of them it is a habit."""
OVERLAP = 0.9


def find_pauses(series: Collection[Cadence], restarts: Iterable[float] = ()) -> list[Finding]:
    """Silences of the whole run that it came back from, in the order of time.

    ``restarts`` are the wall times at which it was started again: a silence before one of them explains itself.
    """
    leader = _leader(series)
    if leader is None:
        return []
    out = []
    for gap in leader.gaps:
        alike = sum(other.seconds * 2.0 > gap.seconds for other in leader.gaps)
        if gap.seconds < MIN_PAUSE_SECONDS or alike > MAX_ALIKE:
            continue
        if any(gap.begin <= restart <= gap.end for restart in restarts) or not _silent(series, gap):
            continue
        words = (
            f"nothing was logged for {duration_words(gap.seconds)} after {step_words(gap.step)}, "
            f"{times_words(gap.seconds / leader.seconds)} the usual {duration_words(leader.seconds)}; then it went on"
        )
        out.append(Finding("stall", "note", gap.step, gap.begin, gap.seconds / leader.seconds, words))
    return sorted(out, key=lambda finding: finding.wall_time)


def find_stall(series: Collection[Cadence], now: float) -> list[Finding]:
    """The silence of a run that did not say it ended, as of ``now`` (seconds since the Unix epoch): one or none."""
    leader = _leader(series)
    if leader is None:
        return []
    last = max(one.last_wall_time for one in series if math.isfinite(one.last_wall_time))
    silent = now - last
    least = max(MIN_STALL_SECONDS, MANY_INTERVALS * leader.seconds, LONGER * leader.longest)
    if not least <= silent <= MAX_STALL_SECONDS:
        return []
    step = max(one.last_step for one in series)
    # What holds from now on, however long it lasts: the sentence is not written anew every second.
    words = (
        f"no new points since {step_words(step)}, for over {times_words(least / leader.seconds)} the usual "
        f"{duration_words(leader.seconds)}: it hangs, or was not closed"
    )
    return [Finding("stall", "note", step, last, silent / leader.seconds, words)]


def _leader(series: Collection[Cadence]) -> Cadence | None:
    """The series that speaks most often, among those with a few intervals."""
    known = [one for one in series if one.points >= 10 and one.seconds > 0.0]
    return min(known, key=lambda one: one.seconds, default=None)


def _silent(series: Collection[Cadence], gap: Gap) -> bool:
    """Whether the others that would have spoken were silent too."""
    for one in series:
        busy = one.first_wall_time < gap.begin and one.last_wall_time > gap.end and one.points > 1
        if busy and one.seconds * MANY_INTERVALS < gap.seconds:
            covered = max((min(gap.end, each.end) - max(gap.begin, each.begin) for each in one.gaps), default=0.0)
            if covered < OVERLAP * gap.seconds:
                return False
    return True
