"""The messages of model graphs, as tables.

Field numbers are those of TensorFlow's ``graph``, ``node_def``, ``attr_value``, ``function``, ``op_def``,
``step_stats``, ``cost_graph`` and ``meta_graph.proto``; what no graph viewer asks for (checkpoints, compiler hints) is
left out. Apart from ``schema.py``, because every training script imports the list of rooms.
"""

from __future__ import annotations

from typing import ClassVar

from sightline.format.event import TensorProto, TensorShapeProto
from sightline.format.wire import Field, Message

__all__ = [
    "AllocationDescription",
    "AllocationRecord",
    "AllocatorMemoryUsed",
    "ArgAttrs",
    "ArgDef",
    "AttrValue",
    "CostGraphDef",
    "CostNode",
    "DebugInfo",
    "DeviceStepStats",
    "FunctionDef",
    "FunctionDefLibrary",
    "FunctionGraphs",
    "GradientDef",
    "GraphDef",
    "InputInfo",
    "ListValue",
    "MemoryStats",
    "MetaGraphDef",
    "MetaInfoDef",
    "NameAttrList",
    "NodeDef",
    "NodeExecStats",
    "NodeOutput",
    "OpDef",
    "OutputInfo",
    "RunMetadata",
    "StepStats",
    "TensorDescription",
    "VersionDef",
]

_DATA_TYPE_NAMES = next(field.names for field in TensorProto.FIELDS if field.name == "dtype")


class ListValue(Message):
    """``AttrValue.ListValue``."""

    s: list[bytes]
    i: list[int]
    f: list[float]
    b: list[bool]
    type: list[int]
    shape: list[TensorShapeProto]
    tensor: list[TensorProto]
    func: list[NameAttrList]
    FIELDS: ClassVar = (
        Field(2, "s", "bytes", repeated=True),
        Field(3, "i", "int64", repeated=True),
        Field(4, "f", "float", repeated=True),
        Field(5, "b", "bool", repeated=True),
        Field(6, "type", "enum", repeated=True, names=_DATA_TYPE_NAMES),
        Field(7, "shape", "message", lambda: TensorShapeProto, repeated=True),
        Field(8, "tensor", "message", lambda: TensorProto, repeated=True),
        Field(9, "func", "message", lambda: NameAttrList, repeated=True),
    )


class NameAttrList(Message):
    """A function by name, with its attributes."""

    name: str
    attr: dict[str, AttrValue]
    FIELDS: ClassVar = (Field(1, "name", "string"), Field(2, "attr", "map", lambda: AttrValue))


class AttrValue(Message):
    """What an attribute of a node holds."""

    list: ListValue
    s: bytes
    i: int
    f: float
    b: bool
    type: int
    shape: TensorShapeProto
    tensor: TensorProto
    placeholder: str
    func: NameAttrList
    FIELDS: ClassVar = (
        Field(1, "list", "message", lambda: ListValue, oneof="value"),
        Field(2, "s", "bytes", oneof="value"),
        Field(3, "i", "int64", oneof="value"),
        Field(4, "f", "float", oneof="value"),
        Field(5, "b", "bool", oneof="value"),
        Field(6, "type", "enum", oneof="value", names=_DATA_TYPE_NAMES),
        Field(7, "shape", "message", lambda: TensorShapeProto, oneof="value"),
        Field(8, "tensor", "message", lambda: TensorProto, oneof="value"),
        Field(9, "placeholder", "string", oneof="value"),
        Field(10, "func", "message", lambda: NameAttrList, oneof="value"),
    )


class DebugInfo(Message):
    """``NodeDef.ExperimentalDebugInfo``."""

    original_node_names: list[str]
    original_func_names: list[str]
    FIELDS: ClassVar = (
        Field(1, "original_node_names", "string", repeated=True),
        Field(2, "original_func_names", "string", repeated=True),
    )


class NodeDef(Message):
    """One node. An input is a node's name, ``name:k`` for its output k, or ``^name`` for a control dependency."""

    name: str
    op: str
    input: list[str]
    device: str
    attr: dict[str, AttrValue]
    experimental_debug_info: DebugInfo
    FIELDS: ClassVar = (
        Field(1, "name", "string"),
        Field(2, "op", "string"),
        Field(3, "input", "string", repeated=True),
        Field(4, "device", "string"),
        Field(5, "attr", "map", lambda: AttrValue),
        Field(6, "experimental_debug_info", "message", lambda: DebugInfo),
    )


