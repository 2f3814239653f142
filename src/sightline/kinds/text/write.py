"""Markdown to a ``Value``, as PyTorch and tensorboardX write it."""

from __future__ import annotations

from sightline.format.event import DataType, Dim, PluginData, SummaryMetadata, TensorProto, TensorShapeProto, Value
from sightline.kinds.text.schema import KIND

__all__ = ["TAG_SUFFIX", "encode_text"]

TAG_SUFFIX = "/text_summary"
"""What torch and tensorboardX append to the tag; TensorFlow does not."""


def encode_text(tag: str, text: str) -> Value:
    """One string, as a DT_STRING tensor of shape [1], under ``tag`` + ``/text_summary``."""
    return Value(
        tag=tag + TAG_SUFFIX,
        metadata=SummaryMetadata(plugin_data=PluginData(plugin_name=KIND.plugin_names[0])),
        tensor=TensorProto(
            dtype=DataType.STRING,
            tensor_shape=TensorShapeProto(dim=[Dim(size=1)]),
            string_val=[text.encode()],
        ),
    )
