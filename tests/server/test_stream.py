"""``/api/stream``: what grew is told within a moment, to every page, also to one that was away."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.server.conftest import Event, Server, read_events

from sightline import SummaryWriter

TRAINER = """
import sys
from sightline import SummaryWriter
with SummaryWriter(sys.argv[1]) as writer:
    for line in sys.stdin:
        run_tag, _, step = line.strip().rpartition(" ")
        writer.add_scalar(run_tag, float(step), int(step))
        print("written", flush=True)
"""


class Trainer:
    """Another process that writes a point when it is told to."""

    def __init__(self, logdir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", TRAINER, str(logdir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def log(self, tag: str, step: int) -> None:
        """Returns when ``add_scalar`` has."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{tag} {step}\n")
        assert self._process.stdout.readline() == "written\n"

    def stop(self) -> None:
        self._process.communicate()


@pytest.fixture
def trainer(tmp_path: Path) -> Iterator[Trainer]:
    trainer = Trainer(tmp_path / "run")
    yield trainer
    trainer.stop()


def until(events: Iterator[Event], good: Callable[[Event], bool]) -> Event:
    """The next event that is good; the client's time limit is the deadline."""
    return next(event for event in events if good(event))


def has_step(run: str, step: int) -> Callable[[Event], bool]:
    return lambda event: (
        event.name == "grew" and any(r["name"] == run and r["last_step"] == step for r in event.data["runs"])
    )


def test_a_point_written_by_another_process_is_told(
    serve: Callable[..., Server], tmp_path: Path, trainer: Trainer
) -> None:
    trainer.log("x", 0)
    server = serve(tmp_path)
    server.wait_until_read()
    events = read_events(server)
    assert until(events, lambda event: event.name == "progress").data["done"] is True
    for step in (1, 2, 3):
        trainer.log("x", step)
        run = until(events, has_step("run", step)).data["runs"][0]
        assert set(run) == set(server.catalogue()["runs"][0])
        assert run["state"] == "live"


def test_a_new_run_and_a_new_tag_are_told_as_a_changed_catalogue(
    serve: Callable[..., Server], tmp_path: Path, trainer: Trainer
) -> None:
    server = serve(tmp_path)
    server.wait_until_read()
    events = read_events(server)
    trainer.log("x", 0)
    until(events, lambda event: event.name == "catalogue")
    until(events, has_step("run", 0))
    assert [run["name"] for run in server.catalogue()["runs"]] == ["run"]
    trainer.log("another", 1)
    cursor = until(events, lambda event: event.name == "catalogue").data["cursor"]
    assert cursor
    tags = [tag["name"] for tag in server.catalogue()["kinds"][0]["tags"]]
    assert tags == ["another", "x"]


@pytest.mark.parametrize("way", ["since", "header"])
def test_a_page_that_was_away_is_told_what_it_missed(
    serve: Callable[..., Server], tmp_path: Path, trainer: Trainer, way: str
) -> None:
    for name in ("still", "idle"):
        with SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar("x", 1.0, 0)
    trainer.log("x", 0)
    server = serve(tmp_path)
    cursor = server.wait_until_read()["cursor"]
    with_the_first = read_events(server, since=cursor)
    trainer.log("x", 1)
    until(with_the_first, has_step("run", 1))
    with_the_first.close()
    trainer.log("x", 2)
    until(read_events(server, since=cursor), has_step("run", 2))

    if way == "since":
        events = read_events(server, since=cursor)
    else:
        events = read_events(server, headers={"Last-Event-ID": cursor}, since="nonsense")
    missed = until(events, lambda event: event.name == "grew")
    assert [run["name"] for run in missed.data["runs"]] == ["run"]
    assert missed.data["runs"][0]["last_step"] == 2


def test_a_cursor_of_another_process_means_fetch_everything_again(server: Server) -> None:
    events = read_events(server, since="00000000-1")
    assert until(events, lambda event: event.name == "catalogue").data["cursor"] == server.catalogue()["cursor"]
    assert {run["name"] for run in until(events, lambda event: event.name == "grew").data["runs"]} == {"a/one", "two"}


def test_the_catalogues_cursor_is_told_nothing_twice(serve: Callable[..., Server], tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.0, 0)
    server = serve(tmp_path)
    cursor = server.wait_until_read()["cursor"]
    events = read_events(server, since=cursor)
    assert next(events).name == "progress"
    (tmp_path / "new").mkdir()
    with SummaryWriter(tmp_path / "new") as writer:
        writer.add_scalar("x", 1.0, 0)
    assert {run["name"] for run in until(events, lambda event: event.name == "grew").data["runs"]} == {"new"}


def test_a_thousand_points_a_second_are_a_few_events(serve: Callable[..., Server], tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 0.0, 0)
        server = serve(tmp_path)
        server.wait_until_read()
        events = read_events(server)
        next(events)
        done = threading.Event()
        began = time.monotonic()

        def write() -> None:
            for step in range(1, 1001):
                writer.add_scalar("x", 0.0, step)
                time.sleep(0.0005)
            done.set()

        thread = threading.Thread(target=write)
        thread.start()
        told = 0
        for event in events:
            if event.name == "grew":
                told += 1
                if event.data["runs"][0]["last_step"] == 1000:
                    break
        thread.join()
        assert done.is_set()
        assert told <= 5 * (time.monotonic() - began) + 2


def test_ctrl_c_stops_a_server_whose_streams_are_open(serve: Callable[..., Server], tmp_path: Path) -> None:
    server = serve(tmp_path)
    streams = [read_events(server) for _ in range(3)]
    for events in streams:
        assert next(events).name == "progress"
    assert server.stop() == 0
    assert server.output[-1] == "Stopped.\n"
    for events in streams:
        assert {event.name for event in events} <= {"notes"}  # ended, not broken off
