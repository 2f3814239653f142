"""Where deleted runs lie until their owner empties it: ``.sightline-trash`` in the log directory.

A deletion moves the event files of some runs, and nothing else, to ``.sightline-trash/<id>/<run>/`` by renaming. Runs
below a run stay, and so does whatever else lies in its directory; a directory that is empty after it is removed.
In the trash the files have names without ``tfevents``, or TensorBoard would show them as runs. ``manifest.json`` says
where each came from; it is written before anything is moved.

What lies in a log directory is not trusted: runs and deletions are looked up by name, never joined from a request, and
a manifest leads nowhere but into its own log directory.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import stat
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline.store.directory_tree import MARK, TRASH, readable
from sightline.store.name import unknown_name
from sightline.store.place import Place, find_place, join_names

if TYPE_CHECKING:
    from sightline.store.logdir import LogDir
    from sightline.store.run import Run

__all__ = ["Deletion", "Outcome", "Trash"]

MANIFEST = "manifest.json"
GONE_MARK = "tf-gone"
"""Stands in a deleted file's name instead of ``tfevents``; shorter, so that the longest name stays possible."""
MAX_MANIFEST_BYTES = 64 << 20
LAST_TIME = 253402300799.0
"""The end of the year 9999: a later time has no date."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted at once, and can be brought back at once."""

    id: str
    wall_time: float
    """Seconds since the Unix epoch."""
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request; a run is in one of the two."""

    id: str
    """Of the deletion; empty when no run was deleted."""
    runs: tuple[str, ...]
    refused: dict[str, str]
    """Run -> why it is where it was, in words."""


@dataclass(slots=True)
class _Kept:
    """A run in the trash."""

    directory: str
    """Relative to its log directory, as the system has it."""
    files: list[str]
    """Their own names."""
    stayed: list[str]
    """Event files beside them that are not this run's: of a pattern, or of one event file that is looked at."""


@dataclass(slots=True)
class _Box:
    """One deletion in one place."""

    place: Place
    id: str
    wall_time: float
    runs: list[_Kept] = field(default_factory=list)

    @property
    def path(self) -> str:
        return os.path.join(self.place.root, TRASH, self.id)

    def name(self, kept: _Kept) -> str:
        return join_names(self.place.name, readable(kept.directory).replace(os.sep, "/"))

    def pairs(self, kept: _Kept) -> list[tuple[str, str]]:
        """Path of each file where it belongs, and in the trash."""
        home = os.path.normpath(os.path.join(self.place.root, kept.directory))
        here = os.path.normpath(os.path.join(self.path, "runs", kept.directory))
        return [(os.path.join(home, name), os.path.join(here, name.replace(MARK, GONE_MARK))) for name in kept.files]

    def write(self) -> None:
        runs = [{"directory": each.directory, "files": each.files, "stayed": each.stayed} for each in self.runs]
        partial = os.path.join(self.path, f"{MANIFEST}.partial")
        with open(partial, "w", encoding="ascii") as file:  # JSON escapes the rest, also bytes that are no UTF-8
            json.dump({"version": 1, "wall_time": self.wall_time, "runs": runs}, file, indent=1)
        os.replace(partial, os.path.join(self.path, MANIFEST))


