"""Meshes and point clouds: vertices, faces and colours, at each step."""

from __future__ import annotations

from enum import IntEnum

from sightline.kinds.contract import Kind

KIND = Kind(name="mesh", title="Meshes", plugin_names=("mesh",), legacy_field=None, storage="blob")


class Component(IntEnum):
    """What one value of a mesh holds: ``MeshPluginData.ContentType``."""

    VERTEX = 1
    FACE = 2
    COLOR = 3


ALL_COMPONENTS = sum(1 << component for component in Component)
"""The bits of all three; also what is meant by none at all, as tensorboardX writes it."""
LARGEST_FLOAT_INDEX = 1 << 24
"""From here on float32 does not hold every whole number."""
