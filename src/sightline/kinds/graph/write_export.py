"""``torch.export`` to nodes: the same operators and scopes as a trace has, by the compiler's own way of looking.

It takes inputs and outputs of any kind and refuses control flow that depends on the data.
"""

from __future__ import annotations

from typing import Any

from sightline.kinds.graph.message import NodeDef
from sightline.kinds.graph.write_node import io_node, make_node
from sightline.kinds.graph.write_scope import parameter_places, scopes
from sightline.kinds.graph.write_tensor_tree import Call

__all__ = ["nodes_of_export"]


def nodes_of_export(torch: Any, model: Any, call: Call) -> list[NodeDef]:
    """Inputs that are used, outputs, parameters and buffers that are used, operators."""
    program = torch.export.export(model, call[0], call[1], strict=False)
    places, parameters = scopes(model), parameter_places(model)
    targets = {spec.arg.name: spec.target for spec in program.graph_signature.input_specs if spec.target is not None}
    names: dict[Any, str] = {}
    inputs: list[NodeDef] = []
    outputs: list[NodeDef] = []
    others: list[NodeDef] = []
    for node in program.graph.nodes:
        value = node.meta.get("val")
        shape = getattr(value, "shape", None)
        if node.op == "placeholder" and node.name not in targets:
            names[node] = f"input/{node.name}"
            if node.users:
                inputs.append(io_node(names[node], shape=shape))
        elif node.op in ("placeholder", "get_attr"):
            target = targets.get(node.name, str(node.target))
            names[node] = parameters.get(target, f"{places['']}/{target.replace('.', '/')}")
            if node.users:
                others.append(make_node(names[node], "prim::GetAttr", (), {"name": target.rpartition(".")[2]}, shape))
        elif node.op == "output":
            for number, result in enumerate(node.args[0], 1):
                shape = getattr(result.meta.get("val"), "shape", None) if result in names else None
                source = [names[result]] if result in names else []
                outputs.append(io_node(f"output/output.{number}", source, shape))
        else:
            names[node] = f"{_scope(node, places)}/{node.name}"
            sources = [names[source] for source in node.all_input_nodes]
            others.append(make_node(names[node], _operator(node), sources, _constants(node), shape))
    return [*inputs, *outputs, *others]


def _scope(node: Any, places: dict[str, str]) -> str:
    """A module that is called several times has ``@1`` and so on after its path."""
    for path, _ in reversed(list((node.meta.get("nn_module_stack") or {}).values())):
        place = places.get(str(path).partition("@")[0])
        if place is not None:
            return place
    return places[""]


def _operator(node: Any) -> str:
    schema = getattr(node.target, "_schema", None)
    return str(schema.name if schema is not None else getattr(node.target, "__name__", node.target))


def _constants(node: Any) -> dict[str, Any]:
    """The arguments that are no tensors, under the names that the operator has for them."""
    schema = getattr(node.target, "_schema", None)
    names = [argument.name for argument in schema.arguments] if schema is not None else []
    given = {names[place] if place < len(names) else str(place): each for place, each in enumerate(node.args)}
    nodes = {str(source) for source in node.all_input_nodes}
    return {
        name: each
        for name, each in {**given, **node.kwargs}.items()
        if str(each) not in nodes and not (isinstance(each, (list, tuple)) and any(str(item) in nodes for item in each))
    }
