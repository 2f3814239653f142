"""An ONNX model's file to nodes, read by our own tables: neither the ``onnx`` package nor the weights are needed.

Field numbers are those of ``onnx/onnx.proto``; weights are stepped over. Nodes are named as PyTorch's and
tensorboardX's writers name them: by their first output. What those get wrong is put right: ONNX's numbers of element
types are turned into TensorFlow's, an unknown size is -1, a node's further outputs are ``node:1`` where they are read,
an output of the model is ``output/<name>`` and reads the node that makes it, and weights are nodes.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import ClassVar

from sightline.errors import MalformedMessage
from sightline.format.event import DataType
from sightline.format.wire import Field, Message
from sightline.kinds.graph.message import AttrValue, GraphDef, NodeDef, VersionDef
from sightline.kinds.graph.write_node import UNKNOWN, shape_proto

__all__ = ["read_onnx_graph"]

PRODUCER = 22

_ELEMENT_TYPES = {
    1: DataType.FLOAT,
    2: DataType.UINT8,
    3: DataType.INT8,
    4: DataType.UINT16,
    5: DataType.INT16,
    6: DataType.INT32,
    7: DataType.INT64,
    8: DataType.STRING,
    9: DataType.BOOL,
    10: DataType.HALF,
    11: DataType.DOUBLE,
    12: DataType.UINT32,
    13: DataType.UINT64,
    14: DataType.COMPLEX64,
    15: DataType.COMPLEX128,
    16: DataType.BFLOAT16,
    17: DataType.FLOAT8_E4M3FN,
    18: DataType.FLOAT8_E4M3FNUZ,
    19: DataType.FLOAT8_E5M2,
    20: DataType.FLOAT8_E5M2FNUZ,
    21: DataType.UINT4,
    22: DataType.INT4,
    23: DataType.FLOAT4_E2M1FN,
}
"""``TensorProto.DataType`` of ONNX -> TensorFlow's."""


class OnnxDim(Message):
    dim_value: int
    dim_param: str
    FIELDS: ClassVar = (Field(1, "dim_value", "int64", oneof="value"), Field(2, "dim_param", "string", oneof="value"))


class OnnxShape(Message):
    dim: list[OnnxDim]
    FIELDS: ClassVar = (Field(1, "dim", "message", lambda: OnnxDim, repeated=True),)


class OnnxTensorType(Message):
    elem_type: int
    shape: OnnxShape
    FIELDS: ClassVar = (Field(1, "elem_type", "int32"), Field(2, "shape", "message", lambda: OnnxShape))


class OnnxType(Message):
    tensor_type: OnnxTensorType
    FIELDS: ClassVar = (Field(1, "tensor_type", "message", lambda: OnnxTensorType),)


class OnnxValueInfo(Message):
    name: str
    type: OnnxType
    FIELDS: ClassVar = (Field(1, "name", "string"), Field(2, "type", "message", lambda: OnnxType))


class OnnxTensor(Message):
    """Without its elements."""

    dims: list[int]
    data_type: int
    name: str
    FIELDS: ClassVar = (
        Field(1, "dims", "int64", repeated=True),
        Field(2, "data_type", "int32"),
        Field(8, "name", "string"),
    )


class OnnxAttribute(Message):
    """An attribute of a node; a member of a oneof of its own has presence, as every field of proto2."""

    name: str
    f: float
    i: int
    s: bytes
    t: OnnxTensor
    floats: list[float]
    ints: list[int]
    strings: list[bytes]
    type: int
    FIELDS: ClassVar = (
        Field(1, "name", "string", oneof="_name"),
        Field(2, "f", "float", oneof="_f"),
        Field(3, "i", "int64", oneof="_i"),
        Field(4, "s", "bytes", oneof="_s"),
        Field(5, "t", "message", lambda: OnnxTensor),
        Field(7, "floats", "float", repeated=True),
        Field(8, "ints", "int64", repeated=True),
        Field(9, "strings", "bytes", repeated=True),
        Field(20, "type", "int32", oneof="_type"),
    )


class OnnxNode(Message):
    input: list[str]
    output: list[str]
    name: str
    op_type: str
    attribute: list[OnnxAttribute]
    FIELDS: ClassVar = (
        Field(1, "input", "string", repeated=True),
        Field(2, "output", "string", repeated=True),
        Field(3, "name", "string"),
        Field(4, "op_type", "string"),
        Field(5, "attribute", "message", lambda: OnnxAttribute, repeated=True),
    )


