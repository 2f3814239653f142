"""``server/stream.py`` from within: which versions are told, and what changes by time alone."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sightline.format.kernel import frame_scalar
from sightline.server import stream
from sightline.server.catalogue import CatalogueRun, describe_run, read_catalogue
from sightline.server.cursor import Cursor, parse_cursor
from sightline.server.stream import Broadcast
from sightline.store import LogDir, Run
from sightline.store.notes import NotesChange


def add_point(path: Path, step: int, wall_time: float) -> None:
    path.mkdir(exist_ok=True)
    with (path / "events.out.tfevents.1.x").open("ab") as file:
        file.write(frame_scalar(b"x", 1.0, step, wall_time))


async def told(
    broadcast: Broadcast, since: int | Cursor, wanted: str, deadline_seconds: float = 10.0
) -> dict[str, object]:
    """The data of the first event of a name."""
    cursor = Cursor(since) if isinstance(since, int) else since

    async def search() -> dict[str, object]:
        async for chunk in broadcast.events(cursor):
            for event in chunk.decode().split("\n\n"):
                fields = dict(line.split(": ", 1) for line in event.splitlines())
                if fields.get("event") == wanted:
                    data: dict[str, object] = json.loads(fields["data"])
                    return data
        pytest.fail("the stream ended")

    return await asyncio.wait_for(search(), deadline_seconds)


def names(data: dict[str, object]) -> list[str]:
    runs = data["runs"]
    assert isinstance(runs, list)
    return [run["name"] for run in runs]


def test_exactly_what_changed_after_a_version_is_told(tmp_path: Path) -> None:
    logdir = LogDir(tmp_path)
    broadcast = Broadcast(logdir)
    versions = []
    for name in ("a", "b", "c"):
        add_point(tmp_path / name, 0, 1000.0)
        broadcast.changed(logdir.refresh())
        versions.append(logdir.version)

    async def check() -> None:
        for known, version in enumerate([0, *versions[:-1]]):
            assert names(await told(broadcast, version, "grew")) == ["a", "b", "c"][known:]
        with pytest.raises(asyncio.TimeoutError):
            await told(broadcast, versions[-1], "grew", 0.1)

    asyncio.run(check())


def test_a_run_that_falls_silent_is_told_as_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    looks: list[float] = []
    later = 0.0

    def now() -> float:
        looks.append(later)
        return time.time() + later

    add_point(tmp_path / "run", 0, time.time())
    logdir = LogDir(tmp_path, now=now)
    logdir.refresh()
    assert logdir.runs["run"].state.kind == "live"

    async def check() -> dict[str, object]:
        nonlocal later
        looks.clear()
        listening = asyncio.ensure_future(told(Broadcast(logdir), logdir.version, "grew"))
        while not looks:  # until it has noted the states
            await asyncio.sleep(0.001)
        later = 100_000.0
        return await listening

    data = asyncio.run(check())
    assert names(data) == ["run"]
    assert '"state": "stale"' in json.dumps(data)


def test_a_state_that_changed_between_the_catalogue_and_the_stream_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 1e6)  # no later look tells it
    later = 0.0
    add_point(tmp_path / "run", 0, time.time())
    logdir = LogDir(tmp_path, now=lambda: time.time() + later)
    logdir.refresh()

    def knowing() -> Cursor:
        """What a page knows that has just got the catalogue."""
        cursor = parse_cursor(read_catalogue(logdir, None).cursor)
        assert cursor is not None
        return cursor

    async def check() -> None:
        nonlocal later
        live = knowing()
        later = 100_000.0
        broadcast = Broadcast(logdir)
        assert '"state": "stale"' in json.dumps(await told(broadcast, live, "grew"))
        with pytest.raises(asyncio.TimeoutError):  # who knows it is not told again
            await told(broadcast, knowing(), "grew", 0.1)

    asyncio.run(check())


def test_a_run_that_went_on_and_fell_silent_again_is_told_as_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two looks at all runs: what a page was told of one run alone counts as seen."""
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 1e6)
    later = 100_000.0
    add_point(tmp_path / "run", 0, time.time())
    logdir = LogDir(tmp_path, now=lambda: time.time() + later)
    logdir.refresh()
    cursor = parse_cursor(read_catalogue(logdir, None).cursor)
    assert cursor is not None

    async def check() -> None:
        nonlocal later
        broadcast = Broadcast(logdir)
        await told(broadcast, cursor, "progress")  # has looked
        add_point(tmp_path / "run", 1, time.time() + later)
        broadcast.changed(logdir.refresh())
        assert '"state": "live"' in json.dumps(await told(broadcast, cursor, "grew"))
        later *= 2
        broadcast._looked = -1  # the next look
        after = Cursor(logdir.version, broadcast._states.revision)
        assert '"state": "stale"' in json.dumps(await told(broadcast, after, "grew"))

    asyncio.run(check())


