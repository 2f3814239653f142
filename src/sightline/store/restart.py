"""A restart: from here on a run goes again over steps that it had logged. The rule: docs/design/0002-restarts.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sightline.store.session_rows import SessionRows

__all__ = ["Evidence", "Restart", "SessionStart"]

Evidence = Literal["session", "file", "steps"]
"""A SessionLog START, a later file, or steps that go back within one file."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A tick on the axis."""

    step: int
    """Where it goes on."""
    wall_time: float
    """When."""
    evidence: Evidence
    """The first two supersede points; steps that go back are only noted: nothing in the data says that what was logged
    before is not wanted any more."""


@dataclass(frozen=True, slots=True)
class SessionStart:
    """A SessionLog START where it lies in its file: points before it with a step of at least ``step`` are overtaken."""

    step: int
    wall_time: float
    number: int
    """Of the STARTs of its file."""
    rows: SessionRows

    def rows_before(self, number: int, is_scalar: bool) -> int:
        """Rows of a series that lie before, in the same file."""
        return self.rows.before(self.number, number, is_scalar)

    @property
    def highest(self) -> int | None:
        """The largest step before it, in the same file."""
        return self.rows.highest[self.number]
