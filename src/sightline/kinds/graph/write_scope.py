"""Where a module stands in the graph: ``Net/Sequential[block]/Linear[0]``, class and attribute of each on the way."""

from __future__ import annotations

from typing import Any

__all__ = ["class_name", "parameter_places", "scopes"]


def class_name(module: Any) -> str:
    """The class, also of a module that TorchScript has compiled."""
    return str(getattr(module, "original_name", None) or type(module).__name__)


def scopes(model: Any) -> dict[str, str]:
    """Path of each module (``block.0``, empty for the model itself) -> its scope. A shared module has several paths."""
    places: dict[str, str] = {}
    for path, module in model.named_modules(remove_duplicate=False):
        parent, _, attribute = path.rpartition(".")
        places[path] = f"{places[parent]}/{class_name(module)}[{attribute}]" if path else class_name(module)
    return places


def parameter_places(model: Any) -> dict[str, str]:
    """Path of each parameter and buffer (``block.0.weight``) -> its name in the graph."""
    places = scopes(model)
    named = [*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)]
    owners = ((path, *path.rpartition(".")[::2]) for path, _ in named)
    return {path: f"{places[owner]}/{attribute}" for path, owner, attribute in owners}
