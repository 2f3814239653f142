"""A ``Value`` to one component of a mesh, and tags to meshes.

A mesh is up to three tags. Forms accepted: ``NAME_VERTEX``, ``NAME_FACE``, ``NAME_COLOR`` (PyTorch, TensorFlow) and
``NAME_1``, ``NAME_2``, ``NAME_3`` (tensorboardX, which notes no components and writes "null" as configuration). What
belongs together is said by the plugin's content, never by the tags.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.format.tensor import decode_array
from sightline.kinds.mesh.message import MeshPluginData
from sightline.kinds.mesh.schema import ALL_COMPONENTS, KIND, Component

__all__ = ["MeshComponent", "decode_mesh", "group_meshes"]


@dataclass(frozen=True, slots=True, eq=False)
class MeshComponent:
    """The vertices, the faces or the colours of one step."""

    name: str
    """Of the mesh: what was given to ``add_mesh`` as the tag."""
    component: Component
    data: npt.NDArray[Any]
    """(batch, n, 3): float32 for vertices; int64 for faces, -1 for what is no number; as stored for colours."""
    components: tuple[Component, ...]
    """What the mesh consists of, as its writer says."""
    config: dict[str, Any]
    """Camera, lights and material for three.js; empty when none was given."""


def decode_mesh(value: Value, metadata: SummaryMetadata | None = None) -> MeshComponent:
    """One component. ``metadata`` is that of the tag's first value, for writers that send it only once.

    ``MalformedMessage`` when the value holds none, or neither it nor ``metadata`` says which.
    """
    if not value.HasField("tensor"):
        raise MalformedMessage(f"mesh of tag {value.tag!r}: got {value.WhichOneof('value')}, want a tensor")
    own = value.metadata if value.HasField("metadata") else metadata
    content = _content(own)
    if content is None:
        raise MalformedMessage(f"mesh of tag {value.tag!r}: got no metadata that says which component this is")
    component = Component(content.content_type)
    try:
        data = decode_array(value.tensor)
    except MalformedMessage as error:
        raise MalformedMessage(f"mesh of tag {value.tag!r}: {error}") from None
    if data.ndim != 3 or data.shape[2] != 3 or data.dtype.kind not in "fiu":
        raise MalformedMessage(
            f"mesh of tag {value.tag!r}: got a tensor of shape {data.shape} and dtype {data.dtype}, want [batch, n, 3]"
        )
    if component == Component.VERTEX:
        with np.errstate(over="ignore"):
            data = data.astype(np.float32)
    elif component == Component.FACE:
        with np.errstate(invalid="ignore"):
            data = np.where(np.isfinite(data), data, -1).astype(np.int64)
    bits = content.components or ALL_COMPONENTS
    present = tuple(each for each in Component if bits & 1 << each)
    return MeshComponent(content.name or value.tag, component, data, present, _config(content.json_config))


def group_meshes(metadata: Mapping[str, SummaryMetadata]) -> dict[str, dict[Component, str]]:
    """Mesh -> component -> tag, from the metadata of a run's tags of this kind, in their order.

    A tag whose metadata can't be read stands alone, without components; of two tags for one component the first counts.
    """
    meshes: dict[str, dict[Component, str]] = {}
    for tag, each in metadata.items():
        content = _content(each)
        if content is None:
            meshes.setdefault(tag, {})
        else:
            meshes.setdefault(content.name or tag, {}).setdefault(Component(content.content_type), tag)
    return meshes


def _content(metadata: SummaryMetadata | None) -> MeshPluginData | None:
    """None when it is no message, or names no component that is known."""
    if metadata is None or metadata.plugin_data.plugin_name != KIND.plugin_names[0]:
        return None
    try:
        content = MeshPluginData.FromString(metadata.plugin_data.content)
    except MalformedMessage:
        return None
    return content if content.content_type in tuple(Component) else None


def _config(text: str) -> dict[str, Any]:
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return config if isinstance(config, dict) else {}
