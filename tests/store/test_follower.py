"""The follower notices what grows, comes and goes. Nothing here depends on how fast it is."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sightline.store import Changes, EventFile, Follower, LogDir, Run
from sightline.store import follower as follower_module
from sightline.store.file_hint import is_network_path

Wait = Callable[[Callable[[], Any]], Any]


def no_more_sweeps(follower: Follower, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing is looked at but what grows or is notified."""
    monkeypatch.setattr(follower_module, "SWEEP_SECONDS", 1e6)
    wait(lambda: follower._next_sweep > time.monotonic() + 1e5)


class Seen:
    """What a subscriber was told."""

    def __init__(self) -> None:
        self.changes: list[Changes] = []

    def __call__(self, changes: Changes) -> None:
        self.changes.append(changes)

    @property
    def runs(self) -> set[str]:
        return {name for changes in self.changes for name in changes.runs}


@pytest.fixture(params=[True, False], ids=["with hints", "polling only"])
def logdir(request: pytest.FixtureRequest, files: Any) -> Iterator[LogDir]:
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    with Follower(logdir, hints=request.param) as follower:
        logdir.seen = Seen()  # type: ignore[attr-defined]
        follower.subscribe(logdir.seen)  # type: ignore[attr-defined]
        yield logdir


def seen(logdir: LogDir) -> Seen:
    found: Seen = logdir.seen  # type: ignore[attr-defined]
    return found


def steps(logdir: LogDir, run: str) -> list[int]:
    found = logdir.runs.get(run)
    return found.scalars("loss").step.tolist() if found is not None and found.series else []


def ends_at(logdir: LogDir, step: int) -> Callable[[], bool]:
    return lambda: steps(logdir, "a")[-1:] == [step]


def test_reads_what_was_there_and_what_is_written_later(logdir: LogDir, files: Any, wait: Wait) -> None:
    wait(lambda: steps(logdir, "a") == [1])
    for step in (2, 3, 4):
        files.add("a", files.scalar(step))
        wait(ends_at(logdir, step))
    wait(lambda: "a" in seen(logdir).runs)
    versions = [changes.version for changes in seen(logdir).changes]
    assert versions == sorted(versions)


def test_finds_runs_and_files_that_appear(logdir: LogDir, files: Any, wait: Wait) -> None:
    wait(lambda: steps(logdir, "a") == [1])
    files.add("deep/er/run", files.scalar(7))
    wait(lambda: steps(logdir, "deep/er/run") == [7])
    files.add("a", files.scalar(2), name="tfevents.another")
    wait(lambda: steps(logdir, "a") == [1, 2])
    wait(lambda: any(changes.structure for changes in seen(logdir).changes))


def test_survives_a_log_directory_that_is_deleted_and_made_again(logdir: LogDir, files: Any, wait: Wait) -> None:
    wait(lambda: steps(logdir, "a") == [1])
    shutil.rmtree(files.root)
    wait(lambda: not logdir.runs)
    files.add("b", files.scalar(3))
    wait(lambda: steps(logdir, "b") == [3])
    files.add("b", files.scalar(4))
    wait(lambda: steps(logdir, "b") == [3, 4])


