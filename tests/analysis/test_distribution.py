"""The nine lines are TensorBoard's, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.distribution import compressor

from sightline.analysis.distribution import BASIS_POINTS, compress
from sightline.kinds.histogram.decode import decode_histogram
from sightline.kinds.histogram.write import encode_histogram

GOLDEN = [0, 68.4032, 162.5088, 315.904, 512, 708.096, 861.4912, 955.3244936170213, 1023]
"""What both loaders of TensorBoard 2.21 show for the numbers 0 to 1023 in at most five bins."""


def by_tensorboard(rows: npt.NDArray[np.float64], points: Sequence[float] = BASIS_POINTS) -> list[float]:
    return [float(value) for _, value in compressor.compress_histogram(rows, points)]


def test_the_golden_lines() -> None:
    found = decode_histogram(encode_histogram("w", np.arange(1024), "auto", 5))
    assert compress(found.left, found.right, found.count).tolist() == GOLDEN
    assert BASIS_POINTS == compressor.NORMAL_HISTOGRAM_BPS


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30).map(sorted),
    st.lists(st.integers(0, 1000) | st.just(0), min_size=29, max_size=29),
)
def test_any_histogram_has_tensorboards_lines(edges: list[float], counts: list[int]) -> None:
    rows = np.array([edges[:-1], edges[1:], counts[: len(edges) - 1]], np.float64).T
    left, right, count = rows.T
    for points in (BASIS_POINTS, (0, 25, 50, 75, 100)):
        np.testing.assert_array_equal(compress(left, right, count, points), by_tensorboard(rows, points))


def test_a_single_value_and_no_bucket_at_all() -> None:
    one = np.array([0.1])
    assert compress(one, one, np.array([7.0])).tolist() == [0.1] * 9
    assert compress(*np.zeros((3, 0))).tolist() == [0.0] * 9 == by_tensorboard(np.zeros((0, 3)))
    # TensorFlow 2 writes a single value, or none, as thirty equal edges.
    edges, counts = np.full(30, 0.1), np.zeros(30)
    assert compress(edges, edges, counts).tolist() == by_tensorboard(np.array([edges, edges, counts]).T)
    counts[-1] = 3
    assert compress(edges, edges, counts).tolist() == [0.1] * 9
