"""``analysis/scale.py``, against matplotlib's scales."""

from __future__ import annotations

import numpy as np
from matplotlib.scale import LogTransform

from sightline.analysis.scale import forward

VALUES = np.array([-1e3, -1.0, -1e-3, 0.0, 1e-3, 1.0, 10.0, 1e6])


def test_log_is_that_of_matplotlib_and_leaves_out_zero_and_below() -> None:
    positive = VALUES[VALUES > 0]
    theirs = np.asarray(LogTransform(10).transform_non_affine(positive), np.float64)
    np.testing.assert_allclose(forward("log", positive), theirs, rtol=1e-7, atol=1e-15)
    assert np.isnan(forward("log", VALUES[VALUES <= 0])).all()


def test_symlog_is_odd_linear_near_zero_and_a_decade_for_each_decade_far_from_it() -> None:
    t = forward("symlog", VALUES, 1e-2)
    assert (np.diff(t) > 0).all()
    np.testing.assert_array_equal(forward("symlog", -VALUES, 1e-2), -t)
    small = np.array([1e-8, 2e-8])
    np.testing.assert_allclose(forward("symlog", small, 1e-2) / small, np.log10(np.e) / 1e-2, rtol=1e-5)
    far = forward("symlog", np.array([1e5, 1e6]), 1e-2)
    np.testing.assert_allclose(far[1] - far[0], 1.0, rtol=1e-6)
    assert forward("linear", VALUES) is VALUES