class Trash:
    """Deletes runs and brings them back. Thread-safe."""

    def __init__(self, logdir: LogDir) -> None:
        self._logdir = logdir
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[], None]] = []

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Have ``subscriber`` called after every change made here, from the thread that made it."""
        self._subscribers.append(subscriber)

    @property
    def deletions(self) -> list[Deletion]:
        """What can be brought back, the newest first."""
        found: dict[str, Deletion] = {}
        for box in self._boxes():
            before = found[box.id].runs if box.id in found else ()
            found[box.id] = Deletion(box.id, box.wall_time, (*before, *map(box.name, box.runs)))
        return sorted(found.values(), key=lambda deletion: (deletion.wall_time, deletion.id), reverse=True)

    def delete(self, names: Iterable[str]) -> Outcome:
        """Move the event files of these runs to the trash. A run that is being written stays where it is."""
        refused: dict[str, str] = {}
        done: list[str] = []
        now = time.time()
        identity = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{secrets.token_hex(3)}"
        with self._lock:
            boxes: dict[Place, _Box] = {}
            for name in dict.fromkeys(names):
                run = self._logdir.runs.get(name)
                try:
                    if run is None:
                        raise _Refused("there is no such run")
                    place, kept = self._plan(run)
                    boxes.setdefault(place, _Box(place, identity, now)).runs.append(kept)
                except _Refused as why:
                    refused[name] = str(why)
            for box in boxes.values():
                done += self._fill(box, refused)
        if done:
            self._tell()
        return Outcome(identity if done else "", tuple(done), refused)

    def restore(self, identity: str) -> Outcome:
        """Bring back what one deletion took. ``UnknownName`` when the trash has none of that id."""
        refused: dict[str, str] = {}
        done: list[str] = []
        with self._lock:
            boxes = [box for box in self._boxes() if box.id == identity]
            if not boxes:
                raise unknown_name("deletion", identity, [deletion.id for deletion in self.deletions])
            for box in boxes:
                done += self._empty(box, refused)
        if done:
            self._tell()
        return Outcome(identity, tuple(done), refused)

    def _tell(self) -> None:
        for subscriber in list(self._subscribers):
            subscriber()

    def _plan(self, run: Run) -> tuple[Place, _Kept]:
        """What would be moved of a run; raises :class:`_Refused`."""
        if run.state.kind == "live":
            raise _Refused(f"it is still being written: {run.state.reason}")
        try:
            place, directory = find_place(self._logdir.places, run)
        except LookupError:
            raise _Refused("its files are gone") from None
        _refuse_links(place, directory)
        files = [file for file in run.files if not file.gone]
        for file in files:
            try:
                size = os.lstat(file.location).st_size if not os.path.islink(file.location) else file.size_bytes
            except OSError as error:
                raise _Refused(f"{file.shown_name}: {error.strerror or error}") from None
            if size != file.size_bytes:
                raise _Refused(f"{file.shown_name} changed a moment ago")
        names = [file.name for file in files]
        stayed = _event_files(os.path.join(place.root, directory)) - set(names)
        return place, _Kept(directory, names, sorted(stayed))

    def _fill(self, box: _Box, refused: dict[str, str]) -> list[str]:
        """Move the runs of a box into it; the names of those that were moved."""
        try:
            _make_trash(os.path.dirname(box.path))
            os.mkdir(box.path)
            box.write()
        except OSError as error:
            refused.update((box.name(kept), f"the trash {TRASH} can't be made: {_words(error)}") for kept in box.runs)
            with contextlib.suppress(OSError):
                os.rmdir(box.path)
            return []
        moved = []
        for kept in box.runs:
            pairs = box.pairs(kept)
            try:
                _move(pairs)
            except OSError as error:
                refused[box.name(kept)] = f"it can't be moved: {_words(error)}"
                continue
            moved.append(kept)
            if kept.directory != ".":
                with contextlib.suppress(OSError):  # something else lies in it
                    os.rmdir(os.path.join(box.place.root, kept.directory))
        self._keep(box, moved)
        return [box.name(kept) for kept in moved]

    def _empty(self, box: _Box, refused: dict[str, str]) -> list[str]:
        """Move the runs of a box back; the names of those that were moved."""
        left, done = [], []
        for kept in box.runs:
            name = box.name(kept)
            try:
                _refuse_links(box.place, kept.directory)
                home = os.path.join(box.place.root, kept.directory)
                if _event_files(home) - set(kept.stayed):
                    raise _Refused("a run of this name is there again")
                pairs = [(here, home) for home, here in box.pairs(kept) if os.path.lexists(here)]
                if not pairs:
                    raise _Refused("its files are not in the trash any more")
                _move(pairs)
            except _Refused as why:
                refused[name] = str(why)
                left.append(kept)
            except OSError as error:
                refused[name] = f"it can't be moved back: {_words(error)}"
                left.append(kept)
            else:
                done.append(name)
        self._keep(box, left)
        return done

    def _keep(self, box: _Box, runs: list[_Kept]) -> None:
        """Note which runs the box holds now; an empty one goes, and the trash with the last one."""
        box.runs = runs
        with contextlib.suppress(OSError):
            if runs:
                box.write()
                return
        for directory, _, _ in os.walk(os.path.join(box.path, "runs"), topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(directory)
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(box.path, MANIFEST))
            os.rmdir(box.path)
            os.rmdir(os.path.dirname(box.path))

    def _boxes(self) -> list[_Box]:
        boxes = []
        for place in dict.fromkeys(self._logdir.places):
            trash = os.path.join(place.root, TRASH)
            if os.path.islink(trash):
                continue
            try:
                with os.scandir(trash) as entries:
                    names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            except OSError:
                continue
            boxes += [box for name in names if (box := _read_box(place, name)) is not None]
        return boxes


class _Refused(Exception):
    """Why a run stays where it is, in words."""


def _refuse_links(place: Place, directory: str) -> None:
    """A run that is reached through a link lies elsewhere, and is somebody else's there."""
    root = os.path.realpath(place.root)
    home = os.path.normpath(os.path.join(root, directory))
    if os.path.realpath(home) != home:
        raise _Refused("it is reached through a symbolic link: delete it where it lies")


