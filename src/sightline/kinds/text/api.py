"""Texts, asked for by the page: the steps of a tag in a run, and the HTML of some of them."""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from sightline.errors import DamagedRecord, MalformedMessage
from sightline.kinds.endpoint import Answer, Endpoint, NotFound, Query
from sightline.kinds.text.decode import decode_text
from sightline.kinds.text.html import MAX_ANSWER_CHARACTERS, MAX_CELLS, render_markdown, render_plain, render_table
from sightline.kinds.text.schema import KIND
from sightline.store import ItemColumns, ItemSeries, LogDir, SeriesKey

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
    """Without reading the texts."""
    columns = _series(logdir, query.run, query.tag).columns()
    return TextSteps(
        steps=[
            TextStep(step=step, wall_time=wall_time if math.isfinite(wall_time) else None, superseded=superseded)
            for step, wall_time, superseded in zip(
                columns.step.tolist(), columns.wall_time.tolist(), columns.superseded.tolist(), strict=True
            )
        ]
    )


def read_html(logdir: LogDir, query: TextHtmlQuery) -> TextEntries:
    """A text that is damaged says so in its place; the others are there."""
    series = _series(logdir, query.run, query.tag)
    columns = series.columns()
    rows = range(query.first, min(query.first + query.count, len(columns)))
    room = _Room()
    return TextEntries(
        total=len(columns), entries=[_read_entry(series, columns, row, query.markdown, room) for row in rows]
    )


class _Room:
    """What one answer may still hold: twenty texts at the bound of one would be twenty times its cost."""

    def __init__(self) -> None:
        self.cells = MAX_CELLS
        self.characters = MAX_ANSWER_CHARACTERS


def _series(logdir: LogDir, run: str, tag: str) -> ItemSeries:
    if run not in logdir.runs:
        raise NotFound(f"no run is named {run!r}")
    series = logdir.runs[run].series.get(SeriesKey(KIND.name, tag))
    if not isinstance(series, ItemSeries):
        raise NotFound(f"run {run!r} has no text with the tag {tag!r}")
    return series


def _read_entry(series: ItemSeries, columns: ItemColumns, row: int, markdown: bool, room: _Room) -> TextEntry:
    html = error = ""
    try:
        html = _render(decode_text(series.read(row, columns), series.metadata), markdown, room)
    except (DamagedRecord, MalformedMessage, OSError) as trouble:
        error = str(trouble)
    wall_time = float(columns.wall_time[row])
    return TextEntry(
        index=row,
        step=int(columns.step[row]),
        wall_time=wall_time if math.isfinite(wall_time) else None,
        superseded=bool(columns.superseded[row]),
        html=html,
        error=error,
    )


def _render(texts: npt.NDArray[np.object_], markdown: bool, room: _Room) -> str:
    """One text as itself, also in torch's shape [1]; more of them as a table, as TensorBoard shows them."""
    render: Any = render_markdown if markdown else render_plain
    characters = sum(len(str(text)) for text in texts.ravel().tolist())
    if texts.size > room.cells or characters > room.characters:
        return _render_cut(texts, characters, room)
    room.cells -= texts.size
    room.characters -= characters
    if texts.size == 1:
        return str(render(texts.item()))
    while texts.ndim > 2:  # TensorBoard shows the first slice of more axes
        if not len(texts):
            return ""
        texts = texts[0]
    rows = texts.reshape(-1, 1) if texts.ndim == 1 else texts
    return render_table([[render(cell) for cell in row] for row in rows.tolist()])


def _render_cut(texts: npt.NDArray[np.object_], characters: int, room: _Room) -> str:
    """The beginning of a text that the answer has no room for, as it is, under a sentence that says so."""
    kept: list[str] = []
    left = room.characters
    for text in texts.flat[: max(1, room.cells)]:
        kept.append(str(text)[:left])
        left -= len(kept[-1])
        if left <= 0:
            break
    shown = "\n".join(kept)
    room.cells = max(0, room.cells - len(kept))
    room.characters = left
    words = f"Too large to lay out: {texts.size:,} texts, {characters:,} characters. "
    return f"<p>{words}The first {len(kept):,} follow as they are, {sum(map(len, kept)):,} characters.</p>" + str(
        render_plain(shown)
    )


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
