"""The graph of a model is PyTorch's where its writer makes one; there is one where it fails; TensorBoard shows it."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import subprocess
import sys
import warnings
from collections import UserDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from google.protobuf import text_format  # type: ignore[import-untyped]
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto import graph_pb2
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from torch import nn

from sightline.errors import ArgumentTypeError, MalformedMessage
from sightline.format.event import DataType, Event, TaggedRunMetadata
from sightline.kinds.graph.decode import captured_by
from sightline.kinds.graph.message import GraphDef, NodeDef
from sightline.kinds.graph.write import METADATA_TAG, CapturedGraph, encode_graph, encode_onnx_graph
from sightline.writer.file_writer import FileWriter

jit: Any = torch.jit
torch_graph: Any = importlib.import_module("torch.utils.tensorboard._pytorch_graph")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the HTML sanitizer that TensorBoard carries
    graphs_plugin: Any = importlib.import_module("tensorboard.plugins.graph.graphs_plugin")
GOLDEN = Path(__file__).parents[2] / "golden"


def script(what: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is deprecated, and in people's models
        return jit.script(what)


x = torch.linspace(-1, 1, 12).reshape(3, 4)


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.block = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Dropout(), nn.BatchNorm1d(4))


class Plain(Base):
    def forward(self, value: Any) -> Any:
        return self.block(self.first(value).relu())


class Rich(Base):
    """Nested and shared modules, own parameters, several inputs and outputs, one of them straight through."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Plain()
        self.again = self.inner
        self.attention = nn.MultiheadAttention(4, 2)
        self.rnn = nn.LSTM(4, 4, num_layers=2)
        self.scale = nn.Parameter(torch.ones(4))
        self.convolution = nn.Conv1d(1, 2, 3)
        self.parts: Any = nn.ModuleList([nn.ModuleDict({"a": nn.Embedding(5, 4)})])

    def forward(self, value: Any, index: Any, unused: Any) -> Any:
        attended = self.attention(value, value, value)[0] * self.scale
        sequence, _ = self.rnn(attended.unsqueeze(1))
        convolved = self.convolution(value.unsqueeze(1))
        return self.inner(value) + self.again(value), [sequence, convolved], self.parts[0]["a"](index), value


MODELS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "a tensor": lambda: (Plain(), x),
    "a tuple": lambda: (Plain(), (x,)),
    "a list": lambda: (Plain(), [x]),
    "many modules": lambda: (Rich(), (x, torch.tensor([1, 2]), x)),
    "a transformer layer": lambda: (nn.TransformerEncoderLayer(4, 2), torch.ones(5, 3, 4)),
    "one layer": lambda: (nn.Linear(4, 2, bias=False), x),
    "TorchScript": lambda: (script(nn.Sequential(nn.Linear(4, 4), nn.Tanh())), x),
}


def torchs(model: Any, inputs: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch_graph.graph(model, inputs, **options)


def as_theirs(graph: GraphDef) -> Any:
    return graph_pb2.GraphDef.FromString(graph.SerializeToString())


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS.keys())
def test_the_graph_is_torchs(make: Callable[[], tuple[Any, Any]]) -> None:
    model, inputs = make()
    graph, run_metadata = torchs(model, inputs)
    ours = encode_graph(model, inputs)
    assert as_theirs(ours.graph) == graph
    assert ours.run_metadata.SerializeToString() == run_metadata.SerializeToString()
    assert (ours.captured_by, ours.problem, ours.warning) == ("torch.jit.trace", "", "")


def test_the_graph_without_strict_tracing_is_torchs() -> None:
    class Dictionary(Base):
        def forward(self, value: Any) -> Any:
            return {"logits": self.block(self.first(value))}

    model = Dictionary()
    graph, _ = torchs(model, x, use_strict_trace=False)
    assert as_theirs(encode_graph(model, x, False, False).graph) == graph


def test_an_output_is_kept_whose_variable_is_called_output() -> None:
    """PyTorch's writer loses it: it takes the tracer's name ``output.1`` for its own."""

    class Unlucky(Base):
        def forward(self, value: Any) -> Any:
            output = self.first(value)
            output = output * 2
            return output + 1

    model = Unlucky()
    graph, _ = torchs(model, x)
    names = [node.name for node in graph.node]
    ours = {node.name: node for node in encode_graph(model, x).graph.node}
    assert "output/output.1" not in names
    assert set(names) | {"output/output.1"} == set(ours)
    assert ours["output/output.1"].op == "IO Node"


