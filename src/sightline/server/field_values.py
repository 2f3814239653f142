"""The values of fields, remembered: figures of scalars by run and version, hyperparameters by run.

Ten thousand runs are asked for whenever a page opens, one or two whenever they grew; so nothing is computed twice
while a run stays as it is, and of a run that grew only what is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from sightline.analysis.figures import Figures, figures
from sightline.errors import DamagedRecord, SeriesGone
from sightline.kinds.hparams.decode import HParamValue
from sightline.kinds.hparams.inherit import lenders
from sightline.kinds.hparams.schema import KIND as HPARAMS
from sightline.kinds.scalar.schema import KIND as SCALAR
from sightline.store import LogDir, Run, ScalarSeries, SeriesKey

__all__ = ["FieldValues", "field_values"]

HParams = dict[str, HParamValue]
NONE: Mapping[str, HParamValue] = {}


class FieldValues:
    """Of one log directory. Safe from any thread; two that ask for the same wait for one answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._figures: WeakKeyDictionary[Run, tuple[int, dict[str, Figures | None]]] = WeakKeyDictionary()
        self._own: WeakKeyDictionary[Run, _Own] = WeakKeyDictionary()
        self._lenders: tuple[tuple[list[str], list[str]], Mapping[str, str]] = (([], []), {})

    def metric(self, runs: Iterable[Run | None], tag: str) -> list[Figures | None]:
        """The figures of a tag in each run, superseded points aside; None where a run has no such scalar."""
        key = SeriesKey(SCALAR.name, tag)
        with self._lock:
            return [None if run is None else self._figures_of(run, key) for run in runs]

    def hparams(self, logdir: LogDir) -> tuple[Mapping[str, HParams], Mapping[str, str]]:
        """Run -> the hyperparameters it logged, of those that logged some; and run -> the run whose ones it has."""
        runs = logdir.runs
        with self._lock:
            own = {name: found for name, run in runs.items() if (found := self._hparams_of(run))}
            mark = (list(runs), list(own))
            if self._lenders[0] != mark:
                self._lenders = (mark, lenders(runs, own))
            return own, self._lenders[1]

    def _figures_of(self, run: Run, key: SeriesKey) -> Figures | None:
        version, known = self._figures.get(run, (-1, {}))
        if version != run.version:
            version, known = run.version, {}  # taken before the points: what comes in between is looked at again
            self._figures[run] = version, known
        if key.tag not in known:
            known[key.tag] = _figures(run, key)
        return known[key.tag]

    def _hparams_of(self, run: Run) -> HParams:
        known = self._own.get(run)
        if known is None or known.version != run.version:
            version = run.version
            # A run grows a thousand times for each time it is started: what is on disk is read when it was.
            mark = [(key.tag, len(series)) for key, series in run.series.items() if key.kind == HPARAMS.name]
            if known is None or known.mark != mark:
                known = self._own[run] = _Own(mark, _read(run) if mark else {})
            known.version = version
        return known.hparams


class _Own:
    """The hyperparameters that a run logged, as of a version."""

    __slots__ = ("hparams", "mark", "version")

    def __init__(self, mark: list[tuple[str, int]], hparams: HParams) -> None:
        self.version = -1
        self.mark = mark
        self.hparams = hparams


def _figures(run: Run, key: SeriesKey) -> Figures | None:
    series = run.series.get(key)
    if not isinstance(series, ScalarSeries):
        return None
    try:
        return figures(series.current())
    except SeriesGone:
        return None


def _read(run: Run) -> HParams:
    try:
        return run.hparams
    except (DamagedRecord, SeriesGone, OSError):
        return {}  # the ledger has the place that can't be read


_known: WeakKeyDictionary[LogDir, FieldValues] = WeakKeyDictionary()
_knowing = threading.Lock()


def field_values(logdir: LogDir) -> FieldValues:
    """What is remembered of a log directory."""
    with _knowing:
        values = _known.get(logdir)
        if values is None:
            values = _known[logdir] = FieldValues()
        return values
