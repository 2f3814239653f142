"""A log directory is read whole, whatever state its files are in, and says what it could not read."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline.errors import LogDirectoryError
from sightline.format.batch import PAYLOAD_CHECKSUM, Damage
from sightline.format.event import DataType, Event, Summary, TensorProto, Value
from sightline.format.kernel import frame
from sightline.store import Changes, EventFile, LogDir, Run, ScalarSeries, SeriesKey, event_file
from sightline.store import logdir as logdir_module
from sightline.store import run as run_module

LOSS = SeriesKey("scalar", "loss")


def read(root: Path) -> LogDir:
    logdir = LogDir(root)
    logdir.refresh()
    return logdir


def points(run: Run, tag: str = "loss") -> list[tuple[int, float]]:
    columns = run.scalars(tag)
    return list(zip(columns.step.tolist(), columns.value.tolist(), strict=True))


def test_a_directory_that_is_not_there_yet_has_no_runs_until_it_comes(files: Any) -> None:
    logdir = LogDir(files.root)
    assert not logdir.refresh()
    assert dict(logdir.runs) == {}
    assert logdir.progress.done
    files.add("a", files.scalar(1))
    changes = logdir.refresh()
    assert changes.structure
    assert changes.runs == {"a"}
    assert list(logdir.runs) == ["a"]


def test_a_file_as_log_directory_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.touch()
    with pytest.raises(
        LogDirectoryError, match=r"must be a directory or an event file .*, and this is a file: .*notes\.txt$"
    ):
        LogDir(path)


def test_runs_are_in_natural_order_with_the_root_first(files: Any) -> None:
    for name in ("run10", "run2", "Run", ".", "run2/b", "深", "run1"):
        files.add(name, files.scalar(0))
    assert list(read(files.root).runs) == [".", "Run", "run1", "run2", "run2/b", "run10", "深"]


def test_numbers_of_any_length_have_a_natural_order() -> None:
    names = ["x0", "x00", "x007", "x7", "x10", "x" + "9" * 5000, "x1" + "0" * 5000, "y²", "y٣"]
    assert sorted([*names[4:], *names[:4]], key=logdir_module.natural_key) == names


@pytest.mark.parametrize(
    "names",
    [
        ["lr0.0001_s0", "lr0.0003_s0", "lr0.001_s0", "lr0.01_s0"],
        ["lr=1e-4", "lr=3e-4", "lr=0.001", "lr=1.5e-3", "lr=1e-2", "lr=1E-1"],
        ["features.1.9", "features.1.10", "features.2.0"],
        ["v1.9.0", "v1.10.0", "v1.10.2"],
    ],
)
def test_decimals_and_exponents_are_numbers_and_versions_are_several(names: list[str]) -> None:
    backwards = names[::-1]
    backwards.sort(key=logdir_module.natural_key)
    assert backwards == names


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "..%2f..%2fx", "深度学习", "a b\tc", "'\"&"])
def test_names_of_runs_and_tags_are_plain_text(files: Any, name: str) -> None:
    name = name.replace("/", "_")
    files.add(name, files.scalar(3, 7.0, tag=f"../../{name}"))
    run = read(files.root).runs[name]
    assert points(run, f"../../{name}") == [(3, 7.0)]


def test_files_of_a_run_are_one_run_in_the_order_of_names(files: Any) -> None:
    files.add("a", files.scalar(2, 20.0), name="tfevents.2")
    files.add("a", files.scalar(2, 10.0), files.scalar(1, 5.0), name="tfevents.1")
    run = read(files.root).runs["a"]
    assert [file.name for file in run.files] == ["tfevents.1", "tfevents.2"]
    assert points(run) == [(1, 5.0), (2, 10.0), (2, 20.0)]


def test_a_second_refresh_with_nothing_new_changes_nothing(files: Any) -> None:
    files.add("a", files.scalar(1))
    logdir = read(files.root)
    version = logdir.version
    assert not logdir.refresh()
    assert logdir.version == version


def test_growth_is_told_by_run_and_a_new_tag_is_structure(files: Any) -> None:
    files.add("a", files.scalar(1))
    files.add("b", files.scalar(1))
    logdir = read(files.root)
    version = logdir.version
    files.add("b", files.scalar(2))
    changes = logdir.refresh()
    assert changes.runs == {"b"}
    assert not changes.structure
    assert logdir.runs["b"].version == logdir.version > version
    files.add("b", files.scalar(2, tag="acc"))
    assert logdir.refresh().structure


@pytest.mark.parametrize("piece", [1, 7, 13, 64, 1000])
def test_a_file_that_grows_in_awkward_pieces_gives_what_the_whole_gives(files: Any, tmp_path: Path, piece: int) -> None:
    events = [files.version()]
    for step in range(12):
        events += [files.scalar(step, step / 2, 10 + step), files.image(step, b"picture %d" % step, 10 + step)]
        events += [files.scalar(11 - step, step, 10 + step, tag="back")]
    data = files.add("whole", *events).read_bytes()
    whole = read(files.root).runs["whole"]

    growing = tmp_path / "growing"
    growing.mkdir()
    path = growing / "tfevents"
    path.touch()
    logdir = read(growing)
    for offset in range(0, len(data), piece):
        with path.open("ab") as file:
            file.write(data[offset : offset + piece])
        logdir.refresh()
        run = logdir.runs["."]
        if LOSS in run.series:  # reading between growth must not disturb it
            run.scalars("loss")
    run = logdir.runs["."]
    assert list(run.series) == list(whole.series)
    for key, series in run.series.items():
        ours, theirs = series.columns(), whole.series[key].columns()
        for name in (
            ("step", "wall_time", "value") if isinstance(series, ScalarSeries) else ("step", "record", "offset")
        ):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), strict=True)
    assert [image.bytes for image in run.images("image")] == [b"picture %d" % step for step in range(12)]
    assert run.files[0].note == ""
    assert run.files[0].read_bytes == len(data)


def test_points_that_were_handed_out_never_change(files: Any) -> None:
    files.add("a", *(files.scalar(step, step) for step in range(5)))
    logdir = read(files.root)
    before = logdir.runs["a"].scalars("loss")
    for step in range(5, 200):
        files.add("a", files.scalar(step, step))
        logdir.refresh()
        logdir.runs["a"].scalars("loss")
    assert before.step.tolist() == list(range(5))
    assert logdir.runs["a"].scalars("loss").value.tolist() == list(range(200))
    with pytest.raises(ValueError, match="read-only"):
        before.value[0] = 1.0


def test_a_file_cut_in_a_record_shows_what_came_before_and_says_so(files: Any) -> None:
    path = files.add("a", files.version(), files.scalar(1), files.scalar(2))
    path.write_bytes(path.read_bytes()[:-5])
    run = read(files.root).runs["a"]
    assert points(run) == [(1, 0.0)]
    (file,) = run.files
    assert file.damage == ()
    assert file.note == "the last 37 bytes are an unfinished record: still being written, or cut"
    assert file.size_bytes - file.read_bytes == 37


def test_a_single_byte_too_many_is_one_byte(files: Any) -> None:
    path = files.add("a", files.scalar(1))
    with path.open("ab") as file:
        file.write(b"x")
    (file,) = read(files.root).runs["a"].files
    assert file.note == "the last byte is an unfinished record: still being written, or cut"


def test_an_empty_file_is_a_run_without_points(files: Any) -> None:
    path = files.add("a")
    run = read(files.root).runs["a"]
    assert run.files[0].note == "empty"
    assert run.state.kind == "stale"
    assert path.stat().st_size == 0


def test_a_flipped_bit_costs_one_record_and_is_a_line_in_the_ledger(files: Any) -> None:
    path = files.add("a", *(files.scalar(step, step) for step in range(1, 6)))
    data = bytearray(path.read_bytes())
    record = len(data) // 5
    data[2 * record + 20] ^= 0x10
    path.write_bytes(data)
    files.add("b", files.scalar(1))
    logdir = read(files.root)
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2, 4, 5]
    (damage,) = logdir.runs["a"].files[0].damage
    assert (damage.offset, damage.length, damage.reason) == (2 * record, record, "payload checksum")
    assert logdir.runs["b"].files[0].damage == ()


def test_a_flipped_bit_in_a_scalar_is_noticed_however_long_its_record_is(files: Any, cache: Path) -> None:
    """... and by who opens it again with the index."""
    scalars = [Value(tag=f"tag/{number:04}", simple_value=0.5) for number in range(5000)]
    merged = Event(wall_time=1.0, step=2, summary=Summary(value=scalars))
    path = files.add("a", files.scalar(1), merged, files.scalar(3))
    data = bytearray(path.read_bytes())
    assert len(data) > event_file.LONG_BYTES
    data[data.index(b"tag/1500") + 12] ^= 0x40
    path.write_bytes(data)
    for opening in range(2):
        logdir = LogDir(files.root, cache=True)
        logdir.refresh()
        (file,) = logdir.runs["a"].files
        assert logdir.runs["a"].tags() == {"scalar": ["loss"]}, opening
        assert [(damage.reason, damage.length) for damage in file.damage] == [
            ("payload checksum", len(frame(merged.SerializeToString())))
        ]
        assert (file.records, file.damage_count, file.unverified) == (2, 1, 0)
        logdir.save_index()


def with_a_wrong_length(files: Any, last: int) -> tuple[Path, int]:
    """A file of ``last`` records of which the fourth has a damaged length; the bytes of a record."""
    path = files.add("a", *(files.scalar(step) for step in range(1, last + 1)))
    data = bytearray(path.read_bytes())
    record = len(data) // last
    data[3 * record] ^= 1
    path.write_bytes(data)
    return path, record


def test_of_very_many_damaged_places_the_first_are_listed_and_all_are_counted(files: Any) -> None:
    path = files.add("a", files.scalar(1))
    with path.open("ab") as file:
        file.write(frame(b"\xff\xff") * 2500)
    files.add("a", files.scalar(2))
    (file,) = read(files.root).runs["a"].files
    assert len(file.damage) == event_file.MAX_DAMAGE == 1000
    assert [damage.offset for damage in file.damage] == sorted(damage.offset for damage in file.damage)
    assert file.damage_count == 2500
    assert "2,500 damaged places, of which 1,000 are listed" in file.note
    assert file.records == 2
    file.note_damage(Damage(0, 10, PAYLOAD_CHECKSUM, 1, 2))  # found by reading a value: it may be one of the counted
    assert file.damage_count == 2500


def test_damage_that_is_found_again_is_counted_once(files: Any) -> None:
    path = files.add("a", files.scalar(1))
    (file,) = read(files.root).runs["a"].files
    told = []
    file._tell_damage = lambda: told.append(1)
    for length in (10, 10, 20):  # the same, and then a later word on it
        file.note_damage(Damage(0, length, PAYLOAD_CHECKSUM, 1, 2))
    assert (file.damage_count, [damage.length for damage in file.damage]) == (1, [20])
    assert len(told) == 2
    assert path.exists()


def test_after_a_wrong_length_the_next_record_is_found(files: Any) -> None:
    path, record = with_a_wrong_length(files, 6)
    logdir = read(files.root)
    (file,) = logdir.runs["a"].files
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2, 3, 5, 6]
    (damage,) = file.damage
    assert (damage.offset, damage.length, damage.reason) == (3 * record, record, "length checksum")
    assert (file.note, file.read_bytes) == ("", path.stat().st_size)


def test_after_a_wrong_length_with_nothing_behind_it_a_record_is_waited_for(files: Any) -> None:
    path, record = with_a_wrong_length(files, 4)
    logdir = read(files.root)
    (file,) = logdir.runs["a"].files
    assert len(points(logdir.runs["a"])) == 3
    (damage,) = file.damage
    assert (damage.offset, damage.length, damage.reason) == (3 * record, 0, "length checksum")
    assert file.note == f"no record can be found after byte {3 * record}"
    assert logdir.progress == logdir.progress.__class__(1, 4 * record, 4 * record, True)
    assert not logdir.refresh()
    files.add("a", files.scalar(9))
    assert logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2, 3, 9]
    (damage,) = file.damage
    assert (damage.offset, damage.length, file.note) == (3 * record, record, "")
    assert path.stat().st_size == file.read_bytes


def test_a_file_that_may_not_be_read_is_a_line_in_the_ledger_until_it_may(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("a", files.scalar(1))
    files.add("b", files.scalar(1))
    really_open = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        if "/a/" in os.fspath(path):
            raise PermissionError(13, "Permission denied", path)
        return really_open(path, *arguments, **named)

    with monkeypatch.context() as context:
        context.setattr(os, "open", refuse)
        logdir = read(files.root)
        assert [file.note for file in logdir.runs["a"].files] == ["can't be read: Permission denied"]
        assert points(logdir.runs["b"]) == [(1, 0.0)]
        assert logdir.progress.bytes_read == logdir.progress.bytes_total
    logdir.refresh()
    assert points(logdir.runs["a"]) == [(1, 0.0)]
    assert logdir.runs["a"].files[0].note == ""


def test_a_file_that_vanishes_after_it_was_found_disturbs_nothing(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.add("a", files.scalar(1))
    files.add("a", files.scalar(2), name="tfevents.2")
    really_open = os.open

    def vanish(name: Any, *arguments: Any, **named: Any) -> int:
        if os.fspath(name) == str(path):
            path.unlink(missing_ok=True)
        return really_open(name, *arguments, **named)

    with monkeypatch.context() as context:
        context.setattr(os, "open", vanish)
        logdir = read(files.root)
    assert points(logdir.runs["a"]) == [(2, 0.0)]
    logdir.refresh()
    notes = {file.name: file.note for file in logdir.runs["a"].files}
    assert notes["tfevents.2"] == ""
    assert notes[path.name] == "deleted while it was followed; its points went with it"


def test_a_deleted_file_takes_its_points_with_it(files: Any) -> None:
    files.add("a", files.scalar(1), name="tfevents.1")
    second = files.add("a", files.scalar(2), files.scalar(1, tag="only here"), name="tfevents.2")
    logdir = read(files.root)
    second.unlink()
    changes = logdir.refresh()
    assert changes.structure
    assert points(logdir.runs["a"]) == [(1, 0.0)]
    assert list(logdir.runs["a"].series) == [LOSS]
    assert [file.gone for file in logdir.runs["a"].files] == [False, True]
    assert logdir.progress.bytes_total == logdir.runs["a"].files[0].size_bytes


def test_the_files_of_a_run_that_went_are_known_until_they_come_back(files: Any) -> None:
    path = files.add("a", files.scalar(1), files.scalar(2))
    files.add("b", files.scalar(1))
    logdir = read(files.root)
    run = logdir.runs["a"]
    held, alive = run.series[LOSS], weakref.ref(run)
    path.unlink()
    logdir.refresh()
    assert list(logdir.runs) == ["b"]
    (gone,) = logdir.gone_files
    assert (gone.run, gone.location, gone.records) == ("a", str(path), 2)
    assert gone.note == "deleted while it was followed; its points went with it"
    assert len(held.columns()) == 2, "who holds on to it has it"
    del run, held
    gc.collect()
    assert alive() is None, "a line of the ledger keeps no points"
    files.add("a", files.scalar(1))
    logdir.refresh()
    assert list(logdir.gone_files) == []


def test_of_many_runs_that_went_the_last_files_are_known(files: Any) -> None:
    for number in range(30):
        files.add(f"r{number:02}", files.scalar(1))
    logdir = read(files.root)
    for number in range(30):
        shutil.rmtree(files.root / f"r{number:02}")
        if number % 10 == 9:
            logdir.refresh()
    assert [file.run for file in logdir.gone_files] == [f"r{number:02}" for number in range(10, 30)]


def test_a_deleted_run_goes_and_a_renamed_one_has_its_new_name(files: Any) -> None:
    files.add("a", files.scalar(1))
    files.add("b", files.scalar(2))
    logdir = read(files.root)
    shutil.rmtree(files.root / "a")
    (files.root / "b").rename(files.root / "c")
    assert logdir.refresh().structure
    assert list(logdir.runs) == ["c"]
    assert points(logdir.runs["c"]) == [(2, 0.0)]


def test_a_file_that_was_replaced_is_read_anew_under_another_id(files: Any) -> None:
    path = files.add("a", files.version(1.0), files.scalar(1), files.scalar(2))
    logdir = read(files.root)
    (old,) = logdir.runs["a"].files
    other = files.add("elsewhere", files.version(2.0), files.scalar(5, 50.0), files.scalar(6), files.scalar(7))
    os.replace(other, path)
    logdir.refresh()
    (new,) = logdir.runs["a"].files
    assert points(logdir.runs["a"]) == [(5, 50.0), (6, 0.0), (7, 0.0)]
    assert new.id != old.id
    assert new.note == "took the place of another file of this name"


def test_the_points_of_a_replaced_file_are_there_until_those_of_the_new_one_are(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks in between, and whoever holds on to the series, finds either these or those."""
    path = files.add("a", files.scalar(1, 1.0), files.scalar(1, 1.0, tag="old"), files.version())
    logdir = read(files.root)
    run, series = logdir.runs["a"], logdir.runs["a"].series[LOSS]
    seen: list[Any] = []

    def note(event_file: EventFile, *arguments: Any) -> Any:
        seen.append(
            (points(run), run.points, list(run.tags()["scalar"]), run.last_step, series.columns().step.tolist())
        )
        return original(event_file, *arguments)

    original = EventFile.scan
    monkeypatch.setattr(EventFile, "scan", note)
    files.add("b", files.scalar(7, 7.0), files.scalar(7, 7.0, tag="new")).replace(path)
    (files.root / "b").rmdir()
    changes = logdir.refresh()
    assert changes.structure
    assert seen[0] == ([(1, 1.0)], 2, ["loss", "old"], 1, [1])
    assert points(run) == [(7, 7.0)]
    assert run.tags() == {"scalar": ["loss", "new"]}
    assert run.series[LOSS] is series
    assert (run.points, run.last_step) == (2, 7)
    assert logdir.progress == read(files.root).progress