class ArgDef(Message):
    """An argument or result in a function's signature."""

    name: str
    description: str
    type: int
    type_attr: str
    number_attr: str
    type_list_attr: str
    is_ref: bool
    FIELDS: ClassVar = (
        Field(1, "name", "string"),
        Field(2, "description", "string"),
        Field(3, "type", "enum", names=_DATA_TYPE_NAMES),
        Field(4, "type_attr", "string"),
        Field(5, "number_attr", "string"),
        Field(6, "type_list_attr", "string"),
        Field(16, "is_ref", "bool"),
    )


class OpDef(Message):
    """A function's signature."""

    name: str
    input_arg: list[ArgDef]
    output_arg: list[ArgDef]
    summary: str
    description: str
    is_stateful: bool
    control_output: list[str]
    FIELDS: ClassVar = (
        Field(1, "name", "string"),
        Field(2, "input_arg", "message", lambda: ArgDef, repeated=True),
        Field(3, "output_arg", "message", lambda: ArgDef, repeated=True),
        Field(5, "summary", "string"),
        Field(6, "description", "string"),
        Field(17, "is_stateful", "bool"),
        Field(20, "control_output", "string", repeated=True),
    )


class ArgAttrs(Message):
    attr: dict[str, AttrValue]
    FIELDS: ClassVar = (Field(1, "attr", "map", lambda: AttrValue),)


class FunctionDef(Message):
    """A function that nodes may call: its ``node_def`` are a graph of their own."""

    signature: OpDef
    node_def: list[NodeDef]
    ret: dict[str, str]
    attr: dict[str, AttrValue]
    control_ret: dict[str, str]
    arg_attr: dict[int, ArgAttrs]
    resource_arg_unique_id: dict[int, int]
    FIELDS: ClassVar = (
        Field(1, "signature", "message", lambda: OpDef),
        Field(3, "node_def", "message", lambda: NodeDef, repeated=True),
        Field(4, "ret", "map", value_type="string"),
        Field(5, "attr", "map", lambda: AttrValue),
        Field(6, "control_ret", "map", value_type="string"),
        Field(7, "arg_attr", "map", lambda: ArgAttrs, key_type="uint32"),
        Field(8, "resource_arg_unique_id", "map", key_type="uint32", value_type="uint32"),
    )


class GradientDef(Message):
    function_name: str
    gradient_func: str
    FIELDS: ClassVar = (Field(1, "function_name", "string"), Field(2, "gradient_func", "string"))


class FunctionDefLibrary(Message):
    function: list[FunctionDef]
    gradient: list[GradientDef]
    FIELDS: ClassVar = (
        Field(1, "function", "message", lambda: FunctionDef, repeated=True),
        Field(2, "gradient", "message", lambda: GradientDef, repeated=True),
    )


class VersionDef(Message):
    producer: int
    min_consumer: int
    bad_consumers: list[int]
    FIELDS: ClassVar = (
        Field(1, "producer", "int32"),
        Field(2, "min_consumer", "int32"),
        Field(3, "bad_consumers", "int32", repeated=True),
    )


class GraphDef(Message):
    """A graph: ``Event.graph_def``."""

    node: list[NodeDef]
    library: FunctionDefLibrary
    version: int
    versions: VersionDef
    FIELDS: ClassVar = (
        Field(1, "node", "message", lambda: NodeDef, repeated=True),
        Field(2, "library", "message", lambda: FunctionDefLibrary),
        Field(3, "version", "int32"),
        Field(4, "versions", "message", lambda: VersionDef),
    )


class MetaInfoDef(Message):
    meta_graph_version: str
    tags: list[str]
    tensorflow_version: str
    FIELDS: ClassVar = (
        Field(1, "meta_graph_version", "string"),
        Field(4, "tags", "string", repeated=True),
        Field(5, "tensorflow_version", "string"),
    )


