"""The figures of a series against NumPy, and the words that say which of them is best."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sightline.analysis.figures import better, figures


@example([sys.float_info.max] * 3)
@given(st.lists(st.floats(width=64)))
def test_figures_are_numpys_over_the_finite_values_and_first_and_last_as_logged(values: list[float]) -> None:
    value = np.array(values, np.float64)
    got = figures(value)
    finite = value[np.isfinite(value)]
    ends = (value[0], value[-1]) if len(value) else (math.nan, math.nan)
    np.testing.assert_array_equal((got.first, got.last), ends)
    if len(finite) == 0:
        assert all(map(math.isnan, (got.min, got.max, got.mean)))
        return
    assert (got.min, got.max) == (finite.min(), finite.max())
    # NumPy's own in twice the precision: its float64 sum overflows where ours must not.
    mean = float(finite.astype(np.longdouble).mean())
    assert got.mean == pytest.approx(mean, rel=1e-12, abs=1e-12 * float(np.abs(finite).max()))


def test_the_mean_of_the_largest_numbers_is_finite() -> None:
    assert figures(np.full(7, sys.float_info.max)).mean == pytest.approx(sys.float_info.max)


@pytest.mark.parametrize(
    "tag",
    [
        "loss",
        "train/val_loss",
        "valLoss",
        "eval/Top1-Error",
        "a/MSE@10",
        "ppl",
        "loss/KL",
        "loss/train/epoch",
        "val/cross_entropy",
        "CrossEntropy",
        "bpb",
    ],
)
def test_less_is_better_where_the_last_part_says_so(tag: str) -> None:
    assert better(tag) == "low"


@pytest.mark.parametrize(
    "tag",
    [
        "acc",
        "loss/acc",
        "f1",
        "val/F1-Score",
        "metrics/mAP50",
        "mIoU",
        "val/AUROC",
        "top1_acc/eval",
        "R2",
        "reward",
        "rollout/ep_rew_mean",
        "charts/episodic_return",
        "pass/success_rate",
        "SSIM",
    ],
)
def test_more_is_better_where_it_says_so(tag: str) -> None:
    assert better(tag) == "high"


@pytest.mark.parametrize(
    "tag",
    [
        "",
        *[
            "optim/lr",
            "lr",
            "epoch",
            "train/epoch",
            "grad_norm",
            "lossless",
            "glossary",
            "hparam/lr",
            "amp/loss_scale",
            "reward_std",
            "charts/SPS",
            "time/fps",
            "kl_coef",
            "accordion",
            "epsilon",
        ],
    ],
)
def test_nothing_is_said_of_what_is_no_measure(tag: str) -> None:
    assert better(tag) == "unknown"
