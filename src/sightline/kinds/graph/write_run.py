"""One run of a model to nodes: every function of torch that is called, in the scope of the module that calls it.

Nothing is compiled or replaced, so whatever runs can be recorded: control flow that depends on the data, arguments of
any kind. What torch does inside one function (and inside compiled modules) is one node.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from threading import get_ident
from typing import Any

from sightline.kinds.graph.message import NodeDef
from sightline.kinds.graph.write_node import io_node, make_node, tensor_shape
from sightline.kinds.graph.write_scope import class_name, parameter_places, scopes
from sightline.kinds.graph.write_tensor_tree import Call, iterate_tensors, name_inputs

__all__ = ["nodes_of_run"]


def nodes_of_run(torch: Any, model: Any, call: Call) -> list[NodeDef]:
    """Inputs that are used, outputs, parameters and buffers that are used, functions; raises what the model raises."""
    record = _Record(torch, model, call)

    class Recorder(torch.overrides.TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            sources = record.names_of((args, kwargs))  # before the call: it may change them in place
            result = function(*args, **kwargs)
            record.function(function, sources, result)
            return result

    # Hooks for every module there is, because compiled ones take none of their own; ours are told from others.
    hooks = (
        torch.nn.modules.module.register_module_forward_pre_hook(record.enter),
        torch.nn.modules.module.register_module_forward_hook(record.leave, with_kwargs=True, always_call=True),
    )
    try:
        with Recorder():
            result = model(*call[0], **call[1])
    finally:
        for hook in hooks:
            hook.remove()
    return record.nodes(result)


class _Record:
    """What has been called so far, and which node made which tensor."""

    def __init__(self, torch: Any, model: Any, call: Call) -> None:
        self._torch = torch
        places = scopes(model)
        self._modules = {id(module): places[path] for path, module in model.named_modules()}
        self._thread = get_ident()
        self._stack = [places[""]]
        self._made: list[NodeDef] = []
        self._taken: set[str] = set()
        self._known: dict[int, tuple[weakref.ref[Any], str]] = {}
        """Identity of a tensor -> itself and the node that made it. Kept weakly: a run may need all its memory."""
        self._unused: dict[str, NodeDef] = {}
        """Inputs and parameters that nobody has asked for yet."""
        self._inputs: list[NodeDef] = []
        for name, tensor in name_inputs(torch, model.forward, call):
            if self._name_of(tensor) is None:  # else it is given twice
                node = io_node(f"input/{name}", shape=tensor.shape)
                self._remember(tensor, node.name)
                self._unused[node.name] = node
        parameters = parameter_places(model)
        for path, tensor in (*model.named_parameters(), *model.named_buffers()):
            name = path.rpartition(".")[2]
            node = make_node(parameters[path], "prim::GetAttr", (), {"name": name}, tensor_shape(tensor))
            self._remember(tensor, node.name)
            self._unused[node.name] = node

    def enter(self, module: Any, args: Any) -> None:
        place = self._modules.get(id(module))
        if place is not None and get_ident() == self._thread:
            self._stack.append(place)

    def leave(self, module: Any, args: Any, kwargs: Any, result: Any) -> None:
        if id(module) not in self._modules or get_ident() != self._thread:
            return
        place = self._stack.pop()
        unknown = [tensor for tensor in iterate_tensors(self._torch, result) if self._name_of(tensor) is None]
        if unknown:  # made where torch's functions are not seen: compiled code, an extension
            self._add(f"{place}/output", class_name(module), self.names_of((args, kwargs)), unknown)

    def function(self, function: Any, sources: list[str], result: Any) -> None:
        made = list(iterate_tensors(self._torch, result))
        if not made:
            return
        name = getattr(function, "__name__", type(function).__name__).strip("_") or "call"
        if name == "get":  # an attribute such as x.T or x.data: no step of its own
            for tensor in made:
                if sources:
                    self._remember(tensor, sources[0])
            return
        operator = self._torch.overrides.resolve_name(function) or name
        self._add(f"{self._stack[-1]}/{name}", operator, sources, made)

    def nodes(self, result: Any) -> list[NodeDef]:
        """All of them, when the model has returned ``result``."""
        outputs = []
        for number, tensor in enumerate(iterate_tensors(self._torch, result), 1):
            sources = self.names_of(tensor)
            outputs.append(io_node(f"output/output.{number}", sources, tensor.shape))
        return [*self._inputs, *outputs, *self._made]

    def names_of(self, value: Any) -> list[str]:
        """The nodes that made the tensors inside a value; those that are unknown are left out."""
        names = []
        for tensor in iterate_tensors(self._torch, value):
            name = self._name_of(tensor)
            if name is not None:
                names.append(name)
                node = self._unused.pop(name, None)
                if node is not None:
                    (self._inputs if name.startswith("input/") else self._made).append(node)
        return names

    def _add(self, name: str, operator: str, sources: Iterable[str], made: list[Any]) -> None:
        unique, number = name, 0
        while unique in self._taken:
            number += 1
            unique = f"{name}_{number}"
        self._taken.add(unique)
        shape = made[0].shape if len(made) == 1 else None
        self._made.append(make_node(unique, operator, sources, {}, shape))
        for tensor in made:
            self._remember(tensor, unique)

    def _remember(self, tensor: Any, name: str) -> None:
        self._known[id(tensor)] = (weakref.ref(tensor), name)

    def _name_of(self, tensor: Any) -> str | None:
        reference, name = self._known.get(id(tensor), (None, ""))
        return name if reference is not None and reference() is tensor else None
