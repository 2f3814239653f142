"""``kinds/scalar/api.py``: the numbers of a chart, against the points that were logged."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tests.api.reading import read_series_answer, read_stream

from sightline import SummaryWriter
from sightline.analysis.smooth import gaussian, window_mean
from sightline.errors import ArgumentError
from sightline.format.event import DataType, Event, PluginData, Summary, SummaryMetadata, TensorProto, Value
from sightline.format.kernel import frame, frame_scalar
from sightline.kinds.endpoint import NotFound
from sightline.kinds.scalar.api import ScalarSeriesQuery, read_series
from sightline.store import LogDir

Columns = dict[str, npt.NDArray[Any]]


def ask(logdir: LogDir, **query: Any) -> tuple[dict[str, Any], list[Columns]]:
    return read_series_answer(read_series(logdir, ScalarSeriesQuery(**{"tag": "x", "runs": ["."], **query})).body)


def log(path: Path, points: list[tuple[int, float]] | npt.NDArray[Any], *, wall_time: float = 1000.0) -> None:
    """An event file of scalars ``x``, half a second apart."""
    records = [
        frame_scalar(b"x", float(value), int(step), wall_time + row / 2) for row, (step, value) in enumerate(points)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(records))


def read_logdir(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


@pytest.fixture(scope="module")
def values() -> npt.NDArray[np.float64]:
    value = np.random.default_rng(7).normal(size=20_000).astype(np.float32).astype(np.float64)
    value[[500, 501, 502]] = [np.nan, np.inf, -np.inf]
    value[12_345] = 1e6
    return value


@pytest.fixture(scope="module")
def long(values: npt.NDArray[np.float64], tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    """One run of 20,000 points at the steps 0, 1, 2 ..."""
    path = tmp_path_factory.mktemp("long")
    log(path / "events.out.tfevents.1.x", np.stack([np.arange(20_000), values], 1))
    return read_logdir(path)


def sent(logdir: LogDir, **query: Any) -> dict[str, tuple[str, list[list[Any]]]]:
    """The columns as they travel."""
    return read_stream(read_series(logdir, ScalarSeriesQuery(**{"tag": "x", "runs": ["."], **query})).body)[1]


def test_float32_values_travel_as_float32_and_counts_as_bytes(long: LogDir) -> None:
    types = {name: kind for name, (kind, _) in sent(long, width=100, smoothing=0.6).items()}
    floats = dict.fromkeys(("wall_time", "min", "max", "first", "last", "smooth"), "FLOAT")
    counts = dict.fromkeys(("count", "nan_count", "posinf_count", "neginf_count"), "UINT8")
    assert types == {"step": "INT32", **floats, **counts}


def test_what_says_nothing_does_not_travel(tmp_path: Path) -> None:
    log(tmp_path / "a" / "events.out.tfevents.1.x", [(step, 1.0) for step in range(100)])
    log(tmp_path / "b" / "events.out.tfevents.1.x", [(step, 2.0) for step in range(70)])
    logdir = read_logdir(tmp_path)
    points = sent(logdir, runs=["a", "b"])
    assert list(points) == ["step", "wall_time", "min"]
    assert [len(steps) for steps in points["step"][1]] == [100, 0]  # the shorter run's steps begin as the longer's do
    assert ask(logdir, runs=["a", "b"])[1][1]["step"].tolist() == list(range(70))
    assert list(sent(logdir, runs=["a"], width=10, detail=False)) == ["step", "min", "max", "count"]


def test_a_double_that_is_no_float32_arrives_unrounded(tmp_path: Path) -> None:
    tensor = TensorProto(dtype=DataType.DOUBLE, double_val=[0.1])
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="scalars"))
    event = Event(wall_time=1.0, step=2**40, summary=Summary(value=[Value(tag="x", metadata=metadata, tensor=tensor)]))
    (tmp_path / "events.out.tfevents.1.x").write_bytes(frame(event.SerializeToString()))
    logdir = read_logdir(tmp_path)
    assert {name: kind for name, (kind, _) in sent(logdir).items()} == {
        "step": "INT64",
        "wall_time": "FLOAT",
        "min": "DOUBLE",
    }
    _, (rows,) = ask(logdir)
    assert (rows["step"].tolist(), rows["first"].tolist()) == ([2**40], [0.1])


def test_a_hundred_lines_are_at_most_a_megabyte_with_every_extreme(tmp_path: Path) -> None:
    value = np.random.default_rng(3).normal(size=(100, 5000)).astype(np.float32).astype(np.float64)
    for run in range(100):
        log(tmp_path / f"{run:02}" / "events.out.tfevents.1.x", np.stack([np.arange(5000), value[run]], 1))
    logdir = read_logdir(tmp_path)
    query = ScalarSeriesQuery(tag="x", runs=list(logdir.runs), width=800, smoothing=0.6, detail=False)
    body = read_series(logdir, query).body
    assert len(body) <= 1_000_000
    _, lines = read_series_answer(body)
    for run, rows in enumerate(lines):
        assert rows["count"].sum() == 5000
        np.testing.assert_array_equal(rows["min"], np.minimum.reduceat(value[run], rows["step"]))
        np.testing.assert_array_equal(rows["max"], np.maximum.reduceat(value[run], rows["step"]))


def test_a_tag_as_the_axis_is_joined_on_the_step(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(10):
            writer.add_scalar("x", 10 - step, step)
            if step % 4 == 0:
                writer.add_scalar("tokens", step * 1000, step)
    logdir = read_logdir(tmp_path)
    metadata, (rows,) = ask(logdir, x="tag", x_tag="tokens")
    assert rows["x"].tolist() == [float(step * 1000) for step in range(9)]
    assert (metadata["lines"][0]["points_unplaced"], metadata["high"]) == (1, 8000.0)
    _, (zoomed,) = ask(logdir, x="tag", x_tag="tokens", range=(3500, 5500))
    assert zoomed["step"].tolist() == [3, 4, 5, 6]
    assert ask(logdir, x="tag", x_tag="absent")[0]["lines"][0]["points_unplaced"] == 10


def test_on_a_log_scale_pixel_columns_are_equally_wide_and_zero_has_no_place(long: LogDir) -> None:
    metadata, (rows,) = ask(long, x_scale="log", width=40, range=(1, 10_000))
    inside = rows["count"][:-1]
    edges = 10 ** (np.arange(41) * 4 / 40)
    assert inside.sum() == 10_000
    want = np.histogram(np.log10(np.arange(1, 10_001)), np.log10(edges))[0]
    np.testing.assert_array_equal(inside, want[want > 0])
    assert metadata["lines"][0]["points_unplaced"] == 1
    assert len(ask(long, x_scale="symlog", width=40)[1][0]["x"]) <= 40
    with pytest.raises(ArgumentError, match="above 0"):
        ask(long, x_scale="log", range=(0, 5))


@pytest.mark.parametrize(("smoother", "amount"), [("mean", 9.0), ("gaussian", 3.0)])
def test_the_other_smoothers_run_over_all_points_too(
    long: LogDir, values: npt.NDArray[np.float64], smoother: str, amount: float
) -> None:
    _, (rows,) = ask(long, width=50, smoothing=amount, smoother=smoother, range=(0, 19_999))
    want = (window_mean if smoother == "mean" else gaussian)(values, amount)[rows["step"]]
    np.testing.assert_allclose(rows["smooth"], want, rtol=1e-6)


def test_every_pixel_column_keeps_its_extremes_and_its_counts(long: LogDir, values: npt.NDArray[np.float64]) -> None:
    metadata, (rows,) = ask(long, width=100, range=(0, 19_999))
    line = metadata["lines"][0]
    assert (line["run"], line["rows"], line["points"], line["points_in_range"]) == (".", 100, 20_000, 20_000)
    assert rows["count"].sum() == 20_000
    assert (rows["nan_count"].sum(), rows["posinf_count"].sum(), rows["neginf_count"].sum()) == (1, 1, 1)
    start = np.append(rows["step"], 20_000)
    for i in range(100):
        part = values[start[i] : start[i + 1]]
        part = part[np.isfinite(part)]
        got = [rows[name][i] for name in ("first", "last", "min", "max")]
        assert got == [part[0], part[-1], part.min(), part.max()]
    assert rows["max"].max() == 1e6


def test_zooming_in_ends_at_the_points_themselves(long: LogDir, values: npt.NDArray[np.float64]) -> None:
    _, (rows,) = ask(long, width=100, range=(12_300, 12_380))
    inside = slice(1, -1)
    np.testing.assert_array_equal(rows["step"], np.arange(12_299, 12_382))
    np.testing.assert_array_equal(rows["first"][inside], values[12_300:12_381])
    np.testing.assert_array_equal(rows["count"], 1)
    for name in ("last", "min", "max"):
        np.testing.assert_array_equal(rows[name], rows["first"])


def test_a_narrower_range_shows_more_points_in_it(long: LogDir) -> None:
    rows_inside = []
    for span in (15_000, 2_000, 199):
        _, (rows,) = ask(long, width=200, range=(5_000, 5_000 + span))
        rows_inside.append(int(((rows["x"] >= 5_000) & (rows["x"] < 5_200)).sum()))
    assert rows_inside[0] < rows_inside[1] < rows_inside[2] == 200


def test_the_nearest_point_on_each_side_of_the_range_is_a_row(long: LogDir) -> None:
    for width in (10, 5_000):
        _, (rows,) = ask(long, width=width, range=(100.5, 1100.5))
        assert (rows["step"][0], rows["step"][-1]) == (100, 1101)
        assert (rows["count"][0], rows["count"][-1]) == (1, 1)
        assert rows["count"][1:-1].sum() == 1000


def test_a_range_between_two_points_gives_both(long: LogDir) -> None:
    metadata, (rows,) = ask(long, range=(10.2, 10.8))
    assert rows["step"].tolist() == [10, 11]
    assert metadata["lines"][0]["points_in_range"] == 0


def test_values_that_are_not_finite_are_counted_and_not_drawn(long: LogDir) -> None:
    _, (rows,) = ask(long, range=(500, 502), width=10, smoothing=0.5)
    counts = [rows[name].tolist() for name in ("nan_count", "posinf_count", "neginf_count")]
    assert counts == [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]
    assert np.isnan(rows["first"][1:4]).all()
    assert repr(rows["smooth"][1:4].tolist()) == "[nan, inf, -inf]"


def test_smoothing_runs_over_all_points_before_any_are_left_out(long: LogDir, values: npt.NDArray[np.float64]) -> None:
    last, weight, count, want = 0.0, 0.9, 0, []
    for value in values.tolist():
        if math.isfinite(value):
            last = last * weight + (1 - weight) * value
            count += 1
            want.append(last / (1 - weight**count))
        else:
            want.append(value)
    _, (rows,) = ask(long, width=50, smoothing=0.9, range=(0, 19_999))
    # At the step that the row says it stands at, not at another of its points.
    np.testing.assert_allclose(rows["smooth"], np.array(want)[rows["step"]], rtol=1e-6)


def test_without_a_range_the_answer_for_a_run_does_not_depend_on_the_others(tmp_path: Path) -> None:
    """Else switching a long run off leaves the short ones squeezed into the pixel columns of the long one."""
    log(tmp_path / "short" / "events.out.tfevents.1.x", [(step, step % 7) for step in range(2000)])
    log(tmp_path / "long" / "events.out.tfevents.1.x", [(step * 500, step) for step in range(2000)])
    logdir = read_logdir(tmp_path)
    _, (short, _) = ask(logdir, runs=["short", "long"], width=100)
    _, (alone,) = ask(logdir, runs=["short"], width=100)
    assert len(short["step"]) == 100
    for name, column in alone.items():
        np.testing.assert_array_equal(short[name], column)


def test_relative_and_wall_axes_are_in_seconds(tmp_path: Path) -> None:
    log(tmp_path / "events.out.tfevents.1.x", [(step * 7, float(step)) for step in range(5)])
    logdir = read_logdir(tmp_path)
    assert ask(logdir, x="relative")[1][0]["x"].tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert ask(logdir, x="wall", range=(1000.5, 1001))[1][0]["x"].tolist() == [1000.0, 1000.5, 1001.0, 1001.5]


def test_times_beside_steps_are_right_however_far_from_the_first(tmp_path: Path) -> None:
    times = [0.0, 1764000000.0, 1764000001.0, 1764000002.0, 1764000003.0]
    records = [frame_scalar(b"x", float(step), step, wall_time) for step, wall_time in enumerate(times)]
    (tmp_path / "events.out.tfevents.1000.x").write_bytes(b"".join(records))
    log(tmp_path / "short" / "events.out.tfevents.1000.x", [(step, 2.0) for step in range(5)])
    _, lines = ask(read_logdir(tmp_path), runs=[".", "short"])
    assert [line["wall_time"].tolist() for line in lines] == [times, [1000.0, 1000.5, 1001.0, 1001.5, 1002.0]]


@pytest.mark.parametrize("x", ["relative", "wall"])
def test_times_that_no_float32_holds_are_not_made_one(tmp_path: Path, x: str) -> None:
    times = [1000.0, 1001.0, 1e300]
    records = [frame_scalar(b"x", float(step), step, wall_time) for step, wall_time in enumerate(times)]
    (tmp_path / "events.out.tfevents.1.x").write_bytes(b"".join(records))
    _, (rows,) = ask(read_logdir(tmp_path), x=x)
    assert rows["x"].tolist() == [time - (1000.0 if x == "relative" else 0.0) for time in times]


def test_points_without_a_wall_time_are_counted_as_having_no_place(tmp_path: Path) -> None:
    times = [1000.0, math.nan, 1002.0, math.inf, 1001.0]
    records = [frame_scalar(b"x", float(step), step, wall_time) for step, wall_time in enumerate(times)]
    (tmp_path / "events.out.tfevents.1.x").write_bytes(b"".join(records))
    logdir = read_logdir(tmp_path)
    metadata, (rows,) = ask(logdir, x="wall")
    assert rows["x"].tolist() == [1000.0, 1001.0, 1002.0]
    assert rows["step"].tolist() == [0, 4, 2]
    assert (metadata["lines"][0]["points"], metadata["lines"][0]["points_unplaced"]) == (5, 2)
    assert len(ask(logdir, x="step")[1][0]["x"]) == 5


def test_superseded_points_are_left_out_or_a_line_of_their_own(tmp_path: Path) -> None:
    log(tmp_path / "events.out.tfevents.1000.x", [(step, 1.0) for step in range(10)])
    log(tmp_path / "events.out.tfevents.2000.x", [(step, 2.0) for step in range(5, 12)], wall_time=2000.0)
    logdir = read_logdir(tmp_path)
    metadata, (rows,) = ask(logdir)
    assert rows["first"].tolist() == [1.0] * 5 + [2.0] * 7
    metadata, (current, superseded) = ask(logdir, superseded=True)
    assert [line["superseded"] for line in metadata["lines"]] == [False, True]
    assert current["step"].tolist() == list(range(12))
    assert (superseded["step"].tolist(), set(superseded["first"])) == (list(range(5, 10)), {1.0})


def test_each_branch_that_was_given_up_is_a_line_smoothed_by_itself(tmp_path: Path) -> None:
    """Also where branches share steps, as in a run that crashes at the same place again and again."""
    lives = ((1.0, range(10)), (5.0, range(5, 12)), (2.0, range(5, 30)))
    for life, (value, steps) in enumerate(lives, 1):
        log(tmp_path / f"events.out.tfevents.{life}000.x", [(step, value) for step in steps], wall_time=1000.0 * life)
    logdir = read_logdir(tmp_path)
    metadata, (current, first, second) = ask(logdir, superseded=True, smoothing=0.9)
    assert [line["superseded"] for line in metadata["lines"]] == [False, True, True]
    assert current["step"].tolist() == list(range(30))
    assert (first["step"].tolist(), first["smooth"].tolist()) == (list(range(5, 10)), [1.0] * 5)
    assert (second["step"].tolist(), second["smooth"].tolist()) == (list(range(5, 12)), [5.0] * 7)
    # Asked for a range, a branch outside it is a line all the same: which is which can be told by their order.
    metadata, (_, first, second) = ask(logdir, superseded=True, range=(11, 29))
    assert [line["points_in_range"] for line in metadata["lines"]] == [19, 0, 1]


def test_a_restart_stands_where_its_run_went_on_whatever_range_and_axis_are_asked_for(tmp_path: Path) -> None:
    log(tmp_path / "events.out.tfevents.1000.x", [(step, 1.0) for step in range(100)])
    log(tmp_path / "events.out.tfevents.9000.x", [(step, 2.0) for step in range(40, 120)], wall_time=9000.0)
    logdir = read_logdir(tmp_path)
    for asked, x in (
        ({}, 40.0),
        ({"range": (70, 110)}, 40.0),
        ({"x": "relative"}, 8000.0),
        ({"x": "wall"}, 9000.0),
        ({"superseded": True}, 40.0),
    ):
        metadata, _ = ask(logdir, **asked)
        assert metadata["lines"][0]["restarts"] == [{"step": 40, "x": x}], asked
        assert all(line["restarts"] == [] for line in metadata["lines"][1:])


def test_a_restart_is_told_only_of_tags_whose_points_it_overtook(tmp_path: Path) -> None:
    both = [
        frame_scalar(tag, 1.0, step, 1000.0 + step)
        for step in range(10)
        for tag in (b"x", b"y")
        if step < 6 or tag == b"x"
    ]
    (tmp_path / "events.out.tfevents.1000.x").write_bytes(b"".join(both))
    log(tmp_path / "events.out.tfevents.2000.x", [(step, 2.0) for step in range(8, 12)], wall_time=2000.0)
    logdir = read_logdir(tmp_path)
    assert [line["restarts"] for line in ask(logdir)[0]["lines"]] == [[{"step": 8, "x": 8.0}]]
    assert [line["restarts"] for line in ask(logdir, tag="y")[0]["lines"]] == [[]]


def test_points_of_one_step_each_stay_a_point(tmp_path: Path) -> None:
    log(tmp_path / "events.out.tfevents.1.x", [(0, float(value)) for value in range(5)])
    logdir = read_logdir(tmp_path)
    assert ask(logdir)[1][0]["first"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    _, (rows,) = ask(logdir, width=3)
    assert (rows["count"].tolist(), rows["min"].tolist(), rows["max"].tolist()) == ([5], [0.0], [4.0])


def test_a_range_without_points_is_an_empty_line_with_its_extent(tmp_path: Path) -> None:
    log(tmp_path / "events.out.tfevents.1.x", [(5, 1.0), (6, 2.0)])
    metadata, (rows,) = ask(read_logdir(tmp_path), range=(100, 200))
    assert (rows["step"].tolist(), metadata["lines"][0]["points_in_range"]) == ([6], 0)
    assert (metadata["lines"][0]["x_low"], metadata["lines"][0]["x_high"]) == (5.0, 6.0)


def test_runs_that_lack_the_tag_give_a_stream_without_batches(long: LogDir) -> None:
    metadata, batches = ask(long, runs=[])
    assert (metadata["lines"], batches, metadata["low"]) == ([], [], None)


def test_a_tag_that_no_run_has_is_not_found(long: LogDir) -> None:
    with pytest.raises(NotFound, match="'nothing'"):
        ask(long, tag="nothing")


def test_a_range_the_wrong_way_round_is_refused(long: LogDir) -> None:
    with pytest.raises(ArgumentError, match="low <= high"):
        ask(long, range=(2, 1))


def test_what_the_writer_logged_is_what_is_served(tmp_path: Path) -> None:
    value = np.random.default_rng(1).normal(size=300).astype(np.float32)
    with SummaryWriter(tmp_path) as writer:
        for step, one in enumerate(value):
            writer.add_scalar("x", one, step)
    np.testing.assert_array_equal(ask(read_logdir(tmp_path))[1][0]["first"], value.astype(np.float64))
