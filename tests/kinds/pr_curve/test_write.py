"""A PR curve has the bytes of torch's own function; scikit-learn says that they are right."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import sklearn.metrics
import torch
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.kinds.pr_curve.decode import decode_pr_curve
from sightline.kinds.pr_curve.write import COUNTED_TOGETHER, SUMMED_TOGETHER, encode_pr_curve, encode_pr_curve_raw

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")

Array = npt.NDArray[Any]


def encode(labels: Any, predictions: Any, *rest: Any) -> bytes:
    return encode_pr_curve("class", np.asarray(labels), np.asarray(predictions), *rest).SerializeToString()


def encode_raw(*columns: Any, thresholds: int = 127) -> bytes:
    tp, fp, tn, fn, precision, recall = (np.array(column) for column in columns)
    return encode_pr_curve_raw("class", tp, fp, tn, fn, precision, recall, thresholds).SerializeToString()


def by_torch(labels: Any, predictions: Any, *rest: Any) -> bytes:
    encoded: bytes = (
        torch_summary.pr_curve("class", np.asarray(labels), np.asarray(predictions), *rest).value[0].SerializeToString()
    )
    return encoded


def data(count: int, dtype: Any = np.float64) -> tuple[Array, Array]:
    generator = np.random.default_rng(count)
    predictions = generator.random(count).astype(dtype)
    return generator.random(count) < predictions, predictions


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("label", [bool, np.uint8, np.int64, np.float32])
@pytest.mark.parametrize("count", [1, 2, 1000, COUNTED_TOGETHER + 1])
def test_the_bytes_are_torchs(count: int, label: Any, dtype: Any) -> None:
    labels, predictions = data(count, dtype)
    assert encode(labels.astype(label), predictions) == by_torch(labels.astype(label), predictions)


@pytest.mark.parametrize("thresholds", [1, 2, 3, 51, 126, 127, 128, 1000])
def test_any_number_of_thresholds_is_torchs(thresholds: int) -> None:
    labels, predictions = data(500)
    assert encode(labels, predictions, thresholds) == by_torch(labels, predictions, thresholds)


def test_every_threshold_itself_is_torchs() -> None:
    for thresholds in range(2, 128):
        predictions = np.arange(thresholds) / (thresholds - 1)
        assert encode(predictions > 0.5, predictions, thresholds) == by_torch(
            predictions > 0.5, predictions, thresholds
        )


@pytest.mark.parametrize("count", [100, 2 * SUMMED_TOGETHER + 3])
def test_weights_are_summed_as_torch_sums_them(count: int) -> None:
    labels, predictions = data(count)
    weights = np.random.default_rng(0).exponential(size=count)
    for each in (weights, weights.astype(np.float32), 0.1, 3):
        assert encode(labels, predictions, 127, each) == by_torch(labels, predictions, 127, each)


def test_labels_between_zero_and_one_are_shares() -> None:
    _, predictions = data(1000)
    labels = np.random.default_rng(1).random(1000)
    assert encode(labels, predictions) == by_torch(labels, predictions)


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")  # torch's, of NaN and of what is too large
@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(-0.5, 1.5) | st.floats(width=32), st.floats(0, 10)), min_size=1, max_size=60
    ),
    st.integers(1, 140),
    st.booleans(),
)
def test_any_predictions_give_torchs_bytes(
    rows: list[tuple[bool, float, float]], thresholds: int, weighted: bool
) -> None:
    labels, predictions, weights = (np.array(column) for column in zip(*rows, strict=True))
    rest = (thresholds, weights) if weighted else (thresholds,)
    with np.errstate(invalid="ignore"):
        want = by_torch(labels, predictions, *rest)
    assert encode(labels, predictions, *rest) == want


def test_tensorboardx_writes_the_same() -> None:
    labels, predictions = data(1000)
    want = tensorboardx_summary.pr_curve("class", labels, predictions, 100).value[0]
    assert encode(labels, predictions, 100) == want.SerializeToString()


def test_several_axes_are_flattened_and_axes_of_one_do_not_count() -> None:
    labels, predictions = data(60)
    flat = encode(labels, predictions)
    assert encode(labels.reshape(3, 20), predictions.reshape(3, 20)) == flat
    assert by_torch(labels.reshape(3, 20), predictions.reshape(3, 20)) == flat
    assert encode(labels.reshape(60, 1), predictions) == flat
    assert encode(labels, predictions, 127, np.ones((60, 1))) == flat
    assert encode(torch.tensor(labels).numpy(), torch.tensor(predictions).numpy()) == flat


def test_the_counts_are_scikit_learns() -> None:
    # Between two thresholds nothing changes: for predictions on the thresholds both see the same.
    generator = np.random.default_rng(3)
    steps = generator.integers(0, 65, 2000)
    labels, predictions = generator.random(2000) < steps / 64, steps / 64
    found = decode_pr_curve(encode_pr_curve("class", labels, predictions, 65))
    for column in (0, 1, 20, 63, 64):
        matrix = sklearn.metrics.confusion_matrix(labels, predictions >= found.threshold[column], labels=[False, True])
        (tn, fp), (fn, tp) = matrix
        assert (found.tp[column], found.fp[column], found.tn[column], found.fn[column]) == (tp, fp, tn, fn)
    precision, recall, at = sklearn.metrics.precision_recall_curve(labels, predictions)
    np.testing.assert_array_equal(at, found.threshold)
    np.testing.assert_allclose(found.precision, precision[:-1], rtol=1e-6)
    np.testing.assert_allclose(found.recall, recall[:-1], rtol=1e-6)


@pytest.mark.parametrize("rest", [(), (5,), (127, 0.5)])
def test_no_predictions_at_all_are_a_curve_of_zeros(rest: tuple[Any, ...]) -> None:
    found = decode_pr_curve(encode_pr_curve("class", np.array([]), np.array([]), *rest))
    assert not np.stack([found.tp, found.fp, found.tn, found.fn, found.precision, found.recall]).any()
    assert encode([], [], *rest) == by_torch(np.array([]), np.array([]), *rest)


def test_a_raw_curve_has_torchs_bytes() -> None:
    columns = [[75, 64, 21], [150, 105, 18], [0, 45, 132], [0, 11, 54], [1 / 3, 0.378, 0.53], [1.0, 0.85, 0.28]]
    for thresholds in (3, 200):
        want = torch_summary.pr_curve_raw("class", *columns, thresholds, None).value[0]
        assert encode_raw(*columns, thresholds=thresholds) == want.SerializeToString()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: encode([0, 1], [0.5]), r"labels: got shape \(2,\), want \(1,\)"),
        (lambda: encode([[0, 1], [1, 0]], [0.5] * 4), r"labels: got shape \(2, 2\)"),
        (lambda: encode([0, 1], [0.5, 0.5], 127, [1.0]), r"weights: got shape \(1,\)"),
        (lambda: encode([-1, 1], [0.5, 0.5]), "labels: got values from -1 to 1"),
        (lambda: encode([0, 9], [0.5, 0.5]), "labels: got values from 0 to 9"),
        (lambda: encode([0.0, np.nan], [0.5, 0.5]), "labels: got values from nan"),
        (lambda: encode([0, 1], [0.5, 0.5], 0), "num_thresholds: got 0"),
        (lambda: encode_raw(*[[0.0] * 3] * 5, [0.0] * 2), r"recall \(2,\); want six lists"),
        (lambda: encode_raw(*[[[0.0]]] * 6), "want six lists"),
    ],
)
def test_wrong_arguments_are_refused(call: Any, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        call()


def test_what_is_no_real_number_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="predictions: got dtype complex128"):
        encode([0], [1j])


def test_the_arrays_given_are_left_as_they_are() -> None:
    labels, predictions = data(100)
    before = labels.copy(), predictions.copy()
    encode(labels, predictions)
    np.testing.assert_array_equal(labels, before[0])
    np.testing.assert_array_equal(predictions, before[1])
