"""``SummaryWriter``: what a training script logs, into event files that TensorBoard and Sightline read.

The signatures, the order of arguments and the meaning on disk are those of ``torch.utils.tensorboard`` 2.13 (with
tensorboardX's additions); every deliberate difference is listed in ``docs/compatibility.md``.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from time import perf_counter, strftime, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.kernel import frame, frame_scalar
from sightline.writer.argument import (
    ArrayLike,
    ScalarLike,
    StepLike,
    as_float,
    as_picture,
    as_step,
    as_tag,
    as_text,
    describe,
)
from sightline.writer.backlog import Backlog
from sightline.writer.file_writer import FileWriter

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from typing_extensions import Self

    from sightline.format.event import Value
    from sightline.format.kernel import Scanner
    from sightline.writer.stats import WriterStats

__all__ = ["SummaryWriter"]

REMEMBERED_TAGS = 4096
"""Tags whose bytes are kept. Scripts use a few hundred; one that makes up a new tag at every step must not grow."""
OPEN_FILES = 64
"""Files of ``add_scalars`` that are held open; those used less recently are opened again when they are needed."""
LONGEST_NAME = 255
"""Bytes that a file's name may have on the usual file systems."""

Durability = Literal["process", "power", "buffered"]
Method = TypeVar("Method", bound=Callable[..., Any])


