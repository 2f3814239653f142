"""FileWriter takes the events and summaries of any protobuf package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2

from sightline.errors import ArgumentTypeError
from sightline.format.event import Event, Summary, Value
from sightline.writer.file_writer import FileWriter

ReadEvents = Callable[[Path], list[Any]]


@pytest.mark.parametrize("package", ["protobuf", "sightline"])
def test_a_summary_of_either_package_is_kept_whole(tmp_path: Path, read_events: ReadEvents, package: str) -> None:
    writer = FileWriter(tmp_path)
    theirs = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="a", simple_value=0.5)])
    theirs.value.add(tag="b").histo.bucket_limit.extend([1.0, 2.0])
    summary: Any = theirs if package == "protobuf" else Summary.FromString(theirs.SerializeToString())

    writer.add_summary(summary, 3, 1000.5)

    event = read_events(tmp_path)[-1]
    assert (event.step, event.wall_time, event.summary) == (3, 1000.5, theirs)


@pytest.mark.parametrize("make", [event_pb2.Event, Event])
def test_an_event_gets_its_step_and_time_and_is_not_changed(
    tmp_path: Path, read_events: ReadEvents, make: Callable[..., Any]
) -> None:
    event = make(step=9, wall_time=1.0, graph_def=b"graph")
    before = event.SerializeToString()

    FileWriter(tmp_path).add_event(event, 0, 2000.5)
    FileWriter(tmp_path).add_event(event, None, 2000.5)

    got = [(event.step, event.wall_time, event.graph_def) for event in read_events(tmp_path) if event.graph_def]
    assert sorted(got) == [(0, 2000.5, b"graph"), (9, 2000.5, b"graph")]
    assert event.SerializeToString() == before


def test_it_closes_and_goes_on_in_a_new_file(tmp_path: Path, read_events: ReadEvents) -> None:
    writer = FileWriter(str(tmp_path))
    writer.close()
    writer.reopen()
    writer.add_summary(Summary(value=[Value(tag="a", simple_value=1.0)]))
    writer.flush()

    assert writer.get_logdir() == str(tmp_path)
    assert [event.WhichOneof("what") for event in read_events(tmp_path)] == [
        "file_version",
        "session_log",
        "file_version",
        "summary",
    ]


def test_what_is_no_message_is_refused(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path)
    with pytest.raises(ArgumentTypeError, match=r"summary: got dict \{\}, want a Summary message"):
        writer.add_summary({})  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="event: got NoneType None, want an Event message"):
        writer.add_event(None)  # type: ignore[arg-type]
