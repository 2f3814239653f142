"""Runs are found as TensorBoard finds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tensorboard.backend.event_processing import io_wrapper

from sightline.store.directory_tree import DirectoryTree

EVENT_FILES = [
    "events.out.tfevents.1",
    "a/events.out.tfevents.1",
    "a/b/events.out.tfevents.2.v2",
    "a/b/events.out.tfevents.10.v2",
    "a/b/c/d/my.tfevents.copy",
    "深度学习/tfevents",
    "<script>/events.out.tfevents.1",
    "with space/events.out.tfevents.1",
    "marked/events.out.tfevents.1.profile-empty",
    "tfevents.dir/events.out.tfevents.1",
]
OTHER_FILES = ["notes.txt", "empty/checkpoint.pt", "a/events.out.TFEVENTS", "tfevents.only.a.dir/model.bin"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*EVENT_FILES, *OTHER_FILES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_finds_the_runs_that_tensorboard_finds(root: Path) -> None:
    theirs = {os.path.relpath(path, root) for path in io_wrapper.GetLogdirSubdirectories(str(root))}
    assert set(DirectoryTree(str(root)).walk()) == theirs


def test_gives_the_files_of_a_run_in_the_order_of_their_names(root: Path) -> None:
    names = [os.path.basename(path) for path in DirectoryTree(str(root)).walk()["a/b"]]
    assert names == ["events.out.tfevents.10.v2", "events.out.tfevents.2.v2"]


def test_follows_links_to_directories_under_the_name_of_the_link(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "events.out.tfevents.1").touch()
    (root / "chosen").symlink_to(elsewhere)
    (root / "again").symlink_to(elsewhere)
    assert {"chosen", "again"} <= set(DirectoryTree(str(root)).walk())


def test_ends_at_a_link_back_to_a_directory_above(root: Path) -> None:
    before = set(DirectoryTree(str(root)).walk())
    (root / "a/b/up").symlink_to(root / "a")
    (root / "self").symlink_to(root)
    (root / "nowhere").symlink_to(root / "missing")
    (root / "circle").symlink_to(root / "circle")
    assert set(DirectoryTree(str(root)).walk()) == before


def test_sees_files_and_directories_that_appear_and_go_between_walks(root: Path) -> None:
    tree = DirectoryTree(str(root))
    first = tree.walk()
    (root / "a/events.out.tfevents.2").touch()
    (root / "new/run").mkdir(parents=True)
    (root / "new/run/events.out.tfevents.1").touch()
    (root / "a/b/c/d/my.tfevents.copy").unlink()
    second = tree.walk()
    assert set(second) - set(first) == {"new/run"}
    assert set(first) - set(second) == {"a/b/c/d"}
    assert len(second["a"]) == 2


def test_lists_a_quiet_directory_only_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for directory, _, _ in os.walk(root):
        os.utime(directory, (1e9, 1e9))
    tree = DirectoryTree(str(root))
    first = tree.walk()
    listed: list[object] = []
    scandir = os.scandir

    def note(path: str) -> object:
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", note)
    assert tree.walk() == first
    assert listed == []


def test_sees_a_file_that_comes_within_one_tick_of_the_clock(root: Path) -> None:
    """File systems count time in steps: a directory may change after it was listed and keep its time."""
    tree = DirectoryTree(str(root))
    before = (root / "a").stat()
    tree.walk()
    (root / "a/events.out.tfevents.2").touch()
    os.utime(root / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(tree.walk()["a"]) == 2


def test_a_root_that_is_not_there_has_no_runs(tmp_path: Path) -> None:
    tree = DirectoryTree(str(tmp_path / "later"))
    assert tree.walk() == {}
    assert tree.problems == {}


def test_says_which_directory_it_may_not_list(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = DirectoryTree(str(root))
    assert "." in tree.walk()
    assert tree.problems == {str(root / "a"): "can't be listed: Permission denied"}


def test_a_name_that_is_no_utf8_is_shown_with_escapes(tmp_path: Path) -> None:
    directory = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(directory)
    with open(os.path.join(directory, b"tfevents"), "wb"):
        pass
    assert list(DirectoryTree(str(tmp_path)).walk()) == ["caf\\xe9"]
