"""``kinds/scalar/groups.py``: the lines and bands of groups, against NumPy on the points that were logged."""

from __future__ import annotations

import csv
import io
import json
import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tests.api.reading import read_series_answer, read_stream

from sightline.analysis.group import Band, Centre
from sightline.analysis.smooth import smooth
from sightline.errors import ArgumentError
from sightline.format.kernel import frame_scalar
from sightline.kinds.endpoint import NotFound, Pieces
from sightline.kinds.scalar import spread
from sightline.kinds.scalar.groups import (
    ScalarGroupPointsQuery,
    ScalarGroupRuns,
    ScalarGroupsQuery,
    read_group_points,
    read_groups,
)
from sightline.kinds.scalar.line import Layout
from sightline.kinds.scalar.question import Found, find, layout
from sightline.store import LogDir

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]

N = 2000
RUNS = ["s0", "s1", "s2"]


def log(path: Path, steps: Any, values: Any, *, tag: str = "x", began: float = 1000.0, apart: float = 0.5) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        for row, (step, value) in enumerate(zip(steps, values, strict=True)):
            file.write(frame_scalar(tag.encode(), float(value), int(step), began + row * apart))


def opened(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def asked(logdir: LogDir, groups: dict[str, list[str]], **query: Any) -> tuple[dict[str, Any], list[Columns]]:
    named = [ScalarGroupRuns(name=name, runs=runs) for name, runs in groups.items()]
    return read_series_answer(read_groups(logdir, ScalarGroupsQuery(**{"tag": "x", "groups": named, **query})).body)


@pytest.fixture(scope="module")
def values() -> Floats:
    """Three seeds, as float32: that is what is logged."""
    matrix = np.random.default_rng(11).normal(size=(3, N)).cumsum(axis=1).astype(np.float32)
    return matrix.astype(np.float64)


@pytest.fixture(scope="module")
def seeds(values: Floats, tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    path = tmp_path_factory.mktemp("seeds")
    for name, value in zip(RUNS, values, strict=True):
        log(path / name / "events.out.tfevents.1.x", range(N), value, began=1000.0 + 7 * int(name[1]))
        log(path / name / "events.out.tfevents.1.x", range(0, N, 10), np.arange(0, N, 10) * 64.0, tag="tokens")
    log(path / "other" / "events.out.tfevents.1.x", range(3), [1.0, 2, 3], tag="y")
    return opened(path)


def test_every_place_of_a_group_is_numpys_mean_and_range(seeds: LogDir, values: Floats) -> None:
    metadata, (line,) = asked(seeds, {"all": RUNS}, width=4000)
    np.testing.assert_array_equal(line["step"], np.arange(N))
    np.testing.assert_allclose(line["first"], values.mean(axis=0), rtol=1e-7)
    np.testing.assert_array_equal(line["low"], values.min(axis=0))
    np.testing.assert_array_equal(line["high"], values.max(axis=0))
    assert set(line["runs"].tolist()) == {3}
    (described,) = metadata["lines"]
    assert described | {"same": {}} == {
        "name": "all",
        "runs": RUNS,
        "rows": N,
        "points": 3 * N,
        "points_left_out": 0,
        "points_unplaced": 0,
        "interpolated": 0,
        "stride": 1,
        "x_low": 0.0,
        "x_high": N - 1.0,
        "origin": None,
        "same": {},
    }


def test_runs_are_smoothed_one_by_one_before_they_are_counted_together(seeds: LogDir, values: Floats) -> None:
    smoothed = np.stack([smooth(value, 0.9) for value in values])
    line = asked(seeds, {"all": RUNS}, width=4000, smoothing=0.9, band="std")[1][0]
    np.testing.assert_allclose(line["smooth"], smoothed.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose((line["high"] - line["low"]) / 2, smoothed.std(axis=0, ddof=1), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(line["first"], values.mean(axis=0), rtol=1e-6)


def test_a_pixel_column_keeps_the_least_and_the_most_of_the_band(seeds: LogDir, values: Floats) -> None:
    line = asked(seeds, {"all": RUNS}, width=50)[1][0]
    assert len(line["step"]) == 50
    assert line["count"].sum() == N
    start = np.concatenate([[0], np.cumsum(line["count"])[:-1]]).astype(int)
    np.testing.assert_array_equal(line["low"], np.minimum.reduceat(values.min(axis=0), start))
    np.testing.assert_array_equal(line["high"], np.maximum.reduceat(values.max(axis=0), start))
    np.testing.assert_allclose(line["max"], np.maximum.reduceat(values.mean(axis=0), start), rtol=1e-6)


def test_a_zoom_has_the_places_inside_and_a_neighbour_on_each_side(seeds: LogDir, values: Floats) -> None:
    line = asked(seeds, {"all": RUNS}, range=(100.0, 199.0), width=400)[1][0]
    np.testing.assert_array_equal(line["step"], np.arange(99, 201))
    np.testing.assert_array_equal(line["low"], values.min(axis=0)[99:201])
    line = asked(seeds, {"all": RUNS}, range=(100.0, 199.0), width=10)[1][0]
    assert (line["step"][0], line["step"][-1], line["count"][1:-1].tolist()) == (99, 200, [10] * 10)


def test_where_runs_have_ended_or_are_not_finite_their_number_falls(tmp_path: Path) -> None:
    log(tmp_path / "a" / "events.out.tfevents.1.x", range(10), [1.0] * 10)
    log(tmp_path / "b" / "events.out.tfevents.1.x", range(6), [3.0] * 6)
    log(tmp_path / "c" / "events.out.tfevents.1.x", range(10), [5.0, math.nan, math.inf] + [5.0] * 7)
    metadata, (line,) = asked(opened(tmp_path), {"g": ["a", "b", "c"]})
    assert line["runs"].tolist() == [3, 2, 2, 3, 3, 3, 2, 2, 2, 2]
    assert line["first"].tolist() == [3, 2, 2, 3, 3, 3, 3, 3, 3, 3]
    assert (metadata["lines"][0]["points"], metadata["lines"][0]["points_left_out"]) == (26, 2)
    narrow = asked(opened(tmp_path), {"g": ["a", "b", "c"]}, width=1)[1][0]
    assert (narrow["runs"].tolist(), narrow["runs_max"].tolist()) == ([2], [3])


def test_runs_of_different_steps_are_interpolated_within_themselves_and_that_is_said(tmp_path: Path) -> None:
    log(tmp_path / "a" / "events.out.tfevents.1.x", [0, 10, 20], [0.0, 10, 20])
    log(tmp_path / "b" / "events.out.tfevents.1.x", [5, 15], [7.0, 17])
    metadata, (line,) = asked(opened(tmp_path), {"g": ["a", "b"]})
    assert line["step"].tolist() == [0, 5, 10, 15, 20]
    assert line["first"].tolist() == [0, 6, 11, 16, 20]
    assert line["runs"].tolist() == [1, 2, 2, 2, 1]
    assert metadata["lines"][0]["interpolated"] == 3


def test_points_that_a_restart_has_overtaken_take_no_part(tmp_path: Path) -> None:
    log(tmp_path / "a" / "events.out.tfevents.1000.x", range(10), [1.0] * 10)
    log(tmp_path / "a" / "events.out.tfevents.2000.x", range(5, 10), [3.0] * 5, began=2000.0)
    log(tmp_path / "b" / "events.out.tfevents.1000.x", range(10), [1.0] * 10)
    line = asked(opened(tmp_path), {"g": ["a", "b"]})[1][0]
    assert line["first"].tolist() == [1] * 5 + [2] * 5


@pytest.mark.parametrize("x", ["relative", "wall"])
def test_on_an_axis_of_time_runs_meet_where_they_were_at_that_time(seeds: LogDir, values: Floats, x: str) -> None:
    line = asked(seeds, {"all": RUNS}, x=x, width=16_000)[1][0]
    began = [0.0, 0, 0] if x == "relative" else [1000.0, 1007.0, 1014.0]
    curves = [np.interp(line["x"], t + np.arange(N) / 2, v, np.nan, np.nan) for t, v in zip(began, values, strict=True)]
    np.testing.assert_allclose(line["first"], np.nanmean(curves, axis=0), rtol=1e-5, atol=1e-5)
    assert line["x"][0] == began[0]
    assert (np.diff(line["step"]) >= 0).all()
    steps = [np.interp(line["x"], t + np.arange(N) / 2, np.arange(N), np.nan, np.nan) for t in began]
    if x == "relative":
        np.testing.assert_allclose(line["step"], np.rint(np.nanmean(steps, axis=0)))


def test_another_tag_can_be_the_axis(seeds: LogDir, values: Floats) -> None:
    line = asked(seeds, {"all": RUNS}, x="tag", x_tag="tokens", width=4000)[1][0]
    np.testing.assert_array_equal(line["x"], np.arange(1991) * 64.0)
    np.testing.assert_allclose(line["first"], values.mean(axis=0)[:1991], rtol=1e-6)


def test_runs_without_the_tag_take_no_part_and_a_group_of_them_has_no_line(seeds: LogDir) -> None:
    metadata, lines = asked(seeds, {"g": ["s0", "other", "gone", "s0"], "none": ["other"]}, width=4000)
    assert [line["runs"] for line in metadata["lines"]] == [["s0"]]
    assert set(lines[0]["runs"].tolist()) == {1}
    with pytest.raises(NotFound):
        asked(seeds, {"g": ["s0"]}, tag="nobody")


def test_a_run_may_be_in_several_groups(seeds: LogDir, values: Floats) -> None:
    lines = asked(seeds, {"a": ["s0", "s1"], "b": ["s1", "s2"]}, width=4000)[1]
    np.testing.assert_array_equal(lines[0]["low"], values[:2].min(axis=0))
    np.testing.assert_array_equal(lines[1]["low"], values[1:].min(axis=0))


def test_the_interval_says_how_many_resamples_were_drawn(seeds: LogDir) -> None:
    assert asked(seeds, {"g": RUNS}, band="ci95")[0]["resamples"] == 1000
    assert asked(seeds, {"g": RUNS})[0]["resamples"] == 0


def test_figures_of_float32_travel_as_float32_and_counts_as_bytes(seeds: LogDir) -> None:
    body = read_groups(
        seeds, ScalarGroupsQuery(tag="x", groups=[ScalarGroupRuns(name="g", runs=RUNS)], width=64, smoothing=0.5)
    ).body
    types = {name: kind for name, (kind, _) in read_stream(body)[1].items()}
    floats = dict.fromkeys(("min", "max", "first", "last", "smooth", "low", "high"), "FLOAT")
    assert types == {"step": "INT32", **floats, "runs": "UINT8", "count": "UINT8"}


def test_no_band_sends_none(seeds: LogDir) -> None:
    assert np.isnan(asked(seeds, {"g": RUNS}, band="none")[1][0]["low"]).all()


def test_only_the_group_of_a_run_that_grew_is_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcd":
        log(tmp_path / name / "events.out.tfevents.1.x", range(10), [1.0] * 10)
    logdir = opened(tmp_path)
    counted: list[int] = []
    real = spread.group_line

    def count(found: Sequence[Found], how: Layout, centre: Centre, band: Band) -> spread.GroupLine:
        counted.append(len(found))
        return real(found, how, centre, band)

    monkeypatch.setattr(spread, "group_line", count)
    both = {"one": ["a", "b"], "two": ["c", "d"]}
    asked(logdir, both)
    asked(logdir, both, range=(2.0, 5.0))
    assert len(counted) == 2
    log(tmp_path / "d" / "events.out.tfevents.1.x", [10], [9.0], began=2000.0)
    logdir.refresh()
    assert asked(logdir, both)[1][1]["step"].tolist() == list(range(11))
    assert len(counted) == 3


def test_the_cache_holds_no_more_than_it_may(seeds: LogDir) -> None:
    cache = spread.SpreadCache(limit_bytes=1)
    query = ScalarGroupsQuery(tag="x", groups=[])
    found = list(find(seeds, query, RUNS))
    assert len(cache.line(found, layout(query), "mean", "minmax").line.x) == N
    assert len(cache) == 0


def test_an_axis_too_long_to_count_is_thinned_out_and_that_is_said(
    seeds: LogDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "MOST_VALUES", 300)
    monkeypatch.setattr("sightline.kinds.scalar.groups._cache", spread.SpreadCache())
    metadata, (line,) = asked(seeds, {"all": RUNS}, width=4000)
    assert metadata["lines"][0]["stride"] == 20
    assert line["step"].tolist() == [*range(0, N - 1, 20), N - 1]


def test_an_interval_of_many_places_is_counted_at_fewer_of_them(seeds: LogDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST_RESAMPLED", 100 * (len(RUNS) + spread.PLACE_VALUES))
    monkeypatch.setattr("sightline.kinds.scalar.groups._cache", spread.SpreadCache())
    strides = [asked(seeds, {"all": RUNS}, band=band)[0]["lines"][0]["stride"] for band in ("ci95", "std")]
    assert strides == [20, 1]


def test_a_group_that_is_being_counted_is_waited_for_and_not_counted_twice(
    seeds: LogDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = ScalarGroupsQuery(tag="x", groups=[])
    found, how = list(find(seeds, query, RUNS)), layout(query)
    cache, begun, go_on = spread.SpreadCache(), threading.Event(), threading.Event()
    spread_of, counted = spread.group_line, list[object]()

    def slowly(*about: Any) -> spread.GroupLine:
        counted.append(about)
        begun.set()
        assert go_on.wait(30)
        return spread_of(*about)

    monkeypatch.setattr(spread, "group_line", slowly)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(cache.line, found, how, "mean", "minmax")
        assert begun.wait(30)
        others = [pool.submit(cache.line, found, how, "mean", "minmax") for _ in range(2)]
        # Another band is another group: it waits for none.
        begun.clear()
        another = pool.submit(cache.line, found, how, "mean", "std")
        assert begun.wait(30)
        go_on.set()
        lines = [one.result(30) for one in (first, *others)]
    assert another.result() is not lines[0]
    assert len(counted) == 2
    assert all(one is lines[0] for one in lines)


def test_the_largest_step_stays_a_step(tmp_path: Path) -> None:
    for name in "ab":
        log(tmp_path / name / "events.out.tfevents.1.x", [-(2**63), 2**63 - 1], [1.0, 2])
    _, (line,) = asked(opened(tmp_path), {"g": ["a", "b"]})
    assert line["step"].tolist() == [-(2**63), 2**63 - 1024]  # the nearest float64 below it


def test_points_without_a_place_are_counted(tmp_path: Path) -> None:
    for name in "ab":
        log(tmp_path / name / "events.out.tfevents.1.x", range(3), [1.0, 2, 3])
    metadata, (line,) = asked(opened(tmp_path), {"g": ["a", "b"]}, x_scale="log")
    assert (metadata["lines"][0]["points_unplaced"], line["x"].tolist()) == (2, [1, 2])
    metadata, (line,) = asked(opened(tmp_path), {"g": ["a", "b"]}, x="tag", x_tag="none")
    assert (metadata["lines"][0]["points_unplaced"], len(line["x"])) == (6, 0)


def test_what_does_not_fit_together_is_refused(seeds: LogDir) -> None:
    with pytest.raises(ArgumentError, match="low <= high"):
        asked(seeds, {"g": RUNS}, range=(5.0, 1.0))


def saved(logdir: LogDir, format: str, **query: Any) -> bytes:
    named = [ScalarGroupRuns(name="g, 1", runs=RUNS)]
    answer = read_group_points(
        logdir, ScalarGroupPointsQuery(**{"tag": "x", "groups": named, "format": format, **query})
    )
    assert isinstance(answer, Pieces)
    return b"".join(answer.pieces)


def test_every_place_of_a_group_is_saved_as_csv(seeds: LogDir, values: Floats) -> None:
    rows = list(csv.DictReader(io.StringIO(saved(seeds, "csv", band="std").decode())))
    assert (len(rows), rows[0]["group"], rows[7]["runs"]) == (N, "g, 1", "3")
    np.testing.assert_allclose([float(row["centre"]) for row in rows], values.mean(axis=0), rtol=1e-12)
    half = [(float(row["high"]) - float(row["low"])) / 2 for row in rows]
    np.testing.assert_allclose(half, values.std(axis=0, ddof=1), rtol=1e-9)


def test_the_range_of_a_group_is_saved_as_json(seeds: LogDir, values: Floats) -> None:
    answer = json.loads(saved(seeds, "json", range=(10.0, 12.0), band="none"))
    (group,) = answer.pop("groups")
    assert answer == {"tag": "x", "centre": "mean", "band": "none"}
    assert (group["group"], group["step"], group["low"]) == ("g, 1", [10, 11, 12], ["NaN"] * 3)
    np.testing.assert_allclose(group["smoothed"], values.mean(axis=0)[10:13], rtol=1e-12)
