"""Several curves on one axis, so that they can be counted together at every place of it.

The axis has every ``x`` at which one of the curves has a point. A curve that has none there is taken on the straight
line between its neighbours: runs that log every 10 and every 25 steps were meant as curves, and at the steps they share
alone there would be few places left. What is not known is not made up:

- never beyond a curve's first and last point: nothing is extrapolated, the number of curves falls instead;
- never across a value that is not finite: between the neighbours of a NaN the curve has no value.

Of several points at one ``x`` the last counts, as where one series is the axis of another (``axis.join_on_step``).
The line is straight in ``x`` itself, whatever the scale it is drawn on, so that no figure depends on the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["align", "common_axis", "distinct"]

Floats = npt.NDArray[np.float64]


def distinct(x: Floats, *columns: Floats) -> tuple[Floats, ...]:
    """``x`` (n,) ascending, and columns (n,), with the last of several points at one place; the same arrays when there
    are none.
    """
    last = np.append(x[1:] != x[:-1], True)
    if not len(x) or last.all():
        return (x, *columns)
    return tuple(column[last] for column in (x, *columns))


def common_axis(xs: Sequence[Floats], most: int | None = None) -> tuple[Floats, int]:
    """The axis (m,) of these, each ascending without equals; and how many places it has in full.

    Of an axis with more than ``most`` places every n-th is left, and the last: whoever asks so has to say so.
    """
    longest = max(xs, key=len, default=np.zeros(0))
    # Runs of one script: the axis of one of them has a place for all. Sorting them together takes 20 times as long.
    axis = longest if all(_place(x, longest) is not None for x in xs) else np.unique(np.concatenate(xs))
    places = len(axis)
    if most is not None and places > most:
        stride = -(-places // most)
        axis = np.append(axis[: places - 1 : stride], axis[-1])
    return axis, places


def align(xs: Sequence[Floats], values: Sequence[Floats], axis: Floats) -> Floats:
    """The value of each curve at each place of a piece of the axis: (k, m), NaN where it has none.

    ``xs`` and ``values`` are ``k`` pairs (n_i,), ``x`` ascending without equals; ``axis`` (m,) ascending.
    """
    out = np.full((len(xs), len(axis)), np.nan)
    if not len(axis):
        return out
    for row, (x, value) in enumerate(zip(xs, values, strict=True)):
        # What of the curve is about this piece: its points there and the neighbour on each side.
        begin = max(int(np.searchsorted(x, axis[0], "right")) - 1, 0)
        end = int(np.searchsorted(x, axis[-1], "left")) + 1
        here, known = x[begin:end], value[begin:end]
        if not np.isfinite(known).all():
            known = np.where(np.isfinite(known), known, np.nan)
        if not len(here):
            continue
        at = _place(here, axis)
        if at is not None:
            out[row, at : at + len(here)] = known
        else:
            # At one of its own points NumPy gives that point's value, also beside a NaN.
            out[row] = np.interp(axis, here, known, left=np.nan, right=np.nan)
    return out


def _place(x: Floats, axis: Floats) -> int | None:
    """Where ``x`` stands in ``axis`` as one piece, without a place of the axis between two of its own."""
    if not len(x):
        return 0
    at = int(np.searchsorted(axis, x[0]))
    return at if np.array_equal(axis[at : at + len(x)], x) else None
