"""Sorted copies take a bounded amount of memory, and are the same when they are made again."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from sightline.store import LogDir, SeriesKey
from sightline.store import series as series_module
from sightline.store.merged_cache import MergedCache


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> MergedCache:
    """Room for the copies of about two series of ten points, beside the newest."""
    cache = MergedCache(2 * 10 * 25)
    monkeypatch.setattr(series_module, "MERGED", cache)
    return cache


def read(files: Any, tags: int, *, out_of_order: bool) -> LogDir:
    steps = [5, 3, *range(6, 14)] if out_of_order else range(10)
    files.add("a", *(files.scalar(step, tag * 100.0 + step, tag=f"t{tag}") for step in steps for tag in range(tags)))
    logdir = LogDir(files.root)
    logdir.refresh()
    return logdir


def test_copies_beyond_what_may_be_kept_are_given_back_and_made_again(files: Any, cache: MergedCache) -> None:
    series = list(read(files, 8, out_of_order=True).runs["a"].series.values())
    first = [one.columns() for one in series]
    assert sum(one._merged is not None for one in series) == 3  # the newest, and two more
    assert [one._merged is not None for one in series][-3:] == [True, True, True]
    assert cache.bytes == 3 * 10 * 25
    for one, before in zip(series, first, strict=True):
        again = one.columns()
        np.testing.assert_array_equal(again.step, sorted(again.step))
        np.testing.assert_array_equal(again.value, before.value)  # type: ignore[union-attr]
        assert cache.bytes <= 3 * 10 * 25


def test_what_is_used_again_stays(files: Any, cache: MergedCache) -> None:
    series = list(read(files, 5, out_of_order=True).runs["a"].series.values())
    for one in series[:4]:
        one.columns()
        series[0].columns()
    kept = series[0]._merged
    assert kept is not None
    series[4].columns()
    assert series[0]._merged is kept


def test_the_one_that_is_used_is_kept_however_large(files: Any, cache: MergedCache) -> None:
    files.add("b", *(files.scalar(step) for step in (3, *range(500))))
    logdir = read(files, 1, out_of_order=True)
    large = logdir.runs["b"].series[SeriesKey("scalar", "loss")]
    logdir.runs["a"].scalars("t0")
    large.columns()
    assert large._merged is not None
    assert large.columns().step is large._merged.columns[0]
    logdir.runs["a"].scalars("t0")
    assert large._merged is None


def test_series_in_order_take_only_their_flags(files: Any, cache: MergedCache) -> None:
    run = read(files, 8, out_of_order=False).runs["a"]
    for one in run.series.values():
        one.columns()
    assert cache.bytes == 8 * 10


def test_a_series_that_is_gone_is_not_kept_alive(files: Any, cache: MergedCache) -> None:
    logdir = read(files, 2, out_of_order=True)
    logdir.runs["a"].scalars("t0")
    del logdir
    gc.collect()
    assert [key() for key in cache._entries] == [None]
    other = read(files, 4, out_of_order=True)
    for tag in range(4):
        other.runs["a"].scalars(f"t{tag}")
    assert all(key() is not None for key in cache._entries)
