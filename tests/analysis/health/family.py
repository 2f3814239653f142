"""Curves as healthy training draws them, and faults to plant in them. ``count_alarms.py`` counts what is found.

Each family is ``(random, n) -> (n,)``. They are made to be hard: noise with heavy tails, levels that jump for good
reasons, curves that never settle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Random = np.random.Generator
Family = Callable[[Random, int], Floats]


def progress(n: int) -> Floats:
    return np.arange(n) / n


def decay(random: Random, n: int) -> Floats:
    """From a start to a floor, exponentially or by a power law: no noise."""
    start, floor = random.uniform(1.0, 10.0), random.uniform(0.02, 1.0)
    if random.random() < 0.5:
        return floor + (start - floor) * np.exp(-progress(n) * random.uniform(2.0, 40.0))
    return floor + (start - floor) * (1.0 + progress(n) * random.uniform(10.0, 3000.0)) ** -random.uniform(0.2, 0.8)


def exact_decay(random: Random, n: int) -> Floats:
    return decay(random, n)


def normal_decay(random: Random, n: int) -> Floats:
    return decay(random, n) + random.uniform(0.002, 0.2) * random.normal(size=n)


def relative_decay(random: Random, n: int) -> Floats:
    """Noise that is a share of the loss: of a batch's mean."""
    return decay(random, n) * np.exp(random.uniform(0.01, 0.5) * random.normal(size=n))


def heavy_decay(random: Random, n: int) -> Floats:
    """Student's t with 3 degrees of freedom: single bad batches."""
    return decay(random, n) + random.uniform(0.005, 0.1) * random.standard_t(3, size=n)


def gamma_decay(random: Random, n: int) -> Floats:
    """Losses of single samples: skewed upwards, some near zero."""
    shape = random.uniform(0.6, 8.0)
    return decay(random, n) * random.gamma(shape, 1.0 / shape, size=n)


def slow_noise_decay(random: Random, n: int) -> Floats:
    """Noise that wanders: a moving average was logged."""
    noise, out, keep = random.normal(size=n), np.empty(n), random.uniform(0.9, 0.995)
    level = 0.0
    for at in range(n):
        level = keep * level + noise[at]
        out[at] = level
    wander: Floats = np.exp(random.uniform(0.02, 0.1) * out * (1.0 - keep**2) ** 0.5)
    return decay(random, n) * wander


def rounded_decay(random: Random, n: int) -> Floats:
    """Written with two decimals, as half precision or a careful logger does."""
    rounded: Floats = np.round(normal_decay(random, n), int(random.integers(1, 3)))
    return rounded


def float16_decay(random: Random, n: int) -> Floats:
    return relative_decay(random, n).astype(np.float16).astype(np.float64)


def warm_restarts(random: Random, n: int) -> Floats:
    """Cosine learning rates that restart: the loss jumps up and comes down, in cycles of equal or doubling length."""
    cycles = int(random.integers(2, 7))
    length = np.ones(cycles) if random.random() < 0.5 else 2.0 ** np.arange(cycles)
    ends = np.cumsum(length) / length.sum()
    at = progress(n)
    cycle = np.searchsorted(ends, at, "right")
    phase = (at - np.concatenate([[0.0], ends[:-1]])[cycle]) / (length / length.sum())[cycle]
    bump: Floats = random.uniform(0.1, 0.6) * (1.0 + np.cos(np.pi * phase)) / 2.0
    return (decay(random, n) + bump) * np.exp(random.uniform(0.005, 0.1) * random.normal(size=n))


def one_cycle(random: Random, n: int) -> Floats:
    """The rate goes up, then down: the loss falls, rises a bit, and falls."""
    at = progress(n)
    hill = random.uniform(0.0, 0.4) * np.exp(-(((at - 0.35) / 0.15) ** 2))
    return (decay(random, n) + hill) * np.exp(random.uniform(0.01, 0.1) * random.normal(size=n))


def drops(random: Random, n: int) -> Floats:
    """The rate is divided by ten twice, the loss drops each time."""
    at = progress(n)
    level: Floats = np.select([at < 0.4, at < 0.75], [1.0, random.uniform(0.4, 0.8)], random.uniform(0.2, 0.4))
    return (decay(random, n) + level) * np.exp(random.uniform(0.005, 0.2) * random.normal(size=n))


