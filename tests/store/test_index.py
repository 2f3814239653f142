"""Opening a log directory with an index gives what reading it anew gives, whatever happened to either in between."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import re
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.store.index_scene import (
    CHANGES,
    NOW,
    Snapshot,
    delete_a_file,
    delete_a_run,
    fresh,
    grow,
    index_path,
    indexed,
    replace_by_another_of_its_size,
    snapshot,
    snapshot_file,
    truncate,
)

from sightline.store import LogDir, SeriesKey, open_logdir
from sightline.store import index as index_module
from sightline.store import logdir as logdir_module
from sightline.store import run_index as run_index_module
from sightline.store.cache_directory import cache_directory
from sightline.store.event_file import LONG_BYTES

pytestmark = pytest.mark.usefixtures("cache")

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "files"


@pytest.mark.parametrize("block_bytes", [1, 300, 64 << 10])
def test_a_second_opening_gives_everything_and_reads_nothing(
    everything: Path, read_files: list[str], monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr(run_index_module, "BLOCK_BYTES", block_bytes)
    expected = snapshot(fresh(everything))
    assert len(expected["two"]["series"][SeriesKey("scalar", "late")]["as written"]) == 2
    assert snapshot(indexed(everything)) == expected
    read_files.clear()
    second = LogDir(everything, cache=True, now=lambda: NOW)
    changes = second.refresh()
    assert read_files == []
    assert snapshot(second) == expected
    assert changes.runs == set(second.runs)
    assert changes.structure
    assert second.progress == fresh(everything).progress


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not there")
def test_a_second_opening_of_the_corpus_gives_everything(read_files: list[str]) -> None:
    expected = snapshot(fresh(CORPUS))
    indexed(CORPUS)
    read_files.clear()
    second = LogDir(CORPUS, cache=True, now=lambda: NOW)
    second.refresh()
    assert {name.split("/")[1] for name in read_files} == {"zero-tail", "garbage-tail"}  # their ends are searched anew
    assert snapshot(second) == expected


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_happens_between_two_openings_the_second_gives_what_is_there(
    everything: Path, change: Callable[[Path], None]
) -> None:
    before = snapshot(indexed(everything))
    change(everything)
    expected = snapshot(fresh(everything))
    assert expected != before
    assert snapshot(indexed(everything)) == expected
    assert snapshot(indexed(everything)) == expected  # from the index that was written now


def test_only_what_grew_is_read(everything: Path, read_files: list[str]) -> None:
    indexed(everything)
    grow(everything)
    read_files.clear()
    second = LogDir(everything, cache=True)
    second.refresh()
    assert set(read_files) == {"a/events.out.tfevents.1.host", "two/tfevents.2"}
    assert second._unsaved == 84  # two records, and half of one is not taken


@pytest.mark.parametrize("change", [grow, replace_by_another_of_its_size, truncate, delete_a_file, delete_a_run])
def test_what_was_restored_goes_on_as_if_it_had_been_read(everything: Path, change: Callable[[Path], None]) -> None:
    indexed(everything)
    restored = LogDir(everything, cache=True, now=lambda: NOW)
    read = fresh(everything)
    for logdir in (restored, read):
        logdir.refresh()
    change(everything)
    assert restored.refresh().runs == read.refresh().runs
    ours, theirs = snapshot(restored), snapshot(read)
    assert ours == theirs


@pytest.mark.parametrize("piece", [1, 7, 50, 333, 4096])
@pytest.mark.parametrize("cut", [0, 100, 777, 2500])
def test_a_restored_file_that_grows_in_awkward_pieces_gives_what_the_whole_gives(
    everything: Path, tmp_path: Path, piece: int, cut: int
) -> None:
    """Indexed when it was ``cut`` bytes long, opened again, fed on, and indexed and opened again half way."""
    whole = (everything / "a" / "events.out.tfevents.1.host").read_bytes()[:5000]
    if piece == 1:
        whole = whole[: cut + 600]
    root = tmp_path / "growing"
    root.mkdir()
    path = root / "tfevents"
    path.write_bytes(whole[:cut])
    indexed(root)
    logdir = LogDir(root, cache=True, now=lambda: NOW)
    logdir.refresh()
    half = cut + (len(whole) - cut) // 2 // piece * piece
    for offset in range(cut, len(whole), piece):
        if offset == half:
            logdir.save_index()
            logdir = LogDir(root, cache=True, now=lambda: NOW)
        with path.open("ab") as file:
            file.write(whole[offset : offset + piece])
        logdir.refresh()
        run = logdir.runs["."]
        for series in run.series.values():  # reading between growth must not disturb it
            series.columns()
    ours, theirs = snapshot(logdir)["."], snapshot(fresh(root))["."]
    for each in (ours, theirs):
        del each["state"], each["files"][0]["id"]  # they tell of the time when it was seen growing, and first seen
    assert ours == theirs


def test_the_index_is_written_again_when_a_tenth_is_new_and_at_the_end(
    files: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "MIN_BYTES", 100)
    monkeypatch.setattr(logdir_module, "GROWTH_AT_END", 0.01)
    files.add("a", *(files.scalar(step) for step in range(1000)))
    logdir = indexed(files.root)
    written = index_path(cache).stat().st_ino

    def add(points: int) -> int:
        files.add("a", *(files.scalar(step) for step in range(points)))
        logdir.refresh()
        with logdir._saving:
            pass
        return index_path(cache).stat().st_ino

    assert add(60) == written
    logdir.save_index()
    assert index_path(cache).stat().st_ino != written
    written = index_path(cache).stat().st_ino
    assert add(60) == written
    assert add(1) == written
    logdir.save_index()
    again = index_path(cache).stat().st_ino
    assert again != written
    logdir.save_index()  # nothing new
    assert index_path(cache).stat().st_ino == again


def test_small_log_directories_have_no_index(files: Any, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MIN_BYTES", 10_000)
    files.add("a", files.scalar(1))
    indexed(files.root)
    assert not cache.exists()


def test_verifying_everything_uses_and_writes_no_index(everything: Path, cache: Path, read_files: list[str]) -> None:
    indexed(everything)
    os.unlink(index_path(cache))
    logdir = LogDir(everything, verify=True, cache=True)
    logdir.refresh()
    logdir.save_index()
    assert not list(cache.iterdir())


def test_damage_that_was_found_while_reading_a_picture_is_found_again_not_remembered(files: Any) -> None:
    path = files.add("a", files.image(1, b"x" * LONG_BYTES), files.scalar(1))
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    logdir = fresh(files.root)
    expected = snapshot_file(logdir.runs["a"].files[0])
    logdir = LogDir(files.root, cache=True, now=lambda: NOW)
    logdir.refresh()
    with pytest.raises(ValueError, match="payload checksum"):
        logdir.runs["a"].images("image")[0].bytes  # noqa: B018
    assert len(logdir.runs["a"].files[0].damage) == 1
    logdir.save_index()
    assert snapshot_file(indexed(files.root).runs["a"].files[0]) == expected


# Faults


def rebuilt(root: Path, cache: Path, read_files: list[str], expected: Snapshot) -> None:
    """The index is not used, everything is read, and a good index is there after that."""
    read_files.clear()
    assert snapshot(indexed(root)) == expected
    assert read_files
    read_files.clear()
    assert snapshot(indexed(root)) == expected
    assert read_files == []


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200, 0.2, 0.5, 0.9, -100, -8, -1])
def test_an_index_that_was_cut_is_not_used(everything: Path, cache: Path, read_files: list[str], length: float) -> None:
    expected = snapshot(indexed(everything))
    size = index_path(cache).stat().st_size
    keep = int(size * length) if 0 < length < 1 else int(length) % size
    os.truncate(index_path(cache), keep)
    rebuilt(everything, cache, read_files, expected)


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SLINDEX\0" + bytes(200), bytes(5000)])
def test_what_is_no_index_is_not_used(everything: Path, cache: Path, read_files: list[str], content: bytes) -> None:
    expected = snapshot(indexed(everything))
    index_path(cache).write_bytes(content)
    rebuilt(everything, cache, read_files, expected)


def test_an_index_with_any_bit_flipped_gives_the_same(files: Any, cache: Path) -> None:
    files.add("a", files.scalar(1, 2.0), files.image(1, b"picture"), files.start(1, 5.0))
    expected = snapshot(indexed(files.root))
    path = index_path(cache)
    good = path.read_bytes()
    assert len(good) < 1000
    used = 0
    for place in range(len(good)):
        damaged = bytearray(good)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        logdir = LogDir(files.root, cache=True, now=lambda: NOW)
        logdir._save_soon = lambda: None  # type: ignore[method-assign]
        logdir.refresh()
        assert snapshot(logdir) == expected, place
        used += logdir._unsaved == 0
    assert used == 0


def test_an_index_of_another_version_is_not_used(everything: Path, cache: Path, read_files: list[str]) -> None:
    from sightline.store import index_file

    expected = snapshot(fresh(everything))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_file, "VERSION", index_file.VERSION + 1)
        indexed(everything)
    rebuilt(everything, cache, read_files, expected)


@pytest.mark.parametrize("what", ["READING", "LONG_BYTES", "SHAPE", "KINDS"])
def test_what_would_be_read_differently_has_another_index(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    indexed(everything)
    one = index_path(cache)
    monkeypatch.setattr(index_module, what, () if what == "KINDS" else 12345)
    indexed(everything)
    assert len(set(cache.glob("*.index")) - {one}) == 1


def test_an_index_that_is_deleted_or_cut_when_it_was_read_disturbs_nobody(everything: Path, cache: Path) -> None:
    expected = snapshot(indexed(everything))
    cut = LogDir(everything, cache=True, now=lambda: NOW)
    cut.refresh()
    assert snapshot(cut) == expected
    os.truncate(index_path(cache), 10)
    assert snapshot(cut) == expected
    indexed(everything)
    deleted = LogDir(everything, cache=True, now=lambda: NOW)
    deleted.refresh()
    shutil.rmtree(cache)
    assert snapshot(deleted) == expected


def test_a_cache_directory_that_can_not_be_written_is_a_problem_and_no_error(everything: Path, cache: Path) -> None:
    cache.parent.write_text("no directory")
    logdir = indexed(everything)
    assert snapshot(logdir) == snapshot(fresh(everything))
    assert re.fullmatch(r"The index can't be (read|written): Not a directory. File: .*\.index", logdir.index_problem)
    cache.parent.unlink()
    grow(everything)
    logdir.refresh()
    logdir.save_index()
    assert logdir.index_problem == ""


def test_something_else_of_its_name_is_a_problem_and_does_not_hang(everything: Path, cache: Path) -> None:
    indexed(everything)
    path = index_path(cache)
    path.unlink()
    path.mkdir()
    logdir = indexed(everything)
    assert snapshot(logdir) == snapshot(fresh(everything))
    assert logdir.index_problem == f"The index can't be written: Is a directory. File: {path}"
    path.rmdir()
    os.mkfifo(path)
    logdir = LogDir(everything, cache=True, now=lambda: NOW)
    logdir._save_soon = lambda: None  # type: ignore[method-assign]
    logdir.refresh()
    assert snapshot(logdir) == snapshot(fresh(everything))
    assert "The index can't be read: something that is no file has its name. File: " in logdir.index_problem


def test_a_full_disk_leaves_the_index_before_and_no_rubbish(everything: Path, cache: Path) -> None:
    """A child, whose files may not grow beyond 2,000 bytes."""
    indexed(everything)
    before = index_path(cache).read_bytes()
    assert len(before) > 4000
    grow(everything)
    program = """
