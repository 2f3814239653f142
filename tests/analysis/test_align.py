"""``analysis/align.py``: against NumPy's and SciPy's interpolation, and against one place after the other."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import interp1d

from sightline.analysis.align import align, common_axis, distinct

Floats = npt.NDArray[np.float64]

places = st.lists(st.integers(-20, 20), max_size=12).map(sorted)
figures = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([math.nan, math.inf, -math.inf]))
curves = st.lists(
    places.flatmap(lambda x: st.tuples(st.just(x), st.lists(figures, min_size=len(x), max_size=len(x)))), min_size=1
)


def columns(curve: tuple[list[int], list[float]]) -> tuple[Floats, Floats]:
    x, value = distinct(np.array(curve[0], np.float64), np.array(curve[1], np.float64))
    return x, value


def at_place(curve: tuple[list[int], list[float]], place: int) -> float:
    """By looking at every point."""
    last = dict(zip(*curve, strict=True))
    if place in last:
        return last[place] if math.isfinite(last[place]) else math.nan
    before, after = [x for x in last if x < place], [x for x in last if x > place]
    if not before or not after:
        return math.nan
    (x0, y0), (x1, y1) = (max(before), last[max(before)]), (min(after), last[min(after)])
    if not (math.isfinite(y0) and math.isfinite(y1)):
        return math.nan
    return y0 + (y1 - y0) / (x1 - x0) * (place - x0)


@given(curves)
def test_the_axis_has_every_place_once(curves: list[tuple[list[int], list[float]]]) -> None:
    axis, number = common_axis([columns(curve)[0] for curve in curves])
    assert axis.tolist() == sorted({x for curve in curves for x in curve[0]})
    assert number == len(axis)


@given(curves, st.integers(1, 5))
def test_a_curve_has_its_points_and_straight_lines_between_them_and_nothing_else(
    curves: list[tuple[list[int], list[float]]], pieces: int
) -> None:
    pairs = [columns(curve) for curve in curves]
    axis = common_axis([x for x, _ in pairs])[0]
    matrix = np.concatenate(
        [
            align([x for x, _ in pairs], [value for _, value in pairs], piece)
            for piece in np.array_split(axis, pieces)
            if len(piece) or not len(axis)
        ],
        axis=1,
    )
    expected = [[at_place(curve, int(place)) for place in axis.tolist()] for curve in curves]
    np.testing.assert_allclose(matrix, np.array(expected).reshape(matrix.shape), rtol=1e-12, atol=1e-9)


def test_curves_of_different_steps_are_as_scipy_interpolates_them() -> None:
    rng = np.random.default_rng(3)
    xs = [np.arange(0.0, 1000, 10), np.arange(5.0, 900, 25), np.sort(rng.uniform(100, 800, 333))]
    values = [rng.normal(size=len(x)) for x in xs]
    axis = common_axis(xs)[0]
    matrix = align(xs, values, axis)
    for row, x, value in zip(matrix, xs, values, strict=True):
        np.testing.assert_allclose(row, interp1d(x, value, bounds_error=False)(axis), rtol=1e-12, atol=1e-12)


def test_nothing_is_extrapolated_and_a_nan_is_bridged_by_nothing() -> None:
    axis = np.arange(8.0)
    matrix = align([np.array([1.0, 3, 5, 7])], [np.array([10.0, 30, np.nan, 70])], axis)
    np.testing.assert_array_equal(matrix[0], [np.nan, 10, 20, 30, np.nan, np.nan, np.nan, 70])


def test_points_at_their_own_place_keep_every_digit() -> None:
    value = np.random.default_rng(1).normal(size=100) * 10.0 ** np.arange(100)
    axis = np.arange(0, 100, 0.5)
    np.testing.assert_array_equal(align([np.arange(100.0)], [value], axis)[0][::2], value)


def test_of_points_at_one_place_the_last_counts() -> None:
    x, value = distinct(np.array([1.0, 1, 2, 3, 3, 3]), np.array([1.0, 2, 3, 4, 5, 6]))
    assert (x.tolist(), value.tolist()) == ([1, 2, 3], [2, 3, 6])


def test_an_axis_that_is_thinned_out_keeps_its_ends_and_says_how_long_it_was() -> None:
    axis, number = common_axis([np.arange(1001.0)], most=100)
    assert (axis[0], axis[-1], number) == (0, 1000, 1001)
    assert len(axis) <= 101
    assert np.unique(np.diff(axis)[:-1]).tolist() == [11]
