"""The columns of a chart as one Arrow record batch, as small as they can be without losing a value.

A row of the batch is a line of the chart, and each column holds lists, one list for each line: 100 lines are as few
Arrow arrays as one. What says nothing is an empty list, and the page puts back what it stands for:

    count                     1 everywhere
    runs_max                  ``runs``
    max, first, last          ``max`` is ``min``; ``first`` is ``min`` and ``last`` is ``max``
    nan_count, posinf_count, neginf_count   0 everywhere
    any column named in the line's ``same``: the first ``rows`` elements of that column of the line it names

Values are float32 when every one of them is exactly that (PyTorch and TensorFlow log float32), steps int32 when they
fit, counts the smallest unsigned integer.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["COLUMNS", "fits_float32", "lean", "pack", "rounded", "shared"]

Columns = dict[str, npt.NDArray[Any]]

COLUMNS = (
    "step",
    "x",
    "wall_time",
    "min",
    "max",
    "first",
    "last",
    "smooth",
    "low",
    "high",
    "runs",
    "runs_max",
    "count",
    "nan_count",
    "posinf_count",
    "neginf_count",
)
"""The order of the columns; those that no line has are left out."""

VALUES = ("min", "max", "first", "last")
COUNTS = ("count", "runs", "runs_max", "nan_count", "posinf_count", "neginf_count")
SHARED = ("step", "count")
"""Runs of one script log at the same steps: these columns are often equal from line to line."""

LOOK_BACK = 3
"""Different versions of a shared column that are remembered."""

FLOAT32_MAX = float(np.finfo(np.float32).max)
FLOAT32_TINY = float(np.finfo(np.float32).tiny)


def fits_float32(column: npt.NDArray[np.float64]) -> bool:
    """Whether every value is a float32, NaN and infinities included."""
    with np.errstate(over="ignore"):
        return bool(np.array_equal(column.astype(np.float32), column, equal_nan=True))


def rounded(column: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """A mean of float32 values as one: off by 6e-8 of it. As it is where that would be infinite or lose digits."""
    size = np.abs(column[np.isfinite(column)])
    size = size[size != 0]
    fits = not len(size) or (float(size.max()) <= FLOAT32_MAX and float(size.min()) >= FLOAT32_TINY)
    return column.astype(np.float32) if fits else column


def pack(lines: list[Columns], metadata: bytes, same: list[dict[str, int]]) -> bytes:
    """An Arrow IPC stream of one record batch, its schema's metadata ``sightline`` being ``metadata``."""
    import nanoarrow  # 50 ms that the server's start need not pay
    from nanoarrow.c_array_stream import CArrayStream
    from nanoarrow.c_schema import c_schema
    from nanoarrow.ipc import StreamWriter

    types = {
        "float32": nanoarrow.float32(),
        "float64": nanoarrow.float64(),
        "int32": nanoarrow.int32(),
        "int64": nanoarrow.int64(),
        "uint8": nanoarrow.uint8(),
        "uint16": nanoarrow.uint16(),
        "uint32": nanoarrow.uint32(),
    }
    fields, children = {}, []
    narrow = True
    for name in COLUMNS:
        parts = [
            columns[name] if name in columns and name not in shares else None
            for columns, shares in zip(lines, same, strict=True)
        ]
        sizes = [0 if part is None else len(part) for part in parts]
        if not any(sizes):
            continue
        joined = _narrow(name, np.concatenate([part for part in parts if part is not None]), narrow)
        if name in VALUES:
            narrow = narrow and joined.dtype == np.float32
        offsets = np.zeros(len(lines) + 1, np.int32)
        np.cumsum(sizes, out=offsets[1:])
        item = types[joined.dtype.name]
        fields[name] = nanoarrow.list_(item)
        values = nanoarrow.c_array_from_buffers(item, len(joined), [None, joined], null_count=0)
        children.append(
            nanoarrow.c_array_from_buffers(fields[name], len(lines), [None, offsets], null_count=0, children=[values])
        )
    schema = c_schema(nanoarrow.struct(fields, nullable=False)).modify(metadata={"sightline": metadata})
    batch = nanoarrow.c_array_from_buffers(schema, len(lines), [None], null_count=0, children=children)
    out = io.BytesIO()
    with StreamWriter.from_writable(out) as writer:
        writer.serialize_stream(CArrayStream.from_c_arrays([batch], schema, validate=False))
    return out.getvalue()


def lean(columns: Columns) -> Columns:
    """A line's columns without those that say nothing."""
    kept = dict(columns)
    count = columns["count"]
    if bool((count == 1).all()):
        for name in ("count", "max", "first", "last"):
            kept.pop(name, None)
    for name in ("nan_count", "posinf_count", "neginf_count"):
        if not columns[name].any():
            del kept[name]
    return kept


def shared(lines: list[Columns]) -> list[dict[str, int]]:
    """For each line the columns that begin as those of an earlier line do, and which line that is."""
    out: list[dict[str, int]] = []
    seen: dict[str, list[tuple[int, npt.NDArray[Any]]]] = {name: [] for name in SHARED}
    for index, columns in enumerate(lines):
        found: dict[str, int] = {}
        for name in SHARED:
            column = columns.get(name)
            if column is None or not len(column):
                continue
            for other, theirs in seen[name]:
                if len(theirs) >= len(column) and np.array_equal(theirs[: len(column)], column):
                    found[name] = other
                    break
            else:
                seen[name] = [(index, column), *seen[name][: LOOK_BACK - 1]]
        out.append(found)
    return out


def _narrow(name: str, column: npt.NDArray[Any], narrow: bool) -> npt.NDArray[Any]:
    """The smallest type that holds the column. ``narrow``: the values of these lines were float32."""
    if name == "step":
        info = np.iinfo(np.int32)
        return column.astype(np.int32) if info.min <= column.min() and column.max() <= info.max else column
    if name in COUNTS:
        top = int(column.max())
        return column.astype(np.uint8 if top < 1 << 8 else np.uint16 if top < 1 << 16 else np.uint32)
    if column.dtype == np.float32:
        return column
    if name == "smooth":
        return rounded(column) if narrow else column
    return column.astype(np.float32) if fits_float32(column) else column
