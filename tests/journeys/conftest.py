"""What every journey stands on: a real viewer process on loopback, a real Chromium, and a page that is watched.

A journey fails on any console error, any uncaught exception in the page and any request that leaves the viewer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from tests.unprivileged import unprivileged

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEADLINE_SECONDS = 30
expect.set_options(timeout=DEADLINE_SECONDS * 1000)
TRAINER = Path(__file__).with_name("trainer.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all journeys when the tests are spread over processes: a browser is heavy."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("The journeys need Chromium: install your system's package (sh tests/journeys/ensure_chromium.sh)")


@dataclass
class Viewer:
    """One running `sightline LOGDIR` and where it listens."""

    process: subprocess.Popen[str]
    url: str
    output: list[str] = field(default_factory=list)

    def stop(self) -> int:
        """Ctrl-C, as a user stops it; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=DEADLINE_SECONDS)


def start_viewer(logdir: Path, *arguments: str, read_only: bool = False) -> Viewer:
    """Start the viewer as a user does, on any free port, and wait until it says its URL.

    With ``read_only`` as a user for whom permissions count, whoever runs the tests.
    """
    command = [sys.executable, "-m", "sightline", str(logdir), "--port", "0", *arguments]
    process = subprocess.Popen(
        unprivileged(*command) if read_only else command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    output: list[str] = []
    for line in process.stdout:
        output.append(line)
        if match := re.search(r"http://127\.0\.0\.1:\d+/?", line):
            viewer = Viewer(process, match[0].rstrip("/"), output)
            # Whatever it still prints is drained, so that a full pipe never stops it.
            threading.Thread(target=_drain, args=(process.stdout, output), daemon=True).start()
            return viewer
    raise AssertionError(f"the viewer ended with {process.wait()} and said:\n{''.join(output)}")


def _drain(stream: IO[str], output: list[str]) -> None:
    with stream:
        output.extend(stream)


@pytest.fixture
def serve() -> Iterator[Callable[..., Viewer]]:
    """Start viewers; each is stopped with Ctrl-C at the end and must exit cleanly, without a traceback."""
    started: list[Viewer] = []

    def start(logdir: Path, *arguments: str, read_only: bool = False) -> Viewer:
        started.append(start_viewer(logdir, *arguments, read_only=read_only))
        return started[-1]

    yield start
    for viewer in started:
        assert viewer.stop() == 0, "".join(viewer.output)
        assert "Traceback" not in "".join(viewer.output), "".join(viewer.output)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ends with the module: while it lives its event loop counts as running, and other tests start their own."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def context(playwright: Playwright) -> Iterator[BrowserContext]:
    """A browser with a profile directory of its own, made for this journey and removed after it."""
    with tempfile.TemporaryDirectory(prefix="sightline-profile-") as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium_path(),
            headless=True,
            args=CHROMIUM_FLAGS,
            viewport={"width": 1440, "height": 900},
            accept_downloads=True,
        )
        context.set_default_timeout(DEADLINE_SECONDS * 1000)
        yield context
        context.close()


@dataclass
class Watch:
    """What went wrong in a page without anybody clicking on it."""

    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Regular expressions of problems that a journey provokes on purpose."""

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(re.search(e, problem) for e in self.expected)]


def watch_page(page: Page) -> Watch:
    watch = Watch()
    page.on(
        "console",
        lambda message: watch.problems.append(f"console: {message.text}") if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: watch.problems.append(f"uncaught: {error}"))

    def check(url: str) -> None:
        if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:|about:blank)", url):
            watch.problems.append(f"a request left the viewer: {url}")

    page.on("request", lambda request: check(request.url))
    return watch


@pytest.fixture
def watch(page: Page) -> Watch:
    return page.__dict__["sightline_watch"]  # type: ignore[no-any-return]


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.pages[0] if context.pages else context.new_page()
    page.__dict__["sightline_watch"] = found = watch_page(page)
    yield page
    assert found.unexpected() == []


class Trainer:
    """A training process of its own, told step by step how far to go; it never shares memory with the viewer."""

    def __init__(self, logdir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(TRAINER), str(logdir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, **command: object) -> None:
        """Send one command and wait until the trainer says that it is done."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer == "done\n", f"the trainer answered {answer!r}"

    def train_to(self, step: int) -> None:
        """Log every step up to and including ``step``."""
        self.tell(train_to=step)

    def finish(self) -> None:
        """Close the writer and end the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=DEADLINE_SECONDS) == 0


@pytest.fixture
def start_trainer() -> Iterator[Callable[[Path], Trainer]]:
    started: list[Trainer] = []

    def start(logdir: Path) -> Trainer:
        started.append(Trainer(logdir))
        return started[-1]

    yield start
    for trainer in started:
        with trainer.process:  # closes the pipes and waits
            trainer.process.kill()
