"""Graphs of every producer; TensorBoard's classes and its graph plugin's helpers are the oracle."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import (
    allocation_description_pb2,
    attr_value_pb2,
    config_pb2,
    cost_graph_pb2,
    event_pb2,
    function_pb2,
    graph_pb2,
    meta_graph_pb2,
    node_def_pb2,
    op_def_pb2,
    step_stats_pb2,
    tensor_description_pb2,
    versions_pb2,
)
from tensorboard.plugins.graph import graph_util, keras_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, Event, PluginData, SummaryMetadata, TensorProto, Value
from sightline.kinds.graph import message
from sightline.kinds.graph.decode import (
    captured_by,
    decode_graph,
    decode_graph_def,
    decode_meta_graph,
    decode_tagged_run_metadata,
    merge_graphs,
    run_graph,
)
from sightline.kinds.graph.decode_keras import decode_keras_model
from sightline.kinds.graph.message import FunctionGraphs, GraphDef, NodeDef, RunMetadata
from sightline.store import summary_iterator

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")

MESSAGES: dict[Any, Any] = {
    message.AllocationDescription: allocation_description_pb2.AllocationDescription,
    message.AllocationRecord: step_stats_pb2.AllocationRecord,
    message.AllocatorMemoryUsed: step_stats_pb2.AllocatorMemoryUsed,
    message.ArgAttrs: function_pb2.FunctionDef.ArgAttrs,
    message.ArgDef: op_def_pb2.OpDef.ArgDef,
    message.AttrValue: attr_value_pb2.AttrValue,
    message.CostGraphDef: cost_graph_pb2.CostGraphDef,
    message.CostNode: cost_graph_pb2.CostGraphDef.Node,
    message.DebugInfo: node_def_pb2.NodeDef.ExperimentalDebugInfo,
    message.DeviceStepStats: step_stats_pb2.DeviceStepStats,
    message.FunctionDef: function_pb2.FunctionDef,
    message.FunctionDefLibrary: function_pb2.FunctionDefLibrary,
    message.FunctionGraphs: config_pb2.RunMetadata.FunctionGraphs,
    message.GradientDef: function_pb2.GradientDef,
    message.GraphDef: graph_pb2.GraphDef,
    message.InputInfo: cost_graph_pb2.CostGraphDef.Node.InputInfo,
    message.ListValue: attr_value_pb2.AttrValue.ListValue,
    message.MemoryStats: step_stats_pb2.MemoryStats,
    message.MetaGraphDef: meta_graph_pb2.MetaGraphDef,
    message.MetaInfoDef: meta_graph_pb2.MetaGraphDef.MetaInfoDef,
    message.NameAttrList: attr_value_pb2.NameAttrList,
    message.NodeDef: node_def_pb2.NodeDef,
    message.NodeExecStats: step_stats_pb2.NodeExecStats,
    message.NodeOutput: step_stats_pb2.NodeOutput,
    message.OpDef: op_def_pb2.OpDef,
    message.OutputInfo: cost_graph_pb2.CostGraphDef.Node.OutputInfo,
    message.RunMetadata: config_pb2.RunMetadata,
    message.StepStats: step_stats_pb2.StepStats,
    message.TensorDescription: tensor_description_pb2.TensorDescription,
    message.VersionDef: versions_pb2.VersionDef,
}


def test_every_message_is_compared() -> None:
    assert {kind.__name__ for kind in MESSAGES} == set(message.__all__)


@pytest.mark.parametrize(("ours", "theirs"), MESSAGES.items(), ids=lambda kind: kind.__name__)
def test_the_tables_are_tensorflows(ours: Any, theirs: Any) -> None:
    """Number, type and repetition of every field that we have."""
    fields = {field.name: field for field in theirs.DESCRIPTOR.fields}
    kinds = {1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 8: "bool", 9: "string", 11: "message",
             12: "bytes", 13: "uint32", 14: "enum"}  # fmt: skip
    for field in ours.FIELDS:
        their_field = fields[field.name]
        assert field.number == their_field.number, field.name
        if field.kind == "map":
            entry = their_field.message_type.fields_by_name
            assert (field.key_type, field.value_type) == (kinds[entry["key"].type], kinds[entry["value"].type])
            inner = entry["value"].message_type
        else:
            assert (field.kind, field.repeated) == (kinds[their_field.type], their_field.is_repeated), field.name
            inner = their_field.message_type
        assert bool(field.oneof) == (their_field.containing_oneof is not None)
        if field.message is not None and field.message_class() in MESSAGES:
            assert MESSAGES[field.message_class()].DESCRIPTOR is inner


def as_theirs(graph: GraphDef) -> Any:
    return graph_pb2.GraphDef.FromString(graph.SerializeToString())


GRAPH = """
node { name: "a/x" op: "Placeholder" device: "/cpu:0" attr { key: "shape" value { shape { dim { size: -1 } } } }
       attr { key: "_output_shapes" value { list { shape { dim { size: 2 } } shape { unknown_rank: true } } } }
       attr { key: "l" value { list { i: 1 i: -2 f: 0.5 s: "q" b: true type: DT_INT8 func { name: "g" } } } } }
