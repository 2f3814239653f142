"""The messages of the room, as tables: TensorBoard's ``plugins/hparams/{plugin_data,api}.proto``, ``struct.proto``.

Apart from ``schema.py``, because every training script imports the list of rooms.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = [
    "DatasetType",
    "Experiment",
    "HParamInfo",
    "HParamType",
    "HParamsPluginData",
    "Interval",
    "ListValue",
    "MetricInfo",
    "MetricName",
    "SessionEndInfo",
    "SessionStartInfo",
    "Status",
    "Struct",
    "StructValue",
]


class HParamType(IntEnum):
    """``HParamInfo.type``."""

    UNSET = 0
    STRING = 1
    BOOL = 2
    FLOAT64 = 3


class DatasetType(IntEnum):
    """``MetricInfo.dataset_type``."""

    UNKNOWN = 0
    TRAINING = 1
    VALIDATION = 2


class Status(IntEnum):
    """``SessionEndInfo.status``."""

    UNKNOWN = 0
    SUCCESS = 1
    FAILURE = 2
    RUNNING = 3


class ListValue(Message):
    """``google.protobuf.ListValue``."""

    values: list[StructValue]
    FIELDS: ClassVar = (Field(1, "values", "message", lambda: StructValue, repeated=True),)


class Struct(Message):
    """``google.protobuf.Struct``."""

    fields: dict[str, StructValue]
    FIELDS: ClassVar = (Field(1, "fields", "map", lambda: StructValue),)


class StructValue(Message):
    """``google.protobuf.Value``, called by another name because a summary has a ``Value`` too."""

    null_value: int
    number_value: float
    string_value: str
    bool_value: bool
    struct_value: Struct
    list_value: ListValue
    FIELDS: ClassVar = (
        Field(1, "null_value", "enum", oneof="kind", names={0: "NULL_VALUE"}),
        Field(2, "number_value", "double", oneof="kind"),
        Field(3, "string_value", "string", oneof="kind"),
        Field(4, "bool_value", "bool", oneof="kind"),
        Field(5, "struct_value", "message", lambda: Struct, oneof="kind"),
        Field(6, "list_value", "message", lambda: ListValue, oneof="kind"),
    )


class Interval(Message):
    min_value: float
    max_value: float
    FIELDS: ClassVar = (Field(1, "min_value", "double"), Field(2, "max_value", "double"))


class HParamInfo(Message):
    """A column of hyperparameters."""

    name: str
    display_name: str
    description: str
    type: int
    domain_discrete: ListValue
    domain_interval: Interval
    differs: bool
    FIELDS: ClassVar = (
        Field(1, "name", "string"),
        Field(2, "display_name", "string"),
        Field(3, "description", "string"),
        Field(4, "type", "enum", names={each.value: f"DATA_TYPE_{each.name}" for each in HParamType}),
        Field(5, "domain_discrete", "message", lambda: ListValue, oneof="domain"),
        Field(6, "domain_interval", "message", lambda: Interval, oneof="domain"),
        Field(7, "differs", "bool"),
    )


class MetricName(Message):
    """The last scalar ``tag`` of the run ``<session>/<group>``."""

    group: str
    tag: str
    FIELDS: ClassVar = (Field(1, "group", "string"), Field(2, "tag", "string"))


class MetricInfo(Message):
    """A column of metrics."""

    name: MetricName
    display_name: str
    description: str
    dataset_type: int
    FIELDS: ClassVar = (
        Field(1, "name", "message", lambda: MetricName),
        Field(3, "display_name", "string"),
        Field(4, "description", "string"),
        Field(5, "dataset_type", "enum", names={each.value: f"DATASET_{each.name}" for each in DatasetType}),
    )


class Experiment(Message):
    """The columns of the table. PyTorch and tensorboardX write one into every session's run, with its own columns."""

    description: str
    user: str
    time_created_secs: float
    hparam_infos: list[HParamInfo]
    metric_infos: list[MetricInfo]
    name: str
    FIELDS: ClassVar = (
        Field(1, "description", "string"),
        Field(2, "user", "string"),
        Field(3, "time_created_secs", "double"),
        Field(4, "hparam_infos", "message", lambda: HParamInfo, repeated=True),
        Field(5, "metric_infos", "message", lambda: MetricInfo, repeated=True),
        Field(6, "name", "string"),
    )


class SessionStartInfo(Message):
    """What a session was started with. Times are seconds since the Unix epoch."""

    hparams: dict[str, StructValue]
    model_uri: str
    monitor_url: str
    group_name: str
    start_time_secs: float
    FIELDS: ClassVar = (
        Field(1, "hparams", "map", lambda: StructValue),
        Field(2, "model_uri", "string"),
        Field(3, "monitor_url", "string"),
        Field(4, "group_name", "string"),
        Field(5, "start_time_secs", "double"),
    )


class SessionEndInfo(Message):
    """How a session ended."""

    status: int
    end_time_secs: float
    FIELDS: ClassVar = (
        Field(1, "status", "enum", names={each.value: f"STATUS_{each.name}" for each in Status}),
        Field(2, "end_time_secs", "double"),
    )


class HParamsPluginData(Message):
    """The content of a value's plugin data."""

    version: int
    experiment: Experiment
    session_start_info: SessionStartInfo
    session_end_info: SessionEndInfo
    FIELDS: ClassVar = (
        Field(1, "version", "int32"),
        Field(2, "experiment", "message", lambda: Experiment, oneof="data"),
        Field(3, "session_start_info", "message", lambda: SessionStartInfo, oneof="data"),
        Field(4, "session_end_info", "message", lambda: SessionEndInfo, oneof="data"),
    )
