"""Things by name, with a helpful answer for a name that is none of theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from sightline.errors import UnknownName

__all__ = ["Names", "unknown_name"]

T = TypeVar("T")

MAX_NEAR = 5
MAX_COMPARED = 20_000
"""Names looked through for near ones: an answer to a slip of the pen must not take seconds."""


class Names(dict[str, T]):
    """A dictionary whose ``[name]`` raises ``UnknownName``, which is a ``KeyError``."""

    def __init__(self, what: str, items: Iterable[tuple[str, T]] = ()) -> None:
        super().__init__(items)
        self._what = what

    def __missing__(self, name: str) -> T:
        raise unknown_name(self._what, name, self)


def unknown_name(what: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that is not among the known ones: ``no run 'traim'; near: 'train'``."""
    names = [each for each, _ in zip(known, range(MAX_COMPARED), strict=False)]
    near = difflib.get_close_matches(str(name), names, MAX_NEAR)
    part = str(name).lower()
    near += [each for each in names if part in each.lower() and each not in near][: MAX_NEAR - len(near)]
    if near:
        hint = f"near: {', '.join(map(repr, near))}"
    elif names:
        more = f" and {len(names) - MAX_NEAR} more" if len(names) > MAX_NEAR else ""
        hint = f"there are {', '.join(map(repr, names[:MAX_NEAR]))}{more}"
    else:
        hint = "there are none"
    return UnknownName(f"no {what} {name!r}; {hint}")
