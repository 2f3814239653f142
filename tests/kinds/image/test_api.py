"""``kinds/image/api.py``: every picture that was logged, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from sightline import SummaryWriter
from sightline.errors import DamagedRecord
from sightline.format.event import (
    DataType,
    Dim,
    Event,
    Image,
    PluginData,
    Summary,
    SummaryMetadata,
    TensorProto,
    TensorShapeProto,
    Value,
)
from sightline.format.kernel import frame
from sightline.kinds.endpoint import NotFound
from sightline.kinds.image import api
from sightline.kinds.image.api import ImageBlobQuery, ImageSteps, ImageStepsQuery, read_blob, read_steps
from sightline.kinds.image.samples import count_samples
from sightline.store import LogDir

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def read_logdir(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def tensor_value(tag: str, *pictures: bytes) -> Value:
    """As TensorFlow 2 writes a batch: ``[width, height, picture ...]``."""
    strings = [b"8", b"8", *pictures]
    return Value(
        tag=tag,
        metadata=SummaryMetadata(plugin_data=PluginData(plugin_name="images")),
        tensor=TensorProto(
            dtype=DataType.STRING,
            tensor_shape=TensorShapeProto(dim=[Dim(size=len(strings))]),
            string_val=strings,
        ),
    )


def write_events(path: Path, *events: tuple[int, list[Value]]) -> Path:
    file = path / "events.out.tfevents.1.x"
    records = [
        frame(Event(wall_time=1000.0 + step, step=step, summary=Summary(value=values)).SerializeToString())
        for step, values in events
    ]
    file.write_bytes(b"".join(records))
    return file


class Step(NamedTuple):
    """One row of the answers."""

    step: int
    samples: int
    file: str
    record: int
    superseded: bool


def rows(answer: ImageSteps) -> list[Step]:
    files = [answer.files[file] for file in answer.file]
    return [
        Step(*row) for row in zip(answer.step, answer.samples, files, answer.record, answer.superseded, strict=True)
    ]


def all_steps(logdir: LogDir, run: str = ".", tag: str = "x") -> list[Step]:
    """Asked for in parts, as the page does."""
    found: list[Step] = []
    mark = ""
    while True:
        answer = read_steps(logdir, ImageStepsQuery(run=run, tag=tag, first=len(found), mark=mark))
        assert answer.first == len(found)
        found += rows(answer)
        mark = answer.mark
        if len(found) == answer.total:
            return found


def blobs(logdir: LogDir, run: str, tag: str) -> list[list[bytes]]:
    """The pictures of every step."""
    return [
        [
            read_blob(logdir, ImageBlobQuery(run=run, tag=tag, file=step.file, record=step.record, sample=sample)).body
            for sample in range(step.samples)
        ]
        for step in all_steps(logdir, run, tag)
    ]


def test_every_logged_picture_is_reached_and_is_the_one_of_its_step(tmp_path: Path) -> None:
    from io import BytesIO

    from PIL import Image as Pillow

    with SummaryWriter(tmp_path) as writer:
        for step in range(40):
            writer.add_image("x", np.full((3, 5, 7), step, np.uint8), step * 10)
    logdir = read_logdir(tmp_path)
    steps = all_steps(logdir)
    assert [(step.step, step.samples) for step in steps] == [(step * 10, 1) for step in range(40)]
    shown = [np.asarray(Pillow.open(BytesIO(step[0])))[0, 0, 0] for step in blobs(logdir, ".", "x")]
    assert shown == list(range(40))


def test_the_answer_says_what_it_is_and_never_changes(tmp_path: Path) -> None:
    write_events(tmp_path, (0, [Value(tag="x", image=Image(encoded_image_string=b"\x89PNG\r\n\x1a\n..."))]))
    logdir = read_logdir(tmp_path)
    (step,) = all_steps(logdir)
    content = read_blob(logdir, ImageBlobQuery(run=".", tag="x", file=step.file, record=step.record))
    assert (content.body, content.media_type, content.immutable) == (b"\x89PNG\r\n\x1a\n...", "image/png", True)


def test_markup_in_the_place_of_a_picture_is_not_served_as_one(tmp_path: Path) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    write_events(tmp_path, (0, [Value(tag="x", image=Image(encoded_image_string=svg))]))
    logdir = read_logdir(tmp_path)
    (step,) = all_steps(logdir)
    content = read_blob(logdir, ImageBlobQuery(run=".", tag="x", file=step.file, record=step.record))
    assert content.media_type == "application/octet-stream"


def test_the_samples_of_a_batch_are_counted_and_each_is_reached(tmp_path: Path) -> None:
    batch = [b"one", b"two" * 5000, b"three"]
    write_events(tmp_path, (0, [tensor_value("x", *batch)]), (1, [tensor_value("x")]), (2, [tensor_value("x", b"one")]))
    logdir = read_logdir(tmp_path)
    assert blobs(logdir, ".", "x") == [batch, [], [b"one"]]


def test_a_tag_that_stands_twice_in_one_event_is_one_step_with_both_pictures(tmp_path: Path) -> None:
    write_events(tmp_path, (5, [tensor_value("x", b"one"), tensor_value("other", b"o"), tensor_value("x", b"two")]))
    assert blobs(read_logdir(tmp_path), ".", "x") == [[b"one", b"two"]]


def test_a_long_series_is_told_in_parts_and_then_only_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_STEPS", 7)
    pictures = [(step, [tensor_value("x", *[b"p"] * (step % 3)), tensor_value("x", b"q")]) for step in range(40)]
    write_events(tmp_path, *pictures[:38])
    logdir = read_logdir(tmp_path)
    found = all_steps(logdir)
    assert [(step.step, step.samples) for step in found] == [(step, step % 3 + 1) for step in range(38)]

    def ask(first: int, mark: str) -> ImageSteps:
        return read_steps(logdir, ImageStepsQuery(run=".", tag="x", first=first, mark=mark))

    part = ask(0, "")
    assert (part.first, len(part.step), part.total) == (0, 7, 38)
    mark = part.mark
    while (part := ask(part.first + len(part.step), mark)).step:
        mark = part.mark
    assert part.mark == mark, "who knows all is told nothing"
    with (tmp_path / "events.out.tfevents.1.x").open("ab") as file:
        for step, values in pictures[38:]:
            file.write(frame(Event(wall_time=1.0, step=step, summary=Summary(value=values)).SerializeToString()))
    logdir.refresh()
    grown = ask(38, mark)
    assert (grown.first, grown.step, grown.total) == (38, [38, 39], 40)
    assert ask(38, "another").first == 0
    assert ask(41, grown.mark).first == 0


def test_a_restart_that_overtakes_what_was_told_has_it_told_again(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(10):
            writer.add_image("x", np.zeros((3, 1, 1), np.uint8), step)
    logdir = read_logdir(tmp_path)
    before = read_steps(logdir, ImageStepsQuery(run=".", tag="x"))
    with SummaryWriter(tmp_path, filename_suffix=".again") as writer:
        writer.add_image("x", np.ones((3, 1, 1), np.uint8), 5)
    logdir.refresh()
    after = read_steps(logdir, ImageStepsQuery(run=".", tag="x", first=10, mark=before.mark))
    assert (after.first, after.total) == (0, 11)
    assert [step.step for step in rows(after) if step.superseded] == [5, 6, 7, 8, 9]


def test_samples_that_could_not_be_counted_are_said_to_be_missing_until_they_are_asked_for_anew(tmp_path: Path) -> None:
    file = write_events(tmp_path, (0, [tensor_value("x", b"one", b"two")]))
    logdir = read_logdir(tmp_path)
    away = file.rename(tmp_path / "away")
    before = read_steps(logdir, ImageStepsQuery(run=".", tag="x"))
    assert (before.samples, before.whole) == ([0], False)
    away.rename(file)
    after = read_steps(logdir, ImageStepsQuery(run=".", tag="x"))
    assert (after.samples, after.whole) == ([2], True)


def test_a_file_that_can_not_be_opened_does_not_keep_anybody_from_the_other_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for part by part, as the page does: each answer goes on where the one before ended."""
    monkeypatch.setattr(api, "MOST_STEPS", 7)
    file = write_events(tmp_path, *[(step, [tensor_value("x", b"one")]) for step in range(20)])
    logdir = read_logdir(tmp_path)
    file.rename(tmp_path / "away")
    found = all_steps(logdir)
    assert [(step.step, step.samples) for step in found] == [(step, 0) for step in range(20)]


