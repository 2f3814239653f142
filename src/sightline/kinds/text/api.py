"""Texts, asked for by the page: the steps of a tag in a run, and the HTML of some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from sightline.kinds.endpoint import Answer, Endpoint, Query

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = ["ENDPOINTS", "TextEntries", "TextEntry", "TextHtmlQuery", "TextStep", "TextSteps", "TextStepsQuery"]


class TextStepsQuery(Query):
    run: str
    tag: str


class TextStep(Answer):
    """One logged step."""

    step: int
    wall_time: float | None
    """Seconds since the Unix epoch; null when the file has no finite one."""
    superseded: bool
    """True when a restart has overtaken this step."""


class TextSteps(Answer):
    """Every logged step, ascending."""

    steps: list[TextStep]


class TextHtmlQuery(Query):
    run: str
    tag: str
    first: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Index into the steps."""
    count: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    markdown: bool = True
    """False: the text as it was written, in a ``<pre>``."""


class TextEntry(Answer):
    """One text."""

    index: int
    """Index into the steps."""
    step: int
    wall_time: float | None
    superseded: bool
    html: str
    """Sanitised: no script, no style, nothing that would be loaded from elsewhere. Empty when there is an error."""
    error: str
    """Why the text can't be shown; empty when it can."""


class TextEntries(Answer):
    """The texts of steps ``first`` to ``first + count``, as many as there are."""

    total: int
    """Steps in all."""
    entries: list[TextEntry]


def read_steps(logdir: LogDir, query: TextStepsQuery) -> TextSteps:
    raise NotImplementedError


def read_html(logdir: LogDir, query: TextHtmlQuery) -> TextEntries:
    raise NotImplementedError


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/steps",
        summary="Every logged step of a tag in a run",
        query=TextStepsQuery,
        answer=TextSteps,
        handler=read_steps,
    ),
    Endpoint(
        method="GET",
        path="/html",
        summary="Some steps' texts as sanitised HTML",
        query=TextHtmlQuery,
        answer=TextEntries,
        handler=read_html,
    ),
)
