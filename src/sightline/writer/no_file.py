"""The event file that is none: what ``write_to_disk=False`` writes to."""

from __future__ import annotations

__all__ = ["NoFile"]


class NoFile:
    """Takes what :class:`~sightline.writer.event_file.EventFile` takes, and does nothing with it."""

    path = ""
    trouble = ""
    records = size_bytes = lost_records = 0
    scalar_counts = (0, 0, 0)

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def append_scalar(self, tag: object, value: object, step: object, wall_time: object) -> int:
        return 0  # refused: the arguments are still to be checked

    def finish_scalar(self) -> None: ...
    def append(self, records: object, count: int = 1) -> None: ...
    def lose(self, count: int, reason: str) -> None: ...
    def flush(self) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...
