"""A ``Value`` of the room to what it says: the columns of a table, a session's start, a session's end.

Forms accepted: values with metadata only (PyTorch, tensorboardX, Sightline) and values with a null tensor beside it
(TensorFlow, Keras, JAX): everything is in the content of the plugin data, whatever the tag. TensorFlow sends
``metadata`` with the first value of a tag only; then it is given beside the value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sightline.errors import MalformedMessage
from sightline.format.event import SummaryMetadata, Value
from sightline.kinds.hparams import message as proto
from sightline.kinds.hparams.message import DatasetType, HParamsPluginData, HParamType, Status
from sightline.kinds.hparams.schema import VERSION

__all__ = [
    "DeclaredHParam",
    "DeclaredMetric",
    "Experiment",
    "HParamValue",
    "SessionEnd",
    "SessionStart",
    "decode_content",
    "decode_hparams",
]

HParamValue: TypeAlias = "bool | float | str"


@dataclass(frozen=True, slots=True)
class DeclaredHParam:
    """A column of hyperparameters as an experiment declares it."""

    name: str
    display_name: str = ""
    description: str = ""
    type: HParamType = HParamType.UNSET
    values: tuple[HParamValue, ...] | None = None
    """All it may be, where the domain is a list."""
    interval: tuple[float, float] | None = None
    """Smallest and largest, where the domain is an interval."""


@dataclass(frozen=True, slots=True)
class DeclaredMetric:
    """A column of metrics: the last scalar ``tag`` of the run ``<session>/<group>``."""

    tag: str
    group: str = ""
    display_name: str = ""
    description: str = ""
    dataset_type: DatasetType = DatasetType.UNKNOWN


@dataclass(frozen=True, slots=True)
class Experiment:
    """The columns that were declared, in their order. Times are seconds since the Unix epoch, None where unknown."""

    name: str = ""
    description: str = ""
    user: str = ""
    time_created: float | None = None
    hparams: tuple[DeclaredHParam, ...] = ()
    metrics: tuple[DeclaredMetric, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionStart:
    """What a session was started with, in the order of the file."""

    hparams: dict[str, HParamValue] = field(default_factory=dict)
    group_name: str = ""
    """Sessions of one name are repetitions; empty: the session stands alone."""
    start_time: float | None = None
    model_uri: str = ""
    monitor_url: str = ""


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """How a session ended."""

    status: Status
    end_time: float | None = None


def decode_hparams(value: Value, metadata: SummaryMetadata | None = None) -> Experiment | SessionStart | SessionEnd:
    """What a value says, from its own metadata or else from ``metadata``. ``MalformedMessage`` when that is nothing."""
    if value.HasField("metadata") and value.metadata.plugin_data.content:
        metadata = value.metadata
    return decode_content(metadata.plugin_data.content if metadata is not None else b"")


def decode_content(content: bytes) -> Experiment | SessionStart | SessionEnd:
    """The content of the plugin data. ``MalformedMessage`` when it is damaged, empty or of another version than 0."""
    message = HParamsPluginData.FromString(content)
    if message.version != VERSION:
        raise MalformedMessage(f"hyperparameters: got version {message.version}, want {VERSION}")
    match message.WhichOneof("data"):
        case "experiment":
            return _experiment(message.experiment)
        case "session_start_info":
            return _session_start(message.session_start_info)
        case "session_end_info":
            end = message.session_end_info
            return SessionEnd(_known(Status, end.status), end.end_time_secs or None)
    raise MalformedMessage(
        f"hyperparameters: got {len(content)} bytes without an experiment, a session's start or its end; want one"
    )


def _experiment(message: proto.Experiment) -> Experiment:
    return Experiment(
        name=message.name,
        description=message.description,
        user=message.user,
        time_created=message.time_created_secs or None,
        hparams=tuple(map(_declared_hparam, message.hparam_infos)),
        metrics=tuple(
            DeclaredMetric(
                tag=info.name.tag,
                group=info.name.group,
                display_name=info.display_name,
                description=info.description,
                dataset_type=_known(DatasetType, info.dataset_type),
            )
            for info in message.metric_infos
        ),
    )


def _declared_hparam(info: proto.HParamInfo) -> DeclaredHParam:
    values: tuple[HParamValue, ...] | None = None
    if info.HasField("domain_discrete"):
        plain = map(_plain, info.domain_discrete.values)
        values = tuple(each for each in plain if each is not None)
    interval = None
    if info.HasField("domain_interval"):
        interval = (info.domain_interval.min_value, info.domain_interval.max_value)
    kind = _known(HParamType, info.type)
    return DeclaredHParam(info.name, info.display_name, info.description, kind, values, interval)


def _session_start(message: proto.SessionStartInfo) -> SessionStart:
    plain = {name: _plain(value) for name, value in message.hparams.items()}
    return SessionStart(
        hparams={name: value for name, value in plain.items() if value is not None},
        group_name=message.group_name,
        start_time=message.start_time_secs or None,
        model_uri=message.model_uri,
        monitor_url=message.monitor_url,
    )


def _plain(value: proto.StructValue) -> HParamValue | None:
    """None for null and for a value that was never set; lists and structs, which no writer makes, as text."""
    match value.WhichOneof("kind"):
        case None | "null_value":
            return None
        case "struct_value" | "list_value":
            return str(_nested(value))
        case kind:
            plain: HParamValue = getattr(value, kind)
            return plain


def _nested(value: proto.StructValue) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return {name: _nested(each) for name, each in value.struct_value.fields.items()}
        case "list_value":
            return [_nested(each) for each in value.list_value.values]
    return _plain(value)


def _known(kind: type[Any], number: int) -> Any:
    """A number of a later version of the protocol counts as the first of its kind, which means "not known"."""
    return kind(number) if number in kind._value2member_map_ else kind(0)
