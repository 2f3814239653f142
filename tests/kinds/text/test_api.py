"""``kinds/text/api.py``: the texts of some steps, as HTML that does no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline import SummaryWriter
from sightline.format.event import (
    DataType,
    Dim,
    Event,
    PluginData,
    Summary,
    SummaryMetadata,
    TensorProto,
    TensorShapeProto,
    Value,
)
from sightline.format.kernel import frame
from sightline.kinds.endpoint import NotFound
from sightline.kinds.text.api import TextEntry, TextHtmlQuery, TextStepsQuery, read_html, read_steps
from sightline.store import LogDir


def read_logdir(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def write_tensor(path: Path, shape: list[int] | None, strings: list[bytes]) -> LogDir:
    """One text of any shape, under the tag ``x``."""
    tensor = TensorProto(dtype=DataType.STRING, string_val=strings)
    if shape is not None:
        tensor.tensor_shape = TensorShapeProto(dim=[Dim(size=size) for size in shape])
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="text"))
    event = Event(wall_time=1000.0, summary=Summary(value=[Value(tag="x", metadata=metadata, tensor=tensor)]))
    (path / "events.out.tfevents.1.x").write_bytes(frame(event.SerializeToString()))
    return read_logdir(path)


def html(logdir: LogDir, **query: Any) -> str:
    (entry,) = read_html(logdir, TextHtmlQuery(run=".", tag="x", **query)).entries
    assert entry.error == ""
    return entry.html


def test_every_step_is_listed_and_read_by_its_index(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(30):
            writer.add_text("x", f"text {step}", step * 10, walltime=1000.0 + step)
    logdir = read_logdir(tmp_path)
    steps = read_steps(logdir, TextStepsQuery(run=".", tag="x/text_summary")).steps
    assert [(step.step, step.wall_time) for step in steps] == [(step * 10, 1000.0 + step) for step in range(30)]
    answer = read_html(logdir, TextHtmlQuery(run=".", tag="x/text_summary", first=28, count=5))
    assert answer.total == 30
    assert answer.entries == [
        TextEntry(index=i, step=i * 10, wall_time=1000.0 + i, superseded=False, html=f"<p>text {i}</p>\n", error="")
        for i in (28, 29)
    ]


@pytest.mark.parametrize(("shape", "strings"), [(None, 1), ([], 1), ([1], 1), ([1, 1], 1)])
def test_one_text_has_no_table_around_it(tmp_path: Path, shape: list[int] | None, strings: int) -> None:
    assert html(write_tensor(tmp_path, shape, [b"**b**"] * strings)) == "<p><strong>b</strong></p>\n"


def test_texts_in_a_row_are_a_table_of_one_column(tmp_path: Path) -> None:
    got = html(write_tensor(tmp_path, [2], [b"a", b"*b*"]))
    assert got.replace("\n", "") == (
        "<table><tbody><tr><td><p>a</p></td></tr><tr><td><p><em>b</em></p></td></tr></tbody></table>"
    )


def test_texts_of_rank_2_are_a_table_and_of_rank_3_its_first_slice(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    (tmp_path / "3").mkdir()
    two = html(write_tensor(tmp_path / "2", [2, 2], [b"a", b"b", b"c", b"d"]))
    three = html(write_tensor(tmp_path / "3", [2, 2, 2], [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"]))
    assert two == three
    assert two.count("<tr>") == 2
    assert two.count("<td>") == 4


def test_no_text_at_all_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "3").mkdir()
    assert html(write_tensor(tmp_path, [0], [])) == "<table><tbody></tbody></table>"
    assert html(write_tensor(tmp_path / "3", [0, 2, 2], [])) == ""


def test_plain_is_the_text_as_it_was_written(tmp_path: Path) -> None:
    logdir = write_tensor(tmp_path, None, b"**b** <script>&amp;\n  x".splitlines(keepends=False)[:1])
    assert html(logdir, markdown=False) == "<pre>**b** &lt;script&gt;&amp;amp;</pre>"


def test_a_damaged_text_says_so_and_its_neighbours_are_there(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_text("x", f"text number {step}", step)
    (file,) = tmp_path.iterdir()
    logdir = read_logdir(tmp_path)
    with file.open("r+b") as again:
        again.seek(file.read_bytes().index(b"number 1"))
        again.write(b"N")
    entries = read_html(logdir, TextHtmlQuery(run=".", tag="x/text_summary")).entries
    assert [bool(entry.html) for entry in entries] == [True, False, True]
    assert "payload checksum" in entries[1].error


@pytest.mark.parametrize(("run", "tag"), [("nobody", "x"), (".", "nothing")])
def test_an_unknown_run_or_tag_is_not_found(tmp_path: Path, run: str, tag: str) -> None:
    logdir = write_tensor(tmp_path, None, [b"a"])
    with pytest.raises(NotFound):
        read_html(logdir, TextHtmlQuery(run=run, tag=tag))
    with pytest.raises(NotFound):
        read_steps(logdir, TextStepsQuery(run=run, tag=tag))


def test_a_text_of_very_many_cells_is_cut_and_says_so(tmp_path: Path) -> None:
    shown = html(write_tensor(tmp_path, [300_000], [b"<a>"] * 300_000))
    assert "Too large to lay out: 300,000 texts, 900,000 characters" in shown
    assert "The first 2,000 follow" in shown
    assert "<td>" not in shown
    assert shown.count("&lt;a&gt;") == 2000


def test_the_bound_is_of_a_whole_answer(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(12):
            writer.add_text("x", "y" * 150_000, step)
    answer = read_html(read_logdir(tmp_path), TextHtmlQuery(run=".", tag="x/text_summary", markdown=False))
    assert sum(len(entry.html) for entry in answer.entries) < 510_000
    assert "Too large" not in answer.entries[0].html
    assert "Too large" in answer.entries[-1].html
