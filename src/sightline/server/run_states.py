"""Since when each run is live, finished or stale, as far as anybody has looked.

Time alone changes a state, without a new version of the run. So what pages were told is kept here, with a number that
grows whenever a state is seen to differ from it: a page that knows the states up to a number is told those after it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping

from sightline.store import LogDir, Run

__all__ = ["RunStates", "states_of"]


class RunStates:
    """The states that were seen last. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = 0
        self._seen: dict[str, str] = {}
        self._changed: dict[str, int] = {}

    @property
    def revision(self) -> int:
        """Grows with each state that is seen to differ from what was seen before."""
        return self._revision

    def of(self, run: str) -> str | None:
        return self._seen.get(run)

    def saw(self, run: str, state: str) -> None:
        """A page is told this state. That a run is seen for the first time is no change: a page hears of new runs."""
        with self._lock:
            known = self._seen.get(run)
            self._seen[run] = state
            if known is not None and known != state:
                self._revision += 1
                self._changed[run] = self._revision

    def look(self, runs: Mapping[str, Run]) -> None:
        """See the states of all runs as they are now."""
        for name, run in list(runs.items()):
            self.saw(name, run.state.kind)
        with self._lock:
            for name in [name for name in self._seen if name not in runs]:
                del self._seen[name]
                self._changed.pop(name, None)

    def since(self, revision: int) -> tuple[int, list[str]]:
        """The revision now, and the runs whose state changed after the given one."""
        with self._lock:
            return self._revision, [run for run, changed in self._changed.items() if changed > revision]


_STATES: weakref.WeakKeyDictionary[LogDir, RunStates] = weakref.WeakKeyDictionary()
_LOCK = threading.Lock()


def states_of(logdir: LogDir) -> RunStates:
    """The ones of this log directory."""
    with _LOCK:
        return _STATES.setdefault(logdir, RunStates())
