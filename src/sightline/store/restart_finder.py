"""Which restarts a run shows: docs/design/0002-restarts.md has the rule and the reasons."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from sightline.store.event_file import MAX_FALLS, EventFile
from sightline.store.part import Part
from sightline.store.restart import Restart, SessionStart
from sightline.store.series import Series

__all__ = ["find_restarts", "parts_to_judge"]

COMPARED = 1000
"""Rows after going back that are looked at."""
MIN_REPEATS = 2
"""Steps that must come a second time before going back counts as starting again: one may be a straggler."""


def parts_to_judge(series: Iterable[Series]) -> list[Part]:
    """Those whose rows ``find_restarts`` looks at: of the others it wants to know nothing but the range of steps."""
    return [part for one in series for part in one.parts if _falls(part)]


def find_restarts(series: Iterable[Series], starts: tuple[tuple[EventFile, SessionStart], ...]) -> tuple[Restart, ...]:
    """In the order of their wall times. Under the run's lock, when ``parts_to_judge`` are loaded."""
    every = [one.parts for one in series]
    sessions = {file: restarts for file in {file for file, _ in starts} if (restarts := _by_session(every, file))}
    found = [restart for restarts in sessions.values() for restart in restarts]
    # What a START says is not said a second time.
    said = {(file, restart.step) for file, restarts in sessions.items() for restart in restarts}
    found += [restart for file, restart in _by_file(every) if file not in sessions]
    found += [restart for file, restart in _by_steps(every) if (file, restart.step) not in said]
    return tuple(sorted(found, key=lambda restart: (restart.wall_time, restart.step)))


def _by_session(every: list[list[Part]], file: EventFile) -> list[Restart]:
    """Each SessionLog START of a file that overtakes something: before it there, or in files that ended before it."""
    others = sorted(
        (part.file.last_wall_time, part.high)
        for parts in every
        for part in parts
        if part.file is not file and part.file.last_wall_time is not None
    )
    ended = [wall_time for wall_time, _ in others]
    highest = list(accumulate((high for _, high in others), max))
    found = []
    for start in file.session_starts:
        earlier = bisect_left(ended, start.wall_time)
        steps = [start.highest, highest[earlier - 1] if earlier else None]
        if any(step is not None and step >= start.step for step in steps):
            found.append(Restart(start.step, start.wall_time, "session"))
    return found


def _by_file(every: list[list[Part]]) -> list[tuple[EventFile, Restart]]:
    """Each file that begins after others of its run ended and repeats steps of theirs in some series.

    Its step is the smallest one at which such a series goes on. Series that are logged again from their very beginning
    (a configuration, a first metric) say nothing of where training went on, unless all are.
    """
    resumed: dict[EventFile, int] = {}
    begun: dict[EventFile, int] = {}
    for parts in every:
        if len(parts) < 2:
            continue
        for part in parts:
            earlier = [other for other in parts if part.file.began_after(other.file)]
            if not earlier or max(other.high for other in earlier) < part.low:
                continue
            steps = resumed if min(other.low for other in earlier) < part.low else begun
            steps[part.file] = min(part.low, steps.get(part.file, part.low))
    return [
        (file, Restart(step, file.first_point_wall_time or math.nan, "file"))
        for file, step in {**begun, **resumed}.items()
    ]


def _by_steps(every: list[list[Part]]) -> list[tuple[EventFile, Restart]]:
    """Places within a file where a scalar series goes back and repeats steps it has; one for each step."""
    found: dict[tuple[EventFile, int], float] = {}
    for parts in every:
        for part in parts:
            falls = _falls(part)
            for row, stop in zip(falls, [*falls, len(part)][1:], strict=True):
                restart = _judge_fall(part, row, stop, last=row == falls[-1])
                if restart is not None:
                    key = (part.file, restart[0])
                    found[key] = min(restart[1], found.get(key, math.inf))
    return [(file, Restart(step, wall_time, "steps")) for (file, step), wall_time in found.items()]


def _falls(part: Part) -> list[int]:
    """Rows at which its steps go back; none where they do so all the time."""
    falls = part.file.falls.get(part.number, []) if part.is_scalar else []
    return falls if len(falls) <= MAX_FALLS else []


def _judge_fall(part: Part, row: int, stop: int, last: bool) -> tuple[int, float] | None:
    """Step and wall time of the restart at ``row``; None when it is none. Once: a run that grows is asked each time."""
    if part.falls_judged is None:
        part.falls_judged = {}
    judged = part.falls_judged
    if row in judged:
        return judged[row]
    steps, wall_times = part.columns()[:2]
    before = steps[:row]
    repeats = steps[row] in before and np.isin(np.unique(steps[row:stop][:COMPARED]), before).sum() >= MIN_REPEATS
    restart = (int(steps[row]), float(wall_times[row])) if repeats else None
    if repeats or not last or stop - row >= COMPARED:  # rows that come later change nothing
        judged[row] = restart
    return restart
