"""``analysis.axis``: where points stand."""

from __future__ import annotations

import numpy as np

from sightline.analysis.axis import axis, first_finite

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
