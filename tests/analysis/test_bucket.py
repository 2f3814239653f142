"""``analysis.bucket`` against brute force: the two implementations, any points, any range."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sightline.analysis.bucket import Buckets, bucket, bucket_numpy
from sightline.errors import ArgumentError
from sightline.format import kernel

IMPLEMENTATIONS = [pytest.param(bucket_numpy, id="numpy"), pytest.param(bucket, id=kernel.NAME)]

values = st.floats(width=32) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0])
points = st.lists(st.tuples(st.floats(-1e6, 1e6) | st.integers(-5, 5).map(float), values), max_size=60)
ranges = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted)


def brute_force(x: list[float], value: list[float], low: float, high: float, count: int) -> list[dict[str, Any]]:
    """Each column asks every point, in Python's own arithmetic."""
    columns: dict[int, list[int]] = {}
    for row, where in enumerate(x):
        if low <= where <= high:
            column = 0
            if high > low:
                # Of a range as narrow as the smallest float64 the scale is infinite, and all is in the last column.
                position = (where - low) * (count / (high - low))
                column = math.floor(position) if position < count else count - 1
            columns.setdefault(column, []).append(row)
    out = []
    for _, rows in sorted(columns.items()):
        finite = [value[row] for row in rows if math.isfinite(value[row])]
        out.append(
            {
                "rows": (rows[0], rows[-1] + 1),
                "first": finite[0] if finite else math.nan,
                "last": finite[-1] if finite else math.nan,
                "min": min(finite, default=math.nan),
                "max": max(finite, default=math.nan),
                "count": len(rows),
                "nan": sum(math.isnan(value[row]) for row in rows),
                "posinf": sum(value[row] == math.inf for row in rows),
                "neginf": sum(value[row] == -math.inf for row in rows),
            }
        )
    return out


def as_dicts(buckets: Buckets) -> list[dict[str, Any]]:
    return [
        {
            "rows": (int(buckets.start[i]), int(buckets.start[i + 1])),
            "first": float(buckets.first[i]),
            "last": float(buckets.last[i]),
            "min": float(buckets.min[i]),
            "max": float(buckets.max[i]),
            "count": int(buckets.count[i]),
            "nan": int(buckets.nan_count[i]),
            "posinf": int(buckets.posinf_count[i]),
            "neginf": int(buckets.neginf_count[i]),
        }
        for i in range(len(buckets.first))
    ]


def same(got: list[dict[str, Any]], want: list[dict[str, Any]]) -> bool:
    return repr(got) == repr(want) or all(
        {k: v for k, v in g.items() if v == v} == {k: v for k, v in w.items() if v == v}
        for g, w in zip(got, want, strict=True)
    )


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@example(points=[(0.0, 1.0), (5e-324, math.nan)], bounds=[0.0, 5e-324], count=3)
@given(points=points, bounds=ranges, count=st.integers(1, 40))
def test_every_column_equals_what_brute_force_finds(
    implementation: Any, points: list[tuple[float, float]], bounds: list[float], count: int
) -> None:
    points.sort(key=lambda point: point[0])
    x, value = [point[0] for point in points], [point[1] for point in points]
    low, high = bounds
    got = implementation(np.array(x, np.float64), np.array(value, np.float64), low, high, count)
    assert same(as_dicts(got), brute_force(x, value, low, high, count))


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_a_spike_of_one_point_in_a_million_is_kept(implementation: Any) -> None:
    value = np.zeros(1_000_000)
    value[123_456] = 7.0
    value[654_321] = -3.0
    got = implementation(np.arange(1e6), value, 0.0, 1e6, 500)
    assert (got.max.max(), got.min.min(), got.count.sum(), len(got.first)) == (7.0, -3.0, 1_000_000, 500)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize(("low", "high"), [(0.0, 5e-324), (-1.7e308, 1.7e308), (3.0, 3.0)])
def test_a_range_at_the_limits_of_float64_loses_no_point(implementation: Any, low: float, high: float) -> None:
    x = np.array([-1.7e308, 0.0, 5e-324, 3.0, 1.7e308])
    got = implementation(x, np.arange(5.0), low, high, 10)
    assert got.count.sum() == ((x >= low) & (x <= high)).sum()


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_an_empty_range_and_an_empty_series_give_no_bucket(implementation: Any) -> None:
    for x in (np.array([]), np.array([1.0, 9.0])):
        got = implementation(x, x, 2.0, 3.0, 5)
        assert len(got.first) == len(got.count) == 0


@pytest.mark.parametrize(
    ("x", "low", "high", "count"),
    [([1.0], 0, 1, 0), ([1.0], 1, 0, 5), ([1.0], math.nan, 1, 5), ([1.0], 0, math.inf, 5), ([1.0, 2.0], 0, 1, 5)],
)
def test_arguments_that_make_no_sense_are_refused(x: list[float], low: float, high: float, count: int) -> None:
    with pytest.raises(ArgumentError, match="want"):
        bucket(np.array(x), np.array([1.0]), low, high, count)
