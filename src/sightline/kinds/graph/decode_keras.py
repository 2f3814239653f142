"""Keras' description of a model (``model.to_json()``) to a graph whose nodes are layers.

A model has ``layers``; a *functional* one says for each layer what goes into it (``inbound_nodes``), a *sequential* one
by their order. A layer may be a model. Sources: Keras' ``serialization_lib``; TensorBoard's ``keras_util``, whose names
these are. Keras 2's form of ``inbound_nodes`` is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sightline.errors import MalformedMessage
from sightline.format.event import DataType
from sightline.kinds.graph.message import AttrValue, GraphDef, NodeDef

__all__ = ["decode_keras_model"]

_DTYPES = {
    "float16": DataType.HALF,
    "half": DataType.HALF,
    "bfloat16": DataType.BFLOAT16,
    "float32": DataType.FLOAT,
    "float64": DataType.DOUBLE,
    "double": DataType.DOUBLE,
    "int8": DataType.INT8,
    "int16": DataType.INT16,
    "int32": DataType.INT32,
    "int64": DataType.INT64,
    "uint8": DataType.UINT8,
    "uint16": DataType.UINT16,
    "uint32": DataType.UINT32,
    "uint64": DataType.UINT64,
    "bool": DataType.BOOL,
    "string": DataType.STRING,
    "complex64": DataType.COMPLEX64,
    "complex128": DataType.COMPLEX128,
}

Layer = Mapping[str, Any]


def decode_keras_model(content: bytes | str) -> GraphDef:
    """A node ``<model>/<layer>`` for each layer, with its class and dtype. ``MalformedMessage`` when it is no model."""
    try:
        nodes: list[NodeDef] = []
        _add_layer(nodes, json.loads(content), "", [])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise MalformedMessage(
            f"keras model: got {type(error).__name__} {error}, want what model.to_json() gives"
        ) from None
    return GraphDef(node=nodes)


def _add_layer(nodes: list[NodeDef], layer: Layer, scope: str, sources: list[str]) -> None:
    """The nodes of a layer, or of all layers inside it when it is a model, fed by ``sources``."""
    name = _scoped(scope, layer["config"]["name"])
    if not _is_model(layer):
        nodes.append(NodeDef(name=name, input=sources, attr=_attributes(layer)))
    elif _is_functional(layer):
        inputs = [entry[0] for entry in _entries(layer["config"]["input_layers"])]
        fed = dict(zip(inputs, sources, strict=False))
        layers = {each["config"]["name"]: each for each in layer["config"]["layers"]}
        for own_name, inner in layers.items():
            inner_sources = [
                output
                for source, place in _inbound(inner.get("inbound_nodes"))
                for output in _pick(
                    _outputs(layers[source], name) if source in layers else [_scoped(name, source)], place
                )
            ]
            if own_name in fed:
                inner_sources.append(fed[own_name])
            _add_layer(nodes, inner, name, inner_sources)
    else:
        for inner in layer["config"]["layers"]:
            _add_layer(nodes, inner, name, sources)
            sources = _outputs(inner, name)[-1:]


def _outputs(layer: Layer, scope: str) -> list[str]:
    """The names of the nodes that a layer's results come from."""
    name = _scoped(scope, layer["config"]["name"])
    if not _is_model(layer):
        return [name]
    inner = layer["config"]["layers"]
    if not _is_functional(layer):
        return _outputs(inner[-1], name)
    layers = {each["config"]["name"]: each for each in inner}
    return [
        output
        for source, _, place in (entry[:3] for entry in _entries(layer["config"]["output_layers"]))
        for output in _pick(_outputs(layers[source], name), place)
    ]


def _pick(outputs: list[str], place: int) -> list[str]:
    """Output ``place``; the last of a layer that is said to have fewer."""
    return outputs[place : place + 1] or outputs[-1:]


def _inbound(inbound: Any) -> Iterator[tuple[str, int]]:
    """Name and output of every layer whose results are arguments, call by call."""
    if isinstance(inbound, Mapping):
        history = inbound.get("config", {}).get("keras_history") if isinstance(inbound.get("config"), Mapping) else None
        if isinstance(history, list) and len(history) >= 3:  # Keras 3
            yield str(history[0]), int(history[2])
        else:
            for each in inbound.values():
                yield from _inbound(each)
    elif isinstance(inbound, list):
        if _is_entry(inbound):  # Keras 2: [name, call, output, {more arguments}]
            yield str(inbound[0]), int(inbound[2])
            inbound = inbound[3:]
        for each in inbound:
            yield from _inbound(each)


def _is_entry(entry: list[Any]) -> bool:
    """Keras 2 also has constants in this form, under a name that no layer may have."""
    numbers = len(entry) >= 3 and all(type(number) is int for number in entry[1:3])
    return numbers and isinstance(entry[0], str) and entry[0] != "_CONSTANT_VALUE"


def _entries(entries: Any) -> list[list[Any]]:
    """``[name, call, output]`` of a model with one input, a list or dictionary of them of one with several."""
    if isinstance(entries, Mapping):
        entries = list(entries.values())
    return [entries] if _is_entry(entries) else list(entries)


def _is_model(layer: Layer) -> bool:
    return bool(layer["config"].get("layers"))


def _is_functional(layer: Layer) -> bool:
    return bool(layer["config"].get("input_layers") and layer["config"].get("output_layers"))


def _attributes(layer: Layer) -> dict[str, AttrValue]:
    attributes = {}
    if layer.get("class_name") is not None:
        attributes["keras_class"] = AttrValue(s=str(layer["class_name"]).encode("utf-8", "backslashreplace"))
    dtype = layer["config"].get("dtype")
    if isinstance(dtype, Mapping):  # a policy
        dtype = dtype.get("config", {}).get("name")
    if dtype in _DTYPES:
        attributes["dtype"] = AttrValue(type=_DTYPES[dtype])
    return attributes


def _scoped(scope: str, name: Any) -> str:
    return f"{scope}/{name}" if scope else str(name)
