"""Model graphs: nodes with their inputs and attributes, what one run of them cost, and Keras' models."""

from __future__ import annotations

from sightline.kinds.contract import Kind

__all__ = [
    "CAPTURED_BY",
    "CONTENT",
    "GRAPH_PLUGIN",
    "IO_NODE",
    "KERAS_PLUGIN",
    "KIND",
    "OUTPUT_SHAPES",
    "PROFILE_PLUGIN",
    "RUN_METADATA_GRAPH_PLUGIN",
    "RUN_METADATA_PLUGIN",
]

GRAPH_PLUGIN = "graphs"
RUN_METADATA_PLUGIN = "graph_run_metadata"
RUN_METADATA_GRAPH_PLUGIN = "graph_run_metadata_graph"
KERAS_PLUGIN = "graph_keras_model"
PROFILE_PLUGIN = "graph_tagged_run_metadata"

KIND = Kind(
    name="graph",
    title="Graphs",
    plugin_names=(GRAPH_PLUGIN, RUN_METADATA_PLUGIN, RUN_METADATA_GRAPH_PLUGIN, KERAS_PLUGIN, PROFILE_PLUGIN),
    legacy_field=None,
    storage="blob",
)

CONTENT = b"1"
"""The content of the plugin data of run metadata and Keras models: a version, as text. Of the others it is empty."""

IO_NODE = "IO Node"
"""The op of a traced model's inputs and outputs."""
OUTPUT_SHAPES = "_output_shapes"
"""The attribute with the shapes of a node's outputs, as ``list.shape``: the sizes that edges are labelled with."""
CAPTURED_BY = "captured_by"
"""Our attribute on the first node of a graph that was not captured by tracing: how, and why not by tracing."""
