"""Images: one or several encoded pictures (samples) at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="image", title="Images", plugin_names=("images",), legacy_field="image", storage="blob")