@pytest.mark.parametrize("successor", [b"", b"short", None])
def test_a_file_whose_successor_has_nothing_to_show_takes_its_points_with_it(
    files: Any, successor: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.add("a", files.scalar(1, 1.0))
    files.add("a", files.scalar(2, 2.0), name="tfevents.2")
    logdir = read(files.root)
    other = path.with_name("other")
    other.write_bytes(successor or b"unreadable")
    other.replace(path)
    if successor is None:
        original = os.open

        def refuse(where: str, *arguments: Any) -> int:
            if where == str(path):
                raise PermissionError(13, "Permission denied")
            return original(where, *arguments)

        monkeypatch.setattr(os, "open", refuse)
    assert logdir.refresh().runs == {"a"}
    run = logdir.runs["a"]
    assert points(run) == [(2, 2.0)]
    assert run.points == 1
    assert ("Permission denied" in run.files[0].note) == (successor is None)
    assert logdir.refresh().runs == frozenset()


def test_a_replaced_file_whose_reading_was_stopped_is_read_the_next_time(files: Any) -> None:
    path = files.add("a", files.scalar(1, 1.0))
    logdir = read(files.root)
    files.add("b", files.scalar(7, 7.0)).replace(path)
    stop = threading.Event()
    stop.set()
    logdir.poll(logdir.runs["a"].files, stop=stop)
    assert points(logdir.runs["a"]) == [(1, 1.0)]
    files.add("b", files.scalar(9, 9.0)).replace(path)
    logdir.poll(logdir.runs["a"].files, stop=stop)
    assert points(logdir.runs["a"]) == [(1, 1.0)]
    logdir.refresh()
    assert points(logdir.runs["a"]) == [(9, 9.0)]
    assert logdir.progress == read(files.root).progress
    shutil.rmtree(files.root / "a")
    logdir.refresh()
    assert logdir.progress == read(files.root).progress


def text_without_metadata(step: int, text: bytes) -> Event:
    value = Value(tag="t", tensor=TensorProto(dtype=DataType.STRING, string_val=[text]))
    return Event(wall_time=1.0, step=step, summary=Summary(value=[value]))


@pytest.mark.parametrize("what", ["delete", "replace"])
def test_the_kind_that_a_deleted_file_gave_to_values_in_others_goes_with_it(files: Any, what: str) -> None:
    first = files.add("a", files.tensor("t", "text", [b"one"]), name="tfevents.1")
    files.add("a", text_without_metadata(2, b"two"), files.scalar(5), name="tfevents.2")
    files.add("a", files.scalar(6), name="tfevents.3")
    logdir = read(files.root)
    assert logdir.runs["a"].tags() == {"text": ["t"], "scalar": ["loss"]}
    first.unlink()
    if what == "replace":
        files.add("a", files.tensor("t", "other", [b"three"]), name="tfevents.1")
    logdir.refresh()
    logdir.refresh()
    ours, theirs = logdir.runs["a"], read(files.root).runs["a"]
    assert ours.tags().keys() == theirs.tags().keys() == {"tensor" if what == "delete" else "other", "scalar"}
    for key, series in theirs.series.items():
        assert ours.series[key].columns().step.tolist() == series.columns().step.tolist()
        assert ours.series[key].raw_metadata == series.raw_metadata
    assert ours.points == theirs.points
    assert [file.note for file in ours.files if not file.gone][-1] == ""
    assert logdir.progress == read(files.root).progress


def test_a_series_that_went_with_its_file_takes_the_starts_in_it_along(files: Any) -> None:
    files.add("a", *(files.scalar(step, wall_time=1.0 + step) for step in range(9)), name="tfevents.1")
    files.add("a", files.start(4, 50.0), name="tfevents.2")
    logdir = read(files.root)
    run = logdir.runs["a"]
    assert run.scalars("loss").superseded.sum() == 5
    (files.root / "a" / "tfevents.2").unlink()
    logdir.refresh()
    assert run.scalars("loss").superseded.sum() == 0
    assert run.session_starts == ()
    assert run.restarts == ()


def test_a_file_that_shrank_is_read_anew(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in range(5)))
    logdir = read(files.root)
    path.write_bytes(b"")
    files.add("a", files.scalar(9))
    logdir.refresh()
    assert points(logdir.runs["a"]) == [(9, 0.0)]


