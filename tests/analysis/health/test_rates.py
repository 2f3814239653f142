"""How often health cries wolf, and how often it sleeps: thresholds are held from both sides."""

from __future__ import annotations

import numpy as np
import pytest
from tests.analysis.health import family
from tests.analysis.health.family import Floats

from sightline.analysis.health import Finding, examine

SEEDS = 40


def findings(value: Floats, *what: str) -> list[Finding]:
    steps = np.arange(len(value))
    found = examine(steps, steps.astype(np.float64), value, loss=True, falls=True)
    return [finding for finding in found if finding.what in what]


@pytest.mark.parametrize("healthy", family.HEALTHY, ids=lambda one: one.__name__)
def test_a_healthy_curve_raises_no_alarm(healthy: family.Family) -> None:
    alarms = [
        (n, seed, finding)
        for n in (60, 300, 1000)
        for seed in range(SEEDS)
        for finding in findings(healthy(np.random.default_rng([seed, n]), n), "nan", "infinity", "spike", "divergence")
    ]
    # 120 curves: at most one of them, and only where its noise has outliers that nobody could tell from a spike.
    assert len({alarm[:2] for alarm in alarms}) <= (1 if healthy in family.OUTLIERS else 0), alarms


@pytest.mark.parametrize("n", [200, 1000, 5000])
@pytest.mark.parametrize("noise", family.NOISES, ids=lambda one: one.__name__)
def test_a_planted_spike_is_found_where_it_is(noise: family.Family, n: int) -> None:
    found = 0
    for seed in range(SEEDS):
        random = np.random.default_rng([seed, n, 1])
        value, at = family.spiked(random, noise(random, n), rise=1.5, length=4)
        spikes = findings(value, "spike")
        found += len(spikes) == 1 and at <= spikes[0].step <= at + 4
    assert found >= 0.9 * SEEDS


@pytest.mark.parametrize("n", [200, 1000, 5000])
@pytest.mark.parametrize("noise", family.NOISES, ids=lambda one: one.__name__)
def test_a_planted_divergence_is_found_near_where_it_began(noise: family.Family, n: int) -> None:
    found = 0
    for seed in range(SEEDS):
        random = np.random.default_rng([seed, n, 2])
        value, at = family.diverged(random, noise(random, n), share=0.8)
        where = findings(value, "divergence")
        found += len(where) == 1 and abs(where[0].step - at) <= n / 15
    assert found >= 0.9 * SEEDS


def test_a_loss_that_is_still_falling_is_not_on_a_plateau() -> None:
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        at = family.progress(1000)
        falling = (1.0 + 30.0 * at) ** -random.uniform(0.2, 1.0) * np.exp(0.05 * random.normal(size=1000))
        assert findings(falling, "plateau") == []


def test_a_loss_that_came_to_rest_is_on_a_plateau_from_there_on() -> None:
    found = 0
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        at = family.progress(1000)
        settled = (0.4 + 2.0 * np.maximum(0.0, 1.0 - 4.0 * at)) * np.exp(0.03 * random.normal(size=1000))
        found += any(200 <= finding.step <= 320 for finding in findings(settled, "plateau"))
    assert found >= 0.9 * SEEDS
