"""Custom scalars: a layout that says which scalars share a chart. It has no data of its own."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(
    name="custom_scalars", title="Custom", plugin_names=("custom_scalars",), legacy_field=None, storage="tensor"
)

TAG = "custom_scalars__config__"
"""Of the one value that a run has."""
