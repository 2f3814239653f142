"""What was found to be wrong with a series or a run: a value, with a sentence for the person who looks at it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity", "What", "duration_words", "figure_words", "step_words", "times_words"]

What = Literal["nan", "infinity", "divergence", "spike", "stopped", "stall", "plateau"]
"""In the order of how bad they are."""

Severity = Literal["bad", "warn", "note"]
"""``bad``: the run is lost from here. ``warn``: look at it. ``note``: true, perhaps of use, nothing to worry."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing at one place."""

    what: What
    severity: Severity
    step: int
    """Where it was or where it began."""
    wall_time: float
    """Of the point at ``step``, in seconds since the Unix epoch, as stored: may be NaN."""
    magnitude: float
    """How much of it: points that are NaN or infinite; usual spreads of a spike or a divergence; usual intervals of a
    stall or of a tag that stopped; share of the points in a plateau."""
    words: str
    """A sentence with its numbers, without the tag's name: ``rose 14 times its usual spread at step 8,140 ...``."""


def step_words(step: int) -> str:
    """``step 8,140``."""
    return f"step {step:,}".replace("-", "−")


def figure_words(value: float) -> str:
    """Three significant figures: ``0.334``, ``1.2e+05``."""
    return f"{value:.3g}".replace("-", "−")


def times_words(times: float) -> str:
    """``14 times``; figures above a thousand say only how far above."""
    if times >= 1e6:
        return "over a million times"
    return f"{times:,.0f} times" if times >= 10 else f"{times:.2g} times"


def duration_words(seconds: float) -> str:
    """``40 s``, ``18 min``, ``2 h 10 min``, ``3 days``."""
    if not math.isfinite(seconds) or seconds < 0.0:
        return "an unknown time"
    if seconds < 1.0:
        return f"{seconds * 1000:.2g} ms"
    if seconds < 90.0:
        return f"{seconds:.2g} s" if seconds < 9.5 else f"{seconds:.0f} s"
    minutes = round(seconds / 60.0)
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 36 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{seconds / 86400.0:.0f} days"
