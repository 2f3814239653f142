"""The catalogue: which runs there are, how each is doing, and which tags they have. Names and counts, no data."""

from __future__ import annotations

import hashlib
import math
from typing import Literal

from sightline.kinds import KINDS
from sightline.kinds.endpoint import Answer, Endpoint, room_endpoints
from sightline.server.cursor import Cursor, format_cursor
from sightline.server.run_states import states_of
from sightline.store import LogDir, Run
from sightline.store.logdir import natural_key

__all__ = ["CATALOGUE", "Catalogue", "CatalogueKind", "CatalogueRun", "CatalogueTag", "ReadProgress", "describe_run"]


class ReadProgress(Answer):
    """How far reading has come. ``done`` is true once everything that was there has been read."""

    files: int
    bytes_total: int
    bytes_read: int
    done: bool


class CatalogueRun(Answer):
    """One run: a directory that holds event files."""

    name: str
    """``.`` for the log directory itself; parts are joined with ``/``."""
    state: Literal["live", "finished", "stale"]
    state_reason: str
    """Why it is thought to be so, in words."""
    first_wall_time: float | None
    """Seconds since the Unix epoch; null when no event has a finite one."""
    last_wall_time: float | None
    last_step: int | None
    points: int
    """Of all its series, superseded ones included."""
    restarts: int
    damage: int
    """Damaged places in its files; the ledger says where."""
    version: int
    """Grows with every change of this run."""


class CatalogueTag(Answer):
    """One tag of a kind."""

    name: str
    runs: int
    """Index into ``Catalogue.run_sets``: most tags are shared by the same runs, so each set is sent once."""


class CatalogueKind(Answer):
    """The tags of one kind, in natural order."""

    name: str
    """A room's name (``scalar``), or the plugin's name on disk when no room claims the data."""
    title: str
    """What a dashboard's tab says."""
    supported: bool
    """False when this version has no dashboard for the data."""
    tags: list[CatalogueTag]


class Catalogue(Answer):
    """Everything the page needs to draw its shell."""

    cursor: str
    """Give it to ``/api/stream?since=`` to hear of everything that changed after this answer."""
    logdir: str
    exists: bool
    """False while the log directory is not there yet; it is being watched."""
    progress: ReadProgress
    runs: list[CatalogueRun]
    """In natural order."""
    run_sets: list[list[int]]
    """Sets of runs, as ascending indexes into ``runs``."""
    kinds: list[CatalogueKind]
    """The rooms in the order of their tabs: those with a dashboard also when empty. Then kinds without a room."""


def read_catalogue(logdir: LogDir, query: None) -> Catalogue:
    """The catalogue as of now. The cursor is taken first: a change in between is then told twice, never missed."""
    states = states_of(logdir)
    cursor = format_cursor(Cursor(logdir.version, states.revision))
    progress = describe_progress(logdir)  # before the runs: where it says that all was read, all of it is in them
    runs = list(logdir.runs.values())
    members: dict[str, dict[str, list[int]]] = {kind.name: {} for kind in KINDS}
    for index, run in enumerate(runs):
        for key in run.series:
            members.setdefault(key.kind, {}).setdefault(key.tag, []).append(index)
    set_indexes: dict[tuple[int, ...], int] = {}
    titles = {kind.name: kind.title for kind in KINDS}
    dashboards = {kind.name for kind in KINDS if room_endpoints(kind)}
    kinds = [
        CatalogueKind(
            name=kind,
            title=titles.get(kind, kind),
            supported=kind in dashboards,
            tags=[
                CatalogueTag(name=tag, runs=set_indexes.setdefault(tuple(indexes), len(set_indexes)))
                for tag, indexes in sorted(tags.items(), key=lambda item: natural_key(item[0]))
            ],
        )
        for kind, tags in members.items()
        if tags or kind in dashboards
    ]
    lines = [describe_run(run) for run in runs]
    for line in lines:
        states.saw(line.name, line.state)
    return Catalogue(
        cursor=cursor,
        logdir=logdir.title,
        exists=logdir.exists,
        progress=progress,
        runs=lines,
        run_sets=[list(indexes) for indexes in set_indexes],
        kinds=kinds,
    )


def describe_run(run: Run) -> CatalogueRun:
    """A run's line in the catalogue."""
    return CatalogueRun(
        name=run.name,
        state=run.state.kind,
        state_reason=run.state.reason,
        first_wall_time=finite(run.first_wall_time),
        last_wall_time=finite(run.last_wall_time),
        last_step=run.last_step,
        points=run.points,
        restarts=len(run.restarts),
        damage=sum(file.damage_count for file in run.files),
        version=run.version,
    )


def describe_progress(logdir: LogDir) -> ReadProgress:
    progress = logdir.progress
    return ReadProgress(
        files=progress.files, bytes_total=progress.bytes_total, bytes_read=progress.bytes_read, done=progress.done
    )


def name_state(logdir: LogDir) -> str:
    """The catalogue's ETag: what was read, and a digest of what changes by time or elsewhere, without a new version."""
    states = [(run.name, run.state) for run in list(logdir.runs.values())]
    digest = hashlib.blake2b(repr((states, logdir.exists, logdir.progress)).encode(), digest_size=8)
    return f"{format_cursor(Cursor(logdir.version))}-{digest.hexdigest()}"


def finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity."""
    return value if value is not None and math.isfinite(value) else None


CATALOGUE = Endpoint(
    method="GET",
    path="/catalogue",
    summary="Runs, their state, and the tags of each kind",
    query=None,
    answer=Catalogue,
    handler=read_catalogue,
    etag=name_state,
)
