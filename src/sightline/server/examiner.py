"""Examines runs for what looks wrong, in a thread of low urgency, and remembers what it found by series and version.

A page asks for the runs that it shows and is told at once what is known; what is not known yet is worked at, the runs
that were asked for last first. The thread ends when there is nothing left to do.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.analysis.health import (
    Cadence,
    Finding,
    cadence,
    examine,
    falling,
    find_pauses,
    find_stall,
    find_stopped,
    is_loss,
)
from sightline.errors import SeriesGone
from sightline.store import LogDir, Run, ScalarColumns, ScalarSeries

__all__ = ["Examined", "Examiner", "Located", "examine_run", "examiner_of"]

BUSY_SECONDS = 0.002
"""It works for so long, then leaves the interpreter to others for as long: what a page waits for comes first."""
NICE = 10
REST = 20.0
"""A run that grows is looked at again after so many times what looking at it took: a twentieth of one core at most."""
SECTIONS = {"bad": 0, "warn": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and its tag; the tag is empty where it is of the whole run."""

    tag: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Examined:
    """A run's findings, the worst first and then by step."""

    mark: str
    """Equal marks: the same findings."""
    found: tuple[Located, ...]
    restarts: tuple[int, ...]
    """Steps at which the run was started again."""
    current: bool
    """False when the run has grown since: a newer answer is on its way."""


@dataclass(slots=True, eq=False)
class _Series:
    """What is known of a series, and the array it was found in: another array is another version."""

    step: weakref.ref[object]
    superseded: weakref.ref[object]
    falls: bool
    found: list[Finding]
    cadence: Cadence | None


@dataclass(slots=True, eq=False)
class _Known:
    run: weakref.ref[Run]
    version: int
    series: dict[str, _Series]
    found: tuple[Located, ...]
    restarts: tuple[int, ...]
    rests_until: float


class Examiner:
    """Of one log directory. Any thread may ask."""

    def __init__(self, logdir: LogDir) -> None:
        self._logdir = weakref.ref(logdir)
        self._known: dict[str, _Known] = {}
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self, names: Iterable[str], now: float) -> dict[str, Examined | None]:
        """What is known of these runs as of ``now`` (seconds since the Unix epoch); None where nothing is yet.

        Runs that are not there are left out. Those that are not known, or have grown, are looked at next.
        """
        logdir = self._logdir()
        assert logdir is not None
        runs = logdir.runs
        answer: dict[str, Examined | None] = {}
        want: list[str] = []
        for name in names:
            run = runs.get(name)
            if run is None:
                continue
            known = self._known.get(name)
            if known is not None and known.run() is not run:
                known = None
            current = known is not None and known.version == run.version
            if not current and (known is None or time.monotonic() >= known.rests_until):
                want.append(name)
            answer[name] = None if known is None else self._tell(run, known, now, current)
        if want:
            with self._lock:
                for name in reversed(want):
                    self._wanted[name] = None
                    self._wanted.move_to_end(name, last=False)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="sightline-health", daemon=True)
                    self._thread.start()
        return answer

    def _tell(self, run: Run, known: _Known, now: float, current: bool) -> Examined:
        """A silence grows without a new version: it is judged when somebody asks, of runs that were seen growing."""
        stall: list[Finding] = []
        if any(file.seen_growing is not None for file in run.files) and run.state.kind == "stale":
            stall = find_stall(_cadences(known.series), now)
        found = known.found + tuple(Located("", finding) for finding in stall)
        mark = f"{known.version}" + "s" * len(stall)
        return Examined(mark, found, known.restarts, current)

    def _work(self) -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)  # of a thread, on Linux
        pace = _Pace()
        while True:
            logdir = self._logdir()
            with self._lock:
                if logdir is None or not self._wanted:
                    for gone in self._known.keys() - (logdir.runs.keys() if logdir is not None else set()):
                        del self._known[gone]
                    self._thread = None
                    return
                name, _ = self._wanted.popitem(last=False)
            run = logdir.runs.get(name)
            if run is None:
                continue
            try:
                self._examine(run, pace)
            except BaseException:
                # A fault of ours, told by the terminal once: the run counts as examined, and the next question goes on.
                self._known[name] = _Known(weakref.ref(run), run.version, {}, (), (), 0.0)
                with self._lock:
                    self._thread = None
                raise
            del run, logdir

    def _examine(self, run: Run, pace: _Pace) -> None:
        version, before, worked = run.version, self._known.get(run.name), pace.worked
        old = before.series if before is not None and before.run() is run else {}
        series: dict[str, _Series] = {}
        scalars = _scalars(run)
        with pace:
            falls = falling(scalars)
        for tag, one in scalars.items():
            with pace:
                known = _examine_series(tag, one, tag in falls, old.get(tag))
            if known is not None:
                series[tag] = known
        with pace:
            found = _findings(run, series)
        restarts = tuple(sorted(restart.step for restart in run.restarts))
        rests_until = time.monotonic() + REST * (pace.worked - worked)
        self._known[run.name] = _Known(weakref.ref(run), version, series, found, restarts, rests_until)


