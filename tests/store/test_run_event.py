"""Graphs and run metadata that are events of their own, as series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tensorboard import data_compat, dataclass_compat
from tensorboard.compat.proto import event_pb2, graph_pb2, meta_graph_pb2, node_def_pb2
from tensorboard.util.tensor_util import make_ndarray

from sightline.errors import DamagedRecord
from sightline.format.event import Event
from sightline.format.kernel import frame
from sightline.store import ItemSeries, LogDir, Run, SeriesKey

GRAPH = graph_pb2.GraphDef(node=[node_def_pb2.NodeDef(name="a", op="Add")])


def read(root: Path) -> Run:
    logdir = LogDir(root)
    logdir.refresh()
    return logdir.runs["a"]


def items(run: Run, tag: str) -> ItemSeries:
    series = run.series[SeriesKey("graph", tag)]
    assert isinstance(series, ItemSeries)
    return series


def events() -> list[event_pb2.Event]:
    profile = event_pb2.TaggedRunMetadata(tag="step1", run_metadata=b"\x0a\x00")
    return [
        event_pb2.Event(wall_time=1.0, step=3, graph_def=GRAPH.SerializeToString()),
        event_pb2.Event(wall_time=2.0, step=4, tagged_run_metadata=profile),
    ]


def test_they_are_the_series_that_tensorboard_makes_of_them(files: Any) -> None:
    files.add("a", *(Event.FromString(event.SerializeToString()) for event in events()))
    run = read(files.root)
    migrated = [
        new
        for event in events()
        for new in dataclass_compat.migrate_event(data_compat.migrate_event(event), {})
        if new.HasField("summary")
    ]
    assert run.tags() == {"graph": [event.summary.value[0].tag for event in migrated]}
    for event in migrated:
        (want,) = event.summary.value
        series = items(run, want.tag)
        found = series.read(0)
        columns = series.columns()
        assert (columns.step.tolist(), columns.wall_time.tolist()) == ([event.step], [event.wall_time])
        assert found.tensor.string_val == make_ndarray(want.tensor).tolist()
        assert found.metadata.SerializeToString() == want.metadata.SerializeToString()
        assert series.metadata == found.metadata


def test_a_meta_graph_is_its_graph(files: Any) -> None:
    meta = meta_graph_pb2.MetaGraphDef(graph_def=GRAPH)
    files.add("a", Event(meta_graph_def=meta.SerializeToString()), Event(meta_graph_def=b""))
    series = items(read(files.root), "__meta_graph__")
    assert [series.read(row).tensor.string_val for row in range(2)] == [[GRAPH.SerializeToString()], [b""]]


def test_a_value_and_an_event_of_one_tag_are_one_series(files: Any) -> None:
    files.add("a", files.tensor("step1", "graph_run_metadata", [b"x"], step=1))
    files.add("a", *(Event.FromString(event.SerializeToString()) for event in events()))
    series = items(read(files.root), "step1")
    assert [series.read(row).tensor.string_val for row in range(2)] == [[b"x"], [b"\x0a\x00"]]


def test_run_metadata_that_is_malformed_is_listed_and_says_so_when_it_is_read(files: Any) -> None:
    payload = events()[1].SerializeToString().replace(b"\x0a\x05step1", b"\x0a\x7fstep1")
    files.add("a").write_bytes(frame(payload))
    run = read(files.root)
    assert run.tags() == {"graph": [""]}
    with pytest.raises(DamagedRecord, match="run metadata at byte"):
        items(run, "").read(0)


def test_they_go_with_their_file(files: Any) -> None:
    path = files.add("a", Event.FromString(events()[0].SerializeToString()))
    files.add("a", files.scalar(1), name="events.out.tfevents.2.host")
    logdir = LogDir(files.root)
    logdir.refresh()
    path.unlink()
    logdir.refresh()
    assert logdir.runs["a"].tags() == {"scalar": ["loss"]}
