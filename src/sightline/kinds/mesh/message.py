"""The message of the room, as a table: TensorBoard's ``plugins/mesh/plugin_data.proto``."""

from __future__ import annotations

from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = ["MeshPluginData"]

_CONTENT_TYPES = {0: "UNDEFINED", 1: "VERTEX", 2: "FACE", 3: "COLOR"}


class MeshPluginData(Message):
    version: int
    name: str
    content_type: int
    json_config: str
    shape: list[int]
    components: int
    FIELDS: ClassVar = (
        Field(1, "version", "int32"),
        Field(2, "name", "string"),
        Field(3, "content_type", "enum", names=_CONTENT_TYPES),
        Field(5, "json_config", "string"),
        Field(6, "shape", "int32", repeated=True),
        Field(7, "components", "uint32"),
    )
