"""Graphs as they are found in event files, to messages that can be drawn.

Forms accepted: ``Event.graph_def`` (PyTorch, tensorboardX, TensorFlow), ``Event.meta_graph_def`` (TensorFlow 1, for a
run without the former), ``Event.tagged_run_metadata`` (TensorFlow 1, PyTorch), and string tensors of rank 0 or one
element of the plugins ``graph_run_metadata``, ``graph_run_metadata_graph`` (TensorFlow 2's ``trace_export``) and
``graph_keras_model`` (Keras).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, TaggedRunMetadata, Value
from sightline.kinds.graph.decode_keras import decode_keras_model
from sightline.kinds.graph.message import (
    FunctionDef,
    FunctionDefLibrary,
    GradientDef,
    GraphDef,
    MetaGraphDef,
    NodeDef,
    RunMetadata,
)
from sightline.kinds.graph.schema import (
    CAPTURED_BY,
    CONTENT,
    GRAPH_PLUGIN,
    KERAS_PLUGIN,
    KIND,
    PROFILE_PLUGIN,
    RUN_METADATA_PLUGIN,
)

__all__ = [
    "LoggedGraph",
    "captured_by",
    "decode_graph",
    "decode_graph_def",
    "decode_meta_graph",
    "decode_tagged_run_metadata",
    "merge_graphs",
    "run_graph",
]


@dataclass(frozen=True, slots=True)
class LoggedGraph:
    """What one value holds."""

    graph: GraphDef | None
    run_metadata: RunMetadata | None = None
    """What a run of the graph cost, where it was measured."""
    conceptual: bool = False
    """Whether the nodes are layers, as Keras describes them, not operators."""


def decode_graph(value: Value, metadata: SummaryMetadata | None = None) -> LoggedGraph:
    """A value of one of the room's plugins. ``MalformedMessage`` when it is none, or of another version.

    ``metadata`` stands for the value's own where that was sent with an earlier value. A profile that was not recorded
    at its step is empty.
    """
    plugin = value.metadata.plugin_data
    if not plugin.plugin_name and metadata is not None:
        plugin = metadata.plugin_data
    if plugin.plugin_name not in KIND.plugin_names:
        raise MalformedMessage(
            f"graph of tag {value.tag!r}: got plugin {plugin.plugin_name!r}, want one of {', '.join(KIND.plugin_names)}"
        )
    versioned = plugin.plugin_name not in (GRAPH_PLUGIN, PROFILE_PLUGIN)
    if versioned and plugin.content != CONTENT:
        raise MalformedMessage(f"graph of tag {value.tag!r}: got version {plugin.content!r}, want {CONTENT!r}")
    content = _content(value)
    if plugin.plugin_name == GRAPH_PLUGIN:
        return LoggedGraph(decode_graph_def(content))
    if plugin.plugin_name == KERAS_PLUGIN:
        return LoggedGraph(decode_keras_model(content), conceptual=True)
    run = RunMetadata.FromString(content)
    if plugin.plugin_name == PROFILE_PLUGIN:
        return LoggedGraph(None, run)
    return LoggedGraph(run_graph(run), run if plugin.plugin_name == RUN_METADATA_PLUGIN else None)


def _content(value: Value) -> bytes:
    strings: list[bytes] = value.tensor.string_val if value.HasField("tensor") else []
    if value.tensor.dtype % 100 != DataType.STRING or len(strings) != 1:
        raise MalformedMessage(
            f"graph of tag {value.tag!r}: got dtype {value.tensor.dtype} and {len(strings)} strings, want one string"
        )
    return strings[0]


def decode_graph_def(data: bytes) -> GraphDef:
    """``Event.graph_def``. ``MalformedMessage``."""
    return GraphDef.FromString(data)


def decode_meta_graph(data: bytes) -> GraphDef | None:
    """The graph in ``Event.meta_graph_def``, None when there is none in it. ``MalformedMessage``."""
    message = MetaGraphDef.FromString(data)
    return message.graph_def if message.HasField("graph_def") else None


def decode_tagged_run_metadata(data: bytes) -> tuple[str, RunMetadata]:
    """``Event.tagged_run_metadata``: its tag and what a run of the graph cost. ``MalformedMessage``."""
    message = TaggedRunMetadata.FromString(data)
    return message.tag, RunMetadata.FromString(message.run_metadata)


def captured_by(graph: GraphDef) -> str:
    """How Sightline's writer saw a model that could not be traced as it is, and why; else empty."""
    for node in graph.node[:1]:
        if CAPTURED_BY in node.attr:
            return node.attr[CAPTURED_BY].s.decode("utf-8", "backslashreplace")
    return ""


def run_graph(run: RunMetadata) -> GraphDef | None:
    """The graphs in run metadata as one: those of its functions before optimisation, else of its partitions."""
    graphs = [each.pre_optimization_graph for each in run.function_graphs] or run.partition_graphs
    return merge_graphs(graphs) if graphs else None


def merge_graphs(graphs: Sequence[GraphDef]) -> GraphDef:
    """Several graphs side by side: nodes under ``graph_1/``, functions as ``graph_1_<name>``. One stays as it is."""
    if len(graphs) == 1:
        return graphs[0]
    merged = GraphDef(node=[], library=FunctionDefLibrary(function=[], gradient=[]))
    for number, graph in enumerate(graphs, 1):
        if not merged.HasField("versions") and graph.HasField("versions"):
            merged.versions = graph.versions
        merged.node += _prefixed_nodes(graph, f"graph_{number}")
        library = merged.library
        library.function += [_renamed_function(each, f"graph_{number}") for each in graph.library.function]
        library.gradient += [
            GradientDef(
                function_name=f"graph_{number}_{each.function_name}",
                gradient_func=f"graph_{number}_{each.gradient_func}",
            )
            for each in graph.library.gradient
        ]
    return merged


def _prefixed_nodes(graph: GraphDef, prefix: str) -> Iterator[NodeDef]:
    functions = {function.signature.name for function in graph.library.function}
    for node in graph.node:
        copy = NodeDef.FromString(node.SerializeToString())
        copy.name = f"{prefix}/{node.name}"
        copy.input = [f"^{prefix}/{name[1:]}" if name.startswith("^") else f"{prefix}/{name}" for name in node.input]
        for value in copy.attr.values():
            if value.HasField("func") and value.func.name in functions:
                value.func.name = f"{prefix}_{value.func.name}"
        yield copy


def _renamed_function(function: FunctionDef, prefix: str) -> FunctionDef:
    copy = FunctionDef.FromString(function.SerializeToString())
    copy.signature.name = f"{prefix}_{function.signature.name}"
    return copy
