"""``analysis/stretch.py`` against NumPy's own functions that skip what is not finite."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.analysis.stretch import nearest, stretch

VALUES = st.lists(st.floats(width=32) | st.sampled_from([math.nan, math.inf, -math.inf]), max_size=60)


@given(VALUES)
def test_the_figures_are_those_of_the_finite_values(values: list[float]) -> None:
    value = np.array(values, np.float64)
    found = stretch(value)
    assert found.points == len(value)
    assert found.nan == sum(math.isnan(one) for one in values)
    assert found.posinf == values.count(math.inf)
    assert found.neginf == values.count(-math.inf)
    finite = value[np.isfinite(value)]
    if not len(finite):
        assert math.isnan(found.min)
        assert found.argmin == found.argmax == -1
        return
    assert (found.min, found.max) == (finite.min(), finite.max())
    assert found.argmin == values.index(found.min)
    assert found.argmax == values.index(found.max)
    assert found.mean == pytest.approx(
        math.fsum(finite) / len(finite), rel=1e-12, abs=float(np.abs(finite).max()) * 1e-14
    )


def test_values_near_the_largest_float_have_a_mean() -> None:
    assert stretch(np.array([1.7e308, 1.7e308])).mean == 1.7e308


STEPS = st.integers(-4, 4) | st.integers(-(2**63), 2**63 - 1)


@given(st.lists(STEPS, min_size=1, max_size=30).map(sorted), STEPS)
def test_the_nearest_point_is_the_nearest(steps: list[int], at: int) -> None:
    found = nearest(np.array(steps, np.int64), at)
    assert abs(steps[found] - at) == min(abs(step - at) for step in steps)
    # Of two as near the earlier step, and of points that share a step the last.
    assert steps[found] == min((step for step in steps), key=lambda step: (abs(step - at), step))
    assert found == len(steps) - 1 or steps[found + 1] != steps[found]


def test_no_point_is_nearest_in_nothing() -> None:
    assert nearest(np.array([], np.int64), 3) == -1