class MetaGraphDef(Message):
    """``Event.meta_graph_def``: a graph with what restoring it takes; only the graph is of use here."""

    meta_info_def: MetaInfoDef
    graph_def: GraphDef
    FIELDS: ClassVar = (
        Field(1, "meta_info_def", "message", lambda: MetaInfoDef),
        Field(2, "graph_def", "message", lambda: GraphDef),
    )


# What one run cost


class AllocationRecord(Message):
    alloc_micros: int
    alloc_bytes: int
    FIELDS: ClassVar = (Field(1, "alloc_micros", "int64"), Field(2, "alloc_bytes", "int64"))


class AllocatorMemoryUsed(Message):
    allocator_name: str
    total_bytes: int
    peak_bytes: int
    live_bytes: int
    allocator_bytes_in_use: int
    allocation_records: list[AllocationRecord]
    FIELDS: ClassVar = (
        Field(1, "allocator_name", "string"),
        Field(2, "total_bytes", "int64"),
        Field(3, "peak_bytes", "int64"),
        Field(4, "live_bytes", "int64"),
        Field(5, "allocator_bytes_in_use", "int64"),
        Field(6, "allocation_records", "message", lambda: AllocationRecord, repeated=True),
    )


class AllocationDescription(Message):
    requested_bytes: int
    allocated_bytes: int
    allocator_name: str
    allocation_id: int
    has_single_reference: bool
    ptr: int
    FIELDS: ClassVar = (
        Field(1, "requested_bytes", "int64"),
        Field(2, "allocated_bytes", "int64"),
        Field(3, "allocator_name", "string"),
        Field(4, "allocation_id", "int64"),
        Field(5, "has_single_reference", "bool"),
        Field(6, "ptr", "uint64"),
    )


class TensorDescription(Message):
    dtype: int
    shape: TensorShapeProto
    allocation_description: AllocationDescription
    FIELDS: ClassVar = (
        Field(1, "dtype", "enum", names=_DATA_TYPE_NAMES),
        Field(2, "shape", "message", lambda: TensorShapeProto),
        Field(4, "allocation_description", "message", lambda: AllocationDescription),
    )


class NodeOutput(Message):
    slot: int
    tensor_description: TensorDescription
    FIELDS: ClassVar = (
        Field(1, "slot", "int32"),
        Field(3, "tensor_description", "message", lambda: TensorDescription),
    )


class MemoryStats(Message):
    temp_memory_size: int
    device_temp_memory_size: int
    persistent_memory_size: int
    device_persistent_memory_size: int
    persistent_tensor_alloc_ids: list[int]
    device_persistent_tensor_alloc_ids: list[int]
    FIELDS: ClassVar = (
        Field(1, "temp_memory_size", "int64"),
        Field(2, "device_temp_memory_size", "int64"),
        Field(3, "persistent_memory_size", "int64"),
        Field(4, "device_persistent_memory_size", "int64"),
        Field(5, "persistent_tensor_alloc_ids", "int64", repeated=True),
        Field(6, "device_persistent_tensor_alloc_ids", "int64", repeated=True),
    )


class NodeExecStats(Message):
    """What one execution of a node took. Times since the Unix epoch, or relative to ``all_start``."""

    node_name: str
    all_start_micros: int
    op_start_rel_micros: int
    op_end_rel_micros: int
    all_end_rel_micros: int
    memory: list[AllocatorMemoryUsed]
    output: list[NodeOutput]
    timeline_label: str
    scheduled_micros: int
    thread_id: int
    referenced_tensor: list[AllocationDescription]
    memory_stats: MemoryStats
    all_start_nanos: int
    op_start_rel_nanos: int
    op_end_rel_nanos: int
    all_end_rel_nanos: int
    scheduled_nanos: int
    FIELDS: ClassVar = (
        Field(1, "node_name", "string"),
        Field(2, "all_start_micros", "int64"),
        Field(3, "op_start_rel_micros", "int64"),
        Field(4, "op_end_rel_micros", "int64"),
        Field(5, "all_end_rel_micros", "int64"),
        Field(6, "memory", "message", lambda: AllocatorMemoryUsed, repeated=True),
        Field(7, "output", "message", lambda: NodeOutput, repeated=True),
        Field(8, "timeline_label", "string"),
        Field(9, "scheduled_micros", "int64"),
        Field(10, "thread_id", "uint32"),
        Field(11, "referenced_tensor", "message", lambda: AllocationDescription, repeated=True),
        Field(12, "memory_stats", "message", lambda: MemoryStats),
        Field(13, "all_start_nanos", "int64"),
        Field(14, "op_start_rel_nanos", "int64"),
        Field(15, "op_end_rel_nanos", "int64"),
        Field(16, "all_end_rel_nanos", "int64"),
        Field(17, "scheduled_nanos", "int64"),
    )


