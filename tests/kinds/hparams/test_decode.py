"""Every writer's hyperparameters read back; TensorBoard's own classes and helpers wrote them."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import struct_pb2  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2, summary_v2
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from sightline.errors import MalformedMessage
from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.kinds.hparams import message, schema
from sightline.kinds.hparams.decode import (
    DeclaredHParam,
    DeclaredMetric,
    Experiment,
    SessionEnd,
    SessionStart,
    decode_content,
    decode_hparams,
)
from sightline.kinds.hparams.message import DatasetType, HParamType, Status
from sightline.kinds.hparams.write import encode_hparams
from sightline.store import summary_iterator

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def of(theirs: Any) -> Value:
    """A summary of TensorBoard's as our value."""
    return Value.FromString(theirs.value[0].SerializeToString())


def test_what_was_written_is_read() -> None:
    experiment, start, end = map(decode_hparams, encode_hparams({"lr": 0.1, "flag": True, "opt": "sgd"}, ["loss"]))
    assert experiment == Experiment(
        hparams=(
            DeclaredHParam("lr", type=HParamType.FLOAT64),
            DeclaredHParam("flag", type=HParamType.BOOL),
            DeclaredHParam("opt", type=HParamType.STRING),
        ),
        metrics=(DeclaredMetric("loss"),),
    )
    assert start == SessionStart(hparams={"lr": 0.1, "flag": True, "opt": "sgd"})
    assert end == SessionEnd(Status.SUCCESS)


def test_tensorflows_experiment_is_read_whole() -> None:
    theirs = summary_v2.hparams_config_pb(
        hparams=[
            summary_v2.HParam("opt", summary_v2.Discrete(["adam", "sgd"]), "Optimizer", "which *one*"),
            summary_v2.HParam("units", summary_v2.IntInterval(1, 64)),
            summary_v2.HParam("free"),
        ],
        metrics=[
            summary_v2.Metric("epoch_loss", "train", "loss", "lower", summary_v2.Metric.TRAINING),
            summary_v2.Metric("epoch_loss", "validation", dataset_type=summary_v2.Metric.VALIDATION),
        ],
        time_created_secs=12.5,
    )
    assert decode_hparams(of(theirs)) == Experiment(
        time_created=12.5,
        hparams=(
            DeclaredHParam("opt", "Optimizer", "which *one*", HParamType.STRING, values=("adam", "sgd")),
            DeclaredHParam("units", type=HParamType.FLOAT64, interval=(1.0, 64.0)),
            DeclaredHParam("free"),
        ),
        metrics=(
            DeclaredMetric("epoch_loss", "train", "loss", "lower", DatasetType.TRAINING),
            DeclaredMetric("epoch_loss", "validation", dataset_type=DatasetType.VALIDATION),
        ),
    )


def test_tensorflows_session_is_read_whole() -> None:
    theirs = summary_v2.hparams_pb({"lr": 0.1, "flag": False, "opt": "sgd"}, trial_id="seed", start_time_secs=3.5)
    found = decode_hparams(of(theirs))
    assert isinstance(found, SessionStart)
    assert found.hparams == {"lr": 0.1, "flag": False, "opt": "sgd"}
    assert (found.group_name, found.start_time) == (theirs_group(theirs), 3.5)


def theirs_group(summary: Any) -> str:
    content = summary.value[0].metadata.plugin_data.content
    name: str = HParamsPluginData.FromString(content).session_start_info.group_name
    assert name
    return name


def test_metadata_that_came_with_an_earlier_value_is_taken() -> None:
    value = encode_hparams({"lr": 0.1})[1]
    assert decode_hparams(Value(tag=value.tag), value.metadata) == SessionStart(hparams={"lr": 0.1})


