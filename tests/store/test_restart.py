"""Restarts keep every point and mark what was overtaken: the rule of docs/design/0002-restarts.md, line by line."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline.format.event import DataType, Event, PluginData, Summary, SummaryMetadata, TensorProto, Value
from sightline.format.kernel import Scanner
from sightline.store import LogDir, Restart, Run, SeriesKey, session_rows
from sightline.store.event_file import LONG_BYTES, EventFile
from sightline.store.part import Part


def read(root: Path) -> Run:
    logdir = LogDir(root)
    logdir.refresh()
    return logdir.runs["a"]


def current(run: Run, tag: str = "loss") -> list[tuple[int, float]]:
    columns = run.scalars(tag)
    chosen = ~columns.superseded
    return list(zip(columns.step[chosen].tolist(), columns.value[chosen].tolist(), strict=True))


def overtaken(run: Run, tag: str = "loss") -> list[tuple[int, float]]:
    columns = run.scalars(tag)
    return list(zip(columns.step[columns.superseded].tolist(), columns.value[columns.superseded].tolist(), strict=True))


def curve(files: Any, steps: list[int], since: float, value: float = 0.0, tag: str = "loss") -> list[Any]:
    return [files.scalar(step, value, since + index, tag) for index, step in enumerate(steps)]


def test_steps_that_go_back_in_one_file_are_all_kept_and_the_restart_is_noted(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2, 3, 1, 2], 10.0))
    run = read(files.root)
    assert [step for step, _ in current(run)] == [0, 1, 1, 2, 2, 3]
    assert overtaken(run) == []
    assert run.restarts == (Restart(1, 14.0, "steps"),)


def test_points_without_a_step_are_all_kept(files: Any) -> None:
    files.add("a", *curve(files, [0] * 5, 10.0))
    run = read(files.root)
    assert len(current(run)) == 5
    assert run.restarts == ()


def test_a_second_writer_with_purge_step_overtakes_from_there(files: Any) -> None:
    """The old branch's 8 and 9 go, although the new one has not come that far; the first START is not a no-op."""
    files.add("a", files.version(), *curve(files, list(range(10)), 10.0, 1.0), name="tfevents.1")
    files.add("a", files.version(30.0), files.start(5, 30.0), *curve(files, [5, 6, 7], 30.0, 2.0), name="tfevents.2")
    run = read(files.root)
    assert current(run) == [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (4, 1.0), (5, 2.0), (6, 2.0), (7, 2.0)]
    assert overtaken(run) == [(5, 1.0), (6, 1.0), (7, 1.0), (8, 1.0), (9, 1.0)]
    assert run.restarts == (Restart(5, 30.0, "session"),)


def test_purge_step_overtakes_at_once_and_in_every_series(files: Any) -> None:
    old = [*curve(files, [0, 5, 9], 10.0), files.scalar(9, tag="acc", wall_time=13.0)]
    files.add("a", *old, name="tfevents.1")
    files.add("a", files.start(5, 30.0), name="tfevents.2")
    run = read(files.root)
    assert [step for step, _ in current(run)] == [0]
    assert current(run, "acc") == []


def test_a_start_within_a_file_overtakes_what_lies_before_it_whatever_the_clock_says(files: Any) -> None:
    events = [files.version(), files.start(0, 1.0), *(files.scalar(step, 1.0, 1.0) for step in range(10))]
    files.add("a", *events, files.start(5, 1.0), files.scalar(5, 2.0, 1.0), files.scalar(6, 2.0, 1.0))
    run = read(files.root)
    assert current(run) == [*((step, 1.0) for step in range(5)), (5, 2.0), (6, 2.0)]
    assert run.restarts == (Restart(5, 1.0, "session"),)


def test_a_start_counts_the_same_when_the_file_is_read_as_it_grows(files: Any) -> None:
    logdir = LogDir(files.root)
    for event in (*(files.scalar(step, 1.0) for step in range(10)), files.start(5, 1.0), files.scalar(5, 2.0)):
        files.add("a", event)
        logdir.refresh()
    assert current(logdir.runs["a"]) == current(read(files.root))
    assert current(logdir.runs["a"])[-1] == (5, 2.0)


