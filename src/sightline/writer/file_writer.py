"""Whole events and summaries into one directory, as ``torch.utils.tensorboard.FileWriter`` takes them.

Messages may be Sightline's own or those of any protobuf package: only ``SerializeToString`` is asked of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import time
from typing import TYPE_CHECKING, Protocol

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.kernel import frame
from sightline.writer.argument import StepLike, as_log_directory, as_step, as_wall_time, describe
from sightline.writer.backlog import Backlog
from sightline.writer.event_file import EventFile
from sightline.writer.no_file import NoFile

if TYPE_CHECKING:
    from typing_extensions import Self

    from sightline.format.event import Event

__all__ = ["FileWriter", "SerializableMessage"]


class SerializableMessage(Protocol):
    """A message of any protobuf implementation."""

    def SerializeToString(self) -> bytes: ...


class FileWriter:
    """Adds events to an event file in ``log_dir``, which is created.

    Signature and methods are torch's and tensorboardX's. ``max_queue`` and ``flush_secs`` are accepted and not needed:
    nothing waits in a queue. ``tolerant``, ``backlog`` and ``sync`` are those of
    :class:`~sightline.writer.event_file.EventFile`; without ``write_to_disk`` nothing is written at all.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        *,
        tolerant: bool = False,
        backlog: Backlog | None = None,
        sync: bool = False,
        write_to_disk: bool = True,
    ) -> None:
        directory = as_log_directory(log_dir)
        self.event_writer: EventFile | NoFile
        if write_to_disk:
            self.event_writer = EventFile(directory, filename_suffix, tolerant, backlog, sync)
        else:
            self.event_writer = NoFile(directory)
        self.default_step: int | None = None
        self.default_wall_time: float | None = None
        """What :meth:`use_metadata` has set."""
        self._log_dir = str(log_dir)

    def get_logdir(self) -> str:
        """The directory as it was given."""
        return self._log_dir

    def add_event(
        self, event: SerializableMessage, step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Append one Event with its step and wall time set (now by default); the message given is not changed."""
        from sightline.format.event import Event

        self._append(Event.FromString(_serialize(event, "event", "an Event")), step, walltime, "step")

    def add_summary(
        self, summary: SerializableMessage, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Append one Summary as an Event."""
        from sightline.format.event import Event, Summary

        content = _serialize(summary, "summary", "a Summary")
        self._append(Event(summary=Summary.FromString(content)), global_step, walltime)

    def add_graph(
        self, graph_profile: tuple[SerializableMessage, SerializableMessage], walltime: float | None = None
    ) -> None:
        """Append a pair of GraphDef and RunMetadata, as two Events; the second is tagged ``step1``, as torch does."""
        from sightline.format.event import Event, TaggedRunMetadata

        if not isinstance(graph_profile, (tuple, list)) or len(graph_profile) != 2:
            raise ArgumentTypeError(
                f"graph_profile: got {describe(graph_profile)}, want a pair of GraphDef and RunMetadata"
            )
        graph = _serialize(graph_profile[0], "graph_profile[0]", "a GraphDef")
        profile = _serialize(graph_profile[1], "graph_profile[1]", "a RunMetadata")
        self._append(Event(graph_def=graph), None, walltime)
        tagged = TaggedRunMetadata(tag="step1", run_metadata=profile)
        self._append(Event(tagged_run_metadata=tagged), None, walltime)

    def add_onnx_graph(self, graph: SerializableMessage, walltime: float | None = None) -> None:
        """Append a GraphDef."""
        from sightline.format.event import Event

        self._append(Event(graph_def=_serialize(graph, "graph", "a GraphDef")), None, walltime)

    @contextmanager
    def use_metadata(self, *, global_step: StepLike | None = None, walltime: float | None = None) -> Iterator[Self]:
        """Within the block, what is added without a step or a wall time gets these. What is not given stays as it is.

        As in tensorboardX, with one repair: given a step alone, the wall time is now, not 0.
        """
        if global_step is None and walltime is None:
            raise ArgumentError("use_metadata: got neither global_step nor walltime, want at least one of them")
        before = self.default_step, self.default_wall_time
        if global_step is not None:
            self.default_step = as_step(global_step)
        if walltime is not None:
            self.default_wall_time = as_wall_time(walltime)
        try:
            yield self
        finally:
            self.default_step, self.default_wall_time = before

    def flush(self) -> None:
        """See that everything is in the operating system's hands; on a local disk it is already."""
        self.event_writer.flush()

    def close(self) -> None:
        """End the file. Whatever is added later goes to a new one."""
        self.event_writer.close()

    def reopen(self) -> None:
        """Nothing to do: a closed writer opens a new file by itself."""

    def step_of(self, step: StepLike | None, argument: str = "global_step") -> int | None:
        """The step an event gets."""
        return self.default_step if step is None else as_step(step, argument)

    def wall_time_of(self, wall_time: float | None) -> float:
        """The wall time an event gets."""
        if wall_time is not None:
            return as_wall_time(wall_time)
        return time() if self.default_wall_time is None else self.default_wall_time

    def _append(
        self, event: Event, step: StepLike | None, walltime: float | None, argument: str = "global_step"
    ) -> None:
        number = self.step_of(step, argument)
        if number is not None:
            event.step = number
        event.wall_time = self.wall_time_of(walltime)
        self.event_writer.append(frame(event.SerializeToString()))


def _serialize(message: SerializableMessage, argument: str, wanted: str) -> bytes:
    serialize = getattr(message, "SerializeToString", None)
    if serialize is None:
        raise ArgumentTypeError(f"{argument}: got {describe(message)}, want {wanted} message")
    content: bytes = serialize()
    return content
