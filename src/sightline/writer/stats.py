"""What a writer has done so far, and what it has not: the answer of ``SummaryWriter.stats()``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WriterStats"]


@dataclass(frozen=True)
class WriterStats:
    """Since the writer was made; all its files together."""

    calls: int
    """Calls of ``add_*`` and ``log``."""
    records: int
    """Records in the operating system's hands."""
    bytes: int
    """The same in bytes."""
    seconds: float
    """Time that those calls took from the threads that made them."""
    lost_records: int
    """Records that could not be written and were given up: the disk was full, the storage stalled."""
    points_at_risk: int
    """Records that wait to be written, and are lost if the process is killed now. 0 unless ``batching``."""
    batching: bool
    """Whether records are collected and written by a thread: ``durability="buffered"``, or slow storage."""
    trouble: str
    """Why nothing can be written at the moment; empty when all is well."""
