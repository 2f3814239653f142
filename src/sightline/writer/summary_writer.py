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
from threading import RLock
from time import perf_counter, strftime, time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.kernel import frame, frame_scalar
from sightline.writer.argument import (
    ArrayLike,
    ScalarLike,
    StepLike,
    as_array,
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
        self._warned: set[str] = set()
        self._layout: dict[str, dict[str, Sequence[Any]]] = {}
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
        # Re-entrant: a signal handler may log while its own thread is making a run's directory.
        self._run_lock = RLock()
        self._count_lock = RLock()
        self._embedding_lock = RLock()

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

    @property
    def default_bins(self) -> list[float]:
        """The edges of ``add_histogram`` with ``bins="tensorflow"``."""
        from sightline.kinds.histogram.write import tensorflow_edges

        edges: list[float] = tensorflow_edges().tolist()
        return edges

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
    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: ArrayLike,
        box_tensor: ArrayLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: str | Sequence[str] | None = None,
    ) -> None:
        """Log one picture with rectangles drawn on it: ``box_tensor`` is (N, 4), x1, y1, x2, y2 in pixels.

        ``labels`` is one text for each box. ``rescale`` resizes the picture afterwards. tensorboardX's order of the
        last arguments, with ``dataformats`` and ``labels`` first, is recognised.
        """
        from sightline.kinds.image.write import encode_image_with_boxes

        if isinstance(rescale, str):
            dataformats, labels, rescale = rescale, None if dataformats == "CHW" else dataformats, 1
        array, axes = as_picture(img_tensor, dataformats)
        boxes = as_array(box_tensor, "box_tensor")
        names = [labels] if isinstance(labels, str) else labels
        texts = None if names is None else [as_text(name, "labels") for name in names]
        value = encode_image_with_boxes(as_tag(tag), array, boxes, axes, as_float(rescale, "rescale"), texts)
        self._add_value(value, global_step, walltime)

    @_counted
    def add_video(
        self,
        tag: str,
        vid_tensor: ArrayLike,
        global_step: StepLike | None = None,
        fps: float = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
        format: Literal["gif", "mp4", "webm"] = "gif",
    ) -> None:
        """Log a video, as an animated GIF: (N, T, C, H, W), N of them in a grid; uint8, or floats of 0..1.

        ``format`` "mp4" and "webm" are smaller and have all colours; they need ``sightline[video]``, and TensorBoard
        does not show them.
        """
        from sightline.kinds.video.write import encode_video

        array = as_array(vid_tensor, "vid_tensor")
        if not isinstance(dataformats, str):
            raise ArgumentTypeError(f"dataformats: got {describe(dataformats)}, want a string such as 'NTCHW'")
        value = encode_video(as_tag(tag), array, as_float(fps, "fps"), dataformats, format)
        self._add_value(value, global_step, walltime)

    @_counted
    def add_audio(
        self,
        tag: str,
        snd_tensor: ArrayLike,
        global_step: StepLike | None = None,
        sample_rate: float = 44100,
        walltime: float | None = None,
    ) -> None:
        """Log sound, as 16-bit WAV: samples of -1..1, (L,), (1, L) or (L, C) with up to two channels."""
        from sightline.kinds.audio.write import encode_audio

        array = as_array(snd_tensor, "snd_tensor")
        rate = as_float(sample_rate, "sample_rate")
        self._add_value(encode_audio(as_tag(tag), array, rate), global_step, walltime)

    @_counted
    def add_text(
        self, tag: str, text_string: str, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Log Markdown. On disk the tag gets ``/text_summary`` appended, as torch does."""
        from sightline.kinds.text.write import encode_text

        self._add_value(encode_text(as_tag(tag), as_text(text_string)), global_step, walltime)

    @_counted
    def add_tensor(
        self, tag: str, tensor: ArrayLike, global_step: StepLike | None = None, walltime: float | None = None
    ) -> None:
        """Log a whole array, of any shape and element type. TensorBoard has no dashboard for it."""
        from sightline.kinds.tensor.write import encode_tensor

        array = as_array(tensor, "tensor")
        value = encode_tensor(as_tag(tag), array, str(getattr(tensor, "dtype", "")))
        self._add_value(value, global_step, walltime)

    @_counted
    def add_histogram(
        self,
        tag: str,
        values: ArrayLike,
        global_step: StepLike | None = None,
        bins: str | int | Sequence[float] = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Log the distribution of all finite values, whatever the shape; NaN and infinities are warned of once.

        ``bins`` is ``"tensorflow"`` (logarithmic, on both sides of zero) or what ``numpy.histogram`` takes: a number,
        edges, the name of an estimator. ``max_bins`` merges neighbours.
        """
        from sightline.kinds.histogram.write import count_not_finite, encode_histogram

        array = as_array(values, "values")
        value = encode_histogram(as_tag(tag), array, bins, max_bins)
        if value.histo.num < array.size and "histogram" not in self._warned:
            nan, posinf, neginf = count_not_finite(array)
            self._warn_once(
                "histogram",
                f"add_histogram({tag!r}, step {global_step}): of {array.size} values {nan} are NaN, {posinf} +inf and "
                f"{neginf} -inf; the histogram is of the others. Further ones are not told",
            )
        self._add_value(value, global_step, walltime)

    @_counted
    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: float,
        sum: float,
        sum_squares: float,
        bucket_limits: ArrayLike,
        bucket_counts: ArrayLike,
        global_step: StepLike | None = None,
        walltime: float | None = None,
    ) -> None:
        """Log a histogram counted elsewhere: ``bucket_limits[i]`` is the right edge of ``bucket_counts[i]``."""
        from sightline.kinds.histogram.write import encode_histogram_raw

        value = encode_histogram_raw(
            as_tag(tag),
            as_float(min, "min"),
            as_float(max, "max"),
            as_float(num, "num"),
            as_float(sum, "sum"),
            as_float(sum_squares, "sum_squares"),
            as_array(bucket_limits, "bucket_limits"),
            as_array(bucket_counts, "bucket_counts"),
        )
        self._add_value(value, global_step, walltime)

    @_counted
    def add_pr_curve(
        self,
        tag: str,
        labels: ArrayLike,
        predictions: ArrayLike,
        global_step: StepLike | None = None,
        num_thresholds: int = 127,
        weights: ArrayLike | None = None,
        walltime: float | None = None,
    ) -> None:
        """Log precision and recall at ``num_thresholds`` (at most 127) thresholds from 0 to 1.

        ``labels`` are 0 and 1 or booleans, ``predictions`` probabilities of 1, ``weights`` one for each.
        """
        from sightline.kinds.pr_curve.write import encode_pr_curve

        value = encode_pr_curve(
            as_tag(tag),
            as_array(labels, "labels"),
            as_array(predictions, "predictions"),
            as_step(num_thresholds, "num_thresholds"),
            None if weights is None else as_array(weights, "weights"),
        )
        self._add_value(value, global_step, walltime)

    @_counted
    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: ArrayLike,
        false_positive_counts: ArrayLike,
        true_negative_counts: ArrayLike,
        false_negative_counts: ArrayLike,
        precision: ArrayLike,
        recall: ArrayLike,
        global_step: StepLike | None = None,
        num_thresholds: int = 127,
        weights: ArrayLike | None = None,
        walltime: float | None = None,
    ) -> None:
        """Log a curve that was counted elsewhere: six numbers at each threshold. ``weights`` has no meaning here."""
        from sightline.kinds.pr_curve.write import encode_pr_curve_raw

        value = encode_pr_curve_raw(
            as_tag(tag),
            as_array(true_positive_counts, "true_positive_counts"),
            as_array(false_positive_counts, "false_positive_counts"),
            as_array(true_negative_counts, "true_negative_counts"),
            as_array(false_negative_counts, "false_negative_counts"),
            as_array(precision, "precision"),
            as_array(recall, "recall"),
            as_step(num_thresholds, "num_thresholds"),
        )
        self._add_value(value, global_step, walltime)

    @_counted
    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Log the structure of a PyTorch model, seen by what it does with ``input_to_model``.

        A tuple or list holds positional arguments, a mapping named ones. A model that can't be traced is shown as far
        as it can be seen, with a warning; ``verbose`` prints the nodes.
        """
        from sightline.kinds.graph.write import encode_graph

        captured = encode_graph(model, input_to_model, verbose, use_strict_trace)
        self.file_writer.add_graph((captured.graph, captured.run_metadata))
        if captured.warning:
            self._warn_once("graph", f"add_graph: {captured.warning}")

    @_counted
    def add_onnx_graph(self, prototxt: str | os.PathLike[str]) -> None:
        """Log the graph of an ONNX model file."""
        from sightline.kinds.graph.write import encode_onnx_graph

        self.file_writer.add_onnx_graph(encode_onnx_graph(prototxt))

    @_counted
    def add_embedding(
        self,
        mat: ArrayLike,
        metadata: Sequence[Any] | None = None,
        label_img: ArrayLike | None = None,
        global_step: StepLike | None = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Log a matrix of one point in each row, for the projector; labels and pictures one for each point.

        ``metadata`` is a list of labels, or with ``metadata_header`` a list of rows; ``label_img`` is (N, C, H, W).
        """
        from sightline.kinds.projector.write import prepare_embedding

        matrix = as_array(mat, "mat")
        pictures = None if label_img is None else as_array(label_img, "label_img")
        step, name = self.file_writer.step_of(global_step), as_tag(tag)
        embedding = prepare_embedding(matrix, metadata, pictures, step, name, metadata_header)
        if not self._write_to_disk:
            return
        file = self.file_writer.event_writer
        try:
            with self._embedding_lock:  # all of a run share one configuration file
                embedding.write(file.directory)
        except OSError as error:
            file.lose(1, error.strerror or str(error))

    @_counted
    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Lay out a chart of several tags, given as regular expressions. Charts of earlier calls stay."""
        self._add_layout({category: {title: ["Multiline", tags]}})

    @_counted
    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Lay out a chart of a value between two bounds: ``tags`` are value, lower, upper. Earlier charts stay."""
        self._add_layout({category: {title: ["Margin", tags]}})

    @_counted
    def add_custom_scalars(self, layout: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        """Lay out charts: ``{category: {chart: ["Multiline", [tags]] or ["Margin", [value, lower, upper]]}}``.

        Charts of earlier calls stay; one of the same category and title is replaced.
        """
        self._add_layout(layout)

    def _add_layout(self, layout: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
        from sightline.kinds.custom_scalars.write import encode_custom_scalars

        encode_custom_scalars(layout)  # raises what is wrong with it before it is kept
        with self._run_lock:
            for category, charts in layout.items():
                self._layout.setdefault(category, {}).update(charts)
            value = encode_custom_scalars(self._layout)
        self._add_value(value, None, None)

    @_counted
    def add_mesh(
        self,
        tag: str,
        vertices: ArrayLike,
        colors: ArrayLike | None = None,
        faces: ArrayLike | None = None,
        config_dict: Mapping[str, Any] | None = None,
        global_step: StepLike | None = None,
        walltime: float | None = None,
    ) -> None:
        """Log points or a mesh: ``vertices`` (B, N, 3), ``colors`` (B, N, 3) of 0..255, ``faces`` (B, M, 3) indices.

        ``config_dict`` describes camera, lights and material as THREE.js names them.
        """
        from sightline.kinds.mesh.write import encode_mesh

        values = encode_mesh(
            as_tag(tag),
            as_array(vertices, "vertices"),
            None if colors is None else as_array(colors, "colors"),
            None if faces is None else as_array(faces, "faces"),
            config_dict,
        )
        self._add_values(values, global_step, walltime)

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
            writer.event_writer.append(_framed([value], step, time()))
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
        self._add_values([value], global_step, walltime)

    def _add_values(self, values: list[Value], global_step: StepLike | None, walltime: float | None) -> None:
        seconds = self.file_writer.wall_time_of(walltime)
        self._append(_framed(values, self.file_writer.step_of(global_step), seconds))

    def _warn_once(self, about: str, message: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            import logging

            logging.getLogger("sightline").warning(message)

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
                    made = self._new_file_writer(directory, tolerant=True)
                    writer = self.all_writers.setdefault(path, made)
                    if writer is not made:  # a signal handler has made it meanwhile
                        made.close()
                    self._exported.setdefault(f"{self.file_writer.get_logdir()}/{exported}", _Exported(directory))
            self._open_runs[name] = writer
            if len(self._open_runs) > OPEN_FILES:
                # A signal handler may come between any two of these: a copy of the names, and nobody is surprised.
                released = self._open_runs.pop(list(self._open_runs)[0], None)  # noqa: RUF015
                if released is not None:
                    released.event_writer.release()
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

        now, status = time(), Status.FAILURE if failed else Status.SUCCESS
        return _framed([encode_session_end(status, end_time=now)], None, now)


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


def _framed(values: list[Value], step: int | None, wall_time: float) -> bytes:
    from sightline.format.event import Event, Summary

    event = Event(wall_time=wall_time, summary=Summary(value=values))
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
