from __future__ import annotations

import pytest

from sightline.analysis.health import is_loss, should_fall


@pytest.mark.parametrize(
    "tag",
    [
        "loss", "train_loss", "loss/train", "Loss/val", "val/cross_entropy", "eval/perplexity", "trainLoss",
        "epoch_val_loss", "losses/aux", "metrics/RMSE", "top1_error", "error_rate", "val/nll", "cost/cost",
        "log_perplexity/dev", "loss_1", "model/negative_log_likelihood", "WER", "train\\loss",
    ],
)  # fmt: skip
def test_names_of_losses_that_should_fall(tag: str) -> None:
    assert is_loss(tag)
    assert should_fall(tag)


@pytest.mark.parametrize(
    "tag",
    [
        "acc", "accuracy/train", "loss/accuracy", "loss_scale", "optim/lr", "Loss/learning_rate", "glossary",
        "grad_norm", "train/loss_weight", "rollout/ep_rew_mean", "policy/entropy", "closest", "lossless_ratio", "", "/",
        "errors_count",
    ],
)  # fmt: skip
def test_names_of_other_things(tag: str) -> None:
    assert not is_loss(tag)
    assert not should_fall(tag)


@pytest.mark.parametrize(
    "tag",
    ["G/loss", "loss_D", "Losses/Policy Loss", "train/value_loss", "critic_loss", "gan/loss", "qf1_loss", "loss/kl"],
)
def test_losses_of_a_game_are_losses_that_need_not_fall(tag: str) -> None:
    assert is_loss(tag)
    assert not should_fall(tag)
