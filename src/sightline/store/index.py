"""The persistent index of one log directory: what was read is there at once when it is opened again.

It lies in the user's cache directory, one file for each set of places that is opened together, and is written when
enough was read that it is worth it. ``docs/design/0006-index.md`` has the reasons and the figures.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from sightline.kinds import KINDS
from sightline.store.cache_directory import INDEX_SUFFIX, MAX_BYTES, cache_directory, prune
from sightline.store.event_file import LONG_BYTES
from sightline.store.index_file import DescribedRun, open_index, write_index
from sightline.store.run_index import SHAPE

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["GROWTH", "Index"]

MIN_BYTES = 1 << 20
"""Of event files: less is read as fast as an index is opened."""
GROWTH = 0.1
"""It is written again when so much of the log directory is not in it: all writing together costs ten times the last."""
READING = 3
"""Counts up when the same bytes are read as something else than before: restarts, names, damage."""


class Index:
    """Not for two threads at once; for any number of processes."""

    def __init__(self, places: Sequence[str], roots: Iterable[str]) -> None:
        """``places``: what was opened, as absolute paths, names included; ``roots``: the directories below it all."""
        rooms = [(kind.name, kind.plugin_names, kind.legacy_field, kind.storage) for kind in KINDS]
        key = repr((READING, LONG_BYTES, SHAPE, rooms, list(places)))
        name = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self.path = cache_directory() / f"{name}{INDEX_SUFFIX}"
        self.problem = ""
        """Why it can't be read or written, in a sentence; nothing but speed is lost."""
        self._usable = True
        self._read_from: tuple[int, int] | None = None
        if any(_is_inside(self.path, root) for root in roots):
            self._usable = False
            self.problem = f"No index is kept: the cache directory is inside the log directory: {self.path.parent}"

    def restore(self, runs: Mapping[str, Run], threads: Executor, stop: threading.Event) -> Iterator[Run]:
        """Bring runs that were not read yet to where the index has them: those that it has, as they become so.

        Runs whose files are not as they were, and the others once ``stop`` is set, are left to be read.
        """
        if not self._usable:
            return
        try:
            index = open_index(self.path)
        except OSError as error:
            self.problem = f"The index can't be read: {error.strerror or error}. File: {self.path}"
            return
        if index is None:
            return
        self._read_from = index.identity

        def restore_group(names: list[str]) -> list[Run]:
            found = {} if stop.is_set() else index.runs(names)
            return [runs[name] for name, indexed in found.items() if runs[name].from_index(indexed)]

        for restored in threads.map(restore_group, index.groups(runs)):
            yield from restored

    def discard(self) -> None:
        """What runs were restored from turned out to be damaged: the next opening is spared it. From any thread."""
        self.problem = f"The index is damaged: what it had of some runs was read again. File: {self.path}"
        with contextlib.suppress(OSError):
            status = os.stat(self.path)
            if (status.st_dev, status.st_ino) == self._read_from:  # otherwise it was written anew in the meantime
                os.unlink(self.path)

    @staticmethod
    def is_worth_writing(unsaved_bytes: int, read_bytes: int, growth: float = GROWTH) -> bool:
        """Whether so much was read since it was written that it should be written again."""
        return unsaved_bytes >= max(MIN_BYTES, growth * read_bytes)

    def write(self, runs: Iterable[DescribedRun]) -> None:
        """Trouble is noted in ``problem``, and is over once it is written."""
        if not self._usable:
            return
        try:
            os.makedirs(self.path.parent, mode=0o700, exist_ok=True)
            write_index(self.path, runs, MAX_BYTES // 2)
            prune(self.path.parent)
            self.problem = ""
        except OSError as error:
            self.problem = f"The index can't be written: {error.strerror or error}. File: {self.path}"


def _is_inside(path: Path, root: str) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
