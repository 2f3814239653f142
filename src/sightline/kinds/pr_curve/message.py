"""The message of the room, as a table: TensorBoard's ``plugins/pr_curve/plugin_data.proto``."""

from __future__ import annotations

from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = ["PrCurvePluginData"]


class PrCurvePluginData(Message):
    version: int
    num_thresholds: int
    FIELDS: ClassVar = (Field(1, "version", "int32"), Field(2, "num_thresholds", "uint32"))
