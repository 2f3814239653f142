"""What a person says of a run, and a change of it. Pure; ``notebook.py`` keeps them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sightline.errors import ArgumentError

__all__ = ["MAX_ALIAS", "MAX_NOTE", "MAX_TAG", "MAX_TAGS", "NO_NOTES", "SLOTS", "NotesChange", "RunNotes", "apply"]

MAX_ALIAS = 200
MAX_TAG = 60
MAX_TAGS = 30
MAX_NOTE = 20_000
"""Characters, and tags of one run."""
SLOTS = 12
"""Colours of the page's palette; 0 is the run's own."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of the text around them: with one in its name a run can pose as another."""


@dataclass(frozen=True, slots=True)
class RunNotes:
    """All that is said of one run. Empty where nothing is."""

    alias: str = ""
    """The run's name for its owner."""
    starred: bool = False
    hidden: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    """Markdown."""
    colour: int = 0
    """1 to ``SLOTS``; 0: the one that its name asks for."""


NO_NOTES = RunNotes()


@dataclass(frozen=True, slots=True)
class NotesChange:
    """What is None stays as it is; ``add_tags`` and ``remove_tags`` come after ``tags``."""

    alias: str | None = None
    starred: bool | None = None
    hidden: bool | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str | None = None
    colour: int | None = None


def apply(notes: RunNotes, change: NotesChange) -> RunNotes:
    """The notes after a change. ``ArgumentError`` for a text too long or with characters that can't be shown."""
    tags = list(notes.tags if change.tags is None else map(_clean_tag, change.tags))
    tags += map(_clean_tag, change.add_tags)
    removed = set(change.remove_tags)
    tags = [tag for tag in dict.fromkeys(tags) if tag not in removed]
    if len(tags) > MAX_TAGS:
        raise ArgumentError(f"got {len(tags)} tags, want at most {MAX_TAGS} for a run")
    colour = notes.colour if change.colour is None else change.colour
    if not 0 <= colour <= SLOTS:
        raise ArgumentError(f"the colour is {colour}: want 1 to {SLOTS}, or 0 for the run's own")
    return RunNotes(
        alias=notes.alias if change.alias is None else _clean_line("alias", change.alias, MAX_ALIAS),
        starred=notes.starred if change.starred is None else change.starred,
        hidden=notes.hidden if change.hidden is None else change.hidden,
        tags=tuple(tags),
        note=notes.note if change.note is None else _clean_note(change.note),
        colour=colour,
    )


def _clean_tag(text: str) -> str:
    tag = _clean_line("tag", text, MAX_TAG)
    if not tag:
        raise ArgumentError("got an empty tag: want at least one character")
    return tag


def _clean_line(what: str, text: str, longest: int) -> str:
    """One line, without blanks at its ends."""
    text = text.strip()
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in TURNING:
            raise ArgumentError(f"the {what} has the control character U+{ord(character):04X}: want one line of text")
    if len(text) > longest:
        raise ArgumentError(f"the {what} has {len(text)} characters: want at most {longest}")
    return text


def _clean_note(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise ArgumentError(f"the note has the control character U+{ord(character):04X}: want text")
    if len(text) > MAX_NOTE:
        raise ArgumentError(f"the note has {len(text)} characters: want at most {MAX_NOTE}")
    return text
