"""``analysis/bootstrap.py``: against SciPy, NumPy, exact distributions, and resamples counted one by one."""

from __future__ import annotations

import itertools
import statistics
import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from sightline.analysis import bootstrap
from sightline.analysis.bootstrap import COUNTED, RESAMPLES, counts, interval, middles, weights
from sightline.analysis.group import Centre

Floats = npt.NDArray[np.float64]

CENTRES: tuple[Centre, ...] = ("mean", "median")


def ends(matrix: Floats, centre: Centre) -> Floats:
    """Low and high of each column of (k, m), in which NaN is no value: (2, m)."""
    return np.stack(interval(np.sort(matrix, axis=0), (~np.isnan(matrix)).sum(axis=0), centre))


def assert_near_scipys(found: Floats, matrix: Floats, centre: Centre) -> None:
    """Ends (2, m) of the columns of (k, m) are the 2.5th and 97.5th percentile of SciPy's 20,000 resamples.

    Of 1000 resamples a share of 2.5 % has a standard deviation of 0.5 %.
    """
    theirs = stats.bootstrap(
        (matrix,),
        np.mean if centre == "mean" else np.median,
        axis=0,
        n_resamples=20_000,
        method="percentile",
        batch=1000,
        rng=np.random.default_rng(0),
    ).bootstrap_distribution
    for end, share in zip(found, (2.5, 97.5), strict=True):
        least, most = np.percentile(theirs, (share - 1.6, share + 1.6), axis=-1)
        np.testing.assert_array_less(least - 1e-6, end)
        np.testing.assert_array_less(end, most + 1e-6)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_of_few_values_every_resample_is_counted(centre: Centre, size: int) -> None:
    matrix = np.random.default_rng(size).normal(size=(size, 20))
    middle = statistics.fmean if centre == "mean" else statistics.median
    for column, found in zip(matrix.T.tolist(), ends(matrix, centre).T, strict=True):
        centres = [middle(drawn) for drawn in itertools.product(column, repeat=size)]
        want = np.percentile(centres, (2.5, 97.5), method="inverted_cdf")
        np.testing.assert_allclose(found, want, atol=1e-6)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("size", [2, 3])
