"""The live stream: one :class:`Broadcast` hears what the store's follower found and tells every page that listens.

It keeps no backlog of events. It keeps, for each run, the version at which it last changed; what a page missed is what
changed after its cursor. So a page that was asleep for an hour costs no more than one that blinked.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sightline.kinds.endpoint import Answer
from sightline.server.catalogue import describe_progress, describe_run
from sightline.server.cursor import Cursor, format_cursor, parse_cursor
from sightline.server.event import EVENTS, AliveEvent, CatalogueEvent, NotesEvent, StreamQuery
from sightline.server.route import problem
from sightline.server.run_states import states_of

if TYPE_CHECKING:
    from sightline.store import Changes, LogDir, Run

__all__ = ["Broadcast", "stream_route"]

MIN_INTERVAL_SECONDS = 0.2
"""Between two sends to one page: a trainer may log a thousand points a second, an eye sees a few pictures."""
LOADING_CATALOGUE_SECONDS = 1.0
"""Between two ``catalogue`` events while a large log directory is read for the first time."""
HEARTBEAT_SECONDS = 5.0
"""A connection whose other end is gone may stay open for minutes (an SSH tunnel over a network that went away): the
page can tell only because it misses these. Run states, which change by time alone, are looked at as often."""
NOTES_SECONDS = 0.9
"""How often the notes are looked at while a page listens: another server may have changed them."""
RETRY_MILLISECONDS = 1000

NOBODY = Cursor(-1, -1)
"""Knows nothing yet."""


class Broadcast:
    """What changed since when. ``changed`` may be called from any thread, the rest from the event loop."""

    def __init__(self, logdir: LogDir) -> None:
        self._logdir = logdir
        self._lock = threading.Lock()
        self._version = logdir.version
        self._run_versions: dict[str, int] = {}
        self._structure_version = logdir.version
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[asyncio.Event] = set()
        self._closed = False
        self._notes = ""
        """Their version, as far as the pages are to know."""
        self._watching: asyncio.Task[None] | None = None
        self._judging = threading.Lock()
        """Guards what all pages are told alike, which is made once, in a worker thread: the event loop never waits."""
        self._states = states_of(logdir)
        self._looked = -1
        """The heartbeat in which the states of all runs were looked at."""
        self._lines: dict[str, tuple[Run, int, int, str, bytes]] = {}

    def open(self) -> None:
        """Begin to wake the pages; called in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._logdir.notes.subscribe(self._notes_changed)

    def changed(self, changes: Changes) -> None:
        with self._lock:
            self._version = max(self._version, changes.version)
            for name in changes.runs:
                self._run_versions[name] = changes.version
            if changes.structure:
                self._structure_version = changes.version
            loop = self._loop
            if loop is not None:
                loop.call_soon_threadsafe(self._wake)

    def _notes_changed(self) -> None:
        with self._lock:
            loop = self._loop
            if loop is not None:
                loop.call_soon_threadsafe(self._watch_notes)

    def _watch_notes(self) -> None:
        """Look at the notes now, and every now and then as long as somebody listens."""
        if self._watching is not None:
            self._watching.cancel()
        self._watching = asyncio.create_task(self._look_at_notes())

    async def _look_at_notes(self) -> None:
        while self._listeners:
            version = (await run_in_threadpool(self._logdir.notes.read)).version
            if version != self._notes:
                self._notes = version
                self._wake()
            await asyncio.sleep(NOTES_SECONDS)
        self._watching = None

    def close(self) -> None:
        """End every stream, so that the server can stop; called in the event loop."""
        self._closed = True
        with self._lock:
            self._loop = None
        if self._watching is not None:
            self._watching.cancel()
        self._wake()

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()

    def _since(self, version: int) -> tuple[int, list[str], int]:
        with self._lock:
            runs = [name for name, changed in self._run_versions.items() if changed > version]
            return self._version, runs, self._structure_version

    async def events(self, since: Cursor) -> AsyncIterator[bytes]:
        """Server-sent events for one page that knows the log directory up to ``since``."""
        wake = asyncio.Event()
        self._listeners.add(wake)
        if self._watching is None:
            self._watch_notes()
        told_notes = ""
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            told, told_states = since
            told_structure = told
            told_progress = None
            await run_in_threadpool(self._look_at_states)
            next_catalogue = 0.0
            next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS
            while not self._closed:
                wake.clear()
                now = time.monotonic()
                version, names, structure = self._since(told)
                if now >= next_heartbeat:
                    next_heartbeat = now + HEARTBEAT_SECONDS
                    await run_in_threadpool(self._look_at_states)
                    yield _encode("alive", AliveEvent(every_seconds=HEARTBEAT_SECONDS), Cursor(told, told_states))
                told_states, judged = self._states.since(told_states)
                names = sorted({*names, *judged})
                here = Cursor(version, told_states)
                messages = b""
                progress = describe_progress(self._logdir)
                if progress != told_progress:
                    told_progress = progress
                    messages += _encode("progress", progress, here)
                if self._notes != told_notes:
                    told_notes = self._notes
                    messages += _encode("notes", NotesEvent(version=told_notes), here)
                waiting_for_catalogue = structure > told_structure
                if waiting_for_catalogue and now >= next_catalogue:
                    told_structure, waiting_for_catalogue = structure, False
                    next_catalogue = now + (MIN_INTERVAL_SECONDS if progress.done else LOADING_CATALOGUE_SECONDS)
                    messages += _encode("catalogue", CatalogueEvent(cursor=format_cursor(here)), here)
                if names and (grown := await run_in_threadpool(self._encode_runs, names)):
                    messages += _frame("grew", b'{"runs":[%b]}' % grown, here)
                told = max(told, version)
                if messages:
                    yield messages
                    await asyncio.sleep(MIN_INTERVAL_SECONDS)
                    continue
                until = min(next_heartbeat, next_catalogue) if waiting_for_catalogue else next_heartbeat
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(wake.wait(), max(0.0, until - now))
        finally:
            self._listeners.discard(wake)

    def _look_at_states(self) -> None:
        """See the state of each run, once in a heartbeat for all pages."""
        with self._judging:
            beat = _beat()
            if self._looked != beat:
                self._looked = beat
                self._states.look(self._logdir.runs)

    def _encode_runs(self, names: list[str]) -> bytes:
        """Their ``CatalogueRun`` as JSON, with commas between; each change of a run is encoded once, for all pages."""
        with self._judging:
            beat = _beat()  # how long ago its last event was changes by time alone
            runs = self._logdir.runs
            lines = []
            for name in names:
                run = runs.get(name)
                if run is None:
                    self._lines.pop(name, None)
                    continue
                known = self._lines.get(name)
                if known is None or known[:4] != (run, run.version, beat, self._states.of(name)):
                    version = run.version  # before the rest: what changes in between is told again
                    line = describe_run(run)
                    self._states.saw(name, line.state)
                    known = self._lines[name] = (run, version, beat, line.state, msgspec.json.encode(line))
                lines.append(known[4])
            return b",".join(lines)


def _beat() -> int:
    return int(time.monotonic() / HEARTBEAT_SECONDS)


def _encode(event: str, data: Answer, cursor: Cursor) -> bytes:
    assert isinstance(data, EVENTS[event])
    return _frame(event, msgspec.json.encode(data), cursor)


def _frame(event: str, data: bytes, cursor: Cursor) -> bytes:
    """``data`` is on one line: JSON escapes line breaks."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (format_cursor(cursor).encode(), event.encode(), data)


def stream_route(logdir: LogDir, broadcast: Broadcast) -> Route:
    async def answer(request: Request) -> Response:
        try:
            query = msgspec.convert(dict(request.query_params), StreamQuery, strict=False)
        except msgspec.ValidationError as error:
            return problem(400, f"Query not understood: {error}")
        since = Cursor(logdir.version, states_of(logdir).revision)
        if cursor := request.headers.get("last-event-id") or query.since:
            since = parse_cursor(cursor) or NOBODY
        return StreamingResponse(
            broadcast.events(since), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    return Route("/stream", answer, methods=["GET"])
