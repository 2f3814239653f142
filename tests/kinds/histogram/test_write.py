"""A histogram is encoded as torch's own function encodes it; where torch raises, every finite value is counted."""

from __future__ import annotations

import importlib
import math
import tempfile
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboardX import SummaryWriter as TensorboardxWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.format.event import Value
from sightline.kinds.histogram.decode import decode_histogram
from sightline.kinds.histogram.write import (
    ESTIMATORS,
    count_not_finite,
    encode_histogram,
    encode_histogram_raw,
    tensorflow_edges,
)

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")

EDGES = tensorflow_edges()
BEYOND = 1e20


def by_torch(values: Any, bins: Any = "tensorflow", max_bins: int | None = None) -> bytes:
    edges = EDGES.tolist() if isinstance(bins, str) and bins == "tensorflow" else bins
    encoded: bytes = torch_summary.histogram("w", values, edges, max_bins).value[0].SerializeToString()
    return encoded


def encode(values: Any, bins: Any = "tensorflow", max_bins: int | None = None) -> bytes:
    return encode_histogram("w", np.asarray(values), bins, max_bins).SerializeToString()


def histo(values: Any, bins: Any = "tensorflow", max_bins: int | None = None) -> Any:
    return Summary.Value.FromString(encode(values, bins, max_bins)).histo


def test_the_edges_are_those_of_torch_and_tensorboardx() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with TorchWriter(folder) as theirs:
            assert [float(edge) for edge in theirs.default_bins] == EDGES.tolist()
        with TensorboardxWriter(folder) as others:
            assert [float(edge) for edge in others.default_bins] == EDGES.tolist()
    assert len(EDGES) == 1549


generator = np.random.default_rng(0)
ORDINARY: dict[str, npt.NDArray[Any]] = {
    "normal": generator.normal(size=10_000),
    "float32": generator.normal(size=(100, 30)).astype(np.float32),
    "float16": generator.normal(size=1000).astype(np.float16),
    "integers": generator.integers(-1000, 1000, (10, 10, 10)),
    "bytes": generator.integers(0, 256, 500).astype(np.uint8),
    "booleans": generator.integers(0, 2, 500).astype(bool),
    "all edges": EDGES,
    "just below all edges": np.nextafter(EDGES, -np.inf)[1:],
    "just above all edges": np.nextafter(EDGES, np.inf)[:-1],
    "the last edge alone": EDGES[-1:],
    "the first edge alone": EDGES[:1],
    "zeros": np.array([0.0, -0.0, 0.0]),
    "subnormal": np.array([5e-324, -5e-324, 1e-310]),
    "one value": np.array([0.1]),
    "no axis": np.array(0.25),
    "positive": generator.exponential(size=1000),
    "wide": generator.normal(size=1000) * 10.0 ** generator.integers(-15, 19, 1000),
    "another order in memory": np.asfortranarray(generator.normal(size=(60, 50))),
    "a view": generator.normal(size=(60, 50))[::2, 1::3],
    "unsigned": generator.integers(0, 2**64, 100, np.uint64),
}


@pytest.mark.parametrize("max_bins", [None, 1, 7, 64, 1000, 1548, 5000])
@pytest.mark.parametrize("name", ORDINARY)
def test_the_bytes_are_torchs(name: str, max_bins: int | None) -> None:
    assert encode(ORDINARY[name], max_bins=max_bins) == by_torch(ORDINARY[name], max_bins=max_bins)


@pytest.mark.filterwarnings("ignore:The number of bins estimated may be suboptimal")
@pytest.mark.parametrize("max_bins", [None, 5])
@pytest.mark.parametrize(
    "bins", [*ESTIMATORS, 1, 30, [-1, 0, 1], [0.0, 0.5, 0.5, 2.0], np.linspace(-3, 3, 10)], ids=str
)
@pytest.mark.parametrize("name", ["normal", "float32", "integers", "one value", "positive", "wide"])
def test_any_other_bins_are_torchs_too(name: str, bins: Any, max_bins: int | None) -> None:
    values = ORDINARY[name]
    if name == "wide" and isinstance(bins, str) and bins == "fd":
        return  # torch asks for ten billion bins: see below
    assert encode(values, bins, max_bins) == by_torch(values, bins, max_bins)


@given(arrays.arrays(np.float64, st.integers(1, 300), elements=st.floats(-EDGES[-1], EDGES[-1])))
def test_any_values_within_the_edges_have_torchs_bytes(values: npt.NDArray[np.float64]) -> None:
    with np.errstate(over="ignore"):
        assert encode(values) == by_torch(values)


@pytest.mark.filterwarnings("ignore:The number of bins estimated may be suboptimal")
@given(
    arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(-100, 100)),
    # Not "fd": with a few values close together torch asks for more memory than there is.
    st.sampled_from([name for name in ESTIMATORS if name != "fd"])
    | st.integers(1, 40)
    | st.lists(st.floats(-100, 100), min_size=2).map(sorted),
    st.none() | st.integers(1, 12),
)
def test_any_bins_have_torchs_bytes(values: npt.NDArray[np.float64], bins: Any, max_bins: int | None) -> None:
    got = encode(values, bins, max_bins)
    try:
        want = by_torch(values, bins, max_bins)
    except (ValueError, MemoryError):  # "Too many bins for data range", "The histogram is empty"; 1e15 bins of "scott"
        return
    assert got == want or not sum(Summary.Value.FromString(want).histo.bucket)


def test_tensorboardx_writes_the_same() -> None:
    values = ORDINARY["normal"]
    want = tensorboardx_summary.histogram("w", values, EDGES.tolist()).value[0]
    assert encode(values) == want.SerializeToString()


