"""Whole events and summaries into one directory, as ``torch.utils.tensorboard.FileWriter`` takes them.

Messages may be Sightline's own or those of any protobuf package: only ``SerializeToString`` is asked of them.
"""

from __future__ import annotations

import os
from time import time
from typing import Literal, Protocol

from sightline.errors import ArgumentTypeError
from sightline.format.event import Event, Summary
from sightline.format.kernel import frame
from sightline.writer.argument import StepLike, as_log_directory, as_step, as_wall_time, describe
from sightline.writer.event_file import EventFile

__all__ = ["FileWriter", "SerializableMessage"]


class SerializableMessage(Protocol):
    """A message of any protobuf implementation."""

    def SerializeToString(self) -> bytes: ...


class FileWriter:
    """Adds events to an event file in ``log_dir``, which is created.

    Signature and methods are torch's. ``max_queue`` and ``flush_secs`` are accepted and not needed: nothing waits in
    a queue. ``tolerant`` is that of :class:`~sightline.writer.event_file.EventFile`.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        *,
        tolerant: bool = False,
    ) -> None:
        self.event_writer = EventFile(as_log_directory(log_dir), filename_suffix, tolerant)
        self._log_dir = str(log_dir)

    def get_logdir(self) -> str:
        """The directory as it was given."""
        return self._log_dir

    def add_event(
        self, event: SerializableMessage, step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Append one Event with its step and wall time set (now by default); the message given is not changed."""
        copy = Event.FromString(_serialize(event, "event"))
        if step is not None:
            copy.step = as_step(step, "step")
        self._append(copy, walltime)

    def add_summary(
        self, summary: SerializableMessage, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Append one Summary as an Event."""
        event = Event(summary=Summary.FromString(_serialize(summary, "summary")))
        if global_step is not None:
            event.step = as_step(global_step)
        self._append(event, walltime)

    def flush(self) -> None:
        """Everything is in the operating system's hands already; a record that was cut short is finished."""
        self.event_writer.flush()

    def close(self) -> None:
        """End the file. Whatever is added later goes to a new one."""
        self.event_writer.close()

    def reopen(self) -> None:
        """Nothing to do: a closed writer opens a new file by itself."""

    def _append(self, event: Event, walltime: float | None) -> None:
        event.wall_time = time() if walltime is None else as_wall_time(walltime)
        self.event_writer.append(frame(event.SerializeToString()))


def _serialize(message: SerializableMessage, argument: Literal["event", "summary"]) -> bytes:
    serialize = getattr(message, "SerializeToString", None)
    if serialize is None:
        article = "an" if argument == "event" else "a"
        raise ArgumentTypeError(f"{argument}: got {describe(message)}, want {article} {argument.capitalize()} message")
    content: bytes = serialize()
    return content
