"""Finds the directories below a log directory that hold event files, as TensorBoard finds runs.

A run is a directory with at least one file whose name contains ``tfevents``. Symbolic links to directories are followed
(people choose runs by a tree of links); a link to a directory above itself ends there. A directory is listed again only
when its modification time says that something in it appeared or went. What was deleted lies in a directory that is
left out (``trash.py``).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

__all__ = ["MARK", "TRASH", "DirectoryTree", "readable"]

MARK = "tfevents"
TRASH = ".sightline-trash"
"""Name of the directory below a log directory that deleted runs lie in."""
RACY_NANOSECONDS = 2_000_000_000
"""A directory changed this shortly before it was listed may change again without its time moving on: file systems
count in steps of up to two seconds (FAT), the kernel's clock in steps of some milliseconds."""


@dataclass(frozen=True, slots=True)
class _Listing:
    identity: tuple[int, int]
    modified: int
    racy: bool
    event_files: tuple[str, ...]
    """Their paths; the same object as long as nothing changed, so that comparing walks is cheap."""
    directories: tuple[tuple[str, str], ...]
    """Readable name and path."""


class DirectoryTree:
    """Remembers listings between walks."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._listings: dict[str, _Listing] = {}
        self.problems: dict[str, str] = {}
        """Directories that can't be listed -> why."""

    @property
    def directories(self) -> int:
        """How many there were at the last walk."""
        return len(self._listings)

    @property
    def roots(self) -> list[str]:
        """The directory below which everything lies that it finds."""
        return [self.root]

    @property
    def watched(self) -> list[str]:
        """What the system may be asked to tell of: directories, with all below them, and files."""
        return [self.root]

    def walk(self) -> dict[str, tuple[str, ...]]:
        """Run name -> paths of its event files. Empty when the root is not there."""
        listings: dict[str, _Listing] = {}
        self.problems = {}
        runs = {}
        for name, _, listing in self._visit(listings):
            if listing.event_files:
                runs[name] = listing.event_files
        self._listings = listings
        return runs

    def folders(self) -> dict[str, str]:
        """Name -> path of every directory, those without event files too."""
        return {name: path for name, path, _ in self._visit({})}

    def _visit(self, listings: dict[str, _Listing]) -> Iterator[tuple[str, str, _Listing]]:
        pending: list[tuple[str, str, frozenset[tuple[int, int]]]] = [(".", self.root, frozenset())]
        while pending:
            name, path, above = pending.pop()
            try:
                listing = self._list(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                self.problems[path] = f"can't be listed: {error.strerror or error}"
                known = self._listings.get(path)
                if known is None:
                    continue
                listing = known  # no more descriptors, a mount that comes back: what was there is still meant
            if listing.identity in above:
                continue  # a link back to a directory that we are in
            listings[path] = listing
            yield name, path, listing
            if listing.directories:
                inside = above | {listing.identity}
                prefix = "" if name == "." else f"{name}/"
                pending += [(prefix + readable, below, inside) for readable, below in listing.directories]

    def _list(self, path: str) -> _Listing:
        status = os.stat(path)
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(path)
        identity = (status.st_dev, status.st_ino)
        known = self._listings.get(path)
        if known is not None and not known.racy and known.identity == identity and known.modified == status.st_mtime_ns:
            return known
        event_files = []
        directories = []
        with os.scandir(path) as entries:
            for entry in entries:
                try:
                    if entry.name == TRASH:
                        continue
                    if entry.is_dir():
                        directories.append((readable(entry.name), entry.path))
                    elif MARK in entry.name and (entry.is_file() or _leads_nowhere(entry)):
                        event_files.append(entry.path)
                except OSError:  # a link in a circle
                    if MARK in entry.name:
                        event_files.append(entry.path)
        racy = time.time_ns() - status.st_mtime_ns < RACY_NANOSECONDS
        listing = _Listing(identity, status.st_mtime_ns, racy, tuple(sorted(event_files)), tuple(sorted(directories)))
        if known is not None and known.event_files == listing.event_files:
            return replace(listing, event_files=known.event_files)
        return listing


def _leads_nowhere(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to what is not there: listed, because the ledger says so, and the file may come."""
    return entry.is_symlink() and not os.path.exists(entry.path)


def readable(name: str) -> str:
    """Names are bytes; those that are no UTF-8 are shown with backslash escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
