from __future__ import annotations

import numpy as np
import pytest
from tests.analysis.health.family import Floats, progress

from sightline.analysis.health import Finding, examine

N = 1000
NOISE = np.exp(0.03 * np.random.default_rng(0).normal(size=N))


def find(value: Floats) -> list[Finding]:
    steps = np.arange(len(value))
    return [one for one in examine(steps, 2.0 * steps.astype(np.float64), value, falls=True) if one.what == "plateau"]


def test_a_plateau_says_since_when_and_at_which_level() -> None:
    (found,) = find((0.4 + 2.0 * np.maximum(0.0, 1.0 - 4.0 * progress(N))) * NOISE)
    assert found.severity == "note"
    assert found.step == pytest.approx(250, abs=50)
    assert found.words == f"has hardly moved since step {found.step}, {found.magnitude:.0%} of its points: 0.399"


def test_a_loss_that_never_moved_is_on_a_plateau_from_its_first_step() -> None:
    (found,) = find(2.303 * np.exp(0.005 * np.random.default_rng(0).normal(size=N)))
    assert (found.step, found.magnitude) == (0, 1.0)


def test_slow_progress_hidden_in_noise_is_not_called_a_plateau() -> None:
    assert find((1.0 - 0.2 * progress(N)) * NOISE**10) == []


def test_a_loss_at_nothing_is_done_and_not_stuck() -> None:
    assert find((1e-4 + np.exp(-40.0 * progress(N))) * NOISE) == []
    assert find(np.zeros(N)) == []


def test_too_few_points_say_nothing() -> None:
    assert find(np.full(99, 2.0)) == []
    assert len(find(np.full(100, 2.0))) == 1


def test_values_near_the_end_of_float64_are_no_fault() -> None:
    steps = np.arange(130)
    for seed in range(20):
        value = np.random.default_rng(seed).choice([1.7e308, -1.7e308, 5e-324, 0.0], 130)
        for finding in examine(steps, steps.astype(np.float64), value, falls=True):
            assert np.isfinite(finding.magnitude)
            assert "inf" not in finding.words