def test_a_file_written_over_with_a_longer_one_is_read_anew(files: Any) -> None:
    """tensorboardX opens with "wb": a second writer in the same second takes over the first one's file."""
    path = files.add("a", files.version(1.0), files.scalar(1))
    logdir = read(files.root)
    path.write_bytes(b"")
    files.add("a", files.version(2.0), files.scalar(5), files.scalar(6), files.scalar(7))
    logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [5, 6, 7]


def test_a_file_that_was_cut_and_written_on_between_two_looks_is_read_anew(files: Any) -> None:
    """It is longer than before, and begins as before: the end of what was read is not there any more."""
    path = files.add("a", files.version(), *(files.scalar(step) for step in range(1, 5)))
    data = path.read_bytes()
    record = len(frame(files.scalar(1).SerializeToString()))
    logdir = read(files.root)
    os.truncate(path, len(data) - 2 * record)
    files.add("a", *(files.scalar(step) for step in range(11, 15)))
    logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2, 11, 12, 13, 14]
    assert logdir.runs["a"].files[0].note == "took the place of another file of this name"


def test_a_file_written_over_with_one_of_its_size_is_read_anew(files: Any) -> None:
    path = files.add("a", files.version(1.0), files.scalar(1, 1.0), files.scalar(2, 2.0))
    logdir = read(files.root)
    size = path.stat().st_size
    path.write_bytes(b"")
    files.add("a", files.version(2.0), files.scalar(3, 3.0), files.scalar(4, 4.0))
    assert path.stat().st_size == size
    logdir.refresh()
    assert points(logdir.runs["a"]) == [(3, 3.0), (4, 4.0)]


