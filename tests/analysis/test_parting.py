"""Curves with a parting that was put there, curves that differ by noise alone, and the joining of their steps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import lfilter
from scipy.stats import trim_mean

from sightline.analysis.parting import LEAST_POINTS, parting, shared

Floats = npt.NDArray[np.float64]
N = 4000
STEP = np.arange(N, dtype=np.int64) * 10


def falling(n: int = N) -> Floats:
    curve: Floats = 0.2 + 2 * np.exp(-np.arange(n) / (n / 6))
    return curve


def noise(seed: int, n: int = N, memory: float = 0.0) -> Floats:
    """Standard deviation 1; ``memory`` is its correlation from one point to the next."""
    white = np.random.default_rng(seed).normal(size=n + 1000)
    coloured: Floats = np.asarray(lfilter([1.0], [1.0, -memory], white))[1000:] * np.sqrt(1 - memory**2)
    return coloured


@pytest.mark.parametrize("at", [500, 1500, 3000])
@pytest.mark.parametrize("seed", range(5))
def test_a_planted_parting_is_found_within_a_twentieth_of_the_length(at: int, seed: int) -> None:
    a = falling() + 0.1 * noise(seed)
    b = falling() + 0.1 * noise(seed + 100) + 0.1 * (np.arange(N) >= at)
    found = parting(STEP, a, STEP, b)
    assert found is not None
    assert found.step == pytest.approx(STEP[at], abs=0.05 * STEP[-1])
    assert found.difference == pytest.approx(0.1, abs=0.03)
    assert found.points == N


def test_the_first_step_of_a_difference_without_noise_is_exact() -> None:
    a = falling()
    b = a + np.maximum(0, np.arange(N) - 1234) * 1e-3
    found = parting(STEP, a, STEP, a + (np.arange(N) >= 1234))
    assert found is not None
    assert found.step == STEP[1234]
    ramp = parting(STEP, a, STEP, b)
    assert ramp is not None
    assert ramp.step == pytest.approx(STEP[1234], abs=0.06 * STEP[-1])


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9, 0.95])
def test_curves_that_differ_by_noise_alone_do_not_part(memory: float) -> None:
    for seed in range(40):
        found = parting(
            STEP, falling() + 0.3 * noise(seed, memory=memory), STEP, falling() + 0.3 * noise(seed + 1000, N, memory)
        )
        assert found is not None
        assert found.step is None, f"seed {seed}: at {found.step}"


def test_equal_curves_do_not_part_and_have_no_noise() -> None:
    a = falling() + noise(1)
    found = parting(STEP, a, STEP, a.copy())
    assert found is not None
    assert (found.step, found.difference, found.noise) == (None, 0.0, 0.0)


def test_curves_that_are_apart_from_the_beginning_part_at_the_first_shared_step() -> None:
    found = parting(STEP, noise(1), STEP[500:], noise(2)[500:] + 5)
    assert found is not None
    assert found.step == found.low == STEP[500]


def test_a_difference_that_comes_and_goes_is_no_parting() -> None:
    bump = 3.0 * ((np.arange(N) > 1000) & (np.arange(N) < 2500))
    found = parting(STEP, noise(1), STEP, noise(2) + bump)
    assert found is not None
    assert found.step is None


def test_curves_that_cross_part_after_the_crossing() -> None:
    found = parting(STEP, noise(1), STEP, noise(2) + 40 * np.linspace(-1, 1.1, N))
    assert found is not None
    assert found.step == pytest.approx(STEP[int(N / 2.1)], abs=0.06 * STEP[-1])
    assert found.difference > 0


def test_a_spike_neither_makes_nor_ends_a_parting() -> None:
    apart = 1.0 * (np.arange(N) >= 2000)
    b = noise(2) + apart
    b[3000] = -1e9
    found = parting(STEP, noise(1), STEP, b)
    assert found is not None
    assert found.step == pytest.approx(STEP[2000], abs=0.05 * STEP[-1])
    same = noise(2)
    same[-3] = 1e9
    found = parting(STEP, noise(1), STEP, same)
    assert found is not None
    assert found.step is None


def test_the_difference_at_the_end_is_the_trimmed_mean_of_the_last_window() -> None:
    a, b = noise(1), noise(2) + 1
    found = parting(STEP, a, STEP, b)
    assert found is not None
    last = N // 48 * 4
    assert found.difference == pytest.approx(trim_mean((b - a)[-last:], 0.1))
    assert found.first == pytest.approx(trim_mean(a[-last:], 0.1))
    swapped = parting(STEP, b, STEP, a)
    assert swapped is not None
    assert swapped.difference == pytest.approx(-found.difference)
    assert swapped.step == found.step


def test_curves_of_other_steps_are_joined_on_the_line_between_two_points() -> None:
    sparse = np.arange(0, 100, 10, dtype=np.int64)
    dense = np.arange(25, 200, dtype=np.int64)
    value = dense.astype(np.float64) ** 2
    value[7] = np.nan
    at, a, b = shared(sparse, np.ones(10), dense, value)
    assert at.tolist() == [30, 40, 50, 60, 70, 80, 90]
    assert a.tolist() == [1.0] * 7
    assert b.tolist() == [900.0, 1600.0, 2500.0, 3600.0, 4900.0, 6400.0, 8100.0]
    at, b, a = shared(dense, value, sparse, np.ones(10))
    assert at.tolist() == [30, 40, 50, 60, 70, 80, 90]
    assert b[0] == 900.0
    # At a step with several points the last one counts, on both sides.
    twice = np.array([1, 1, 2], dtype=np.int64)
    at, a, b = shared(twice, np.array([5.0, 6.0, 7.0]), twice, np.array([1.0, 2.0, 3.0]))
    assert (at.tolist(), a.tolist(), b.tolist()) == ([1, 2], [6.0, 7.0], [2.0, 3.0])


def test_too_few_shared_points_tell_nothing() -> None:
    n = LEAST_POINTS - 1
    assert parting(STEP[:n], noise(1)[:n], STEP[:n], noise(2)[:n] + 9) is None
    assert parting(STEP[:100], noise(1)[:100], STEP[100:], noise(2)[100:]) is None
    assert parting(STEP[:0], noise(1)[:0], STEP, noise(2)) is None
    assert parting(STEP, np.full(N, np.nan), STEP, noise(2)) is None
    found = parting(STEP[: n + 1], 0.01 * noise(1)[: n + 1], STEP[: n + 1], 0.01 * noise(2)[: n + 1] + 9)
    assert found is not None
    assert found.step == 0


def test_of_a_very_long_pair_every_nth_point_is_looked_at_and_all_are_counted() -> None:
    n = 1_000_000
    step = np.arange(n, dtype=np.int64)
    found = parting(step, noise(1, n), step, noise(2, n) + 1.0 * (step >= 600_000))
    assert found is not None
    assert found.points == n
    assert found.step == pytest.approx(600_000, abs=20_000)


def test_a_difference_beyond_the_end_of_float64_is_infinite_and_no_fault() -> None:
    step = np.arange(480)
    found = parting(step, np.full(480, -1.7e308), step, np.full(480, 1.7e308))
    assert found is not None
    assert found.difference == np.inf
