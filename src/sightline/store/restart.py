"""A restart: from here on a run goes again over steps that it had logged. The rule: docs/design/0002-restarts.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Restart", "SessionStart"]


@dataclass(frozen=True, slots=True)
class Restart:
    """A tick on the axis."""

    step: int
    """Where it goes on."""
    wall_time: float
    """When."""
    evidence: Literal["session", "file", "steps"]
    """A SessionLog START, a later file, or steps that go back within one file. The first two supersede points; the
    last is only noted: nothing in the data says that what was logged before is not wanted any more."""


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A SessionLog START where it lies in its file: points before it with a step of at least ``step`` are overtaken."""

    step: int
    wall_time: float
    scalar_rows: dict[int, int]
    """Number of a series in its file -> how many of its scalars lie before."""
    item_rows: dict[int, int]

    def rows_before(self, number: int, is_scalar: bool) -> int:
        """Rows of a series that lie before, in the same file."""
        return (self.scalar_rows if is_scalar else self.item_rows).get(number, 0)