def test_a_file_that_was_searched_to_its_end_and_cut_is_searched_anew(files: Any) -> None:
    """What a search has looked at counts as read: records may stand there now."""
    path, record = with_a_wrong_length(files, 4)
    with path.open("ab") as file:
        file.write(bytes(1000))
    logdir = read(files.root)
    assert "no record can be found" in logdir.runs["a"].files[0].note
    os.truncate(path, 4 * record + 200)
    files.add("a", files.scalar(7))
    logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2, 3, 7]


def test_zeros_that_turn_out_to_be_records_were_no_damage(files: Any) -> None:
    """On a network file system the size of a growing file may come before its last bytes."""
    path = files.add("a", files.version(), files.scalar(1), files.scalar(1))
    files.add("b", *(files.scalar(step) for step in range(2, 6)))
    arriving = (files.root / "b" / path.name).read_bytes()
    whole = path.stat().st_size + len(arriving)
    os.truncate(path, whole)
    logdir = read(files.root)
    assert logdir.runs["a"].files[0].damage_count == 1
    with path.open("r+b") as file:
        file.seek(whole - len(arriving))
        file.write(arriving)
    files.add("a", files.scalar(6))
    logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 1, 2, 3, 4, 5, 6]
    assert logdir.runs["a"].files[0].damage_count == 0