def warm_up(random: Random, n: int) -> Floats:
    """It rises before it falls, and starts where an untrained model is."""
    at = progress(n) * n
    rise = random.uniform(0.1, 2.0) * np.exp(-at / random.uniform(5.0, 30.0)) * np.sin(at / random.uniform(3.0, 10.0))
    return (decay(random, n) + np.abs(rise)) * np.exp(random.uniform(0.01, 0.1) * random.normal(size=n))


def epochs(random: Random, n: int) -> Floats:
    """Saw teeth: the first batches of an epoch are new, the last were seen; the average is reset each time."""
    length = int(random.integers(15, max(16, n // 4)))
    phase = (np.arange(n) % length) / length
    tooth = random.uniform(0.05, 0.6) * np.exp(-phase * random.uniform(1.0, 20.0))
    return (decay(random, n) + tooth) * np.exp(random.uniform(0.005, 0.1) * random.normal(size=n))


def overfit(random: Random, n: int) -> Floats:
    """A validation loss: it falls, then creeps up."""
    at, turn = progress(n), random.uniform(0.1, 0.6)
    up = np.maximum(0.0, at - turn) * random.uniform(0.1, 1.0)
    return (decay(random, n) + up) * np.exp(random.uniform(0.005, 0.05) * random.normal(size=n))


def curriculum(random: Random, n: int) -> Floats:
    """New data is harder: up by up to a third, and down again by learning."""
    at, turn = progress(n), random.uniform(0.3, 0.7)
    harder = np.where(at > turn, random.uniform(0.1, 0.35) * np.exp(-(at - turn) * random.uniform(1.0, 20.0)), 0.0)
    return (0.8 + decay(random, n) + harder) * np.exp(random.uniform(0.005, 0.1) * random.normal(size=n))


def generator_loss(random: Random, n: int) -> Floats:
    """It grows while its opponent learns, in waves."""
    at = progress(n)
    waves = 0.2 * np.sin(at * random.uniform(5.0, 60.0)) + 0.1 * np.sin(at * random.uniform(60.0, 300.0))
    fall = random.uniform(0.0, 4.0) * np.exp(-at * 100.0)
    level = 0.8 + fall + random.uniform(0.5, 4.0) * at ** random.uniform(0.3, 1.0)
    return level * (1.0 + waves) * np.exp(random.uniform(0.05, 0.4) * random.normal(size=n))


def critic_loss(random: Random, n: int) -> Floats:
    """A Wasserstein critic: below zero, towards it, noisy."""
    scale = random.uniform(1.0, 50.0)
    return -scale * np.exp(-progress(n) * random.uniform(0.5, 5.0)) + scale * 0.1 * random.normal(size=n)


def policy_loss(random: Random, n: int) -> Floats:
    """Around zero, without a trend; its noise changes with the policy."""
    width = np.exp(0.5 * np.sin(progress(n) * random.uniform(2.0, 20.0)))
    return 0.02 * width * random.standard_t(random.uniform(4.0, 30.0), size=n) - random.uniform(0.0, 0.05)


def value_loss(random: Random, n: int) -> Floats:
    """Grows with the returns, skewed."""
    level = 0.1 + random.uniform(1.0, 100.0) * progress(n) ** random.uniform(0.5, 2.0)
    return level * np.exp(random.uniform(0.2, 0.8) * random.normal(size=n))


def saturating_error(random: Random, n: int) -> Floats:
    """One minus an accuracy of a test set of a few hundred: coarse steps, some exact zeros."""
    size = int(random.integers(100, 2000))
    return random.binomial(size, np.clip(0.9 * np.exp(-progress(n) * random.uniform(3.0, 30.0)), 0.0, 1.0), n) / size


def constant(random: Random, n: int) -> Floats:
    return np.full(n, random.uniform(-1.0, 5.0))


def steps_down(random: Random, n: int) -> Floats:
    """Best so far: a step function."""
    return np.minimum.accumulate(normal_decay(random, n))


def grokking(random: Random, n: int) -> Floats:
    """A validation loss that rises at first and falls late."""
    at = progress(n)
    return (0.05 + 2.0 / (1.0 + np.exp((at - random.uniform(0.4, 0.8)) * 40.0)) + np.minimum(at, 0.2) * 3.0) * np.exp(
        0.03 * random.normal(size=n)
    )


def memorised(random: Random, n: int) -> Floats:
    """To nothing: over many orders of magnitude, with lively logarithms."""
    return np.exp(-progress(n) * random.uniform(5.0, 15.0) + random.uniform(0.2, 0.8) * random.normal(size=n))


def margin(random: Random, n: int) -> Floats:
    """A hinge or triplet loss: zero for the batches that keep their margin, which become more and more."""
    width = random.uniform(0.03, 0.5)
    return np.maximum(
        0.0,
        decay(random, n) * random.uniform(0.1, 0.6) - random.uniform(0.5, 1.5) * width + width * random.normal(size=n),
    )


def floored(random: Random, n: int) -> Floats:
    """A sum of a calm part and a skewed one: logarithms that reach further up than down."""
    return decay(random, n) * (
        1.0 + random.uniform(0.2, 1.0) * np.exp(random.uniform(0.3, 0.7) * random.normal(size=n))
    )


def hard_batches(random: Random, n: int) -> Floats:
    """One batch in fifty, or more, is several times as hard as the others."""
    hard = random.random(n) < random.uniform(0.02, 0.1)
    return relative_decay(random, n) * np.where(hard, random.uniform(2.0, 4.0), 1.0)


def uneven_epochs(random: Random, n: int) -> Floats:
    """The first batch of each epoch is harder, and epochs are not equally long."""
    value = decay(random, n) * np.exp(0.05 * random.normal(size=n))
    first = np.cumsum(random.integers(20, 30, n))
    first = first[first < n]
    value[first] *= random.uniform(1.3, 2.2, len(first))
    return value


HEALTHY: tuple[Family, ...] = (
    exact_decay, normal_decay, relative_decay, heavy_decay, gamma_decay, slow_noise_decay, rounded_decay, float16_decay,
    warm_restarts, one_cycle, drops, warm_up, epochs, overfit, curriculum, generator_loss, critic_loss, policy_loss,
    value_loss, saturating_error, constant, steps_down, grokking, memorised, margin,
    floored, hard_batches, uneven_epochs,
)  # fmt: skip


OUTLIERS: tuple[Family, ...] = (heavy_decay, curriculum, epochs, hard_batches)
"""Of these a few curves in a hundred have a single point, or a sharp small hill, that looks like a spike to anybody."""


def normal_noise(random: Random, n: int) -> Floats:
    """A loss that halves and halves again, with 3 % of noise."""
    return (0.3 + 3.0 * np.exp(-6.0 * progress(n))) * np.exp(0.03 * random.normal(size=n))


def heavy_noise(random: Random, n: int) -> Floats:
    """The same with single bad batches: Student's t with 5 degrees of freedom."""
    return (0.3 + 3.0 * np.exp(-6.0 * progress(n))) * (1.0 + 0.02 * random.standard_t(5, size=n))


def rounded_noise(random: Random, n: int) -> Floats:
    """The same, written with two decimals."""
    return np.round(normal_noise(random, n), 2)


def falling_noise(random: Random, n: int) -> Floats:
    """A power law that never settles, around zero at its end: no logarithms."""
    return (1.0 + 50.0 * progress(n)) ** -0.5 - 0.2 + 0.01 * random.normal(size=n)


NOISES: tuple[Family, ...] = (normal_noise, heavy_noise, rounded_noise, falling_noise)
"""Curves in which faults are planted."""


def spiked(random: Random, value: Floats, rise: float, length: int) -> tuple[Floats, int]:
    """A spike of ``rise`` times the height of the curve there: up at once, down in ``length`` points."""
    n = len(value)
    at = int(random.integers(n // 5, 4 * n // 5))
    low = max(abs(float(np.median(value[max(0, at - 20) : at]))), 0.1)
    out = value.copy()
    out[at : at + length] += rise * low * np.linspace(1.0, 0.4, length)
    return out, at


def diverged(random: Random, value: Floats, share: float) -> tuple[Floats, int]:
    """From a point on it goes up to where it lost ``share`` of what it had gained, and stays."""
    n = len(value)
    at = int(random.integers(n // 3, 3 * n // 4))
    start, low = float(np.median(value[:5])), float(np.median(value[at - 20 : at]))
    rise = share * (start - low) * np.minimum(1.0, np.arange(n - at) / max(1.0, n / 50))
    return np.concatenate([value[:at], low + rise + (value[at:] - np.median(value[at:]))]), at