def test_of_two_or_three_values_it_is_from_the_lowest_to_the_highest_as_scipys(centre: Centre, size: int) -> None:
    matrix = np.random.default_rng(size).normal(size=(size, 1))
    found = ends(matrix, centre)[:, 0]
    np.testing.assert_allclose(found, [matrix.min(), matrix.max()], atol=1e-6)
    theirs = stats.bootstrap(
        (matrix[:, 0],),
        np.mean if centre == "mean" else np.median,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    np.testing.assert_allclose(found, theirs, atol=1e-6)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("size", [5, 8, 20, COUNTED, COUNTED + 1, 300])
def test_of_more_values_it_is_near_scipys(centre: Centre, size: int) -> None:
    matrix = np.random.default_rng(size).normal(size=(size, 6))
    assert_near_scipys(ends(matrix, centre), matrix, centre)


def test_columns_with_different_numbers_of_values_have_each_its_own_interval() -> None:
    matrix = np.random.default_rng(4).normal(size=(300, 8))
    sizes = [1, 2, 4, 5, 60, 61, 257, 300]
    for column, size in enumerate(sizes):
        matrix[size:, column] = np.nan
    for centre in CENTRES:
        together = ends(matrix, centre)
        assert np.isnan(together[:, 0]).all()
        for column, size in enumerate(sizes[1:], 1):
            alone = ends(matrix[:size, column : column + 1], centre)
            np.testing.assert_allclose(together[:, column], alone[:, 0], rtol=0, atol=1e-6)
        assert_near_scipys(together[:, 7:], matrix[:, 7:], centre)


def test_one_run_of_a_hundred_that_diverged_is_in_no_resample_up_to_three_times() -> None:
    matrix = np.r_[np.random.default_rng(0).normal(size=99), 1e6][:, None]
    # The sum of Poisson counts is 100 with a standard deviation of 10, so that 3 of 100 are not quite 3 %.
    np.testing.assert_allclose(ends(matrix, "mean")[:, 0], [0, 3e4], atol=3000)


def test_the_interval_is_the_percentile_of_its_own_resamples() -> None:
    matrix = np.sort(np.random.default_rng(9).normal(size=(6, 50)) * 1e-3 + 1e3, axis=0)
    centres = np.einsum("ij,ib->bj", matrix, counts(6).astype(np.float64)) / 6
    np.testing.assert_allclose(ends(matrix, "mean"), np.percentile(centres, (2.5, 97.5), axis=0), atol=1e-9)


def test_a_resample_holds_as_many_values_as_there_are() -> None:
    assert counts(3).shape == (3, 27)
    assert counts(7).shape == (7, RESAMPLES)
    for size in (2, 3, 4, 5, 7, COUNTED):
        np.testing.assert_array_equal(counts(size).sum(axis=0), size)
        np.testing.assert_allclose(counts(size).mean(axis=1), 1, atol=0.15)


def test_poisson_counts_are_poisson_and_others_in_each_block() -> None:
    drawn = weights(0)
    share = np.bincount(drawn.astype(int).ravel(), minlength=4)[:4] / drawn.size
    np.testing.assert_allclose(share, stats.poisson(1).pmf(range(4)), atol=0.005)
    assert (weights(1) != drawn).any()


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 51, 400])
def test_the_middle_of_a_resample_has_its_exact_distribution(size: int) -> None:
    ranks = np.arange(size)
    for at, found in zip((((size - 1) // 2), size // 2), middles(size), strict=True):
        # At or below a rank is the middle of a resample when more than `at` of its values are.
        exact = stats.binom(size, (ranks + 1) / size).sf(at)
        known = np.searchsorted(np.sort(found), ranks, "right") / len(found)
        # Kolmogorov's distance of 1000 draws is below 0.06 in all but one of a thousand cases.
        assert np.abs(known - exact).max() < 0.06
    lower, upper = middles(size)
    assert (lower <= upper).all()


def test_both_middles_of_an_even_number_are_drawn_together() -> None:
    lower, upper = middles(60)
    drawn = np.sort(np.random.default_rng(1).integers(0, 60, (20_000, 60)), axis=1)
    gap = drawn[:, 30] - drawn[:, 29]
    for most in range(4):
        assert abs((upper - lower <= most).mean() - (gap <= most).mean()) < 0.06


def test_resamples_are_the_same_ones_every_time() -> None:
    for drawn in (counts, weights, middles):
        first = drawn(7)
        drawn.cache_clear()
        np.testing.assert_array_equal(first, drawn(7))


@pytest.mark.parametrize("centre", CENTRES)
def test_a_thousand_runs_that_ended_at_different_steps_take_little(centre: Centre) -> None:
    matrix = np.random.default_rng(2).normal(size=(1000, 500))
    matrix[np.arange(1000)[:, None] >= 1000 - 2 * np.arange(500)] = np.nan
    ordered, n = np.sort(matrix, axis=0), (~np.isnan(matrix)).sum(axis=0)
    for drawn in (counts, weights, middles):
        drawn.cache_clear()
    tracemalloc.start()
    interval(ordered, n, centre)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 12e6
    assert most < 60e6
    # One matrix for each number of runs would be 450 of them.
    assert counts.cache_info().misses <= COUNTED
    assert weights.cache_info().misses <= 4


def test_equal_values_are_their_own_interval() -> None:
    for size in (2, 5, 70):
        for centre in CENTRES:
            assert ends(np.full((size, 3), 0.1), centre).tolist() == [[0.1] * 3] * 2


def test_pieces_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.random.default_rng(3).normal(size=(9, 40))
    whole = ends(matrix, "mean")
    monkeypatch.setattr(bootstrap, "TOGETHER", 7)
    np.testing.assert_array_equal(ends(matrix, "mean"), whole)