node { name: "a/y" op: "PartitionedCall" input: "a/x:1" input: "^a/x"
       attr { key: "f" value { func { name: "fn" attr { key: "k" value { placeholder: "p" } } } } }
       attr { key: "t" value { tensor { dtype: DT_FLOAT float_val: 1.5 } } }
       experimental_debug_info { original_node_names: "n" } }
library { function { signature { name: "fn" input_arg { name: "i" type: DT_FLOAT } output_arg { name: "o" } }
                     node_def { name: "z" op: "Mul" input: "i" } ret { key: "o" value: "z:z:0" }
                     control_ret { key: "c" value: "z" }
                     arg_attr { key: 3 value { attr { key: "s" value { b: true } } } }
                     resource_arg_unique_id { key: 1 value: 7 } attr { key: "u" value { s: "v" } } }
          gradient { function_name: "fn" gradient_func: "grad" } }
versions { producer: 22 min_consumer: 1 bad_consumers: 3 }
"""


def test_a_graph_is_the_same_after_reading_and_writing() -> None:
    theirs = text_format.Parse(GRAPH, graph_pb2.GraphDef())
    graph = decode_graph_def(theirs.SerializeToString())
    assert as_theirs(graph) == theirs
    assert text_format.Parse(str(graph), graph_pb2.GraphDef()) == theirs
    assert graph.library.function[0].ret == {"o": "z:z:0"}
    assert graph.library.function[0].resource_arg_unique_id == {1: 7}


RUN = """
step_stats { dev_stats { device: "/gpu:0" thread_names { key: 2 value: "t" }
  node_stats { node_name: "a/x" all_start_micros: 5 op_end_rel_micros: 7 all_end_rel_micros: 9 thread_id: 2
    memory { allocator_name: "gpu" total_bytes: 100 peak_bytes: 80
      allocation_records { alloc_micros: 1 alloc_bytes: -4 } }
    output { slot: 1 tensor_description { dtype: DT_FLOAT shape { dim { size: 2 } }
      allocation_description { requested_bytes: 8 ptr: 18446744073709551615 } } }
    memory_stats { persistent_memory_size: 5 persistent_tensor_alloc_ids: 6 } } } }
cost_graph { node { name: "a/x" id: 4 compute_cost: 12 input_info { preceding_node: 1 } control_input: 3
                    output_info { size: 8 dtype: DT_HALF } } }
