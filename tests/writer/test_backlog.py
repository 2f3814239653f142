"""Records that wait: in order, bounded, never in the way; and a writer that finds out by itself that it needs this."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sightline import SummaryWriter
from sightline.format.kernel import NAME, timed_write
from sightline.writer import backlog as module
from sightline.writer import event_file
from sightline.writer.backlog import Backlog

ReadEvents = Callable[[Path], list[Any]]


def steps(events: list[Any], tag: str = "x") -> list[int]:
    return [event.step for event in events for value in event.summary.value if value.tag == tag]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


class Slow:
    """The writing of a storage that takes its time, or does nothing at all until it is told."""

    def __init__(self, write: Callable[[int, Any], tuple[int, float]]) -> None:
        self._write = write
        self.seconds = 0.0
        self.goes = threading.Event()
        self.goes.set()
        self.error: OSError | None = None
        self.calls_of_trainer = 0

    def __call__(self, descriptor: int, data: Any) -> tuple[int, float]:
        before = time.perf_counter()
        self.calls_of_trainer += threading.current_thread() is threading.main_thread()
        time.sleep(self.seconds)
        self.goes.wait()
        if self.error is not None:
            raise self.error
        written, _ = self._write(descriptor, data)
        return written, time.perf_counter() - before


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    storage = Slow(timed_write)
    monkeypatch.setattr(event_file, "timed_write", storage)
    yield storage
    storage.seconds, storage.error = 0.0, None
    storage.goes.set()


class Kept:
    """A destination that remembers."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.lost = 0
        self.goes = threading.Event()
        self.goes.set()

    def write(self, records: bytes, count: int) -> None:
        self.goes.wait()
        self.writes.append(records)

    def lose(self, count: int, reason: str) -> None:
        self.lost += count


def test_nothing_is_collected_and_no_thread_started_unless_it_has_to_be() -> None:
    backlog = Backlog()
    assert not backlog.put(Kept(), b"record", 1)
    assert "sightline-writer" not in {thread.name for thread in threading.enumerate()}


def test_records_are_written_in_order_neighbours_of_one_file_in_one_piece() -> None:
    backlog = Backlog(always=True)
    first, second = Kept(), Kept()
    for file, record in ((first, b"a"), (first, b"b"), (second, b"c"), (first, b"d")):
        assert backlog.put(file, record, 1)

    assert backlog.drain()
    assert (first.writes, second.writes) == ([b"ab", b"d"], [b"c"])
    assert backlog.waiting == 0
    backlog.close()
    wait_until(lambda: "sightline-writer" not in {thread.name for thread in threading.enumerate()})


def test_a_closed_backlog_goes_on_with_the_next_record() -> None:
    backlog = Backlog(always=True)
    file = Kept()
    for record in (b"a", b"b"):
        backlog.put(file, record, 1)
        backlog.close()
    assert file.writes == [b"a", b"b"]


def test_a_burst_waits_for_room_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_BYTES", 100)
    backlog = Backlog(always=True)
    file = Kept()
    for number in range(500):
        backlog.put(file, b"%010d" % number, 1)
        assert backlog.waiting <= 10
    backlog.close()

    assert b"".join(file.writes) == b"".join(b"%010d" % number for number in range(500))
    assert file.lost == 0


def test_storage_that_stalls_costs_what_finds_no_room_and_the_caller_no_more_than_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "QUEUE_BYTES", 100)
    monkeypatch.setattr(module, "STALL_SECONDS", 0.05)
    backlog = Backlog(always=True)
    file = Kept()
    file.goes.clear()
    for number in range(1000):
        backlog.put(file, b"%010d" % number, 1)
    assert (backlog.waiting, file.lost) == (10, 990)
    assert not backlog.drain(0.01)

    file.goes.set()
    assert backlog.drain()
    assert backlog.put(file, b"recovered", 1)
    backlog.close()
    assert b"".join(file.writes) == b"".join(b"%010d" % number for number in range(10)) + b"recovered"


