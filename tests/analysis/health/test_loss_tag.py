from __future__ import annotations

import pytest

from sightline.analysis.health import falling, is_loss, plays_game, should_fall


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


@pytest.mark.parametrize(
    "tags",
    [
        ["loss", "rollout/ep_rew_mean"], ["train/loss", "train/policy_gradient_loss"], ["charts/episodic_return"],
        ["Losses/Curiosity Loss", "Environment/Cumulative Reward"], ["loss/cycle", "loss/G", "loss/D"],
        ["errD", "errG"], ["losses/vf"], ["total_loss", "loss/discriminator"],
    ],
)  # fmt: skip
def test_a_run_is_a_game_by_any_of_its_tags(tags: list[str]) -> None:
    assert plays_game(tags)
    assert plays_game(reversed(tags))


@pytest.mark.parametrize(
    "tags",
    [
        [], ["loss", "acc", "lr"], ["loss/kl", "loss/reconstruction"], ["loss/G"], ["grad/policy", "loss"],
        ["value", "loss"], ["layer/d", "layer/g", "loss"],
    ],
)  # fmt: skip
def test_other_runs_are_none(tags: list[str]) -> None:
    assert not plays_game(tags)


def test_in_a_game_no_loss_should_fall() -> None:
    assert falling(["loss", "val/loss", "acc"]) == {"loss", "val/loss"}
    assert falling(["loss", "val/loss", "rollout/ep_rew_mean"]) == set()
