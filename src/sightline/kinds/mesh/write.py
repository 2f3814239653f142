"""Vertices, colours and faces to a ``Value`` each, in the bytes of PyTorch's writer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.format.tensor import encode_array
from sightline.kinds.mesh.message import MeshPluginData
from sightline.kinds.mesh.schema import KIND, LARGEST_FLOAT_INDEX, Component

__all__ = ["encode_mesh"]

Array = npt.NDArray[Any]


def encode_mesh(
    tag: str,
    vertices: Array,
    colors: Array | None = None,
    faces: Array | None = None,
    config_dict: Mapping[str, Any] | None = None,
) -> list[Value]:
    """The values of one mesh, or of a point cloud when there are no faces: vertices, then faces, then colours.

    All are (batch, n, 3), or (n, 3) for a batch of one: x, y, z; red, green, blue from 0 to 255, one for each vertex;
    and the indexes of a triangle's corners. ``config_dict`` describes camera, lights and material to three.js.
    Everything is stored as float32; faces with indexes from 2^24 on as int32.

    Raises
    ------
    ArgumentError
        Other shapes, or batches or numbers of colours that differ from the vertices'.
    ArgumentTypeError
        Arrays without real numbers, or a configuration that JSON can't hold.
    """
    parts = {Component.VERTEX: _batch("vertices", vertices)}
    if faces is not None:
        parts[Component.FACE] = _batch("faces", faces)
    if colors is not None:
        parts[Component.COLOR] = _batch("colors", colors)
        if parts[Component.COLOR].shape != parts[Component.VERTEX].shape:
            raise ArgumentError(f"colors: got shape {colors.shape}, want {vertices.shape}, that of the vertices")
    if faces is not None and len(parts[Component.FACE]) != len(parts[Component.VERTEX]):
        got, want = len(parts[Component.FACE]), len(parts[Component.VERTEX])
        raise ArgumentError(f"faces: got a batch of {got}, want {want}, that of the vertices")
    try:
        config = "{}" if config_dict is None else json.dumps(config_dict, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ArgumentTypeError(f"config_dict: got what JSON can't hold ({error}), want a dict") from None
    components = sum(1 << component for component in parts)
    return [_value(tag, component, array, components, config) for component, array in parts.items()]


def _batch(name: str, array: Array) -> Array:
    if array.dtype.kind not in "biuf":
        raise ArgumentTypeError(f"{name}: got dtype {array.dtype}, want real numbers")
    batch = array[np.newaxis] if array.ndim == 2 else array
    if batch.ndim != 3 or batch.shape[2] != 3:
        raise ArgumentError(f"{name}: got shape {array.shape}, want (batch, n, 3) or (n, 3)")
    return batch


def _value(tag: str, component: Component, array: Array, components: int, config: str) -> Value:
    content = MeshPluginData(
        name=tag, content_type=component, json_config=config, shape=list(array.shape), components=components
    )
    plugin = PluginData(plugin_name=KIND.plugin_names[0], content=content.SerializeToString())
    many = component == Component.FACE and array.size and array.max() >= LARGEST_FLOAT_INDEX
    with np.errstate(over="ignore"):
        stored = array.astype(np.int32 if many else np.float32)
    return Value(
        tag=f"{tag}_{component.name}", metadata=SummaryMetadata(plugin_data=plugin), tensor=encode_array(stored)
    )
