"""Graphs and run metadata that are events of their own are found, and read when they are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from sightline.errors import DamagedRecord
from sightline.format.event import Event, TaggedRunMetadata
from sightline.store import open_logdir
from sightline.store.run_event import GRAPH_DEF, META_GRAPH_DEF, TAGGED_RUN_METADATA


def test_every_form_is_kept_in_the_order_of_reading(files: Any) -> None:
    metadata = TaggedRunMetadata(tag="step1", run_metadata=b"costs")
    files.add("a", files.version(), Event(wall_time=1.0, step=3, graph_def=b"first"), files.scalar(1))
    files.add("a", Event(wall_time=2.0, meta_graph_def=b"meta"), Event(wall_time=3.0, tagged_run_metadata=metadata))
    files.add("a", Event(wall_time=4.0, graph_def=b"second"), name="events.out.tfevents.2.later")
    events = open_logdir(files.root).runs["a"].events
    assert [(event.field, event.step, event.wall_time) for event in events] == [
        (GRAPH_DEF, 3, 1.0),
        (META_GRAPH_DEF, 0, 2.0),
        (TAGGED_RUN_METADATA, 0, 3.0),
        (GRAPH_DEF, 0, 4.0),
    ]
    assert [event.read() for event in events] == [b"first", b"meta", metadata.SerializeToString(), b"second"]


def test_those_of_a_file_that_is_gone_are_gone(files: Any) -> None:
    path = files.add("a", Event(wall_time=1.0, graph_def=b"first"))
    files.add("a", files.scalar(1), name="events.out.tfevents.2.later")
    logdir = open_logdir(files.root)
    path.unlink()
    logdir.refresh()
    assert logdir.runs["a"].events == []


def test_damage_since_it_was_read_is_an_error_of_ours(files: Any) -> None:
    path = files.add("a", Event(wall_time=1.0, graph_def=b"first"))
    (event,) = open_logdir(files.root).runs["a"].events
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedRecord, match="payload checksum"):
        event.read()