@pytest.mark.parametrize(
    "query",
    [
        {"run": "nobody"},
        {"tag": "nothing"},
        {"file": "0" * 16},
        {"file": "../../etc/passwd"},
        {"record": 1},
        {"record": 2**62},
        {"sample": 1},
    ],
)
def test_only_positions_that_the_store_knows_are_read(tmp_path: Path, query: dict[str, Any]) -> None:
    write_events(tmp_path, (0, [tensor_value("x", b"one")]))
    logdir = read_logdir(tmp_path)
    (step,) = all_steps(logdir)
    with pytest.raises(NotFound):
        read_blob(logdir, ImageBlobQuery(**{"run": ".", "tag": "x", "file": step.file, "record": step.record, **query}))


def test_a_picture_that_was_damaged_since_says_so(tmp_path: Path) -> None:
    file = write_events(tmp_path, (0, [tensor_value("x", b"one")]))
    logdir = read_logdir(tmp_path)
    (step,) = all_steps(logdir)
    data = bytearray(file.read_bytes())
    data[-6] ^= 1
    with file.open("r+b") as again:
        again.write(data)
    with pytest.raises(DamagedRecord, match="payload checksum"):
        read_blob(logdir, ImageBlobQuery(run=".", tag="x", file=step.file, record=step.record))