def test_bfloat16_keeps_its_range() -> None:
    values = torch.tensor([1e38, 1.0], dtype=torch.bfloat16)
    assert histo(values.float().numpy()).max == float(values[0])


def test_what_is_not_finite_is_left_out_and_can_be_counted() -> None:
    values = np.array([1.0, np.nan, 2.0, np.inf, np.inf, -np.inf, 3.0])
    assert encode(values) == by_torch(np.array([1.0, 2.0, 3.0]))
    assert histo(values).num == 3
    assert count_not_finite(values) == (1, 2, 1)
    assert count_not_finite(np.array([1, 2])) == (0, 0, 0)


@pytest.mark.parametrize("bins", ["tensorflow", "auto", 10, [0.0, 1.0]], ids=str)
@pytest.mark.parametrize("values", [[], [math.nan], [math.inf, -math.inf], np.zeros((3, 0, 2))], ids=str)
def test_nothing_finite_is_an_empty_histogram(values: Any, bins: Any) -> None:
    value = encode_histogram("w", np.asarray(values), bins, 5)
    assert value.HasField("histo")
    assert Summary.Value.FromString(value.SerializeToString()).HasField("histo")
    assert (value.histo.num, len(value.histo.bucket), len(value.histo.bucket_limit)) == (0, 0, 0)
    assert len(decode_histogram(value).count) == 0


def test_values_beyond_the_edges_are_in_two_buckets_that_reach_to_the_outermost() -> None:
    values = np.array([-3e30, -2e30, -BEYOND, 0.5, BEYOND, 7e35])
    found = histo(values)
    assert (found.min, found.max, found.num) == (-3e30, 7e35, 6)
    limits, counts = np.array(found.bucket_limit), np.array(found.bucket)
    assert counts.sum() == 6
    assert (limits[0], counts[0]) == (-3e30, 0)  # the left edge
    assert (limits[1], counts[1]) == (EDGES[0], 3)
    assert (limits[-1], counts[-1]) == (7e35, 2)
    assert limits[-2] == EDGES[-1]
    np.testing.assert_array_equal(counts[1:], np.histogram(values, limits)[0])


@given(arrays.arrays(np.float64, st.integers(0, 60)), st.none() | st.integers(1, 20))
def test_every_finite_value_is_counted_and_none_raises(values: npt.NDArray[np.float64], max_bins: int | None) -> None:
    found = histo(values, max_bins=max_bins)
    finite = values[np.isfinite(values)]
    assert found.num == len(finite) == sum(found.bucket)
    assert list(found.bucket_limit) == sorted(found.bucket_limit)
    if len(finite):
        assert (found.min, found.max) == (finite.min(), finite.max())
        assert found.bucket_limit[0] <= finite.min()
        assert found.bucket_limit[-1] >= finite.max()


HARD = {
    "a range beyond float64": [-1.7e308, 1.7e308, 1e308],
    "a range near float64's": [-8e307, 8e307],
    "narrower than the steps of float64": [1.0, math.nextafter(1.0, 2.0)],
    "an outlier": [*np.linspace(0, 1, 999).tolist(), 1e300],
    "a smaller outlier": [*np.linspace(0, 1, 999).tolist(), 1e12],
    "one value": [1e300],
    "one value 41 times": [6.27913634] * 41,  # whose standard deviation is not quite 0
    "nothing": [],
    "NaN": [math.nan, 1.0, 2.0],
}


@pytest.mark.filterwarnings("ignore:The number of bins estimated may be suboptimal")
@pytest.mark.parametrize("bins", ["tensorflow", *ESTIMATORS, 30, [0.0, 1.0]], ids=str)
@pytest.mark.parametrize("values", HARD.values(), ids=HARD.keys())
def test_no_data_raises_with_any_bins(values: list[float], bins: Any) -> None:
    found = histo(values, bins)
    finite = [value for value in values if math.isfinite(value)]
    assert found.num == len(finite)
    if not isinstance(bins, list):
        assert sum(found.bucket) == len(finite)


def test_values_outside_the_edges_that_were_given_are_in_no_bucket() -> None:
    found = histo([-5.0, 7.0], [0.0, 1.0])
    assert (found.num, found.min, found.max, list(found.bucket)) == (2, -5.0, 7.0, [])


@pytest.mark.parametrize(
    "bins", ["tensorflov", "", 0, -3, 2.5, [1.0], [], [2.0, 1.0], [[1, 2], [3, 4]], ["a", "b"], None, [0.0, math.nan]]
)
def test_what_are_no_bins_is_refused(bins: Any) -> None:
    with pytest.raises(ArgumentError, match="bins: got"):
        encode([1.0], bins)


def test_other_wrong_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match="max_bins: got 0"):
        encode([1.0], max_bins=0)
    with pytest.raises(ArgumentTypeError, match="complex128"):
        encode([1j])
    with pytest.raises(ArgumentError, match=r"shapes \(3,\) and \(2,\)"):
        encode_histogram_raw("w", 0, 1, 2, 1, 1, np.arange(3), np.arange(2))


def test_a_raw_histogram_has_torchs_bytes() -> None:
    limits, counts = [1.0, 2.0, 5.5], [1, 0, 7]
    want = torch_summary.histogram_raw("w", -1, 5.5, 8, 20.5, 99.25, limits, counts).value[0]
    value = encode_histogram_raw("w", -1, 5.5, 8, 20.5, 99.25, np.array(limits), np.array(counts))
    assert value.SerializeToString() == want.SerializeToString()
    assert Value.FromString(want.SerializeToString()) == value
