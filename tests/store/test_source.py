"""Everything that may be given as a log directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import sightline
from sightline.errors import ArgumentError, ArgumentTypeError, LogDirectoryError


def names(where: Any) -> list[str]:
    return list(sightline.open_logdir(where).runs)


def test_several_directories_are_told_apart_by_their_names(files: Any) -> None:
    for run in ("one/x", "one/y", "two", "deep/one"):
        files.add(run, files.scalar(0))
    root = files.root
    assert names([root / "one", root / "two"]) == ["one/x", "one/y", "two"]
    assert names([root / "one", root / "deep" / "one"]) == ["deep/one", "logs/one/x", "logs/one/y"]


def test_a_name_before_a_colon_is_the_name_of_a_directory(files: Any) -> None:
    files.add("one/x", files.scalar(0))
    files.add("two", files.scalar(0))
    assert names([f"first:{files.root}/one", f"second:{files.root}/two"]) == ["first/x", "second"]
    assert names(f"only:{files.root}/one") == ["only/x"]


def test_a_directory_with_a_colon_in_its_name_is_meant_as_it_is(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files.add("a:b", files.scalar(0))
    monkeypatch.chdir(files.root)
    assert names("a:b") == ["."]


def test_one_name_for_two_directories_is_one_clear_sentence(files: Any) -> None:
    files.add("one", files.scalar(0))
    with pytest.raises(ArgumentError, match="two log directories are called 'a'"):
        sightline.open_logdir([f"a:{files.root}", f"a:{files.root}/one"])


def test_a_pattern_names_runs_from_its_fixed_part_on(files: Any) -> None:
    for run in ("a/seed0", "a/seed1", "b/seed0/train"):
        files.add(run, files.scalar(0))
    assert names(f"{files.root}/*/seed0") == ["a/seed0", "b/seed0/train"]
    assert names(f"{files.root}/**/*tfevents*") == ["a/seed0", "a/seed1", "b/seed0/train"]
    assert names(f"{files.root}/[ab]") == ["a/seed0", "a/seed1", "b/seed0/train"]


def test_a_pattern_finds_what_appears_later(files: Any) -> None:
    files.add("a", files.scalar(0))
    logdir = sightline.open_logdir(f"{files.root}/*")
    files.add("b", files.scalar(0))
    assert logdir.refresh().structure
    assert list(logdir.runs) == ["a", "b"]


def test_one_event_file_is_one_run(files: Any) -> None:
    path = files.add("a", files.scalar(3), name="events.out.tfevents.1.one")
    files.add("a", files.scalar(4), name="events.out.tfevents.2.two")
    logdir = sightline.open_logdir(path)
    assert logdir.runs["."].scalars("loss").step.tolist() == [3]
    files.add("a", files.scalar(5), name=path.name)
    logdir.refresh()
    assert logdir.runs["."].scalars("loss").step.tolist() == [3, 5]


def test_a_place_that_is_not_there_is_named(files: Any) -> None:
    files.add("a", files.scalar(0))
    with pytest.raises(LogDirectoryError, match=r"no such directory or event file: .*missing$"):
        sightline.open_logdir([files.root / "a", files.root / "missing"])
    with pytest.raises(LogDirectoryError, match=r"no such directory or event file: .*/z\*$"):
        sightline.open_logdir(f"{files.root}/z*")


def test_relative_paths_hold_when_the_working_directory_changes(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files.add("a", files.scalar(0))
    files.add("b", files.scalar(0))
    monkeypatch.chdir(files.root)
    logdir = sightline.open_logdir(["a", "b"])
    monkeypatch.chdir(os.sep)
    files.add("a", files.scalar(1))
    assert logdir.refresh().runs == {"a"}


def test_no_place_at_all_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="empty list"):
        sightline.open_logdir([])


@pytest.mark.parametrize("what", [5, None, b"logs", ["logs", 5], {"logs": 1}.values()])
def test_what_is_no_path_is_refused_in_a_sentence(what: Any) -> None:
    with pytest.raises(ArgumentTypeError, match=r"log directory: got .*, want a path such as 'runs'"):
        sightline.open_logdir(what)


@pytest.mark.parametrize("what", ["", [""], ["logs", ""]])
def test_an_empty_name_is_not_the_working_directory(what: Any) -> None:
    with pytest.raises(ArgumentError, match=r"got an empty name.*for the working directory, '\.'"):
        sightline.open_logdir(what)


def test_a_directory_that_is_given_twice_is_said_to_be(files: Any) -> None:
    files.add("one", files.scalar(0))
    for name in ("", "a:"):
        with pytest.raises(ArgumentError, match=r"the same log directory is given twice: .*logs"):
            sightline.open_logdir([f"{name}{files.root}", f"{name}{files.root}/"])


def test_a_home_directory_behind_a_name_is_found(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files.add("a", files.scalar(0))
    monkeypatch.setenv("HOME", str(Path(files.root)))
    assert names("mine:~/a") == ["mine"]
