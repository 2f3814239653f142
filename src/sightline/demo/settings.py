"""The demo's runs: what differs between them, how long they take, and what is reported while they go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SETTINGS", "Progress", "Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's hyperparameters."""

    learning_rate: float
    """The highest, after the warm-up."""
    width: int
    """Channels of the first convolution; the second has twice as many."""
    steps: int = 900
    """Batches. 21 of them are one pass over the training digits."""
    batch_size: int = 64
    seconds_per_step: float = 0.025
    """A step takes at least this long: such a small network learns faster than one can watch."""
    seed: int = 0

    @property
    def name(self) -> str:
        """The run's directory, the way a person would name it."""
        return f"lr={self.learning_rate:g} w={self.width}"


SETTINGS = (
    Settings(learning_rate=0.003, width=16),
    Settings(learning_rate=0.0002, width=8),
    Settings(learning_rate=0.05, width=16),
)
"""A good choice, a timid one and one that is too bold: three curves that are worth comparing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    run: str
    step: int
    """Steps that are done."""
    total: int
    metrics: Mapping[str, float]
    """The latest value of what is worth printing, by a short name."""
