"""Runs side by side, as the page asks for them: from files, against NumPy on what was written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.server.conftest import Server

from sightline import SummaryWriter
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import NotFound
from sightline.server.compare import CompareQuery, Comparison, read_comparison
from sightline.store import LogDir, open_logdir

STEPS = 2000
PARTED = 1200
NOISE = np.random.default_rng(4)
CURVE = (2 * np.exp(-np.arange(STEPS) / 300)).astype(np.float32)
BASE = (CURVE + 0.05 * NOISE.normal(size=STEPS)).astype(np.float32)
SAME = (CURVE + 0.05 * NOISE.normal(size=STEPS)).astype(np.float32)
AWAY = (CURVE + 0.05 * NOISE.normal(size=STEPS) + 0.2 * (np.arange(STEPS) >= PARTED)).astype(np.float32)


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    root = tmp_path_factory.mktemp("compare")
    for name, values in (("base", BASE), ("same", SAME), ("away", AWAY)):
        with SummaryWriter(str(root / name)) as writer:
            for step, value in enumerate(values.tolist()):
                writer.add_scalar("loss/train", value, step)
    with SummaryWriter(str(root / "away")) as writer:
        writer.add_scalar("acc", 0.5, 1)
        writer.add_scalar("acc", 0.9, 2)
        writer.add_scalar("acc", math.nan, 3)
    with SummaryWriter(str(root / "same")) as writer:
        writer.add_scalar("acc", math.inf, 3)
    # A restart at step 5 with better values before it, which no longer count.
    for first, last, value in ((0, 100, 0.0), (5, 60, 1.0)):
        with SummaryWriter(str(root / "again"), filename_suffix=f".{first}") as writer:
            for step in range(first, last):
                writer.add_scalar("loss/train", value, step)
    return open_logdir(root)


def compare(logdir: LogDir, runs: list[str], tags: list[str]) -> Comparison:
    return read_comparison(logdir, CompareQuery(runs=runs, tags=tags))


def test_each_curve_tells_its_last_least_and_greatest_value_and_where(logdir: LogDir) -> None:
    (tag,) = compare(logdir, ["base", "away"], ["loss/train"]).tags
    assert (tag.tag, tag.better) == ("loss/train", "low")
    for curve, values in zip(tag.curves, (BASE, AWAY), strict=True):
        assert curve is not None
        assert (curve.points, curve.last_step, curve.last) == (STEPS, STEPS - 1, float(values[-1]))
        assert (curve.min, curve.min_step) == (float(values.min()), int(values.argmin()))
        assert (curve.max, curve.max_step) == (float(values.max()), int(values.argmax()))


def test_the_parting_is_from_the_first_run_and_none_where_there_is_only_noise(logdir: LogDir) -> None:
    (tag,) = compare(logdir, ["base", "same", "away"], ["loss/train"]).tags
    own, same, away = tag.partings
    assert own is None
    assert same is not None
    assert same.step is None
    assert away is not None
    assert away.step == pytest.approx(PARTED, abs=STEPS / 20)
    assert away.difference == pytest.approx(0.2, abs=0.03)
    assert away.first == pytest.approx(float(CURVE[-1]), abs=0.03)
    assert (away.low, away.high, away.points) == (0, STEPS - 1, STEPS)
    (turned,) = compare(logdir, ["away", "base"], ["loss/train"]).tags
    assert turned.partings[1] is not None
    assert turned.partings[1].difference == pytest.approx(-away.difference)


def test_what_is_not_finite_is_said_in_words_and_is_never_the_best(logdir: LogDir) -> None:
    (tag,) = compare(logdir, ["base", "same", "away"], ["acc"]).tags
    assert tag.better == "high"
    base, same, away = tag.curves
    assert base is None
    assert same is not None
    assert (same.last, same.last_word, same.max, same.max_step) == (None, "+inf", None, None)
    assert away is not None
    assert (away.last, away.last_word, away.last_step) == (None, "NaN", 3)
    assert away.max == pytest.approx(0.9)
    assert away.max_step == 2
    assert tag.partings == [None, None, None]


def test_points_that_a_restart_has_overtaken_do_not_count(logdir: LogDir) -> None:
    (tag,) = compare(logdir, ["again", "base"], ["loss/train"]).tags
    curve = tag.curves[0]
    assert curve is not None
    assert (curve.points, curve.last_step, curve.last, curve.max) == (60, 59, 1.0, 1.0)
    assert (curve.min, curve.min_step) == (0.0, 0)  # the five points before the restart stand


def test_tags_come_in_the_order_asked_for_and_unknown_ones_are_left_out(logdir: LogDir) -> None:
    told = compare(logdir, ["base", "away"], ["nowhere", "acc", "loss/train", "acc"])
    assert [tag.tag for tag in told.tags] == ["acc", "loss/train"]


def test_a_run_that_is_not_there_and_a_run_named_twice_are_refused(logdir: LogDir) -> None:
    with pytest.raises(NotFound, match="there is no run 'gone'"):
        compare(logdir, ["base", "gone"], [])
    with pytest.raises(ArgumentError, match="each run once"):
        compare(logdir, ["base", "base"], [])


def test_over_http_one_run_is_too_few(server: Server) -> None:
    asked = {"runs": ["a/one", "two"], "tags": ["loss/train"]}
    answer = server.client.post("/api/runs/compare", json=asked)
    assert answer.status_code == 200
    (tag,) = answer.json()["tags"]
    assert [curve["points"] for curve in tag["curves"]] == [5000, 1]
    assert tag["curves"][0]["max"] == 50.0
    assert server.client.post("/api/runs/compare", json=asked | {"runs": ["two"]}).status_code == 400