def test_slow_storage_is_noticed_said_once_and_left_again_when_it_is_quick(
    tmp_path: Path,
    read_events: ReadEvents,
    storage: Slow,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH_SECONDS", 0.001)
    monkeypatch.setattr(module, "SLOW_SECONDS", 0.02)  # of a machine that is busy
    writer = SummaryWriter(tmp_path)
    storage.seconds = 0.03
    step = 0
    while not writer.stats().batching:
        writer.add_text("slow", "x", step)  # not a scalar: the kernel's own writes can't be made slow
        step += 1
        assert step < 100
    assert storage.calls_of_trainer <= 2 * module.WATCHED_WRITES

    before = storage.calls_of_trainer
    for number in range(200):
        writer.add_scalar("x", 0.5, number)
    assert storage.calls_of_trainer == before  # none of them waited for the storage
    assert writer.stats().points_at_risk > 0

    storage.seconds = 0.0

    def quick_again() -> bool:
        nonlocal step
        writer.add_text("slow", "x", step)
        step += 1
        return not writer.stats().batching

    wait_until(quick_again)
    assert writer.stats().points_at_risk == 0
    writer.add_scalar("x", 0.5, 200)  # and is in the file
    assert steps(read_events(tmp_path)) == list(range(201))
    assert steps(read_events(tmp_path), "slow/text_summary") == list(range(step))
    assert writer.stats().lost_records == 0
    told = [entry.getMessage() for entry in caplog.records]
    assert len(told) == 1
    assert "a write takes" in told[0]
    assert "if the process is killed, those still waiting are lost" in told[0]
    writer.close()


def test_one_long_stall_is_enough(tmp_path: Path, storage: Slow) -> None:
    writer = SummaryWriter(tmp_path)
    storage.seconds = module.STALLED_SECONDS
    writer.add_text("x", "y")
    assert writer.stats().batching
    storage.seconds = 0.0
    writer.close()


def test_storage_that_stalls_for_ever_stops_neither_training_nor_its_end(
    tmp_path: Path, storage: Slow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "STALL_SECONDS", 0.05)
    monkeypatch.setattr(module, "QUEUE_BYTES", 10_000)
    writer = SummaryWriter(tmp_path, durability="buffered")
    storage.goes.clear()
    for step in range(2000):
        writer.add_scalar("x", 0.5, step)

    stats = writer.stats()
    assert stats.lost_records + stats.points_at_risk == 2000
    assert 0 < stats.points_at_risk < 300
    assert stats.trouble == "the storage stalls"
    assert [entry.getMessage().count("the storage stalls") for entry in caplog.records] == [1]
    storage.goes.set()
    writer.close()


@pytest.mark.parametrize("durability", ["process", "power", "buffered"])
def test_every_durability_writes_the_same_file(tmp_path: Path, read_events: ReadEvents, durability: Any) -> None:
    writer = SummaryWriter(tmp_path, durability=durability)
    for step in range(500):
        writer.add_scalar("x", 0.5, step)
        if step % 100 == 0:
            writer.add_text("note", "text", step)
            writer.log({"y": 1.0, "z": 2.0}, step)
    writer.flush()
    assert writer.stats().points_at_risk == 0
    assert steps(read_events(tmp_path)) == list(range(500))
    writer.close()

    events = read_events(tmp_path)
    assert len(events) == writer.stats().records == 1 + 500 + 5 + 10 + 1
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == writer.stats().bytes


def test_power_asks_the_disk_when_it_is_flushed_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}")))
    with SummaryWriter(tmp_path, durability="power") as writer:
        assert synced == [str(tmp_path)]  # the file's entry in its directory
        writer.add_scalar("x", 0.5, 1)
        writer.flush()
        assert synced[1:] == [writer.file_writer.event_writer.path]
    assert len(synced) == 3
    with SummaryWriter(tmp_path) as writer:
        writer.flush()
    assert len(synced) == 3


def test_a_disk_that_can_not_be_asked_is_told_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer = SummaryWriter(tmp_path, durability="power")

    def refuse(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", refuse)
    writer.flush()
    assert "Input/output error" in caplog.text
    assert writer.stats().trouble == "Input/output error"


def test_trouble_is_counted_for_buffered_records_too(
    tmp_path: Path, read_events: ReadEvents, storage: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    writer = SummaryWriter(tmp_path, durability="buffered")
    storage.error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for step in range(100):
        writer.add_scalar("x", 0.5, step)
    writer.flush()
    stats = writer.stats()
    assert (stats.lost_records, stats.points_at_risk, stats.trouble) == (100, 0, "No space left on device")

    storage.error = None
    writer.add_scalar("x", 0.5, 100)
    writer.close()

    assert writer.stats().trouble == ""
    assert steps(read_events(tmp_path)) == [100]
    assert len(caplog.records) == 2


def test_the_kernel_and_the_backlog_never_change_the_order(tmp_path: Path, read_events: ReadEvents) -> None:
    writer = SummaryWriter(tmp_path)
    for step in range(3000):
        if step % 1000 == 500:
            writer._backlog.batching = True  # the storage is found to be slow, and quick again some time later
        if step % 2:
            writer.add_scalar("x", 0.5, step)
        else:
            writer.add_scalar("x", 1, step)  # not by the kernel
    writer.close()
    assert steps(read_events(tmp_path)) == list(range(3000))


def test_scalars_go_through_the_kernel_once_the_storage_is_known(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path)
    for step in range(1000):
        writer.add_scalar("x", 0.5, step)
    by_kernel = writer.file_writer.event_writer.scalar_counts[0]
    assert by_kernel > 900 if NAME == "native" else by_kernel == 0
    assert writer.stats().calls == 1000
    assert 0 < writer.stats().seconds < 60
