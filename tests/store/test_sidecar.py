"""The database of notes: kept, shared and migrated; damaged, locked, foreign and read-only ones are survived."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.unprivileged import unprivileged

from sightline.errors import SidecarError
from sightline.store import sidecar as module
from sightline.store.notes import NotesChange, RunNotes
from sightline.store.sidecar import APPLICATION_ID, MIGRATIONS, Sidecar

STAR = NotesChange(starred=True)


@pytest.fixture
def sidecar(tmp_path: Path) -> Sidecar:
    return Sidecar(tmp_path / "data" / "notes.sqlite")


@contextmanager
def opened(sidecar: Sidecar) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sidecar.path, isolation_level=None)) as connection:
        yield connection


def test_reading_makes_no_file_and_changing_makes_it_for_its_owner_alone(sidecar: Sidecar) -> None:
    assert sidecar.read(["/logs"]) == {}
    assert not sidecar.path.parent.exists()

    sidecar.change(["/logs/a"], STAR)

    assert sidecar.read(["/logs"]) == {"/logs/a": RunNotes(starred=True)}
    assert sidecar.path.parent.stat().st_mode & 0o077 == 0


def test_sqlite_itself_finds_what_was_kept(sidecar: Sidecar) -> None:
    sidecar.change(["/logs/a"], NotesChange(alias="é", hidden=True, tags=("x", "y"), note="n", colour=4))
    with opened(sidecar) as connection:
        rows = connection.execute("SELECT path, alias, starred, hidden, tags, note, colour FROM run").fetchall()
        assert rows == [("/logs/a", "é", 0, 1, '["x", "y"]', "n", 4)]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_directory_and_all_below_it_are_read_and_nothing_beside_it(sidecar: Sidecar) -> None:
    sidecar.change(["/logs", "/logs/a", "/logs/a/b", "/logs-2/a", "/logs0", "/other"], STAR)
    assert sorted(sidecar.read(["/logs"])) == ["/logs", "/logs/a", "/logs/a/b"]
    assert sorted(sidecar.read(["/logs/a"])) == ["/logs/a", "/logs/a/b"]
    assert len(sidecar.read(["/"])) == 6


def test_a_run_of_which_nothing_is_said_any_more_leaves_no_row(sidecar: Sidecar) -> None:
    sidecar.change(["/logs/a"], STAR)
    sidecar.change(["/logs/a"], NotesChange(starred=False))
    with opened(sidecar) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)


def test_a_change_that_is_refused_for_one_run_changes_none(sidecar: Sidecar) -> None:
    sidecar.change(["/b"], NotesChange(tags=tuple(map(str, range(30)))))
    with pytest.raises(ValueError, match="31 tags"):
        sidecar.change(["/a", "/b"], NotesChange(add_tags=("one more",)))
    assert sidecar.read(["/a"]) == {}


def test_changes_of_several_threads_and_processes_are_all_kept(sidecar: Sidecar) -> None:
    script = (
        "import sys; from pathlib import Path; from sightline.store.sidecar import Sidecar;"
        "from sightline.store.notes import NotesChange;"
        "[Sidecar(Path(sys.argv[1])).change(['/a'], NotesChange(add_tags=(f'process {i}',))) for i in range(10)]"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(sidecar.path)])
    threads = [
        threading.Thread(target=lambda i=i: sidecar.change(["/a"], NotesChange(add_tags=(f"thread {i}",))))
        for i in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert process.wait(30) == 0
    want = {f"{who} {i}" for who in ("thread", "process") for i in range(10)}
    assert set(sidecar.read(["/a"])["/a"].tags) == want


def test_a_locked_database_is_waited_for_and_then_said(sidecar: Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    sidecar.change(["/a"], STAR)
    with opened(sidecar) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SidecarError, match="can't be read: database is locked"):
            sidecar.read(["/"])
        with pytest.raises(SidecarError, match="can't be written: database is locked"):
            sidecar.change(["/a"], NotesChange(alias="x"))
        other.execute("ROLLBACK")
    assert sidecar.read(["/"]) == {"/a": RunNotes(starred=True)}


@pytest.mark.parametrize("content", [b"no database at all, but text " * 50, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_said_and_left_as_it_is(sidecar: Sidecar, content: bytes) -> None:
    sidecar.path.parent.mkdir()
    sidecar.path.write_bytes(content)
    for attempt in (lambda: sidecar.read(["/"]), lambda: sidecar.change(["/a"], STAR)):
        with pytest.raises(SidecarError, match=r"notes\.sqlite can't be (read|written): "):
            attempt()
    assert sidecar.path.read_bytes() == content


def test_another_programs_database_is_left_alone(sidecar: Sidecar) -> None:
    sidecar.path.parent.mkdir()
    with opened(sidecar) as connection:
        connection.execute("CREATE TABLE run (path TEXT PRIMARY KEY, alias TEXT)")
    with pytest.raises(SidecarError, match="another program's"):
        sidecar.change(["/a"], STAR)
    with opened(sidecar) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)


def test_a_database_of_a_newer_version_is_said_to_be_one(sidecar: Sidecar) -> None:
    Sidecar(sidecar.path, (*MIGRATIONS, ("ALTER TABLE run ADD COLUMN mood TEXT",))).change(["/a"], STAR)
    with pytest.raises(SidecarError, match="newer version of Sightline: its tables are of version 2"):
        sidecar.read(["/"])


def test_an_older_database_is_brought_up_to_date_and_keeps_its_notes(sidecar: Sidecar) -> None:
    sidecar.change(["/a"], STAR)
    newer = Sidecar(sidecar.path, (*MIGRATIONS, ("ALTER TABLE run ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",)))
    assert newer.read(["/"]) == {"/a": RunNotes(starred=True)}
    with opened(sidecar) as connection:
        assert connection.execute("SELECT path, mood FROM run").fetchall() == [("/a", "calm")]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_migration_that_fails_leaves_the_database_as_it_was(sidecar: Sidecar) -> None:
    sidecar.change(["/a"], STAR)
    broken = Sidecar(sidecar.path, (*MIGRATIONS, ("ALTER TABLE run ADD COLUMN mood TEXT", "no SQL")))
    with pytest.raises(SidecarError, match="syntax error"):
        broken.change(["/a"], STAR)
    assert sidecar.read(["/"]) == {"/a": RunNotes(starred=True)}


def test_what_is_no_note_in_a_database_counts_as_none(sidecar: Sidecar) -> None:
    sidecar.change(["/a"], STAR)
    with opened(sidecar) as connection:
        connection.execute(
            "REPLACE INTO run VALUES ('/bad', ?, 'yes', 7, '[[', x'00', 99), ('/half', 'fine', 1, 0, ?, ?, 5)",
            ("x" * 1000, '["t", 3]', "\x1b"),
        )
    assert sidecar.read(["/"]) == {"/a": RunNotes(starred=True), "/half": RunNotes("fine", True, colour=5)}


def test_a_view_in_the_place_of_the_table_is_not_followed(sidecar: Sidecar) -> None:
    sidecar.path.parent.mkdir()
    with opened(sidecar) as connection:
        connection.execute("CREATE VIEW run AS SELECT 1 AS path")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    with pytest.raises(SidecarError, match="no table run as Sightline makes it"):
        sidecar.read(["/"])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON run BEGIN INSERT INTO junk VALUES (1); END", "make, trigger 't'"),
        ("CREATE VIEW v AS SELECT 1", "make, view 'v'"),
        ("CREATE INDEX i ON run (hex(note))", "make, index 'i'"),
        ("ALTER TABLE run ADD COLUMN x AS (hex(note))", "no table run as"),
        ("ALTER TABLE run ADD COLUMN x CHECK (length(note) < 3)", "no table run as"),
        ("DROP TABLE run", "no table run as"),
    ],
)
def test_what_sightline_did_not_make_is_never_run(sidecar: Sidecar, statement: str, said: str) -> None:
    sidecar.change(["/a"], STAR)
    with opened(sidecar) as connection:
        connection.execute(statement)
    before = sidecar.path.read_bytes()
    with pytest.raises(SidecarError, match=said):
        sidecar.change(["/b"], STAR)
    with pytest.raises(SidecarError, match=said):
        sidecar.read(["/"])
    assert sidecar.path.read_bytes() == before


def test_a_database_in_which_a_reading_never_ends_is_given_up(
    sidecar: Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    sidecar.change([f"/{i}" for i in range(2000)], STAR)
    monkeypatch.setattr(module, "WORK_SECONDS", 0.0)
    with pytest.raises(SidecarError, match="takes longer than 0 s"):
        sidecar.read(["/"])
    monkeypatch.undo()
    assert len(sidecar.read(["/"])) == 2000


def test_a_link_in_the_place_of_the_database_is_not_followed(sidecar: Sidecar, tmp_path: Path) -> None:
    sidecar.path.parent.mkdir()
    sidecar.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SidecarError, match="symbolic link"):
        sidecar.change(["/a"], STAR)
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_in_the_place_of_the_directory_is_said(sidecar: Sidecar) -> None:
    sidecar.path.parent.write_text("")
    assert not sidecar.writable()
    with pytest.raises(SidecarError, match="can't be kept in"):
        sidecar.change(["/a"], STAR)


READ_ONLY = """
import sys
from pathlib import Path
from sightline.errors import SidecarError
from sightline.store.notes import NotesChange
from sightline.store.sidecar import Sidecar
sidecar = Sidecar(Path(sys.argv[1]))
print(sidecar.writable(), sidecar.read(["/"]))
try:
    sidecar.change(["/a"], NotesChange(alias="x"))
except SidecarError as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["file", "directory"])
def test_a_read_only_database_is_read_and_a_change_is_refused(sidecar: Sidecar, what: str) -> None:
    sidecar.change(["/a"], STAR)
    os.chmod(sidecar.path if what == "file" else sidecar.path.parent, 0o400 if what == "file" else 0o500)
    done = subprocess.run(
        unprivileged(sys.executable, "-c", READ_ONLY, str(sidecar.path)), capture_output=True, text=True, check=True
    )
    sidecar.path.parent.chmod(0o700)
    first, second = done.stdout.splitlines()
    assert first == "False {'/a': " + repr(RunNotes(starred=True)) + "}"
    assert "can't be written" in second


def test_a_directory_that_may_not_be_looked_into_is_said_and_survived(sidecar: Sidecar) -> None:
    sidecar.change(["/a"], STAR)
    sidecar.path.parent.chmod(0)
    done = subprocess.run(
        unprivileged(sys.executable, "-c", READ_ONLY, str(sidecar.path)), capture_output=True, text=True, check=True
    )
    sidecar.path.parent.chmod(0o700)
    first, second = done.stdout.splitlines()
    assert first == "False {}"
    assert "unable to open database file" in second
