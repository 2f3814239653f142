"""Counts false alarms and planted faults that are found: ``python -m tests.analysis.health.count_alarms [SEEDS]``.

The figures of docs/health.md are its output.
"""

from __future__ import annotations

import sys

import numpy as np
from tests.analysis.health import family
from tests.analysis.health.family import Floats

from sightline.analysis.health import Finding, examine

LENGTHS = (60, 110, 300, 1000, 5000)


def find(value: Floats) -> list[Finding]:
    steps = np.arange(len(value))
    return examine(steps, steps.astype(np.float64), value, loss=True, falls=True)


def main(seeds: int) -> None:
    total, alarms = 0, {"spike": 0, "divergence": 0, "plateau": 0}
    print("healthy curves with a finding")
    for healthy in family.HEALTHY:
        here = dict.fromkeys(alarms, 0)
        for n in LENGTHS:
            for seed in range(seeds):
                for what in {finding.what for finding in find(healthy(np.random.default_rng([seed, n]), n))}:
                    here[what] += 1
        total += seeds * len(LENGTHS)
        alarms = {what: alarms[what] + here[what] for what in alarms}
        print(f"  {healthy.__name__:18} of {seeds * len(LENGTHS):,}: {here}")
    print(f"  {'all':18} of {total:,}: {alarms}")
    print("planted faults that are found, of 100 (n = 200, 1000, 5000)")
    for noise in family.NOISES:
        for rise in (0.2, 0.5, 1.0, 3.0):
            rates = [share_of_spikes(noise, n, rise, seeds) for n in (200, 1000, 5000)]
            print(f"  {noise.__name__:14} spike to {1 + rise:3.1f} times its level: {rates}")
        for share in (0.3, 0.6, 0.9):
            rates = [share_of_divergences(noise, n, share, seeds) for n in (200, 1000, 5000)]
            print(f"  {noise.__name__:14} divergence by {share:.0%} of its gain: {rates}")


def share_of_spikes(noise: family.Family, n: int, rise: float, seeds: int) -> int:
    found = 0
    for seed in range(seeds):
        random = np.random.default_rng([seed, n, 1])
        value, at = family.spiked(random, noise(random, n), rise, 4)
        found += any(finding.what == "spike" and at <= finding.step <= at + 4 for finding in find(value))
    return round(100 * found / seeds)


def share_of_divergences(noise: family.Family, n: int, share: float, seeds: int) -> int:
    found = 0
    for seed in range(seeds):
        random = np.random.default_rng([seed, n, 2])
        value, at = family.diverged(random, noise(random, n), share)
        found += any(finding.what == "divergence" and abs(finding.step - at) <= n / 15 for finding in find(value))
    return round(100 * found / seeds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