import sys
from sightline.store import LogDir, index, logdir
index.MIN_BYTES = 1
logdir.GROWTH_AT_END = 0
logdir = LogDir(sys.argv[1], cache=True)
logdir.refresh()
logdir.save_index()
print(logdir.index_problem, sum(run.points for run in logdir.runs.values()))
"""
    limit = (2000, 2000)
    done = subprocess.run(
        [sys.executable, "-c", program, str(everything)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    points = sum(run.points for run in fresh(everything).runs.values())
    assert done.stderr == ""
    assert done.stdout == f"The index can't be written: File too large. File: {index_path(cache)} {points}\n"
    assert index_path(cache).read_bytes() == before
    assert [path.name for path in cache.iterdir()] == [index_path(cache).name]


def test_a_run_that_is_deleted_while_the_index_is_written_is_left_out(everything: Path) -> None:
    logdir = fresh(everything)
    runs = logdir._described_runs()
    assert next(runs).name == "a"
    delete_a_file(everything)
    shutil.rmtree(everything / "damaged")
    logdir.refresh()
    assert {run.name for run in runs} == {"profile", "two", "two/empty"}


def test_an_index_larger_than_half_of_what_all_may_take_is_a_problem(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "MAX_BYTES", 4000)
    logdir = indexed(everything)
    assert logdir.index_problem.startswith("The index can't be written: it would take more than 2,000 bytes. File: ")
    assert list(cache.iterdir()) == []


def write_again_and_again(root: str, times: int) -> None:
    index_module.MIN_BYTES = 1
    for _ in range(times):
        logdir = LogDir(root, cache=True)
        logdir._restored = True  # it reads everything, and so it writes
        logdir.refresh()
        logdir.save_index()
        assert not logdir.index_problem


def test_processes_that_write_it_at_once_leave_a_good_one(everything: Path, cache: Path, read_files: list[str]) -> None:
    expected = snapshot(indexed(everything))
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_again_and_again, args=(str(everything), 20)) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        read_files.clear()
        logdir = LogDir(everything, cache=True, now=lambda: NOW)
        logdir.refresh()
        assert snapshot(logdir) == expected
        assert read_files == []
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert [path.suffix for path in cache.iterdir()] == [".index"]


def test_it_never_lies_in_the_log_directory(everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(everything.rglob("*"))
    indexed(everything)
    assert set(everything.rglob("*")) == before
    shutil.rmtree(cache)
    (everything.parent / "link").symlink_to(everything)
    for place in (everything / "two", everything.parent / "link" / "new"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(place))
        logdir = indexed(everything)
        assert set(everything.rglob("*")) == before
        assert logdir.index_problem.startswith("No index is kept: the cache directory is inside the log directory")


def test_a_user_without_a_home_has_no_index_in_the_working_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container with a user number of its own, ``~`` stands for nothing."""

    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert cache_directory().is_absolute()


