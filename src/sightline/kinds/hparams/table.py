"""Sessions and experiments to one table: which columns there are, and what is in a session's row.

TensorBoard takes the first experiment it finds as the table and ignores all others, so hyperparameters and metrics that
are missing there never get a column. Here the columns are the union of all experiments and of what the sessions hold.
Pure functions over decoded data; a run that has a session's start is a *session*, and goes by the run's name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sightline.kinds.hparams.decode import (
    DeclaredHParam,
    DeclaredMetric,
    Experiment,
    HParamValue,
    SessionEnd,
    SessionStart,
)
from sightline.kinds.hparams.message import DatasetType, HParamType, Status

__all__ = [
    "HParamColumn",
    "MetricColumn",
    "Session",
    "find_session",
    "group_sessions",
    "hparam_columns",
    "merge_session",
    "metric_columns",
    "metric_run",
]

ROOT = "."
"""The name of the run that is the log directory itself."""


@dataclass(frozen=True, slots=True)
class Session:
    """One row, or one of several in a group's."""

    name: str
    """The run's."""
    start: SessionStart
    end: SessionEnd | None = None

    @property
    def status(self) -> Status:
        """A session that has begun and not ended is running, as far as its files say."""
        return Status.RUNNING if self.end is None else self.end.status

    @property
    def group(self) -> str:
        """The name of its group: its own, when it was given none."""
        return self.start.group_name or self.name


@dataclass(frozen=True, slots=True)
class HParamColumn:
    """A column of hyperparameters."""

    name: str
    display_name: str
    description: str
    type: HParamType
    """What all its values are; STRING when they differ in type."""
    values: tuple[HParamValue, ...] | None
    """Of booleans and text, and where an experiment lists them: all there are, declared ones first."""
    interval: tuple[float, float] | None
    """Of other numbers: smallest and largest, NaN aside."""
    differs: bool
    """Whether two sessions have different values: what did not vary explains nothing."""
    declared: bool
    """Whether an experiment names it."""


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """A column of metrics."""

    tag: str
    group: str
    display_name: str
    description: str
    dataset_type: DatasetType
    declared: bool
    """Whether an experiment names it; otherwise it is a scalar that some session has logged."""


def merge_session(name: str, starts: Sequence[SessionStart], ends: Sequence[SessionEnd]) -> Session:
    """A run's session from all its starts (at least one) and ends, in the order of the file.

    A run that is resumed starts again: later values take the place of earlier ones, what is not repeated stays. An end
    counts only while no later status replaces it.
    """
    first, last = starts[0], starts[-1]
    merged = SessionStart(
        hparams={key: value for start in starts for key, value in start.hparams.items()},
        group_name=next((start.group_name for start in reversed(starts) if start.group_name), ""),
        start_time=first.start_time,
        model_uri=last.model_uri or first.model_uri,
        monitor_url=last.monitor_url or first.monitor_url,
    )
    return Session(name, merged, ends[-1] if ends else None)


def hparam_columns(experiments: Iterable[Experiment], sessions: Iterable[Session]) -> list[HParamColumn]:
    """The columns of hyperparameters: declared ones in the order of the experiments, then others as sessions have them.

    Where two experiments declare a column, the first names and describes it and the lists of values are joined.
    """
    declared: dict[str, list[DeclaredHParam]] = {}
    for experiment in experiments:
        for hparam in experiment.hparams:
            declared.setdefault(hparam.name, []).append(hparam)
    found: dict[str, list[HParamValue]] = {name: [] for name in declared}
    for session in sessions:
        for name, value in session.start.hparams.items():
            found.setdefault(name, []).append(value)
    return [_hparam_column(name, declared.get(name, []), values) for name, values in found.items()]


def _hparam_column(name: str, declared: Sequence[DeclaredHParam], found: Sequence[HParamValue]) -> HParamColumn:
    types = {each.type for each in declared} | {_type_of(value) for value in found}
    types.discard(HParamType.UNSET)
    kind = types.pop() if len(types) == 1 else HParamType.STRING if types else HParamType.UNSET
    listed = [value for each in declared for value in each.values or ()]
    values: tuple[HParamValue, ...] | None = None
    interval: tuple[float, float] | None = None
    if kind is not HParamType.FLOAT64 or listed:
        values = tuple(_distinct([*listed, *found]))
    else:
        ends = [float(end) for each in declared for end in each.interval or ()]
        numbers = [*ends, *(float(value) for value in found if value == value)]
        interval = (min(numbers), max(numbers)) if numbers else None
    return HParamColumn(
        name=name,
        display_name=next((each.display_name for each in declared if each.display_name), ""),
        description=next((each.description for each in declared if each.description), ""),
        type=kind,
        values=values,
        interval=interval,
        differs=len(_distinct(found)) > 1,
        declared=bool(declared),
    )


def _type_of(value: HParamValue) -> HParamType:
    if isinstance(value, bool):
        return HParamType.BOOL
    return HParamType.STRING if isinstance(value, str) else HParamType.FLOAT64


def _distinct(values: Iterable[HParamValue]) -> list[HParamValue]:
    """Each value once, in order. True is not 1, and NaN is NaN."""
    return list({(type(value), value if value == value else "NaN"): value for value in values}.values())


def metric_columns(
    experiments: Iterable[Experiment], sessions: Collection[str], scalars: Mapping[str, Iterable[str]]
) -> list[MetricColumn]:
    """The columns of metrics: declared ones in the order of the experiments, then the other scalars by group and tag.

    ``sessions`` are the sessions' names; ``scalars`` are the tags of scalars by run, for every run there is: a scalar
    belongs to the nearest session at or above its run, and its group is the way from there.
    """
    columns: dict[tuple[str, str], MetricColumn] = {}
    for experiment in experiments:
        for metric in experiment.metrics:
            key = (_normal_group(metric.group), metric.tag)
            columns.setdefault(key, _metric_column(metric, declared=True))
    found: set[tuple[str, str]] = set()
    for run, tags in scalars.items():
        session = find_session(run, sessions)
        if session is not None:
            group = "" if run == session else run if session == ROOT else run[len(session) + 1 :]
            found.update((group, tag) for tag in tags)
    for group, tag in sorted(found - columns.keys()):
        columns[group, tag] = _metric_column(DeclaredMetric(tag, group), declared=False)
    return list(columns.values())


def _metric_column(metric: DeclaredMetric, *, declared: bool) -> MetricColumn:
    return MetricColumn(
        metric.tag,
        _normal_group(metric.group),
        metric.display_name,
        metric.description,
        metric.dataset_type,
        declared,
    )


def _normal_group(group: str) -> str:
    return "/".join(part for part in group.split("/") if part not in ("", "."))


def metric_run(session: str, group: str) -> str:
    """The run whose last scalar is the metric of a session: ``<session>/<group>``."""
    group = _normal_group(group)
    if not group:
        return session
    return group if session == ROOT else f"{session}/{group}"


def find_session(run: str, sessions: Collection[str]) -> str | None:
    """The session that a run belongs to: itself or the nearest above it; None when there is none."""
    while run not in sessions:
        if run == ROOT:
            return None
        run = run.rpartition("/")[0] or ROOT
    return run


def group_sessions(sessions: Iterable[Session]) -> dict[str, list[Session]]:
    """Sessions by group, in the order in which groups appear; within one by name. The first gives the row's values."""
    groups: dict[str, list[Session]] = {}
    for session in sessions:
        groups.setdefault(session.group, []).append(session)
    for group in groups.values():
        group.sort(key=lambda session: session.name)
    return groups