def test_null_and_unset_are_no_values_and_nested_ones_are_text() -> None:
    theirs = HParamsPluginData()
    hparams = theirs.session_start_info.hparams
    hparams["null"].null_value = 0
    hparams["unset"].SetInParent()
    hparams["list"].list_value.extend([1.0, "a", None])
    hparams["struct"].struct_value["deep"] = True
    start = decode_content(theirs.SerializeToString())
    assert isinstance(start, SessionStart)
    assert start.hparams == {"list": "[1.0, 'a', None]", "struct": "{'deep': True}"}


def test_an_empty_start_is_a_start() -> None:
    theirs = HParamsPluginData()
    theirs.session_start_info.SetInParent()
    assert decode_content(theirs.SerializeToString()) == SessionStart()


def test_numbers_of_a_later_protocol_are_unknown() -> None:
    theirs = HParamsPluginData()
    theirs.session_end_info.status = 17
    assert decode_content(theirs.SerializeToString()) == SessionEnd(Status.UNKNOWN)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "got 0 bytes without an experiment"),
        (b"{}", "hyperparameters|wire type|field"),
        (HParamsPluginData(version=1, session_end_info={}).SerializeToString(), "got version 1, want 0"),
        (b"\x12\x7f", "ends at byte"),
    ],
)
def test_what_says_nothing_is_malformed(content: bytes, words: str) -> None:
    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="hparams", content=content))
    with pytest.raises(MalformedMessage, match=words):
        decode_hparams(Value(tag="x", metadata=metadata))
    with pytest.raises(MalformedMessage):
        decode_hparams(Value(tag="x"))


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for prefix in (b"", b"\x12", b"\x1a", b"\x22"):
        with contextlib.suppress(MalformedMessage):
            decode_content(prefix + content)


MESSAGES: dict[Any, Any] = {
    message.Experiment: api_pb2.Experiment,
    message.HParamInfo: api_pb2.HParamInfo,
    message.MetricInfo: api_pb2.MetricInfo,
    message.MetricName: api_pb2.MetricName,
    message.Interval: api_pb2.Interval,
    message.HParamsPluginData: plugin_data_pb2.HParamsPluginData,
    message.SessionStartInfo: plugin_data_pb2.SessionStartInfo,
    message.SessionEndInfo: plugin_data_pb2.SessionEndInfo,
    message.StructValue: struct_pb2.Value,
    message.Struct: struct_pb2.Struct,
    message.ListValue: struct_pb2.ListValue,
}


@pytest.mark.parametrize(("ours", "theirs"), MESSAGES.items(), ids=lambda kind: kind.__name__)
def test_the_tables_are_protobufs(ours: Any, theirs: Any) -> None:
    assert {field.name: field.number for field in ours.FIELDS} == {
        field.name: field.number for field in theirs.DESCRIPTOR.fields
    }


def corpus_values(run: Path) -> list[Value]:
    files = [path for path in run.rglob("*") if "tfevents" in path.name]
    return [
        value
        for path in sorted(files)
        for event in summary_iterator(str(path))
        for value in event.summary.value
        if value.metadata.plugin_data.plugin_name == "hparams"
    ]


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("slug", ["gen-tb-hparams_minimal_demo", "lightning-old", "gen-tbx-demos"])
def test_every_value_of_the_corpus_is_read(slug: str) -> None:
    expected = json.loads((CORPUS / "expected" / f"{slug}.json").read_text())
    want = Counter(
        {
            tag: sum(found["count"] for run in expected["runs"] for name, found in run["tags"].items() if name == tag)
            for tag in (schema.EXPERIMENT_TAG, schema.SESSION_START_TAG, schema.SESSION_END_TAG)
        }
    )
    kinds = {
        Experiment: schema.EXPERIMENT_TAG,
        SessionStart: schema.SESSION_START_TAG,
        SessionEnd: schema.SESSION_END_TAG,
    }
    values = corpus_values(CORPUS / "files" / slug)
    assert Counter(kinds[type(decode_hparams(value))] for value in values) == +want
