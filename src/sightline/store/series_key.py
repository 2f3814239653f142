"""What names a series within a run."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SeriesKey"]


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A tag used for two kinds is two series."""

    kind: str
    """A room's name (``scalar``), or the plugin's name on disk when no room claims the values."""
    tag: str
