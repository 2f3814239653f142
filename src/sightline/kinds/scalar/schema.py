"""Scalars: one number at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="scalar", title="Scalars", plugin_names=("scalars",), legacy_field="simple_value", storage="scalar")
