"""A layout of charts to a ``Value``, in the bytes of PyTorch's writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import DataType, PluginData, SummaryMetadata, TensorProto, TensorShapeProto, Value
from sightline.kinds.custom_scalars.message import (
    CategoryProto,
    ChartProto,
    LayoutProto,
    MarginContent,
    MarginSeries,
    MultilineContent,
)
from sightline.kinds.custom_scalars.schema import KIND, TAG

__all__ = ["encode_custom_scalars", "encode_marginchart", "encode_multilinechart"]


def encode_custom_scalars(layout: Mapping[str, Mapping[str, Sequence[Any]]]) -> Value:
    """A whole layout: ``{category: {chart: ["Multiline", [tag, ...]]}}``, or ``["Margin", [value, lower, upper]]``.

    The tags of a multi-line chart are regular expressions, matched from the start of a tag; those of a margin chart are
    tags themselves.

    Raises
    ------
    ArgumentError
        A chart that is neither of the two, or a margin chart with another number of tags.
    ArgumentTypeError
        Something that is no mapping, list or string where one is wanted.
    """
    if not isinstance(layout, Mapping):
        raise ArgumentTypeError(f"layout: got {type(layout).__name__}, want a dict of category to charts")
    categories = []
    for category, charts in layout.items():
        if not isinstance(charts, Mapping):
            raise ArgumentTypeError(
                f"layout[{category!r}]: got {type(charts).__name__}, want a dict of chart to ['Multiline', [tag, ...]]"
            )
        chart = [_chart(f"layout[{category!r}][{title!r}]", title, content) for title, content in charts.items()]
        categories.append(CategoryProto(title=_text("layout: category", category), chart=chart))
    return Value(
        tag=TAG,
        metadata=SummaryMetadata(plugin_data=PluginData(plugin_name=KIND.plugin_names[0])),
        tensor=TensorProto(
            dtype=DataType.STRING,
            tensor_shape=TensorShapeProto(),
            string_val=[LayoutProto(category=categories).SerializeToString()],
        ),
    )


def encode_multilinechart(tags: Sequence[str], category: str = "default", title: str = "untitled") -> Value:
    """The layout of one chart with a line for each tag that one of ``tags`` matches."""
    return encode_custom_scalars({category: {title: ["Multiline", tags]}})


def encode_marginchart(tags: Sequence[str], category: str = "default", title: str = "untitled") -> Value:
    """The layout of one chart with a line and the band around it: ``tags`` are its value, lower and upper bound."""
    return encode_custom_scalars({category: {title: ["Margin", tags]}})


def _chart(where: str, title: Any, content: Any) -> ChartProto:
    if isinstance(content, str) or not isinstance(content, Sequence) or len(content) != 2:
        raise ArgumentTypeError(
            f"{where}: got {content!r}, want ['Multiline', [tag, ...]] or ['Margin', [tag, tag, tag]]"
        )
    kind, tags = content
    if isinstance(tags, str) or not isinstance(tags, Sequence):
        raise ArgumentTypeError(f"{where}: got {tags!r} as tags, want a list of strings")
    tags = [_text(where, tag) for tag in tags]
    title = _text(where, title)
    if kind == "Multiline":
        return ChartProto(title=title, multiline=MultilineContent(tag=tags))
    if kind != "Margin":
        raise ArgumentError(f"{where}: got {kind!r}, want 'Multiline' or 'Margin'")
    if len(tags) != 3:
        raise ArgumentError(f"{where}: got {len(tags)} tags, want 3 of a margin chart: value, lower and upper bound")
    value, lower, upper = tags
    return ChartProto(title=title, margin=MarginContent(series=[MarginSeries(value=value, lower=lower, upper=upper)]))


def _text(where: str, text: Any) -> str:
    """Halves of surrogate pairs, which UTF-8 can't hold, become readable escapes, as in tags."""
    if not isinstance(text, str):
        raise ArgumentTypeError(f"{where}: got {text!r}, want a string")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