partition_graphs { node { name: "p" } }
"""


def test_run_metadata_is_the_same_after_reading_and_writing() -> None:
    theirs = text_format.Parse(RUN, config_pb2.RunMetadata())
    event = event_pb2.TaggedRunMetadata(tag="step_10", run_metadata=theirs.SerializeToString())
    tag, run = decode_tagged_run_metadata(event.SerializeToString())
    assert tag == "step_10"
    assert config_pb2.RunMetadata.FromString(run.SerializeToString()) == theirs
    assert text_format.Parse(str(run), config_pb2.RunMetadata()) == theirs
    graph = run_graph(run)
    assert graph is not None
    assert [node.name for node in graph.node] == ["p"]


def test_a_meta_graph_gives_its_graph() -> None:
    theirs = meta_graph_pb2.MetaGraphDef(graph_def=text_format.Parse(GRAPH, graph_pb2.GraphDef()))
    theirs.meta_info_def.tags.append("serve")
    graph = decode_meta_graph(theirs.SerializeToString())
    assert graph is not None
    assert as_theirs(graph) == theirs.graph_def
    assert decode_meta_graph(meta_graph_pb2.MetaGraphDef().SerializeToString()) is None


def test_a_graph_that_was_not_logged_by_us_says_nothing_of_its_capture() -> None:
    assert captured_by(GraphDef(node=[NodeDef(name="x")])) == ""
    assert captured_by(GraphDef()) == ""


# Values


def value(plugin: str, content: bytes, *strings: bytes, dims: list[Any] | None = None) -> Value:
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name=plugin, content=content))
    return Value(tag="g", metadata=metadata, tensor=TensorProto(dtype=DataType.STRING, string_val=list(strings)))


def test_a_profile_has_a_graph_and_its_cost_and_a_trace_without_profile_the_graph_only() -> None:
    graph = text_format.Parse(GRAPH, graph_pb2.GraphDef())
    run = text_format.Parse(RUN, config_pb2.RunMetadata())
    run.function_graphs.add().pre_optimization_graph.CopyFrom(graph)
    content = run.SerializeToString()
    both, alone = (
        decode_graph(value(name, b"1", content)) for name in ("graph_run_metadata", "graph_run_metadata_graph")
    )
    assert both.graph is not None
    assert alone.graph is not None
    assert as_theirs(both.graph) == as_theirs(alone.graph) == graph
    assert both.run_metadata is not None
    assert both.run_metadata.step_stats.dev_stats[0].device == "/gpu:0"
    assert alone.run_metadata is None
    assert not both.conceptual


def test_metadata_that_came_with_an_earlier_value_is_taken() -> None:
    first = value("graph_run_metadata", b"1", b"")
    later = Value(tag="g", tensor=first.tensor)
    assert decode_graph(later, first.metadata).run_metadata == RunMetadata()


def test_the_forms_into_which_tensorboard_turns_events_are_read() -> None:
    graph = text_format.Parse(GRAPH, graph_pb2.GraphDef())
    found = decode_graph(value("graphs", b"", graph.SerializeToString()))
    assert found.graph is not None
    assert as_theirs(found.graph) == graph
    run = text_format.Parse(RUN, config_pb2.RunMetadata())
    profile = decode_graph(value("graph_tagged_run_metadata", b"", run.SerializeToString()))
    assert profile.graph is None
    assert profile.run_metadata is not None
    assert profile.run_metadata.cost_graph.node[0].compute_cost == 12


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (value("graph_keras_model", b"2", b"{}"), "got version b'2', want b'1'"),
        (value("graph_run_metadata", b"", b""), "got version b'', want b'1'"),
        (value("scalars", b"", b""), "got plugin 'scalars', want one of graphs, "),
        (value("graphs", b""), "and 0 strings, want one string"),
        (value("graphs", b"", b"", b""), "and 2 strings, want one string"),
        (Value(tag="g", simple_value=1.0, metadata=value("graphs", b"").metadata), "and 0 strings"),
        (Value(tag="g"), "got plugin ''"),
        (value("graphs", b"", b"\x0a\x7f"), "ends at byte"),
        (value("graph_keras_model", b"1", b"[1]"), "keras model: got TypeError"),
    ],
)
def test_what_holds_no_graph_is_malformed(bad: Value, words: str) -> None:
    with pytest.raises(MalformedMessage, match=words):
        decode_graph(bad)


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for decode in (decode_graph_def, decode_meta_graph, decode_tagged_run_metadata, decode_keras_model):
        with contextlib.suppress(MalformedMessage):
            decode(content)


# Several graphs as one


def test_merged_graphs_are_tensorboards() -> None:
    one = text_format.Parse(GRAPH.replace('input: "^a/x"', ""), graph_pb2.GraphDef())
    two = text_format.Parse('node { name: "b" input: "c" } versions { producer: 22 }', graph_pb2.GraphDef())
    for graphs in ([one], [one, two], [two, two, one]):
        versions = {graph.versions.SerializeToString() for graph in graphs}
        want = graph_util.merge_graph_defs(graphs)
        got = as_theirs(merge_graphs([decode_graph_def(graph.SerializeToString()) for graph in graphs]))
        if len(graphs) > 1 and len(versions) > 1:
            want.versions.CopyFrom(graphs[0].versions)
        assert got == want


def test_control_inputs_stay_control_inputs_in_a_merged_graph() -> None:
    graph = decode_graph_def(text_format.Parse(GRAPH, graph_pb2.GraphDef()).SerializeToString())
    merged = merge_graphs([graph, graph])
    assert merged.node[3].input == ["graph_2/a/x:1", "^graph_2/a/x"]
    assert merged.node[1].input == ["graph_1/a/x:1", "^graph_1/a/x"]
    assert graph.node[1].input == ["a/x:1", "^a/x"]


def test_run_metadata_without_graphs_has_none() -> None:
    assert run_graph(RunMetadata()) is None
    assert run_graph(RunMetadata(function_graphs=[FunctionGraphs()])) == GraphDef()


# Keras


def layer(name: str, inbound: Any = None, **config: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"class_name": "Dense", "config": {"name": name, **config}}
    if inbound is not None:
        described["inbound_nodes"] = inbound
    return described


def keras3(*names: str, place: int = 0) -> list[Any]:
    """What calling a layer with these layers' results is in Keras 3."""
    arguments = [
        {"class_name": "__keras_tensor__", "config": {"shape": [None], "keras_history": [name, 0, place]}}
        for name in names
    ]
    return [{"args": [arguments[0] if len(arguments) == 1 else arguments], "kwargs": {}}]


