"""The store: a log directory, its runs, their series, and the ledger of what was read. Knows storage classes, no kinds."""

from __future__ import annotations

from sightline.store.changes import Changes
from sightline.store.event_file import EventFile
from sightline.store.follower import Follower
from sightline.store.item_series import ItemColumns, ItemSeries
from sightline.store.logdir import LogDir
from sightline.store.progress import Progress
from sightline.store.restart import Restart
from sightline.store.run import Run
from sightline.store.run_state import RunState
from sightline.store.scalar_series import ScalarColumns, ScalarSeries
from sightline.store.series_key import SeriesKey

__all__ = [
    "Changes",
    "EventFile",
    "Follower",
    "ItemColumns",
    "ItemSeries",
    "LogDir",
    "Progress",
    "Restart",
    "Run",
    "RunState",
    "ScalarColumns",
    "ScalarSeries",
    "SeriesKey",
]
