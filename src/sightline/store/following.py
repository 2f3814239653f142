"""A log directory's changes as an iterator."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import TYPE_CHECKING

from sightline.store.changes import Changes
from sightline.store.follower import Follower

if TYPE_CHECKING:
    from sightline.store.logdir import LogDir

__all__ = ["follow"]


def follow(logdir: LogDir) -> Generator[Changes, None, None]:
    """Begins with the first ``next`` and ends when it is closed; see ``LogDir.follow``."""
    inbox = _Inbox()
    with Follower(logdir) as follower:
        unsubscribe = follower.subscribe(inbox.put)
        try:
            while True:
                yield inbox.take()
        finally:
            unsubscribe()


class _Inbox:
    """Holds at most one ``Changes``: those that were not taken yet, in one."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._waiting: Changes | None = None

    def put(self, changes: Changes) -> None:
        if not changes:
            return  # progress only
        with self._arrived:
            before = self._waiting
            if before is not None:
                changes = Changes(
                    before.runs | changes.runs, before.structure or changes.structure, changes.progress, changes.version
                )
            self._waiting = changes
            self._arrived.notify()

    def take(self) -> Changes:
        with self._arrived:
            while self._waiting is None:
                self._arrived.wait()
            changes, self._waiting = self._waiting, None
            return changes