def test_restarts_are_in_the_order_of_their_wall_times_and_those_without_one_last(files: Any) -> None:
    times = [30.0, math.nan, 10.0, 20.0]
    starts = [files.start(step, wall_time) for step, wall_time in zip((4, 3, 2, 1), times, strict=True)]
    run = read(files.add("a", files.scalar(9), *starts).parents[1])
    assert [restart.step for restart in run.restarts] == [2, 1, 4, 3]


def test_a_start_before_anything_is_no_restart(files: Any) -> None:
    files.add("a", files.version(), files.start(0, 1.0), *curve(files, [0, 1, 2], 2.0))
    run = read(files.root)
    assert overtaken(run) == []
    assert run.restarts == ()


def test_a_later_file_that_repeats_steps_is_a_restart(files: Any) -> None:
    files.add("a", *curve(files, [0, 100, 200, 300], 10.0, 1.0), name="tfevents.1")
    files.add("a", *curve(files, [250, 350], 50.0, 2.0), name="tfevents.2")
    run = read(files.root)
    assert current(run) == [(0, 1.0), (100, 1.0), (200, 1.0), (250, 2.0), (350, 2.0)]
    assert overtaken(run) == [(300, 1.0)]
    assert run.restarts == (Restart(250, 50.0, "file"),)


def test_a_later_file_that_goes_on_is_none(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2], 10.0), name="tfevents.1")
    files.add("a", *curve(files, [3, 4], 20.0), name="tfevents.2")
    run = read(files.root)
    assert overtaken(run) == []
    assert run.restarts == ()


def test_time_decides_which_file_is_later_not_its_name(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2], 50.0, 2.0), name="tfevents.1")
    files.add("a", *curve(files, [0, 1, 2, 3], 10.0, 1.0), name="tfevents.2")
    run = read(files.root)
    assert current(run) == [(0, 2.0), (1, 2.0), (2, 2.0)]


def test_two_writers_at_the_same_time_are_no_restart(files: Any) -> None:
    files.add("a", *curve(files, list(range(10)), 10.0), name="tfevents.1")
    files.add("a", *curve(files, list(range(10)), 10.5), name="tfevents.2")
    run = read(files.root)
    assert len(current(run)) == 20
    assert run.restarts == ()


def test_two_restarts_leave_the_last_branch(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2, 3, 4], 10.0, 1.0), name="tfevents.1")
    files.add("a", *curve(files, [3, 4, 5, 6], 20.0, 2.0), name="tfevents.2")
    files.add("a", *curve(files, [2, 3], 30.0, 3.0), name="tfevents.3")
    run = read(files.root)
    assert current(run) == [(0, 1.0), (1, 1.0), (2, 3.0), (3, 3.0)]
    assert [(restart.step, restart.wall_time) for restart in run.restarts] == [(3, 20.0), (2, 30.0)]


def test_a_file_with_other_tags_overtakes_nothing(files: Any) -> None:
    """A test script writes into the training's directory."""
    files.add("a", *curve(files, list(range(100)), 10.0), name="tfevents.1")
    files.add("a", *curve(files, [0, 1], 200.0, tag="test/acc"), name="tfevents.2")
    run = read(files.root)
    assert len(current(run)) == 100
    assert run.restarts == ()


def test_a_first_metric_that_each_process_logs_again_does_not_move_the_restart_to_zero(files: Any) -> None:
    """Lightning logs hp_metric at step 0 whenever it starts, also when it resumes at step 5000."""
    first = [files.scalar(0, -1.0, 10.0, "hp_metric"), *curve(files, [0, 5000, 6000], 11.0, 1.0)]
    second = [files.scalar(0, -1.0, 50.0, "hp_metric"), *curve(files, [5500], 51.0, 2.0)]
    files.add("a", *first, name="tfevents.1")
    files.add("a", *second, name="tfevents.2")
    run = read(files.root)
    assert current(run) == [(0, 1.0), (5000, 1.0), (5500, 2.0)]
    assert len(current(run, "hp_metric")) == 1
    assert run.restarts == (Restart(5500, 50.0, "file"),)


