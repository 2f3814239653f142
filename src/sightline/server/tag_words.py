"""What event files say of tags in words: a name to show, and a description in Markdown (``SummaryMetadata``)."""

from __future__ import annotations

from collections.abc import Iterator

from sightline.kinds.endpoint import Answer, Endpoint, NotFound, Query
from sightline.kinds.text.html import render_markdown, render_plain
from sightline.store import LogDir, SeriesKey
from sightline.store.series import Series

__all__ = ["TAG_DESCRIPTION", "TAG_WORDS", "TagDescription", "TagWords", "read_tag_description", "read_tag_words"]

MAX_TAGS = 20_000
"""Tags with something to say that are listed."""
MAX_DISPLAY = 200
MAX_DESCRIPTIONS = 20
"""Different descriptions of one tag that are sent; runs seldom have more than one."""
MAX_CHARACTERS = 20_000
"""Of Markdown, of one tag. Beyond them a description is shown as it is, and cut."""


class TagWordsQuery(Query):
    kind: str


class TagWord(Answer):
    """A tag that has a display name of its own, a description, or both."""

    tag: str
    display_name: str
    """Empty when there is none but the tag, or runs say different ones."""
    described: bool
    """``/api/tags/description`` has more."""


class TagWords(Answer):
    """Only tags of which something is said: usually none."""

    tags: list[TagWord]


class TagDescriptionQuery(Query):
    kind: str
    tag: str


class TagText(Answer):
    """One description, and the runs that have it."""

    html: str
    runs: list[str]


class TagDescription(Answer):
    descriptions: list[TagText]


def read_tag_words(logdir: LogDir, query: TagWordsQuery) -> TagWords:
    """Display names and whether there is a description, from the first value of each series."""
    names: dict[str, set[str]] = {}
    described: set[str] = set()
    known: dict[bytes, tuple[str, bool]] = {}
    for _, series in _of_kind(logdir, query.kind):
        tag, raw = series.key.tag, series.raw_metadata
        # Nearly all series have the same few bytes.
        if (words := known.get(raw)) is None:
            metadata = series.metadata
            name = metadata.display_name.strip()[:MAX_DISPLAY]
            words = known[raw] = (name, bool(metadata.summary_description.strip()))
        name, has_description = words
        # Some writers repeat the tag, or its last part, as its name.
        if name and name != tag and not tag.endswith(f"/{name}"):
            names.setdefault(tag, set()).add(name)
        if has_description:
            described.add(tag)
    # Runs that do not agree have no name to show.
    agreed = {tag: next(iter(all_names)) for tag, all_names in names.items() if len(all_names) == 1}
    return TagWords(
        tags=[
            TagWord(tag=tag, display_name=agreed.get(tag, ""), described=tag in described)
            for tag in sorted(described | agreed.keys())[:MAX_TAGS]
        ]
    )


def read_tag_description(logdir: LogDir, query: TagDescriptionQuery) -> TagDescription:
    """The different descriptions of a tag as sanitised HTML, in the order of runs."""
    key = SeriesKey(query.kind, query.tag)
    runs: dict[str, list[str]] = {}
    for run, series in _of_kind(logdir, query.kind):
        if series.key == key and (text := series.metadata.summary_description.strip()):
            runs.setdefault(text, []).append(run)
    if not runs:
        raise NotFound(f"no run describes the {query.kind} {query.tag!r}")
    room = MAX_CHARACTERS
    out = []
    for text, names in list(runs.items())[:MAX_DESCRIPTIONS]:
        if room <= 0:
            break
        html = render_markdown(text) if len(text) <= room else render_plain(text[:room])
        room -= len(text)
        out.append(TagText(html=html, runs=names))
    return TagDescription(descriptions=out)


def _of_kind(logdir: LogDir, kind: str) -> Iterator[tuple[str, Series]]:
    for name, run in logdir.runs.items():
        for key, series in run.series.items():
            if key.kind == kind:
                yield name, series


TAG_WORDS = Endpoint(
    method="GET",
    path="/tags/words",
    summary="Display names of a kind's tags, and which have a description",
    query=TagWordsQuery,
    answer=TagWords,
    handler=read_tag_words,
)
TAG_DESCRIPTION = Endpoint(
    method="GET",
    path="/tags/description",
    summary="What event files say of a tag, as sanitised HTML",
    query=TagDescriptionQuery,
    answer=TagDescription,
    handler=read_tag_description,
)
