"""``kinds/scalar/line.py``: what a line holds, what is remembered, for how long, and how much."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from sightline import SummaryWriter
from sightline.kinds.scalar import question
from sightline.kinds.scalar.line import Layout, LineCache, lay_out
from sightline.store import LogDir, ScalarColumns, series
from sightline.store.merged_cache import MergedCache

LAYOUT = Layout("step", "linear", "ema", 0.9, branch=0)


def columns(n: int) -> ScalarColumns:
    number = np.arange(n, dtype=np.float64)
    return ScalarColumns(np.arange(n), number, np.sqrt(number), np.zeros(n, bool), np.zeros(n, np.int32))


def test_points_of_one_time_stay_in_the_order_of_their_steps() -> None:
    # A sort that is not stable keeps the order of a few points too, and of points without other times between them.
    wall_time = np.r_[np.full(500, 9.0), np.full(500, 5.0)]
    nothing = np.zeros(1000, np.int32)
    points = ScalarColumns(np.arange(1000), wall_time, np.arange(1000.0), nothing.astype(bool), nothing)
    line = lay_out(points, Layout("wall", "linear", "ema", 0.0, branch=0), None)
    assert line.step.tolist() == [*range(500, 1000), *range(500)]
    assert line.value.tolist() == line.step.tolist()


def test_time_is_counted_from_the_first_point_that_no_restart_has_overtaken() -> None:
    branch = np.array([1, 1, 0, 0], np.int32)
    points = ScalarColumns(np.array([0, 1, 0, 1]), np.array([50.0, 51, 100, 101]), np.zeros(4), branch > 0, branch)
    for number, x in ((0, [0.0, 1.0]), (1, [-50.0, -49.0])):
        line = lay_out(points, Layout("relative", "linear", "ema", 0.0, branch=number), None)
        assert (line.origin, line.x.tolist()) == (100.0, x)


def test_the_same_question_is_answered_from_memory() -> None:
    cache, series, points = LineCache(), object(), columns(100)
    first = cache.line(series, points, LAYOUT)
    assert cache.line(series, points, LAYOUT) is first
    assert cache.line(series, points, Layout("step", "linear", "ema", 0.5, branch=0)) is not first


def test_a_series_that_has_grown_is_laid_out_again() -> None:
    cache, series, before, after = LineCache(), object(), columns(100), columns(101)
    cache.line(series, before, LAYOUT)
    assert len(cache.line(series, after, LAYOUT).x) == 101
    assert len(cache) == 1


def test_memory_is_bounded_and_the_longest_unused_goes_first() -> None:
    owns = 2 * 100 * 8  # x and smooth; steps, times and values are the store's
    cache, series, points = LineCache(3 * owns), [object() for _ in range(4)], columns(100)
    lines = [cache.line(one, points, LAYOUT) for one in series[:3]]
    assert cache.bytes == 3 * owns
    assert cache.line(series[0], points, LAYOUT) is lines[0]
    cache.line(series[3], points, LAYOUT)
    assert (len(cache), cache.bytes) == (3, 3 * owns)
    assert cache.line(series[0], points, LAYOUT) is lines[0]
    assert cache.line(series[1], points, LAYOUT) is not lines[1]


def test_what_is_larger_than_the_memory_is_answered_and_not_kept() -> None:
    cache = LineCache(10)
    assert len(cache.line(object(), columns(100), LAYOUT).x) == 100
    assert (len(cache), cache.bytes) == (0, 0)


def test_what_the_store_has_given_up_is_not_kept_alive() -> None:
    cache, owner, points = LineCache(), object(), columns(100)
    for layout in (LAYOUT, Layout("wall", "linear", "ema", 0.0, branch=0)):
        assert len(cache.line(owner, points, layout).x) == 100
    kept = [weakref.ref(array) for array in points.arrays()]
    assert len(cache) == 2
    del points
    gc.collect()
    assert (len(cache), cache.bytes) == (0, 0)
    assert [each() for each in kept] == [None] * 4


def test_merged_columns_that_were_too_many_are_free_although_their_lines_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = MergedCache(20_000)
    monkeypatch.setattr(series, "MERGED", merged)
    monkeypatch.setattr(question, "_cache", LineCache())
    for run in "abcdefgh":
        for part in range(2):
            with SummaryWriter(str(tmp_path / run), filename_suffix=f".{part}") as writer:
                for step in range(200):
                    writer.add_scalar("loss", 0.5, 200 * part + step)
    logdir = LogDir(tmp_path)
    logdir.refresh()
    asked = question.ScalarQuery(tag="loss", x="wall")
    alive = []
    for found in question.find(logdir, asked, "abcdefgh"):
        question.line_of(found, question.layout(asked))
        alive.append(weakref.ref(found.columns.superseded))
    del found
    gc.collect()
    size = 400 * 25
    assert merged.bytes <= 20_000 + size
    assert sum(size for each in alive if each() is not None) == merged.bytes
    assert len(question._cache) == merged.bytes / size
