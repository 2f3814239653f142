"""``analysis.smooth`` against a transcription of TensorBoard's own code, statement by statement, and against SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from sightline.analysis.smooth import Smoother, gaussian, smooth, smooth_by, smooth_python, window_mean
from sightline.errors import ArgumentError
from sightline.format import kernel

IMPLEMENTATIONS = [pytest.param(smooth_python, id="python"), pytest.param(smooth, id=kernel.NAME)]

values = st.lists(
    st.floats(-1e9, 1e9) | st.sampled_from([math.nan, math.inf, -math.inf]) | st.integers(0, 1).map(float), max_size=80
)


def tensorboards(data: list[float], weight: float) -> list[float]:
    """``classicSmoothing`` of TensorBoard 2.21's line_chart_v2/data_transformer.ts, in Python."""
    last = 0.0 if data else math.nan
    accumulated = 0
    constant = all(v == data[0] for v in data)
    smoothed = []
    for next_value in data:
        if constant or not math.isfinite(next_value):
            smoothed.append(next_value)
        else:
            last = last * weight + (1 - weight) * next_value
            accumulated += 1
            debias = 1.0
            if weight != 1:
                debias = 1 - math.pow(weight, accumulated)
            smoothed.append(last / debias)
    return smoothed


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@given(data=values, weight=st.floats(0.001, 0.999) | st.sampled_from([0.6, 0.99, 1.0]))
def test_every_point_equals_tensorboards(implementation: Any, data: list[float], weight: float) -> None:
    got = implementation(np.array(data, np.float64), weight)
    np.testing.assert_allclose(got, tensorboards(data, weight), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_values_that_are_not_finite_pass_through_and_change_nothing(implementation: Any) -> None:
    holes = np.array([1.0, np.nan, 2.0, np.inf, -np.inf, 4.0])
    got = implementation(holes, 0.5)
    assert repr(got[[1, 3, 4]].tolist()) == "[nan, inf, -inf]"
    np.testing.assert_array_equal(got[[0, 2, 5]], implementation(np.array([1.0, 2.0, 4.0]), 0.5))


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_a_series_of_equal_values_is_unchanged_to_the_last_bit(implementation: Any) -> None:
    value = np.full(1000, 0.1)
    np.testing.assert_array_equal(implementation(value, 0.9), value)


def test_weight_0_gives_the_values_themselves() -> None:
    value = np.array([3.0, np.nan, 1.0])
    np.testing.assert_array_equal(smooth(value, 0.0), value)


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    with pytest.raises(ArgumentError, match="want a number from 0 to 1"):
        smooth(np.zeros(3), weight)


@pytest.fixture
def gappy() -> npt.NDArray[np.float64]:
    value = np.random.default_rng(5).normal(size=997)
    value[[0, 40, 41, 500, 996]] = [np.nan, np.inf, np.nan, -np.inf, np.nan]
    return value


@pytest.mark.parametrize("window", [2, 3, 8, 99, 996, 5001])
def test_the_window_mean_is_the_mean_of_the_finite_values_around(gappy: npt.NDArray[np.float64], window: int) -> None:
    half = window // 2
    finite = np.where(np.isfinite(gappy), gappy, np.nan)
    want = [np.nanmean(finite[max(0, i - half) : i + half + 1]) if np.isfinite(y) else y for i, y in enumerate(gappy)]
    np.testing.assert_allclose(window_mean(gappy, window), want, rtol=1e-12)


def test_the_window_mean_in_the_middle_is_that_of_scipy() -> None:
    value = np.random.default_rng(6).normal(size=500)
    np.testing.assert_allclose(window_mean(value, 11)[5:-5], uniform_filter1d(value, 11)[5:-5], rtol=1e-10)


def test_one_huge_value_spoils_no_window_that_it_is_not_in() -> None:
    value = np.ones(100)
    value[50] = 1e30
    np.testing.assert_array_equal(window_mean(value, 5)[53:], 1.0)
    np.testing.assert_allclose(gaussian(value, 2)[60:], 1.0, rtol=1e-12)


def test_values_near_the_end_of_float64_have_means_too(gappy: npt.NDArray[np.float64]) -> None:
    large = gappy * 4e307
    np.testing.assert_allclose(window_mean(large, 99) / 4e307, window_mean(gappy, 99), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(gaussian(large, 40) / 4e307, gaussian(gappy, 40), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("sigma", [0.5, 3, 40])
def test_the_gaussian_is_that_of_scipy_normalised_to_the_values_there(
    gappy: npt.NDArray[np.float64], sigma: float
) -> None:
    finite = np.isfinite(gappy)
    total = gaussian_filter1d(np.where(finite, gappy, 0.0), sigma, mode="constant")
    share = gaussian_filter1d(finite.astype(float), sigma, mode="constant")
    want = np.where(finite, total / share, gappy)
    np.testing.assert_allclose(gaussian(gappy, sigma), want, rtol=1e-10)


def test_the_other_smoothers_leave_constants_and_the_amount_zero_alone() -> None:
    constant = np.full(9, 0.1)
    smoothers: tuple[Smoother, ...] = ("mean", "gaussian")
    for smoother in smoothers:
        assert smooth_by(smoother, constant, 5).tolist() == constant.tolist()
        assert smooth_by(smoother, np.arange(5.0), 0).tolist() == [0, 1, 2, 3, 4]
        assert len(smooth_by(smoother, np.zeros(0), 5)) == 0
        with pytest.raises(ArgumentError, match="points"):
            smooth_by(smoother, constant, -1)
