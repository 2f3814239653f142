"""Images, asked for by the page: the steps of a tag in a run, and the picture at one of them, as it was written."""

from __future__ import annotations

import hashlib
import math
from contextlib import ExitStack
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.kinds.endpoint import Answer, Content, Endpoint, NotFound, Query
from sightline.kinds.image.decode import decode_image
from sightline.kinds.image.samples import count_samples
from sightline.kinds.image.schema import KIND
from sightline.store import ItemColumns, ItemSeries, LogDir, SeriesKey

__all__ = ["ENDPOINTS", "ImageBlobQuery", "ImageSteps", "ImageStepsQuery"]


MOST_STEPS = 20_000
"""In one answer: a series of a million pictures is asked for in parts."""


class ImageStepsQuery(Query):
    run: str
    tag: str
    first: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many of the steps are known already."""
    mark: str = ""
    """``mark`` of the answer they ended with."""


class ImageSteps(Answer):
    """Logged steps, ascending, a column each: those that follow the known ones, 20,000 at most.

    ``file`` and ``record`` are the key of a step's pictures.
    """

    total: int
    """Steps in all."""
    first: int
    """Index of the first one here: as asked for, or 0 when what was known is not so any more."""
    mark: str
    """Names all steps up to the last one here: where their pictures lie."""
    whole: bool
    """False when a file could not be opened to count ``samples``: the steps here are worth asking for anew."""
    step: list[int]
    wall_time: list[float | None]
    """Seconds since the Unix epoch; null when the file has no finite one."""
    samples: list[int]
    """Pictures at each step; 0 when the record holds none that can be shown. No more than 1,000 are counted."""
    file: list[int]
    """Index into ``files``."""
    record: list[int]
    """Byte of the file at which the record begins."""
    superseded: list[bool]
    """True when a restart has overtaken the step."""
    files: list[str]
    """Event files, by ids that change when the file is replaced."""


class ImageBlobQuery(Query):
    run: str
    tag: str
    file: str
    record: Annotated[int, msgspec.Meta(ge=0)]
    sample: Annotated[int, msgspec.Meta(ge=0)] = 0


def read_steps(logdir: LogDir, query: ImageStepsQuery) -> ImageSteps:
    """Without reading the pictures. A run that grows is told what it has more; a restart changes what was known."""
    columns = _series(logdir, query.run, query.tag).columns()
    starts = _starts(columns)
    ids = [file.id for file in columns.files]
    files = list(dict.fromkeys(ids))  # a file stands in several parts of a series
    file = np.array([files.index(one) for one in ids], np.intp)[columns.file]

    def mark(count: int) -> str:
        """Names so many steps and where their pictures lie: the same ones have the same mark, others another."""
        if count == 0:
            return ""
        these = starts[:count]
        digest = hashlib.blake2b(repr(files[: file[these].max() + 1]).encode(), digest_size=8)
        for column in (columns.step, columns.record, columns.superseded, file):
            digest.update(column[these].tobytes())
        return digest.hexdigest()

    known = query.first <= len(starts) and query.mark == mark(query.first)
    first = query.first if known else 0
    end = min(first + MOST_STEPS, len(starts))
    chosen = starts[first:end]
    rows = slice(chosen[0], starts[end] if end < len(starts) else len(columns)) if len(chosen) else slice(0, 0)
    counts, whole = _count_samples(columns, rows)
    wall_times = columns.wall_time[chosen].tolist()
    return ImageSteps(
        total=len(starts),
        first=first,
        mark=mark(end),
        whole=whole,
        step=columns.step[chosen].tolist(),
        wall_time=[wall_time if math.isfinite(wall_time) else None for wall_time in wall_times],
        samples=np.add.reduceat(counts, chosen - chosen[0]).tolist() if len(chosen) else [],
        file=file[chosen].tolist(),
        record=columns.record[chosen].tolist(),
        superseded=columns.superseded[chosen].tolist(),
        files=files,
    )


def read_blob(logdir: LogDir, query: ImageBlobQuery) -> Content:
    """The picture, after its record's checksum was verified."""
    series = _series(logdir, query.run, query.tag)
    columns = series.columns()
    in_file = np.array([file.id == query.file for file in columns.files], np.bool_)[columns.file]
    rows = np.flatnonzero(in_file & (columns.record == query.record))
    if not len(rows):
        raise NotFound(
            f"no picture of {query.tag!r} in {query.run!r} lies at byte {query.record} of file {query.file!r}"
        )
    pictures = [
        picture for row in rows.tolist() for picture in decode_image(series.read(row, columns), series.metadata).samples
    ]
    if query.sample >= len(pictures):
        raise NotFound(f"sample {query.sample} of {len(pictures)}: they are counted from 0")
    picture = pictures[query.sample]
    return Content(picture.bytes, picture.mime, immutable=True)


def _series(logdir: LogDir, run: str, tag: str) -> ItemSeries:
    if run not in logdir.runs:
        raise NotFound(f"no run is named {run!r}")
    series = logdir.runs[run].series.get(SeriesKey(KIND.name, tag))
    if not isinstance(series, ItemSeries):
        raise NotFound(f"run {run!r} has no image with the tag {tag!r}")
    return series


def _starts(columns: ItemColumns) -> npt.NDArray[np.intp]:
    """The row at which each step begins: one event may hold a tag twice."""
    if not len(columns):
        return np.empty(0, np.intp)
    other = (np.diff(columns.file) != 0) | (np.diff(columns.record) != 0)
    return np.flatnonzero(np.concatenate(([True], other)))


def _count_samples(columns: ItemColumns, rows: slice) -> tuple[npt.NDArray[np.int64], bool]:
    """Pictures of each row, and whether all could be counted.

    0 in a file that can't be opened now: asking for one of its pictures says why.
    """
    with ExitStack() as stack:
        descriptors: dict[int, int | None] = {}
        for file in np.unique(columns.file[rows]).tolist():
            try:
                descriptors[file] = stack.enter_context(columns.files[file].reopen())
            except OSError:
                descriptors[file] = None
        places = zip(
            columns.file[rows].tolist(), columns.offset[rows].tolist(), columns.length[rows].tolist(), strict=True
        )
        counts = [
            0 if (descriptor := descriptors[file]) is None else count_samples(descriptor, offset, length)
            for file, offset, length in places
        ]
        return np.array(counts, np.int64), None not in descriptors.values()


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/steps",
        summary="The logged steps of a tag in a run",
        query=ImageStepsQuery,
        answer=ImageSteps,
        handler=read_steps,
    ),
    Endpoint(
        method="GET",
        path="/blob",
        summary="One picture, as it was written",
        query=ImageBlobQuery,
        answer="image/*",
        handler=read_blob,
    ),
)
