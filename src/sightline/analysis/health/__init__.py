"""What looks wrong with a series or with a run, without a word of code in training. Quiet by default.

series.py      all of what concerns one series:
finite.py      the first NaN, the first infinity: every tag
spike.py       a loss that leaps out of its own noise and comes back
divergence.py  a loss that had fallen, rose and stayed up
plateau.py     a loss that has not become smaller for half of the run: a note
stall.py       silences of the run: a note
stopped.py     a tag that stopped while others went on: every tag
cadence.py     how often a series speaks; loss_tag.py, which tags are losses; level.py, local_median.py, what is robust;
finding.py     the answer: what, how bad, at which step, how much, in a sentence

docs/health.md has the rates of false alarms and of detection; tests/analysis/health holds them from both sides.
"""

from __future__ import annotations

from sightline.analysis.health.cadence import Cadence, cadence
from sightline.analysis.health.finding import Finding, Severity, What
from sightline.analysis.health.loss_tag import falling, is_loss, plays_game, should_fall
from sightline.analysis.health.series import examine
from sightline.analysis.health.stall import find_pauses, find_stall
from sightline.analysis.health.stopped import find_stopped

__all__ = [
    "Cadence",
    "Finding",
    "Severity",
    "What",
    "cadence",
    "examine",
    "falling",
    "find_pauses",
    "find_stall",
    "find_stopped",
    "is_loss",
    "plays_game",
    "should_fall",
]