def test_files_that_grow_are_looked_at_without_looking_at_everything(
    files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    with Follower(logdir, hints=False) as follower:
        wait(lambda: steps(logdir, "a") == [1])
        no_more_sweeps(follower, wait, monkeypatch)
        for step in (2, 3):
            files.add("a", files.scalar(step))
            wait(ends_at(logdir, step))


def test_a_notification_is_followed_at_once(files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_network_path(str(files.root.parent)):
        pytest.skip("the file system of the temporary directory does not notify")
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    with Follower(logdir) as follower:
        wait(lambda: steps(logdir, "a") == [1])
        no_more_sweeps(follower, wait, monkeypatch)
        files.add("b/c", files.scalar(2))
        wait(lambda: steps(logdir, "b/c") == [2])


@pytest.mark.parametrize("places", ["several", "pattern", "file"])
def test_several_places_are_followed_by_notification_as_one_is(
    files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch, places: str
) -> None:
    """No sweeps, and no looks at files that grow: nothing but the notification is left."""
    if is_network_path(str(files.root.parent)):
        pytest.skip("the file system of the temporary directory does not notify")
    path = files.add("a", files.scalar(1))
    other = files.add("b", files.scalar(1))
    where = {
        "several": [f"x:{path.parent}", str(other.parent)],
        "pattern": str(files.root / "[ab]"),
        "file": str(path),
    }[places]
    name = {"several": "x", "pattern": "a", "file": "."}[places]
    logdir = LogDir(where)
    with Follower(logdir) as follower:
        wait(lambda: steps(logdir, name) == [1])
        monkeypatch.setattr(follower_module, "HOT_SECONDS", 1e6)
        no_more_sweeps(follower, wait, monkeypatch)
        wait(lambda: follower._next_hot > time.monotonic() + 1e5)
        for step in (2, 3):
            files.add("a", files.scalar(step))
            wait(lambda: steps(logdir, name)[-1:] == [step])  # noqa: B023


def test_a_file_of_two_runs_is_followed_in_both(files: Any) -> None:
    path = files.add("a/b", files.scalar(1))
    logdir = LogDir([str(files.root / "a"), str(files.root / "a" / "b")])
    logdir.refresh()
    assert sorted(file.run for file in logdir.find_files(str(path))) == ["a/b", "b"]  # in the order of reading
    assert logdir.find_files(str(path) + "x") == []


def test_everything_is_looked_at_for_a_small_share_of_a_core(
    files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look is so much later as this one has cost."""
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    follower = Follower(logdir, hints=False)
    original = LogDir.refresh

    def refresh(logdir: LogDir, *arguments: Any) -> Changes:
        changes = original(logdir, *arguments)
        logdir.look_seconds = 9.0
        return changes

    monkeypatch.setattr(LogDir, "refresh", refresh)
    with follower:
        wait(lambda: follower._next_sweep > time.monotonic() + 100)  # runs appeared: looked at again soon
        assert follower._next_sweep < time.monotonic() + 9.0 / follower_module.STIRRED_SHARE
        follower.stir()
        wait(lambda: follower._next_sweep > time.monotonic() + 2500)
        assert follower._next_sweep < time.monotonic() + 9.0 / follower_module.SWEEP_SHARE


def test_stopping_does_not_wait_until_everything_is_read(
    files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is reading what grew."""
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    with Follower(logdir, hints=False) as follower:
        wait(lambda: steps(logdir, "a") == [1])
        no_more_sweeps(follower, wait, monkeypatch)
        reading = threading.Event()

        def read_a_little(run: Run, file: EventFile, max_bytes: int) -> int:
            reading.set()
            return max_bytes  # and there is more

        monkeypatch.setattr(Run, "read", read_a_little)
        files.add("a", files.scalar(2))
        assert reading.wait(20)
    assert not logdir.progress.done


def test_a_log_directory_may_come_later(tmp_path: Path, files: Any, wait: Wait) -> None:
    logdir = LogDir(files.root)
    with Follower(logdir):
        wait(lambda: logdir.progress.done)
        files.add("a", files.scalar(1))
        wait(lambda: steps(logdir, "a") == [1])


def test_tells_of_progress_even_when_there_is_nothing(tmp_path: Path, wait: Wait) -> None:
    told = Seen()
    follower = Follower(LogDir(tmp_path))
    follower.subscribe(told)
    with follower:
        wait(lambda: any(changes.progress.done for changes in told.changes))


def test_a_subscriber_that_left_hears_nothing_more(files: Any, wait: Wait) -> None:
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    left, stays = Seen(), Seen()
    with Follower(logdir) as follower:
        leave = follower.subscribe(left)
        follower.subscribe(stays)
        leave()
        leave()  # twice does no harm
        before = len(left.changes)
        files.add("a", files.scalar(2))
        wait(lambda: steps(logdir, "a") == [1, 2])
        wait(lambda: "a" in stays.runs)
    assert len(left.changes) == before


def test_stops_and_leaves_no_thread_and_starts_again(files: Any, wait: Wait) -> None:
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    follower = Follower(logdir)
    for step in (2, 3):
        follower.start()
        follower.start()
        files.add("a", files.scalar(step))
        wait(ends_at(logdir, step))
        follower.stop()
        follower.stop()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("sightline")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/data/runs", True), ("/data", True), ("/database", False), ("/fuse/x", True), ("/home", False)],
)
def test_knows_file_systems_that_do_not_notify(tmp_path: Path, path: str, expected: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/export /data nfs4 rw 0 0\n"
        "sshfs /fuse fuse.sshfs rw 0 0\ntmpfs /home tmpfs rw 0 0\n"
    )
    assert is_network_path(path, str(mounts)) is expected
    assert is_network_path(path, str(tmp_path / "missing")) is False


def test_who_knows_that_something_went_has_it_looked_at_now(
    files: Any, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("a", files.scalar(1))
    logdir = LogDir(files.root)
    with Follower(logdir, hints=False) as follower:
        wait(lambda: steps(logdir, "a") == [1])
        no_more_sweeps(follower, wait, monkeypatch)
        shutil.rmtree(files.root / "a")
        follower.stir()
        wait(lambda: "a" not in logdir.runs)
