"""The events of ``/api/stream``: what the server tells a page without being asked."""

from __future__ import annotations

from sightline.kinds.endpoint import Answer, Query
from sightline.server.catalogue import CatalogueRun, ReadProgress

__all__ = ["EVENTS", "AliveEvent", "CatalogueEvent", "GrewEvent", "NotesEvent", "StreamQuery"]


class StreamQuery(Query):
    since: str = ""
    """A cursor: what changed after it is told first. The ``Last-Event-ID`` header, if present, counts instead."""


class GrewEvent(Answer):
    """``event: grew``: these runs have new points, or another state."""

    runs: list[CatalogueRun]


class CatalogueEvent(Answer):
    """``event: catalogue``: a run or a tag appeared or went; fetch ``/api/catalogue`` again."""

    cursor: str


class NotesEvent(Answer):
    """``event: notes``: somebody changed a note; fetch ``/api/notes`` again unless it is of this version already."""

    version: str


class AliveEvent(Answer):
    """``event: alive``: the server is there, and had nothing to tell."""

    every_seconds: float
    """How often this is sent: a page that hears nothing for much longer has lost the server."""


EVENTS: dict[str, type[Answer]] = {
    "grew": GrewEvent,
    "catalogue": CatalogueEvent,
    "progress": ReadProgress,
    "notes": NotesEvent,
    "alive": AliveEvent,
}
"""Every event's name and what its ``data`` is, as JSON."""
