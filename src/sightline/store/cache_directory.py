"""Where indexes lie: the user's cache directory, never a log directory. Anything in it may be deleted at any time.

Linux: ``$XDG_CACHE_HOME/sightline``, else ``~/.cache/sightline``. macOS: ``~/Library/Caches/sightline``.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from sightline.store.user_directory import user_directory

__all__ = ["INDEX_SUFFIX", "MAX_BYTES", "PARTIAL_SUFFIX", "cache_directory", "prune"]

INDEX_SUFFIX = ".index"
PARTIAL_SUFFIX = ".partial"
"""Of a file that is being written."""
MAX_BYTES = 8 << 30
"""Of all indexes together; those used longest ago go first. A third of a billion points."""
ABANDONED_SECONDS = 3600.0
"""A partial file so old has no writer any more."""


def cache_directory() -> Path:
    """It need not exist."""
    return user_directory("XDG_CACHE_HOME", ".cache", "Library/Caches")


def prune(directory: Path, max_bytes: int = MAX_BYTES) -> None:
    """Delete what writers left behind, and the indexes used longest ago beyond ``max_bytes``.

    Another process may do the same at once: what is gone is gone.
    """
    indexes = []
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if entry.name.endswith(INDEX_SUFFIX):
                        indexes.append((status.st_mtime, status.st_size, entry.path))
                    elif entry.name.endswith(PARTIAL_SUFFIX) and time.time() - status.st_mtime > ABANDONED_SECONDS:
                        os.unlink(entry.path)
    except OSError:
        return
    total = 0
    for _, size, path in sorted(indexes, reverse=True):
        total += size
        if total > max_bytes:
            with contextlib.suppress(OSError):
                os.unlink(path)