# Where PyTorch's writer fails


@dataclasses.dataclass
class Output:
    logits: Any
    loss: float = 0.5


class Anything(Base):
    """Arguments and results that no tracer takes."""

    def forward(self, value: Any, count: int, mode: str = "add", extra: Any = None, *rest: Any, **more: Any) -> Any:
        for _ in range(count):
            value = self.first(value)
        if extra is not None:
            value = value + extra["bias"]
        for each in (*rest, *more.values()):
            value = value + each
        return Output(self.block(value))


def operators(captured: CapturedGraph) -> list[str]:
    return [node.op for node in captured.graph.node if node.op.startswith("aten::")]


def check(captured: CapturedGraph, inputs: list[str], outputs: int) -> dict[str, NodeDef]:
    """A graph in which every node has a name of its own, and every named input is a node or a module beside one."""
    nodes = {node.name: node for node in captured.graph.node}
    assert len(nodes) == len(captured.graph.node)
    # The tracer numbers names that the model gives twice.
    given = [re.sub(r"\.1$", "", name) for name in nodes if name.startswith("input/")]
    assert given == [f"input/{name}" for name in inputs]
    assert [name for name in nodes if name.startswith("output/")] == [f"output/output.{n + 1}" for n in range(outputs)]
    dangling = {source for node in nodes.values() for source in node.input if source not in nodes}
    assert all(node.op == "prim::GetAttr" for node in nodes.values() if dangling & set(node.input))
    return nodes


BATCH = {"value": x, "count": 2, "extra": {"bias": torch.ones(4), "name": "z"}}
CALLS: dict[str, tuple[Any, list[str]]] = {
    "a number": ((x, 2), ["value"]),
    "a dictionary of arguments": (BATCH, ["value", "extra_bias"]),
    "a mapping of arguments": (UserDict(BATCH), ["value", "extra_bias"]),
    "further arguments": ((x, 1, "add", None, x), ["value", "rest_0"]),
    "further arguments by name": ({"value": x, "count": 1, "shift": x}, ["value", "shift"]),
}


@pytest.mark.parametrize(("inputs", "names"), CALLS.values(), ids=CALLS.keys())
def test_arguments_and_results_of_any_kind_are_traced(inputs: Any, names: list[str]) -> None:
    model = Anything()
    with pytest.raises(RuntimeError):
        torchs(model, inputs)
    captured = encode_graph(model, inputs)
    check(captured, names, 1)
    assert captured.captured_by == "torch.jit.trace, inputs and outputs flattened"
    assert "torch.jit.trace: " in captured.problem
    assert captured.warning == ""
    first = captured.graph.node[0]
    assert [dim.size for dim in first.attr["_output_shapes"].list.shape[0].dim] == [3, 4]
    count = inputs["count"] if isinstance(inputs, (dict, UserDict)) else inputs[1]
    assert operators(captured).count("aten::linear") == count + 1
    assert captured_by(captured.graph).startswith(captured.captured_by)


def test_keywords_may_follow_positional_arguments() -> None:
    class Named(Base):
        def forward(self, value: Any, *, scale: Any) -> Any:
            return self.first(value) * scale

    check(encode_graph(Named(), (x, {"scale": torch.ones(4)})), ["value", "scale"], 1)


def test_a_dictionary_that_is_one_argument_is_passed_as_one() -> None:
    class Batch(Base):
        def forward(self, batch: Any) -> Any:
            return {"y": self.first(batch["x"]), "more": (batch["x"], None)}

    check(encode_graph(Batch(), {"x": x, "label": "cat"}), ["batch_x"], 1)


def test_a_model_whose_tracer_checks_fail_in_torch_has_a_graph() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), 2)
    with pytest.raises(Exception, match="Tracing failed sanity checks"):
        torchs(model, torch.ones(2, 3, 4))
    captured = encode_graph(model, torch.ones(2, 3, 4))
    assert captured.captured_by == "torch.jit.trace"
    check(captured, ["src"], 1)


class NotTraced(Base):
    def forward(self, value: Any, scale: Any) -> Any:
        if jit.is_tracing():
            raise RuntimeError("not while tracing\nmore")
        halves = self.first(value).chunk(2, dim=-1)
        joined = torch.cat([halves[1], halves[0]], dim=-1)
        return {"y": self.block(joined) * scale["by"], "x": value}


