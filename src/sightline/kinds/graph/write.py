"""A model to a graph that TensorBoard shows, by the user's own torch, which is imported when a model is given.

Tracing gives the graph that PyTorch's writer gives. Where it fails, other ways are tried, each seeing less and needing
less of the model; the last needs nothing but its modules. How it was done is written into the graph.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sightline.errors import ArgumentTypeError, MissingExtra
from sightline.kinds.graph.message import (
    AttrValue,
    DeviceStepStats,
    GraphDef,
    NodeDef,
    RunMetadata,
    StepStats,
    VersionDef,
)
from sightline.kinds.graph.schema import CAPTURED_BY
from sightline.kinds.graph.write_export import nodes_of_export
from sightline.kinds.graph.write_module_tree import nodes_of_modules
from sightline.kinds.graph.write_onnx import read_onnx_graph
from sightline.kinds.graph.write_run import nodes_of_run
from sightline.kinds.graph.write_tensor_tree import Call, bind_inputs, iterate_tensors, name_inputs, replace_tensors
from sightline.kinds.graph.write_trace import nodes_of_trace

__all__ = ["METADATA_TAG", "CapturedGraph", "encode_graph", "encode_onnx_graph"]

METADATA_TAG = "step1"
"""The tag of the run metadata that goes with a graph, as PyTorch's writer has it."""
PRODUCER = 22
"""The version that PyTorch's writer gives its graphs."""

TRACE = "torch.jit.trace"
FLAT_TRACE = "torch.jit.trace, inputs and outputs flattened"
EXPORT = "torch.export"
RUN = "a recorded run"
MODULES = "the tree of modules"


class CapturedGraph(NamedTuple):
    """A graph, as ``FileWriter.add_graph`` takes it: its first two parts."""

    graph: GraphDef
    run_metadata: RunMetadata
    captured_by: str = TRACE
    """What was done to see it."""
    problem: str = ""
    """Why the model could not be traced as it is; empty when it could."""

    @property
    def warning(self) -> str:
        """A sentence for the user when something is missing in the graph, else empty."""
        missing = {RUN: "what happens inside a function of torch is one node", MODULES: "the data flow is missing"}
        if self.captured_by not in missing:
            return ""
        why = self.problem or "no input_to_model was given"
        return f"the graph was captured by {self.captured_by}, so {missing[self.captured_by]} ({why})"


def encode_graph(
    model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
) -> CapturedGraph:
    """The graph of a ``torch.nn.Module`` (compiled by TorchScript or ``torch.compile`` or not) for one input.

    ``input_to_model`` is what the model is called with: a tuple or list of positional arguments, a mapping whose keys
    are names of arguments, or the one argument there is; it may hold what are no tensors. Without it only the modules
    are seen. The model runs in eval mode and is left in the mode it had; the random generators are left as they were.

    ``verbose`` prints the nodes. ``use_strict_trace`` is that of ``torch.jit.trace``; where strict tracing fails, it is
    tried without. ``ArgumentTypeError`` when the model is none; a model that fails on its input is no error: the
    reason is in ``problem``.
    """
    torch = _import_torch()
    model = getattr(model, "_orig_mod", model)  # what torch.compile wraps
    if not isinstance(model, (torch.nn.Module, torch.jit.ScriptFunction)):
        raise ArgumentTypeError(f"model: got {type(model).__name__}, want a torch.nn.Module")
    forward = model.forward if isinstance(model, torch.nn.Module) else model
    call = bind_inputs(forward, input_to_model)
    captured_by, nodes = "", []
    problems: dict[str, list[str]] = {}  # what was said -> by which ways
    with _undisturbed(torch, model):
        for captured_by, capture in _ways(torch, model, call, input_to_model, use_strict_trace):
            try:
                nodes = capture()
                break
            except Exception as error:  # any: a model is a program of its own
                problems.setdefault(_first_line(error), []).append(captured_by)
    problem = "; ".join(f"{', '.join(ways)}: {said}" for said, ways in problems.items())
    if captured_by != TRACE and nodes:
        how = f"{captured_by} ({problem})" if problem else captured_by
        nodes[0].attr[CAPTURED_BY] = AttrValue(s=how.encode("utf-8", "backslashreplace"))
    if verbose:
        for node in nodes:
            print(f"{node.name} = {node.op}({', '.join(node.input)})")
    # PyTorch's writer says so of any device.
    devices = StepStats(dev_stats=[DeviceStepStats(device="/device:CPU:0")])
    return CapturedGraph(
        GraphDef(node=nodes, versions=VersionDef(producer=PRODUCER)),
        RunMetadata(step_stats=devices),
        captured_by,
        problem,
    )