def test_a_writer_that_was_closed_stays_closed_whatever_stands_behind_its_last_record(files: Any) -> None:
    path = files.add("a", files.scalar(1), files.stop(2.0))
    logdir = read(files.root)
    with path.open("ab") as file:
        file.write(bytes(100))
    logdir.refresh()
    assert logdir.runs["a"].files[0].damage_count == 1
    assert logdir.runs["a"].state.reason == "its writer was closed"
    assert read(files.root).runs["a"].state.reason == "its writer was closed"


def test_a_log_directory_that_is_deleted_and_made_again_is_survived(files: Any) -> None:
    files.add("a", files.scalar(1))
    logdir = read(files.root)
    shutil.rmtree(files.root)
    assert logdir.refresh().structure
    assert dict(logdir.runs) == {}
    assert logdir.progress.bytes_total == 0
    files.add("a", files.scalar(2))
    logdir.refresh()
    assert points(logdir.runs["a"]) == [(2, 0.0)]


def test_a_profilers_marker_makes_a_run_and_is_not_read(files: Any) -> None:
    files.add("a", files.scalar(1), name="events.out.tfevents.1.profile-empty")
    run = read(files.root).runs["a"]
    assert dict(run.series) == {}
    assert run.files[0].note == "marks this directory as a run; holds no events"