def test_a_change_is_described_once_for_all_pages_and_off_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 1e6)
    described: list[tuple[str, bool]] = []

    def describe(run: Run) -> CatalogueRun:
        described.append((run.name, threading.current_thread() is threading.main_thread()))
        return describe_run(run)

    monkeypatch.setattr(stream, "describe_run", describe)
    add_point(tmp_path / "run", 0, 1000.0)
    logdir = LogDir(tmp_path)
    broadcast = Broadcast(logdir)
    broadcast.changed(logdir.refresh())

    async def check() -> None:
        pages = await asyncio.gather(*(told(broadcast, 0, "grew") for _ in range(5)))
        assert [names(page) for page in pages] == [["run"]] * 5

    asyncio.run(check())
    assert described == [("run", False)]


def test_closing_ends_every_stream(tmp_path: Path) -> None:
    async def check() -> None:
        broadcast = Broadcast(LogDir(tmp_path))
        broadcast.open()

        told = asyncio.Semaphore(0)

        async def listen() -> int:
            count = 0
            async for _ in broadcast.events(Cursor(0)):
                count += 1
                told.release()
            return count

        listeners = [asyncio.ensure_future(listen()) for _ in range(3)]
        for _ in range(2 * len(listeners)):
            await asyncio.wait_for(told.acquire(), 10.0)
        broadcast.close()
        assert await asyncio.wait_for(asyncio.gather(*listeners), 10.0) == [2, 2, 2]  # retry, progress

    asyncio.run(check())


def test_a_page_that_left_is_forgotten(tmp_path: Path) -> None:
    """A viewer that is open for weeks hears of thousands of pages."""

    async def check() -> None:
        broadcast = Broadcast(LogDir(tmp_path))
        for _ in range(3):
            page = broadcast.events(Cursor(0))
            await anext(page)
            assert len(broadcast._listeners) == 1
            await page.aclose()  # type: ignore[attr-defined]
            assert broadcast._listeners == set()

    asyncio.run(check())


def test_a_note_that_was_changed_here_is_told_without_waiting_for_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "NOTES_SECONDS", 1e6)
    add_point(tmp_path / "a", 0, 1000.0)
    logdir = LogDir(tmp_path)
    logdir.refresh()
    broadcast = Broadcast(logdir)

    async def until(events: AsyncIterator[bytes], version: str) -> None:
        async for chunk in events:
            if version in chunk.decode():
                return

    async def check() -> None:
        broadcast.open()
        events = broadcast.events(Cursor(logdir.version))
        versions = []
        for starred in (True, False):
            page = logdir.notes.change([logdir.runs["a"]], NotesChange(starred=starred))
            await asyncio.wait_for(until(events, page.version), 10)
            versions.append(page.version)
        assert versions[0] != versions[1]
        await events.aclose()  # type: ignore[attr-defined]
        broadcast.close()

    asyncio.run(check())
