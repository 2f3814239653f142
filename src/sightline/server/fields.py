"""Fields: what is known of each run, as columns with one entry for each run. docs/design/0007-runs.md.

A field is named by an id: ``hparam:lr``, or ``metric:val/acc.max`` (a scalar's tag, a dot, and which of its figures).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from sightline.analysis.figures import Better, better
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import Answer, Endpoint, Query
from sightline.server.cursor import Cursor, format_cursor
from sightline.server.field_values import field_values
from sightline.store import LogDir
from sightline.store.logdir import natural_key

__all__ = ["FIELDS", "FIELD_NAMES", "FieldColumn", "FieldNames", "HParamField", "RunFields", "RunFieldsQuery"]

HPARAM, METRIC = "hparam:", "metric:"
FIGURES = ("last", "min", "max", "first", "mean", "best")
FEW_VALUES = 30
"""A hyperparameter with more is not chosen from a list of its values."""

FieldValue: TypeAlias = "bool | float | str | None"


class RunFieldsQuery(Query):
    """Which fields, of which runs."""

    fields: list[str]
    """Ids: ``hparam:NAME``, or ``metric:TAG.FIGURE`` with one of last, min, max, first, mean, best."""
    runs: list[str] | None = None
    """Null: all runs, in the order of the catalogue."""


class FieldColumn(Answer):
    """One field. JSON has no NaN and no infinity: where a number is one, ``values`` is null and its row is listed."""

    field: str
    """The id that was asked for."""
    values: list[FieldValue]
    """One for each run; null where a run has none."""
    nan: list[int]
    """Rows whose value is NaN. A metric's ``min``, ``max``, ``mean`` and ``best`` are, when no value is finite."""
    posinf: list[int]
    neginf: list[int]
    better: Better | None
    """Of a metric: whether ``best`` is its lowest or its highest value, as its name lets one think. Where that is
    ``unknown``, no run has a ``best``."""


class RunFields(Answer):
    """Columns of fields."""

    runs: list[str]
    """Their rows. A run that was named and is not there any more has no values."""
    columns: list[FieldColumn]
    """In the order of the query."""


class HParamField(Answer):
    """A hyperparameter that some run was started with."""

    name: str
    type: Literal["number", "text", "bool", "mixed"]
    distinct: int
    """How many different values there are. With one it explains nothing."""
    values: list[bool | float | str]
    """All of them in order, when there are few and none is NaN or infinite; otherwise empty."""


class FieldNames(Answer):
    """The hyperparameters there are. Tags of scalars are in the catalogue."""

    hparams: list[HParamField]
    """In natural order."""


def read_fields(logdir: LogDir, query: RunFieldsQuery) -> RunFields:
    """The columns. A metric's points that a restart has overtaken don't count; hyperparameters are handed down
    (``kinds/hparams/inherit.py``). Names that no run knows have empty columns: a remembered column must not fail."""
    runs = logdir.runs
    names = list(runs) if query.runs is None else query.runs
    return RunFields(runs=names, columns=[_column(logdir, names, field) for field in query.fields])


def read_field_names(logdir: LogDir, query: None) -> FieldNames:
    own, _ = field_values(logdir).hparams(logdir)
    found: dict[str, dict[tuple[type, object], bool | float | str]] = {}
    for hparams in own.values():
        for name, value in hparams.items():
            found.setdefault(name, {})[type(value), value if value == value else "NaN"] = value
    return FieldNames(
        hparams=[_hparam_field(name, list(found[name].values())) for name in sorted(found, key=natural_key)]
    )


def _hparam_field(name: str, values: list[bool | float | str]) -> HParamField:
    types = {_TYPES[type(value)] for value in values}
    few = len(values) <= FEW_VALUES and not any(
        isinstance(value, float) and not math.isfinite(value) for value in values
    )
    return HParamField(
        name=name,
        type=types.pop() if len(types) == 1 else "mixed",
        distinct=len(values),
        values=sorted(values, key=_value_key) if few else [],
    )


_TYPES: dict[type, Literal["number", "text", "bool", "mixed"]] = {bool: "bool", float: "number", str: "text"}


def _value_key(value: bool | float | str) -> tuple[int, float, tuple[object, ...]]:
    if isinstance(value, str):
        return 2, 0.0, tuple(natural_key(value))
    return int(not isinstance(value, bool)), float(value), ()


def _column(logdir: LogDir, names: Sequence[str], field: str) -> FieldColumn:
    if field.startswith(HPARAM):
        return _packed(field, _hparam_values(logdir, names, field[len(HPARAM) :]), None)
    if field.startswith(METRIC):
        tag, dot, figure = field[len(METRIC) :].rpartition(".")
        if dot and figure in FIGURES:
            return _packed(field, _metric_values(logdir, names, tag, figure), better(tag))
    raise ArgumentError(
        f"field {field!r}: want 'hparam:NAME' or 'metric:TAG.FIGURE' with FIGURE one of {', '.join(FIGURES)}"
    )


def _hparam_values(logdir: LogDir, names: Sequence[str], hparam: str) -> list[FieldValue]:
    own, lender = field_values(logdir).hparams(logdir)
    return [own[lender[name]].get(hparam) if name in lender else None for name in names]


def _metric_values(logdir: LogDir, names: Sequence[str], tag: str, figure: str) -> Iterable[FieldValue]:
    if figure == "best":
        which = better(tag)
        if which == "unknown":
            return [None] * len(names)
        figure = "min" if which == "low" else "max"
    runs = logdir.runs
    found = field_values(logdir).metric((runs.get(name) for name in names), tag)
    return (None if one is None else getattr(one, figure) for one in found)


def _packed(field: str, found: Iterable[FieldValue], which: Better | None) -> FieldColumn:
    column = FieldColumn(field=field, values=[], nan=[], posinf=[], neginf=[], better=which)
    for row, value in enumerate(found):
        if isinstance(value, float) and not math.isfinite(value):
            (column.nan if math.isnan(value) else column.posinf if value > 0 else column.neginf).append(row)
            value = None
        column.values.append(value)
    return column


FIELD_NAMES = Endpoint(
    method="GET",
    path="/runs/fields",
    summary="The hyperparameters there are",
    query=None,
    answer=FieldNames,
    handler=read_field_names,
    etag=lambda logdir: format_cursor(Cursor(logdir.version)),
)
FIELDS = Endpoint(
    method="POST",
    path="/runs/fields",
    summary="Values of fields: a column for each, an entry for each run",
    query=RunFieldsQuery,
    answer=RunFields,
    handler=read_fields,
)
