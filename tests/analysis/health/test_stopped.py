from __future__ import annotations

import numpy as np

from sightline.analysis.health.cadence import Cadence, cadence
from sightline.analysis.health.stopped import find_stopped


def tag(n: int, first: int = 0, step: int = 10, seconds: float = 0.5) -> Cadence:
    """Logged at every ``step`` steps, which take ``seconds`` each."""
    steps = first + np.arange(n) * step
    return cadence(steps, (steps * seconds).astype(np.float64))


def test_a_tag_that_stopped_while_others_went_on_is_told_with_both_ends() -> None:
    found = find_stopped({"loss": tag(500), "acc": tag(500), "grad_norm": tag(200)})
    assert list(found) == ["grad_norm"]
    one = found["grad_norm"]
    assert (one.what, one.severity, one.step, one.wall_time) == ("stopped", "warn", 1990, 995.0)
    assert one.magnitude == 300.0
    assert one.words == "stopped at step 1,990; 2 tags logged as often went on to step 4,990"


def test_a_tag_that_is_a_little_behind_has_not_stopped() -> None:
    assert find_stopped({"loss": tag(500), "acc": tag(481)}) == {}
    assert find_stopped({"loss": tag(500), "acc": tag(420)}) == {}  # 80 of 420: less than a quarter of its own length
    assert list(find_stopped({"loss": tag(500), "acc": tag(390)})) == ["acc"]


def test_tags_of_another_cadence_are_not_compared() -> None:
    assert find_stopped({"loss": tag(5000, step=1), "val": tag(40, step=25)}) == {}
    epochs = cadence(
        np.arange(40), np.arange(40).astype(np.float64) * 30.0
    )  # counts epochs where the other counts iterations
    assert find_stopped({"loss": tag(5000, step=1, seconds=0.5), "epoch/acc": epochs}) == {}


def test_a_phase_that_ends_where_another_begins_has_not_stopped() -> None:
    assert find_stopped({"lr": tag(500), "warm_up/loss": tag(200), "main/loss": tag(300, first=2000)}) == {}


def test_when_most_stop_together_they_were_meant_to() -> None:
    series = {f"a{i}": tag(200) for i in range(5)} | {"lr": tag(500), "time": tag(500)}
    assert find_stopped(series) == {}


def test_a_restart_may_log_other_tags() -> None:
    series = {"loss": tag(500), "acc": tag(500), "old": tag(200)}
    assert list(find_stopped(series)) == ["old"]
    assert find_stopped(series, (2000,)) == {}


def test_a_few_points_and_a_lone_tag_say_nothing() -> None:
    assert find_stopped({"loss": tag(500), "sample": tag(19)}) == {}
    assert find_stopped({"loss": tag(500)}) == {}
    assert find_stopped({}) == {}
