"""What a series comes to in a few figures: the cells of a table of runs."""

from __future__ import annotations

import math
import re
import sys
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Better", "Figures", "better", "figures"]

Better = Literal["low", "high", "unknown"]

LOW_IS_BETTER = frozenset(
    {
        "loss",
        "losses",
        "error",
        "err",
        "errors",
        "perplexity",
        "ppl",
        "nll",
        "bpc",
        "bpb",
        "bpd",
        "bce",
        "xent",
        "crossentropy",
        "kl",
        "mse",
        "rmse",
        "rmsle",
        "mae",
        "mape",
        "wer",
        "cer",
        "fid",
        "kid",
        "regret",
        "cost",
        "eer",
    }
)
"""Words by which a measure says that less of it is better."""
HIGH_IS_BETTER = frozenset(
    {
        "acc",
        "accuracy",
        "correct",
        "top1",
        "top5",
        "precision",
        "recall",
        "sensitivity",
        "specificity",
        "f1",
        "fscore",
        "auc",
        "auroc",
        "auprc",
        "ap",
        "map",
        "map50",
        "iou",
        "miou",
        "dice",
        "jaccard",
        "mcc",
        "kappa",
        "ndcg",
        "mrr",
        "hits",
        "bleu",
        "rouge",
        "rougel",
        "meteor",
        "cider",
        "chrf",
        "psnr",
        "ssim",
        "r2",
        "corr",
        "correlation",
        "pearson",
        "spearman",
        "elbo",
        "reward",
        "rewards",
        "rew",
        "return",
        "returns",
        "score",
        "scores",
        "success",
        "win",
        "winrate",
        "elo",
    }
)
"""Words by which it says that more is."""
ABOUT = frozenset(
    {
        "scale",
        "scaler",
        "weight",
        "coef",
        "coefficient",
        "std",
        "var",
        "variance",
        "norm",
        "grad",
        "lr",
        "target",
        "threshold",
        "count",
        "num",
    }
)
"""Words that make of a measure something about it, of which neither is better: ``loss_scale``, ``reward_std``."""
SPLITS = frozenset({"train", "training", "val", "valid", "validation", "test", "eval", "dev", "epoch", "step", "batch"})
"""Last parts that say of what data, not of what: ``loss/train`` is a loss."""
WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""Of ``val_loss``, ``valLoss`` or ``val/MSE@10``."""
NUMBERED = re.compile("[a-z]+[0-9]*")
"""Of ``f1``, ``mAP50`` or ``mIoU``, in small letters."""

MOST = sys.float_info.max


class Figures(NamedTuple):
    """Of a series' values in the order of their steps. NaN where there is none to say."""

    first: float
    """As logged: NaN or infinite when that is what was logged."""
    last: float
    min: float
    """Of the finite values."""
    max: float
    mean: float


def figures(value: npt.NDArray[np.float64]) -> Figures:
    """The figures of ``value`` (n,), in one pass each; all NaN when n is 0.

    ``min``, ``max`` and ``mean`` are over the finite values, NaN when there is none: one division by zero must not hide
    the best accuracy. ``first`` and ``last`` are as logged: a run that ends in NaN says so.
    """
    count = len(value)
    if count == 0:
        return Figures(math.nan, math.nan, math.nan, math.nan, math.nan)
    first, last = float(value[0]), float(value[-1])
    # `reduce` itself: a table asks for tens of thousands of short series, and the methods around it cost more.
    low, high = float(np.minimum.reduce(value)), float(np.maximum.reduce(value))  # NaN when any value is
    if not (math.isfinite(low) and math.isfinite(high)):
        value = value[np.isfinite(value)]
        count = len(value)
        if count == 0:
            return Figures(first, last, math.nan, math.nan, math.nan)
        low, high = float(np.minimum.reduce(value)), float(np.maximum.reduce(value))
    # Divided first where the sum of numbers near the largest there are would overflow; by twice as much, because
    # rounded thirds of the largest of all add up to more than it.
    if max(-low, high) > MOST / count:
        mean = 2 * float(np.add.reduce(value / (2 * count)))
    else:
        mean = float(np.add.reduce(value)) / count
    return Figures(first, last, low, high, min(max(mean, low), high))


def better(tag: str) -> Better:
    """Whether less or more of a tag's values is better, by the words of its last part: ``val/top1_error`` is low.

    Of ``loss/train`` the part before it, because ``train`` says nothing of what is measured. ``unknown`` where no word
    says it: neither end of a learning rate, an epoch or a gradient's norm is the best of it.
    A convention, not knowledge: whoever shows a best value says which one it took and lets it be changed.
    """
    *before, last = tag.split("/")
    while before and last.lower() in SPLITS:
        *before, last = before
    words = {word.lower() for word in WORD.findall(last)} | set(NUMBERED.findall(last.lower()))
    if {"cross", "entropy"} <= words:
        words.add("crossentropy")
    if ABOUT & words:
        return "unknown"
    if LOW_IS_BETTER & words:
        return "low"
    return "high" if HIGH_IS_BETTER & words else "unknown"
