"""Tensors inside tuples, lists, mappings and dataclasses: found, named and replaced."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, TypeAlias

__all__ = ["Call", "bind_inputs", "iterate_tensors", "name_inputs", "replace_tensors"]

Call: TypeAlias = "tuple[tuple[Any, ...], dict[str, Any]]"
"""Positional and keyword arguments."""


def bind_inputs(forward: Callable[..., Any], inputs: Any) -> Call:
    """What ``input_to_model`` means for a model: the arguments of one call.

    A tuple or list are positional arguments, None is no argument, a mapping whose keys are names of arguments gives
    keyword arguments; anything else is the one argument there is. A mapping as the last of several positional arguments
    gives keyword arguments too, where the call would not fit otherwise.
    """
    if inputs is None:
        return (), {}
    if isinstance(inputs, Mapping):
        named = _as_keywords(forward, (), inputs)
        return ((), named) if named is not None else ((inputs,), {})
    if not isinstance(inputs, (tuple, list)):
        return (inputs,), {}
    args = tuple(inputs)
    if len(args) > 1 and isinstance(args[-1], Mapping) and _fits(forward, args, {}) is False:
        named = _as_keywords(forward, args[:-1], args[-1])
        if named is not None:
            return args[:-1], named
    return args, {}


def _as_keywords(forward: Callable[..., Any], args: tuple[Any, ...], names: Mapping[Any, Any]) -> dict[str, Any] | None:
    if not names or not all(isinstance(name, str) for name in names):
        return None
    keywords = {name: names[name] for name in names}
    return keywords if _fits(forward, args, keywords) else None


def _fits(forward: Callable[..., Any], args: tuple[Any, ...], keywords: dict[str, Any]) -> bool | None:
    """Whether such a call is possible; None where the signature is not known."""
    try:
        signature = inspect.signature(forward)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*args, **keywords)
    except TypeError:
        return False
    return True


def name_inputs(torch: Any, forward: Callable[..., Any], call: Call) -> list[tuple[str, Any]]:
    """Every tensor among the arguments with a name, an identifier: its argument's, and its place in there."""
    args, keywords = call
    try:
        signature = inspect.signature(forward)
        bound = signature.bind(*args, **keywords)
    except (TypeError, ValueError):
        named: dict[str, Any] = {f"input_{number}": value for number, value in enumerate(args)} | keywords
    else:
        named = {}
        for name, value in bound.arguments.items():
            if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                named.update(value)
            else:
                named[name] = value
    found: list[tuple[str, Any]] = []
    taken: set[str] = set()
    for path, tensor in (each for name, value in named.items() for each in _walk(torch, value, name)):
        name = re.sub(r"\W", "_", path, flags=re.ASCII)
        while name in taken:
            name += "_"
        taken.add(name)
        found.append((name, tensor))
    return found


def iterate_tensors(torch: Any, value: Any) -> Iterator[Any]:
    """The tensors inside a value, depth first."""
    for _, tensor in _walk(torch, value, ""):
        yield tensor


def _walk(torch: Any, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, (tuple, list)):
        names = getattr(value, "_fields", range(len(value)))
        for name, each in zip(names, value, strict=True):
            yield from _walk(torch, each, f"{path}_{name}")
    elif isinstance(value, Mapping):
        for name in value:
            yield from _walk(torch, value[name], f"{path}_{name}")
    elif _is_record(value):
        for field in dataclasses.fields(value):
            yield from _walk(torch, getattr(value, field.name), f"{path}_{field.name}")


def replace_tensors(torch: Any, value: Any, replace: Callable[[Any], Any]) -> Any:
    """The same value with other tensors, asked for in the order of :func:`iterate_tensors`. The given one stays."""
    if isinstance(value, torch.Tensor):
        return replace(value)
    if isinstance(value, (tuple, list)):
        items = [replace_tensors(torch, each, replace) for each in value]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, MutableMapping):
        changed = copy.copy(value)
        for name in value:
            changed[name] = replace_tensors(torch, value[name], replace)
        return changed
    if _is_record(value):
        changed = copy.copy(value)
        for field in dataclasses.fields(value):
            object.__setattr__(changed, field.name, replace_tensors(torch, getattr(value, field.name), replace))
        return changed
    return value


def _is_record(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)
