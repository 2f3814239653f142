"""Event by event, as TensorFlow's summary_iterator gives them; the oracle is TensorBoard's loader of raw events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

import sightline

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.tfevents")), ids=lambda path: path.stem)
def test_gives_the_events_that_tensorboard_gives(path: Path) -> None:
    ours = list(sightline.summary_iterator(path))
    theirs = list(LegacyEventFileLoader(str(path)).Load())
    assert len(ours) == len(theirs) > 1
    for our, their in zip(ours, theirs, strict=True):
        assert (our.wall_time, our.step, our.WhichOneof("what")) == (
            their.wall_time,
            their.step,
            their.WhichOneof("what"),
        )
        assert [(value.tag, value.WhichOneof("value")) for value in our.summary.value] == [
            (value.tag, value.WhichOneof("value")) for value in their.summary.value
        ]
        assert [repr(value.simple_value) for value in our.summary.value] == [
            repr(value.simple_value) for value in their.summary.value
        ]


def test_reads_as_the_habit_is(files: Any) -> None:
    path = files.add("a", files.version(5.0), files.scalar(3, 0.5, 7.0), files.image(4, b"png"))
    seen: list[tuple[int, str, object]] = []
    for event in sightline.summary_iterator(str(path)):
        for value in event.summary.value:
            if value.HasField("image"):
                seen.append((event.step, value.tag, value.image.encoded_image_string))
            else:
                seen.append((event.step, value.tag, value.simple_value))
    assert seen == [(3, "loss", 0.5), (4, "image", b"png")]


def test_ends_politely_wherever_the_file_was_cut(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in (1, 2, 3)))
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        assert [event.step for event in sightline.summary_iterator(path)] == [1, 2, 3][: length * 3 // len(data)]


def test_steps_over_a_damaged_record_with_a_warning(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in (1, 2, 3)))
    data = bytearray(path.read_bytes())
    data[len(data) // 3 + 20] ^= 1
    path.write_bytes(data)
    with pytest.warns(RuntimeWarning, match=r"payload checksum of the record at byte \d+: got 0x.{8}, want 0x.{8}"):
        steps = [event.step for event in sightline.summary_iterator(path)]
    assert steps == [1, 3]


def test_goes_on_at_the_next_record_after_a_damaged_length(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in (1, 2, 3, 4, 5)))
    data = bytearray(path.read_bytes())
    record = len(data) // 5
    data[record] ^= 1
    data[3 * record + 9] ^= 1
    path.write_bytes(data)
    with pytest.warns(RuntimeWarning) as told:
        assert [event.step for event in sightline.summary_iterator(path)] == [1, 3, 5]
    for warning, place in zip(told, (record, 3 * record), strict=True):
        said = rf"length checksum of the record at byte {place}: got .*; {record} bytes were skipped\. File: "
        assert re.match(said, str(warning.message))


def test_ends_with_a_warning_where_no_record_follows_a_damaged_length(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in (1, 2, 3)))
    data = bytearray(path.read_bytes())
    data[-len(data) // 3] ^= 1
    for tail in (b"", bytes(1000), b"no record" * 100):
        path.write_bytes(data + tail)
        with pytest.warns(RuntimeWarning, match=r"length checksum of the record at byte \d+: .*; reading ends there"):
            assert [event.step for event in sightline.summary_iterator(path)] == [1, 2]


@pytest.mark.filterwarnings("ignore")
def test_a_flipped_byte_costs_one_event_wherever_it_is(files: Any) -> None:
    path = files.add("a", *(files.scalar(step) for step in (1, 2, 3)))
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        lost = place * 3 // len(data) + 1
        assert [event.step for event in sightline.summary_iterator(path)] == [
            each for each in (1, 2, 3) if each != lost
        ]


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sightline.summary_iterator(tmp_path / "missing")


CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "files"
EVENTS_OF_EACH = 12
"""Of every file, the first so many: they hold each form that its writer writes."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")
def test_events_print_and_answer_as_protobufs_do() -> None:
    compared = 0
    for path in sorted(CORPUS.rglob("*tfevents*")):
        if "derived-corrupt" in path.parts or path.name.endswith(".profile-empty"):
            continue
        theirs = LegacyEventFileLoader(str(path)).Load()
        for our, their, _ in zip(sightline.summary_iterator(path), theirs, range(EVENTS_OF_EACH), strict=False):
            assert str(our) == str(their)
            assert our.SerializeToString() == their.SerializeToString(deterministic=True)
            for value, other in zip(our.summary.value, their.summary.value, strict=True):
                assert str(value) == str(other)
                for form in ("simple_value", "image", "histo", "audio", "tensor", "metadata"):
                    assert value.HasField(form) == other.HasField(form)
                with pytest.raises(ValueError, match="tag"):
                    value.HasField("tag")
            compared += 1
    assert compared > 500
