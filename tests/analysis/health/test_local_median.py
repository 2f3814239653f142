from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import median_filter
from scipy.stats import median_abs_deviation

from sightline.analysis.health.local_median import (
    NORMAL,
    REACH,
    block_medians,
    local_reach,
    local_spread,
    median,
    running_median,
)

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80).map(np.array)


@given(values)
def test_the_median_is_numpys(value: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert median(value) == np.median(value)


@given(values, st.sampled_from([1, 3, 13]))
def test_a_running_median_is_scipys_away_from_the_ends(
    value: np.ndarray[tuple[int], np.dtype[np.float64]], width: int
) -> None:
    ours = running_median(value, width)
    half = width // 2
    assert len(ours) == max(0, len(value) - width + 1)
    assert np.array_equal(ours, median_filter(value, width)[half : half + len(ours)])


def test_a_running_median_of_more_windows_than_are_sorted_at_once_is_scipys() -> None:
    value = np.random.default_rng(0).normal(size=300_000)
    assert np.array_equal(running_median(value, 5), median_filter(value, 5)[2:-2])


def test_block_medians_are_numpys_of_each_block() -> None:
    value = np.random.default_rng(0).normal(size=103)
    assert np.array_equal(block_medians(value, 5), np.median(value[:100].reshape(20, 5), axis=1))
    assert len(block_medians(value, 200)) == 0


def test_the_spread_of_a_short_series_is_scipys_median_absolute_deviation() -> None:
    value = np.random.default_rng(0).normal(3.0, 2.0, size=101)
    spread = local_spread(np.abs(value - np.median(value)), 64)
    assert spread == pytest.approx(np.full(101, median_abs_deviation(value, scale=1.0 / NORMAL)))
    assert pytest.approx(median_abs_deviation(value, scale="normal"), rel=1e-4) == spread[0]


def test_the_spread_follows_noise_that_grows_and_takes_the_larger_side() -> None:
    random = np.random.default_rng(0)
    deviation = np.abs(np.concatenate([random.normal(0, 1, 640), random.normal(0, 10, 640)]))
    spread = local_spread(deviation, 64)
    assert spread[:500] == pytest.approx(np.full(500, spread[:500].mean()), rel=1.2)
    assert spread[600] > 5.0
    assert spread[1200] == pytest.approx(10.0, rel=0.4)


def test_the_reach_is_what_a_tenth_of_the_points_lies_above_and_no_spike_moves_it() -> None:
    residual = np.random.default_rng(0).normal(size=6400)
    assert local_reach(residual, 640) == pytest.approx(np.full(6400, 1.2816 / REACH), rel=0.2)
    assert local_reach(residual[:1000], 640) == pytest.approx(np.full(1000, 1.2816 / REACH), rel=0.2)
    spiked = residual.copy()
    spiked[3000:3100] = 50.0
    assert np.array_equal(local_reach(spiked, 640)[3000:3100], local_reach(spiked, 640)[3100:3200])
    assert local_reach(spiked, 640).max() < 1.2


def test_the_reach_of_lopsided_noise_is_more_than_its_median_deviation_tells() -> None:
    residual = np.where(np.random.default_rng(0).random(6400) < 0.2, 3.0, 0.0)
    assert local_spread(np.abs(residual), 64).max() == 0.0
    assert local_reach(residual, 64) == pytest.approx(np.full(6400, 3.0 / REACH))
