"""What one refresh changed: enough to tell a page what to ask for again, no data."""

from __future__ import annotations

from dataclasses import dataclass

from sightline.store.progress import Progress

__all__ = ["Changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """False when nothing changed."""

    runs: frozenset[str]
    """Names of the runs that got points, or whose files changed. A run that went away is not among them."""
    structure: bool
    """A run or a tag appeared or went."""
    progress: Progress
    version: int
    """``LogDir.version`` after these changes."""

    def __bool__(self) -> bool:
        return bool(self.runs) or self.structure