def test_what_can_not_be_traced_is_exported() -> None:
    model = NotTraced()
    captured = encode_graph(model, (x, {"by": torch.ones(4), "unused": torch.ones(4)}))
    assert captured.captured_by == "torch.export"
    assert "RuntimeError: not while tracing" in captured.problem
    assert "more" not in captured.problem
    nodes = check(captured, ["value", "scale_by"], 2)
    linear = nodes["NotTraced/Sequential[block]/Linear[0]/linear_1"]
    assert linear.op == "aten::linear"
    assert linear.input == [
        "NotTraced/cat",
        "NotTraced/Sequential[block]/Linear[0]/weight",
        "NotTraced/Sequential[block]/Linear[0]/bias",
    ]
    assert nodes["NotTraced/Sequential[block]/Linear[0]/weight"].op == "prim::GetAttr"
    assert [dim.size for dim in linear.attr["_output_shapes"].list.shape[0].dim] == [3, 4]
    assert nodes["output/output.2"].input == ["input/value"]
    assert b" dim : -1" in nodes["NotTraced/cat"].attr["attr"].s
    assert operators(captured) == [
        f"aten::{name}" for name in ("linear", "chunk", "cat", "linear", "relu", "dropout", "batch_norm", "mul")
    ]


class NotExported(NotTraced):
    def forward(self, value: Any, scale: Any) -> Any:
        if torch.compiler.is_exporting():
            raise RuntimeError("nor while exporting")
        if float(value.sum()) < 100:
            value = value.T.T
            value = value.clone().add_(1)
        return super().forward(value, scale)


def test_what_can_not_be_exported_is_run_and_recorded() -> None:
    captured = encode_graph(NotExported(), (x, {"by": torch.ones(4)}))
    assert captured.captured_by == "a recorded run"
    assert captured.warning == (
        "the graph was captured by a recorded run, so what happens inside a function of torch is one node "
        f"({captured.problem})"
    )
    nodes = check(captured, ["value", "scale_by"], 2)
    assert [(node.name, node.op, node.input) for node in captured.graph.node if "block" in node.name] == [
        (f"NotExported/Sequential[block]/{name}", op, [f"NotExported/{source}" for source in inputs])
        for name, op, inputs in [
            ("Linear[0]/weight", "prim::GetAttr", []),
            ("Linear[0]/bias", "prim::GetAttr", []),
            ("Linear[0]/linear", "torch.nn.functional.linear",
             ["cat", "Sequential[block]/Linear[0]/weight", "Sequential[block]/Linear[0]/bias"]),
            ("ReLU[1]/relu", "torch.nn.functional.relu", ["Sequential[block]/Linear[0]/linear"]),
            ("Dropout[2]/dropout", "torch.nn.functional.dropout", ["Sequential[block]/ReLU[1]/relu"]),
            ("BatchNorm1d[3]/running_mean", "prim::GetAttr", []),
            ("BatchNorm1d[3]/running_var", "prim::GetAttr", []),
            ("BatchNorm1d[3]/weight", "prim::GetAttr", []),
            ("BatchNorm1d[3]/bias", "prim::GetAttr", []),
            ("BatchNorm1d[3]/batch_norm", "torch.nn.functional.batch_norm",
             ["Sequential[block]/Dropout[2]/dropout",
              *(f"Sequential[block]/BatchNorm1d[3]/{name}"
                for name in ("running_mean", "running_var", "weight", "bias"))]),
        ]
    ]  # fmt: skip
    assert nodes["NotExported/add"].input == ["NotExported/clone"]
    assert nodes["NotExported/clone"].input == ["input/value"]  # x.T is no step of its own
    assert nodes["output/output.2"].input == ["NotExported/add"]


def test_compiled_modules_in_a_recorded_run_are_one_node() -> None:
    class Mixed(NotExported):
        def __init__(self) -> None:
            super().__init__()
            self.first = script(nn.Linear(4, 4))

    captured = encode_graph(Mixed(), (x, {"by": torch.ones(4)}))
    nodes = check(captured, ["value", "scale_by"], 2)
    assert nodes["Mixed/Linear[first]/output"].op == "Linear"
    assert nodes["Mixed/chunk"].input == ["Mixed/Linear[first]/output"]


class Broken(Base):
    def forward(self, value: Any) -> Any:
        raise ValueError("no way")


