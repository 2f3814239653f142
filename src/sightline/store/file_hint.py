"""Notifications of the operating system about a directory tree, as a hint: they may come late, or never.

Network and user-space file systems do not report what other machines write, so there is no hint there; nor without the
``watchfiles`` package, nor when the system's watches are used up. Whoever uses a hint must poll as well.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable

from sightline.store.directory_tree import MARK

__all__ = ["FileHint", "is_network_path"]

STEP_MILLISECONDS = 100
"""Also how often the thread wakes up to see whether it should stop: 50 would cost a tenth of a per cent of a core."""
DEBOUNCE_MILLISECONDS = 100
"""A writer that never pauses is reported this often."""
TIMEOUT_MILLISECONDS = 500
NETWORK_FILE_SYSTEMS = (
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse",
    "gluster",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "smb",
    "virtiofs",
    "vboxsf",
)
"""Beginnings of file system types."""


class FileHint:
    """Watches directories and files in a daemon thread, and sets ``wake`` when there is something to take."""

    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._elsewhere = False
        self._stop: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._watched: dict[str, tuple[int, int]] = {}

    def watch(self, paths: Iterable[str]) -> None:
        """Watch these and no others; quick when they are the ones that are watched.

        What is not there is left out, and so is what lies on a network file system.
        """
        watched = {}
        for path in paths:
            with contextlib.suppress(OSError):
                status = os.stat(path)
                watched[path] = (status.st_dev, status.st_ino)
        if watched == self._watched:
            return
        self.stop()
        self._watched = watched  # tried once for each: what failed would fail again
        local = [path for path in watched if not is_network_path(path)]
        if not local:
            return
        stop = threading.Event()
        self._stop = stop
        self._thread = threading.Thread(target=self._run, args=(local, stop), name="sightline-hint", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End watching, and wait for that."""
        if self._stop is not None and self._thread is not None:
            self._stop.set()
            self._thread.join()
        self._stop = self._thread = None
        self._watched = {}

    def take(self) -> tuple[set[str], bool]:
        """Paths of event files that changed since the last call, and whether anything else appeared or went."""
        with self._lock:
            taken = self._paths, self._elsewhere
            self._paths, self._elsewhere = set(), False
            return taken

    def _run(self, watched: list[str], stop: threading.Event) -> None:
        try:
            from watchfiles import Change, watch
        except ImportError:
            return
        try:
            for changes in watch(
                *watched,
                watch_filter=None,
                debounce=DEBOUNCE_MILLISECONDS,
                step=STEP_MILLISECONDS,
                stop_event=stop,
                rust_timeout=TIMEOUT_MILLISECONDS,
                raise_interrupt=False,
                force_polling=False,
            ):
                paths = {path for change, path in changes if MARK in os.path.basename(path)}
                elsewhere = any(
                    change == Change.deleted or (change == Change.added and os.path.isdir(path))
                    for change, path in changes
                    if path not in paths
                )
                if paths or elsewhere:
                    with self._lock:
                        self._paths |= paths
                        self._elsewhere |= elsewhere
                    self._wake.set()
        except (OSError, RuntimeError, UnicodeError):
            return  # no watches left, no notifications here, a path that is no UTF-8: polling goes on


def is_network_path(path: str, mounts: str = "/proc/self/mounts") -> bool:
    """Whether the file system of a path is one that does not notify; False where the system does not tell."""
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as lines:
            entries = [line.split(" ", 3)[1:3] for line in lines if line.count(" ") >= 3]
    except OSError:
        return False
    real = os.path.realpath(path)
    best, best_type = "", ""
    for point, file_system in entries:
        point = point.replace("\\040", " ")
        if len(point) >= len(best) and (real == point or real.startswith(point.rstrip("/") + "/")):
            best, best_type = point, file_system
    return best_type.startswith(NETWORK_FILE_SYSTEMS)
