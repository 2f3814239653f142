"""Images, asked for by the page: the steps of a tag in a run, and the picture at one of them, as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from sightline.kinds.endpoint import Answer, Content, Endpoint, Query

if TYPE_CHECKING:
    from sightline.store import LogDir

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
    """Pictures at this step; 0 when the record holds none that can be shown."""
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
    raise NotImplementedError


def read_blob(logdir: LogDir, query: ImageBlobQuery) -> Content:
    raise NotImplementedError


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