def test_each_set_of_places_has_an_index_of_its_own(everything: Path, cache: Path, read_files: list[str]) -> None:
    both = [f"x:{everything / 'a'}", str(everything / "two")]
    expected = None
    for where in (str(everything / "a"), both, str(everything / "*"), str(everything / "two" / "tfevents.1")):
        for _ in range(2):
            read_files.clear()
            logdir = LogDir(where, cache=True, now=lambda: NOW)
            logdir.refresh()
            found = snapshot(logdir)
            logdir.save_index()
            expected = found if read_files else expected
            assert found == expected
        assert read_files == []
    assert len(list(cache.iterdir())) == 4


def test_a_reading_that_is_stopped_goes_on_without_the_index(everything: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed(everything)
    stop = threading.Event()
    stop.set()
    logdir = LogDir(everything, cache=True, now=lambda: NOW)
    logdir.refresh(stop=stop)
    assert sum(run.points for run in logdir.runs.values()) == 0
    logdir.refresh()
    assert snapshot(logdir) == snapshot(fresh(everything))


def test_opening_in_python_uses_it_unless_told_not_to(everything: Path, cache: Path, read_files: list[str]) -> None:
    open_logdir(everything, cache=False)
    assert not cache.exists()
    open_logdir(everything).save_index()
    read_files.clear()
    open_logdir(everything)
    assert read_files == []
    open_logdir(everything, cache=False)
    assert read_files


def test_a_script_that_ends_leaves_an_index(everything: Path, cache: Path) -> None:
    program = """
import sys, sightline
from sightline.store import index
index.MIN_BYTES = 1
sightline.open_logdir(sys.argv[1])
"""
    subprocess.run([sys.executable, "-c", program, str(everything)], check=True)
    assert index_path(cache).stat().st_size > 1000


def test_restored_columns_are_read_only_and_never_change(everything: Path) -> None:
    indexed(everything)
    logdir = LogDir(everything, cache=True)
    logdir.refresh()
    before = logdir.runs["a"].scalars("loss")
    kept = before.value.copy()
    with pytest.raises(ValueError, match="read-only"):
        before.value[0] = 1
    grow(everything)
    logdir.refresh()
    after = logdir.runs["a"].scalars("loss")
    assert len(after) == len(before) + 2
    np.testing.assert_array_equal(before.value, kept)