def test_a_link_to_nowhere_is_a_line_in_the_ledger_until_the_file_comes(files: Any, tmp_path: Path) -> None:
    path = files.add("a", files.scalar(1), name="tfevents.1")
    away, circle = path.with_name("tfevents.2"), path.with_name("tfevents.3")
    away.symlink_to(tmp_path / "elsewhere")
    circle.symlink_to(circle)
    logdir = read(files.root)
    run = logdir.runs["a"]
    assert [file.note for file in run.files] == [
        "",
        "a link to a file that is not there",
        "can't be read: Too many levels of symbolic links",
    ]
    assert points(run) == [(1, 0.0)]
    assert logdir.progress.done
    assert not logdir.refresh().runs
    files.add("..", files.scalar(2), name="elsewhere")
    assert logdir.refresh().runs == {"a"}
    assert (points(run), run.files[1].note) == ([(1, 0.0), (2, 0.0)], "")
    (tmp_path / "elsewhere").unlink()
    assert logdir.refresh().runs == {"a"}
    assert (points(run), run.files[1].note) == ([(1, 0.0), (2, 0.0)], "a link to a file that is not there")


def test_a_named_pipe_does_not_hang_it(files: Any) -> None:
    files.add("a", files.scalar(1))
    os.mkfifo(files.root / "a" / "tfevents.pipe")
    assert points(read(files.root).runs["a"]) == [(1, 0.0)]


def test_a_file_that_becomes_a_pipe_does_not_hang_it(files: Any) -> None:
    path = files.add("a", files.scalar(1))
    logdir = read(files.root)
    path.unlink()
    os.mkfifo(path)
    assert not logdir.poll(logdir.runs["a"].files)
    logdir.refresh()
    assert "a" not in logdir.runs


