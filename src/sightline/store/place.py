"""A directory in which runs are looked for, and what stands before their names. A log directory has one or several."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["Place", "find_place", "join_names"]


@dataclass(frozen=True, slots=True)
class Place:
    """``.`` is the name of the only one of a log directory: its runs bear no name in front."""

    name: str
    root: str
    """Absolute."""


def find_place(places: Iterable[Place], run: Run) -> tuple[Place, str]:
    """The place of a run, and the run's directory relative to it (``.`` is the place itself), as the system has it.

    ``LookupError`` when the run has no event file any more.
    """
    directories = {os.path.dirname(file.location) for file in run.files if not file.gone}
    for place in places:
        if place.name not in (".", run.name) and not run.name.startswith(f"{place.name}/"):
            continue
        for directory in directories:  # of one run there is one
            relative = os.path.relpath(directory, place.root)
            if relative != os.pardir and not relative.startswith(os.pardir + os.sep):
                return place, relative
    raise LookupError(f"run {run.name!r} has no event file any more")


def join_names(prefix: str, name: str) -> str:
    """The name of a run below another name; ``.`` is the place itself."""
    if prefix == ".":
        return name
    return prefix if name == "." else f"{prefix}/{name}"
