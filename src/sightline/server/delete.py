"""Deleting runs and bringing them back. Refused unless the server was started with ``--allow-delete``."""

from __future__ import annotations

from sightline.errors import UnknownName
from sightline.kinds.endpoint import Answer, Endpoint, NotAllowed, NotFound, Query
from sightline.store import LogDir
from sightline.store.trash import Outcome, Trash

__all__ = [
    "DELETE",
    "RESTORE",
    "TRASH",
    "DeleteOutcome",
    "DeleteQuery",
    "Deletion",
    "Deletions",
    "RefusedRun",
    "RestoreQuery",
]


class DeleteQuery(Query):
    runs: list[str]
    """Each by its own name: runs below one stay where they are."""


class RestoreQuery(Query):
    id: str
    """Of a deletion."""


class RefusedRun(Answer):
    """A run that stays where it is."""

    run: str
    reason: str
    """In words."""


class DeleteOutcome(Answer):
    """What became of the runs of a request."""

    id: str
    """Brings them back with ``/api/runs/restore``; empty when none was deleted."""
    runs: list[str]
    """Those that were deleted, or brought back."""
    refused: list[RefusedRun]


class Deletion(Answer):
    """What was deleted at once."""

    id: str
    wall_time: float
    """Seconds since the Unix epoch."""
    runs: list[str]


class Deletions(Answer):
    """What lies in the trash, the newest first."""

    deletions: list[Deletion]


def delete_runs(logdir: LogDir, query: DeleteQuery) -> DeleteOutcome:
    return _describe(_trash(logdir).delete(query.runs))


def restore_runs(logdir: LogDir, query: RestoreQuery) -> DeleteOutcome:
    try:
        return _describe(_trash(logdir).restore(query.id))
    except UnknownName as error:
        raise NotFound(str(error)) from error


def read_trash(logdir: LogDir, query: None) -> Deletions:
    return Deletions(
        deletions=[
            Deletion(id=deletion.id, wall_time=deletion.wall_time, runs=list(deletion.runs))
            for deletion in _trash(logdir).deletions
        ]
    )


def _trash(logdir: LogDir) -> Trash:
    if logdir.trash is None:
        raise NotAllowed("Runs can't be deleted here: start Sightline with --allow-delete.")
    return logdir.trash


def _describe(outcome: Outcome) -> DeleteOutcome:
    return DeleteOutcome(
        id=outcome.id,
        runs=list(outcome.runs),
        refused=[RefusedRun(run=run, reason=why) for run, why in outcome.refused.items()],
    )


DELETE = Endpoint(
    method="POST",
    path="/runs/delete",
    summary="Move the event files of some runs to the trash in the log directory",
    query=DeleteQuery,
    answer=DeleteOutcome,
    handler=delete_runs,
)
RESTORE = Endpoint(
    method="POST",
    path="/runs/restore",
    summary="Bring back what was deleted at once",
    query=RestoreQuery,
    answer=DeleteOutcome,
    handler=restore_runs,
)
TRASH = Endpoint(
    method="GET",
    path="/runs/trash",
    summary="What was deleted and can be brought back",
    query=None,
    answer=Deletions,
    handler=read_trash,
)