def test_a_file_that_vanished_is_told_when_a_picture_is_asked_for(tmp_path: Path) -> None:
    file = write_events(tmp_path, (0, [tensor_value("x", b"one")]))
    logdir = read_logdir(tmp_path)
    (step,) = all_steps(logdir)
    file.unlink()
    assert [step.samples for step in all_steps(logdir)] == [0]
    with pytest.raises(FileNotFoundError):
        read_blob(logdir, ImageBlobQuery(run=".", tag="x", file=step.file, record=step.record))


def test_counting_survives_any_cut_and_any_flipped_byte(tmp_path: Path) -> None:
    value = tensor_value("x", b"one", b"two").SerializeToString()
    file = tmp_path / "value"
    for position in range(len(value)):
        for change in (0x01, 0x80, 0xFF):
            file.write_bytes(value[:position] + bytes([value[position] ^ change]) + value[position + 1 :])
            with file.open("rb") as opened:
                assert count_samples(opened.fileno(), 0, len(value)) <= len(value)
        file.write_bytes(value[:position])
        with file.open("rb") as opened:
            assert count_samples(opened.fileno(), 0, len(value)) in (0, 1, 2)


def corpus_cases() -> list[Any]:
    """Every image tag in files written by programs we did not write, with what TensorBoard's reader found."""
    if not CORPUS.is_dir():
        return [pytest.param("", {}, "", {}, marks=pytest.mark.skip(reason="../shared/corpus is not there"))]
    cases = []
    for expected in sorted((CORPUS / "expected").glob("*.json")):
        content = json.loads(expected.read_text())
        for run in content["runs"]:
            for tag, what in run["tags"].items():
                if what["plugin"] == "images" and what["steps_monotonic"]:
                    cases.append(pytest.param(content["slug"], run["run"], tag, what, id=f"{content['slug']}-{tag}"))
    return cases


@pytest.mark.parametrize(("slug", "run", "tag", "what"), corpus_cases())
def test_other_writers_pictures_are_those_that_tensorboard_reads(
    slug: str, run: str, tag: str, what: dict[str, Any]
) -> None:
    logdir = read_logdir(CORPUS / "files" / slug)
    found = blobs(logdir, run, tag)
    assert len(found) == what["count"]
    for pictures, wanted in ((found[0], what["first"]), (found[-1], what["last"])):
        assert hashlib.sha256(pictures[0]).hexdigest() == wanted["first_encoded_sha256"]
        assert len(pictures) == wanted["images"]


def test_a_value_that_claims_millions_of_pictures_is_counted_to_a_bound(tmp_path: Path) -> None:
    value = Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, string_val=[b""] * 50_000)).SerializeToString()
    path = tmp_path / "value"
    path.write_bytes(value)
    with path.open("rb") as opened:
        assert count_samples(opened.fileno(), 0, len(value)) == 1000
