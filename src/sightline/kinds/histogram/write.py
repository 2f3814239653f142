"""Values to a ``Value`` that holds their histogram, in the bytes of PyTorch's writer."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import HistogramProto, Value
from sightline.kinds.histogram.schema import GROWTH, LARGEST_EDGE, MAX_BINS, SMALLEST_EDGE

__all__ = ["NotFinite", "count_not_finite", "encode_histogram", "encode_histogram_raw", "tensorflow_edges"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.integer[Any]]

ESTIMATORS = ("auto", "doane", "fd", "rice", "scott", "sqrt", "stone", "sturges")
"""NumPy's, of the number of bins."""


class NotFinite(NamedTuple):
    """How many values no histogram can hold."""

    nan: int
    posinf: int
    neginf: int


def encode_histogram(
    tag: str,
    values: npt.NDArray[Any],
    bins: str | int | Sequence[float] | npt.NDArray[Any] = "tensorflow",
    max_bins: int | None = None,
) -> Value:
    """The histogram of all finite values, whatever the shape of ``values``. No data raises.

    ``bins`` is ``"tensorflow"`` (1549 edges, logarithmic on both sides of zero) or what :func:`numpy.histogram` takes.
    ``max_bins`` merges neighbours. On disk: the buckets from the first to the last that holds something, one empty one
    before them (it has the left edge), and count, minimum, maximum, sum and sum of squares of the finite values.

    NaN and infinities are left out: ``histo.num`` is then smaller than ``values.size``, and :func:`count_not_finite`
    tells them apart. Values beyond TensorFlow's edges are in two buckets more, which reach to the smallest and to the
    largest value. Values outside edges that were given are in no bucket, but in the rest. Where NumPy can't make the
    bins that an estimator or a number asks for (a range beyond float64, or narrower than its steps), there is one
    bucket; where "fd" or "auto" asks for more than a million, there are twice as many as the square root of the count.

    Raises
    ------
    ArgumentTypeError
        ``values`` are complex.
    ArgumentError
        ``bins`` or ``max_bins`` is nothing that NumPy could use.
    """
    if values.dtype.kind == "c":
        raise ArgumentTypeError(f"values: got dtype {values.dtype}, want real numbers; log abs() or its parts")
    chosen = _check_bins(bins)
    if max_bins is not None and max_bins < 1:
        raise ArgumentError(f"max_bins: got {max_bins}, want at least 1, or None")
    with np.errstate(over="ignore", invalid="ignore"):
        flat = np.ascontiguousarray(values, np.float64).reshape(-1)
        total = flat.sum()
        if not math.isfinite(total):  # something is not finite, or the sum is beyond float64
            flat = flat[np.isfinite(flat)]
            total = flat.sum()
        if not len(flat):
            return Value(tag=tag, histo=HistogramProto())
        squares = flat.dot(flat)
    low, high = float(flat.min()), float(flat.max())
    counts, edges = _bin(flat, low, high, chosen)
    if max_bins is not None:
        counts, edges = _merge(counts, edges, max_bins)
    counts, limits = _support(counts, edges)
    histo = HistogramProto(
        min=low, max=high, num=len(flat), sum=total, sum_squares=squares, bucket_limit=limits, bucket=counts
    )
    return Value(tag=tag, histo=histo)


def encode_histogram_raw(
    tag: str,
    min: float,
    max: float,
    num: float,
    sum: float,
    sum_squares: float,
    bucket_limits: npt.NDArray[Any],
    bucket_counts: npt.NDArray[Any],
) -> Value:
    """A histogram that was counted elsewhere: ``bucket_limits[i]`` is the right edge of ``bucket_counts[i]``."""
    if bucket_limits.shape != bucket_counts.shape or bucket_limits.ndim != 1:
        raise ArgumentError(
            f"bucket_limits and bucket_counts: got shapes {bucket_limits.shape} and {bucket_counts.shape}, "
            "want two lists of equal length"
        )
    histo = HistogramProto(
        min=min, max=max, num=num, sum=sum, sum_squares=sum_squares, bucket_limit=bucket_limits, bucket=bucket_counts
    )
    return Value(tag=tag, histo=histo)


def count_not_finite(values: npt.NDArray[Any]) -> NotFinite:
    """What :func:`encode_histogram` leaves out."""
    nan = int(np.isnan(values).sum())
    posinf, neginf = int((values == np.inf).sum()), int((values == -np.inf).sum())
    return NotFinite(nan, posinf, neginf)


@cache
def tensorflow_edges() -> Floats:
    """The 1549 edges that TensorFlow, PyTorch and tensorboardX use, to the last bit."""
    positive, edge = [], SMALLEST_EDGE
    while edge < LARGEST_EDGE:
        positive.append(edge)
        edge *= GROWTH
    return np.array([-edge for edge in reversed(positive)] + [0.0] + positive)


