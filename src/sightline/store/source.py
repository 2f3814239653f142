"""What a user may name as a log directory: a directory, several, ``name:path``, a pattern, or one event file.

Each becomes a tree that can be walked again and again: run name -> paths of its event files. A directory is a tree of
its own (``directory_tree.py``); several things are a ``Forest``, whose runs bear the name of the thing in front.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

from sightline.errors import ArgumentError, ArgumentTypeError, LogDirectoryError
from sightline.store.directory_tree import MARK, DirectoryTree, readable
from sightline.store.place import Place, join_names

__all__ = ["AnyPath", "EventFileSource", "Source", "find_missing", "find_places", "find_source", "list_places"]

AnyPath = str | os.PathLike[str]


class Source(Protocol):
    """A tree of runs; walking it again finds what is there now."""

    @property
    def problems(self) -> Mapping[str, str]:
        """Directories that can't be listed -> why."""

    @property
    def directories(self) -> int:
        """How many there were at the last walk."""

    @property
    def roots(self) -> list[str]:
        """Directories below which everything lies that it finds."""

    @property
    def watched(self) -> list[str]:
        """What the system may be asked to tell of: directories, with all below them, and files."""

    def walk(self) -> dict[str, tuple[str, ...]]:
        """Run name -> absolute paths of its event files."""

    def folders(self) -> Mapping[str, str]:
        """Name -> path of every directory in it, those without event files too."""


def find_source(where: AnyPath | Sequence[AnyPath]) -> Source:
    """The tree of one path or of several; relative ones are those of the present working directory.

    A path that exists is meant as it is; otherwise one with ``* ? [`` is a pattern, and ``name:path`` gives a name.
    ``LogDirectoryError`` for a file whose name does not say that it is an event file; ``ArgumentError`` for a name
    or a directory that is given twice.
    """
    if isinstance(where, str | os.PathLike):
        name, path = _split(where)
        tree = _one(path)
        return Forest({name: tree}) if name else tree
    parts = [_split(each) for each in where]
    if not parts:
        raise ArgumentError("got an empty list of log directories: want at least one path")
    if len(parts) == 1:
        return find_source(where[0])
    trees: dict[str, Source] = {}
    paths: dict[str, str] = {}
    for name, path in zip(_names(parts), (path for _, path in parts), strict=True):
        if paths.get(name) == path:
            raise ArgumentError(f"the same log directory is given twice: {readable(path)}; want it once")
        if name in paths:
            raise ArgumentError(f"two log directories are called {name!r}: give each a name of its own, name:path")
        paths[name] = path
        trees[name] = _one(path)
    return Forest(trees)


def list_places(where: object) -> list[AnyPath]:
    """What was given for a path or several, as a list.

    ``ArgumentTypeError`` for what is no path, ``ArgumentError`` for an empty one.
    """
    several = isinstance(where, Iterable) and not isinstance(where, str | bytes | os.PathLike)
    places: list[AnyPath] = []
    for place in cast("Iterable[object]", where) if several else [where]:
        if not isinstance(place, str | os.PathLike):
            raise ArgumentTypeError(f"log directory: got {place!r}, want a path such as 'runs', or a list of paths")
        if place == "":  # as a setting that is not set gives it
            raise ArgumentError("log directory: got an empty name, want a path; for the working directory, '.'")
        places.append(place)
    return places


class EventFileSource:
    """One event file, as the run ``.``."""

    problems: Mapping[str, str] = {}
    directories = 1

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def roots(self) -> list[str]:
        return [os.path.dirname(self.path)]

    @property
    def watched(self) -> list[str]:
        return [self.path]

    def walk(self) -> dict[str, tuple[str, ...]]:
        return {".": (self.path,)} if os.path.isfile(self.path) else {}

    def folders(self) -> dict[str, str]:
        return {".": os.path.dirname(self.path)}


