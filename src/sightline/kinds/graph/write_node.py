"""One node of a model's graph, with the attributes that PyTorch's writer gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sightline.format.event import Dim, TensorShapeProto
from sightline.kinds.graph.message import AttrValue, ListValue, NodeDef
from sightline.kinds.graph.schema import IO_NODE, OUTPUT_SHAPES

__all__ = ["UNKNOWN", "io_node", "make_node", "shape_proto", "tensor_shape"]

UNKNOWN = -1
"""The size of an axis that is not known."""


def make_node(
    name: str,
    op: str,
    inputs: Iterable[str] = (),
    attributes: Mapping[str, Any] | None = None,
    shape: Sequence[Any] | None = None,
) -> NodeDef:
    """A node with one output.

    ``attributes`` become text in the attribute ``attr``, quotes replaced by spaces as PyTorch does; ``shape`` becomes
    ``_output_shapes``, with -1 for what is no number.
    """
    text = "" if attributes is None else str(dict(attributes)).replace("'", " ")
    attr = {"attr": AttrValue(s=text.encode("utf-8", "backslashreplace"))}
    if shape is not None:
        attr[OUTPUT_SHAPES] = AttrValue(list=ListValue(shape=[shape_proto(shape)]))
    return NodeDef(name=name, op=op, input=list(inputs), attr=attr)


def io_node(name: str, inputs: Iterable[str] = (), shape: Sequence[Any] | None = None) -> NodeDef:
    """An input or an output of the model."""
    return make_node(name, IO_NODE, inputs, None, shape)


def shape_proto(shape: Sequence[Any]) -> TensorShapeProto:
    return TensorShapeProto(dim=[Dim(size=size if isinstance(size, int) else UNKNOWN) for size in shape])


def tensor_shape(tensor: Any) -> tuple[int, ...] | None:
    """None for a parameter that gets its shape when the model first runs."""
    try:
        return tuple(tensor.shape)
    except RuntimeError:
        return None