class _Pace:
    """Counts work and rests as long as it worked, every :data:`BUSY_SECONDS`."""

    def __init__(self) -> None:
        self.worked = 0.0
        self._since_rest = 0.0
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *error: object) -> None:
        took = time.perf_counter() - self._began
        self.worked += took
        self._since_rest += took
        if self._since_rest >= BUSY_SECONDS:
            time.sleep(self._since_rest)
            self._since_rest = 0.0


def _scalars(run: Run) -> dict[str, ScalarSeries]:
    return {key.tag: one for key, one in run.series.items() if isinstance(one, ScalarSeries)}


def _examine_series(tag: str, series: ScalarSeries, falls: bool, known: _Series | None) -> _Series | None:
    try:
        columns = series.columns()
    except SeriesGone:
        return None
    same = known is not None and known.step() is columns.step and known.superseded() is columns.superseded
    if known is not None and same and known.falls == falls:
        return known
    present = _present(columns)
    found = examine(present.step, present.wall_time, present.value, loss=is_loss(tag), falls=falls)
    rhythm = cadence(present.step, present.wall_time) if len(present) else None
    return _Series(weakref.ref(columns.step), weakref.ref(columns.superseded), falls, found, rhythm)


def _present(columns: ScalarColumns) -> ScalarColumns:
    """Without points that a restart overtook."""
    if not columns.superseded.any():
        return columns
    keep = ~columns.superseded
    return columns.at(keep)


def examine_run(run: Run) -> tuple[Located, ...]:
    """The findings of a run, the worst first and then by step, found at once and in this thread."""
    scalars = _scalars(run)
    falls = falling(scalars)
    known = {tag: _examine_series(tag, one, tag in falls, None) for tag, one in scalars.items()}
    return _findings(run, {tag: one for tag, one in known.items() if one is not None})


def _findings(run: Run, series: dict[str, _Series]) -> tuple[Located, ...]:
    return tuple(sorted(_of_run(run, series), key=_order))


def _of_run(run: Run, series: dict[str, _Series]) -> Iterable[Located]:
    for tag, one in series.items():
        yield from (Located(tag, finding) for finding in one.found)
    known = {tag: one.cadence for tag, one in series.items() if one.cadence is not None}
    restarts = run.restarts
    for tag, finding in find_stopped(known, tuple(restart.step for restart in restarts)).items():
        yield Located(tag, finding)
    for finding in find_pauses(known.values(), [restart.wall_time for restart in restarts]):
        yield Located("", finding)


def _cadences(series: dict[str, _Series]) -> list[Cadence]:
    return [one.cadence for one in series.values() if one.cadence is not None]


def _order(one: Located) -> tuple[int, int]:
    return SECTIONS[one.finding.severity], one.finding.step


_EXAMINERS: weakref.WeakKeyDictionary[LogDir, Examiner] = weakref.WeakKeyDictionary()
_LOCK = threading.Lock()


def examiner_of(logdir: LogDir) -> Examiner:
    """The one of this log directory."""
    with _LOCK:
        found = _EXAMINERS.get(logdir)
        if found is None:
            found = _EXAMINERS[logdir] = Examiner(logdir)
        return found