class OnnxGraph(Message):
    node: list[OnnxNode]
    name: str
    initializer: list[OnnxTensor]
    input: list[OnnxValueInfo]
    output: list[OnnxValueInfo]
    FIELDS: ClassVar = (
        Field(1, "node", "message", lambda: OnnxNode, repeated=True),
        Field(2, "name", "string"),
        Field(5, "initializer", "message", lambda: OnnxTensor, repeated=True),
        Field(11, "input", "message", lambda: OnnxValueInfo, repeated=True),
        Field(12, "output", "message", lambda: OnnxValueInfo, repeated=True),
    )


class OnnxModel(Message):
    ir_version: int
    graph: OnnxGraph
    FIELDS: ClassVar = (Field(1, "ir_version", "int64"), Field(7, "graph", "message", lambda: OnnxGraph))


def read_onnx_graph(path: str) -> GraphDef:
    """Inputs, weights, operators, outputs. ``OSError``; ``MalformedMessage`` when the file is no ONNX model."""
    with open(path, "rb") as file:
        if file.seek(0, 2) == 0:
            raise MalformedMessage(f"got an empty file, want an ONNX model: {path}")
        # Not closed here: views of it live as long as an error that is on its way.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        model = OnnxModel.FromString(memoryview(content))
    except MalformedMessage as error:
        raise MalformedMessage(f"got no ONNX model ({error}): {path}") from None
    if not model.HasField("graph"):
        raise MalformedMessage(f"got a message without a graph, want an ONNX model: {path}")
    return GraphDef(node=list(_nodes(model.graph)), versions=VersionDef(producer=PRODUCER))


def _nodes(graph: OnnxGraph) -> Iterator[NodeDef]:
    weights = {tensor.name for tensor in graph.initializer}
    for value in graph.input:
        if value.name not in weights:  # old files list weights among the inputs
            yield _value_node(value.name, value)
    for tensor in graph.initializer:
        yield _variable(tensor.name, tensor.data_type, tensor.dims)
    sources: dict[str, str] = {}
    names = []
    for number, node in enumerate(graph.node):
        name = next((output for output in node.output if output), node.name or f"{node.op_type}_{number}")
        names.append(name)
        for place, output in enumerate(node.output):
            sources[output] = name if output == name else f"{name}:{place}"
    for node, name in zip(graph.node, names, strict=True):
        parameters = ", ".join(" = ".join(_attribute_texts(attribute)) for attribute in node.attribute)
        yield NodeDef(
            name=name,
            op=node.op_type,
            input=[sources.get(source, source) for source in node.input if source],
            attr={"parameters": AttrValue(s=parameters.encode("utf-8", "backslashreplace"))},
        )
    for value in graph.output:
        output_node = _value_node(f"output/{value.name}", value)
        output_node.input = [sources.get(value.name, value.name)]
        yield output_node


def _value_node(name: str, value: OnnxValueInfo) -> NodeDef:
    kind = value.type.tensor_type
    return _variable(
        name, kind.elem_type, [dim.dim_value if dim.HasField("dim_value") else UNKNOWN for dim in kind.shape.dim]
    )


def _variable(name: str, element_type: int, sizes: list[int]) -> NodeDef:
    dtype = _ELEMENT_TYPES.get(element_type, DataType.INVALID)
    attr = {"dtype": AttrValue(type=dtype), "shape": AttrValue(shape=shape_proto(sizes))}
    return NodeDef(name=name, op="Variable", attr=attr)


def _attribute_texts(attribute: OnnxAttribute) -> Iterator[str]:
    """The fields that are set, in the order of their numbers; a tensor by its type and shape."""
    for field in attribute.FIELDS:
        if field.repeated and getattr(attribute, field.name):
            yield str(list(getattr(attribute, field.name)))
        elif field.name == "t" and attribute.HasField("t"):
            dtype = _ELEMENT_TYPES.get(attribute.t.data_type, DataType.INVALID)
            yield f"tensor {dtype.name} {list(attribute.t.dims)}"
        elif not field.repeated and attribute.HasField(field.name):
            yield str(getattr(attribute, field.name))
