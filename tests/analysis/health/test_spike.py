from __future__ import annotations

import numpy as np
import pytest
from tests.analysis.health.family import Floats, normal_noise, progress

from sightline.analysis.health import Finding, examine


def find(value: Floats, step: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None) -> list[Finding]:
    steps = np.arange(len(value)) if step is None else step
    return [
        one
        for one in examine(steps, 2.0 * steps.astype(np.float64), value, falls=True)
        if one.what in ("spike", "divergence")
    ]


@pytest.fixture
def curve() -> Floats:
    return normal_noise(np.random.default_rng(5), 1000)


def test_a_spike_says_how_high_it_was_where_and_that_it_came_back(curve: Floats) -> None:
    curve[400] *= 4.0
    (found,) = find(curve, np.arange(1000) * 20 + 140)
    assert (found.what, found.severity, found.step, found.wall_time) == ("spike", "warn", 8140, 16280.0)
    assert found.magnitude == pytest.approx(np.log(4.0) / 0.03, rel=0.3)
    assert found.words.startswith("rose ")
    assert "times its usual spread at step 8,140, from 0.5" in found.words
    assert found.words.endswith("and came back")


def test_a_leap_that_has_not_come_back_yet_is_no_spike(curve: Floats) -> None:
    curve[-5:] *= 4.0
    assert find(curve) == []


def test_falls_are_no_spikes(curve: Floats) -> None:
    curve[400] /= 4.0
    assert find(curve) == []


def test_several_spikes_are_each_found_in_the_order_of_steps(curve: Floats) -> None:
    for at, factor in ((200, 2.0), (333, 5.0), (340, 3.0), (810, 3.0)):
        curve[at : at + 2] *= factor
    assert [one.step for one in find(curve)] == [200, 334, 810]


def test_values_that_are_not_finite_are_left_out(curve: Floats) -> None:
    curve[395:400] = [np.nan, np.inf, -np.inf, np.nan, np.inf]
    assert find(curve) == []
    curve[401] *= 4.0
    assert [one.step for one in find(curve)] == [401]


def test_a_spike_that_lasts_for_many_points_is_seen_from_further_away() -> None:
    curve = normal_noise(np.random.default_rng(5), 10_000)
    curve[4000:4060] *= 3.0
    (found,) = find(curve)
    assert 4000 <= found.step < 4060


def test_a_hill_is_no_spike(curve: Floats) -> None:
    assert find(curve * (1.0 + np.exp(-(((progress(1000) - 0.5) / 0.05) ** 2)))) == []


def test_a_small_hill_that_is_climbed_point_by_point_is_no_spike() -> None:
    curve = 0.5 + 0.005 * np.random.default_rng(0).normal(size=300)
    curve += 0.5 * np.exp(-(((np.arange(300) - 150) / 7.0) ** 2))
    assert find(curve) == []


@pytest.mark.parametrize("period", [37, 100, 190])
def test_what_comes_at_equal_intervals_is_a_habit(curve: Floats, period: int) -> None:
    curve[period::period] *= 2.0
    assert find(curve) == []


def test_what_comes_all_the_time_is_a_habit(curve: Floats) -> None:
    curve[np.random.default_rng(1).choice(1000, 60, replace=False)] *= 3.0
    assert find(curve) == []


def test_two_that_count_on_from_the_beginning_are_a_habit_and_others_are_not(curve: Floats) -> None:
    curve[[330, 660]] *= 3.0
    assert find(curve) == []
    curve[[330, 660]] /= 3.0
    curve[[330, 560]] *= 3.0
    assert [one.step for one in find(curve)] == [330, 560]


def test_a_loss_with_a_margin_is_zero_most_of_the_time_and_every_other_value_is_no_spike() -> None:
    random = np.random.default_rng(0)
    curve = np.maximum(0.0, 0.2 * random.normal(size=6000) - 0.2)
    assert 0.8 < np.mean(curve == 0.0) < 0.9
    assert find(curve) == []
    curve[3000:3004] = 9.0
    assert [one.step for one in find(curve)] == [3000]


def test_what_cannot_be_seen_on_the_chart_is_not_reported() -> None:
    curve = 0.5 + 10.0 * np.exp(-8.0 * progress(1000)) + 0.001 * np.random.default_rng(0).normal(size=1000)
    curve[900] += 0.1  # a hundred times the noise, a hundredth of the height
    assert find(curve) == []
    curve[900] += 0.2
    assert [one.step for one in find(curve)] == [900]


@pytest.mark.parametrize("value", [0.0, 2.3, -1.0])
def test_constant_and_short_series_say_nothing(value: float) -> None:
    assert find(np.full(1000, value)) == []
    assert find(np.array([value, 50.0, value])) == []


def test_one_leap_in_a_constant_series_is_a_spike() -> None:
    curve = np.full(500, 2.0)
    curve[300] = 9.0
    assert [one.step for one in find(curve)] == [300]


def test_a_loss_rounded_to_one_decimal_flickers_without_an_alarm() -> None:
    curve = np.round(0.04 + 0.02 * np.random.default_rng(0).normal(size=5000), 1)
    assert set(curve) == {0.0, 0.1}
    assert find(curve) == []


def test_repeated_steps_are_points_like_others(curve: Floats) -> None:
    curve[500] *= 4.0
    assert [one.step for one in find(curve, np.arange(1000) // 4)] == [125]


def test_only_losses_that_should_fall_are_looked_at(curve: Floats) -> None:
    curve[400] *= 4.0
    steps = np.arange(1000)
    assert examine(steps, steps.astype(np.float64), curve, loss=True) == []
