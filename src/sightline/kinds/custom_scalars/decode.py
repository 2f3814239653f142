"""A ``Value`` to a layout of charts, and several runs' layouts to one.

The one form there is: a string tensor of plugin ``custom_scalars`` that holds a ``Layout`` message, under the tag
``custom_scalars__config__``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, SummaryMetadata, Value
from sightline.kinds.custom_scalars.message import ChartProto, LayoutProto

__all__ = ["Category", "Chart", "Layout", "Margin", "decode_custom_scalars", "merge_layouts"]


@dataclass(frozen=True, slots=True)
class Margin:
    """A line and the band around it, by their tags."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Either ``tags`` or ``margins``; a chart that says neither has none of both."""

    title: str
    tags: tuple[str, ...]
    """Regular expressions: a line for each tag that one of them matches from its start."""
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True)
class Category:
    title: str
    charts: tuple[Chart, ...]
    closed: bool
    """Whether it is folded at first."""


@dataclass(frozen=True, slots=True)
class Layout:
    categories: tuple[Category, ...]


def decode_custom_scalars(value: Value, metadata: SummaryMetadata | None = None) -> Layout:
    """The layout. ``MalformedMessage`` when the value holds none."""
    strings = (
        value.tensor.string_val if value.HasField("tensor") and value.tensor.dtype % 100 == DataType.STRING else []
    )
    if len(strings) != 1:
        raise MalformedMessage(f"layout of tag {value.tag!r}: got {len(strings)} strings, want a tensor of one")
    try:
        message = LayoutProto.FromString(strings[0])
    except MalformedMessage as error:
        raise MalformedMessage(f"layout of tag {value.tag!r}: {error}") from None
    return Layout(
        tuple(
            Category(category.title, tuple(_chart(chart) for chart in category.chart), category.closed)
            for category in message.category
        )
    )


def merge_layouts(layouts: Iterable[Layout]) -> Layout:
    """One layout from those of several runs, in their order: charts of categories with one title together, a chart
    that is already there left out."""
    merged: dict[str, Category] = {}
    for layout in layouts:
        for category in layout.categories:
            known = merged.setdefault(category.title, category)
            charts = dict.fromkeys((*known.charts, *category.charts))
            merged[category.title] = replace(known, charts=tuple(charts))
    return Layout(tuple(merged.values()))


def _chart(chart: ChartProto) -> Chart:
    margins = tuple(Margin(series.value, series.lower, series.upper) for series in chart.margin.series)
    return Chart(chart.title, tuple(chart.multiline.tag), margins)
