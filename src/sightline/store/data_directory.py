"""Where notes lie when they don't lie beside the logs: the user's data directory.

Linux: ``$XDG_DATA_HOME/sightline``, else ``~/.local/share/sightline``. macOS:
``~/Library/Application Support/sightline``.
"""

from __future__ import annotations

from pathlib import Path

from sightline.store.user_directory import user_directory

__all__ = ["data_directory"]


def data_directory() -> Path:
    """It need not exist."""
    return user_directory("XDG_DATA_HOME", ".local/share", "Library/Application Support")
