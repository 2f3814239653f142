"""``SummaryWriter``: what a training script logs, into event files that TensorBoard and Sightline read.

The signatures, the order of arguments and the meaning on disk are those of ``torch.utils.tensorboard`` 2.13 (with
tensorboardX's additions); every deliberate difference is listed in ``docs/compatibility.md``.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from threading import Lock
from time import strftime, time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import FILE_VERSION, Event, SessionLog, SessionStatus, Summary, Value
from sightline.format.kernel import frame, frame_scalar
from sightline.kinds.image.write import encode_figure, encode_image
from sightline.kinds.scalar.write import encode_scalar
from sightline.kinds.text.write import encode_text
from sightline.writer.argument import (
    ArrayLike,
    ScalarLike,
    StepLike,
    as_float,
    as_picture,
    as_step,
    as_tag,
    as_text,
    as_wall_time,
    describe,
)
from sightline.writer.file_writer import FileWriter

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from typing_extensions import Self

__all__ = ["SummaryWriter"]

REMEMBERED_TAGS = 4096
"""Tags whose bytes are kept. Scripts use a few hundred; one that makes up a new tag at every step must not grow."""
OPEN_FILES = 64
"""Files of ``add_scalars`` that are held open; those used less recently are opened again when they are needed."""
LONGEST_NAME = 255
"""Bytes that a file's name may have on the usual file systems."""


