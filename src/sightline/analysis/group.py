"""A group of curves as one: its centre, and a band that says how far its curves are apart.

At each place ``x`` of the common axis (``align.py``), with ``y_1 <= ... <= y_n`` the values of the ``n`` curves that
have one there:

    mean     m = (y_1 + ... + y_n) / n
    median   the middle one, or half way between the two in the middle

    minmax   y_1 to y_n
    std      c - s to c + s            s = sqrt(sum (y_i - m)^2 / (n - 1)), c the centre
    sem      c - s / sqrt(n) to c + s / sqrt(n)
    ci95     the 2.5th and the 97.5th percentile of the centres of resamples: n values drawn from the n with replacement

``n`` is part of the answer: where curves begin later, end earlier or are not finite it falls, and the centre of what is
left may jump without any curve doing so. ``std``, ``sem`` and ``ci95`` say nothing of a single curve: there is no band
where ``n`` is 1.

Resamples: of up to :data:`ENUMERATED` values all of the ``n^n`` there are, which is the bootstrap's own limit; of more,
:data:`RESAMPLES` drawn by a generator with a fixed seed, the same for every place, so that a band neither flickers from
answer to answer nor roughens from place to place. Percentiles are interpolated linearly, as by ``numpy.percentile``.
This is Efron's percentile interval: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. Of
few curves it is too narrow (of 3 it is the range from minimum to maximum, which holds the mean in about 3 of 4 cases):
it can't know what no curve showed.

Smoothing comes first, of each curve by itself over all its points (``smooth.py``): the average of noisy curves smoothed
afterwards would have a band of the noise. Thinning out for the screen comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from sightline.analysis.align import align
from sightline.errors import ArgumentError

__all__ = ["ENUMERATED", "RESAMPLES", "Band", "Centre", "Spread", "group", "resamples", "spread"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Centre = Literal["mean", "median"]
Band = Literal["minmax", "std", "sem", "ci95", "none"]

RESAMPLES = 1000
"""Drawn resamples. Their percentiles differ from those of 20,000 by 2 to 6 % of the interval's width."""
ENUMERATED = 4
"""Up to 4^4 = 256 resamples are all there are; 5^5 would be more than are drawn."""
SEED = 95

PIECE_VALUES = 1 << 18
"""Values looked at together: 2 MB, which stays in a processor's cache."""


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
    nothing = np.full(len(n), np.nan)
    # Figures near the end of float64 overflow to infinity, which is drawn as nothing: no reason to warn or to stop.
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Rounding must not put the mean of equal values beside them.
        mean = np.clip(np.where(there, matrix, 0.0).sum(axis=0) / n, least, most)
        ordered = np.sort(matrix, axis=0) if centre == "median" or band == "ci95" else None  # NaN last
        middle = mean if ordered is None or centre == "mean" else _median(ordered, n)
        if band == "none":
            return middle, nothing, nothing, n
        if band == "minmax":
            return middle, least, most, n
        if ordered is not None and band == "ci95":
            return middle, *_interval(ordered, n, centre), n
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


def _interval(ordered: Floats, n: Integers, centre: Centre) -> tuple[Floats, Floats]:
    """The 95 % bootstrap interval of the first ``n`` of each ordered column; NaN where ``n`` is below 2.

    Counted in float32 shares of the column's range, which sorts four times as fast: an end is off by 1e-7 of the range.
    """
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    for size in np.unique(n[n > 1]).tolist():
        columns = np.flatnonzero(n == size)
        drawn = resamples(size)
        share = np.stack([(drawn == one).sum(axis=1) for one in range(size)]).astype(np.float32) / np.float32(size)
        together = max(1, PIECE_VALUES // len(drawn))
        for begin in range(0, len(columns), together):
            piece = columns[begin : begin + together]
            value = ordered[:size, piece].T
            start, width = value[:, 0], value[:, -1] - value[:, 0]
            value = ((value - start[:, None]) / np.where(width > 0, width, 1.0)[:, None]).astype(np.float32)
            if centre == "mean":
                # Not a matrix product by BLAS: its threads wait for each other where other work is going on.
                centres = np.einsum("ik,kb->ib", value, share)
            else:
                centres = (value[:, drawn[:, (size - 1) // 2]] + value[:, drawn[:, size // 2]]) / 2
            centres.sort(axis=1)
            low[piece] = start + width * _percentile(centres, 0.025)
            high[piece] = start + width * _percentile(centres, 0.975)
    return low, high


def _percentile(ordered: npt.NDArray[np.float32], share: float) -> Floats:
    """Of rows that are in order, interpolated linearly between two neighbours."""
    at = share * (ordered.shape[1] - 1)
    before = int(at)
    lower, upper = ordered[:, before].astype(np.float64), ordered[:, min(before + 1, ordered.shape[1] - 1)]
    out: Floats = lower + (upper - lower) * (at - before)
    return out


@cache
def resamples(n: int) -> Integers:
    """Which of ``n`` ordered values each resample holds: (b, n), ascending in each row."""
    if n <= ENUMERATED:
        drawn = np.stack(np.meshgrid(*[np.arange(n)] * n, indexing="ij"), axis=-1).reshape(-1, n)
    else:
        drawn = np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))
    out = np.sort(drawn, axis=1)
    out.flags.writeable = False
    return out
