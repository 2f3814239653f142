"""Rows wait in the index until somebody asks for them; whatever happened to them by then, what was logged is there."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.store.index_scene import (
    CHANGES,
    NOW,
    Snapshot,
    delete_a_file,
    fresh,
    grow,
    index_path,
    indexed,
    replace_by_another_of_its_size,
    snapshot,
    snapshot_run,
    snapshot_series,
    tensor,
    truncate,
    truncate_to_nothing,
    write_over_with_a_longer_one,
)

from sightline.errors import SeriesGone
from sightline.store import EventFile, LogDir, Run, SeriesKey
from sightline.store import run_index as run_index_module
from sightline.store.index_file import IndexFile
from sightline.store.run_state import MIN_LIVE_SECONDS

pytestmark = pytest.mark.usefixtures("cache")

LOSS = SeriesKey("scalar", "loss")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of rows that were read from an index, read by read."""
    found: list[int] = []
    original = IndexFile.read

    def read(index: IndexFile, offset: int, size: int) -> bytes | None:
        found.append(size)
        return original(index, offset, size)

    monkeypatch.setattr(IndexFile, "read", read)
    return found


def opened(root: Path, now: float = NOW) -> LogDir:
    """With the index that is there; nobody has asked for a row yet."""
    logdir = LogDir(root, cache=True, now=lambda: now)
    logdir._save_soon = lambda: None  # type: ignore[method-assign]
    logdir.refresh()
    return logdir


def flip(path: Path, place: int) -> None:
    """In place: whoever has it open sees it."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1 << place % 8]))


def cut(path: Path) -> None:
    os.truncate(path, 100)


def overwrite(path: Path) -> None:
    """With another index's bytes, in place."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(b"SLINDEX\0" + bytes(size - 8))


def show_list(logdir: LogDir) -> list[Any]:
    """What a list of runs shows."""
    return [
        [
            *(run.name, run.state, run.last_step, run.points, run.first_wall_time, run.last_wall_time, run.restarts),
            *(run.hparams, run.tags(), [(len(series), series.last_step) for series in run.series.values()]),
        ]
        for run in logdir.runs.values()
    ]


# What is read, and when


def test_opening_and_listing_runs_reads_no_rows(everything: Path, files: Any, reads: list[int]) -> None:
    """Also where the list says what rows say: restarts by steps, and how often a run speaks that spoke lately."""
    for step in range(9):
        files.add("slow", files.scalar(step, 0.0, NOW - 3000 + 300 * step))
    os.utime(files.root / "slow" / "events.out.tfevents.1.host", (NOW - 500, NOW - 500))
    expected = show_list(fresh(everything))
    assert fresh(everything).runs["slow"].state.kind == "live"  # a minute and more ago, as it does
    assert any(restart.evidence == "steps" for restart in fresh(everything).runs["a"].restarts)
    indexed(everything)
    reads.clear()
    second = opened(everything)
    assert show_list(second) == expected
    assert reads == []
    assert second.runs["a"].scalars("loss").step[0] == 0
    assert len(reads) == 1


def test_the_usual_interval_is_worked_out_from_rows_when_the_index_does_not_have_it(
    files: Any, reads: list[int]
) -> None:
    """It was written when the run had been silent for long; the clock went back since."""
    for step in range(9):
        files.add("slow", files.scalar(step, 0.0, NOW - 3000 + 300 * step))
    path = files.root / "slow" / "events.out.tfevents.1.host"
    os.utime(path, (NOW - 500, NOW - 500))
    expected = fresh(files.root).runs["slow"].state
    late = LogDir(files.root, cache=True, now=lambda: NOW + 100 * MIN_LIVE_SECONDS)
    late.refresh()
    late.save_index()
    assert late.runs["slow"].state.kind == "stale"
    assert opened(files.root).runs["slow"].state == expected
    assert len(reads) == 1


