"""Live, finished or stale: by an injected clock."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo

from sightline.format.event import PluginData, SummaryMetadata, Value
from sightline.store import LogDir, RunState
from sightline.store.run_state import live_seconds

NOON = 1_700_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def log(files: Any, wall_times: Iterable[float], modified: float | None = None) -> Path:
    path: Path = files.add("a", *(files.scalar(index, 0.0, at) for index, at in enumerate(wall_times)))
    os.utime(path, (modified or max(wall_times), modified or max(wall_times)))
    return path


def state(files: Any, now: float = NOON) -> RunState:
    logdir = LogDir(files.root, now=lambda: now)
    logdir.refresh()
    return logdir.runs["a"].state


def test_a_run_that_spoke_a_moment_ago_is_live(files: Any) -> None:
    log(files, [NOON - 13, NOON - 3])
    assert state(files) == RunState("live", "last event 3 s ago")


def test_a_run_that_is_silent_for_long_is_stale(files: Any) -> None:
    log(files, [NOON - 1090, NOON - 1080])
    assert state(files) == RunState("stale", "no event for 18 min")


def test_a_run_whose_writer_was_closed_is_finished(files: Any) -> None:
    log(files, [NOON - 13, NOON - 3])
    files.add("a", files.stop(NOON - 2))
    assert state(files) == RunState("finished", "its writer was closed")


def test_a_run_that_goes_on_after_a_close_is_live_again(files: Any) -> None:
    log(files, [NOON - 13, NOON - 3])
    files.add("a", files.stop(NOON - 2))
    path = files.add("a", files.scalar(9, 0.0, NOON - 1))
    os.utime(path, (NOON - 1, NOON - 1))
    assert state(files).kind == "live"


def test_a_run_that_was_read_when_closed_and_goes_on_is_live_again(files: Any) -> None:
    files.add("a", files.scalar(1, 0.0, NOON - 3), files.stop(NOON - 2))
    logdir = LogDir(files.root, now=lambda: NOON)
    logdir.refresh()
    assert logdir.runs["a"].state == RunState("finished", "its writer was closed")
    files.add("a", files.scalar(2, 0.0, NOON - 1))
    logdir.refresh()
    assert logdir.runs["a"].state.kind == "live"


def test_a_close_in_an_older_file_does_not_count(files: Any) -> None:
    files.add("a", files.scalar(0, 0.0, NOON - 100), files.stop(NOON - 90), name="tfevents.1")
    path = files.add("a", files.scalar(1, 0.0, NOON - 5), name="tfevents.2")
    os.utime(path, (NOON - 5, NOON - 5))
    assert state(files).kind == "live"


def session_end(status: str) -> Value:
    """What PyTorch's ``add_hparams`` writes."""
    content = HParamsPluginData(session_end_info=SessionEndInfo(status=status)).SerializeToString()
    value = Value(tag="_hparams_/session_end_info")
    value.metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="hparams", content=content))
    return value


@pytest.mark.parametrize("status", ["success", "failure"])
def test_a_run_whose_hyperparameters_tell_its_end_is_finished(files: Any, status: str) -> None:
    files.add("a", files.value(session_end(f"STATUS_{status.upper()}"), 0, NOON - 3))
    log(files, [NOON - 2.5])
    assert state(files) == RunState("finished", f"its hyperparameters say that it ended: {status}")


def test_a_run_that_trains_on_after_its_hyperparameters_is_live(files: Any) -> None:
    files.add("a", files.value(session_end("STATUS_SUCCESS"), 0, NOON - 20))
    log(files, [NOON - 19, NOON - 3])
    assert state(files).kind == "live"


def test_a_session_that_says_it_runs_has_not_ended(files: Any) -> None:
    files.add("a", files.value(session_end("STATUS_RUNNING"), 0, NOON - 3))
    log(files, [NOON - 2])
    assert state(files).kind == "live"


def test_epochs_of_ten_minutes_are_waited_for(files: Any) -> None:
    log(files, [NOON - 600 * back for back in (5, 4, 3, 2)])
    assert state(files) == RunState("live", "last event 20 min ago")
    assert state(files, NOON + 3000).kind == "stale"


def test_a_copied_log_directory_is_not_live(files: Any) -> None:
    log(files, [NOON - 86400 * 10 - 1, NOON - 86400 * 10], modified=NOON)
    assert state(files) == RunState("stale", "no event for 10 days")


def test_a_trainers_clock_that_runs_ahead_is_not_believed(files: Any) -> None:
    log(files, [NOON + 7200, NOON + 7210], modified=NOON - 3000)
    assert state(files).kind == "stale"


def test_a_trainers_clock_that_runs_behind_does_no_harm_while_the_file_grows(files: Any) -> None:
    clock = Clock()
    log(files, [NOON - 7201, NOON - 7200], modified=NOON)
    logdir = LogDir(files.root, now=clock)
    logdir.refresh()
    assert logdir.runs["a"].state.kind == "stale"
    files.add("a", files.scalar(5, 0.0, NOON - 7190))
    clock.now += 10
    logdir.refresh()
    clock.now += 2
    assert logdir.runs["a"].state == RunState("live", "last event 2 s ago")
    clock.now += 600
    assert logdir.runs["a"].state.kind == "stale"


def test_a_run_without_events_is_stale(files: Any) -> None:
    files.add("a")
    assert state(files) == RunState("stale", "no event in its files")


@pytest.mark.parametrize(("interval", "seconds"), [(0.01, 60), (12, 60), (60, 300), (7200, 3600), (math.inf, 60)])
def test_a_run_is_waited_for_five_of_its_intervals(interval: float, seconds: float) -> None:
    assert live_seconds(interval) == seconds


def test_a_run_that_speaks_more_often_than_before_is_waited_for_less_long(files: Any) -> None:
    """The usual interval is worked out again when points come."""
    path = log(files, [NOON - 4000 + 300 * step for step in range(13)], NOON - 400)
    logdir = LogDir(files.root, now=lambda: NOON)
    logdir.refresh()
    before = logdir.runs["a"].state
    files.add("a", *(files.scalar(step, 0.0, NOON - 400 + step / 100) for step in range(40)))
    os.utime(path, (NOON - 400, NOON - 400))
    logdir.runs["a"].files[0].looks = 0  # as if nobody had seen it grow
    logdir.refresh()
    assert (before.kind, logdir.runs["a"].state.kind) == ("live", "stale")