def test_steps_out_of_order_are_sorted_and_no_restart(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 3, 2, 4, 6, 5, 10, 11, 12, 7, 8, 9], 10.0))
    run = read(files.root)
    assert [step for step, _ in current(run)] == list(range(13))
    assert run.restarts == ()


def test_interleaved_writers_in_one_file_are_no_restart(files: Any) -> None:
    files.add("a", *curve(files, [0, 0, 1, 1, 2, 1, 3, 2, 4, 3, 5, 4], 10.0))
    run = read(files.root)
    assert len(current(run)) == 12
    assert run.restarts == ()


def test_images_are_overtaken_too(files: Any) -> None:
    files.add("a", *(files.image(step, b"old", 10.0 + step) for step in range(4)), name="tfevents.1")
    files.add("a", *(files.image(step, b"new", 50.0 + step) for step in (2, 3)), name="tfevents.2")
    images = read(files.root).images("image")
    assert [(image.step, image.bytes, image.superseded) for image in images] == [
        (0, b"old", False),
        (1, b"old", False),
        (2, b"old", True),
        (2, b"new", False),
        (3, b"old", True),
        (3, b"new", False),
    ]


@pytest.mark.parametrize("wall_time", [float("nan"), float("inf"), -1e300, 0.0])
def test_odd_wall_times_keep_every_point(files: Any, wall_time: float) -> None:
    files.add("a", files.scalar(0), files.scalar(1, 1.0, wall_time), files.scalar(2), name="tfevents.1")
    files.add("a", files.scalar(1, 2.0, wall_time), name="tfevents.2")
    assert len(read(files.root).scalars("loss")) == 4


def test_a_file_that_goes_on_growing_was_not_over_after_all(files: Any) -> None:
    """What seemed a restart turns out to be a second writer: nothing is overtaken any more."""
    files.add("a", *curve(files, [0, 1, 2], 10.0), name="tfevents.1")
    files.add("a", *curve(files, [1, 2], 20.0), name="tfevents.2")
    logdir = LogDir(files.root)
    logdir.refresh()
    assert len(current(logdir.runs["a"])) == 3
    files.add("a", *curve(files, [3], 25.0), name="tfevents.1")
    logdir.refresh()
    assert len(current(logdir.runs["a"])) == 6
    assert logdir.runs["a"].restarts == ()


def test_a_fall_is_judged_once_while_the_run_grows(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    columns = Part.columns

    def compare(part: Part) -> Any:
        compared.append(part.number)
        return columns(part)

    monkeypatch.setattr(Part, "columns", compare)
    files.add("a", *curve(files, [0, 1, 2, 3, 1, 2], 10.0))
    logdir = LogDir(files.root)
    logdir.refresh()
    assert logdir.runs["a"].restarts == (Restart(1, 14.0, "steps"),)
    compared.clear()
    files.add("a", files.scalar(3, wall_time=16.0))
    logdir.refresh()
    assert logdir.runs["a"].restarts == (Restart(1, 14.0, "steps"),)
    assert compared == []


def test_a_fall_is_judged_again_until_enough_has_come(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2, 3, 1], 10.0))
    logdir = LogDir(files.root)
    logdir.refresh()
    assert len(logdir.runs["a"].restarts) == 0
    files.add("a", files.scalar(2, wall_time=15.0))
    logdir.refresh()
    assert logdir.runs["a"].restarts == (Restart(1, 14.0, "steps"),)