def functional(name: str, layers: list[Any], outputs: Any, inbound: Any = None, inputs: Any = None) -> dict[str, Any]:
    entry = inputs if inputs is not None else [layers[0]["config"]["name"], 0, 0]
    return layer(name, inbound, layers=layers, input_layers=entry, output_layers=outputs)


POLICY = {"class_name": "DTypePolicy", "config": {"name": "bfloat16"}}
MODELS: dict[str, dict[str, Any]] = {
    "sequential": layer("s", layers=[layer("in", dtype="float32"), layer("a", dtype=POLICY), layer("b")]),
    "sequential in sequential": layer(
        "s", layers=[layer("a"), layer("t", layers=[layer("x"), layer("y")]), layer("b")]
    ),
    "functional": functional(
        "f", [layer("in", []), layer("a", keras3("in")), layer("b", keras3("in", "a"))], ["b", 0, 0]
    ),
    "shared layer": functional(
        "f", [layer("in", []), layer("a", keras3("in") + keras3("in")), layer("b", keras3("a", "a"))], ["b", 0, 0]
    ),
    "functional in functional": functional(
        "f",
        [
            layer("in", []),
            functional("g", [layer("gi", []), layer("ga", keras3("gi"))], ["ga", 0, 0], keras3("in")),
            layer("b", keras3("g")),
        ],
        ["b", 0, 0],
    ),
    "sequential in functional": functional(
        "f",
        [
            layer("in", []),
            layer("s", keras3("in"), layers=[layer("x"), layer("y")]),
            layer("b", keras3("s")),
        ],
        ["b", 0, 0],
    ),
    "two outputs": functional(
        "f",
        [
            layer("in", []),
            functional(
                "g", [layer("gi", []), layer("p", keras3("gi")), layer("q", keras3("gi"))],
                [["p", 0, 0], ["q", 0, 0]], keras3("in"),
            ),
            layer("b", keras3("g", place=1)),
        ],
        ["b", 0, 0],
    ),
    "an odd dtype": layer("s", layers=[layer("a", dtype="mixed_float16"), layer("b", dtype={"config": {"name": "?"}})]),
}  # fmt: skip


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_the_graph_of_a_keras_model_is_tensorboards(model: dict[str, Any]) -> None:
    assert as_theirs(decode_keras_model(json.dumps(model))) == keras_util.keras_model_to_graph_def(model)


def edges(model: dict[str, Any]) -> dict[str, list[str]]:
    return {node.name: node.input for node in decode_keras_model(json.dumps(model)).node}


def test_a_model_inside_with_several_inputs_gets_them_all_which_tensorboard_misses() -> None:
    inner = functional(
        "g",
        [layer("p", []), layer("q", []), layer("sum", keras3("p", "q"))],
        [["sum", 0, 0]],
        keras3("a", "b"),
        inputs=[["p", 0, 0], ["q", 0, 0]],
    )
    model = functional(
        "f", [layer("a", []), layer("b", []), inner], [["g", 0, 0]], inputs={"a": ["a", 0, 0], "b": ["b", 0, 0]}
    )
    assert edges(model) == {
        "f/a": [], "f/b": [], "f/g/p": ["f/a"], "f/g/q": ["f/b"], "f/g/sum": ["f/g/p", "f/g/q"]
    }  # fmt: skip


