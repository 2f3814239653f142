"""A number to a ``Value``: the old form (``simple_value``) or, with ``tensor``, the new one."""

from __future__ import annotations

import numpy as np

from sightline.format.event import DataType, PluginData, SummaryMetadata, TensorProto, Value
from sightline.kinds.scalar.schema import KIND

__all__ = ["encode_scalar"]


def encode_scalar(
    tag: str,
    value: float,
    *,
    tensor: bool = False,
    double: bool = False,
    display_name: str = "",
    summary_description: str = "",
) -> Value:
    """One scalar.

    ``tensor`` writes a rank-0 tensor of plugin ``scalars``: DT_FLOAT, or DT_DOUBLE with ``double`` (which
    TensorBoard's Rust loader does not show). Otherwise a ``simple_value``, always float32. Numbers beyond float32
    become infinite there. ``display_name`` and ``summary_description`` (Markdown) travel in the metadata.
    """
    metadata = SummaryMetadata()
    if display_name:
        metadata.display_name = display_name
    if summary_description:
        metadata.summary_description = summary_description
    result = Value(tag=tag)
    if not tensor:
        result.simple_value = _float32(value)
    elif double:
        result.tensor = TensorProto(dtype=DataType.DOUBLE, double_val=[value])
    else:
        result.tensor = TensorProto(dtype=DataType.FLOAT, float_val=[_float32(value)])
    if tensor:
        metadata.plugin_data = PluginData(plugin_name=KIND.plugin_names[0])
    if tensor or display_name or summary_description:
        result.metadata = metadata
    return result


def _float32(value: float) -> float:
    with np.errstate(over="ignore"):  # infinite is what is meant
        return float(np.float32(value))
