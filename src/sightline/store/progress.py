"""How far reading a log directory has come."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot. Bytes that turned out to be unreadable count as read: the bar reaches its end."""

    files: int = 0
    """Event files found."""
    bytes_total: int = 0
    bytes_read: int = 0
    done: bool = False
    """Everything that was found has been read once. Stays true while files merely grow."""