def _counted(method: Method) -> Method:
    """Counts the calls of a method and the time they take, for ``stats()``."""

    @wraps(method)
    def call(self: SummaryWriter, *arguments: Any, **named: Any) -> Any:
        before = perf_counter()
        try:
            return method(self, *arguments, **named)
        finally:
            seconds = perf_counter() - before
            with self._count_lock:
                self._calls += 1
                self._seconds += seconds

    return cast(Method, call)


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
        Accepted as torch accepts them, without effect: see ``durability``.
    filename_suffix
        Appended to the event file's name.
    write_to_disk
        False: nothing is written, not even a directory; arguments are checked as always.
    logdir
        tensorboardX's name for ``log_dir``.
    comet_config
        Accepted for tensorboardX's sake when it says ``{"disabled": True}``.
    durability
        ``"process"``: when a call has returned, its record is in the operating system's hands and survives the death
        of the process. ``"power"``: and after ``flush()`` it is on the disk (fsync). ``"buffered"``: records are
        written by a thread every 0.2 s; those of the last 0.2 s (and on storage that can't keep up what it is behind,
        at most 64 MiB) are lost when the process is killed. With the first two a writer whose storage turns out to be
        slow does the same for as long as that lasts, and says so once.

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
        write_to_disk: bool = True,
        logdir: str | os.PathLike[str] | None = None,
        comet_config: Mapping[str, Any] | None = None,
        *,
        durability: Durability = "process",
    ) -> None:
        log_dir = log_dir or logdir or _default_directory(comment)
        if not isinstance(filename_suffix, str):
            raise ArgumentTypeError(f"filename_suffix: got {describe(filename_suffix)}, want a string")
        if durability not in ("process", "power", "buffered"):
            raise ArgumentError(f"durability: got {durability!r}, want 'process', 'power' or 'buffered'")
        if comet_config and not comet_config.get("disabled"):
            raise ArgumentError("comet_config: got a configuration, but nothing is sent anywhere; leave it out")
        if purge_step is not None:
            purge_step = as_step(purge_step, "purge_step")
        self.log_dir = log_dir
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        self._write_to_disk = write_to_disk
        self._backlog = Backlog(always=durability == "buffered")
        self._sync = durability == "power"
        self.file_writer = self._new_file_writer(log_dir)
        self.all_writers: dict[str, FileWriter] = {self.file_writer.get_logdir(): self.file_writer}
        """The run's own writer and those of ``add_scalars``, by directory."""
        self._open_runs: dict[str, FileWriter] = {}
        self._exported: dict[str, _Exported] = {}
        self._tags: dict[str, bytes] = {}
        self._calls, self._seconds = 0, 0.0
        self._session = _Session()
        self._layout: dict[str, dict[str, list[Any]]] = {}
        self._new_locks()
        self._append = self.file_writer.event_writer.append
        self._append_scalar: Callable[[object, object, object, object], int]
        self._append_scalar = self.file_writer.event_writer.append_scalar
        # Runs when the writer is garbage or the interpreter ends, whichever comes first.
        weakref.finalize(self, _close_all, self.all_writers, self._session, self._backlog)
        _alive.add(self)
        if purge_step is not None:
            self._purge(purge_step)

    def _new_locks(self) -> None:
        """At the beginning, and in a forked child, where another thread may have held them."""
        self._run_lock = Lock()
        self._count_lock = Lock()

    def _new_file_writer(self, directory: str | os.PathLike[str], tolerant: bool = False) -> FileWriter:
        return FileWriter(
            directory,
            self.max_queue,
            self.flush_secs,
            self.filename_suffix,
            tolerant=tolerant,
            backlog=self._backlog,
            sync=self._sync,
            write_to_disk=self._write_to_disk,
        )

    def _purge(self, step: int) -> None:
        """What tells readers that the run goes on from ``step``: a file version and a session START at that step."""
        from sightline.format.event import FILE_VERSION, Event, SessionLog, SessionStatus

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
        # The hot path: what is usual is done in one step by the kernel, which refuses everything else.
        if not new_style and not display_name and not summary_description:
            done = self._append_scalar(tag, scalar_value, global_step, walltime)
            if done:
                if done < 0:
                    self.file_writer.event_writer.finish_scalar()
                return
        before = perf_counter()
        if new_style or display_name or summary_description:
            from sightline.kinds.scalar.write import encode_scalar

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
        else:
            number = as_float(scalar_value)
            step = self.file_writer.step_of(global_step)
            self._append(frame_scalar(self._tag_bytes(tag), number, step, self.file_writer.wall_time_of(walltime)))
        seconds = perf_counter() - before
        with self._count_lock:
            self._calls += 1
            self._seconds += seconds

    @_counted
    def log(
        self, values: Mapping[str, ScalarLike], step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Log many scalars of one step at once: ``log({"loss/train": 0.3, "accuracy": 0.9}, step)``.

        The same points as from ``add_scalar`` for each, with one wall time and in one write. All of them are checked
        before the first is written.
        """
        if not isinstance(values, Mapping):
            raise ArgumentTypeError(f"values: got {describe(values)}, want a dict of tag to number")
        number = self.file_writer.step_of(step, "step")
        seconds = self.file_writer.wall_time_of(walltime)
        records = [
            frame_scalar(self._tag_bytes(tag), as_float(value, f"values[{tag!r}]"), number, seconds)
            for tag, value in values.items()
        ]
        if records:
            self._append(b"".join(records), len(records))

    @_counted
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
        seconds = self.file_writer.wall_time_of(walltime)
        step = self.file_writer.step_of(global_step)
        # All of them are checked before the first is written.
        values = [
            (key, _run_name(tag, key), as_float(value, f"tag_scalar_dict[{key!r}]"))
            for key, value in tag_scalar_dict.items()
        ]
        for key, name, number in values:
            writer = self._run_writer(name, f"{tag}/{key}")
            writer.event_writer.append(frame_scalar(tag.encode(), number, step, seconds))

    @_counted
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
        self._add_picture(tag, img_tensor, global_step, walltime, dataformats)

    @_counted
    def add_images(
        self,
        tag: str,
        img_tensor: ArrayLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Log a batch of pictures as one, in a grid of up to eight columns."""
        self._add_picture(tag, img_tensor, global_step, walltime, dataformats)

    def _add_picture(
        self, tag: str, img_tensor: ArrayLike, global_step: StepLike | None, walltime: float | None, dataformats: str
    ) -> None:
        from sightline.kinds.image.write import encode_image

        array, axes = as_picture(img_tensor, dataformats)
        self._add_value(encode_image(as_tag(tag), array, axes), global_step, walltime)

    @_counted
    def add_figure(
        self,
        tag: str,
        figure: Figure | Sequence[Figure],
        global_step: StepLike | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Log a matplotlib figure, or several of one size as a grid; ``close`` closes them in pyplot."""
        from sightline.kinds.image.write import encode_figure

        self._add_value(encode_figure(as_tag(tag), figure, close), global_step, walltime)

    @_counted
    def add_text(
        self, tag: str, text_string: str, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Log Markdown. On disk the tag gets ``/text_summary`` appended, as torch does."""
        from sightline.kinds.text.write import encode_text

        self._add_value(encode_text(as_tag(tag), as_text(text_string)), global_step, walltime)

    @_counted
    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, ScalarLike] | None = None,
        hparam_domain_discrete: Mapping[str, Sequence[Any]] | None = None,
        run_name: str | None = None,
        global_step: StepLike | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """Log the hyperparameters of a run: booleans, numbers, text; None means that there is no value.

        Without ``metric_dict``, at the start of training: they are written into the run itself, which then is running
        and becomes a success or a failure when the writer is closed, by an exception or without. Its scalars are the
        metrics. With ``metric_dict``, as torch does it: a finished session in a run of its own below this one, named
        ``run_name`` or by the time, with the metrics as scalars at ``global_step``. ``hparam_domain_discrete`` gives
        the values a hyperparameter may have. ``name`` is tensorboardX's ``run_name``; its order of arguments, with the
        name as the third, is recognised.
        """
        from sightline.kinds.hparams.write import encode_experiment, encode_hparams, encode_session_start

        if isinstance(hparam_domain_discrete, str):
            if run_name is not None and global_step is None:
                global_step = cast(StepLike, run_name)
            hparam_domain_discrete, run_name = None, hparam_domain_discrete
        run_name = run_name or name
        if metric_dict is None:
            if run_name is not None:
                raise ArgumentError(
                    f"run_name: got {run_name!r} without metric_dict; hyperparameters alone belong to this run, "
                    "want metric_dict as well, or no name"
                )
            values = [
                encode_experiment(hparam_dict, (), hparam_domain_discrete),
                encode_session_start(hparam_dict, start_time=time()),
            ]
            for value in values:
                self._add_value(value, global_step, None)
            self._session.begin()
            return
        if not isinstance(metric_dict, Mapping):
            raise ArgumentTypeError(f"metric_dict: got {describe(metric_dict)}, want a dict of name to number")
        values = encode_hparams(hparam_dict, metric_dict, hparam_domain_discrete)
        step = None if global_step is None else as_step(global_step)
        metrics = [
            (as_tag(tag, "metric_dict: key"), as_float(value, f"metric_dict[{tag!r}]"))
            for tag, value in metric_dict.items()
        ]
        directory = _below(str(time()) if run_name is None else as_tag(run_name, "run_name"), "run_name")
        directory = os.path.join(self.file_writer.event_writer.directory, directory)
        writer = self._new_file_writer(directory, tolerant=True)
        for value in values:
            writer.event_writer.append(_framed(value, None, time()))
        for tag, number in metrics:
            writer.event_writer.append(frame_scalar(tag.encode(), number, step, time()))
        writer.close()

    def export_scalars_to_json(self, path: str | os.PathLike[str]) -> None:
        """Write what ``add_scalars`` has logged since the last export, as tensorboardX does.

        ``{"<logdir>/<main_tag>/<key>": [[wall time, step, value], ...]}``. The points are read back from the event
        files: none are kept in memory.
        """
        import json

        self.flush()
        with self._run_lock:
            exported = {name: one.new_points() for name, one in self._exported.items()}
        with open(path, "w", encoding="utf-8") as file:
            json.dump({name: points for name, points in exported.items() if points}, file)

    @contextmanager
    def use_metadata(self, *, global_step: StepLike | None = None, walltime: float | None = None) -> Iterator[Self]:
        """Within the block, calls without a step or a wall time get these, as in tensorboardX."""
        with self.file_writer.use_metadata(global_step=global_step, walltime=walltime):
            before, self._append_scalar = self._append_scalar, _refuse
            try:
                yield self
            finally:
                self._append_scalar = before

    def stats(self) -> WriterStats:
        """What was written, what it took, what was lost, and what is at risk."""
        from sightline.writer.stats import WriterStats

        files = [writer.event_writer for writer in list(self.all_writers.values())]
        fast_calls, _, nanoseconds = self.file_writer.event_writer.scalar_counts
        return WriterStats(
            calls=self._calls + fast_calls,
            records=sum(file.records for file in files),
            bytes=sum(file.size_bytes for file in files),
            seconds=self._seconds + nanoseconds / 1e9,
            lost_records=sum(file.lost_records for file in files),
            points_at_risk=self._backlog.waiting,
            batching=self._backlog.batching,
            trouble=next((file.trouble for file in files if file.trouble), ""),
        )

    def flush(self) -> None:
        """See that everything is in the operating system's hands: what a full disk cut short, what waits to be written.

        With ``durability="power"``: that it is on the disk. On a local disk there is nothing else to do.
        """
        for writer in list(self.all_writers.values()):
            writer.flush()

    def close(self) -> None:
        """End the run's files with a session STOP. A later ``add_*`` begins a new file in the same directory.

        A run whose hyperparameters were logged at its start is a success, or a failure if this happens while an
        exception is being handled.
        """
        _close_all(self.all_writers, self._session, self._backlog, failed=sys.exc_info()[1] is not None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        left = error is None or (isinstance(error, SystemExit) and not error.code)
        _close_all(self.all_writers, self._session, self._backlog, failed=not left)

    def _get_file_writer(self) -> FileWriter:
        """The run's own FileWriter, under the name by which Lightning and others reach for torch's."""
        return self.file_writer

    def _add_value(self, value: Value, global_step: StepLike | None, walltime: float | None) -> None:
        seconds = self.file_writer.wall_time_of(walltime)
        self._append(_framed(value, self.file_writer.step_of(global_step), seconds))

    def _tag_bytes(self, tag: str) -> bytes:
        try:
            return self._tags[tag]
        except (KeyError, TypeError):
            key = as_tag(tag).encode()
        if len(self._tags) >= REMEMBERED_TAGS:
            self._tags.clear()
        self._tags[tag] = key
        return key

    def _run_writer(self, name: str, exported: str) -> FileWriter:
        """The writer of ``<run>/<name>``. Of the many that ``add_scalars`` may need, the last used are held open."""
        with self._run_lock:
            writer = self._open_runs.pop(name, None)
            if writer is None:
                path = self.file_writer.get_logdir() + "/" + name
                writer = self.all_writers.get(path)
                if writer is None:
                    directory = os.path.join(self.file_writer.event_writer.directory, name)
                    writer = self._new_file_writer(directory, tolerant=True)
                    self.all_writers[path] = writer
                    self._exported[f"{self.file_writer.get_logdir()}/{exported}"] = _Exported(directory)
            self._open_runs[name] = writer
            if len(self._open_runs) > OPEN_FILES:
                oldest = next(iter(self._open_runs))
                self._open_runs.pop(oldest).event_writer.release()
        return writer


class _Session:
    """Whether this process has begun a session of hyperparameters that is still to be ended."""

    def __init__(self) -> None:
        self._process = 0

    def begin(self) -> None:
        self._process = os.getpid()

    def end(self, failed: bool) -> bytes:
        """The record that ends it, once for each beginning; never in a forked child, whose parent's session it is."""
        running, self._process = self._process == os.getpid(), 0
        if not running:
            return b""
        from sightline.kinds.hparams.write import Status, encode_session_end  # imported since the beginning

        now = time()
        return _framed(encode_session_end(Status.FAILURE if failed else Status.SUCCESS, end_time=now), None, now)


class _Exported:
    """The points of one key of ``add_scalars``, read back from its run's files: each time those that came since."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._scanners: dict[str, Scanner] = {}

    def new_points(self) -> list[list[float]]:
        """[[wall time, step, value], ...] in the order in which they were logged."""
        from sightline.format.kernel import Scanner

        points: list[list[float]] = []
        for name in sorted(os.listdir(self._directory) if os.path.isdir(self._directory) else ()):
            path = os.path.join(self._directory, name)
            if "tfevents" not in name or not os.path.isfile(path):
                continue
            scanner = self._scanners.setdefault(name, Scanner())
            with open(path, "rb") as file:
                file.seek(scanner.offset)
                batch = scanner.scan(file.read())
            points += [
                list(row)
                for row in zip(batch.wall_time.tolist(), batch.step.tolist(), batch.value.tolist(), strict=True)
            ]
        return points


_alive: weakref.WeakSet[SummaryWriter] = weakref.WeakSet()


def _after_fork() -> None:
    for writer in list(_alive):
        writer._new_locks()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _refuse(tag: object, value: object, step: object, wall_time: object) -> int:
    return 0


def _framed(value: Value, step: int | None, wall_time: float) -> bytes:
    from sightline.format.event import Event, Summary

    event = Event(wall_time=wall_time, summary=Summary(value=[value]))
    if step is not None:
        event.step = step
    return frame(event.SerializeToString())


def _default_directory(comment: str) -> str:
    if not isinstance(comment, str):
        raise ArgumentTypeError(f"comment: got {describe(comment)}, want a string")
    from socket import gethostname  # imported here: it costs a tenth of `import sightline`

    return os.path.join("runs", strftime("%b%d_%H-%M-%S") + "_" + gethostname() + comment)


def _run_name(main_tag: str, key: Any) -> str:
    """Directory below the run's own, as torch names it; what would lead out of the run is made harmless."""
    return _below(
        main_tag.replace("/", "_") + "_" + as_tag(key, "tag_scalar_dict: key"), "tag_scalar_dict: main_tag and key"
    )


def _close_all(writers: dict[str, FileWriter], session: _Session, backlog: Backlog, failed: bool | None = None) -> None:
    """``failed`` is None when nobody has called ``close``: at exit the interpreter knows what it died of."""
    end = session.end(getattr(sys, "last_value", None) is not None if failed is None else failed)
    if end:
        next(iter(writers.values())).event_writer.append(end)
    for writer in list(writers.values()):
        writer.close()
    backlog.close()


def _below(name: str, argument: str) -> str:
    """A name of a directory below the run's own."""
    name = name.replace("\0", "_")
    parts = name.split("/")
    if ".." in parts or name.startswith("/"):
        name = name.replace("/", "_")
        parts = [name]
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in parts):
        raise ArgumentError(f"{argument}: the name of a directory, got {name!r}, want at most {LONGEST_NAME} bytes")
    return name
