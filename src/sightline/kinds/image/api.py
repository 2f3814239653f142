"""Images, asked for by the page: the steps of a tag in a run, and the picture at one of them, as it was written."""

from __future__ import annotations

import math
from contextlib import ExitStack
from typing import Annotated

import msgspec
import numpy as np

from sightline.kinds.endpoint import Answer, Content, Endpoint, NotFound, Query
from sightline.kinds.image.decode import decode_image
from sightline.kinds.image.samples import count_samples
from sightline.kinds.image.schema import KIND
from sightline.store import ItemColumns, ItemSeries, LogDir, SeriesKey

__all__ = ["ENDPOINTS", "ImageBlobQuery", "ImageStep", "ImageSteps", "ImageStepsQuery"]


class ImageStepsQuery(Query):
    run: str
    tag: str


class ImageStep(Answer):
    """One logged step. ``file`` and ``record`` are the key of its pictures."""

    step: int
    wall_time: float | None
    """Seconds since the Unix epoch; null when the file has no finite one."""
    samples: int
    """Pictures at this step; 0 when the record holds none that can be shown. No more than 1,000 are counted."""
    file: str
    """The event file, by an id that changes when the file is replaced."""
    record: int
    """Byte of that file at which the record begins."""
    superseded: bool
    """True when a restart has overtaken this step."""


class ImageSteps(Answer):
    """Every logged step, ascending."""

    steps: list[ImageStep]


class ImageBlobQuery(Query):
    run: str
    tag: str
    file: str
    record: Annotated[int, msgspec.Meta(ge=0)]
    sample: Annotated[int, msgspec.Meta(ge=0)] = 0


def read_steps(logdir: LogDir, query: ImageStepsQuery) -> ImageSteps:
    """Without reading the pictures."""
    columns = _series(logdir, query.run, query.tag).columns()
    steps: list[ImageStep] = []
    for row, samples in enumerate(_count_samples(columns)):
        file, record = columns.files[columns.file[row]].id, int(columns.record[row])
        if steps and steps[-1].file == file and steps[-1].record == record:
            steps[-1].samples += samples  # one event may hold a tag twice
            continue
        wall_time = float(columns.wall_time[row])
        steps.append(
            ImageStep(
                step=int(columns.step[row]),
                wall_time=wall_time if math.isfinite(wall_time) else None,
                samples=samples,
                file=file,
                record=record,
                superseded=bool(columns.superseded[row]),
            )
        )
    return ImageSteps(steps=steps)


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


def _count_samples(columns: ItemColumns) -> list[int]:
    """Pictures of each row; 0 in a file that can't be opened now: asking for one of them says why."""
    with ExitStack() as stack:
        descriptors: list[int | None] = []
        for file in columns.files:
            try:
                descriptors.append(stack.enter_context(file.reopen()))
            except OSError:
                descriptors.append(None)
        return [
            0 if (descriptor := descriptors[file]) is None else count_samples(descriptor, offset, length)
            for file, offset, length in zip(
                columns.file.tolist(), columns.offset.tolist(), columns.length.tolist(), strict=True
            )
        ]


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/steps",
        summary="Every logged step of a tag in a run",
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