def _check_bins(bins: Any) -> str | int | npt.NDArray[Any]:
    if isinstance(bins, str):
        if bins != "tensorflow" and bins not in ESTIMATORS:
            known = ", ".join(repr(name) for name in ESTIMATORS)
            raise ArgumentError(f"bins: got {bins!r}, want 'tensorflow', {known}, a number of bins or their edges")
        return bins
    array = np.asarray(bins)
    if array.dtype.kind in "iu" and array.ndim == 0 and array >= 1:
        return int(array)
    if array.dtype.kind in "iuf" and array.ndim == 1 and len(array) > 1 and bool((np.diff(array) >= 0).all()):
        return array
    raise ArgumentError(
        f"bins: got {bins!r}, want 'tensorflow', the name of an estimator, a positive integer, or ascending edges"
    )


def _bin(
    values: Floats, low: float, high: float, bins: str | int | npt.NDArray[Any]
) -> tuple[Counts, npt.NDArray[Any]]:
    """Counts (n,) and edges (n + 1,)."""
    if isinstance(bins, str) and bins == "tensorflow":
        return _bin_by_table(values, low, high)
    if isinstance(bins, np.ndarray):
        return np.histogram(values, bins)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if low == high and isinstance(bins, str):
            bins = 1  # what all of them want, but for errors of rounding in "scott": then 1e15 of them
        elif bins in ("auto", "fd") and _wants_too_many(values, high - low):
            bins = _limited(len(values), high - low)
        try:
            if math.isfinite(high - low):
                return np.histogram(values, bins)
        except (ValueError, OverflowError, MemoryError):  # "Too many bins for data range"
            pass
    return np.array([len(values)]), np.array([low, high])


def _wants_too_many(values: Floats, span: float) -> bool:
    """Freedman and Diaconis: bins as wide as twice the interquartile range divided by the cube root of the count."""
    first, third = np.percentile(values, [25, 75])
    width = 2.0 * (third - first) * len(values) ** (-1 / 3)
    return bool(span > MAX_BINS * width > 0)


def _limited(count: int, span: float) -> int:
    """As many bins as NumPy 2 lets "auto" have: a bin is half as wide as "sqrt" makes it, or as "sturges" makes it."""
    return math.ceil(span / min(span / math.sqrt(count) / 2, span / (math.log2(count) + 1)))


def _bin_by_table(values: Floats, low: float, high: float) -> tuple[Counts, Floats]:
    edges = tensorflow_edges()
    below, split = _tables()
    head = values.view(np.uint16)[3 if sys.byteorder == "little" else 0 :: 4]
    found = np.zeros(len(edges) + 1, np.int64)
    for start in range(0, len(values), BLOCK):
        first_bits = head[start : start + BLOCK]
        at_most = below.take(first_bits)
        at_most += values[start : start + BLOCK] >= split.take(first_bits)
        found += np.bincount(at_most, minlength=len(found))
    counts = found[1:-1]
    if high > edges[-1]:
        counts, edges = np.append(counts, found[-1]), np.append(edges, high)
    else:
        counts[-1] += found[-1]  # the last bin includes its right edge
    if low < edges[0]:
        counts, edges = np.append(found[0], counts), np.append(low, edges)
    return counts, edges


BLOCK = 8192
"""Values at a time: what is made of them stays in the processor's cache."""


@cache
def _tables() -> tuple[npt.NDArray[np.int16], Floats]:
    """For the first sixteen bits of a float64 (sign, exponent, four of the fraction): how many of TensorFlow's edges
    are at or below all such numbers, and the edge that lies among them, infinite when there is none.

    Such numbers differ by a sixteenth at most and neighbouring edges by a tenth, so that no more than one lies among
    them: the number of edges at or below x is ``below[bits] + (x >= split[bits])``, exactly.
    """
    edges = tensorflow_edges()
    bits = np.arange(1 << 16, dtype=np.uint64) << np.uint64(48)
    ends = np.stack([bits, bits | np.uint64((1 << 48) - 1)]).view(np.float64)
    ends = np.where(np.isnan(ends), np.copysign(np.inf, ends), ends)  # the patterns of NaN never occur here
    below, reached = (
        np.searchsorted(edges, ends.min(axis=0), "right"),
        np.searchsorted(edges, ends.max(axis=0), "right"),
    )
    assert (reached - below).max() == 1
    return below.astype(np.int16), np.where(reached > below, edges[np.minimum(below, len(edges) - 1)], np.inf)


def _merge(counts: Counts, edges: npt.NDArray[Any], max_bins: int) -> tuple[Counts, npt.NDArray[Any]]:
    """Neighbours in groups of equal size; as many groups as torch makes, which may be more than ``max_bins``."""
    group = len(counts) // max_bins
    if group < 2:
        return counts, edges
    return np.add.reduceat(counts, np.arange(0, len(counts), group)), np.append(edges[:-1:group], edges[-1])


def _support(counts: Counts, edges: npt.NDArray[Any]) -> tuple[Counts, npt.NDArray[Any]]:
    """Counts and right edges from the first to the last bin that holds something, and an empty one before them."""
    filled = np.flatnonzero(counts)
    if not len(filled):
        return counts[:0], edges[:0]
    first, last = filled[0], filled[-1]
    return np.append(0, counts[first : last + 1]), edges[first : last + 2]