def encode_onnx_graph(path: str | os.PathLike[str]) -> GraphDef:
    """The graph of an ONNX model file; no package is needed to read it.

    ``OSError`` when the file can't be read, ``MalformedMessage`` when it is no ONNX model.
    """
    return read_onnx_graph(os.fspath(path))


def _ways(
    torch: Any, model: Any, call: Call, inputs: Any, strict: bool
) -> Iterator[tuple[str, Callable[[], list[NodeDef]]]]:
    """From the one that sees most to the one that always succeeds."""
    if isinstance(model, torch.jit.ScriptFunction):
        yield TRACE, lambda: nodes_of_trace(torch, model)
        yield MODULES, list
        return
    if inputs is not None or isinstance(model, torch.jit.ScriptModule) or _takes_nothing(model.forward):
        yield TRACE, lambda: _trace(torch, model, call, strict)
        yield FLAT_TRACE, lambda: _trace_flat(torch, model, call)
        yield EXPORT, lambda: nodes_of_export(torch, model, call)
        yield RUN, lambda: nodes_of_run(torch, model, call)
    yield MODULES, lambda: nodes_of_modules(model)


def _trace(torch: Any, model: Any, call: Call, strict: bool) -> list[NodeDef]:
    args, keywords = call
    given = {"example_kwarg_inputs": keywords} if keywords and not args else {"example_inputs": args}
    if keywords and args:
        raise ValueError("positional and keyword arguments")
    return nodes_of_trace(torch, torch.jit.trace(model, strict=strict, check_trace=False, **given))


def _trace_flat(torch: Any, model: Any, call: Call) -> list[NodeDef]:
    """Trace a copy of the model whose arguments and results are tensors only: a tracer takes nothing else.

    The copy shares everything with the model except ``forward``.
    """
    named = name_inputs(torch, model.forward, call)

    def forward(*tensors: Any) -> Any:
        given = iter(tensors)
        args, keywords = replace_tensors(torch, call, lambda _: next(given))
        results = tuple(iterate_tensors(torch, model.forward(*args, **keywords)))
        return results[0] if len(results) == 1 else results

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    forward.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name, _ in named])  # type: ignore[attr-defined]
    flat = copy.copy(model)
    flat.forward = forward
    inputs = tuple(tensor for _, tensor in named)
    return nodes_of_trace(torch, torch.jit.trace(flat, inputs, strict=False, check_trace=False))


def _takes_nothing(forward: Callable[..., Any]) -> bool:
    try:
        inspect.signature(forward).bind()
    except (TypeError, ValueError):
        return False
    return True


@contextlib.contextmanager
def _undisturbed(torch: Any, model: Any) -> Iterator[None]:
    """Eval mode inside; afterwards modes and random generators are as before. Warnings about tracing are not shown."""
    modes = [(module, module.training) for module in model.modules()] if hasattr(model, "modules") else []
    cuda = list(range(torch.cuda.device_count())) if torch.cuda.is_available() and torch.cuda.is_initialized() else []
    with warnings.catch_warnings(), torch.random.fork_rng(cuda):
        warnings.simplefilter("ignore")
        try:
            if any(training for _, training in modes):
                model.train(False)
            yield
        finally:
            # By train(), not by setting the attribute: some modules do more than that when their mode changes.
            for module, training in modes:
                if module.training != training:
                    module.train(training)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__


def _import_torch() -> Any:
    torch = sys.modules.get("torch")
    if torch is None:
        try:
            import torch
        except ImportError as error:
            raise MissingExtra("add_graph needs PyTorch, which is not installed: pip install torch") from error
    return torch