class SummaryWriter:
    """Writes one run: a directory with an event file, both made here.

    Parameters
    ----------
    log_dir
        The run's directory. By default ``runs/<%b%d_%H-%M-%S>_<host><comment>``.
    comment
        Appended to the default directory's name; without effect when ``log_dir`` is given.
    purge_step
        This run is resumed at that step: earlier points from there on were overtaken.
    max_queue, flush_secs
        Accepted as torch accepts them. Nothing is queued: when a call has returned, its record is in the operating
        system's hands and survives the death of the process.
    filename_suffix
        Appended to the event file's name.

    Any number of threads may share a writer. Trouble in the world (a full disk, a directory deleted while training)
    never raises from an ``add_*`` call: it is logged once by the logger ``sightline``, and logging goes on. Wrong
    arguments raise ``ArgumentError`` or ``ArgumentTypeError`` at once.

    Examples
    --------
    >>> import tempfile
    >>> with SummaryWriter(tempfile.mkdtemp()) as writer:
    ...     for step in range(3):
    ...         writer.add_scalar("loss/train", 1 / (step + 1), step)
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        if not log_dir:
            log_dir = _default_directory(comment)
        if not isinstance(filename_suffix, str):
            raise ArgumentTypeError(f"filename_suffix: got {describe(filename_suffix)}, want a string")
        if purge_step is not None:
            purge_step = as_step(purge_step, "purge_step")
        self.log_dir = log_dir
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        self.file_writer = FileWriter(log_dir, max_queue, flush_secs, filename_suffix)
        self.all_writers: dict[str, FileWriter] = {self.file_writer.get_logdir(): self.file_writer}
        """The run's own writer and those of ``add_scalars``, by directory."""
        self._open_runs: dict[str, FileWriter] = {}
        self._run_lock = Lock()
        self._append = self.file_writer.event_writer.append
        self._tags: dict[str, bytes] = {}
        # Runs when the writer is garbage or the interpreter ends, whichever comes first.
        weakref.finalize(self, _close_all, self.all_writers)
        if purge_step is not None:
            self._purge(purge_step)

    def _purge(self, step: int) -> None:
        """What tells readers that the run goes on from ``step``: a file version and a session START at that step."""
        version = Event(wall_time=time(), step=step, file_version=FILE_VERSION)
        start = Event(wall_time=time(), step=step, session_log=SessionLog(status=SessionStatus.START))
        self._append(frame(version.SerializeToString()))
        self._append(frame(start.SerializeToString()))
        self.purge_step = None  # once, as in torch: not again in a file begun after close()

    def get_logdir(self) -> str | os.PathLike[str]:
        """The run's directory, as it was given."""
        return self.log_dir

    def add_scalar(
        self,
        tag: str,
        scalar_value: ScalarLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Log one number; it is kept as float32.

        ``new_style`` writes it as a tensor, with ``double_precision`` as float64. ``display_name`` and
        ``summary_description`` (Markdown) are tensorboardX's; given as the fifth and sixth argument, as tensorboardX
        has them, they are recognised by being strings.
        """
        if new_style or display_name or summary_description:
            if isinstance(new_style, str):
                display_name, summary_description = new_style, summary_description or double_precision or ""
                new_style = double_precision = False
            value = encode_scalar(
                as_tag(tag),
                as_float(scalar_value),
                tensor=bool(new_style),
                double=bool(double_precision),
                display_name=as_tag(display_name, "display_name"),
                summary_description=as_text(summary_description, "summary_description"),
            )
            self._add_value(value, global_step, walltime)
            return
        # The hot path: what is usual is recognised by its exact type.
        if type(scalar_value) is not float:
            scalar_value = as_float(scalar_value)
        if type(global_step) is not int and global_step is not None:
            global_step = as_step(global_step)
        try:
            key = self._tags[tag]
        except (KeyError, TypeError):
            key = self._remember(tag)
        try:
            record = frame_scalar(
                key, scalar_value, global_step, time() if walltime is None else as_wall_time(walltime)
            )
        except OverflowError:
            as_step(global_step)  # says what is wrong
            raise
        self._append(record)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, ScalarLike],
        global_step: StepLike | None = None,
        walltime: float | None = None,
    ) -> None:
        """Log several numbers that belong into one chart: each key is a run of its own, ``<run>/<main_tag>_<key>``.

        ``main_tag`` is the tag in all of them; "/" in it becomes "_" in the runs' names.
        """
        if not isinstance(tag_scalar_dict, Mapping):
            raise ArgumentTypeError(f"tag_scalar_dict: got {describe(tag_scalar_dict)}, want a dict of name to number")
        tag = as_tag(main_tag, "main_tag")
        seconds = time() if walltime is None else as_wall_time(walltime)
        step = None if global_step is None else as_step(global_step)
        # All of them are checked before the first is written.
        values = [
            (_run_name(tag, key), as_float(value, f"tag_scalar_dict[{key!r}]"))
            for key, value in tag_scalar_dict.items()
        ]
        for name, number in values:
            self._run_writer(name).event_writer.append(frame_scalar(tag.encode(), number, step, seconds))

    def add_image(
        self,
        tag: str,
        img_tensor: ArrayLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Log one picture: (C, H, W) with 1, 3 or 4 channels, or any order of HW, CHW or NCHW; or a PIL image.

        uint8 is taken as it is, floats are 0..1 and clipped, integers with a maximum above 1 are 0..255.
        """
        array, axes = as_picture(img_tensor, dataformats)
        self._add_value(encode_image(as_tag(tag), array, axes), global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: ArrayLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Log a batch of pictures as one, in a grid of up to eight columns."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_figure(
        self,
        tag: str,
        figure: Figure | Sequence[Figure],
        global_step: StepLike | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Log a matplotlib figure, or several of one size as a grid; ``close`` closes them in pyplot."""
        self._add_value(encode_figure(as_tag(tag), figure, close), global_step, walltime)

    def add_text(
        self, tag: str, text_string: str, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Log Markdown. On disk the tag gets ``/text_summary`` appended, as torch does."""
        self._add_value(encode_text(as_tag(tag), as_text(text_string)), global_step, walltime)

    def flush(self) -> None:
        """Finish what a full disk cut short. Everything else is in the operating system's hands already."""
        for writer in list(self.all_writers.values()):
            writer.flush()

    def close(self) -> None:
        """End the run's files with a session STOP. A later ``add_*`` begins a new file in the same directory."""
        _close_all(self.all_writers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _get_file_writer(self) -> FileWriter:
        """The run's own FileWriter, under the name by which Lightning and others reach for torch's."""
        return self.file_writer

    def _add_value(self, value: Value, global_step: StepLike | None, walltime: float | None) -> None:
        event = Event(wall_time=time() if walltime is None else as_wall_time(walltime), summary=Summary(value=[value]))
        if global_step is not None:
            event.step = as_step(global_step)
        self._append(frame(event.SerializeToString()))

    def _remember(self, tag: str) -> bytes:
        key = as_tag(tag).encode()
        if len(self._tags) >= REMEMBERED_TAGS:
            self._tags.clear()
        self._tags[tag] = key
        return key

    def _run_writer(self, name: str) -> FileWriter:
        """The writer of ``<run>/<name>``. Of the many that ``add_scalars`` may need, the last used are held open."""
        with self._run_lock:
            writer = self._open_runs.pop(name, None)
            if writer is None:
                path = self.file_writer.get_logdir() + "/" + name
                writer = self.all_writers.get(path)
                if writer is None:
                    directory = os.path.join(self.file_writer.event_writer.directory, name)
                    writer = FileWriter(directory, self.max_queue, self.flush_secs, self.filename_suffix, tolerant=True)
                    self.all_writers[path] = writer
            self._open_runs[name] = writer
            if len(self._open_runs) > OPEN_FILES:
                oldest = next(iter(self._open_runs))
                self._open_runs.pop(oldest).event_writer.release()
        return writer


def _default_directory(comment: str) -> str:
    if not isinstance(comment, str):
        raise ArgumentTypeError(f"comment: got {describe(comment)}, want a string")
    from socket import gethostname  # imported here: it costs a tenth of `import sightline`

    return os.path.join("runs", strftime("%b%d_%H-%M-%S") + "_" + gethostname() + comment)


def _run_name(main_tag: str, key: Any) -> str:
    """Directory below the run's own, as torch names it; what would lead out of the run is made harmless."""
    name = main_tag.replace("/", "_") + "_" + as_tag(key, "tag_scalar_dict: key")
    name = name.replace("\0", "_")
    parts = name.split("/")
    if ".." in parts:
        name = name.replace("/", "_")
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in parts):
        raise ArgumentError(
            f"tag_scalar_dict: main_tag and key are the name of a directory, got {name!r}, want at most "
            f"{LONGEST_NAME} bytes"
        )
    return name


def _close_all(writers: dict[str, FileWriter]) -> None:
    for writer in list(writers.values()):
        writer.close()
