"""Plateau: a loss that has not become smaller for half of the run or more. Told as a note: it may simply be done.

An equivalence test (D. J. Schuirmann, *A comparison of the two one-sided tests procedure*, J. Pharmacokinet. Biopharm.
15, 1987): it is not enough that no fall can be seen in the noise, a fall must be ruled out. The last half is cut into
:data:`BLOCKS` blocks with medians ``b_k``; a line through them by least squares falls by ``d`` over the half, with the
standard error ``e`` of that from the residuals. With ``a`` = what the loss has gained since its start, or half of
its level where that is more,

    plateau:  |d| + t e < :data:`SMALL` a

with ``t`` = :data:`STUDENT`, the 99 % quantile of Student's t with :data:`BLOCKS` - 2 degrees of freedom. It begins at
the first block from which on every block lies within that band around the last half's median.

A loss that has fallen to a hundredth of its start is done, not stuck, and nothing is said of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.finding import Finding, figure_words, step_words
from sightline.analysis.health.local_median import block_medians, median

__all__ = ["MIN_POINTS", "find_plateau"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

MIN_POINTS = 100
BLOCKS = 10
STUDENT = 2.896
SMALL = 0.02
LEVEL_SHARE = 0.5
DONE = 0.01


def find_plateau(step: Steps, wall_time: Floats, value: Floats) -> list[Finding]:
    """The plateau at the end of a loss (n,), at the step where it begins: one or none."""
    finite = np.flatnonzero(np.isfinite(value))
    n = len(finite)
    if n < MIN_POINTS:
        return []
    y = value[finite]
    size = n // (2 * BLOCKS)
    first = n - 2 * BLOCKS * size
    blocks = block_medians(y[first:], size)
    last = blocks[BLOCKS:]
    x = np.arange(BLOCKS) - (BLOCKS - 1) / 2.0
    slope = float(x @ last) / float(x @ x)
    residual = last - last.mean() - slope * x
    error = (BLOCKS - 1) * float(np.sqrt(residual @ residual / (BLOCKS - 2) / (x @ x)))
    start, end = median(y[:5]), median(last)
    if end == 0.0 or abs(end) < DONE * abs(start):
        return []
    band = SMALL * max(abs(start - end), LEVEL_SHARE * abs(end))
    if not abs((BLOCKS - 1) * slope) + STUDENT * error < band < np.inf:  # NaN or infinite near the end of float64
        return []
    outside = np.flatnonzero(np.abs(blocks - end) > band)
    begin = 0 if not len(outside) else int(outside[-1]) + 1
    row = int(finite[first + begin * size if begin else 0])
    share = (n - (first + begin * size if begin else 0)) / n
    words = f"has hardly moved since {step_words(int(step[row]))}, {share:.0%} of its points: {figure_words(end)}"
    return [Finding("plateau", "note", int(step[row]), float(wall_time[row]), share, words)]
