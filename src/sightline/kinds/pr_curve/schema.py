"""PR curves: precision against recall, threshold by threshold, at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="pr_curve", title="PR curves", plugin_names=("pr_curves",), legacy_field=None, storage="tensor")

MAX_THRESHOLDS = 127
"""More are cut to this, as torch and tensorboardX do."""
MINIMUM_COUNT = 1e-7
"""What a sum of counts is divided by at least, so that 0 / 0 is 0."""
ROWS = ("tp", "fp", "tn", "fn", "precision", "recall")
"""Of the tensor [6, n]; its column j is the threshold j / (n - 1)."""
