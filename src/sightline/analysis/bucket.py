"""Buckets: at most one row for each pixel column, with nothing hidden.

A chart ``count`` pixels wide over ``[low, high]`` has the columns

    i(x) = min(floor((x - low) * count / (high - low)), count - 1)        0 when high == low

and a column that holds points becomes one bucket: first, last, minimum and maximum of its finite values, and how many
were not finite. Drawing the line through first and last with a bar from minimum to maximum gives the same pixels as
drawing every point: M4, Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014,
https://www.vldb.org/pvldb/vol7/p797-jugel.pdf.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError
from sightline.format import kernel

__all__ = ["Buckets", "bucket", "bucket_numpy"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """The ``b`` buckets that hold points, in the order of ``x``. Empty columns have no bucket."""

    start: Integers
    """(b + 1,) bucket ``i`` is rows ``start[i]:start[i + 1]`` of the arrays given; never an empty slice."""
    first: Floats
    """(b,) first finite value; NaN when there is none, as in the next three."""
    last: Floats
    min: Floats
    max: Floats
    nan_count: Integers
    """(b,) values that are NaN."""
    posinf_count: Integers
    neginf_count: Integers

    @property
    def count(self) -> Integers:
        """(b,) points of each bucket, finite or not."""
        return np.diff(self.start)


def bucket(x: Floats, value: Floats, low: float, high: float, count: int) -> Buckets:
    """Buckets of the points with ``low <= x <= high``.

    ``x`` (n,) ascending and free of NaN, ``value`` (n,). One pass; by the native kernel when it is there.

    Raises
    ------
    ArgumentError
        ``x`` and ``value`` differ in length, ``low > high`` or either is not finite, or ``count < 1``.
    """
    if x.shape != value.shape or x.ndim != 1:
        raise ArgumentError(f"x and value have shapes {x.shape} and {value.shape}: want two columns of equal length")
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ArgumentError(f"range [{low}, {high}]: want two finite numbers, low <= high")
    if count < 1:
        raise ArgumentError(f"count is {count}: want 1 or more buckets")
    if kernel.bucket is None:
        return bucket_numpy(x, value, low, high, count)
    return Buckets(*kernel.bucket(np.ascontiguousarray(x), np.ascontiguousarray(value), low, high, count))


def bucket_numpy(x: Floats, value: Floats, low: float, high: float, count: int) -> Buckets:
    """The twin of the kernel's ``bucket``: the same eight arrays, by NumPy."""
    begin, end = int(np.searchsorted(x, low, "left")), int(np.searchsorted(x, high, "right"))
    x, value = x[begin:end], value[begin:end]
    if not len(x):
        none, empty = np.zeros(0, np.int64), np.zeros(0, np.float64)
        return Buckets(np.array([begin]), empty, empty, empty, empty, none, none, none)

    # A range too narrow or too wide for float64 makes the scale infinite or zero; every point then falls into the
    # last or the first column, in the kernel as here.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        scale = np.float64(count) / (np.float64(high) - np.float64(low)) if high > low else np.float64(0.0)
        position = (x - low) * scale
        column = np.where(position < count, position, count - 1).astype(np.int64)
    first_row = np.concatenate(([0], np.flatnonzero(np.diff(column)) + 1))

    finite = np.isfinite(value)
    row = np.arange(len(value))
    first_finite = np.minimum.reduceat(np.where(finite, row, len(value)), first_row)
    last_finite = np.maximum.reduceat(np.where(finite, row, -1), first_row)
    some = last_finite >= 0
    padded = np.append(value, np.nan)  # index -1 and index n are both the NaN at the end
    return Buckets(
        start=np.append(first_row, len(x)).astype(np.int64) + begin,
        first=padded[first_finite],
        last=padded[last_finite],
        min=np.where(some, np.minimum.reduceat(np.where(finite, value, np.inf), first_row), np.nan),
        max=np.where(some, np.maximum.reduceat(np.where(finite, value, -np.inf), first_row), np.nan),
        nan_count=np.add.reduceat(np.isnan(value).astype(np.int64), first_row),
        posinf_count=np.add.reduceat((value == np.inf).astype(np.int64), first_row),
        neginf_count=np.add.reduceat((value == -np.inf).astype(np.int64), first_row),
    )