def test_keras_2s_inputs_are_read_which_tensorboard_misses() -> None:
    model = functional(
        "f",
        [
            layer("in", []),
            layer("a", [[["in", 0, 0, {}]]]),
            layer("b", [[["in", 0, 0, {"scale": ["a", 0, 0]}], ["_CONSTANT_VALUE", -1, 2.0, None]], [["a", 0, 0, {}]]]),
        ],
        [["b", 0, 0]],
        inputs=[["in", 0, 0]],
    )
    assert edges(model) == {"f/in": [], "f/a": ["f/in"], "f/b": ["f/in", "f/a", "f/a"]}


def test_arguments_by_keyword_are_inputs() -> None:
    call = keras3("in")[0]
    call["kwargs"] = {"mask": call["args"].pop()}
    assert edges(functional("f", [layer("in", []), layer("a", [call])], ["a", 0, 0]))["f/a"] == ["f/in"]


@pytest.mark.parametrize(
    "content",
    ["", "nothing", "3", "[]", "{}", '{"config": 1}', '{"config": {"layers": [1], "name": "x"}}', "[" * 100_000,
     json.dumps(functional("f", [layer("in", [])], [["gone", 0, 0]], inputs=[["in", 0, 0]]) | {"inbound_nodes": 3}),
     json.dumps(layer("s", layers=[layer("x"), functional("f", [layer("i", [])], [["gone", 0, 0]])]))],
)  # fmt: skip
def test_what_is_no_keras_model_is_malformed_or_has_no_such_layer(content: str) -> None:
    with contextlib.suppress(MalformedMessage):
        assert all(node.name for node in decode_keras_model(content).node)


# The corpus


def corpus_events(slug: str) -> Iterator[Event]:
    for file in sorted((CORPUS / "files" / slug).rglob("*tfevents*")):
        yield from summary_iterator(str(file))


@needs_corpus
@pytest.mark.parametrize(
    "slug", ["gen-tb-graphs_demo", "tf1-mnist-dist", "tf0x-dist2016", "tbx-mnist", "tbx-addscalars", "tf2-projector"]
)
def test_the_graphs_of_the_corpus_are_what_protobuf_reads(slug: str) -> None:
    expected = json.loads((CORPUS / "expected" / f"{slug}.json").read_text())
    want = sorted(
        (graph["nodes"], graph["sha256"]) for run in expected["runs"] for graph in run["graphs"] if "nodes" in graph
    )
    found = []
    for event in corpus_events(slug):
        if event.WhichOneof("what") == "graph_def":
            graph = decode_graph_def(event.graph_def)
            assert as_theirs(graph) == graph_pb2.GraphDef.FromString(event.graph_def)
            found.append((len(graph.node), hashlib.sha256(event.graph_def).hexdigest()))
        elif event.WhichOneof("what") == "meta_graph_def":
            inner = decode_meta_graph(event.meta_graph_def)
            theirs = meta_graph_pb2.MetaGraphDef.FromString(event.meta_graph_def)
            assert inner is not None
            assert as_theirs(inner) == theirs.graph_def
    assert sorted(found) == want


@needs_corpus
def test_traces_and_profiles_of_the_corpus_are_read() -> None:
    found: dict[str, list[tuple[int, int | None, bool]]] = {}
    for event in corpus_events("gen-tb-graphs_demo"):
        for each in event.summary.value:
            logged = decode_graph(each)
            nodes = len(logged.graph.node) if logged.graph is not None else None
            found.setdefault(each.tag, []).append((event.step, nodes, logged.run_metadata is not None))
    assert found == {
        "prof_f": [(0, 10, True), (1, None, True), (2, None, True)],
        "prof_g": [(0, 16, False), (1, None, False), (2, None, False)],
    }


@needs_corpus
def test_keras_models_of_the_corpus_are_tensorboards() -> None:
    (found,) = [
        each
        for event in corpus_events("gen-keras3")
        for each in event.summary.value
        if each.metadata.plugin_data.plugin_name == "graph_keras_model"
    ]
    logged = decode_graph(found)
    assert logged.conceptual
    assert logged.graph is not None
    model = json.loads(found.tensor.string_val[0])
    assert as_theirs(logged.graph) == keras_util.keras_model_to_graph_def(model)
    assert [node.input for node in logged.graph.node][1:] == [[node.name] for node in logged.graph.node][:-1]
