"""Follows a log directory: a thread that notices what grows and tells its subscribers.

The truth is polling: files that grew lately are looked at every quarter of a second, everything else (and every
directory, for new runs and files) as often as a small share of one core allows. The operating system's notifications
are a hint only, since NFS, Lustre and FUSE never send any: they make quiet places answer at once, and may be absent.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from sightline.store.changes import Changes
from sightline.store.event_file import EventFile
from sightline.store.file_hint import FileHint
from sightline.store.logdir import LogDir
from sightline.store.progress import Progress

__all__ = ["Follower"]

HOT_SECONDS = 0.2
"""Between two looks at files that grow, at least ..."""
HOT_SHARE = 0.02
"""... and at most this share of a core: from 1000 growing files on they are looked at more rarely."""
COOL_SECONDS = 60.0
"""A file that did not grow for so long is quiet."""
SWEEP_SECONDS = 0.5
"""Between two looks at everything, at least ..."""
SWEEP_SHARE = 0.002
"""... and at most this share of a core: 1000 runs are looked at every three seconds, 100,000 every few minutes."""
STIRRED_SHARE = 0.05
"""The same when something appeared or went a moment ago, or a notification says so."""
MAX_HINTED_DIRECTORIES = 10_000
"""Each watched directory costs kernel memory, and users have a limited number of watches."""

Subscriber = Callable[[Changes], None]


class Follower:
    """``start`` reads the log directory and follows it in a daemon thread, ``stop`` ends that; a context manager."""

    def __init__(self, logdir: LogDir, *, hints: bool = True) -> None:
        self._logdir = logdir
        self._hints = hints
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._hot: dict[EventFile, float] = {}
        self._progress = Progress()
        self._next_sweep = 0.0
        self._earliest_sweep = 0.0
        self._next_hot = math.inf
        self._stirred = False

    def __enter__(self) -> Follower:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Have ``subscriber`` called after every change, from the follower's thread; the answer ends that.

        It must return soon and must not raise: an exception is a bug and ends the thread, visibly.
        """
        with self._lock:
            self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return unsubscribe

    def start(self) -> Follower:
        """Begin; does nothing when it has begun."""
        if self._thread is None:
            self._stop.clear()
            self._next_sweep = 0.0
            self._thread = threading.Thread(target=self._follow, name="sightline-follower", daemon=True)
            self._thread.start()
        return self

    def stop(self) -> None:
        """End, and wait until the thread has ended: soon, also while reading. Does nothing when it has ended."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stop.set()
            self._wake.set()
            if thread is not threading.current_thread():
                thread.join()

    def stir(self) -> None:
        """Look at everything soon: somebody knows that something appeared or went."""
        self._stirred = True
        self._wake.set()

    def _follow(self) -> None:
        hint = FileHint(self._wake)
        try:
            while not self._stop.is_set():
                self._wake.clear()
                if self._hints and self._logdir.directories <= MAX_HINTED_DIRECTORIES:
                    hint.watch(self._logdir.watched)
                paths, elsewhere = hint.take()
                hinted = [self._logdir.find_files(path) for path in paths]
                if self._stirred:
                    self._stirred = False
                    self._next_sweep = 0.0
                if elsewhere or [] in hinted:
                    self._next_sweep = min(self._next_sweep, self._earliest_sweep)
                now = time.monotonic()
                if now >= self._next_sweep:
                    self._sweep()
                elif now >= self._next_hot:
                    self._poll_hot()
                known = {file for files in hinted for file in files}
                if known:
                    self._tell(self._logdir.poll(known, self._tell, self._stop))
                self._wake.wait(max(0.0, min(self._next_sweep, self._next_hot) - time.monotonic()))
        finally:
            hint.stop()

    def _sweep(self) -> None:
        """Look at everything."""
        structure = False

        def tell(changes: Changes) -> None:
            nonlocal structure
            structure |= changes.structure
            self._tell(changes)

        tell(self._logdir.refresh(tell, self._stop))
        cost = self._logdir.look_seconds
        now = time.monotonic()
        self._earliest_sweep = now + cost / STIRRED_SHARE
        self._next_sweep = now + max(SWEEP_SECONDS, cost / (STIRRED_SHARE if structure else SWEEP_SHARE))

    def _poll_hot(self) -> None:
        """Look at the files that grow."""
        now = time.monotonic()
        self._hot = {file: since for file, since in self._hot.items() if now - since < COOL_SECONDS and not file.gone}
        if not self._hot:
            self._next_hot = math.inf
            return
        self._tell(self._logdir.poll(list(self._hot), self._tell, self._stop))
        self._next_hot = time.monotonic() + max(HOT_SECONDS, self._logdir.look_seconds / HOT_SHARE)

    def _tell(self, changes: Changes) -> None:
        if not changes and changes.progress == self._progress:
            return
        self._progress = changes.progress
        now = time.monotonic()
        for name in changes.runs:
            run = self._logdir.runs.get(name)
            for file in run.files if run is not None else ():
                if not file.gone and (file.grows or self._logdir.seconds_since_modified(file) < COOL_SECONDS):
                    self._hot[file] = now
                    self._next_hot = min(self._next_hot, now + HOT_SECONDS)
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber(changes)
