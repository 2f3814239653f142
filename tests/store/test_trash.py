"""Deleting runs and bringing them back: what is moved, what stays, and what is refused with a reason."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tensorboard.backend.event_processing import io_wrapper
from tests.store.conftest import NAME, Files

from sightline.errors import UnknownName
from sightline.store import LogDir
from sightline.store.directory_tree import TRASH
from sightline.store.trash import Trash


def opened(*places: Path | str) -> tuple[LogDir, Trash]:
    logdir = LogDir([str(place) for place in places], allow_delete=True)
    logdir.refresh()
    trash = logdir.trash
    assert trash is not None
    return logdir, trash


@pytest.fixture
def root(files: Files) -> Path:
    """Old runs: ``a`` with other files in it and a run below it, ``b/c``, and the log directory itself."""
    for run in (".", "a", "a/below", "b/c"):
        files.add(run, files.version(), files.scalar(1))
    files.add("a", files.version(), name="events.out.tfevents.2.host.profile-empty")
    (files.root / "a" / "checkpoint.pt").write_bytes(b"weights")
    return files.root


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def runs(logdir: LogDir) -> list[str]:
    logdir.refresh()
    return list(logdir.runs)


def test_nothing_can_be_deleted_unless_it_was_allowed(root: Path) -> None:
    assert LogDir(root).trash is None


def test_a_runs_own_event_files_are_moved_and_everything_else_stays(root: Path) -> None:
    logdir, trash = opened(root)
    outcome = trash.delete(["a"])
    assert (outcome.runs, outcome.refused) == (("a",), {})
    assert runs(logdir) == [".", "a/below", "b/c"]
    assert sorted(os.listdir(root / "a")) == ["below", "checkpoint.pt"]


def test_a_directory_that_is_empty_after_it_goes_and_those_above_it_stay(root: Path) -> None:
    logdir, trash = opened(root)
    trash.delete(["b/c"])
    assert not (root / "b" / "c").exists()
    assert (root / "b").is_dir()
    assert runs(logdir) == [".", "a", "a/below"]


def test_undo_brings_back_every_byte_and_leaves_no_trash(root: Path) -> None:
    logdir, trash = opened(root)
    before = snapshot(root)
    outcome = trash.delete(["a", "b/c", "."])
    assert runs(logdir) == ["a/below"]
    back = trash.restore(outcome.id)
    assert (back.runs, back.refused) == (("a", "b/c", "."), {})
    assert snapshot(root) == before
    assert not (root / TRASH).exists()
    assert runs(logdir) == [".", "a", "a/below", "b/c"]


def test_tensorboard_finds_no_run_in_the_trash(root: Path) -> None:
    _, trash = opened(root)
    seen = sorted(io_wrapper.GetLogdirSubdirectories(str(root)))
    assert str(root / "b/c") in seen
    trash.delete(["a", "b/c", "."])
    assert sorted(io_wrapper.GetLogdirSubdirectories(str(root))) == [str(root / "a/below")]


def test_the_walk_does_not_enter_the_trash(root: Path, files: Files) -> None:
    files.add(f"{TRASH}/planted", files.version())
    files.add(f"a/{TRASH}", files.version())
    assert list(opened(root)[0].runs) == [".", "a", "a/below", "b/c"]


def test_deletions_are_listed_newest_first_also_by_another_server(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logdir, trash = opened(root)
    first = trash.delete(["a"])
    logdir.refresh()
    second = trash.delete(["b/c", "."])
    found = opened(root)[1].deletions
    assert [(each.id, each.runs) for each in found] == [(second.id, ("b/c", ".")), (first.id, ("a",))]
    assert abs(found[0].wall_time - time.time()) < 60
    assert opened(root)[1].restore(first.id).runs == ("a",)


def test_runs_of_several_log_directories_go_to_the_trash_of_each(root: Path, tmp_path: Path) -> None:
    other = Files(tmp_path / "other")
    other.add("a", other.version())
    logdir, trash = opened(f"one:{root}", f"two:{other.root}")
    outcome = trash.delete(["one/b/c", "two/a"])
    assert (root / TRASH / outcome.id).is_dir()
    assert (other.root / TRASH / outcome.id).is_dir()
    assert [each.runs for each in trash.deletions] == [("one/b/c", "two/a")]
    assert trash.restore(outcome.id).runs == ("one/b/c", "two/a")
    assert runs(logdir) == ["one", "one/a", "one/a/below", "one/b/c", "two/a"]


def test_one_event_file_that_is_looked_at_leaves_its_neighbours(root: Path) -> None:
    _, trash = opened(root / "a" / NAME)
    before = snapshot(root)
    outcome = trash.delete(["."])
    assert sorted(os.listdir(root / "a")) == [TRASH, "below", "checkpoint.pt", f"{NAME[:-6]}2.host.profile-empty"]
    assert trash.restore(outcome.id).runs == (".",)
    assert snapshot(root) == before


def test_a_live_run_is_refused_and_a_finished_one_is_not(files: Files) -> None:
    now = time.time()
    files.add("live", files.version(now), files.scalar(1, wall_time=now))
    files.add("finished", files.version(now), files.scalar(1, wall_time=now), files.stop(now))
    _, trash = opened(files.root)
    outcome = trash.delete(["live", "finished"])
    assert outcome.runs == ("finished",)
    assert outcome.refused["live"].startswith("it is still being written: last event")


def test_a_run_that_grew_since_it_was_looked_at_is_refused(root: Path, files: Files) -> None:
    _, trash = opened(root)
    files.add("a", files.scalar(2))
    before = snapshot(root)
    outcome = trash.delete(["a"])
    assert (outcome.id, outcome.runs) == ("", ())
    assert "changed a moment ago" in outcome.refused["a"]
    assert snapshot(root) == before


@pytest.mark.parametrize("name", ["nothing", "../logs/a", "a/../b/c", "/", "", "a/", f"{TRASH}"])
def test_a_name_that_is_no_run_is_refused_however_it_is_spelt(root: Path, name: str) -> None:
    _, trash = opened(root)
    before = snapshot(root)
    assert trash.delete([name]).refused == {name: "there is no such run"}
    assert snapshot(root) == before


@pytest.mark.parametrize("identity", ["", ".", "..", "../..", "/", "20261124-000235-5aed6a"])
def test_a_deletion_that_is_not_there_is_an_unknown_name(root: Path, identity: str) -> None:
    _, trash = opened(root)
    trash.delete(["a"])
    with pytest.raises(UnknownName, match="no deletion"):
        trash.restore(identity)


def test_a_run_behind_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    other = Files(tmp_path / "other")
    other.add("x", other.version())
    (root / "linked").symlink_to(other.root)
    _, trash = opened(root)
    outcome = trash.delete(["linked/x"])
    assert "symbolic link" in outcome.refused["linked/x"]
    assert (other.root / "x" / NAME).is_file()


def test_an_event_file_that_is_a_link_is_moved_as_a_link(root: Path, tmp_path: Path, files: Files) -> None:
    real = tmp_path / NAME
    (root / "b/c" / NAME).rename(real)
    (root / "b/c" / NAME).symlink_to(real)
    _, trash = opened(root)
    outcome = trash.delete(["b/c"])
    assert outcome.runs == ("b/c",)
    assert real.is_file()
    trash.restore(outcome.id)
    assert (root / "b/c" / NAME).readlink() == real


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EXDEV, "another file system"), (errno.EACCES, "Permission denied")]
)
def test_a_file_that_can_not_be_moved_keeps_its_run_whole(
    root: Path, number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, trash = opened(root)
    before = snapshot(root)
    rename = os.rename

    def refuse(source: str, target: str) -> None:
        if source.endswith("profile-empty"):
            raise OSError(number, os.strerror(number))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    outcome = trash.delete(["a", "b/c"])
    assert outcome.runs == ("b/c",)
    assert words in outcome.refused["a"]
    assert trash.restore(outcome.id).runs == ("b/c",)
    assert snapshot(root) == before


@pytest.mark.parametrize(
    "plant", [lambda path, other: path.write_text("x"), lambda path, other: path.symlink_to(other)]
)
def test_something_else_in_the_place_of_the_trash_is_said(
    root: Path, tmp_path: Path, plant: Callable[[Path, Path], object]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    plant(root / TRASH, tmp_path / "elsewhere")
    _, trash = opened(root)
    outcome = trash.delete(["a"])
    assert outcome.runs == ()
    assert "can't be made" in outcome.refused["a"]
    assert (root / "a" / NAME).is_file()
    assert os.listdir(tmp_path / "elsewhere") == []
    assert trash.deletions == []


def test_a_run_that_took_the_name_meanwhile_keeps_it(root: Path, files: Files) -> None:
    logdir, trash = opened(root)
    outcome = trash.delete(["a", "b/c"])
    new = files.add("b/c", files.version(), files.scalar(7), name="events.out.tfevents.9.host")
    logdir.refresh()
    back = trash.restore(outcome.id)
    assert back.runs == ("a",)
    assert back.refused == {"b/c": "a run of this name is there again"}
    assert sorted((root / "b/c").iterdir()) == [new]
    new.unlink()
    assert trash.restore(outcome.id).runs == ("b/c",)
    assert not (root / TRASH).exists()


def test_files_that_were_taken_out_of_the_trash_are_said(root: Path) -> None:
    _, trash = opened(root)
    outcome = trash.delete(["b/c"])
    for path in (root / TRASH).rglob("*tf-gone*"):
        path.unlink()
    assert "not in the trash any more" in trash.restore(outcome.id).refused["b/c"]


@pytest.mark.parametrize(
    "change",
    [
        {"directory": "../outside"},
        {"directory": "/outside"},
        {"directory": "a/../../outside"},
        {"directory": ""},
        {"directory": f"{TRASH}/x"},
        {"files": ["../events.tfevents"]},
        {"files": ["plain.txt"]},
        {"files": 3},
        {"directory": 3},
        {"stayed": None},
        {"directory": "g\ud800"},
        {"files": ["events.out.tfevents.1.\ud800"]},
        {"stayed": ["events.out.tfevents.1.\ud800"]},
    ],
    ids=ascii,
)
def test_a_manifest_that_leads_elsewhere_is_not_followed(root: Path, change: dict[str, object]) -> None:
    _, trash = opened(root)
    outcome = trash.delete(["b/c"])
    path = root / TRASH / outcome.id / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["runs"][0].update(change)
    path.write_text(json.dumps(manifest))
    before = snapshot(root.parent)
    assert trash.deletions == []
    with pytest.raises(UnknownName):
        trash.restore(outcome.id)
    assert snapshot(root.parent) == before


@pytest.mark.parametrize(
    "wall_time", [10**400, -(10**400), "1" * 400, "nan", "inf", 1e300, -1, None, []], ids=lambda each: str(each)[:8]
)
def test_a_manifest_of_no_time_is_not_followed_and_stops_no_other(root: Path, wall_time: object) -> None:
    _, trash = opened(root)
    bad, sound = trash.delete(["b/c"]), trash.delete(["a"])
    path = root / TRASH / bad.id / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"wall_time": wall_time}))
    assert [deletion.id for deletion in trash.deletions] == [sound.id]
    assert trash.restore(sound.id).runs == ("a",)


def test_a_deletion_whose_name_is_no_utf_8_is_no_deletion(root: Path) -> None:
    _, trash = opened(root)
    outcome = trash.delete(["b/c"])
    (root / TRASH / outcome.id).rename(root / TRASH / b"caf\xe9".decode("utf-8", "surrogateescape"))
    assert trash.deletions == []


def test_a_link_planted_before_the_undo_is_not_followed(root: Path, tmp_path: Path) -> None:
    _, trash = opened(root)
    outcome = trash.delete(["b/c"])
    (tmp_path / "elsewhere").mkdir()
    (root / "b").rmdir()
    (root / "b").symlink_to(tmp_path / "elsewhere")
    assert "symbolic link" in trash.restore(outcome.id).refused["b/c"]
    assert os.listdir(tmp_path / "elsewhere") == []


def test_names_that_are_no_utf_8_go_and_come_back(files: Files) -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    files.add(name, files.version())
    _, trash = opened(files.root)
    before = snapshot(files.root)
    outcome = trash.delete(["caf\\xe9"])
    assert outcome.runs == ("caf\\xe9",)
    assert trash.deletions[0].runs == ("caf\\xe9",)
    trash.restore(outcome.id)
    assert snapshot(files.root) == before


def test_subscribers_hear_of_what_was_done_and_of_nothing_else(root: Path) -> None:
    _, trash = opened(root)
    told: list[str] = []
    trash.subscribe(lambda: told.append("now"))
    trash.delete(["nothing"])
    assert told == []
    trash.restore(trash.delete(["a"]).id)
    assert told == ["now", "now"]


def test_a_deletion_that_was_cut_off_midway_can_be_undone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, trash = opened(root)
    before = snapshot(root)
    rename = os.rename

    def die(source: str, target: str) -> None:
        if "b/c" in source:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", die)
    with pytest.raises(KeyboardInterrupt):
        trash.delete(["a", "b/c"])
    monkeypatch.undo()
    _, trash = opened(root)
    (deletion,) = trash.deletions
    assert trash.restore(deletion.id).runs == ("a",)
    assert {name: content for name, content in snapshot(root).items() if TRASH not in name} == before