def test_many_starts_cost_no_more_than_reading_the_file_twice(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile file: a START and a new tag after every point. Counted are the bytes that are scanned for it."""
    scanned = 0
    original = Scanner

    class Counting:
        def __init__(self, verify_below: int) -> None:
            self.scanner = original(verify_below)

        @property
        def offset(self) -> int:
            return self.scanner.offset

        def scan_file(self, fd: int, max_bytes: int) -> Any:
            nonlocal scanned
            scanned += max_bytes
            return self.scanner.scan_file(fd, max_bytes)

    monkeypatch.setattr(session_rows, "Scanner", Counting)
    count = 2000
    events = [files.scalar(step, 1.0, 1.0 + step, f"tag{step}") for step in range(count)]
    starts = [files.start(step // 2, 1.0 + step) for step in range(count)]
    path = files.add("a", *(event for pair in zip(events, starts, strict=True) for event in pair))
    run = read(files.root)
    assert scanned <= path.stat().st_size
    rows = run.session_starts[0][1].rows
    assert sum(len(marks) for marks, _ in rows.scalars.values()) == count  # memory: no more than there are points
    assert len(run.restarts) == count
    assert [bool(run.scalars(f"tag{step}").superseded.all()) for step in (0, 1, count - 1)] == [True, True, True]


def test_overtaken_points_are_those_of_any_rule(files: Any) -> None:
    """Against the definition, point by point, with STARTs at random."""
    rng = np.random.default_rng(0)
    events: list[Any] = []
    order: list[tuple[str, int]] = []
    for _ in range(300):
        step = int(rng.integers(-5, 50))
        if rng.random() < 0.2:
            events.append(files.start(step, 1.0))
            order.append(("start", step))
        else:
            events.append(files.scalar(step, float(len(order)), 1.0))
            order.append(("point", step))
    files.add("a", *events)
    columns = read(files.root).scalars("loss")
    expected = {
        float(place): any(kind == "start" and limit <= step for kind, limit in order[place:])
        for place, (which, step) in enumerate(order)
        if which == "point"
    }
    assert dict(zip(columns.value.tolist(), columns.superseded.tolist(), strict=True)) == expected


def test_a_start_after_damage_counts_what_lies_before_it(files: Any) -> None:
    path = files.add("a", *(files.scalar(step, 1.0) for step in range(10)))
    data = bytearray(path.read_bytes())
    size = len(data) // 10
    data[3 * size + 2] ^= 1  # a length
    path.write_bytes(data)
    files.add("a", files.start(5, 1.0), files.scalar(5, 2.0))
    run = read(files.root)
    assert current(run) == [(0, 1.0), (1, 1.0), (2, 1.0), (4, 1.0), (5, 2.0)]


def test_a_start_overtakes_the_pictures_before_it_when_the_bytes_of_one_are_damaged(files: Any) -> None:
    """Long payloads are not verified while reading, so the damaged one has a row."""
    path = files.add("a", *(files.image(step, bytes(LONG_BYTES)) for step in range(4)))
    data = bytearray(path.read_bytes())
    data[len(data) // 4 + 1000] ^= 1
    path.write_bytes(data)
    files.add("a", files.start(2, 5.0), files.image(2, b"new"))
    series = read(files.root).series[SeriesKey("image", "image")]
    columns = series.columns()
    assert list(zip(columns.step.tolist(), columns.superseded.tolist(), strict=True)) == [
        *((0, False), (1, False), (2, True), (2, False), (3, True)),
    ]


def test_a_start_behind_a_record_longer_than_what_is_scanned_at_once_counts_what_lies_before_it(
    files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_rows, "BLOCK_BYTES", 1000)
    files.add("a", files.image(0, bytes(1500)), files.scalar(5, 1.0), files.start(3, 5.0), *map(files.scalar, range(9)))
    columns = read(files.root).scalars("loss")
    assert list(zip(columns.step.tolist(), columns.superseded.tolist(), strict=True)) == [
        *((step, False) for step in range(5)),
        *((5, True), (5, False)),
        *((step, False) for step in range(6, 9)),
    ]


def test_a_start_overtakes_scalars_whose_metadata_is_in_an_earlier_file(files: Any) -> None:
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="scalars"))

    def tensor(step: int, wall_time: float, metadata: SummaryMetadata | None = None) -> Event:
        value = Value(tag="loss", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0]))
        if metadata is not None:
            value.metadata = metadata
        return Event(wall_time=wall_time, step=step, summary=Summary(value=[value]))

    files.add("a", tensor(0, 1.0, metadata), name="tfevents.1")
    files.add("a", tensor(1, 2.0), tensor(7, 3.0), files.start(5, 4.0), tensor(5, 5.0), name="tfevents.2")
    run = read(files.root)
    assert run.scalars("loss").step.tolist() == [0, 1, 5, 7]
    assert run.scalars("loss").superseded.tolist() == [False, False, False, True]


def late(step: int, wall_time: float, *, number: bool = True, metadata: SummaryMetadata | None = None) -> Event:
    """A tensor of the tag ``loss``, as a writer goes on that has said what it is in an earlier file."""
    tensor = TensorProto(dtype=DataType.STRING, string_val=[b"none", b"at all"])
    if number:
        tensor = TensorProto(dtype=DataType.FLOAT, float_val=[float(wall_time)])
    value = Value(tag="loss", tensor=tensor)
    if metadata is not None:
        value.metadata = metadata
    return Event(wall_time=wall_time, step=step, summary=Summary(value=[value]))


SCALARS = SummaryMetadata(plugin_data=PluginData(plugin_name="scalars"))


def flags(run: Run) -> dict[str, list[tuple[int, bool]]]:
    """Of each kind every step of ``loss``, and whether it is superseded."""
    found = {key.kind: series.columns() for key, series in run.series.items() if key.tag == "loss"}
    return {
        kind: list(zip(columns.step.tolist(), columns.superseded.tolist(), strict=True))
        for kind, columns in found.items()
    }


def test_a_start_reaches_the_numbers_before_it_where_a_late_scalar_also_holds_what_is_none(
    files: Any, cache: Path
) -> None:
    """A file at once, as it grows, and from the index. What comes after the START is never overtaken by it."""
    files.add("a", late(0, 1.0, metadata=SCALARS), name="tfevents.1")
    events = [late(1, 10.0), late(2, 11.0, number=False), late(3, 12.0), files.start(2, 13.0)]
    logdir = LogDir(files.root, cache=True)
    for event in (*events, late(2, 14.0), late(4, 15.0, number=False)):
        files.add("a", event, name="tfevents.2")
        logdir.refresh()
    expected = {
        "scalar": [(0, False), (1, False), (2, False), (3, True)],
        "scalars": [(2, True), (4, False)],
    }
    assert flags(logdir.runs["a"]) == expected
    assert flags(read(files.root)) == expected
    logdir.save_index()
    second = LogDir(files.root, cache=True)
    second.refresh()
    assert list(cache.iterdir())
    assert flags(second.runs["a"]) == expected
    files.add("a", files.start(1, 16.0), late(1, 17.0), name="tfevents.2")
    second.refresh()
    assert flags(second.runs["a"])["scalar"] == [(0, False), (1, True), (1, False), (2, True), (3, True)]


def test_more_rows_without_a_number_than_with_one_are_no_trouble(files: Any) -> None:
    files.add("a", late(0, 1.0, metadata=SCALARS), name="tfevents.1")
    events = [late(1, 9.0, number=False), late(2, 10.0, number=False), late(3, 11.0), files.start(2, 13.0)]
    files.add("a", *events, name="tfevents.2")
    assert flags(read(files.root)) == {
        "scalar": [(0, False), (3, True)],
        "scalars": [(1, False), (2, True)],
    }


def test_a_start_after_rows_without_a_number_overtakes_no_number_that_follows(files: Any) -> None:
    files.add("a", late(1, 9.0, number=False, metadata=SCALARS), files.start(1, 10.0), late(1, 11.0), late(2, 12.0))
    assert flags(read(files.root)) == {"scalars": [(1, True)], "scalar": [(1, False), (2, False)]}


MOMENTS = [*(float(moment) for moment in range(1, 9)), math.nan, math.inf]


@pytest.mark.parametrize("seed", range(60))
def test_any_files_are_judged_by_the_rule_as_it_is_written_pair_by_pair(files: Any, seed: int) -> None:
    """Files of any times, points and STARTs, some of them not finite, against every pair of files looked at."""
    chance = random.Random(seed)
    for number in range(chance.randint(1, 6)):
        events = []
        for _ in range(chance.randint(1, 6)):
            step, moment = chance.randint(0, 6), chance.choice(MOMENTS)
            if chance.random() < 0.2:
                events.append(files.start(step, moment))
            else:
                events.append(files.scalar(step, 0.0, moment, chance.choice("xy")))
        files.add("a", *events, name=f"tfevents.{number}")
    run = read(files.root)

    def after(later: EventFile, earlier: EventFile) -> bool:
        began, ended = later.first_point_wall_time, earlier.last_wall_time
        return began is not None and ended is not None and began > ended

    ticks: dict[EventFile, dict[bool, list[int]]] = {}
    for series in run.series.values():
        expected = []
        for part in sorted(series.parts, key=lambda part: part.file.name):
            limits = [other.low for other in series.parts if after(other.file, part.file)]
            ended = part.file.last_wall_time
            limits += [
                start.step
                for file in run.files
                for start in file.session_starts
                if file is not part.file and ended is not None and ended < start.wall_time
            ]
            for row, step in enumerate(part.columns()[0].tolist()):
                own = [
                    start.step
                    for start in part.file.session_starts
                    if row < start.rows_before(part.number, part.is_scalar)
                ]
                expected.append((step, any(step >= limit for limit in limits + own)))
            earlier = [other for other in series.parts if after(part.file, other.file)]
            if earlier and max(other.high for other in earlier) >= part.low:
                resumed = min(other.low for other in earlier) < part.low
                ticks.setdefault(part.file, {}).setdefault(resumed, []).append(part.low)
        columns = run.scalars(series.key.tag)
        expected.sort(key=lambda pair: pair[0])
        assert list(zip(columns.step.tolist(), columns.superseded.tolist(), strict=True)) == expected
    said = set()
    sessions = []
    for file in run.files:
        for start in file.session_starts:
            reached = [] if start.highest is None else [start.highest]
            for series in run.series.values():
                for part in series.parts:
                    ended = part.file.last_wall_time
                    if part.file is not file and ended is not None and ended < start.wall_time:
                        reached.append(part.high)
            if any(step >= start.step for step in reached):
                said.add(file)
                sessions.append((start.step, repr(start.wall_time), "session"))
    by_file = [
        (min(steps.get(True) or steps[False]), repr(file.first_point_wall_time), "file")
        for file, steps in ticks.items()
        if file not in said
    ]
    found = [(each.step, repr(each.wall_time), each.evidence) for each in run.restarts if each.evidence != "steps"]
    assert sorted(found) == sorted(sessions + by_file)


def test_what_each_life_of_a_run_left_behind_is_a_branch(files: Any) -> None:
    """A crash loop: three lives share their steps, and only the last one stands."""
    for life in range(3):
        since = 100.0 * life
        files.add("a", *curve(files, [0, 10, 20, 30][life > 0 :], since, float(life)), name=f"tfevents.{life}")
    columns = read(files.root).scalars("loss")
    points = zip(columns.step.tolist(), columns.value.tolist(), columns.branch.tolist(), strict=True)
    branch_of = {0.0: 1, 1.0: 2, 2.0: 0}
    again = [(step, life, number) for step in (10, 20, 30) for life, number in branch_of.items()]
    assert sorted(points) == [(0, 0.0, 0), *again]
    assert columns.branches == [1, 2]
    assert not columns.branch.flags.writeable


def test_each_start_within_a_file_ends_a_branch(files: Any) -> None:
    events = []
    for step, since in ((0, 10.0), (2, 20.0), (2, 30.0)):
        events += [files.start(step, since), *curve(files, list(range(step, step + 4)), since)]
    files.add("a", *events)
    columns = read(files.root).scalars("loss")
    steps = {number: columns.step[columns.branch == number].tolist() for number in (0, *columns.branches)}
    assert steps == {0: [0, 1, 2, 3, 4, 5], 1: [2, 3], 2: [2, 3, 4, 5]}
    assert (columns.branch > 0).tolist() == columns.superseded.tolist()


def test_a_run_without_restarts_has_no_branches(files: Any) -> None:
    files.add("a", *curve(files, [0, 1, 2], 10.0))
    columns = read(files.root).scalars("loss")
    assert (columns.branches, columns.branch.tolist()) == ([], [0, 0, 0])


def test_more_lives_than_can_be_told_apart_share_the_last_branch(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sightline.store.series.MAX_BRANCHES", 3)
    for life in range(6):
        files.add("a", *curve(files, [0, 1], 100.0 * life, float(life)), name=f"tfevents.{life}")
    columns = read(files.root).scalars("loss")
    number = dict(zip(columns.value.tolist(), columns.branch.tolist(), strict=True))
    assert number == {0.0: 1, 1.0: 2, 2.0: 3, 3.0: 3, 4.0: 3, 5.0: 0}
