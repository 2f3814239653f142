"""Tensors: arrays of any shape and element type, at each step."""

from __future__ import annotations

from sightline.kinds.contract import Kind

KIND = Kind(name="tensor", title="Tensors", plugin_names=("tensor",), legacy_field="tensor", storage="blob")

MAX_BYTES = 1 << 31
"""A protocol-buffer message is shorter than this."""
