"""A cursor names one state of the log directory as this process has read it: ``<process>-<version>``.

It is the catalogue's ETag, the id of every event of the stream, and what a page gives back to learn what it missed.
The first part is random for each process: a server that was started again counts its versions from the beginning.
"""

from __future__ import annotations

import secrets
from functools import cache

__all__ = ["format_cursor", "parse_cursor"]


@cache
def _process() -> str:
    return secrets.token_hex(4)


def format_cursor(version: int) -> str:
    """The cursor of a ``LogDir.version`` of this process."""
    return f"{_process()}-{version}"


def parse_cursor(text: str) -> int | None:
    """The version a cursor names; None when another process gave it or it is no cursor at all."""
    process, _, version = text.rpartition("-")
    if process != _process() or not version.isascii() or not version.isdigit():
        return None
    return int(version)
