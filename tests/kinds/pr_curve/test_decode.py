"""Curves of TensorFlow's writer and of torch's; the corpus where it is there."""

from __future__ import annotations

import hashlib
import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, TensorProto, Value
from sightline.kinds.pr_curve.decode import decode_pr_curve
from sightline.store import ItemSeries, LogDir, SeriesKey

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def test_every_column_has_its_threshold() -> None:
    labels, predictions = np.array([0, 1, 1, 0]), np.array([0.1, 0.6, 0.9, 0.4])
    theirs = torch_summary.pr_curve("x", labels, predictions, 5).value[0]
    found = decode_pr_curve(Value.FromString(theirs.SerializeToString()))
    assert found.threshold.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert found.tp.tolist() == [2, 2, 2, 1, 0]
    assert found.fp.tolist() == [2, 1, 0, 0, 0]
    assert found.tn.tolist() == [0, 1, 2, 2, 2]
    assert found.fn.tolist() == [0, 0, 0, 1, 2]
    np.testing.assert_allclose(found.precision, [0.5, 2 / 3, 1, 1, 0], rtol=1e-7)
    assert found.recall.tolist() == [1, 1, 1, 0.5, 0]


@pytest.mark.parametrize("count", [0, 1, 2, 201])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tensorflows_content_is_a_curve(dtype: Any, count: int) -> None:
    rows = np.random.default_rng(0).random((6, count)).astype(dtype)
    theirs = Summary.Value(tag="x", tensor=tensor_util.make_tensor_proto(rows))
    found = decode_pr_curve(Value.FromString(theirs.SerializeToString()))
    again = [found.tp, found.fp, found.tn, found.fn, found.precision, found.recall]
    np.testing.assert_array_equal(np.stack(again), rows.astype(np.float64))
    np.testing.assert_allclose(found.threshold, np.linspace(0, 1, count), rtol=1e-15)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="x", simple_value=1.0), "PR curve of tag 'x': got simple_value"),
        (Value(tag="x", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])), r"shape \(\) .* want \[6, n\]"),
        (Value(tag="x", tensor=TensorProto(dtype=DataType.STRING, string_val=[b"a"])), r"want \[6, n\]"),
        (Value(tag="x", tensor=TensorProto(dtype=DataType.VARIANT)), "PR curve of tag 'x': .*element type 21"),
    ],
)
def test_what_is_no_curve_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_pr_curve(value)


@cache
def demo() -> LogDir:
    logdir = LogDir(CORPUS / "files" / "gen-tb-pr_curve_demo")
    logdir.refresh()
    return logdir


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
def test_the_corpus_holds_what_tensorboard_finds() -> None:
    facts = json.loads((CORPUS / "expected" / "gen-tb-pr_curve_demo.json").read_text())
    checked = 0
    for run in facts["runs"]:
        for tag, expected in run["tags"].items():
            if expected["plugin"] != "pr_curves":
                continue
            series = demo().runs[run["run"]].series[SeriesKey("pr_curve", tag)]
            assert isinstance(series, ItemSeries)
            assert len(series) == expected["count"]
            for end, row in (("first", 0), ("last", -1)):
                value = series.read(len(series) - 1 if row else 0)
                found = decode_pr_curve(value, series.metadata)
                rows = [found.tp, found.fp, found.tn, found.fn, found.precision, found.recall]
                stored = np.stack(rows).astype(np.float32)
                assert hashlib.sha256(stored.tobytes()).hexdigest() == expected[end]["data_sha256"]
                checked += 1
    assert checked == 12
