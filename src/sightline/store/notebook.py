"""The notes of a log directory's runs: in the user's data directory, or in a database beside the logs.

A note belongs to a run's directory, so ``sightline runs/`` and ``sightline runs/lr/`` show the same one. In the user's
data directory that is an absolute path, the log directory's own links resolved; beside the logs it is relative to the
log directory, so that notes go where the logs go.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sightline.errors import SidecarError
from sightline.store.data_directory import data_directory
from sightline.store.directory_tree import readable
from sightline.store.notes import NO_NOTES, NotesChange, RunNotes
from sightline.store.place import Place, find_place, join_names
from sightline.store.sidecar import Sidecar

if TYPE_CHECKING:
    from sightline.store.run import Run

__all__ = ["SIDECAR_NAME", "Notebook", "Page"]

SIDECAR_NAME = ".sightline-notes.sqlite"
"""In the log directory."""
DATABASE_NAME = "notes.sqlite"
"""In the user's data directory."""
RACY_SECONDS = 2.0
"""A file changed this lately may change again without its time moving on."""


@dataclass(frozen=True, slots=True)
class Page:
    """All notes as of one moment."""

    notes: Mapping[str, RunNotes]
    """By name of the run; runs without any are left out. Also of runs that are not there (any more)."""
    problem: str
    """Why notes can't be read or written, a sentence; empty when they can."""
    writable: bool
    version: str
    """Another one when anything of the above is another."""


class Notebook:
    """Thread-safe. Nothing is opened before it is asked for."""

    def __init__(self, places: tuple[Place, ...], *, beside_logs: bool = False) -> None:
        self._places = places
        self._beside_logs = beside_logs
        self._lock = threading.Lock()
        self._known: tuple[object, float, Page] | None = None
        self._subscribers: list[Callable[[], None]] = []

    def of(self, run: str) -> RunNotes:
        """What is said of a run, by its name."""
        return self.read().notes.get(run, NO_NOTES)

    @property
    def left_aside(self) -> list[str]:
        """Databases beside the logs that are not used: paths."""
        paths = [] if self._beside_logs else [os.path.join(place.root, SIDECAR_NAME) for place in self._places]
        return [readable(path) for path in dict.fromkeys(paths) if os.path.isfile(path)]

    def read(self) -> Page:
        """What is there now: read again when a database has changed. Trouble is a sentence in the page."""
        with self._lock:
            sidecars = {place: self._sidecar(place) for place in self._places}
            stamp = [(each.path, each.stamp(), each.writable()) for each in sidecars.values()]
            if self._known is not None and self._known[0] == stamp and self._known[1] > RACY_SECONDS:
                return self._known[2]
            page = self._read(sidecars)
            if self._known is not None and self._known[2].version == page.version:
                page = self._known[2]
            newest = max((times[3] for _, times, _ in stamp if times), default=0) / 1e9
            self._known = (stamp, time.time() - newest, page)
            return page

    def change(self, runs: Iterable[Run], change: NotesChange) -> Page:
        """Change the notes of these runs; all notes after it.

        ``ArgumentError`` for a change that is none, ``SidecarError`` when it can't be written, ``LookupError`` for a
        run without files.
        """
        paths: dict[Path, tuple[Sidecar, list[str]]] = {}
        for run in runs:
            place, relative = find_place(self._places, run)
            sidecar = self._sidecar(place)
            paths.setdefault(sidecar.path, (sidecar, []))[1].append(self._key(place, relative))
        with self._lock:
            for sidecar, keys in paths.values():
                sidecar.change(keys, change)
            self._known = None
        page = self.read()
        for subscriber in list(self._subscribers):
            subscriber()
        return page

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Have ``subscriber`` called after every change made here, from the thread that made it."""
        self._subscribers.append(subscriber)

    def _sidecar(self, place: Place) -> Sidecar:
        return Sidecar(Path(place.root, SIDECAR_NAME) if self._beside_logs else data_directory() / DATABASE_NAME)

    def _key(self, place: Place, relative: str) -> str:
        """A directory as the database names it; separated by ``/``."""
        path = relative if self._beside_logs else os.path.normpath(os.path.join(os.path.realpath(place.root), relative))
        return readable(path).replace(os.sep, "/")

    def _read(self, sidecars: Mapping[Place, Sidecar]) -> Page:
        notes: dict[str, RunNotes] = {}
        problems: dict[str, None] = {}
        for place, sidecar in sidecars.items():
            root = self._key(place, ".")
            try:
                found = sidecar.read([root])
            except SidecarError as error:
                problems[str(error)] = None
                continue
            if not sidecar.writable():
                problems[f"{sidecar.shown_path} can't be written: notes are read-only"] = None
            for key, said in found.items():
                relative = key if root == "." else key[len(root.rstrip("/")) :].lstrip("/") or "."
                notes[join_names(place.name, relative)] = said
        problem = "; ".join(problems)
        digest = hashlib.blake2b(repr((sorted(notes.items()), problem)).encode("utf-8", "replace"), digest_size=8)
        return Page(MappingProxyType(notes), problem, not problems, digest.hexdigest())
