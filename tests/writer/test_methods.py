"""What SummaryWriter has beyond its models, and where it is better than they are."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboardX import SummaryWriter as TensorboardxWriter

from sightline import SummaryWriter
from sightline.errors import ArgumentError, ArgumentTypeError

ReadEvents = Callable[[Path], list[Any]]


def points(events: list[Any]) -> list[tuple[str, int, float]]:
    return [
        (value.tag, event.step, value.simple_value)
        for event in events
        for value in event.summary.value
        if value.HasField("simple_value")
    ]


def hparams_of(events: list[Any]) -> list[Any]:
    return [
        HParamsPluginData.FromString(value.metadata.plugin_data.content)
        for event in events
        for value in event.summary.value
        if value.metadata.plugin_data.plugin_name == "hparams"
    ]


def test_log_writes_what_add_scalar_would_at_one_time_and_at_once(tmp_path: Path, read_events: ReadEvents) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.log({"loss/train": 0.5, "acc": torch.tensor(0.25), "损失": np.float32(2)}, 7)
        writer.log(OrderedDict(x=1), walltime=1000.5)
        writer.log({}, 8)
        with pytest.raises(ArgumentError, match=r"values\['b'\]: got str 'much'"):
            writer.log({"a": 1.0, "b": "much"}, 9)
        with pytest.raises(ArgumentTypeError, match="values: got float"):
            writer.log(0.5)  # type: ignore[arg-type]

    events = read_events(tmp_path)
    assert points(events) == [("loss/train", 7, 0.5), ("acc", 7, 0.25), ("损失", 7, 2.0), ("x", 0, 1.0)]
    assert len({event.wall_time for event in events[1:4]}) == 1
    assert events[4].wall_time == 1000.5


@pytest.mark.parametrize("mapping", [dict, OrderedDict, MappingProxyType])
def test_hyperparameters_at_the_start_belong_to_the_run_itself(
    tmp_path: Path, read_events: ReadEvents, mapping: Callable[[Any], Any]
) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams(mapping({"lr": 0.1, "nesterov": True, "name": "adam", "none": None}))
        experiment, start = hparams_of(read_events(tmp_path))  # while it runs: no end
        writer.add_scalar("accuracy", 0.9, 3)

    assert [info.name for info in experiment.experiment.hparam_infos] == ["lr", "nesterov", "name"]
    values = start.session_start_info.hparams
    assert (values["lr"].number_value, values["nesterov"].bool_value, values["name"].string_value) == (
        0.1,
        True,
        "adam",
    )
    assert start.session_start_info.start_time_secs > 1e9
    end = hparams_of(read_events(tmp_path))[-1].session_end_info
    assert (end.status, end.end_time_secs > 1e9) == (1, True)  # SUCCESS
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_session_ends_as_training_did(tmp_path: Path, read_events: ReadEvents) -> None:
    def status(name: str) -> list[int]:
        found = hparams_of(read_events(tmp_path / name))
        return [each.session_end_info.status for each in found if each.HasField("session_end_info")]

    def begin(name: str) -> SummaryWriter:
        writer = SummaryWriter(tmp_path / name)
        writer.add_hparams({"lr": 0.1})
        return writer

    with pytest.raises(RuntimeError), begin("raised"):
        raise RuntimeError
    writer = begin("finally")
    with pytest.raises(RuntimeError), closing(writer):  # the same as try ... finally: writer.close()
        raise RuntimeError
    with pytest.raises(SystemExit), begin("exit"):
        raise SystemExit(0)
    with pytest.raises(SystemExit), begin("exit with an error"):
        raise SystemExit(1)
    writer = begin("closed")
    writer.close()
    writer.close()

    assert {name: status(name) for name in sorted(os.listdir(tmp_path))} == {
        "closed": [1],
        "exit": [1],
        "exit with an error": [2],
        "finally": [2],
        "raised": [2],
    }


def test_hyperparameters_with_metrics_are_a_session_of_their_own(tmp_path: Path, read_events: ReadEvents) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams(OrderedDict(nesterov=True), MappingProxyType({"acc": 0.5}), run_name="torch's")
        writer.add_hparams({"lr": 1}, {"acc": 0.5}, "tensorboardX's", 7)  # type: ignore[arg-type]
        writer.add_hparams({"lr": 1}, {"acc": 0.5}, name="by keyword")
        writer.add_hparams({"lr": 1}, {"acc": 0.5}, run_name="../../out")
        writer.add_hparams({"lr": 1}, {"acc": 0.5})
        with pytest.raises(ArgumentError, match="without metric_dict"):
            writer.add_hparams({"lr": 1}, run_name="x")
        with pytest.raises(ArgumentTypeError, match="metric_dict: got list"):
            writer.add_hparams({"lr": 1}, ["acc"])  # type: ignore[arg-type]

    runs = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    named = {"torch's", "tensorboardX's", "by keyword", ".._.._out"}
    (by_time,) = runs - named
    assert float(by_time) > 1e9
    _, start, end = hparams_of(read_events(tmp_path / "torch's"))
    assert start.session_start_info.hparams["nesterov"].bool_value is True
    assert end.session_end_info.status == 1
    assert points(read_events(tmp_path / "tensorboardX's")) == [("acc", 7, 0.5)]
    assert hparams_of([event for path in tmp_path.glob("events*") for event in read_events(path)]) == []


def test_values_that_are_not_finite_are_told_once_and_the_others_counted(
    tmp_path: Path, read_events: ReadEvents, caplog: pytest.LogCaptureFixture
) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("h", [1.0, float("nan"), float("inf"), float("-inf"), 2.0], 0)
        writer.add_histogram("h", torch.full((3,), float("nan")), 1)
        writer.add_histogram("h", [], 2)
        writer.add_histogram("h", [1e300, -1e300], 3)
        writer.add_histogram("h", torch.ones(2, dtype=torch.bfloat16), 4)

    histograms = [value.histo for event in read_events(tmp_path) for value in event.summary.value]
    assert [histogram.num for histogram in histograms] == [2, 0, 0, 2, 2]
    assert [sum(histogram.bucket) for histogram in histograms] == [2, 0, 0, 2, 2]
    (message,) = (entry.getMessage() for entry in caplog.records)
    assert "of 5 values 1 are NaN, 1 +inf and 1 -inf" in message


def test_custom_charts_of_several_calls_are_all_in_the_last_layout(tmp_path: Path, read_events: ReadEvents) -> None:
    from tensorboard.plugins.custom_scalar.layout_pb2 import Layout

    with SummaryWriter(tmp_path) as writer:
        writer.add_custom_scalars_multilinechart(["loss"], "a", "first")
        writer.add_custom_scalars_marginchart(["v", "low", "high"], "a", "second")
        writer.add_custom_scalars({"b": {"third": ["Multiline", ["x"]]}, "a": {"first": ["Multiline", ["y"]]}})
        with pytest.raises((ArgumentError, ArgumentTypeError)):
            writer.add_custom_scalars_marginchart(["v"], "a", "wrong")

    last = [value.tensor.string_val[0] for event in read_events(tmp_path) for value in event.summary.value][-1]
    found = {
        category.title: {chart.title: list(chart.multiline.tag) for chart in category.chart}
        for category in Layout.FromString(last).category
    }
    assert found == {"a": {"first": ["y"], "second": []}, "b": {"third": ["x"]}}


def test_metadata_in_use_is_everywhere_and_ends(tmp_path: Path, read_events: ReadEvents) -> None:
    with SummaryWriter(tmp_path) as writer:
        for _ in range(100):
            writer.add_scalar("before", 0.5)  # by now scalars take the fast way
        with writer.use_metadata(global_step=7, walltime=1000.5) as same:
            assert same is writer
            writer.add_scalar("x", 0.5)
            writer.add_scalar("x", 0.5, 8, 2000.5)
            writer.add_text("x", "y")
            writer.log({"x": 1.0})
            writer.add_scalars("s", {"a": 1.0})
            with writer.use_metadata(walltime=3000.5):
                writer.add_scalar("x", 0.5)
        with writer.use_metadata(global_step=9):
            writer.add_scalar("now", 0.5)
        writer.add_scalar("after", 0.5)
        with pytest.raises(ArgumentError, match="want at least one"), writer.use_metadata():
            pass

    (path,) = tmp_path.glob("events*")
    events = [event for event in read_events(path) if event.HasField("summary")][100:]
    found = [(event.summary.value[0].tag, event.step, event.wall_time) for event in events]
    assert found[:5] == [
        *(("x", 7, 1000.5), ("x", 8, 2000.5), ("x/text_summary", 7, 1000.5), ("x", 7, 1000.5), ("x", 7, 3000.5)),
    ]
    assert [(tag, step, time > 1e9) for tag, step, time in found[5:]] == [("now", 9, True), ("after", 0, True)]
    (sub,) = (event for event in read_events(tmp_path / "s_a") if event.HasField("summary"))
    assert (sub.step, sub.wall_time) == (7, 1000.5)


def test_scalars_are_exported_as_tensorboardx_does(tmp_path: Path) -> None:
    exports = []
    for kind in (SummaryWriter, TensorboardxWriter):
        writer: Any = kind(logdir=str(tmp_path / "run"))
        for part in range(2):
            for step in range(3):
                writer.add_scalars("loss/all", {"a": 0.5 * step, "b/c": part}, step, 1000.5 + step)
            writer.add_scalar("not", 1.0, 1)
            writer.export_scalars_to_json(str(tmp_path / "export.json"))
            exports.append(json.loads((tmp_path / "export.json").read_text()))
        writer.close()

    ours, theirs = exports[:2], exports[2:]
    assert ours == theirs
    assert len(ours[0]) == 2


def test_nothing_is_written_where_nothing_is_to_be_written(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "run", write_to_disk=False, durability="power") as writer:
        writer.add_scalar("x", 0.5, 1)
        writer.log({"x": 1.0})
        writer.add_scalars("x", {"a": 0.5})
        writer.add_image("x", np.zeros((3, 4, 4)))
        writer.add_hparams({"lr": 0.1})
        writer.add_hparams({"lr": 0.1}, {"a": 1})
        writer.add_graph(torch.nn.Linear(1, 1))
        writer.add_embedding(np.eye(3), [1, 2, 3])
        writer.flush()
        writer.export_scalars_to_json(tmp_path / "export.json")
        with pytest.raises(ArgumentTypeError):
            writer.add_scalar("x", None)  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="metadata: got 2 labels, want one for each of the 3 points"):
            writer.add_embedding(np.eye(3), [1, 2])
        assert writer.stats().records == 0
    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]


def test_an_embedding_that_can_not_be_written_does_not_stop_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SummaryWriter(tmp_path) as writer:
        (tmp_path / "00000").write_text("in the way")
        writer.add_embedding(np.eye(3))
        assert writer.stats().lost_records == 1
        assert len(caplog.records) == 1
        with pytest.raises(ArgumentError):
            writer.add_embedding(np.eye(3), ["only one"])


def test_the_names_of_both_models_for_the_directory(tmp_path: Path) -> None:
    with SummaryWriter(log_dir=tmp_path / "a") as ours, SummaryWriter(logdir=tmp_path / "b") as theirs:
        assert (ours.get_logdir(), theirs.get_logdir()) == (tmp_path / "a", tmp_path / "b")
    with pytest.raises(ArgumentError, match="durability: got 'disk', want 'process', 'power' or 'buffered'"):
        SummaryWriter(tmp_path, durability="disk")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="comet_config"):
        SummaryWriter(tmp_path, comet_config={"api_key": "x"})
    SummaryWriter(tmp_path, comet_config={"disabled": True}).close()


def test_boxes_may_come_in_tensorboardxs_order(tmp_path: Path, read_events: ReadEvents) -> None:
    picture, boxes = np.zeros((20, 30, 3), np.uint8), np.array([[2, 2, 9, 9]])
    with SummaryWriter(tmp_path) as writer:
        writer.add_image_with_boxes("a", picture, boxes, 1, None, dataformats="HWC", labels=["x"], rescale=2)
        writer.add_image_with_boxes("a", picture, boxes, 1, None, "HWC", ["x"])  # type: ignore[arg-type]
        writer.add_image_with_boxes("a", picture, boxes[0], 1, None, 1, "HWC", "x")
        with pytest.raises(ArgumentError, match="labels: got 2 for 1 boxes"):
            writer.add_image_with_boxes("a", picture, boxes, dataformats="HWC", labels=["x", "y"])
        with pytest.raises(ArgumentError, match=r"box_tensor: got shape \(2,\)"):
            writer.add_image_with_boxes("a", picture, [1, 2], dataformats="HWC")

    images = [value.image for event in read_events(tmp_path) for value in event.summary.value]
    assert [(image.width, image.height) for image in images] == [(60, 40), (30, 20), (30, 20)]
    assert images[1].encoded_image_string == images[2].encoded_image_string


def test_stats_count_calls_of_all_threads(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path)

    def work() -> None:
        for step in range(200):
            writer.add_scalar("x", 0.5, step)
            writer.add_scalar("x", torch.tensor(0.5), step)
            writer.log({"a": 1, "b": 2}, step)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stats = writer.stats()
    assert (stats.calls, stats.records, stats.lost_records, stats.points_at_risk) == (2400, 1 + 3200, 0, 0)
    assert stats.bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert (stats.batching, stats.trouble) == (False, "")
    with pytest.raises(AttributeError):
        stats.calls = 0  # type: ignore[misc]
