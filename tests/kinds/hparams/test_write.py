"""The same hyperparameters as PyTorch and tensorboardX write, but for booleans; TensorBoard makes its table of them."""

from __future__ import annotations

import importlib
import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboardX.summary import hparams as tensorboardx_hparams

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import Summary, Value
from sightline.kinds.hparams.message import Status
from sightline.kinds.hparams.write import (
    as_hparams,
    encode_experiment,
    encode_hparams,
    encode_session_end,
    encode_session_start,
)
from sightline.kinds.scalar.write import encode_scalar
from sightline.writer.file_writer import FileWriter

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")


def contents(values: Iterable[Any]) -> list[tuple[str, str, Any]]:
    """Tag, plugin and message of values, ours or of a protobuf package; nothing else may be in them."""
    found = []
    for value in values:
        plugin = value.metadata.plugin_data
        assert value.WhichOneof("value") is None
        found.append((value.tag, plugin.plugin_name, HParamsPluginData.FromString(plugin.content)))
    return found


def content(value: Value) -> bytes:
    data: bytes = value.metadata.plugin_data.content
    return data


def test_the_bytes_are_the_golden_ones() -> None:
    values = encode_hparams({"lr": 0.1}, {"accuracy": 1})
    assert [content(value) for value in values] == [
        bytes.fromhex("1216 2206 0a02 6c72 2003 2a0c 0a0a 1208") + b"accuracy",
        bytes.fromhex("1a11 0a0f 0a02 6c72 1209 119a9999999999b93f"),
        bytes.fromhex("2202 0801"),
    ]


TORCH: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]] = {
    "numbers and text": ({"lr": 0.1, "batch": 32, "optimizer": "sgd"}, {"hparam/acc": 1.0, "loss": 0.5}, None),
    "None": ({"lr": 0.1, "schedule": None}, {}, None),
    "a tensor of one element": ({"lr": torch.tensor([0.1])}, {"loss": 1}, None),
    "domains": ({"lr": 0.1, "opt": "sgd"}, {"loss": 1}, {"lr": [0.1, 0.2], "opt": ["sgd", "adam"]}),
    "extremes": ({"a": math.nan, "b": -math.inf, "c": 2**53 + 1, "d": -0.0, "": ""}, {"": 1}, None),
    "nothing": ({}, {}, None),
    "strange names": ({"学习率/<b>": "值 \0 \n"}, {"损失": 1}, None),
}


@pytest.mark.parametrize(("hparams", "metrics", "domains"), TORCH.values(), ids=TORCH.keys())
def test_the_values_are_torchs(hparams: Any, metrics: Any, domains: Any) -> None:
    ours = contents(encode_hparams(hparams, metrics, domains))
    theirs = contents(summary.value[0] for summary in torch_summary.hparams(hparams, metrics, domains))
    assert repr(ours) == repr(theirs)  # as text, because NaN is not equal to itself


def test_booleans_and_functions_are_tensorboardxs() -> None:
    hparams = {"lr": 0.1, "shuffle": True, "no": False, "act": torch.relu, "layer": torch.nn.ReLU, "none": None}
    theirs = contents(summary.value[0] for summary in tensorboardx_hparams(hparams, {"loss": 1}))
    assert contents(encode_hparams(hparams, {"loss": 1})) == theirs


def test_a_domain_of_booleans_is_kept_as_booleans() -> None:
    (_, _, message) = contents([encode_experiment({"flag": True}, (), {"flag": [True, False]})])[0]
    (column,) = message.experiment.hparam_infos
    assert column.type == api_pb2.DATA_TYPE_BOOL
    assert list(column.domain_discrete) == [True, False]


