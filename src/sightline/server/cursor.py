"""A cursor names what this process has read of the log directory, and which states of runs it has seen.

It is in the catalogue's answer, the id of every event of the stream, and what a page gives back to learn what it
missed: ``<process>-<version>.<states>``. The first part is random for each process: a server that was started again
counts from the beginning.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from typing import NamedTuple

__all__ = ["Cursor", "format_cursor", "parse_cursor"]


class Cursor(NamedTuple):
    """What a page knows."""

    version: int
    """``LogDir.version``."""
    states: int = 0
    """``RunStates.revision``."""


@cache
def _process() -> str:
    return secrets.token_hex(4)


def format_cursor(cursor: Cursor) -> str:
    """The cursor as text, for pages of this process."""
    return f"{_process()}-{cursor.version}.{cursor.states}"


def parse_cursor(text: str) -> Cursor | None:
    """What a cursor names; None when another process gave it or it is no cursor at all."""
    match = re.fullmatch(r"([0-9a-f]+)-([0-9]{1,18})\.([0-9]{1,18})", text)
    if match is None or match[1] != _process():
        return None
    return Cursor(int(match[2]), int(match[3]))
