"""``analysis.axis``: where points stand."""

from __future__ import annotations

import numpy as np

from sightline.analysis.axis import axis, first_finite, join_on_step

STEP = np.array([0, 10, 20], np.int64)
WALL_TIME = np.array([1000.0, 1000.5, 1002.0])


def test_the_step_axis_is_the_step() -> None:
    assert axis("step", STEP, WALL_TIME).tolist() == [0.0, 10.0, 20.0]


def test_the_relative_axis_counts_seconds_from_the_first_point() -> None:
    assert axis("relative", STEP, WALL_TIME).tolist() == [0.0, 0.5, 2.0]


def test_the_relative_axis_counts_from_an_origin_that_is_given() -> None:
    assert axis("relative", STEP, WALL_TIME, origin=990.0).tolist() == [10.0, 10.5, 12.0]


def test_the_wall_axis_is_the_wall_time() -> None:
    assert axis("wall", STEP, WALL_TIME).tolist() == WALL_TIME.tolist()


def test_the_origin_is_the_first_wall_time_that_is_finite() -> None:
    x = axis("relative", STEP, np.array([np.nan, 1000.0, 1001.0]))
    assert repr(x.tolist()) == "[nan, 0.0, 1.0]"


def test_no_finite_value_has_no_first() -> None:
    assert np.isnan(first_finite(np.array([np.nan, np.inf])))
    assert np.isnan(first_finite(np.array([])))


def test_a_join_on_the_step_interpolates_between_known_steps_only() -> None:
    other_step, other_value = np.array([10, 20, 20, 30]), np.array([1.0, 2.0, 3.0, 5.0])
    x = join_on_step(np.array([5, 10, 15, 20, 25, 30, 31]), other_step, other_value)
    np.testing.assert_array_equal(x, [np.nan, 1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
    assert np.isnan(join_on_step(np.array([1, 2]), np.array([1]), np.array([np.nan]))).all()


def test_a_join_takes_values_that_are_not_finite_as_not_logged() -> None:
    other_step, other_value = np.array([0, 10, 10, 20, 30]), np.array([0.0, 1.0, np.nan, np.inf, 3.0])
    x = join_on_step(np.array([0, 5, 10, 20, 30]), other_step, other_value)
    np.testing.assert_array_equal(x, [0.0, 0.5, 1.0, 2.0, 3.0])
