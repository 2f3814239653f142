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
    """In the order of their wall times, NaN last. Under the run's lock, when ``parts_to_judge`` are loaded."""
    every = [one.parts for one in series]
    found = []
    said = set()
    files = set()
    for file, restart in _by_session(every, starts):
        found.append(restart)
        files.add(file)
        said.add((file, restart.step))  # not said a second time
    found += [restart for file, restart in _by_file(every) if file not in files]
    found += [restart for file, restart in _by_steps(every) if (file, restart.step) not in said]
    return tuple(sorted(found, key=_place))


def _place(restart: Restart) -> tuple[float, int]:
    # NaN, which is neither before nor after anything, would leave the others out of order, too.
    return (math.inf if math.isnan(restart.wall_time) else restart.wall_time, restart.step)


class _Ended:
    """Parts in the order in which their files ended."""

    def __init__(self, parts: Iterable[Part]) -> None:
        ended = [(part.file.last_wall_time, part) for part in parts if part.file.last_wall_time is not None]
        ended.sort(key=lambda pair: pair[0])
        self._wall_times = [wall_time for wall_time, _ in ended]
        self._highest = list(accumulate((part.high for _, part in ended), max))
        self._lowest = list(accumulate((part.low for _, part in ended), min))

    def steps_before(self, wall_time: float) -> tuple[int, int] | None:
        """Smallest and largest step of those in files that had ended before a moment; None without any."""
        count = bisect_left(self._wall_times, wall_time)
        return (self._lowest[count - 1], self._highest[count - 1]) if count else None


def _by_session(
    every: list[list[Part]], starts: tuple[tuple[EventFile, SessionStart], ...]
) -> list[tuple[EventFile, Restart]]:
    """Each SessionLog START that overtakes something: before it in its file, or in files that ended before it."""
    if not starts:
        return []
    parts = [part for parts in every for part in parts]
    ended = _Ended(parts)
    found = []
    for file, start in starts:
        if start.wall_time == math.inf:  # its own file ended before it, too
            earlier = _Ended(part for part in parts if part.file is not file).steps_before(start.wall_time)
        else:
            earlier = ended.steps_before(start.wall_time)
        steps = [start.highest, earlier[1] if earlier else None]
        if any(step is not None and step >= start.step for step in steps):
            found.append((file, Restart(start.step, start.wall_time, "session")))
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
        ended = _Ended(parts)
        for part in parts:
            began = part.file.first_point_wall_time
            earlier = None if began is None else ended.steps_before(began)
            if earlier is None or earlier[1] < part.low:
                continue
            steps = resumed if earlier[0] < part.low else begun
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