def test_one_series_reads_its_block_and_no_other(files: Any, reads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_index_module, "BLOCK_BYTES", 10 * 24)
    for tag, points in (("a", 3), ("b", 6), ("c", 2), ("long", 40), ("d", 1)):
        files.add("run", *(files.scalar(step, tag=tag) for step in range(points)))
    files.add("run", files.image(1, b"x"), files.image(2, b"x"))
    indexed(files.root)
    run = opened(files.root).runs["run"]
    reads.clear()
    assert len(run.scalars("b")) == 6
    assert reads == [9 * 24]  # "a" and "b"
    assert (len(run.scalars("a")), len(run.scalars("long")), len(run.scalars("d"))) == (3, 40, 1)
    assert reads == [9 * 24, 40 * 24, 24]
    assert len(run.images("image")) == 2
    assert reads[3:] == [2 * 48]
    assert len(run.scalars("c")) == 2
    assert reads[4:] == [2 * 24]
    for tag in "abcd":
        run.scalars(tag)
    assert len(reads) == 5


def test_points_that_come_later_are_appended_to_rows_that_wait(everything: Path, reads: list[int]) -> None:
    indexed(everything)
    second = opened(everything)
    grow(everything)
    reads.clear()
    second.refresh()
    assert reads == []
    assert snapshot(second) == {**snapshot(fresh(everything)), "a": snapshot_run(second.runs["a"])}
    for key, series in fresh(everything).runs["a"].series.items():
        assert snapshot_series(second.runs["a"].series[key]) == snapshot_series(series)


# The index while rows wait in it


def delete_the_index(path: Path) -> None:
    path.unlink()


def delete_the_cache(path: Path) -> None:
    shutil.rmtree(path.parent)