def _event_files(directory: str) -> set[str]:
    try:
        return {name for name in os.listdir(directory) if MARK in name}
    except OSError:
        return set()


def _make_trash(path: str) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkdir(path)
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "it is no directory of its own")


def _move(pairs: list[tuple[str, str]]) -> None:
    """Rename each first path to the second, all of them or none; the second ones must not be there."""
    moved: list[tuple[str, str]] = []
    try:
        for source, target in pairs:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, f"{readable(os.path.basename(target))} is there already")
            os.rename(source, target)
            moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            os.rename(target, source)
        raise


def _words(error: OSError) -> str:
    if error.errno == errno.EXDEV:
        return "it lies on another file system than the log directory"
    return error.strerror or str(error)


def _read_box(place: Place, name: str) -> _Box | None:
    """A deletion by its manifest; None when it has none that can be followed."""
    path = os.path.join(place.root, TRASH, name, MANIFEST)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            manifest = json.loads(file.read(MAX_MANIFEST_BYTES))
        name.encode()  # it goes over the network
        runs = [
            _Kept(_checked_directory(run["directory"]), _checked_names(run["files"]), _checked_names(run["stayed"]))
            for run in manifest["runs"]
        ]
        return _Box(place, name, _checked_time(manifest["wall_time"]), runs)
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return None


def _checked_time(wall_time: Any) -> float:
    seconds = float(wall_time)
    if not 0 <= seconds <= LAST_TIME:
        raise ValueError(f"{seconds} is no time of a deletion")
    return seconds


def _checked_directory(path: Any) -> str:
    """Relative, below, and nowhere else; a name that a file system can have."""
    if not isinstance(path, str):
        raise TypeError(f"{path!r} is no path")
    os.fsencode(path)
    parts = path.split(os.sep)
    if path != "." and (TRASH in parts or any(part in ("", os.curdir, os.pardir) or "\0" in part for part in parts)):
        raise ValueError(f"{path!r} is no directory of a run")
    return path


def _checked_names(names: Any) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{names!r} is no list of names")
    if any(MARK not in name or os.sep in name or "\0" in name for name in names):
        raise ValueError(f"{names!r} are no event files' names")
    for name in names:
        os.fsencode(name)
    return names
