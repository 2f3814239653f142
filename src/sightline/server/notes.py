"""Notes: what a person says of runs. Asked for as a whole, since a person's are few; changed for many runs at once."""

from __future__ import annotations

from typing import Annotated

import msgspec

from sightline.kinds.endpoint import Answer, Endpoint, NotFound, Query
from sightline.kinds.text.html import render_markdown
from sightline.store import LogDir
from sightline.store.notebook import Page
from sightline.store.notes import SLOTS, NotesChange

__all__ = ["NOTES", "NOTES_CHANGE", "NOTE_HTML", "NoteHtml", "NoteHtmlQuery", "Notes", "NotesChangeQuery", "RunNote"]


class RunNote(Answer):
    """What is said of one run."""

    alias: str
    """Its name for its owner; empty when it has none."""
    starred: bool
    hidden: bool
    tags: list[str]
    note: str
    """Markdown; ``/api/notes/html`` gives its HTML."""
    colour: int
    """1 to 12, a colour of the palette; 0 when the run has the one that its name asks for."""


class Notes(Answer):
    """All notes of a log directory."""

    version: str
    """Another one when a note is another; the stream's ``notes`` events have it."""
    notes: dict[str, RunNote]
    """By name of the run; runs without any are left out. Also of runs that are not there at the moment."""
    writable: bool
    problem: str
    """Why notes are missing or can't be changed, a sentence; empty when all is well."""
    allow_delete: bool
    """Whether ``/api/runs/delete`` does anything."""


class NotesChangeQuery(Query):
    """The same change for several runs. What is left out, or null, stays as it is."""

    runs: list[str]
    alias: str | None = None
    """At most 200 characters on one line; empty takes it away. So with ``note``."""
    starred: bool | None = None
    hidden: bool | None = None
    tags: tuple[str, ...] | None = None
    """Instead of those that are there: at most 30, of 1 to 60 characters each."""
    add_tags: tuple[str, ...] | None = None
    remove_tags: tuple[str, ...] | None = None
    note: str | None = None
    """Markdown, at most 20,000 characters."""
    colour: Annotated[int, msgspec.Meta(ge=0, le=SLOTS)] | None = None
    """0 gives the run back its own."""


class NoteHtmlQuery(Query):
    run: str


class NoteHtml(Answer):
    """A run's note, to be put into the page as it is."""

    html: str
    """Sanitised as texts are. Empty when there is no note."""


def read_notes(logdir: LogDir, query: None) -> Notes:
    return _describe(logdir, logdir.notes.read())


def change_notes(logdir: LogDir, query: NotesChangeQuery) -> Notes:
    """All notes after the change."""
    runs = logdir.runs
    for name in query.runs:
        if name not in runs:
            raise NotFound(f"no run is named {name!r}")
    change = NotesChange(
        alias=query.alias,
        starred=query.starred,
        hidden=query.hidden,
        tags=query.tags,
        add_tags=query.add_tags or (),
        remove_tags=query.remove_tags or (),
        note=query.note,
        colour=query.colour,
    )
    try:
        return _describe(logdir, logdir.notes.change([runs[name] for name in query.runs], change))
    except LookupError as error:  # its files went in between
        raise NotFound(str(error)) from error


def read_html(logdir: LogDir, query: NoteHtmlQuery) -> NoteHtml:
    if query.run not in logdir.runs:
        raise NotFound(f"no run is named {query.run!r}")
    note = logdir.notes.of(query.run).note
    return NoteHtml(html=render_markdown(note) if note else "")


def _describe(logdir: LogDir, page: Page) -> Notes:
    return Notes(
        version=page.version,
        notes={
            name: RunNote(
                alias=said.alias,
                starred=said.starred,
                hidden=said.hidden,
                tags=list(said.tags),
                note=said.note,
                colour=said.colour,
            )
            for name, said in page.notes.items()
        },
        writable=page.writable,
        problem=page.problem,
        allow_delete=logdir.trash is not None,
    )


NOTES = Endpoint(
    method="GET",
    path="/notes",
    summary="All notes: aliases, stars, hidden runs, tags, notes and colours",
    query=None,
    answer=Notes,
    handler=read_notes,
)
NOTES_CHANGE = Endpoint(
    method="POST",
    path="/notes",
    summary="Change the notes of some runs; all notes after it",
    query=NotesChangeQuery,
    answer=Notes,
    handler=change_notes,
)
NOTE_HTML = Endpoint(
    method="GET",
    path="/notes/html",
    summary="The note of a run as sanitised HTML",
    query=NoteHtmlQuery,
    answer=NoteHtml,
    handler=read_html,
)
