"""The API's description (OpenAPI 3.1), made from the declarations and their types; there is no second source.

``python -m sightline.server.openapi`` prints it. The page's types, ``web/src/lib/schema.ts``, are made from it by
``npm run schema`` in ``web/``.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
import typing
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec

from sightline.kinds.endpoint import Answer, Endpoint
from sightline.server.event import EVENTS, StreamQuery
from sightline.server.route import Problem, endpoints

__all__ = ["describe"]

JSON = "application/json"


def describe() -> dict[str, Any]:
    """The description, as a JSON document."""
    structs: list[type[msgspec.Struct]] = [Problem, StreamQuery, *EVENTS.values()]
    for _, endpoint in endpoints():
        structs += [item for item in (endpoint.query, endpoint.answer, *endpoint.also) if isinstance(item, type)]
    _, components = msgspec.json.schema_components(dict.fromkeys(structs), ref_template="#/components/schemas/{name}")
    _add_field_docs(structs, components)
    paths: dict[str, Any] = {}
    for path, endpoint in endpoints():
        paths.setdefault(f"/api{path}", {})[endpoint.method.lower()] = _operation(path, endpoint, components)
    paths["/api/stream"] = {"get": _stream_operation(components)}
    paths["/api/openapi.json"] = {
        "get": {
            "operationId": "get_openapi",
            "summary": "This description",
            "responses": {"200": {"description": "OpenAPI 3.1", "content": {JSON: {"schema": {"type": "object"}}}}},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline",
            "version": version("sightline"),
            "description": "What the page asks of the server.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _add_field_docs(structs: list[type[msgspec.Struct]], components: dict[str, Any]) -> None:
    """The docstring under a field is its description. They are no part of the class: the source is asked."""
    for struct in _with_nested(structs):
        for base in reversed(struct.__mro__):
            if issubclass(base, msgspec.Struct) and base is not msgspec.Struct:
                for field, doc in _field_docs(base):
                    components[struct.__name__]["properties"][field]["description"] = doc


def _field_docs(struct: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(definition, ast.ClassDef)
    for field, doc in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(doc, ast.Expr)
            and isinstance(doc.value, ast.Constant)
        ):
            yield field.target.id, inspect.cleandoc(str(doc.value.value))


def _with_nested(structs: list[type[msgspec.Struct]]) -> Iterator[type[msgspec.Struct]]:
    seen: set[type] = set()
    waiting: list[Any] = list(structs)
    while waiting:
        item = waiting.pop()
        if isinstance(item, type) and issubclass(item, msgspec.Struct) and item not in seen:
            seen.add(item)
            yield item
            waiting += typing.get_type_hints(item).values()
        else:
            waiting += typing.get_args(item)


def _operation(path: str, endpoint: Endpoint, components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": _operation_id(endpoint.method, path), "summary": endpoint.summary}
    if endpoint.query is not None and endpoint.method == "GET":
        operation["parameters"] = _parameters(components[endpoint.query.__name__])
    elif endpoint.query is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": _reference(endpoint.query)}}}
    if isinstance(endpoint.answer, str):
        content: dict[str, Any] = {endpoint.answer: {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {JSON: {"schema": _reference(endpoint.answer)}}
    operation["responses"] = {"200": {"description": endpoint.summary, "content": content}}
    if endpoint.etag is not None:
        operation["responses"]["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    problems = {"400": "The query is wrong", "404": "No such run, tag or position", "422": "The bytes can't be read"}
    for status, meaning in problems.items() if endpoint.query is not None else ():
        operation["responses"][status] = {
            "description": meaning,
            "content": {JSON: {"schema": _reference(Problem)}},
        }
    return operation


def _stream_operation(components: dict[str, Any]) -> dict[str, Any]:
    names = ", ".join(f"`{name}` ({struct.__name__})" for name, struct in EVENTS.items())
    return {
        "operationId": "get_stream",
        "summary": "Server-sent events: what grew",
        "description": f"Events: {names}; `data` is JSON, `id` is a cursor.",
        "parameters": _parameters(components[StreamQuery.__name__]),
        "responses": {"200": {"description": "Never ends", "content": {"text/event-stream": {}}}},
    }


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _operation_id(method: str, path: str) -> str:
    return "_".join([method.lower(), *path.strip("/").split("/")])


def _reference(struct: type[msgspec.Struct] | type[Answer]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


if __name__ == "__main__":
    print(json.dumps(describe(), indent=1, ensure_ascii=False))
