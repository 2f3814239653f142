"""``kinds/scalar/group_values.py``: the figures of groups in a table, against NumPy and SciPy on what was logged."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from sightline import SummaryWriter
from sightline.analysis.smooth import smooth
from sightline.kinds.endpoint import NotFound
from sightline.kinds.scalar.group_values import ScalarFigure, ScalarGroupValues
from sightline.kinds.scalar.groups import ScalarGroupRuns
from sightline.kinds.scalar.values import ScalarValuesQuery, read_values
from sightline.store import LogDir

Floats = npt.NDArray[np.float64]

RUNS = ["s0", "s1", "s2", "late"]
EVERY = 10
N = 80


@pytest.fixture(scope="module")
def values() -> dict[str, Floats]:
    """Three seeds at the steps 0, 10 ...; ``s2`` has half of them and ends in NaN; ``late`` is at 405, 430, 455 ..."""
    rng = np.random.default_rng(5)
    out = {run: rng.normal(1, 0.3, N).astype(np.float32).astype(np.float64) for run in RUNS}
    out["s2"] = out["s2"][: N // 2]
    out["s2"][-1] = math.nan
    out["late"] = out["late"][:10]
    return out


def steps_of(run: str, value: Floats) -> npt.NDArray[np.int64]:
    return 405 + 25 * np.arange(len(value)) if run == "late" else EVERY * np.arange(len(value))


@pytest.fixture(scope="module")
def logdir(values: dict[str, Floats], tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    path = tmp_path_factory.mktemp("logs")
    for run, value in values.items():
        with SummaryWriter(str(path / run)) as writer:
            for step, one in zip(steps_of(run, value).tolist(), value.tolist(), strict=True):
                writer.add_scalar("x", one, step)
    with SummaryWriter(str(path / "other")) as writer:
        writer.add_scalar("y", 1.0, 0)
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def told(logdir: LogDir, runs: list[str], **query: Any) -> ScalarGroupValues:
    group = ScalarGroupRuns(name="all", runs=runs)
    (answer,) = read_values(logdir, ScalarValuesQuery(**{"tag": "x", "runs": [], "groups": [group], **query})).groups
    return answer


def about(middle: float, by: float) -> tuple[float, float, float]:
    return middle, middle - by, middle + by


def same(figure: ScalarFigure, expected: tuple[float, float, float], runs: int) -> None:
    """Value, low and high; and of how many runs."""
    assert figure.runs == runs
    assert (figure.value, figure.low, figure.high) == pytest.approx(expected, rel=1e-12)


def test_at_a_step_it_is_the_mean_of_the_runs_that_are_there_and_its_deviation(
    logdir: LogDir, values: dict[str, Floats]
) -> None:
    point = told(logdir, RUNS, step=203, band="std", smoothing=0.6).at
    assert point is not None
    assert (point.first_step, point.last_step) == (200, 200)
    there = np.array([values[run][20] for run in ("s0", "s1", "s2")])
    same(point.value, about(there.mean(), there.std(ddof=1)), 3)
    smoothed = np.array([smooth(values[run], 0.6)[20] for run in ("s0", "s1", "s2")])
    same(point.smooth, about(smoothed.mean(), smoothed.std(ddof=1)), 3)


def test_a_run_without_a_point_there_counts_with_the_line_between_its_neighbours_and_one_that_has_ended_does_not(
    logdir: LogDir, values: dict[str, Floats]
) -> None:
    # s2 has ended at 390; late is between 430 and 455 and has no point at 440.
    point = told(logdir, RUNS, step=440, centre="median").at
    assert point is not None
    late = np.interp(440, steps_of("late", values["late"]), values["late"])
    there = [values["s0"][44], values["s1"][44], late]
    same(point.value, (float(np.median(there)), min(there), max(there)), 3)
    # Beside a NaN there is no line.
    before = told(logdir, RUNS, step=385).at
    assert before is not None
    assert (before.first_step, before.value.runs) == (380, 3)
    # 405 is the nearest place to 404, and of one run it is no spread.
    (alone,) = (told(logdir, ["late", "s2"], step=404, band="sem").at,)
    assert alone is not None
    assert (alone.first_step, alone.value.value, alone.value.low) == (405, values["late"][0], None)


def test_without_a_step_it_is_of_each_runs_last_point(logdir: LogDir, values: dict[str, Floats]) -> None:
    point = told(logdir, RUNS).at
    assert point is not None
    assert (point.first_step, point.last_step) == (390, 790)
    last = [values["s0"][-1], values["s1"][-1], values["late"][-1]]
    same(point.value, (float(np.mean(last)), min(last), max(last)), 3)


def test_over_a_range_each_runs_figure_comes_first(logdir: LogDir, values: dict[str, Floats]) -> None:
    found = told(logdir, RUNS[:3], steps=(100, 390), band="sem").range
    assert found is not None
    inside = {run: values[run][10:40] for run in RUNS[:3]}
    assert (found.points, found.nan, found.posinf, found.neginf) == (90, 1, 0, 0)
    least = np.array([np.nanmin(one) for one in inside.values()])
    same(found.min, about(least.mean(), stats.sem(least)), 3)
    means = np.array([np.nanmean(one) for one in inside.values()])
    same(found.mean, about(means.mean(), stats.sem(means)), 3)
    # s2 ends in NaN: it has no end, no change and no share.
    ended = [inside["s0"], inside["s1"]]
    change = np.array([one[-1] - one[0] for one in ended])
    same(found.change, about(change.mean(), stats.sem(change)), 2)
    share = np.array([(one[-1] - one[0]) / abs(one[0]) for one in ended])
    same(found.share, about(share.mean(), stats.sem(share)), 2)
    assert found.start.runs == 3
    assert found.end.runs == 2


def test_a_range_in_which_no_run_has_a_point_has_no_figures(logdir: LogDir) -> None:
    assert told(logdir, RUNS, steps=(901, 999)).range is None
    assert told(logdir, ["s0"], steps=(101, 109)).range is None


def test_a_group_without_the_tag_is_left_out_and_runs_without_it_take_no_part(logdir: LogDir) -> None:
    groups = [ScalarGroupRuns(name="none", runs=["other"]), ScalarGroupRuns(name="one", runs=["other", "s0"])]
    answer = read_values(logdir, ScalarValuesQuery(tag="x", runs=["s1"], groups=groups))
    assert [one.run for one in answer.runs] == ["s1"]
    assert [(one.name, one.runs) for one in answer.groups] == [("one", ["s0"])]
    with pytest.raises(NotFound, match="'z'"):
        read_values(logdir, ScalarValuesQuery(tag="z", runs=[], groups=groups))
