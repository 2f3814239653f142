"""``/api/tags``: what event files say of tags in words; whatever they say, nothing of it runs in the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline import SummaryWriter
from sightline.kinds.endpoint import NotFound
from sightline.server.tag_words import (
    TagDescriptionQuery,
    TagWord,
    TagWordsQuery,
    read_tag_description,
    read_tag_words,
)
from sightline.store import LogDir


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    path = tmp_path_factory.mktemp("logs")
    for run, text in (("a", "The **mean** of a batch."), ("b", "The **mean** of a batch."), ("c", "Of an epoch.")):
        with SummaryWriter(str(path / run)) as writer:
            writer.add_scalar("plain", 1.0, 0)
            writer.add_scalar("loss", 1.0, 0, summary_description=text)
            writer.add_scalar("acc", 1.0, 0, display_name="Accuracy")
            writer.add_scalar("other", 1.0, 0, display_name=f"Other of {run}")
            writer.add_scalar("x/repeated", 1.0, 0, display_name="repeated")
            writer.add_scalar(
                "evil", 1.0, 0, summary_description="<script>alert(1)</script> ![x](http://a.example/x.png)"
            )
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def test_only_tags_with_something_to_say_are_named(logdir: LogDir) -> None:
    said = read_tag_words(logdir, TagWordsQuery(kind="scalar")).tags
    assert said == [
        TagWord(tag="acc", display_name="Accuracy", described=False),
        TagWord(tag="evil", display_name="", described=True),
        TagWord(tag="loss", display_name="", described=True),
    ]  # and not `other`: runs that do not agree have no name to show
    assert read_tag_words(logdir, TagWordsQuery(kind="image")).tags == []


def test_equal_descriptions_are_one_with_its_runs(logdir: LogDir) -> None:
    first, second = read_tag_description(logdir, TagDescriptionQuery(kind="scalar", tag="loss")).descriptions
    assert (first.html.strip(), first.runs) == ("<p>The <strong>mean</strong> of a batch.</p>", ["a", "b"])
    assert (second.html.strip(), second.runs) == ("<p>Of an epoch.</p>", ["c"])
    with pytest.raises(NotFound, match="'plain'"):
        read_tag_description(logdir, TagDescriptionQuery(kind="scalar", tag="plain"))


def test_a_description_runs_nothing_and_fetches_nothing(logdir: LogDir) -> None:
    (only,) = read_tag_description(logdir, TagDescriptionQuery(kind="scalar", tag="evil")).descriptions
    assert "<script" not in only.html
    assert "<img" not in only.html


def test_what_a_hostile_file_costs_is_bounded(tmp_path: Path) -> None:
    for run in range(30):
        with SummaryWriter(str(tmp_path / f"r{run:02}")) as writer:
            writer.add_scalar("x", 1.0, 0, summary_description=f"{run} " + "*" * 15_000)
    logdir = LogDir(tmp_path)
    logdir.refresh()
    found = read_tag_description(logdir, TagDescriptionQuery(kind="scalar", tag="x")).descriptions
    assert [one.runs for one in found] == [["r00"], ["r01"]]
    assert sum(len(one.html) for one in found) < 30_000