class Pattern:
    """Everything that a shell pattern matches: event files, and directories with all below them.

    Runs are named from the pattern's fixed part on: ``runs/*/seed0`` gives ``a/seed0``.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        fixed = pattern
        while glob.has_magic(fixed):
            fixed = os.path.dirname(fixed)
        self.root = fixed
        self._trees: dict[str, DirectoryTree] = {}
        self._files: list[str] = []
        self._found: dict[str, tuple[str, ...]] = {}
        self._problems: dict[str, str] = {}

    @property
    def problems(self) -> Mapping[str, str]:
        return self._problems | {path: why for tree in self._trees.values() for path, why in tree.problems.items()}

    @property
    def directories(self) -> int:
        return sum(tree.directories for tree in self._trees.values())

    @property
    def roots(self) -> list[str]:
        return [self.root]

    @property
    def watched(self) -> list[str]:
        return [*self._trees, *self._files]

    def walk(self) -> dict[str, tuple[str, ...]]:
        self._problems = {}
        try:
            os.scandir(self.root).close()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:  # glob would say that there is nothing
            self._problems[self.root] = f"can't be listed: {error.strerror or error}"
            return self._found
        runs: dict[str, set[str]] = {}
        trees: dict[str, DirectoryTree] = {}
        event_files = []
        for path in glob.iglob(self.pattern, recursive=True):
            path = path.rstrip(os.sep)
            if os.path.isdir(path):
                tree = trees[path] = self._trees.get(path) or DirectoryTree(path)
                for name, files in tree.walk().items():
                    runs.setdefault(join_names(self._name(path), name), set()).update(files)
            elif MARK in os.path.basename(path):
                event_files.append(path)
                runs.setdefault(self._name(os.path.dirname(path)), set()).add(path)
        self._trees, self._files = trees, event_files
        self._found = {name: tuple(sorted(files)) for name, files in runs.items()}
        return self._found

    def folders(self) -> dict[str, str]:
        return {
            join_names(self._name(root), name): path
            for root, tree in self._trees.items()
            for name, path in tree.folders().items()
        }

    def _name(self, directory: str) -> str:
        return readable(os.path.relpath(directory, self.root)).replace(os.sep, "/")


class Forest:
    """Several trees; the name of each stands before the names of its runs."""

    def __init__(self, trees: Mapping[str, Source]) -> None:
        self.trees = trees

    @property
    def problems(self) -> Mapping[str, str]:
        return {path: why for tree in self.trees.values() for path, why in tree.problems.items()}

    @property
    def directories(self) -> int:
        return sum(tree.directories for tree in self.trees.values())

    @property
    def roots(self) -> list[str]:
        return [root for tree in self.trees.values() for root in tree.roots]

    @property
    def watched(self) -> list[str]:
        return [path for tree in self.trees.values() for path in tree.watched]

    def walk(self) -> dict[str, tuple[str, ...]]:
        return {
            join_names(prefix, name): files
            for prefix, tree in self.trees.items()
            for name, files in tree.walk().items()
        }

    def folders(self) -> dict[str, str]:
        return {
            join_names(prefix, name): path
            for prefix, tree in self.trees.items()
            for name, path in tree.folders().items()
        }


def find_missing(source: Source) -> list[str]:
    """The places of a source that are not there now: paths, and patterns that match nothing."""
    if isinstance(source, Forest):
        return [path for tree in source.trees.values() for path in find_missing(tree)]
    if isinstance(source, DirectoryTree):
        return [] if os.path.isdir(source.root) else [source.root]
    if isinstance(source, EventFileSource):
        return [] if os.path.isfile(source.path) else [source.path]
    assert isinstance(source, Pattern)
    return [] if glob.glob(source.pattern, recursive=True) else [source.pattern]


def find_places(source: Source, name: str = ".") -> tuple[Place, ...]:
    """The directories that a source looks for runs in; of an event file and of a pattern the one that holds them."""
    if isinstance(source, Forest):
        return tuple(
            place for prefix, tree in source.trees.items() for place in find_places(tree, join_names(name, prefix))
        )
    if isinstance(source, DirectoryTree):
        return (Place(name, source.root),)
    if isinstance(source, EventFileSource):
        return (Place(name, os.path.dirname(source.path)),)
    assert isinstance(source, Pattern)
    return (Place(name, source.root),)


def _one(path: str) -> Source:
    if os.path.isdir(path):
        return DirectoryTree(path)
    if os.path.exists(path):
        if MARK not in os.path.basename(path):
            raise LogDirectoryError(
                f"the log directory must be a directory or an event file (its name contains {MARK!r}), "
                f"and this is a file: {path}"
            )
        return EventFileSource(path)
    return Pattern(path) if glob.has_magic(path) else DirectoryTree(path)


def _split(where: AnyPath) -> tuple[str, str]:
    """A name, empty when none is given, and an absolute path."""
    text = os.fspath(where)
    name, colon, path = text.partition(":")
    if colon and name and path and os.sep not in name and not os.path.lexists(text):
        return readable(name), os.path.abspath(os.path.expanduser(path))
    return "", os.path.abspath(text)


def _names(parts: Iterable[tuple[str, str]]) -> list[str]:
    """The names that were given; for the others the last parts of their paths, as many as tell them apart."""
    parts = list(parts)
    unnamed = [path for name, path in parts if not name]
    names = []
    for name, path in parts:
        pieces = [piece for piece in path.split(os.sep) if piece] or [os.sep]
        count = 1
        while not name and count < len(pieces) and sum(_ends_with(other, pieces[-count:]) for other in unnamed) > 1:
            count += 1
        names.append(name or readable("/".join(pieces[-count:])))
    return names


def _ends_with(path: str, pieces: list[str]) -> bool:
    return path.split(os.sep)[-len(pieces) :] == pieces