def test_files_that_are_larger_than_a_block_are_read_in_turns_and_whole(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logdir_module, "SMALL_BYTES", 0)
    monkeypatch.setattr(logdir_module, "BLOCK_BYTES", 100)
    monkeypatch.setattr(run_module, "BLOCK_BYTES", 100)
    for run in ("a", "b", "c"):
        for name in ("tfevents.1", "tfevents.2"):
            files.add(run, *(files.scalar(step, step) for step in range(50)), name=name)
    logdir = read(files.root)
    assert [run.points for run in logdir.runs.values()] == [100, 100, 100]
    assert all(file.read_bytes == file.size_bytes for run in logdir.runs.values() for file in run.files)


def test_a_large_log_directory_is_read_by_threads_newest_first_while_it_answers(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logdir_module, "SMALL_BYTES", 0)
    monkeypatch.setattr(logdir_module, "BLOCK_BYTES", 300)  # a few records: runs take turns
    monkeypatch.setattr(logdir_module, "TELL_SECONDS", 0.0)
    for index in range(200):
        path = files.add(f"run{index}", *(files.scalar(step, index, tag=tag) for step in range(10) for tag in "ab"))
        os.utime(path, (1e9 + index, 1e9 + index))
    logdir = LogDir(files.root)
    told: list[Changes] = []
    answered = []

    def tell(changes: Changes) -> None:
        told.append(changes)
        answered.append(sum(len(run.series) for run in logdir.runs.values()))

    changes = logdir.refresh(tell)
    told.append(changes)
    assert set().union(*(change.runs for change in told)) == {f"run{index}" for index in range(200)}
    assert all(len(run.series) == 2 and run.points == 20 for run in logdir.runs.values())
    assert changes.progress.done
    assert changes.progress.bytes_read == changes.progress.bytes_total > 0
    read_bytes = [change.progress.bytes_read for change in told]
    assert read_bytes == sorted(read_bytes)
    versions = sorted(logdir.runs.values(), key=lambda run: run.version)
    assert {run.name for run in versions[-20:]} & {f"run{index}" for index in range(100)}, "the oldest are not last"
    assert answered == sorted(answered)


def test_readers_see_a_batch_whole_or_not_at_all(files: Any) -> None:
    """Two tags are written together; whoever reads one and then the other never finds the second shorter."""
    logdir = read(files.root)
    files.add("a", files.scalar(0, tag="x"), files.scalar(0, tag="y"))
    logdir.refresh()
    run = logdir.runs["a"]
    stop = threading.Event()
    wrong: list[tuple[int, int]] = []

    def look() -> None:
        while not stop.is_set():
            with_x = len(run.scalars("x"))
            with_y = len(run.scalars("y"))
            if with_y < with_x:
                wrong.append((with_x, with_y))

    reader = threading.Thread(target=look)
    reader.start()
    for step in range(1, 300):
        files.add("a", files.scalar(step, tag="x"), files.scalar(step, tag="y"))
        logdir.refresh()
    stop.set()
    reader.join()
    assert wrong == []
    assert len(run.scalars("y")) == 300


def test_few_descriptors_are_open_at_once(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logdir_module, "SMALL_BYTES", 0)
    for index in range(50):
        files.add(f"run{index}", files.scalar(1))
    really_open, really_close = os.open, os.close
    held: set[int] = set()
    most = [0]

    def note_open(*arguments: Any, **named: Any) -> int:
        descriptor = really_open(*arguments, **named)
        held.add(descriptor)
        most[0] = max(most[0], len(held))
        return descriptor

    def note_close(descriptor: int) -> None:
        held.discard(descriptor)
        really_close(descriptor)

    monkeypatch.setattr(os, "open", note_open)
    monkeypatch.setattr(os, "close", note_close)
    read(files.root)
    assert 0 < most[0] <= logdir_module.THREADS
    assert held == set()


def test_a_refresh_that_is_stopped_goes_on_the_next_time(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logdir_module, "SMALL_BYTES", 0)
    monkeypatch.setattr(logdir_module, "TELL_SECONDS", 0.0)
    for index in range(20):
        files.add(f"run{index}", files.scalar(1))
    logdir = LogDir(files.root)
    stop = threading.Event()
    stop.set()
    logdir.refresh(stop=stop)
    assert not logdir.progress.done
    assert len(logdir.runs) == 20
    assert sum(run.points for run in logdir.runs.values()) == 0
    logdir.refresh()
    assert logdir.progress.done
    assert sum(run.points for run in logdir.runs.values()) == 20


