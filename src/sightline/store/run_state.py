"""Whether a run is still being written, and why we think so."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from sightline.store.event_file import EventFile
from sightline.store.series import Series

__all__ = ["RunState", "judge_run", "live_seconds", "usual_interval"]

MIN_LIVE_SECONDS = 60.0
MAX_LIVE_SECONDS = 3600.0
"""An epoch may take long, but a run that said nothing for an hour is not called live, whatever its habit was."""
SAMPLED_SERIES = 100
SAMPLED_POINTS = 32
SETTLE_SECONDS = 5.0
"""PyTorch's ``add_hparams`` writes the end first and the metrics after it."""
LIVE_INTERVALS = 5.0
"""Missed this many of its usual intervals: something is wrong, or it is over."""


@dataclass(frozen=True, slots=True)
class RunState:
    """A word for the page, and the reason in words."""

    kind: Literal["live", "finished", "stale"]
    reason: str


def live_seconds(usual_interval: float) -> float:
    """For how long after its last event a run counts as live: five of its usual intervals, from 60 s to an hour."""
    if not math.isfinite(usual_interval):
        return MIN_LIVE_SECONDS
    return min(MAX_LIVE_SECONDS, max(MIN_LIVE_SECONDS, LIVE_INTERVALS * usual_interval))


def judge_run(files: Iterable[EventFile], interval: Callable[[], float], now: float) -> RunState:
    """The state of a run whose files are ``files``, at ``now`` (seconds since the Unix epoch).

    ``interval`` is asked for the usual interval of its series in seconds, only where the answer hangs on it.

    A run last spoke at the wall time of its last event or when its file was last modified, whichever is *earlier*: a
    directory copied today has new files with old events, and a trainer whose clock runs ahead has old files with events
    of tomorrow. A file that we saw grow is believed before either, so a trainer's slow clock does no harm.
    """
    spoken = [(file.last_wall_time, file) for file in files if file.last_wall_time is not None]
    if not spoken:
        return RunState("stale", "no event in its files")
    last_wall_time, newest = max(spoken, key=lambda pair: pair[0])
    if newest.stopped:
        return RunState("finished", "its writer was closed")
    if newest.session_end is not None and last_wall_time <= newest.session_end[0] + SETTLE_SECONDS:
        return RunState("finished", f"its hyperparameters say that it ended: {newest.session_end[1]}")
    seen = max((file.seen_growing for _, file in spoken if file.seen_growing is not None), default=-math.inf)
    silent = max(0.0, now - max(seen, min(last_wall_time, newest.modified)))
    live = silent <= MIN_LIVE_SECONDS or (silent <= MAX_LIVE_SECONDS and silent <= live_seconds(interval()))
    if live:
        return RunState("live", f"last event {_words(silent)} ago")
    return RunState("stale", f"no event for {_words(silent)}")


def usual_interval(series: Iterable[Series]) -> float:
    """Median seconds between the last points of the series that speaks most often; infinite when none has two."""
    return min((_interval(one) for one in islice(series, SAMPLED_SERIES)), default=math.inf)


def _interval(series: Series) -> float:
    gaps = np.diff(series.last_wall_times(SAMPLED_POINTS))
    gaps = gaps[np.isfinite(gaps) & (gaps > 0)]
    return float(np.median(gaps)) if len(gaps) else math.inf


def _words(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"
