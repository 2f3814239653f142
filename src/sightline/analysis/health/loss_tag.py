"""Which tags are losses: what should fall. Told by names, because nothing else in an event file says it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

__all__ = ["falling", "is_loss", "plays_game", "should_fall"]

LOSS_WORDS = re.compile(
    r"loss|losses|errors?|err|nll|perplexity|ppl|xent|xentropy|crossentropy|bce|mse|mae|rmse|rmsle|mape|costs?|wer|cer"
    r"|bpc|bpb|divergence"
)
NOT_LOSS_WORDS = re.compile(
    r"acc|accuracy|auc|auroc|f1|scores?|rewards?|returns?|precision|recall|map|iou|dice|bleu|rouge|lr|rate|scale|scaler"
    r"|weights?|coef|coefficient|alpha|beta|lambda|norms?|grads?|gradient|time|seconds|duration|throughput|entropy"
    r"|counts?|number|num|ratio|variance|explained"
)
"""A word of a name with ``loss`` in it that makes it something else: ``loss_scale``, ``loss/accuracy``."""
GAME_WORDS = re.compile(
    r"gans?|generator|discriminator|gen|disc|g|d|real|fake|adv|adversarial|actor|critic|policy|value|vf|qf?|qf?[12]|td"
    r"|surrogate|entropy|pg|ppo|kl|kld"
)
"""Losses of one side of a game, and of a policy that chooses its own data."""
PLAYER_WORDS = re.compile(r"gans?|generator|discriminator|disc|adv|adversarial|actor|critic|policy|vf|surrogate|pg|ppo")
"""Those by which one loss says that the whole run is a game."""
RETURN_WORDS = re.compile(r"rewards?|rew|returns?|episodic|rollouts?")
"""Words of what a policy earns."""
RATES = frozenset({"error", "errors", "err", "wer", "cer"})
"""An error's rate is an error."""
SPLIT = re.compile(r"[/\\:]")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=65536)
def is_loss(tag: str) -> bool:
    """Whether ``tag`` names something that training makes smaller: ``val_loss``, ``loss/train``, ``eval/perplexity``.

    The last part of the name decides where it holds a word of :data:`LOSS_WORDS`; otherwise the parts before it do, so
    that everything below ``loss/`` is a loss. A word of :data:`NOT_LOSS_WORDS` in the last part overrules both
    (``loss_scale``, ``loss/accuracy``) unless a loss word comes after it (``policy_gradient_loss``).
    """
    parts = [[word.lower() for word in WORD.findall(part)] for part in SPLIT.split(tag)]
    parts = [words for words in parts if words]
    if not parts:
        return False
    last = _joined(parts[-1])
    loss_at = max((at for at, word in enumerate(last) if LOSS_WORDS.fullmatch(word)), default=-1)
    other_at = max((at for at, word in enumerate(last) if NOT_LOSS_WORDS.fullmatch(word)), default=-1)
    if loss_at >= 0:
        return loss_at > other_at or (last[other_at] == "rate" and not RATES.isdisjoint(last))
    if other_at >= 0:
        return False
    return any(LOSS_WORDS.fullmatch(word) for words in parts[:-1] for word in _joined(words))


@lru_cache(maxsize=65536)
def should_fall(tag: str) -> bool:
    """Whether ``tag`` is a loss that a healthy run brings down, so that its rising says something.

    A generator's loss grows while its opponent learns, a critic's with the returns, and both leap: their names
    (:data:`GAME_WORDS` in any part: ``G/loss``, ``value_loss``, ``Losses/Policy Loss``) are left out.
    """
    return is_loss(tag) and not any(GAME_WORDS.fullmatch(word) for word in _words(tag))


def plays_game(tags: Iterable[str]) -> bool:
    """Whether a run with these scalars is a game: then its plain ``loss`` is a sum of such losses, or follows one.

    One of them has a player's loss (:data:`PLAYER_WORDS`, or both ``G`` and ``D``), or something is earned
    (:data:`RETURN_WORDS`: ``rollout/ep_rew_mean``, ``charts/episodic_return``).
    """
    sides: set[str] = set()
    for tag in tags:
        words = _words(tag)
        if any((PLAYER_WORDS if is_loss(tag) else RETURN_WORDS).fullmatch(word) for word in words):
            return True
        if is_loss(tag):
            sides.update(words)
    return {"g", "d"} <= sides


def falling(tags: Collection[str]) -> set[str]:
    """The losses that should fall in a run with these scalars: none in a game."""
    return set() if plays_game(tags) else {tag for tag in tags if should_fall(tag)}


@lru_cache(maxsize=65536)
def _words(tag: str) -> list[str]:
    return [word for part in SPLIT.split(tag) for word in _joined([word.lower() for word in WORD.findall(part)])]


def _joined(words: list[str]) -> list[str]:
    """Words that are one only together."""
    text = " ".join(words)
    return re.sub(r"\b(?:cross entropy|negative log likelihood|neg log likelihood)\b", "crossentropy", text).split()
