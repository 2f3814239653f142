"""The messages of the room, as tables: TensorBoard's ``plugins/custom_scalar/layout.proto``."""

from __future__ import annotations

from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = ["CategoryProto", "ChartProto", "LayoutProto", "MarginContent", "MarginSeries", "MultilineContent"]


class MultilineContent(Message):
    tag: list[str]
    FIELDS: ClassVar = (Field(1, "tag", "string", repeated=True),)


class MarginSeries(Message):
    value: str
    lower: str
    upper: str
    FIELDS: ClassVar = (Field(1, "value", "string"), Field(2, "lower", "string"), Field(3, "upper", "string"))


class MarginContent(Message):
    series: list[MarginSeries]
    FIELDS: ClassVar = (Field(1, "series", "message", lambda: MarginSeries, repeated=True),)


class ChartProto(Message):
    title: str
    multiline: MultilineContent
    margin: MarginContent
    FIELDS: ClassVar = (
        Field(1, "title", "string"),
        Field(2, "multiline", "message", lambda: MultilineContent, oneof="content"),
        Field(3, "margin", "message", lambda: MarginContent, oneof="content"),
    )


class CategoryProto(Message):
    title: str
    chart: list[ChartProto]
    closed: bool
    FIELDS: ClassVar = (
        Field(1, "title", "string"),
        Field(2, "chart", "message", lambda: ChartProto, repeated=True),
        Field(3, "closed", "bool"),
    )


class LayoutProto(Message):
    version: int
    category: list[CategoryProto]
    FIELDS: ClassVar = (
        Field(1, "version", "int32"),
        Field(2, "category", "message", lambda: CategoryProto, repeated=True),
    )
