"""The database that notes are kept in: SQLite, one row for each run, beside the logs or in the user's data directory.

It is opened for each reading and each change and closed again, so that several servers can share it, a file that was
copied over it is seen, and no lock is held while nothing happens. Its journal is a rollback journal: write-ahead
logging needs memory that processes share, which a home directory on NFS can't give (https://www.sqlite.org/wal.html).
A database beside the logs may be anybody's: what is in it is checked as if it came over the network.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sightline.errors import ArgumentError, SidecarError
from sightline.store.directory_tree import readable
from sightline.store.notes import NO_NOTES, NotesChange, RunNotes, apply

__all__ = ["APPLICATION_ID", "MIGRATIONS", "Sidecar"]

APPLICATION_ID = 0x53676C6E
"""``Sgln``: tells our database from another program's (https://www.sqlite.org/pragma.html#pragma_application_id)."""
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE run (
            path TEXT PRIMARY KEY,              -- of its directory: absolute, or relative to the database beside it
            alias TEXT NOT NULL DEFAULT '',
            starred INTEGER NOT NULL DEFAULT 0,
            hidden INTEGER NOT NULL DEFAULT 0,
            tags TEXT NOT NULL DEFAULT '[]',    -- JSON: a list of texts
            note TEXT NOT NULL DEFAULT '',      -- Markdown
            colour INTEGER NOT NULL DEFAULT 0   -- 1 to 12; 0: its own
        ) WITHOUT ROWID""",
    ),
)
"""From version i to version i + 1 (``PRAGMA user_version``). Never changed, only added to."""
WORK_SECONDS = 10.0
"""How long SQLite may work on one reading or change: pages can be made so that a table seems to have no end."""
STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's machine: about a millisecond."""
BUSY_SECONDS = 2.0
"""How long another server's change is waited for."""
MAX_ROWS = 100_000
MAX_PARTS = 100
HOW_TO_GO_ON = "move it away to begin with new notes"
Part = tuple[str, str, str]
"""Of a database: what it is, its name, the SQL that made it."""
COLUMNS = "path, alias, starred, hidden, tags, note, colour"


