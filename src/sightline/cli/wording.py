"""How the verbs say things on a terminal: how many of what, and names that may hold anything."""

from __future__ import annotations

__all__ = ["count", "printable"]


def count(number: int, noun: str) -> str:
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


def printable(text: str) -> str:
    """A name on one line: line breaks, control characters and bytes that are no text become escapes.

    A run, a tag and a file name may hold anything; a terminal must not obey it.
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
