"""``analysis/group.py``: against NumPy and SciPy."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sightline.analysis.align import common_axis
from sightline.analysis.group import Band, Centre, Spread, group
from sightline.errors import ArgumentError

Floats = npt.NDArray[np.float64]

CENTRES: tuple[Centre, ...] = ("mean", "median")


def of(matrix: Floats, centre: Centre = "mean", band: Band = "minmax") -> Spread:
    """Curves (k, m) over the same places."""
    axis = np.arange(float(matrix.shape[1]))
    return group([axis] * len(matrix), list(matrix), axis, centre, band)


@pytest.fixture
def noise() -> Floats:
    """Seven curves, of which some begin late, end early or have holes."""
    matrix = np.random.default_rng(5).normal(size=(7, 400)) * 3 + 100
    matrix[1, :50], matrix[2, 300:], matrix[3, ::7] = np.nan, np.nan, np.nan
    matrix[4, 100], matrix[4, 101] = np.inf, -np.inf
    return matrix


def finite(matrix: Floats) -> Floats:
    return np.where(np.isfinite(matrix), matrix, np.nan)


def test_mean_median_minimum_and_maximum_are_numpys(noise: Floats) -> None:
    mean, median = of(noise, "mean"), of(noise, "median")
    np.testing.assert_allclose(mean.centre, np.nanmean(finite(noise), axis=0), rtol=1e-14)
    np.testing.assert_array_equal(median.centre, np.nanmedian(finite(noise), axis=0))
    np.testing.assert_array_equal(mean.low, np.nanmin(finite(noise), axis=0))
    np.testing.assert_array_equal(mean.high, np.nanmax(finite(noise), axis=0))
    np.testing.assert_array_equal(mean.runs, np.isfinite(noise).sum(axis=0))


@pytest.mark.parametrize("centre", CENTRES)
def test_the_standard_deviation_is_numpys_about_the_centre(noise: Floats, centre: Centre) -> None:
    spread = of(noise, centre, "std")
    std = np.nanstd(finite(noise), axis=0, ddof=1)
    np.testing.assert_allclose(spread.high - spread.centre, std, rtol=1e-11)
    np.testing.assert_allclose(spread.centre - spread.low, std, rtol=1e-11)


def test_the_standard_error_is_scipys(noise: Floats) -> None:
    spread = of(noise, "mean", "sem")
    np.testing.assert_allclose(
        spread.high - spread.centre, stats.sem(finite(noise), axis=0, nan_policy="omit"), rtol=1e-11
    )


@pytest.mark.parametrize("band", ["minmax", "std", "sem", "ci95"])
@pytest.mark.parametrize("centre", CENTRES)
def test_the_order_of_the_curves_changes_nothing(noise: Floats, centre: Centre, band: Band) -> None:
    one, other = of(noise, centre, band), of(noise[::-1].copy(), centre, band)
    np.testing.assert_allclose(one.centre, other.centre, rtol=1e-14)
    np.testing.assert_allclose(one.low, other.low, rtol=1e-10)


@pytest.mark.parametrize("band", ["std", "sem", "ci95"])
def test_a_single_curve_has_no_band_but_its_own_values(band: Band) -> None:
    spread = of(np.array([[1.0, 2, 3]]), "mean", band)
    assert spread.centre.tolist() == [1, 2, 3]
    assert np.isnan(spread.low).all()
    assert np.isnan(spread.high).all()
    assert of(np.array([[1.0, 2, 3]])).low.tolist() == [1, 2, 3]


@pytest.mark.parametrize("band", ["minmax", "std", "sem", "ci95", "none"])
def test_equal_curves_are_their_own_centre_and_band(band: Band) -> None:
    spread = of(np.full((3, 4), 0.1), "mean", band)
    assert spread.centre.tolist() == [0.1] * 4
    if band != "none":
        assert (spread.low.tolist(), spread.high.tolist()) == ([0.1] * 4, [0.1] * 4)


@pytest.mark.parametrize("band", ["minmax", "std", "sem", "ci95", "none"])
def test_where_no_curve_has_a_value_there_is_none(band: Band) -> None:
    spread = of(np.array([[1.0, np.nan, 2], [1.0, np.inf, 3]]), "median", band)
    assert spread.runs.tolist() == [2, 0, 2]
    assert math.isnan(spread.centre[1])
    assert math.isnan(spread.low[1])


def test_no_curves_and_no_places_are_empty() -> None:
    assert len(group([], [], np.zeros(0), "mean", "minmax").centre) == 0
    assert of(np.zeros((2, 0)), "mean", "ci95").runs.tolist() == []


@pytest.mark.parametrize(
    "values", [(1.2e308, 1.0e308), (-1.0e308, 1.0e308, 0.2e308), (1e200, 3e200, -2e200), (1.5e308,) * 9]
)
def test_figures_near_the_end_of_float64_are_the_exact_ones(values: tuple[float, ...]) -> None:
    """Their sums and squares lie beyond it. Beside them a place with small ones, which stays as it is."""
    matrix = np.array([[value, 1.0 + index] for index, value in enumerate(values)])
    exact, deviation = float(statistics.mean(map(Fraction, values))), statistics.stdev(map(Fraction, values))
    median = float(statistics.median(map(Fraction, values)))
    for centre, middle in zip(CENTRES, (exact, median), strict=True):
        found = of(matrix, centre, "sem")
        assert found.centre[0] == pytest.approx(middle, rel=1e-14, abs=1e294)
        error = float(deviation) / math.sqrt(len(values))
        assert found.high[0] / 2 - found.low[0] / 2 == pytest.approx(error, rel=1e-12)
        small = of(matrix[:, 1:], centre, "sem")
        assert (found.centre[1], found.low[1], found.high[1]) == (small.centre[0], small.low[0], small.high[0])
        interval = of(matrix, centre, "ci95")
        assert min(values) <= interval.low[0] <= middle <= interval.high[0] <= max(values)


def test_columns_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ArgumentError, match="2 x columns and 1 value"):
        group([np.zeros(1), np.zeros(1)], [np.zeros(1)], np.zeros(1), "mean", "minmax")


curve = st.lists(st.tuples(st.integers(0, 15), st.floats(-1e6, 1e6)), min_size=1, max_size=10, unique_by=lambda p: p[0])


@given(st.lists(curve, min_size=1, max_size=6), st.sampled_from(CENTRES))
def test_curves_of_any_steps_are_counted_where_they_have_a_value(
    curves: list[list[tuple[int, float]]], centre: Centre
) -> None:
    pairs = [np.array(sorted(points), np.float64).T for points in curves]
    axis = common_axis([x for x, _ in pairs])[0]
    spread = group([x for x, _ in pairs], [value for _, value in pairs], axis, centre, "minmax")
    for place, middle, low, high, runs in zip(
        axis, spread.centre, spread.low, spread.high, spread.runs.tolist(), strict=True
    ):
        there = [float(np.interp(place, x, value)) for x, value in pairs if x[0] <= place <= x[-1]]
        assert runs == len(there)
        expected = (statistics.fmean if centre == "mean" else statistics.median)(there)
        np.testing.assert_allclose((middle, low, high), (expected, min(there), max(there)), rtol=1e-9, atol=1e-6)


def test_pieces_join_without_a_seam(monkeypatch: pytest.MonkeyPatch, noise: Floats) -> None:
    whole = of(noise, "mean", "ci95")
    monkeypatch.setattr("sightline.analysis.group.PIECE_VALUES", 50)
    pieces = of(noise, "mean", "ci95")
    for name in ("centre", "low", "high", "runs"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))