@pytest.mark.parametrize(
    ("model", "inputs", "why"),
    [
        (Broken(), x, "ValueError: no way"),
        (Plain(), torch.ones(7), "mat1|size mismatch|shapes"),
        (Plain(), None, "no input_to_model was given"),
        (Base(), x, "forward"),
        (nn.Sequential(nn.LazyLinear(3)), None, "no input_to_model"),
    ],
)
def test_without_a_run_there_still_are_the_modules(model: Any, inputs: Any, why: str) -> None:
    captured = encode_graph(model, inputs)
    assert captured.captured_by == "the tree of modules"
    assert captured.warning.startswith("the graph was captured by the tree of modules, so the data flow is missing (")
    assert re.search(why, captured.warning)
    leaves = [module for module in model.modules() if not list(module.children())]
    assert [node.op for node in captured.graph.node] == [type(module).__name__ for module in leaves]


def test_the_tree_tells_settings_and_shapes() -> None:
    nodes = {node.name: node for node in encode_graph(Base()).graph.node}
    assert list(nodes) == [
        "Base/Linear[first]",
        *(f"Base/Sequential[block]/{name}" for name in ("Linear[0]", "ReLU[1]", "Dropout[2]", "BatchNorm1d[3]")),
    ]
    text = nodes["Base/Linear[first]"].attr["attr"].s.decode()
    assert "in_features=4, out_features=4" in text
    assert " weight : (4, 4)" in text


def test_a_model_without_arguments_is_run() -> None:
    class Noise(Base):
        def forward(self) -> Any:
            return self.first(torch.ones(2, 4))

    assert encode_graph(Noise()).captured_by == "torch.jit.trace"


def test_compiled_models_are_seen_through() -> None:
    model = Plain()
    assert encode_graph(torch.compile(model, backend="eager"), x).graph == encode_graph(model, x).graph


def test_a_compiled_function_has_a_graph() -> None:
    check(encode_graph(script(torch.nn.functional.relu), x), ["input", "inplace"], 1)


@pytest.mark.parametrize("model", [Plain, len, lambda value: value, None, "model", {"a": Plain()}])
def test_what_is_no_model_is_refused(model: Any) -> None:
    with pytest.raises(ArgumentTypeError, match=r"model: got \w+, want a torch.nn.Module"):
        encode_graph(model, x)


# What the training does not notice


class Merging(nn.Linear):
    """A layer that does something when its mode changes, as those of LoRA libraries do."""

    def train(self, mode: bool = True) -> Any:
        self.merged = not mode
        return super().train(mode)


@pytest.mark.parametrize("broken", [False, True])
def test_every_module_is_left_in_its_mode(broken: bool) -> None:
    model: Any = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(4), Merging(4, 4), nn.Sequential(nn.Dropout()))
    model.train()
    model[1].eval()
    model[3][0].eval()
    before = {name: module.training for name, module in model.named_modules()}
    seen = []
    handle = model.register_forward_pre_hook(lambda module, args: seen.append(model[0].training))
    encode_graph(model, torch.ones(7) if broken else x)
    handle.remove()
    assert {name: module.training for name, module in model.named_modules()} == before
    assert model[2].merged is False
    assert set(seen) == {False}


def test_a_model_in_eval_mode_stays_there() -> None:
    model = Plain().eval()
    encode_graph(model, x)
    assert not any(module.training for module in model.modules())


def test_the_random_numbers_of_training_are_the_same() -> None:
    class Noisy(Base):
        def forward(self, value: Any) -> Any:
            return self.first(value + torch.rand_like(value))

    model = Noisy()
    torch.manual_seed(3)
    want = torch.rand(3)
    torch.manual_seed(3)
    encode_graph(model, x)
    assert torch.equal(torch.rand(3), want)


def test_the_model_keeps_its_forward_and_its_parameters() -> None:
    model = Anything()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    encode_graph(model, (x, 2))
    assert "forward" not in vars(model)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_nothing_is_printed_unless_it_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    encode_graph(Plain(), x)
    encode_graph(Broken(), x)
    encode_onnx_graph(GOLDEN / "model.onnx")
    assert capfd.readouterr() == ("", "")
    encode_graph(Plain(), x, verbose=True)
    assert "input/value = IO Node()\noutput/output.1 = IO Node(Plain/" in capfd.readouterr().out


def test_torch_is_imported_by_the_call_only() -> None:
    ask = "import sys, sightline.kinds.graph.write; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# TensorBoard


