"""Every form of a histogram gives the buckets that TensorBoard makes of it, but in float64."""

from __future__ import annotations

import importlib
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard import data_compat
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.histogram import summary_v2
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, HistogramProto, TensorProto, Value
from sightline.kinds.histogram.decode import Histogram, decode_histogram
from sightline.kinds.histogram.write import encode_histogram
from sightline.store import LogDir

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
LARGEST = 1.7976931348623157e308


def rows(found: Histogram) -> npt.NDArray[np.float64]:
    return np.stack([found.left, found.right, found.count], axis=1)


def by_tensorboard(value: Value) -> npt.NDArray[Any]:
    theirs = data_compat.migrate_value(Summary.Value.FromString(value.SerializeToString()))
    array: npt.NDArray[Any] = tensor_util.make_ndarray(theirs.tensor)
    return array


def legacy(limits: list[float], counts: list[float], low: float, high: float) -> Value:
    return Value(tag="w", histo=HistogramProto(min=low, max=high, num=9, bucket_limit=limits, bucket=counts))


LEGACY = {
    "PyTorch's": encode_histogram("w", np.random.default_rng(0).normal(size=1000)),
    "PyTorch's of one value": encode_histogram("w", np.array([0.1])),
    "PyTorch's of nothing": encode_histogram("w", np.array([])),
    "TensorFlow 1's": legacy([-1.0, 0.0, 1.0, LARGEST], [2.0, 0.0, 3.0, 4.0], -7.5, 8.5),
    "empty at both ends": legacy([-1.0, 0.0, 1.0, 2.0, LARGEST], [0.0, 3.0, 0.0, 4.0, 0.0], -0.5, 1.5),
    "one bucket": legacy([LARGEST], [3.0], 2.0, 2.0),
    "TensorFlow 1's of nothing": legacy([LARGEST], [0.0], LARGEST, -LARGEST),
    "without buckets": legacy([], [], 0.0, 0.0),
}


@pytest.mark.parametrize("value", LEGACY.values(), ids=LEGACY.keys())
def test_a_legacy_histogram_is_tensorboards(value: Value) -> None:
    found = decode_histogram(Value.FromString(value.SerializeToString()))
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(rows(found).astype(np.float32), by_tensorboard(value).reshape(-1, 3))
    assert (found.min, found.max, found.num) == (value.histo.min, value.histo.max, value.histo.num)


@given(arrays.arrays(np.float64, st.integers(1, 50), elements=st.floats(-1e6, 1e6)))
def test_what_is_written_is_read_back(values: npt.NDArray[np.float64]) -> None:
    value = encode_histogram("w", values)
    found = decode_histogram(value)
    np.testing.assert_array_equal(rows(found).astype(np.float32), by_tensorboard(value))
    assert (found.left[0], found.right[-1]) == (values.min(), values.max())
    assert found.count.sum() == found.num == len(values)
    np.testing.assert_array_equal(found.left[1:], found.right[:-1])
    assert (found.sum, found.sum_squares) == (values.sum(), values.dot(values))


def test_pytorchs_nan_does_not_reach_the_edges() -> None:
    values = np.array([1.0, 2.0, np.nan])
    theirs = torch_summary.histogram("w", values, [0.0, 1.5, 3.0]).value[0]
    found = decode_histogram(Value.FromString(theirs.SerializeToString()))
    assert rows(found).tolist() == [[0.0, 1.5, 1.0], [1.5, 3.0, 1.0]]
    assert found.min is not None
    assert math.isnan(found.min)


def test_a_range_that_is_not_finite_without_an_empty_bucket_before_it() -> None:
    found = decode_histogram(legacy([1.0, 2.0], [3.0, 4.0], -math.inf, math.inf))
    assert rows(found).tolist() == [[1.0, 1.0, 3.0], [1.0, 2.0, 4.0]]


@pytest.mark.parametrize("values", [np.random.default_rng(0).normal(size=500), np.full(3, 0.1), np.array([])], ids=len)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_tensor_of_rows_is_a_histogram(values: npt.NDArray[np.float64], dtype: Any) -> None:
    theirs = summary_v2.histogram_pb("w", values).value[0]
    want = tensor_util.make_ndarray(theirs.tensor).astype(dtype)
    theirs.tensor.CopyFrom(tensor_util.make_tensor_proto(want))
    found = decode_histogram(Value.FromString(theirs.SerializeToString()))
    np.testing.assert_array_equal(rows(found), want.astype(np.float64))
    assert (found.min, found.max, found.num, found.sum, found.sum_squares) == (None,) * 5


def test_a_tensor_without_rows_is_an_empty_histogram() -> None:
    tensor = tensor_util.make_tensor_proto(np.zeros((0, 3), np.float32))
    found = decode_histogram(Value.FromString(Summary.Value(tag="w", tensor=tensor).SerializeToString()))
    assert rows(found).shape == (0, 3)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag="w", simple_value=1.0), "histogram of tag 'w': got simple_value"),
        (legacy([1.0, 2.0], [1.0], 0.0, 1.0), "got 1 buckets and 2 limits"),
        (Value(tag="w", tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])), r"shape \(\) .* want \[k, 3\]"),
        (Value(tag="w", tensor=TensorProto(dtype=DataType.STRING, string_val=[b"a"])), r"want \[k, 3\]"),
        (Value(tag="w", tensor=TensorProto(dtype=DataType.VARIANT)), "histogram of tag 'w': .*element type 21"),
    ],
)
def test_what_is_no_histogram_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_histogram(value)


@cache
def read(slug: str) -> LogDir:
    logdir = LogDir(CORPUS / "files" / slug)
    logdir.refresh()
    return logdir


def expected() -> list[Any]:
    if not CORPUS.is_dir():
        return [pytest.param("", "", "", {}, marks=pytest.mark.skip(reason="the corpus is not beside the project"))]
    found = []
    for path in sorted((CORPUS / "expected").glob("*.json")):
        for run in json.loads(path.read_text())["runs"]:
            for tag, facts in run["tags"].items():
                if facts["plugin"] == "histograms" or "histo" in facts["value_kinds"]:
                    found.append(pytest.param(path.stem, run["run"], tag, facts, id=f"{path.stem}:{run['run']}:{tag}"))
    return found


@pytest.mark.parametrize(("slug", "run", "tag", "facts"), expected())
def test_the_corpus_holds_what_tensorboard_finds(slug: str, run: str, tag: str, facts: dict[str, Any]) -> None:
    series = next(
        series for key, series in read(slug).runs[run].series.items() if key.tag == tag and key.kind == "histogram"
    )
    columns: Any = series.columns()
    assert len(columns) == facts["count"]
    for end in ("first", "last"):
        rows_at = np.flatnonzero(
            (columns.wall_time == facts[f"{end}_wall_time"]) & (columns.step == facts[f"{end}_step"])
        )
        row = int(rows_at[0 if end == "first" else -1])
        found = decode_histogram(series.read(row, columns), series.metadata)  # type: ignore[union-attr]
        want = facts[end]
        assert float(found.count.sum()) == want["bucket_sum"]
        if "first_left" in want:
            assert (len(found.count), found.left[0], found.right[-1]) == (
                want["buckets"],
                want["first_left"],
                want["last_right"],
            )
        else:
            assert (found.min, found.max, found.num) == (want["min"], want["max"], want["num"])
            assert (found.sum, found.sum_squares) == (want["sum"], want["sum_squares"])
            assert (found.left[0], found.right[-1]) == (want["min"], want["max"])
