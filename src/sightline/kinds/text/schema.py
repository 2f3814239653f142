"""Text: Markdown strings, single or in a table, at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="text", title="Text", plugin_names=("text",), legacy_field=None, storage="tensor")
