from __future__ import annotations

import numpy as np
import pytest

from sightline.analysis.health.cadence import Cadence, Gap, cadence
from sightline.analysis.health.stall import find_pauses, find_stall

HOUR = 3600.0


def every(seconds: float, n: int = 200, pauses: dict[int, float] | None = None, start: float = 0.0) -> Cadence:
    """A series that speaks every so many seconds, with a silence of so long after some of its rows."""
    gaps = np.full(n - 1, seconds) * np.random.default_rng(n).uniform(0.8, 1.2, n - 1)
    for row, pause in (pauses or {}).items():
        gaps[row] = pause
    return cadence(np.arange(n) * 10, start + np.concatenate([[0.0], np.cumsum(gaps)]))


def test_the_cadence_of_a_series() -> None:
    one = cadence(np.array([0, 2, 4, 6, 8]), np.array([0.0, 1.0, 2.0, 103.0, 104.0]))
    assert one == Cadence(5, 0, 8, 0.0, 104.0, 2.0, 1.0, 101.0, (Gap(2.0, 103.0, 4),))


@pytest.mark.parametrize("none", [np.inf, 1e308, -1e308, 1e13])
def test_wall_times_that_are_no_times_are_left_out(none: float) -> None:
    one = cadence(np.arange(7) * 2, np.array([np.nan, 1.0, 2.0, none, 3.0, 4.0, 105.0]))
    assert (one.first_wall_time, one.last_wall_time, one.longest) == (1.0, 105.0, 101.0)
    assert one.gaps == (Gap(4.0, 105.0, 10),)
    assert np.isnan(cadence(np.array([1]), np.array([np.nan])).last_wall_time)


def test_a_pause_says_how_long_it_was_and_that_it_went_on() -> None:
    (found,) = find_pauses([every(60.0, pauses={40: 2 * HOUR + 600}), every(600.0, n=30)])
    assert (found.what, found.severity, found.step) == ("stall", "note", 400)
    assert found.magnitude == pytest.approx(130, rel=0.03)
    assert found.words.startswith("nothing was logged for 2 h 10 min after step 400, 1")
    assert found.words.endswith(" times the usual 60 s; then it went on")


def test_pauses_that_come_again_are_evaluations() -> None:
    assert find_pauses([every(1.0, pauses={40: 600.0, 80: 650.0, 120: 580.0, 160: 620.0})]) == []


def test_a_pause_in_which_another_tag_spoke_is_none() -> None:
    train = every(1.0, pauses={100: 1000.0})
    spanning = every(1.0, n=1190)
    assert len(find_pauses([train])) == 1
    assert find_pauses([train, spanning]) == []


def test_a_pause_before_a_restart_explains_itself() -> None:
    series = [every(60.0, pauses={40: 3 * HOUR})]
    assert len(find_pauses(series)) == 1
    assert find_pauses(series, [40 * 60.0 + 2 * HOUR]) == []


def test_a_stall_is_many_intervals_and_longer_than_any_pause_before() -> None:
    series = [every(2.0, pauses={50: 60.0})]
    last = series[0].last_wall_time
    assert find_stall(series, last + 100.0) == []
    (found,) = find_stall(series, last + 18 * 60.0)
    assert (found.what, found.severity, found.step, found.wall_time) == ("stall", "note", 1990, last)
    assert found.words.startswith("no new points since step 1,990, for over 90 times the usual ")
    assert found.words == find_stall(series, last + 19 * 60.0)[0].words


def test_a_run_that_speaks_by_the_hour_is_waited_for() -> None:
    series = [every(HOUR)]
    assert find_stall(series, series[0].last_wall_time + 15 * HOUR) == []


def test_after_a_day_it_is_over() -> None:
    series = [every(2.0)]
    assert len(find_stall(series, series[0].last_wall_time + 20 * HOUR)) == 1
    assert find_stall(series, series[0].last_wall_time + 25 * HOUR) == []


@pytest.mark.parametrize("clock", [np.full(50, 5.0), np.full(50, np.nan)])
def test_without_a_clock_nothing_is_said(clock: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    series = [cadence(np.arange(50), clock)]
    assert find_pauses(series) == []
    assert find_stall(series, 1e6) == []
    assert find_pauses([]) == find_stall([], 0.0) == []