def tensorboard_graph(logdir: Path, graph: GraphDef, captured: CapturedGraph | None = None) -> tuple[Any, str, Any]:
    """What the graphs plugin says there is, the graph it sends, and the plugin."""
    writer = FileWriter(logdir)
    writer.add_event(Event(graph_def=graph.SerializeToString()))
    if captured is not None:
        metadata = TaggedRunMetadata(tag=METADATA_TAG, run_metadata=captured.run_metadata.SerializeToString())
        writer.add_event(Event(tagged_run_metadata=metadata))
    writer.close()
    multiplexer = EventMultiplexer()
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    provider = MultiplexerDataProvider(multiplexer, str(logdir))
    plugin = graphs_plugin.GraphsPlugin(base_plugin.TBContext(data_provider=provider))
    text, _ = plugin.graph_impl(RequestContext(), ".", None, False, "", 1024, "_too_large_attrs")
    return plugin.info_impl(RequestContext(), ""), text, plugin


CAPTURES: dict[str, Callable[[], CapturedGraph]] = {
    "torch.jit.trace": lambda: encode_graph(Plain(), x),
    "torch.jit.trace, inputs and outputs flattened": lambda: encode_graph(Anything(), (x, 1)),
    "torch.export": lambda: encode_graph(NotTraced(), (x, {"by": x})),
    "a recorded run": lambda: encode_graph(NotExported(), (x, {"by": x})),
    "the tree of modules": lambda: encode_graph(Base()),
}


@pytest.mark.parametrize("captured_by", CAPTURES)
def test_tensorboard_shows_it(tmp_path: Path, captured_by: str) -> None:
    captured = CAPTURES[captured_by]()
    assert captured.captured_by == captured_by
    info, text, plugin = tensorboard_graph(tmp_path, captured.graph, captured)
    assert info["."]["run_graph"]
    assert info["."]["tags"][METADATA_TAG]["profile"]
    shown = text_format.Parse(text, graph_pb2.GraphDef())
    assert [(node.name, node.op, list(node.input)) for node in shown.node] == [
        (node.name, node.op, node.input) for node in captured.graph.node
    ]
    assert "/device:CPU:0" in plugin.run_metadata_impl(RequestContext(), "", ".", METADATA_TAG)[0]


# ONNX


def test_an_onnx_model_has_the_nodes_that_torch_sees() -> None:
    theirs = json.loads((GOLDEN / "model.onnx.json").read_text())
    graph = encode_onnx_graph(GOLDEN / "model.onnx")
    ours = {node.name: node for node in graph.node}
    assert len(ours) == len(graph.node)
    renamed = {"/Split_output_1": "/Split_output_0:1"}
    for node in theirs:
        if node["parameters"] is None:
            name = node["name"] if node["name"] in ("signal", "index") else f"output/{node['name']}"
            assert ours[name].op == "Variable"
            sizes = [dim.size for dim in ours[name].attr["shape"].shape.dim]
            assert sizes == [size or -1 for size in node["shape"]]
            continue
        found = ours[node["name"]]
        assert (found.op, found.input) == (node["op"], [renamed.get(name, name) for name in node["input"]])
        if "raw_data" not in node["parameters"]:
            assert found.attr["parameters"].s.decode() == node["parameters"]
    assert ours["onnx::Split_5"].attr["parameters"].s == b"value = tensor INT64 [2] = 4"
    assert ours["index"].attr["dtype"].type == DataType.INT64  # PyTorch writes ONNX's 7, which is text in TensorFlow
    assert [dim.size for dim in ours["conv.weight"].attr["shape"].shape.dim] == [2, 1, 3]
    assert ours["output/product"].input == ["product"]
    assert set(ours) - {node["name"] for node in theirs} == {
        "conv.weight", "conv.bias", "output/product", "output/next"
    }  # fmt: skip


def test_tensorboard_shows_an_onnx_model(tmp_path: Path) -> None:
    info, text, _ = tensorboard_graph(tmp_path, encode_onnx_graph(GOLDEN / "model.onnx"))
    assert info["."]["run_graph"]
    assert 'op: "LeakyRelu"' in text


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07", b"\x3a\x7f\x00"])
def test_what_is_no_onnx_model_is_malformed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(MalformedMessage, match=r"want an ONNX model|no ONNX model"):
        encode_onnx_graph(path)


def test_an_onnx_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        encode_onnx_graph(tmp_path / "model.onnx")
