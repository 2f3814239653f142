"""The notes of a log directory: whose they are, where they go, and what is said when they can't be kept."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from tests.store.conftest import Files

from sightline.errors import SidecarError
from sightline.store import LogDir
from sightline.store.notebook import SIDECAR_NAME
from sightline.store.notes import NO_NOTES, NotesChange, RunNotes
from sightline.store.sidecar import Sidecar

ALIAS = NotesChange(alias="mine")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "sightline" / "notes.sqlite"


def opened(*places: Path | str, sidecar: bool = False) -> LogDir:
    logdir = LogDir([str(place) for place in places], sidecar=sidecar)
    logdir.refresh()
    return logdir


def change(logdir: LogDir, *runs: str, to: NotesChange = ALIAS) -> None:
    logdir.notes.change([logdir.runs[run] for run in runs], to)


def aliases(logdir: LogDir) -> dict[str, str]:
    return {run: notes.alias for run, notes in logdir.notes.read().notes.items()}


@pytest.fixture
def root(files: Files) -> Path:
    for run in ("a", "a/b", "c"):
        files.add(run, files.version(), files.scalar(1))
    return files.root


def test_notes_are_kept_in_the_users_data_directory_and_nothing_is_written_beside_the_logs(
    root: Path, data: Path
) -> None:
    before = sorted(root.rglob("*"))
    change(opened(root), "a")
    assert aliases(opened(root)) == {"a": "mine"}
    assert data.is_file()
    assert sorted(root.rglob("*")) == before


def test_a_run_has_its_notes_from_wherever_its_log_directory_is_opened(root: Path, tmp_path: Path) -> None:
    change(opened(root), "a", "a/b")
    (tmp_path / "link").symlink_to(root)
    assert aliases(opened(tmp_path / "link")) == {"a": "mine", "a/b": "mine"}
    assert aliases(opened(root / "a")) == {".": "mine", "b": "mine"}
    assert aliases(opened(f"first:{root}", f"second:{tmp_path}")) == {
        "first/a": "mine", "first/a/b": "mine", "second/logs/a": "mine", "second/logs/a/b": "mine",
    }  # fmt: skip
    assert aliases(opened(f"{root}/*")) == {"a": "mine", "a/b": "mine"}
    assert aliases(opened(next((root / "a").glob("*tfevents*")))) == {".": "mine", "b": "mine"}


def test_notes_of_several_places_go_to_the_run_that_is_meant(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "other")
    both = opened(f"one:{root}", f"two:{tmp_path / 'other'}")
    change(both, "two/a")
    assert aliases(both) == {"two/a": "mine"}
    assert aliases(opened(root)) == {}


def test_a_sidecar_lies_in_the_log_directory_and_goes_where_it_goes(root: Path, tmp_path: Path, data: Path) -> None:
    logdir = opened(root, sidecar=True)
    change(logdir, "a/b")
    assert (root / SIDECAR_NAME).is_file()
    assert not data.exists()
    moved = root.rename(tmp_path / "moved")
    assert aliases(opened(moved, sidecar=True)) == {"a/b": "mine"}


def test_each_of_several_places_has_a_sidecar_of_its_own(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "other")
    both = opened(f"one:{root}", f"two:{tmp_path / 'other'}", sidecar=True)
    change(both, "one/a", "two/c")
    assert aliases(opened(root, sidecar=True)) == {"a": "mine"}
    assert aliases(opened(tmp_path / "other", sidecar=True)) == {"c": "mine"}
    assert aliases(both) == {"one/a": "mine", "two/c": "mine"}


def test_a_sidecar_that_is_not_used_is_named(root: Path) -> None:
    change(opened(root, sidecar=True), "a")
    assert opened(root).notes.left_aside == [str(root / SIDECAR_NAME)]
    assert opened(root, sidecar=True).notes.left_aside == []


def test_names_that_are_no_utf_8_have_notes_too(files: Files) -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    files.add(name, files.version())
    logdir = opened(files.root)
    change(logdir, "caf\\xe9")
    assert aliases(opened(files.root)) == {"caf\\xe9": "mine"}


def test_the_version_tells_changes_of_anybody(root: Path) -> None:
    ours, theirs = opened(root), opened(root)
    empty = ours.notes.read().version
    assert theirs.notes.read().version == empty
    told: list[str] = []
    ours.notes.subscribe(lambda: told.append(ours.notes.read().version))
    change(ours, "a")
    assert told == [theirs.notes.read().version]
    assert told[0] != empty
    change(theirs, "a", to=NotesChange(alias=""))
    assert ours.notes.read().version == empty


def test_the_same_page_is_given_while_nothing_changes(root: Path) -> None:
    logdir = opened(root)
    change(logdir, "a")
    assert logdir.notes.read() is logdir.notes.read()


def test_a_change_within_one_tick_of_the_file_systems_clock_is_seen(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logdir = opened(root)
    change(logdir, "a")
    stamp = (1, 1, 1, time.time_ns(), 1)
    monkeypatch.setattr(Sidecar, "stamp", lambda self: stamp)
    assert aliases(logdir) == {"a": "mine"}
    change(opened(root), "c")
    assert aliases(logdir) == {"a": "mine", "c": "mine"}


def test_of_places_one_in_the_other_the_run_says_which_is_meant(root: Path) -> None:
    both = opened(f"all:{root}", f"part:{root / 'a'}", sidecar=True)
    change(both, "part/b")
    assert aliases(opened(root / "a", sidecar=True)) == {"b": "mine"}
    assert aliases(opened(root, sidecar=True)) == {}


def test_a_damaged_database_gives_no_notes_and_a_reason_and_a_mended_one_gives_them_again(
    root: Path, data: Path
) -> None:
    logdir = opened(root)
    change(logdir, "a")
    good = data.read_bytes()
    data.write_bytes(b"broken" * 100)
    page = logdir.notes.read()
    assert (dict(page.notes), page.writable) == ({}, False)
    assert "notes.sqlite can't be read: file is not a database" in page.problem
    with pytest.raises(SidecarError):
        change(logdir, "a")
    data.write_bytes(good)
    assert aliases(logdir) == {"a": "mine"}
    assert logdir.notes.read().problem == ""


def test_a_database_that_was_deleted_is_made_again(root: Path, data: Path) -> None:
    logdir = opened(root)
    change(logdir, "a")
    data.unlink()
    assert aliases(logdir) == {}
    change(logdir, "c")
    assert aliases(logdir) == {"c": "mine"}


def test_a_run_without_notes_has_empty_ones(root: Path) -> None:
    logdir = opened(root)
    change(logdir, "a", to=NotesChange(starred=True))
    assert logdir.notes.of("a") == RunNotes(starred=True)
    assert logdir.notes.of("c") is NO_NOTES


def test_a_run_whose_files_are_gone_can_not_be_noted(root: Path) -> None:
    logdir = opened(root)
    run = logdir.runs["c"]
    shutil.rmtree(root / "c")
    logdir.refresh()
    with pytest.raises(LookupError, match="no event file any more"):
        logdir.notes.change([run], ALIAS)
