"""The first NaN and the first infinity of a series."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sightline.analysis.health.finding import Finding, Severity, What, step_words

__all__ = ["find_not_finite"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


def find_not_finite(step: Steps, wall_time: Floats, value: Floats, *, loss: bool) -> list[Finding]:
    """At most one finding for NaN and one for infinities in a series (n,), each at the first such point.

    A loss that is not finite is ``bad``. Elsewhere it is ``bad`` when no finite value follows, and ``warn`` when it
    passed: a gradient's norm is infinite now and then under mixed precision, and the scaler skips that step. Values
    before the first finite one are a ``note``: the mean return before any episode has ended is NaN, and so is many a
    metric of which there is no figure yet. A series without any finite value may be one of those, unless it is a loss.
    """
    finite = np.isfinite(value)
    if finite.all():
        return []
    some = finite.any()
    begin = int(np.argmax(finite)) if some else len(value)
    end = len(value) - int(np.argmax(finite[::-1])) if some else 0
    found = []
    for what, mask in (("nan", np.isnan(value)), ("infinity", np.isinf(value))):
        at = np.flatnonzero(mask)
        if len(at):
            found.append(_finding(what, at, step, wall_time, begin, end, loss=loss))  # type: ignore[arg-type]
    return found


def _finding(
    what: What, at: npt.NDArray[np.intp], step: Steps, wall_time: Floats, begin: int, end: int, *, loss: bool
) -> Finding:
    first, count, n = int(at[0]), len(at), len(step)
    word = "NaN" if what == "nan" else "infinite"
    where = step_words(int(step[first]))
    severity: Severity
    if begin == n:
        severity = "bad" if loss else "note"
        words = (
            f"all {n:,} points are {word}" if count == n else f"{count:,} of {n:,} points are {word}, none is finite"
        )
        words = f"its only point is {word}" if n == 1 else words
    elif int(at[-1]) < begin and not loss:
        severity, words = "note", f"is {word} until {step_words(int(step[begin]))}, where its figures begin"
    elif first >= end:
        severity = "bad"
        words = (
            f"is {word} from {where} to its end, {_points(count)}" if count > 1 else f"is {word} at {where}, its last"
        )
    else:
        severity = "bad" if loss else "warn"
        words = f"is {word} at {where}" + (f" and at {_points(count - 1)} after it" if count > 1 else "")
        if int(at[-1]) < end:
            words += ", and came back"
    return Finding(what, severity, int(step[first]), float(wall_time[first]), float(count), words)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"
