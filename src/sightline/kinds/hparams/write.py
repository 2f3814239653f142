"""Hyperparameters to the ``Value``s that TensorBoard's table is made of, as PyTorch and tensorboardX write them.

A session that has ended writes all three (:func:`encode_hparams`). One that begins writes its experiment and its start
and, when it ends, its end: TensorBoard keeps the *first* content of a tag in a run, so a ``RUNNING`` written at the
start could never become anything else there. A start without an end is a session that runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.kinds.hparams.message import (
    Experiment,
    HParamInfo,
    HParamsPluginData,
    HParamType,
    ListValue,
    MetricInfo,
    MetricName,
    SessionEndInfo,
    SessionStartInfo,
    Status,
    StructValue,
)
from sightline.kinds.hparams.schema import EXPERIMENT_TAG, KIND, SESSION_END_TAG, SESSION_START_TAG

__all__ = ["Status", "as_hparams", "encode_experiment", "encode_hparams", "encode_session_end", "encode_session_start"]

HParamValue: TypeAlias = "bool | float | str"

_TYPES: dict[type, HParamType] = {bool: HParamType.BOOL, float: HParamType.FLOAT64, str: HParamType.STRING}
_WANTED = "want a bool, a number, a string, None, a function, or an array or tensor of one element"


def encode_hparams(
    hparams: Mapping[str, Any],
    metrics: Iterable[str] = (),
    domain_discrete: Mapping[str, Sequence[Any]] | None = None,
) -> list[Value]:
    """What ``add_hparams(hparams, metrics)`` logs of a finished session: its experiment, its start, its success.

    ``metrics`` are the tags of its scalars; a mapping gives its keys. Arguments as for :func:`encode_experiment`.
    """
    return [
        encode_experiment(hparams, metrics, domain_discrete),
        encode_session_start(hparams),
        encode_session_end(),
    ]


def encode_experiment(
    hparams: Mapping[str, Any],
    metrics: Iterable[str] = (),
    domain_discrete: Mapping[str, Sequence[Any]] | None = None,
) -> Value:
    """The columns of the table: a type for each hyperparameter, a name for each metric.

    ``domain_discrete`` gives the values that a hyperparameter may have, all of its own type. Values and errors as for
    :func:`as_hparams`.
    """
    values = as_hparams(hparams)
    domains = _as_domains(domain_discrete, hparams, values)
    columns = []
    for name, value in values.items():
        column = HParamInfo(name=name, type=_TYPES[type(value)])
        if name in domains:
            column.domain_discrete = ListValue(values=[_struct_value(each) for each in domains[name]])
        columns.append(column)
    tags = []
    for tag in metrics:
        if not isinstance(tag, str):
            raise ArgumentTypeError(f"metrics: got {_describe(tag)} as a name, want a string such as 'accuracy'")
        tags.append(MetricInfo(name=MetricName(tag=_readable(tag))))
    experiment = Experiment(hparam_infos=columns, metric_infos=tags)
    return _encode(EXPERIMENT_TAG, HParamsPluginData(experiment=experiment))


def encode_session_start(hparams: Mapping[str, Any], *, group_name: str = "", start_time: float | None = None) -> Value:
    """The hyperparameters of one session. Values and errors as for :func:`as_hparams`.

    Sessions of one ``group_name`` are repetitions, such as seeds, and share a row. ``start_time`` is in seconds since
    the Unix epoch; PyTorch writes neither.
    """
    start = SessionStartInfo(hparams={name: _struct_value(value) for name, value in as_hparams(hparams).items()})
    if group_name:
        start.group_name = _readable(group_name)
    if start_time is not None:
        start.start_time_secs = start_time
    return _encode(SESSION_START_TAG, HParamsPluginData(session_start_info=start))


def encode_session_end(status: Status = Status.SUCCESS, *, end_time: float | None = None) -> Value:
    """How the session ended; ``end_time`` in seconds since the Unix epoch. To be written once: the first counts."""
    end = SessionEndInfo(status=Status(status))
    if end_time is not None:
        end.end_time_secs = end_time
    return _encode(SESSION_END_TAG, HParamsPluginData(session_end_info=end))


def as_hparams(hparams: Mapping[str, Any]) -> dict[str, HParamValue]:
    """Hyperparameters as they are kept: booleans, float64, text. Any mapping; None means that there is no value.

    Numbers of Python and NumPy, arrays and tensors of one element become bool or float; a function or class its name.
    ``ArgumentTypeError`` for other types, ``ArgumentError`` for several elements and integers beyond float64.
    """
    if not isinstance(hparams, Mapping):
        raise ArgumentTypeError(f"hparams: got {_describe(hparams)}, want a mapping such as {{'lr': 0.1}}; use vars()")
    kept: dict[str, HParamValue] = {}
    for name, value in hparams.items():
        if not isinstance(name, str):
            raise ArgumentTypeError(f"hparams: got {_describe(name)} as a name, want a string such as 'lr'")
        plain = _as_plain(value, f"hparams[{name!r}]")
        if plain is not None:
            kept[_readable(name)] = plain
    return kept


def _as_plain(value: Any, argument: str) -> HParamValue | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _readable(value)
    if isinstance(value, bool):
        return value
    if callable(getattr(value, "item", None)):
        count = value.numel() if callable(getattr(value, "numel", None)) else getattr(value, "size", 1)
        if count != 1 or getattr(value, "is_meta", False):
            what = "on the meta device" if count == 1 else f"with {count} elements"
            raise ArgumentError(f"{argument}: got {_describe(value)} {what}, {_WANTED}")
        return _as_plain(value.item(), argument)
    if hasattr(value, "__float__") or hasattr(value, "__index__"):
        try:
            return float(value)
        except (OverflowError, TypeError, ValueError):
            raise ArgumentError(f"{argument}: got {_describe(value)}, want a number within float64's range") from None
    if callable(value):
        return _readable(str(getattr(value, "__name__", value)))
    raise ArgumentTypeError(f"{argument}: got {_describe(value)}, {_WANTED}; log other things as text: str(...)")


def _as_domains(
    domain_discrete: Mapping[str, Sequence[Any]] | None, hparams: Mapping[str, Any], values: dict[str, HParamValue]
) -> dict[str, list[HParamValue]]:
    if domain_discrete is None:
        return {}
    if not isinstance(domain_discrete, Mapping):
        raise ArgumentTypeError(
            f"hparam_domain_discrete: got {_describe(domain_discrete)}, want a mapping of name to list of values"
        )
    domains: dict[str, list[HParamValue]] = {}
    for name, domain in domain_discrete.items():
        argument = f"hparam_domain_discrete[{name!r}]"
        if name not in hparams:
            have = ", ".join(map(repr, hparams)) or "none"
            raise ArgumentError(f"{argument}: want a name that is in hparams; they are {have}")
        if not isinstance(domain, Sequence) or isinstance(domain, (str, bytes)):
            raise ArgumentTypeError(f"{argument}: got {_describe(domain)}, want a list of values")
        plain = [_as_plain(each, argument) for each in domain]
        name = _readable(name)
        if name not in values:
            continue  # its value is None: it has no column
        want = type(values[name])
        if any(type(each) is not want for each in plain):
            raise ArgumentTypeError(f"{argument}: got {_describe(domain)}, want values of type {want.__name__} only")
        domains[name] = [each for each in plain if each is not None]
    return domains


def _struct_value(value: HParamValue) -> StructValue:
    if isinstance(value, bool):
        return StructValue(bool_value=value)
    return StructValue(string_value=value) if isinstance(value, str) else StructValue(number_value=value)


def _encode(tag: str, content: HParamsPluginData) -> Value:
    """A value that is nothing but its metadata, as PyTorch writes it."""
    plugin = PluginData(plugin_name=KIND.plugin_names[0], content=content.SerializeToString())
    return Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))


def _readable(text: str) -> str:
    """Text that UTF-8 can hold: halves of surrogate pairs become escapes such as ``\\udce9``."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _describe(value: Any) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