class Sidecar:
    """One database file. Any thread may use it; none of it is kept in memory."""

    def __init__(self, path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
        self.path = path
        self._migrations = migrations

    def __repr__(self) -> str:
        return f"<Sidecar {os.fspath(self.path)!r}>"

    @property
    def shown_path(self) -> str:
        return readable(os.fspath(self.path))

    def stamp(self) -> tuple[int, ...]:
        """Changes when the file does; empty when it is not there. One ``stat``."""
        try:
            status = os.stat(self.path)
        except OSError:
            return ()
        return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def writable(self) -> bool:
        """Whether a change would be taken, as far as permissions go: SQLite writes a journal beside the database."""
        if os.path.exists(self.path):  # which, unlike Path's, says no where it may not look
            return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK | os.X_OK)
        existing = next((parent for parent in self.path.parents if os.path.exists(parent)), None)
        return existing is not None and os.path.isdir(existing) and os.access(existing, os.W_OK | os.X_OK)

    def read(self, below: Iterable[str]) -> dict[str, RunNotes]:
        """Notes of the directories in ``below`` and of all below them, by path. Empty when there is no database.

        ``SidecarError`` when it can't be read.
        """
        if not os.path.lexists(self.path):
            return {}
        found: dict[str, RunNotes] = {}
        with self._open(write=False) as connection:
            for path in below:
                where, values = _below(path)
                query = f"SELECT {COLUMNS} FROM run WHERE {where} LIMIT {MAX_ROWS}"
                found.update(_read_row(row) for row in connection.execute(query, values))
        return {path: notes for path, notes in found.items() if notes != NO_NOTES}

    def change(self, paths: Iterable[str], change: NotesChange) -> None:
        """Change the notes of these directories, all of them or none. Makes the database when there is none.

        ``ArgumentError`` for a change that is none, ``SidecarError`` when it can't be written.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SidecarError(f"the notes can't be kept in {self.shown_path}: {error.strerror or error}") from error
        with self._open(write=True) as connection:
            for path in paths:
                row = connection.execute(f"SELECT {COLUMNS} FROM run WHERE path = ?", (path,)).fetchone()
                notes = apply(NO_NOTES if row is None else _read_row(row)[1], change)
                if notes == NO_NOTES:
                    connection.execute("DELETE FROM run WHERE path = ?", (path,))
                else:
                    connection.execute(f"REPLACE INTO run ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", _row(path, notes))

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        if os.path.islink(self.path):
            raise SidecarError(f"{self.shown_path} is a symbolic link: notes are kept in a file of their own")
        mode = "rwc" if write else "rw" if self.writable() else "ro"
        address = f"file:{quote(os.fsencode(os.path.abspath(self.path)))}?mode={mode}"
        deadline = time.monotonic() + WORK_SECONDS
        try:
            with contextlib.closing(
                sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            ) as connection:
                connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                self._migrate(connection, mode)
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeError) as error:
            if time.monotonic() > deadline and "interrupted" in str(error):
                raise SidecarError(f"{self.shown_path} takes longer than {WORK_SECONDS:g} s: it is damaged") from error
            raise SidecarError(f"{self.shown_path} can't be {'written' if write else 'read'}: {error}") from error

    def _migrate(self, connection: sqlite3.Connection, mode: str) -> None:
        """Bring the tables to the newest version. What is another program's is left alone."""
        version, application = _pragma(connection, "user_version"), _pragma(connection, "application_id")
        parts = _parts(connection)
        if application != APPLICATION_ID and (parts or version or application):
            raise SidecarError(f"{self.shown_path} is another program's database")
        if version > len(self._migrations):
            raise SidecarError(
                f"{self.shown_path} was written by a newer version of Sightline: its tables are of version {version}, "
                f"this one reads up to {len(self._migrations)}"
            )
        # A trigger would run with every star, a computed column with every reading.
        for name, part in self._expected(version).items():
            if parts.get(name) != part:
                raise SidecarError(f"{self.shown_path} has no table {name} as Sightline makes it: {HOW_TO_GO_ON}")
            del parts[name]
        for kind, name, _ in parts.values():
            what = f"{kind} {readable(name)[:60]!r}"
            raise SidecarError(f"{self.shown_path} has a part that Sightline did not make, {what}: {HOW_TO_GO_ON}")
        if version == len(self._migrations):
            return
        if mode == "ro":
            raise SidecarError(f"{self.shown_path} is of version {version} and can't be brought up to date: read-only")
        _run(connection, self._migrations[version:])
        connection.execute(f"PRAGMA user_version = {len(self._migrations)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def _expected(self, version: int) -> dict[str, Part]:
        """What the migrations up to a version make."""
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            _run(connection, self._migrations[:version])
            return _parts(connection)


def _run(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    for statements in migrations:
        for statement in statements:
            connection.execute(statement)


def _parts(connection: sqlite3.Connection) -> dict[str, Part]:
    """Tables, indexes, views and triggers, by name."""
    rows = connection.execute(f"SELECT type, name, sql FROM sqlite_master LIMIT {MAX_PARTS}")
    return {str(name): (str(kind), str(name), str(sql)) for kind, name, sql in rows}


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _below(path: str) -> tuple[str, tuple[str, ...]]:
    """A condition for a directory and all below it. ``.`` is the directory that the database lies in."""
    if path == ".":
        return "path NOT LIKE '/%'", ()
    above = path.rstrip("/")
    return "path = ? OR (path >= ? AND path < ?)", (path, f"{above}/", f"{above}0")  # "0" comes after "/"


def _row(path: str, notes: RunNotes) -> tuple[object, ...]:
    tags = json.dumps(notes.tags, ensure_ascii=False)
    return (path, notes.alias, int(notes.starred), int(notes.hidden), tags, notes.note, notes.colour)


def _read_row(row: tuple[object, ...]) -> tuple[str, RunNotes]:
    """What is no note of ours counts as none."""
    path, alias, starred, hidden, tags, note, colour = row
    notes = NO_NOTES
    for change in (
        NotesChange(alias=alias if isinstance(alias, str) else None),
        NotesChange(starred=starred == 1, hidden=hidden == 1),
        NotesChange(tags=_read_tags(tags)),
        NotesChange(note=note if isinstance(note, str) else None),
        NotesChange(colour=colour if isinstance(colour, int) else None),
    ):
        with contextlib.suppress(ArgumentError):
            notes = apply(notes, change)
    return str(path), notes


def _read_tags(text: object) -> tuple[str, ...] | None:
    try:
        tags = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return tuple(tags) if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags) else None
