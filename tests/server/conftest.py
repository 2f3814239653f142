"""A real server in a process of its own, as a user starts it, and a log directory made by our writer."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import numpy as np
import pytest

from sightline import SummaryWriter

T = TypeVar("T")
DEADLINE_SECONDS = 20.0


@dataclass
class Server:
    """One running ``sightline LOGDIR``."""

    process: subprocess.Popen[str]
    url: str
    output: list[str] = field(default_factory=list)
    client: httpx.Client = field(init=False)
    _reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=DEADLINE_SECONDS)
        self._reader = threading.Thread(target=lambda: self.output.extend(self.process.stdout or ()))
        self._reader.start()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of an answer that is as it should be."""
        response = self.client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def catalogue(self) -> dict[str, Any]:
        catalogue: dict[str, Any] = self.get("/api/catalogue")
        return catalogue

    def wait_until_read(self) -> dict[str, Any]:
        """The catalogue once everything that was there has been read."""
        return wait_for(self.catalogue, lambda catalogue: bool(catalogue["progress"]["done"]))

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit status; ``output`` is complete then."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(DEADLINE_SECONDS)
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


def wait_for(ask: Callable[[], T], good: Callable[[T], bool], deadline_seconds: float = DEADLINE_SECONDS) -> T:
    """Ask again and again until the answer is good."""
    deadline = time.monotonic() + deadline_seconds
    while True:
        answer = ask()
        if good(answer):
            return answer
        assert time.monotonic() < deadline, f"not within {deadline_seconds} s; last answer: {answer!r}"
        time.sleep(0.02)


def start_server(logdir: Path | str, *arguments: str, cwd: Path | None = None) -> Server:
    """Start one and wait until it says its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sightline", str(logdir), *(arguments or ("--port", "0"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    output: list[str] = []
    for line in process.stdout:
        output.append(line)
        if match := re.search(r"http://127\.0\.0\.1:\d+", line):
            return Server(process, match.group(), output)
    process.stdout.close()
    pytest.fail(f"the server ended with {process.wait()} before it said its URL:\n{''.join(output)}")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers; ends them, and fails when one wrote a traceback."""
    servers: list[Server] = []

    def start(logdir: Path | str, *arguments: str, cwd: Path | None = None) -> Server:
        servers.append(start_server(logdir, *arguments, cwd=cwd))
        return servers[-1]

    yield start
    finish(servers)


def finish(servers: list[Server]) -> None:
    for server in servers:
        server.client.close()
        server.stop(signal.SIGTERM)
        assert "Traceback" not in "".join(server.output), "".join(server.output)


PICTURES = [np.full((3, 4, 6), level, np.uint8) for level in range(0, 250, 25)]
LOSS = np.sin(np.arange(5000) / 100.0)
LOSS[[100, 101, 4000, 4500]] = [np.nan, np.inf, -np.inf, 50.0]
STRANGE_NAMES = ["<script>alert(1)</script>", "../../x", "损失/训练", "two\nlines", "a&b=c?d#e%2F", "🚀 'quoted\" \\"]


def write_logs(logdir: Path) -> None:
    """Two runs: ``a/one`` with everything, ``two`` with one scalar and strange tags."""
    with SummaryWriter(logdir / "a" / "one") as writer:
        for step, value in enumerate(LOSS.tolist()):
            writer.add_scalar("loss/train", value, step, walltime=1000.0 + step / 10)
        for step, picture in enumerate(PICTURES):
            writer.add_image("samples", picture, step * 100, walltime=1000.0 + step)
        writer.add_text("notes", "**bold** <script>alert(1)</script>", 0, walltime=1000.0)
        writer.add_text("notes", "|a|b|\n|-|-|\n|1|2|", 5, walltime=1001.0)
    with SummaryWriter(logdir / "two") as writer:
        writer.add_scalar("loss/train", 1.5, 7, walltime=1000.0)
        for name in STRANGE_NAMES:
            writer.add_scalar(name, 2.0, 1, walltime=1000.0)
            writer.add_text(name, name, 1, walltime=1000.0)


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("logs")
    write_logs(logdir)
    return logdir


@pytest.fixture(scope="session")
def server(logs: Path) -> Iterator[Server]:
    """A server of ``logs`` that all tests share; they only read."""
    server = start_server(logs)
    server.wait_until_read()
    yield server
    finish([server])


@dataclass
class Event:
    """One server-sent event."""

    id: str
    name: str
    data: Any


def read_events(server: Server, headers: dict[str, str] | None = None, **query: str) -> Generator[Event, None, None]:
    """The events of ``/api/stream``, as they come; ends only when the server does."""
    fields: dict[str, str] = {}
    with server.client.stream("GET", "/api/stream", params=query, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line == "" and "event" in fields:
                yield Event(fields["id"], fields["event"], json.loads(fields["data"]))
                fields = {}
            elif line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
