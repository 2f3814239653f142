"""The examiner: what it finds in real files, what it does again when runs grow, and that it goes on after a fault."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from tests.server.conftest import wait_for

from sightline import SummaryWriter
from sightline.server import examiner
from sightline.server.examiner import Examined, Examiner, examine_run
from sightline.store import LogDir

BASE = 2e9
"""Later than the events that the writer itself makes, which have the time of the test."""
NAME = "sightline-health"
LOSS = np.exp(-np.arange(300) / 100.0) * np.exp(0.02 * np.random.default_rng(0).normal(size=300)) + 0.2


def write(directory: Path, columns: dict[str, Iterable[float]], first: int = 0, start: float = BASE) -> None:
    with SummaryWriter(directory, filename_suffix=f".{first}.{len(list(directory.glob('*')))}") as writer:
        for tag, values in columns.items():
            for step, value in enumerate(values, first):
                writer.add_scalar(tag, value, step, walltime=start + step)


def read(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def ask(examiner: Examiner, *names: str, now: float = BASE + 1e6) -> dict[str, Examined]:
    """The answers once all of them are current."""

    def known(answer: dict[str, Examined | None]) -> bool:
        return all(one is not None and one.current for one in answer.values())

    answer = wait_for(lambda: examiner.ask(names, now), known)
    return {name: one for name, one in answer.items() if one is not None}


def short(examined: Examined) -> list[tuple[str, str, int]]:
    return [(one.tag, one.finding.what, one.finding.step) for one in examined.found]


def test_the_worst_comes_first_and_healthy_runs_have_nothing(tmp_path: Path) -> None:
    spiked = LOSS.copy()
    spiked[100] *= 4.0
    write(tmp_path / "ill", {"loss/train": spiked, "grad_norm": [1.0, np.inf, 2.0], "loss/val": [1.0, 0.5, np.nan]})
    write(tmp_path / "well", {"loss": LOSS, "acc": LOSS})
    found = ask(Examiner(read(tmp_path)), "ill", "well", "gone")
    assert set(found) == {"ill", "well"}
    assert short(found["ill"]) == [
        ("loss/val", "nan", 2),
        ("grad_norm", "infinity", 1),
        ("loss/train", "spike", 100),
    ]
    assert found["well"].found == ()


def test_points_that_a_restart_overtook_do_not_count(tmp_path: Path) -> None:
    write(tmp_path / "a", {"loss": [3.0, 2.0, np.nan, np.nan]})
    write(tmp_path / "a", {"loss": [1.5, 1.0, 0.9]}, first=2, start=BASE + 100)
    logdir = read(tmp_path)
    assert np.isnan(logdir.runs["a"].scalars("loss").value).sum() == 2
    examined = ask(Examiner(logdir), "a")["a"]
    assert examined.found == ()
    assert examined.restarts == (2,)


def test_a_loss_is_judged_by_its_course_until_the_run_turns_out_to_be_a_game(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examiner, "REST", 0.0)
    spiked = LOSS.copy()
    spiked[100] *= 4.0
    write(tmp_path / "a", {"train/loss": spiked})
    logdir = read(tmp_path)
    mine = Examiner(logdir)
    assert short(ask(mine, "a")["a"]) == [("train/loss", "spike", 100)]
    write(tmp_path / "a", {"rollout/ep_rew_mean": [1.0]}, first=300, start=BASE + 10)
    logdir.refresh()
    assert ask(mine, "a")["a"].found == ()
    assert examine_run(logdir.runs["a"]) == ()


def test_only_series_that_grew_are_examined_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def count(tag: str) -> bool:
        looked.append(tag)
        return True

    monkeypatch.setattr(examiner, "is_loss", count)
    monkeypatch.setattr(examiner, "REST", 0.0)
    for run in ("a", "b"):
        write(tmp_path / run, {"loss": LOSS, "acc": LOSS})
    logdir = read(tmp_path)
    mine = Examiner(logdir)
    before = ask(mine, "a", "b")
    assert sorted(looked) == ["acc", "acc", "loss", "loss"]
    looked.clear()
    ask(mine, "a", "b")
    assert looked == []
    write(tmp_path / "b", {"loss": [np.nan]}, first=300, start=BASE + 10)
    logdir.refresh()
    after = ask(mine, "a", "b")
    assert looked == ["loss"]
    assert after["a"].mark == before["a"].mark
    assert after["b"].mark != before["b"].mark
    assert short(after["b"]) == [("loss", "nan", 300)]


def test_a_run_that_grew_a_moment_ago_tells_what_is_known_until_it_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examiner, "REST", 1e9)
    write(tmp_path / "a", {"loss": [1.0, np.nan]})
    logdir = read(tmp_path)
    mine = Examiner(logdir)
    first = ask(mine, "a")["a"]
    write(tmp_path / "a", {"loss": [0.5]}, first=2, start=BASE + 10)
    logdir.refresh()
    (again,) = mine.ask(["a"], BASE).values()
    assert again is not None
    assert (again.mark, again.current) == (first.mark, False)


def test_a_run_seen_growing_stalls_without_a_new_version(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    clock = [BASE + 20.0]
    logdir = LogDir(tmp_path, now=lambda: clock[0])
    writer = SummaryWriter(tmp_path / "a")
    for step in range(40):
        writer.add_scalar("loss", 1.0 / (1 + step), step, walltime=BASE + step)
        if step in (20, 39):
            writer.flush()
            logdir.refresh()
    mine = Examiner(logdir)
    now = BASE + 39 + 600
    clock[0] = now
    files = logdir.runs["a"].files
    assert any(file.seen_growing is not None for file in files)
    awake = ask(mine, "a", now=BASE + 50)["a"]
    assert awake.found == ()
    clock[0] = now + 4000
    asleep = ask(mine, "a", now=now)["a"]
    assert short(asleep) == [("", "stall", 39)]
    assert asleep.mark != awake.mark
    writer.close()


def test_a_fault_is_told_once_and_the_others_are_still_examined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: told.set())
    monkeypatch.setattr(examiner, "is_loss", lambda tag: {"loss": True}[tag])
    write(tmp_path / "broken", {"odd": [1.0]})
    write(tmp_path / "sound", {"loss": [np.nan]})
    mine = Examiner(read(tmp_path))
    found = ask(mine, "broken", "sound")
    assert told.wait(5.0)
    assert found["broken"].found == ()
    assert short(found["sound"]) == [("loss", "nan", 0)]


def test_the_thread_ends_when_there_is_nothing_to_do(tmp_path: Path) -> None:
    write(tmp_path / "a", {"loss": LOSS})
    mine = Examiner(read(tmp_path))
    ask(mine, "a")
    wait_for(lambda: [thread.name for thread in threading.enumerate()], lambda names: "sightline-health" not in names)
    assert ask(mine, "a")["a"].current