def rename_the_index(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def put_another_in_its_place(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"something else")
    other.replace(path)


@pytest.mark.parametrize("harm", [delete_the_index, delete_the_cache, rename_the_index, put_another_in_its_place])
def test_an_index_that_went_while_rows_wait_in_it_has_them_all_the_same(
    everything: Path, cache: Path, read_files: list[str], harm: Callable[[Path], None]
) -> None:
    expected = snapshot(indexed(everything))
    second = opened(everything)
    read_files.clear()
    harm(index_path(cache))
    assert snapshot(second) == expected
    assert read_files == []
    assert second.index_problem == ""


@pytest.mark.parametrize("harm", [cut, overwrite])
def test_rows_that_the_index_does_not_have_any_more_are_read_from_the_event_files(
    everything: Path, cache: Path, read_files: list[str], harm: Callable[[Path], None]
) -> None:
    expected = snapshot(indexed(everything))
    read_files.clear()
    second = opened(everything)
    progress = second.progress
    path = index_path(cache)
    harm(path)
    assert snapshot(second) == expected
    assert {name.split("/")[0] for name in read_files} == {"a", "two", "damaged"}
    assert second.progress == progress
    assert second.index_problem == f"The index is damaged: what it had of some runs was read again. File: {path}"
    assert not path.exists()
    second.save_index()  # as when the viewer ends
    assert second.index_problem == ""
    read_files.clear()
    assert snapshot(opened(everything)) == expected
    assert read_files == []


def test_a_bit_that_flips_while_rows_wait_is_noticed_wherever_it_is(
    files: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the rows it costs reading the run anew; elsewhere the index was read already."""
    monkeypatch.setattr(run_index_module, "BLOCK_BYTES", 60)
    files.add("a", *(files.scalar(step, 2.0) for step in range(3)), files.image(1, b"picture"), files.start(1, 5.0))
    files.add("a", files.scalar(1, 2.0, tag="other"))
    expected = snapshot(indexed(files.root))
    path = index_path(cache)
    good = path.read_bytes()
    rows = 4 * 24 + 48
    for place in range(len(good)):
        path.write_bytes(good)
        logdir = opened(files.root)
        flip(path, place)
        assert snapshot(logdir) == expected, place
        assert path.exists() == (not 64 <= place < 64 + rows), place
        assert (logdir._unsaved > 0) == (64 <= place < 64 + rows), place


def test_only_the_run_whose_rows_are_damaged_is_read_anew(everything: Path, cache: Path, read_files: list[str]) -> None:
    expected = snapshot(indexed(everything))
    second = opened(everything)
    read_files.clear()
    flip(index_path(cache), 64)  # of the first run
    assert snapshot(second) == expected
    assert {name.split("/")[0] for name in read_files} == {"a"}
    assert len(read_files) == 1


def test_a_reader_keeps_its_series_when_the_run_is_read_anew(everything: Path, cache: Path) -> None:
    indexed(everything)
    second = opened(everything)
    run = second.runs["a"]
    loss, version, files = run.series[LOSS], run.version, run.files
    image = run.images("image")  # of a block that is whole
    cut(index_path(cache))
    assert loss.columns().step.tolist() == fresh(everything).runs["a"].scalars("loss").step.tolist()
    assert run.series[LOSS] is loss
    assert run.version > version
    assert [file.id for file in run.files] == [file.id for file in files]
    assert all(file.gone for file in files)
    assert image[0].bytes == b"small"
    grow(everything)
    second.refresh()
    assert run.series[LOSS] is loss
    assert loss.columns().step.tolist() == fresh(everything).runs["a"].scalars("loss").step.tolist()


def test_what_was_seen_of_files_is_not_forgotten_when_their_run_is_read_anew(
    everything: Path, files: Any, cache: Path
) -> None:
    indexed(everything)
    second = opened(everything)
    replace_by_another_of_its_size(everything)
    second.refresh()
    files.add("two", tensor("other", 9, 1.0, None), name="tfevents.2")
    second.refresh()
    run = second.runs["two"]
    before = [(file.id, file.note, file.replaces, file.seen_growing) for file in run.files]
    assert [replaces for _, _, replaces, _ in before] == [1, 0]
    assert run.state.kind == "live"
    version = run.version
    cut(index_path(cache))
    assert len(run.tensors("other")) == 2  # its rows were not loaded yet
    assert run.version > version
    assert [(file.id, file.note, file.replaces, file.seen_growing) for file in run.files] == before
    assert run.state.kind == "live"


def test_damage_that_is_found_later_is_told_of_a_run_that_was_read_anew(files: Any, cache: Path) -> None:
    path = files.add("a", files.scalar(1), files.image(1, b"x" * (1 << 17)))
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    indexed(files.root)
    second = opened(files.root)
    cut(index_path(cache))
    picture = second.runs["a"].images("image")
    version = second.runs["a"].version
    with pytest.raises(ValueError, match="payload checksum"):
        picture[0].bytes  # noqa: B018
    assert second.runs["a"].version > version
    assert second.refresh().runs == {"a"}


def test_an_index_that_was_written_in_the_meantime_stays(everything: Path, cache: Path) -> None:
    expected = snapshot(indexed(everything))
    second = opened(everything)
    path = index_path(cache)
    old = path.with_name("old")
    os.link(path, old)
    path.unlink()
    indexed(everything)  # another process
    cut(old)
    assert snapshot(second) == expected
    assert path.exists()


# Event files that change as well


@pytest.mark.parametrize("change", CHANGES)
def test_rows_that_are_lost_when_their_event_files_changed_too_are_what_is_there_now(
    everything: Path, cache: Path, change: Callable[[Path], None]
) -> None:
    """Nobody has looked at the files since. What is asked for first, runs or what they hold, makes no difference."""
    indexed(everything)
    second = opened(everything)
    change(everything)
    cut(index_path(cache))
    now = fresh(everything)
    for name, run in second.runs.items():
        held = list(run.series.values())
        for series in held:
            with contextlib.suppress(SeriesGone):
                series.columns()
        same = name in now.runs and {file.name for file in now.runs[name].files} <= {file.name for file in run.files}
        if held and same:
            ours, theirs = snapshot_run(run), snapshot_run(now.runs[name])
            ours["files"] = [file for file in ours["files"] if not file["gone"]]
            for each in (ours, theirs):
                del each["state"]  # it was seen growing
                for file in each["files"]:
                    del file["id"], file["note"]  # they say that it came after another
            assert ours == theirs
    second.refresh()
    expected = snapshot(fresh(everything))
    found = snapshot(second)
    assert list(found) == list(expected)
    for name in found:
        found[name]["files"] = [file for file in found[name]["files"] if not file["gone"]]
        for each in (found[name], expected[name]):
            del each["state"]
            for file in each["files"]:
                del file["id"], file["note"]  # they say that it came after another
    assert found == expected
    second.save_index()
    assert [each["series"] for each in snapshot(indexed(everything)).values()] == [
        each["series"] for each in expected.values()
    ]


def test_series_whose_rows_and_files_are_gone_are_gone(everything: Path, cache: Path) -> None:
    indexed(everything)
    second = opened(everything)
    run = second.runs["a"]
    series = run.series[LOSS]
    shutil.rmtree(everything / "a")
    cut(index_path(cache))
    with pytest.raises(SeriesGone, match="series 'loss' of run 'a' is gone: its files were deleted, or can't be read"):
        series.columns()
    assert (run.series, run.points, run.restarts, len(series)) == ({}, 0, (), 0)
    assert [file.note for file in run.files] == ["deleted while it was followed; its points went with it"]
    second.refresh()
    assert "a" not in second.runs
    assert second.progress == fresh(everything).progress


def test_a_run_that_went_is_not_read_again_for_those_who_hold_its_series(everything: Path, cache: Path) -> None:
    """Its rows are lost after it went: nothing of it comes back, neither among the changes nor in the progress."""
    indexed(everything)
    second = opened(everything)
    series = second.runs["a"].series[LOSS]
    shutil.rmtree(everything / "a")
    second.refresh()
    cut(index_path(cache))
    version = second.version
    with pytest.raises(SeriesGone, match="series 'loss' of run 'a' is gone"):
        series.columns()
    changes = second.refresh()
    assert (set(changes.runs), changes.structure, second.version) == (set(), False, version)
    assert second.progress == fresh(everything).progress


def test_event_files_that_can_not_be_read_either_are_a_line_of_the_ledger(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = snapshot(indexed(everything))
    second = opened(everything)
    cut(index_path(cache))
    original = os.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        if "tfevents" in str(path):
            raise PermissionError(13, "Permission denied")
        return original(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        run = second.runs["a"]
        with pytest.raises(SeriesGone):
            run.series[LOSS].columns()
        assert [file.note for file in run.files] == ["can't be read: Permission denied"]
    second.refresh()
    assert snapshot(second) == expected


# Growth, and writing it again


def stored(logdir: LogDir) -> dict[str, int]:
    """How many parts of each run wait."""
    return {
        name: sum(part._stored is not None for series in run.series.values() for part in series.parts)
        for name, run in logdir.runs.items()
    }


def test_writing_it_again_copies_rows_that_wait(everything: Path, cache: Path, read_files: list[str]) -> None:
    indexed(everything)
    second = opened(everything)
    waiting = stored(second)
    assert waiting["a"] > 5
    grow(everything)
    second.refresh()
    assert stored(second) == waiting
    before = index_path(cache).stat().st_ino
    second.save_index()
    assert index_path(cache).stat().st_ino != before
    # Of the run that grew, restarts are looked for where steps go back; of the others nothing was wanted.
    assert {**stored(second), "a": 0} == {**waiting, "a": 0}
    assert 0 < stored(second)["a"] < waiting["a"]
    read_files.clear()
    third = opened(everything)
    assert read_files == []
    for name, run in fresh(everything).runs.items():
        ours = third.runs[name]
        assert {key: snapshot_series(one) for key, one in ours.series.items()} == {
            key: snapshot_series(one) for key, one in run.series.items()
        }
        assert ours.restarts == run.restarts
    assert snapshot(second)["a"]["series"] == snapshot(third)["a"]["series"]


@pytest.mark.parametrize("lost", ["a", "b", "c"])
@pytest.mark.parametrize("block", [0, 1])
def test_writing_it_again_leaves_out_runs_whose_rows_are_lost(
    files: Any, cache: Path, read_files: list[str], lost: str, block: int
) -> None:
    """The first or the second block, of the first run, one in the middle, or the last one."""
    for name in ("a", "b", "c"):
        files.add(name, *(files.scalar(step, wall_time=ord(name)) for step in range(3000)))
        files.add(name, files.scalar(1, wall_time=ord(name), tag="other"))
    expected = snapshot(indexed(files.root))
    second = opened(files.root)
    shutil.copytree(files.root / "a", files.root / "0")
    second.refresh()
    path = index_path(cache)
    flip(path, 64 + (3001 * "abc".index(lost) + 3000 * block) * 24)  # nobody asks for these rows
    before = path.stat().st_ino
    second.save_index()
    assert path.stat().st_ino != before
    read_files.clear()
    third = opened(files.root)
    assert [name.split("/")[0] for name in read_files] == [lost]
    found = snapshot(third)
    assert len(read_files) == 1
    del found["0"]
    assert found == expected
    found = snapshot(second)
    assert list(found) == ["0", "a", "b", "c"]
    assert found[lost]["series"] == expected[lost]["series"]


def test_the_index_is_closed_when_the_last_rows_were_loaded(everything: Path) -> None:
    def descriptors() -> list[str]:
        found = []
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):
                found.append(os.readlink(f"/proc/self/fd/{name}"))
        return [path for path in found if path.endswith(".index")]

    expected = snapshot(indexed(everything))
    second = opened(everything)
    assert len(descriptors()) == 1
    assert snapshot(second) == expected
    assert descriptors() == []
    third = opened(everything)
    assert len(descriptors()) == 1
    del third
    gc.collect()
    assert descriptors() == []


# Threads


@pytest.mark.parametrize("harm", [None, cut])
def test_any_number_of_threads_may_ask_at_once(
    everything: Path, cache: Path, harm: Callable[[Path], None] | None
) -> None:
    expected = {
        (name, key): one for name, run in snapshot(indexed(everything)).items() for key, one in run["series"].items()
    }
    wanted = list(expected)
    for _ in range(5):
        if harm is not None:
            indexed(everything)
        second = opened(everything)
        if harm is not None:
            harm(index_path(cache))
        begin = threading.Barrier(8)

        def ask(number: int, second: LogDir = second, begin: threading.Barrier = begin) -> list[Snapshot]:
            begin.wait()
            mine = wanted[number:] + wanted[:number]
            return [snapshot_series(second.runs[name].series[key]) for name, key in mine]

        with ThreadPoolExecutor(8) as threads:
            for number, answers in enumerate(threads.map(ask, range(8))):
                assert answers == [expected[each] for each in wanted[number:] + wanted[:number]]
        assert snapshot(second)["a"]["restarts"] == snapshot(fresh(everything))["a"]["restarts"]


@pytest.mark.parametrize(
    "change",
    [grow, replace_by_another_of_its_size, truncate, truncate_to_nothing, write_over_with_a_longer_one, delete_a_file],
)
def test_a_run_that_is_read_anew_while_it_is_read_on_has_every_point_once(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """Between the reading of new bytes and their points being added, somebody asks for rows that are lost."""
    indexed(everything)
    second = opened(everything)
    change(everything)
    original = EventFile.scan
    asked: list[str] = []

    def scan(file: EventFile, descriptor: int, max_bytes: int) -> Any:
        batch = original(file, descriptor, max_bytes)
        if not asked and threading.current_thread().name != "asks":
            asked.append(file.run)

            def ask() -> None:
                for run in second.runs.values():
                    for series in list(run.series.values()):
                        with contextlib.suppress(SeriesGone):
                            series.columns()

            cut(index_path(cache))
            thread = threading.Thread(target=ask, name="asks")
            thread.start()
            thread.join()
        return batch

    with monkeypatch.context() as patch:
        patch.setattr(EventFile, "scan", scan)
        second.refresh()
    assert asked or change is delete_a_file
    second.refresh()
    ours, theirs = snapshot(second), snapshot(fresh(everything))
    assert list(ours) == list(theirs)
    for name in ours:
        for what in ("series", "order", "restarts", "points", "last step", "metadata"):
            assert ours[name][what] == theirs[name][what], (name, what)
    assert second.progress == fresh(everything).progress


def test_a_run_that_is_read_anew_when_one_of_its_files_was_found_replaced_has_every_point_once(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody asks for rows that are lost after the refresh has seen the other file, and before it acts on that."""
    indexed(everything)
    second = opened(everything)
    replace_by_another_of_its_size(everything)
    cut(index_path(cache))
    original = EventFile.look
    asked: list[str] = []

    def look(file: EventFile) -> Any:
        seen = original(file)
        if seen == "replaced" and not asked:
            asked.append(file.name)
            thread = threading.Thread(target=second.runs["two"].scalars, args=("loss",))
            thread.start()
            thread.join()
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(EventFile, "look", look)
        second.refresh()
    assert asked == ["tfevents.1"]
    second.refresh()
    expected = fresh(everything)
    assert snapshot(second)["two"]["series"] == snapshot(expected)["two"]["series"]
    assert second.progress == expected.progress


def test_other_readers_of_a_run_that_is_read_anew_see_it_before_or_after(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is read, a list of runs shows what it showed; who asks for rows waits for them."""
    expected: Snapshot = snapshot(indexed(everything))["a"]
    second = opened(everything)
    cut(index_path(cache))
    before = show_list(second)
    original = Run.read
    lists: list[Any] = []
    waiting: list[threading.Thread] = []
    got: list[Any] = []

    def read(run: Run, file: EventFile, max_bytes: int) -> int:
        lists.append(show_list(second))
        thread = threading.Thread(target=lambda: got.append(snapshot_series(second.runs["a"].series[LOSS])))
        thread.start()
        waiting.append(thread)
        return original(run, file, max_bytes)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "read", read)
        found = snapshot_series(second.runs["a"].series[LOSS])
    for thread in waiting:
        thread.join()
    assert lists == [before]
    assert [found, *got] == [expected["series"][LOSS]] * 2


def test_a_run_that_goes_while_it_is_read_anew_is_gone(
    everything: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(everything)
    second = opened(everything)
    series = second.runs["a"].series[LOSS]
    cut(index_path(cache))
    original = Run.read
    refreshing = threading.Thread(target=second.refresh)

    def read(run: Run, file: EventFile, max_bytes: int) -> int:
        taken = original(run, file, max_bytes)
        if refreshing.ident is None:
            shutil.rmtree(everything / "a")
            refreshing.start()
            refreshing.join(0.3)  # as far as it comes without the run's lock, which we have
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(Run, "read", read)
        assert len(series.columns()) > 0
        refreshing.join()
    assert "a" not in second.runs
    assert set(second.refresh().runs) == set()
    assert second.progress == fresh(everything).progress


@pytest.mark.parametrize("longer", [False, True])
def test_a_run_that_is_read_anew_knows_a_file_that_was_cut_and_written_on_as_another(
    files: Any, cache: Path, longer: bool
) -> None:
    """Its inode and first bytes are the same; browsers keep what lies at a byte of a file with an id for a year."""
    path = files.add("a", *(files.image(step, bytes([step])) for step in range(20)))
    whole = path.stat().st_size
    indexed(files.root)
    second = opened(files.root)
    run = second.runs["a"]
    (before,) = run.files
    former = before.id
    cut(index_path(cache))
    os.truncate(path, whole // 2)
    files.add("a", *(files.image(step, b"new") for step in range(40 if longer else 1)))
    run.images("image")
    (after,) = run.files
    assert after is not before
    assert (after.id != former, after.replaces) == (True, 1)
    assert after.note == "took the place of another file of this name"


def test_a_run_that_is_read_anew_knows_its_files_when_they_only_grew(files: Any, cache: Path) -> None:
    path = files.add("a", *(files.image(step, bytes([step])) for step in range(20)))
    indexed(files.root)
    second = opened(files.root)
    run = second.runs["a"]
    former = run.files[0].id
    cut(index_path(cache))
    os.utime(path)
    files.add("a", files.image(20, b"new"))
    assert len(run.images("image")) == 21
    assert (run.files[0].id, run.files[0].note) == (former, "")
