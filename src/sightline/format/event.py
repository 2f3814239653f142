"""Event, Summary, Value and their parts: the messages of an event file, as tables.

Field numbers are those of TensorBoard's ``compat/proto/{event,summary,tensor,tensor_shape,types}.proto``.
Messages that belong to one kind (graphs, hyperparameters ...) live in that kind's room, not here.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from sightline.format.wire import Field, Message

__all__ = [
    "FILE_VERSION",
    "Audio",
    "DataClass",
    "DataType",
    "Dim",
    "Event",
    "HistogramProto",
    "Image",
    "LogMessage",
    "PluginData",
    "SessionLog",
    "SessionStatus",
    "SourceMetadata",
    "Summary",
    "SummaryMetadata",
    "TaggedRunMetadata",
    "TensorProto",
    "TensorShapeProto",
    "Value",
]

FILE_VERSION = "brain.Event:2"
"""What the first event of every file says; readers parse the number after the colon."""


class DataType(IntEnum):
    """Element types of a tensor (``types.proto``). A value 100 higher is the "_REF" twin."""

    INVALID = 0
    FLOAT = 1
    DOUBLE = 2
    INT32 = 3
    UINT8 = 4
    INT16 = 5
    INT8 = 6
    STRING = 7
    COMPLEX64 = 8
    INT64 = 9
    BOOL = 10
    QINT8 = 11
    QUINT8 = 12
    QINT32 = 13
    BFLOAT16 = 14
    QINT16 = 15
    QUINT16 = 16
    UINT16 = 17
    COMPLEX128 = 18
    HALF = 19
    RESOURCE = 20
    VARIANT = 21
    UINT32 = 22
    UINT64 = 23
    FLOAT8_E5M2 = 24
    FLOAT8_E4M3FN = 25
    FLOAT8_E4M3FNUZ = 26
    FLOAT8_E4M3B11FNUZ = 27
    FLOAT8_E5M2FNUZ = 28
    INT4 = 29
    UINT4 = 30
    INT2 = 31
    UINT2 = 32
    FLOAT4_E2M1FN = 33


class DataClass(IntEnum):
    """How a series is stored (``SummaryMetadata.data_class``)."""

    UNKNOWN = 0
    SCALAR = 1
    TENSOR = 2
    BLOB_SEQUENCE = 3


class SessionStatus(IntEnum):
    """``SessionLog.status``."""

    UNSPECIFIED = 0
    START = 1
    STOP = 2
    CHECKPOINT = 3


# The names of these numbers in the .proto files, for the messages' text form.
_DATA_TYPE_NAMES = {
    each + reference: f"DT_{each.name}{suffix}"
    for each in DataType
    for reference, suffix in ((0, ""), (100, "_REF"))
    if each or not reference
}
_DATA_CLASS_NAMES = {each.value: f"DATA_CLASS_{each.name}" for each in DataClass}
_SESSION_STATUS_NAMES = {each.value: each.name for each in SessionStatus} | {0: "STATUS_UNSPECIFIED"}
_LOG_LEVEL_NAMES = {0: "UNKNOWN", 10: "DEBUGGING", 20: "INFO", 30: "WARN", 40: "ERROR", 50: "FATAL"}


class Dim(Message):
    size: int
    name: str
    FIELDS: ClassVar = (Field(1, "size", "int64"), Field(2, "name", "string"))


class TensorShapeProto(Message):
    dim: list[Dim]
    unknown_rank: bool
    FIELDS: ClassVar = (Field(2, "dim", "message", lambda: Dim, repeated=True), Field(3, "unknown_rank", "bool"))


class TensorProto(Message):
    """An array. ``tensor_content`` (raw, little endian, row major) overrides the ``*_val`` lists; in a list that is
    shorter than the shape the last value repeats; a missing shape is rank 0."""

    dtype: int
    tensor_shape: TensorShapeProto
    version_number: int
    tensor_content: bytes
    float_val: list[float]
    double_val: list[float]
    int_val: list[int]
    string_val: list[bytes]
    scomplex_val: list[float]
    int64_val: list[int]
    bool_val: list[bool]
    dcomplex_val: list[float]
    half_val: list[int]
    uint32_val: list[int]
    uint64_val: list[int]
    float8_val: bytes
    FIELDS: ClassVar = (
        Field(1, "dtype", "enum", names=_DATA_TYPE_NAMES),
        Field(2, "tensor_shape", "message", lambda: TensorShapeProto),
        Field(3, "version_number", "int32"),
        Field(4, "tensor_content", "bytes"),
        Field(5, "float_val", "float", repeated=True),
        Field(6, "double_val", "double", repeated=True),
        Field(7, "int_val", "int32", repeated=True),
        Field(8, "string_val", "bytes", repeated=True),
        Field(9, "scomplex_val", "float", repeated=True),
        Field(10, "int64_val", "int64", repeated=True),
        Field(11, "bool_val", "bool", repeated=True),
        Field(12, "dcomplex_val", "double", repeated=True),
        Field(13, "half_val", "int32", repeated=True),
        Field(16, "uint32_val", "uint32", repeated=True),
        Field(17, "uint64_val", "uint64", repeated=True),
        Field(18, "float8_val", "bytes"),
    )


class PluginData(Message):
    plugin_name: str
    content: bytes
    FIELDS: ClassVar = (Field(1, "plugin_name", "string"), Field(2, "content", "bytes"))


class SummaryMetadata(Message):
    """What a series is. Writers may send it with the first value of a tag only."""

    plugin_data: PluginData
    display_name: str
    summary_description: str
    data_class: int
    FIELDS: ClassVar = (
        Field(1, "plugin_data", "message", lambda: PluginData),
        Field(2, "display_name", "string"),
        Field(3, "summary_description", "string"),
        Field(4, "data_class", "enum", names=_DATA_CLASS_NAMES),
    )


class Image(Message):
    height: int
    width: int
    colorspace: int
    encoded_image_string: bytes
    FIELDS: ClassVar = (
        Field(1, "height", "int32"),
        Field(2, "width", "int32"),
        Field(3, "colorspace", "int32"),
        Field(4, "encoded_image_string", "bytes"),
    )


class Audio(Message):
    sample_rate: float
    num_channels: int
    length_frames: int
    encoded_audio_string: bytes
    content_type: str
    FIELDS: ClassVar = (
        Field(1, "sample_rate", "float"),
        Field(2, "num_channels", "int64"),
        Field(3, "length_frames", "int64"),
        Field(4, "encoded_audio_string", "bytes"),
        Field(5, "content_type", "string"),
    )


class HistogramProto(Message):
    """``bucket_limit[i]`` is the right edge of ``bucket[i]``."""

    min: float
    max: float
    num: float
    sum: float
    sum_squares: float
    bucket_limit: list[float]
    bucket: list[float]
    FIELDS: ClassVar = (
        Field(1, "min", "double"),
        Field(2, "max", "double"),
        Field(3, "num", "double"),
        Field(4, "sum", "double"),
        Field(5, "sum_squares", "double"),
        Field(6, "bucket_limit", "double", repeated=True),
        Field(7, "bucket", "double", repeated=True),
    )


class Value(Message):
    """One value of a summary: a tag, what it is, and one of the forms it may take."""

    tag: str
    node_name: str
    metadata: SummaryMetadata
    simple_value: float
    obsolete_old_style_histogram: bytes
    image: Image
    histo: HistogramProto
    audio: Audio
    tensor: TensorProto
    FIELDS: ClassVar = (
        Field(1, "tag", "string"),
        Field(2, "simple_value", "float", oneof="value"),
        Field(3, "obsolete_old_style_histogram", "bytes", oneof="value"),
        Field(4, "image", "message", lambda: Image, oneof="value"),
        Field(5, "histo", "message", lambda: HistogramProto, oneof="value"),
        Field(6, "audio", "message", lambda: Audio, oneof="value"),
        Field(7, "node_name", "string"),
        Field(8, "tensor", "message", lambda: TensorProto, oneof="value"),
        Field(9, "metadata", "message", lambda: SummaryMetadata),
    )


class Summary(Message):
    value: list[Value]
    FIELDS: ClassVar = (Field(1, "value", "message", lambda: Value, repeated=True),)


class LogMessage(Message):
    level: int
    message: str
    FIELDS: ClassVar = (Field(1, "level", "enum", names=_LOG_LEVEL_NAMES), Field(2, "message", "string"))


class SessionLog(Message):
    status: int
    checkpoint_path: str
    msg: str
    FIELDS: ClassVar = (
        Field(1, "status", "enum", names=_SESSION_STATUS_NAMES),
        Field(2, "checkpoint_path", "string"),
        Field(3, "msg", "string"),
    )


class TaggedRunMetadata(Message):
    tag: str
    run_metadata: bytes
    FIELDS: ClassVar = (Field(1, "tag", "string"), Field(2, "run_metadata", "bytes"))


class SourceMetadata(Message):
    writer: str
    FIELDS: ClassVar = (Field(1, "writer", "string"),)


class Event(Message):
    """One decoded record: when, at which step, and what."""

    wall_time: float
    step: int
    file_version: str
    graph_def: bytes
    summary: Summary
    log_message: LogMessage
    session_log: SessionLog
    tagged_run_metadata: TaggedRunMetadata
    meta_graph_def: bytes
    source_metadata: SourceMetadata
    FIELDS: ClassVar = (
        Field(1, "wall_time", "double"),
        Field(2, "step", "int64"),
        Field(3, "file_version", "string", oneof="what"),
        Field(4, "graph_def", "bytes", oneof="what"),
        Field(5, "summary", "message", lambda: Summary, oneof="what"),
        Field(6, "log_message", "message", lambda: LogMessage, oneof="what"),
        Field(7, "session_log", "message", lambda: SessionLog, oneof="what"),
        Field(8, "tagged_run_metadata", "message", lambda: TaggedRunMetadata, oneof="what"),
        Field(9, "meta_graph_def", "bytes", oneof="what"),
        Field(10, "source_metadata", "message", lambda: SourceMetadata),
    )