def test_a_file_that_can_not_be_read_any_more_is_told(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files.add("a", files.scalar(1))
    logdir = read(files.root)
    files.add("a", files.scalar(2))
    really_open = os.open

    def refuse(path: Any, *arguments: Any, **named: Any) -> int:
        raise OSError(24, "Too many open files", path)

    monkeypatch.setattr(os, "open", refuse)
    assert logdir.refresh().runs == {"a"}
    assert logdir.runs["a"].files[0].note == "can't be read: Too many open files"
    assert not logdir.refresh()
    monkeypatch.setattr(os, "open", really_open)
    assert logdir.refresh().runs == {"a"}
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2]


def test_the_working_directory_may_change(files: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files.add("a", files.scalar(1))
    monkeypatch.chdir(files.root.parent)
    logdir = read(Path(files.root.name))
    monkeypatch.chdir(tmp_path)
    files.add("a", files.scalar(2))
    logdir.refresh()
    assert [step for step, _ in points(logdir.runs["a"])] == [1, 2]


def test_poll_reads_what_grew_and_finds_no_new_runs(files: Any, wait: Callable[..., Any]) -> None:
    files.add("a", files.scalar(1))
    logdir = read(files.root)
    files.add("a", files.scalar(2))
    files.add("b", files.scalar(2))
    changes = logdir.poll(logdir.runs["a"].files)
    assert changes.runs == {"a"}
    assert list(logdir.runs) == ["a"]


@pytest.fixture
def no_more_descriptors() -> Iterator[Callable[[bool], None]]:
    """Call it with True: the process has as many open files as it may have; with False: it may have more again."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []

    def limit(on: bool) -> None:
        if not on:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            while taken:
                os.close(taken.pop())
            return
        highest = max(map(int, os.listdir("/proc/self/fd")))
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, before[1]))
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))

    yield limit
    limit(False)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc to count open files")
@pytest.mark.parametrize("where", ["directory", "pattern", "several"])
def test_too_many_open_files_is_a_line_of_trouble_and_is_tried_again(
    files: Any, where: str, no_more_descriptors: Callable[[bool], None]
) -> None:
    files.add("a", files.scalar(1))
    quiet = files.add("quiet", files.scalar(1))
    place = {
        "directory": str(files.root),
        "pattern": str(files.root / "*"),
        "several": [str(files.root / "a"), str(quiet.parent)],
    }[where]
    logdir = LogDir(place)
    logdir.refresh()
    files.add("a", files.scalar(2))
    files.add("a", files.scalar(3), name="tfevents.new")
    no_more_descriptors(True)
    logdir.refresh()
    run = logdir.runs["a"]
    assert points(run) == [(1, 0.0)]  # nothing that was read is lost
    assert points(logdir.runs["quiet"]) == [(1, 0.0)]
    assert run.files[0].note == "can't be read: Too many open files"
    assert set(logdir.problems.values()) == {"can't be listed: Too many open files"}
    assert logdir.progress.done
    no_more_descriptors(False)
    logdir.refresh()
    assert points(run) == [(1, 0.0), (2, 0.0), (3, 0.0)]
    assert run.files[0].note == ""
    assert dict(logdir.problems) == {}


def test_arrays_that_are_handed_out_are_read_only(files: Any) -> None:
    """Also those that come from the first batch as it was read, from a tail, and merged ones."""
    files.add("a", files.scalar(1), files.image(1, b"x"))
    logdir = read(files.root)
    for _ in range(3):
        for series in logdir.runs["a"].series.values():
            columns = series.columns()
            for name in columns.__dataclass_fields__:
                array = getattr(columns, name)
                if isinstance(array, np.ndarray):
                    with pytest.raises(ValueError, match="read-only"):
                        array[...] = 0
                    assert not array.flags.writeable
        files.add("a", files.scalar(0), files.image(2, b"y"), name=f"tfevents.{len(logdir.runs['a'].files)}")
        files.add("a", files.scalar(5))
        logdir.refresh()


def test_a_file_of_the_same_size_and_time_that_was_changed_is_looked_at(files: Any) -> None:
    """The change time tells: nobody can set it."""
    path = files.add("a", files.scalar(1))
    logdir = read(files.root)
    (file,) = logdir.runs["a"].files
    before = path.stat()
    assert file.look() == "same"
    data = path.read_bytes()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    deadline = time.monotonic() + 20
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the kernel's clock goes in steps
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert time.monotonic() < deadline
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert file.look() == "changed"


def test_a_pipe_that_takes_a_files_place_between_look_and_open_does_not_hang_it(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.add("a", files.scalar(1))
    logdir = read(files.root)
    files.add("a", files.scalar(2))
    original = EventFile.open

    def swap(file: EventFile) -> int | None:
        if path.is_file():
            path.unlink()
            os.mkfifo(path)
        return original(file)

    monkeypatch.setattr(EventFile, "open", swap)
    logdir.refresh()
    logdir.refresh()
    assert "a" not in logdir.runs or logdir.runs["a"].points == 0
