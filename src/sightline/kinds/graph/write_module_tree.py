"""The modules of a model to nodes, without running it: what there is, not what flows."""

from __future__ import annotations

from typing import Any

from sightline.kinds.graph.message import NodeDef
from sightline.kinds.graph.write_node import make_node, tensor_shape
from sightline.kinds.graph.write_scope import class_name, scopes

__all__ = ["nodes_of_modules"]


def nodes_of_modules(model: Any) -> list[NodeDef]:
    """A node for each module that has none inside it; its settings and the shapes of its parameters are attributes."""
    places = scopes(model)
    nodes = []
    for path, module in model.named_modules(remove_duplicate=False):
        own = {name: tensor_shape(tensor) for name, tensor in module.named_parameters(recurse=False)}
        if any(True for _ in module.children()):
            nodes += [
                make_node(f"{places[path]}/{name}", "prim::GetAttr", (), {"name": name}, shape)
                for name, shape in own.items()
            ]
        else:
            settings = str(module.extra_repr())
            nodes.append(make_node(places[path], class_name(module), (), {"settings": settings, "parameters": own}))
    return nodes
