"""A tag that stopped: others that had kept step with it went on for much longer.

Two series keep step when their median intervals agree, in steps within :data:`SAME_STEP` times and in seconds within
:data:`SAME_SECONDS` times (so a tag by epoch is never compared with one by iteration), and they overlap. Most of those
that kept step with the tag must have gone on, by :data:`MANY_INTERVALS` of its intervals and by a quarter of its own
length. When new tags of the same cadence begin about where it stopped, the run went into another phase, and when many
stop together they were meant to: neither is reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from sightline.analysis.health.cadence import MANY_INTERVALS, Cadence
from sightline.analysis.health.finding import Finding, step_words

__all__ = ["find_stopped"]

MIN_POINTS = 20
SAME_STEP = 1.5
SAME_SECONDS = 3.0
LONGER = 0.25
NEAR = 10.0
"""Intervals between the end of one tag and the beginning of another that takes its place."""
MOST = 0.75
"""Of those that kept step with it have gone on."""


def find_stopped(series: Mapping[str, Cadence], restarts: tuple[int, ...] = ()) -> dict[str, Finding]:
    """Tag -> that it stopped. ``restarts``: the steps at which the run was started again, maybe with other tags."""
    known = {
        tag: one
        for tag, one in series.items()
        if one.points >= MIN_POINTS and one.step_interval > 0.0 and one.seconds > 0.0
    }
    out: dict[str, Finding] = {}
    for tag, one in known.items():
        peers = [other for name, other in known.items() if name != tag and _keep_step(one, other)]
        margin = max(MANY_INTERVALS * one.step_interval, LONGER * (one.last_step - one.first_step))
        longer = [other for other in peers if other.last_step > one.last_step + margin]
        longer = [other for other in longer if other.last_wall_time > one.last_wall_time + MANY_INTERVALS * one.seconds]
        if not longer or len(longer) < MOST * len(peers):
            continue
        near = NEAR * one.step_interval
        if any(abs(restart - one.last_step) <= near for restart in restarts) or _followed(one, series, near):
            continue
        front = max(other.last_step for other in longer)
        words = (
            f"stopped at {step_words(one.last_step)}; {_others(len(longer))} logged as often went on to "
            f"{step_words(front)}"
        )
        times = (front - one.last_step) / one.step_interval
        out[tag] = Finding("stopped", "warn", one.last_step, one.last_wall_time, times, words)
    return out


def _keep_step(one: Cadence, other: Cadence) -> bool:
    step, seconds = one.step_interval / other.step_interval, one.seconds / other.seconds
    return (
        1.0 / SAME_STEP <= step <= SAME_STEP
        and 1.0 / SAME_SECONDS <= seconds <= SAME_SECONDS
        and other.first_step <= (one.first_step + one.last_step) / 2.0
    )


def _followed(one: Cadence, series: Mapping[str, Cadence], near: float) -> bool:
    return any(other is not one and abs(other.first_step - one.last_step) <= near for other in series.values())


def _others(count: int) -> str:
    return "another tag" if count == 1 else f"{count} tags"
