"""``torch.jit.trace`` to nodes, named as PyTorch's own writer names them.

A node stands in the scope of the module that made it, ``Net/Sequential[block]/Linear[0]/input.3``: class and attribute
of each module on the way, then the name that the tracer gave its output. Inputs are ``input/<argument>``, outputs
``output/output.<number from 1>``. Compared with PyTorch 2.13's ``torch/utils/tensorboard/_pytorch_graph.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sightline.kinds.graph.message import NodeDef
from sightline.kinds.graph.write_node import io_node, make_node

__all__ = ["nodes_of_trace"]

GET_ATTRIBUTE = "prim::GetAttr"
MODULE_TYPE = "ClassType"
ROOT_SCOPE = "__module"
NO_TENSOR_SHAPE = (1,)
"""What PyTorch's writer says of an input that is no tensor."""


def nodes_of_trace(torch: Any, traced: Any) -> list[NodeDef]:
    """The nodes of a traced module or function, in PyTorch's order: inputs, outputs, the rest."""
    graph = traced.graph
    torch._C._jit_pass_inline(graph)
    scopes = _ScopeNames(traced)
    names: dict[str, str] = {}  # the tracer's name of a value -> its name in the graph
    inputs, operations = [], []
    for value in graph.inputs():
        if value.type().kind() != MODULE_TYPE and value.uses():
            names[value.debugName()] = f"input/{value.debugName()}"
            inputs.append(io_node(names[value.debugName()], shape=_io_shape(value)))
    for node, scope in _operations(graph):
        place = scopes.place(scope)
        operations.append((node, place))
        for value in node.outputs():
            names[value.debugName()] = f"{place}/{value.debugName()}"
    # Modules have no node of their own. Whoever reads one names it as if it stood beside the reader: PyTorch's last
    # reader wins, so it does here.
    beside: dict[str, str] = {}
    for node, place in operations:
        for value in node.inputs():
            beside[value.debugName()] = f"{place}/{value.debugName()}"
    names = {**beside, **names}
    outputs = [
        io_node(f"output/output.{number}", [names[value.debugName()]], _io_shape(value))
        for number, value in enumerate(graph.outputs(), 1)
    ]
    return [*inputs, *outputs, *_operation_nodes(operations, names)]


def _operation_nodes(operations: list[tuple[Any, str]], names: dict[str, str]) -> Iterator[NodeDef]:
    for node, _ in operations:
        attributes = {name: getattr(node, node.kindOf(name))(name) for name in node.attributeNames()}
        inputs = [names[value.debugName()] for value in node.inputs()]
        for value in node.outputs():
            shape = value.type().sizes() if value.isCompleteTensor() else None
            yield make_node(names[value.debugName()], node.kind(), inputs, attributes, shape)


def _operations(graph: Any) -> Iterator[tuple[Any, str]]:
    """Every node that makes a value, with its scope: modules separated by "/", each with its path from the root."""
    paths: dict[str, str] = {}
    for node in graph.nodes():
        if node.kind() != GET_ATTRIBUTE:
            yield node, node.scopeName()
            continue
        # The tracer gives no scope to what is read from a module, so the way there is followed.
        parent = node.input().node()
        attribute = node.s("name")
        if parent.kind() == GET_ATTRIBUTE:
            above = paths[parent.output().debugName()]
            path = f"{above}/{above.rpartition('/')[2]}.{attribute}"
        else:
            path = f"{ROOT_SCOPE}.{attribute}"
        paths[node.output().debugName()] = path
        if node.output().type().kind() != MODULE_TYPE:
            yield node, path


class _ScopeNames:
    """The tracer's scopes to ours: ``__module.fc/__module.fc.0`` to ``Net/Sequential[fc]/Linear[0]``."""

    def __init__(self, traced: Any) -> None:
        self._root = _class_name(traced)
        modules = traced.named_modules(prefix=ROOT_SCOPE) if hasattr(traced, "named_modules") else ()
        self._names = {path: f"{_class_name(module)}[{path.rpartition('.')[2]}]" for path, module in modules}

    def place(self, scope: str) -> str:
        parts = [self._names.get(part, part.rpartition(".")[2]) for part in scope.split("/")]
        return "/".join([self._root, *parts]) if any(parts) else self._root


def _class_name(module: Any) -> str:
    return str(getattr(module, "original_name", None) or getattr(module, "name", None) or "Module")


def _io_shape(value: Any) -> Any:
    """Sizes, None where they are not known; what is no tensor has :data:`NO_TENSOR_SHAPE`."""
    try:
        return value.type().sizes()
    except RuntimeError:
        return NO_TENSOR_SHAPE
