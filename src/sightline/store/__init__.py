"""The store: a log directory, its runs, their series, and the ledger of what was read."""

from __future__ import annotations

from sightline.store.changes import Changes
from sightline.store.event_file import EventFile
from sightline.store.follower import Follower
from sightline.store.item_series import ItemColumns, ItemSeries
from sightline.store.logdir import LogDir, open_logdir
from sightline.store.logged import Logged, LoggedImage, LoggedText
from sightline.store.progress import Progress
from sightline.store.restart import Restart
from sightline.store.run import Run
from sightline.store.run_state import RunState
from sightline.store.scalar_series import ScalarColumns, ScalarSeries
from sightline.store.series_key import SeriesKey
from sightline.store.summary_iterator import summary_iterator

__all__ = [
    "Changes",
    "EventFile",
    "Follower",
    "ItemColumns",
    "ItemSeries",
    "LogDir",
    "Logged",
    "LoggedImage",
    "LoggedText",
    "Progress",
    "Restart",
    "Run",
    "RunState",
    "ScalarColumns",
    "ScalarSeries",
    "SeriesKey",
    "open_logdir",
    "summary_iterator",
]