@pytest.mark.parametrize("kind", [dict, OrderedDict, MappingProxyType])
def test_any_mapping_will_do(kind: Any) -> None:
    hparams = {"lr": 0.1, "opt": "sgd"}
    assert encode_hparams(kind(hparams), kind({"loss": 1})) == encode_hparams(hparams, {"loss": 1})


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3.0),
        (np.bool_(True), True),
        (np.str_("sgd"), "sgd"),
        (np.array([[2]]), 2.0),
        (torch.tensor(3), 3.0),
        (torch.tensor([True]), True),
        (torch.tensor([[0.5]], dtype=torch.bfloat16, requires_grad=True), 0.5),
        (len, "len"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_numbers_of_every_library_become_plain_ones(value: Any, kept: Any) -> None:
    found = as_hparams({"x": value})["x"]
    assert (type(found), found) == (type(kept), kept)


@pytest.mark.parametrize(
    ("hparams", "error", "words"),
    [
        ([("lr", 0.1)], ArgumentTypeError, "hparams: got list .* want a mapping"),
        ({1: 2}, ArgumentTypeError, "hparams: got int 1 as a name, want a string"),
        ({"layers": [64, 64]}, ArgumentTypeError, r"hparams\['layers'\]: got list \[64, 64\], want a bool"),
        ({"x": 1j}, ArgumentTypeError, r"hparams\['x'\]: got complex 1j"),
        ({"x": {"y": 1}}, ArgumentTypeError, "got dict"),
        ({"x": b"sgd"}, ArgumentTypeError, "got bytes"),
        ({"x": torch.ones(3)}, ArgumentError, "with 3 elements, want"),
        ({"x": np.ones(0)}, ArgumentError, "with 0 elements, want"),
        ({"x": torch.ones(1, device="meta")}, ArgumentError, "on the meta device"),
        ({"x": 10**400}, ArgumentError, "want a number within float64's range"),
    ],
)
def test_what_is_no_hyperparameter_is_refused(hparams: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        encode_session_start(hparams)


@pytest.mark.parametrize(
    ("domains", "error", "words"),
    [
        ({"nope": [1]}, ArgumentError, "want a name that is in hparams; they are 'lr', 'none'"),
        ({"lr": "abc"}, ArgumentTypeError, "got str 'abc', want a list"),
        ({"lr": 0.1}, ArgumentTypeError, "got float 0.1, want a list"),
        ({"lr": [0.1, "b"]}, ArgumentTypeError, "want values of type float only"),
        ({"lr": [0.1, None]}, ArgumentTypeError, "want values of type float only"),
        ([("lr", [1])], ArgumentTypeError, "want a mapping of name to list"),
    ],
)
def test_what_is_no_domain_is_refused(domains: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        encode_experiment({"lr": 0.1, "none": None}, (), domains)


def test_a_domain_of_a_hyperparameter_without_value_is_left_out() -> None:
    assert encode_experiment({"x": None}, (), {"x": [1, 2]}) == encode_experiment({})


def test_a_metric_goes_by_a_name() -> None:
    with pytest.raises(ArgumentTypeError, match="metrics: got int 1 as a name"):
        encode_experiment({}, {1: 2})  # type: ignore[dict-item]


def test_a_group_and_times_are_written_where_they_are_given() -> None:
    (_, _, start), (_, _, end) = contents(
        [
            encode_session_start({}, group_name="seeds", start_time=12.5),
            encode_session_end(Status.FAILURE, end_time=20.25),
        ]
    )
    assert (start.session_start_info.group_name, start.session_start_info.start_time_secs) == ("seeds", 12.5)
    assert (end.session_end_info.status, end.session_end_info.end_time_secs) == (api_pb2.STATUS_FAILURE, 20.25)


# TensorBoard's own table


def write_run(logdir: Path, run: str, values: Iterable[Value]) -> None:
    writer = FileWriter(logdir / run)
    for step, value in enumerate(values):
        writer.add_summary(Summary(value=[value]), step)
    writer.close()


def tensorboard_table(logdir: Path) -> tuple[Any, list[Any]]:
    """The experiment and the session groups of TensorBoard's hparams plugin."""
    multiplexer = EventMultiplexer(tensor_size_guidance={})
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    provider = MultiplexerDataProvider(multiplexer, str(logdir))
    context = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    columns = get_experiment.Handler(
        RequestContext(), context, "", api_pb2.GetExperimentRequest(include_metrics=True)
    ).run()
    every = api_pb2.Status.values()
    request = api_pb2.ListSessionGroupsRequest(allowed_statuses=every, slice_size=100, include_metrics=True)
    groups = list_session_groups.Handler(RequestContext(), context, "", request).run().session_groups
    return columns, list(groups)


def plain(hparams: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in hparams.items()}


def test_tensorboard_shows_a_finished_session(tmp_path: Path) -> None:
    hparams = {"lr": 0.1, "shuffle": True, "optimizer": "sgd"}
    values = encode_hparams(hparams, ["accuracy"], {"optimizer": ["sgd", "adam"]})
    write_run(tmp_path, "one", [*values, encode_scalar("accuracy", 0.5), encode_scalar("accuracy", 0.75)])

    columns, (group,) = tensorboard_table(tmp_path)

    assert {column.name: column.type for column in columns.hparam_infos} == {
        "lr": api_pb2.DATA_TYPE_FLOAT64,
        "shuffle": api_pb2.DATA_TYPE_BOOL,
        "optimizer": api_pb2.DATA_TYPE_STRING,
    }
    assert [metric.name.tag for metric in columns.metric_infos] == ["accuracy"]
    assert plain(group.hparams) == hparams
    assert [metric.value for metric in group.metric_values] == [0.75]
    assert [session.status for session in group.sessions] == [api_pb2.STATUS_SUCCESS]


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE])
def test_tensorboard_shows_how_a_session_ended_that_was_logged_at_its_start(tmp_path: Path, status: Status) -> None:
    hparams = {"lr": 0.1}
    begun = [encode_experiment(hparams), encode_session_start(hparams, start_time=1.5), encode_scalar("loss", 0.5)]
    write_run(tmp_path, "run", begun)
    _, (group,) = tensorboard_table(tmp_path)
    assert plain(group.hparams) == hparams
    assert group.sessions[0].status == api_pb2.STATUS_UNKNOWN

    write_run(tmp_path, "run", [encode_session_end(status, end_time=2.5)])
    _, (group,) = tensorboard_table(tmp_path)
    assert group.sessions[0].status == int(status)
    assert (group.sessions[0].start_time_secs, group.sessions[0].end_time_secs) == (1.5, 2.5)


def test_tensorboard_keeps_the_first_status_so_running_is_never_written(tmp_path: Path) -> None:
    write_run(
        tmp_path,
        "run",
        [
            encode_session_start({"lr": 0.1}),
            encode_session_end(Status.RUNNING),
            encode_session_end(Status.SUCCESS),
        ],
    )
    _, (group,) = tensorboard_table(tmp_path)
    assert group.sessions[0].status == api_pb2.STATUS_RUNNING