class DeviceStepStats(Message):
    device: str
    node_stats: list[NodeExecStats]
    thread_names: dict[int, str]
    FIELDS: ClassVar = (
        Field(1, "device", "string"),
        Field(2, "node_stats", "message", lambda: NodeExecStats, repeated=True),
        Field(3, "thread_names", "map", key_type="uint32", value_type="string"),
    )


class StepStats(Message):
    dev_stats: list[DeviceStepStats]
    FIELDS: ClassVar = (Field(1, "dev_stats", "message", lambda: DeviceStepStats, repeated=True),)


class InputInfo(Message):
    """``CostGraphDef.Node.InputInfo``."""

    preceding_node: int
    preceding_port: int
    FIELDS: ClassVar = (Field(1, "preceding_node", "int32"), Field(2, "preceding_port", "int32"))


class OutputInfo(Message):
    """``CostGraphDef.Node.OutputInfo``."""

    size: int
    alias_input_port: int
    shape: TensorShapeProto
    dtype: int
    FIELDS: ClassVar = (
        Field(1, "size", "int64"),
        Field(2, "alias_input_port", "int64"),
        Field(3, "shape", "message", lambda: TensorShapeProto),
        Field(4, "dtype", "enum", names=_DATA_TYPE_NAMES),
    )


class CostNode(Message):
    """``CostGraphDef.Node``: what a node was estimated to cost, in bytes and microseconds."""

    name: str
    device: str
    id: int
    input_info: list[InputInfo]
    output_info: list[OutputInfo]
    temporary_memory_size: int
    is_final: bool
    control_input: list[int]
    compute_cost: int
    persistent_memory_size: int
    compute_time: int
    memory_time: int
    inaccurate: bool
    FIELDS: ClassVar = (
        Field(1, "name", "string"),
        Field(2, "device", "string"),
        Field(3, "id", "int32"),
        Field(4, "input_info", "message", lambda: InputInfo, repeated=True),
        Field(5, "output_info", "message", lambda: OutputInfo, repeated=True),
        Field(6, "temporary_memory_size", "int64"),
        Field(7, "is_final", "bool"),
        Field(8, "control_input", "int32", repeated=True),
        Field(9, "compute_cost", "int64"),
        Field(12, "persistent_memory_size", "int64"),
        Field(14, "compute_time", "int64"),
        Field(15, "memory_time", "int64"),
        Field(17, "inaccurate", "bool"),
    )


class CostGraphDef(Message):
    node: list[CostNode]
    FIELDS: ClassVar = (Field(1, "node", "message", lambda: CostNode, repeated=True),)


class FunctionGraphs(Message):
    """``RunMetadata.FunctionGraphs``: a ``tf.function`` before and after optimisation."""

    partition_graphs: list[GraphDef]
    pre_optimization_graph: GraphDef
    post_optimization_graph: GraphDef
    FIELDS: ClassVar = (
        Field(1, "partition_graphs", "message", lambda: GraphDef, repeated=True),
        Field(2, "pre_optimization_graph", "message", lambda: GraphDef),
        Field(3, "post_optimization_graph", "message", lambda: GraphDef),
    )


class RunMetadata(Message):
    """What TensorFlow tells of one run: graphs and what their nodes cost."""

    step_stats: StepStats
    cost_graph: CostGraphDef
    partition_graphs: list[GraphDef]
    function_graphs: list[FunctionGraphs]
    FIELDS: ClassVar = (
        Field(1, "step_stats", "message", lambda: StepStats),
        Field(2, "cost_graph", "message", lambda: CostGraphDef),
        Field(3, "partition_graphs", "message", lambda: GraphDef, repeated=True),
        Field(4, "function_graphs", "message", lambda: FunctionGraphs, repeated=True),
    )
