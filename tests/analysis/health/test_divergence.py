from __future__ import annotations

import numpy as np
import pytest
from tests.analysis.health.family import Floats, normal_noise, progress

from sightline.analysis.health import Finding, examine

N = 1000


def find(value: Floats) -> list[Finding]:
    steps = np.arange(len(value))
    return [
        one
        for one in examine(steps, 2.0 * steps.astype(np.float64), value, falls=True)
        if one.what in ("spike", "divergence")
    ]


@pytest.fixture
def curve() -> Floats:
    return normal_noise(np.random.default_rng(5), N)


def test_a_loss_that_goes_up_and_stays_is_told_with_its_best_and_its_last(curve: Floats) -> None:
    curve[700:] = 2.31 + 0.02 * np.random.default_rng(0).normal(size=300)
    (found,) = find(curve)
    assert (found.what, found.severity) == ("divergence", "bad")
    assert found.step == pytest.approx(700, abs=3)
    assert found.wall_time == 2.0 * found.step
    assert found.words == f"left its level at step {found.step} and stayed up: 2.3 now, 0.34 at its best"


def test_a_loss_that_runs_away_slowly_is_told_once_it_is_far_above_its_start(curve: Floats) -> None:
    away = np.maximum(0.0, progress(N) - 0.5)
    assert find(curve + 4.0 * away) == []
    assert [one.what for one in find(curve + 40.0 * away)] == ["divergence"]


def test_the_end_of_a_spike_that_may_still_come_back_is_no_divergence(curve: Floats) -> None:
    for length in (5, 12, 16):
        curve[-length:] = 3.0
        assert find(curve) == []
    curve[-40:] = 3.0
    assert [one.what for one in find(curve)] == ["divergence"]
    long = normal_noise(np.random.default_rng(5), 10_000)
    long[-100:] = 3.0
    assert find(long) == []


def test_a_step_up_by_a_third_is_a_new_task(curve: Floats) -> None:
    curve[800:] = 1.45 * np.median(curve[780:800])
    assert find(curve) == []


def test_a_loss_that_rises_from_the_beginning_never_had_a_level_to_leave() -> None:
    noise = np.exp(0.05 * np.random.default_rng(0).normal(size=N))
    assert find((0.5 + 4.0 * progress(N)) * noise) == []


def test_what_happened_before_and_came_back_is_left_alone(curve: Floats) -> None:
    for begin, end in ((300, 450), (800, N)):
        curve[begin:end] = 3.0
    assert find(curve) == []


def test_losses_below_zero_diverge_too() -> None:
    curve = -5.0 * (1.0 - np.exp(-8.0 * progress(N))) + 0.1 * np.random.default_rng(0).normal(size=N)
    assert find(curve) == []
    curve[700:] += 6.0
    assert [one.what for one in find(curve)] == ["divergence"]


def test_few_points_and_constant_ones_say_nothing() -> None:
    assert find(np.array([3.0, 2.0, 1.0, 9.0, 9.0, 9.0])) == []
    assert find(np.full(N, 2.0)) == []
    assert find(np.array([])) == []
    assert find(np.full(N, np.nan)) == []
