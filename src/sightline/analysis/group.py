"""A group of curves as one: its centre, and a band that says how far its curves are apart.

At each place ``x`` of the common axis (``align.py``), with ``y_1 <= ... <= y_n`` the values of the ``n`` curves that
have one there:

    mean     m = (y_1 + ... + y_n) / n
    median   the middle one, or half way between the two in the middle

    minmax   y_1 to y_n
    std      c - s to c + s            s = sqrt(sum (y_i - m)^2 / (n - 1)), c the centre
    sem      c - s / sqrt(n) to c + s / sqrt(n)
    ci95     the 95 % bootstrap interval of the centre (``bootstrap.py``)

``n`` is part of the answer: where curves begin later, end earlier or are not finite it falls, and the centre of what is
left may jump without any curve doing so. ``std``, ``sem`` and ``ci95`` say nothing of a single curve: there is no band
where ``n`` is 1.

Smoothing comes first, of each curve by itself over all its points (``smooth.py``): the average of noisy curves smoothed
afterwards would have a band of the noise. Thinning out for the screen comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sightline.analysis.align import align
from sightline.analysis.bootstrap import interval
from sightline.errors import ArgumentError

__all__ = ["Band", "Centre", "Spread", "group", "spread"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Centre = Literal["mean", "median"]
Band = Literal["minmax", "std", "sem", "ci95", "none"]

PIECE_VALUES = 1 << 18
"""Values looked at together: 2 MB, which stays in a processor's cache."""
LARGE = 1e150
"""Squares of larger values, and sums of still larger ones, lie beyond the end of float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A group along its axis. All arrays are (m,)."""

    x: Floats
    centre: Floats
    """NaN where no curve has a value."""
    low: Floats
    """Of the band; NaN where there is none."""
    high: Floats
    runs: Integers
    """Curves that have a value there."""


def group(xs: Sequence[Floats], values: Sequence[Floats], axis: Floats, centre: Centre, band: Band) -> Spread:
    """The curves ``xs[i]``, ``values[i]`` (n_i,), ``x`` ascending without equals, along ``axis`` (m,).

    Takes memory for the answer and for :data:`PIECE_VALUES` values, however many curves there are.
    """
    if len(xs) != len(values):
        raise ArgumentError(f"{len(xs)} x columns and {len(values)} value columns: want one of each for a curve")
    places = len(axis)
    out = Spread(
        axis, np.full(places, np.nan), np.full(places, np.nan), np.full(places, np.nan), np.zeros(places, np.int64)
    )
    step = max(1, PIECE_VALUES // max(len(xs), 1))
    for begin in range(0, places if len(xs) else 0, step):
        piece = slice(begin, begin + step)
        matrix = align(xs, values, axis[piece])
        out.centre[piece], out.low[piece], out.high[piece], out.runs[piece] = spread(matrix, centre, band)
    return out


def spread(matrix: Floats, centre: Centre, band: Band) -> tuple[Floats, Floats, Floats, Integers]:
    """Centre, low, high and count of the columns of (k, m): (m,) each. NaN is no value, and there are no infinities."""
    there = ~np.isnan(matrix)
    n = there.sum(axis=0)
    least, most = np.fmin.reduce(matrix, axis=0), np.fmax.reduce(matrix, axis=0)
    peak = np.fmax(-least, most)
    large = peak > LARGE
    if large.any():
        exponent = np.where(large, np.frexp(peak)[1], 0)  # a power of two: nothing is rounded
        middle, low, high, n = spread(np.ldexp(matrix, -exponent), centre, band)
        with np.errstate(over="ignore"):  # a band may reach beyond the end: that is drawn as nothing
            return np.ldexp(middle, exponent), np.ldexp(low, exponent), np.ldexp(high, exponent), n
    nothing = np.full(len(n), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Rounding must not put the mean of equal values beside them.
        mean = np.clip(np.where(there, matrix, 0.0).sum(axis=0) / n, least, most)
        ordered = np.sort(matrix, axis=0) if centre == "median" or band == "ci95" else None  # NaN last
        middle = mean if ordered is None or centre == "mean" else _median(ordered, n)
        if band == "none":
            return middle, nothing, nothing, n
        if band == "minmax":
            return middle, least, most, n
        if ordered is not None and band == "ci95":
            return middle, *interval(ordered, n, centre), n
        square = np.where(there, matrix - mean, 0.0) ** 2
        deviation = np.sqrt(square.sum(axis=0) / np.where(n > 1, n - 1, np.nan))
        if band == "sem":
            deviation = deviation / np.sqrt(n)
        return middle, middle - deviation, middle + deviation, n


def _median(ordered: Floats, n: Integers) -> Floats:
    """The median of the first ``n`` of each ordered column."""
    column = np.arange(ordered.shape[1])
    half = np.maximum(n - 1, 0)
    out: Floats = (ordered[half // 2, column] + ordered[(half + 1) // 2, column]) / 2
    return out
