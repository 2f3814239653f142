"""Histograms: how many values lie between which edges, at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="histogram", title="Histograms", plugin_names=("histograms",), legacy_field="histo", storage="tensor")

SMALLEST_EDGE, LARGEST_EDGE, GROWTH = 1e-12, 1e20, 1.1
"""TensorFlow's edges: 0, and on both sides of it 1e-12 times the powers of 1.1 below 1e20."""

MAX_BINS = 1_000_000
"""An estimator that wants more (an outlier makes "fd" want billions) is not followed."""
