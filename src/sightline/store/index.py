"""The persistent index of one log directory: what was read is there at once when it is opened again.

It lies in the user's cache directory, one file for each set of places that is opened together, and is written when
enough was read that it is worth it. ``docs/design/0006-index.md`` has the reasons and the figures.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sightline.kinds import KINDS
from sightline.store.cache_directory import INDEX_SUFFIX, MAX_BYTES, cache_directory, prune
from sightline.store.index_file import load_index, write_index
from sightline.store.part import Columns

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["Index"]

MIN_BYTES = 1 << 20
"""Of event files: less is read as fast as an index is opened."""
GROWTH = 0.25
"""It is written again when so much more was read: all writing together costs a few times the last one."""
READING = 1
"""Counts up when the same bytes are read as something else than before: kinds, restarts, names."""


class Index:
    """Not for two threads at once; for any number of processes."""

    def __init__(self, places: Sequence[str]) -> None:
        """``places``: what was opened, as absolute paths, names included."""
        key = repr((READING, [(kind.name, kind.plugin_names, kind.legacy_field) for kind in KINDS], list(places)))
        name = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self.path = cache_directory() / f"{name}{INDEX_SUFFIX}"
        self.bytes = 0
        """Of event files that it holds."""
        self.problem = ""
        """Why it can't be written, in words."""

    def restore(self, runs: Mapping[str, Run]) -> list[Run]:
        """Bring runs that were not read yet to where the index has them; those that it has."""
        indexed = load_index(self.path)
        found = [run for name, run in runs.items() if name in indexed and run.from_index(indexed[name])]
        self.bytes = sum(file.read_bytes for run in found for file in run.files)
        return found

    def is_worth_writing(self, read_bytes: int) -> bool:
        """Whether so much more was read that the index should be written again."""
        return read_bytes - self.bytes >= max(MIN_BYTES, GROWTH * self.bytes)

    def write(self, runs: Iterable[tuple[str, bytes, list[Columns], list[Columns]]], read_bytes: int) -> None:
        """Trouble is noted in ``problem``: nothing but speed is lost."""
        self.bytes = read_bytes  # also when it fails: tried again after as much growth
        runs = list(runs)
        size = 8 * sum(len(column) for _, _, *both in runs for pieces in both for piece in pieces for column in piece)
        if size > MAX_BYTES // 2:
            self.problem = f"the index would take {size:,} bytes, more than half of what all may take together"
            return
        try:
            os.makedirs(self.path.parent, mode=0o700, exist_ok=True)
            write_index(self.path, runs)
            prune(self.path.parent)
            self.problem = ""
        except OSError as error:
            self.problem = f"the index can't be written: {error.strerror or error}"
