"""``GlobalSummaryWriter``: one writer for all processes and modules of a program, which counts the steps itself.

tensorboardX's. After a fork each process writes to a file of its own in the run; what they share are the counters.
"""

from __future__ import annotations

import multiprocessing
import os
from typing import Any

from sightline.errors import ArgumentTypeError
from sightline.writer.argument import ArrayLike, ScalarLike, as_tag, describe
from sightline.writer.file_writer import FileWriter
from sightline.writer.summary_writer import SummaryWriter

__all__ = ["GlobalSummaryWriter"]

_writer: GlobalSummaryWriter | None = None


class GlobalSummaryWriter:
    """A :class:`SummaryWriter` whose calls take no step: the n-th value of a tag has step n, in whichever process.

    Arguments are those of ``SummaryWriter``. Processes have to be forked after it was made.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        log_dir: str | os.PathLike[str] | None = None,
        coalesce_process: bool = True,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ArgumentTypeError(f"GlobalSummaryWriter: got {describe(kwargs)}, want the arguments of SummaryWriter")
        self.smw = SummaryWriter(
            logdir or log_dir, comment, purge_step, max_queue, flush_secs, filename_suffix, write_to_disk
        )
        self._lock = multiprocessing.get_context("fork").Lock() if coalesce_process else None
        # A process that keeps them: a forked child's dictionaries would be its own.
        self._manager = multiprocessing.Manager() if coalesce_process else None
        self._steps = {kind: self._new_counters() for kind in ("scalar", "image", "text")}

    def _new_counters(self) -> Any:
        return self._manager.dict() if self._manager is not None else {}

    def _next_step(self, kind: str, tag: str) -> int:
        steps, tag = self._steps[kind], as_tag(tag)
        if self._lock is None:
            steps[tag] = steps.get(tag, -1) + 1
            return int(steps[tag])
        with self._lock:
            step = int(steps.get(tag, -1)) + 1
            steps[tag] = step
        return step

    def add_scalar(self, tag: str, scalar_value: ScalarLike, walltime: float | None = None) -> None:
        """Log one number, at the tag's next step."""
        self.smw.add_scalar(tag, scalar_value, self._next_step("scalar", tag), walltime)

    def add_image(
        self, tag: str, img_tensor: ArrayLike, walltime: float | None = None, dataformats: str = "CHW"
    ) -> None:
        """Log one picture, at the tag's next step."""
        self.smw.add_image(tag, img_tensor, self._next_step("image", tag), walltime, dataformats)

    def add_text(self, tag: str, text_string: str, walltime: float | None = None) -> None:
        """Log Markdown, at the tag's next step."""
        self.smw.add_text(tag, text_string, self._next_step("text", tag), walltime)

    @staticmethod
    def getSummaryWriter() -> GlobalSummaryWriter:
        """The one of this program, made at the first call with the default directory."""
        global _writer
        if _writer is None:
            _writer = GlobalSummaryWriter()
        return _writer

    @property
    def file_writer(self) -> FileWriter:
        """The run's FileWriter."""
        return self.smw.file_writer

    def close(self) -> None:
        """End the run's files."""
        self.smw.close()
