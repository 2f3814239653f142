"""Event files written record by record, indexes of them, and waiting on conditions."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.store.index_scene import write_everything

from sightline.format.event import (
    DataType,
    Event,
    Image,
    PluginData,
    SessionLog,
    SessionStatus,
    Summary,
    SummaryMetadata,
    TensorProto,
    Value,
)
from sightline.format.kernel import frame
from sightline.store import EventFile, Run
from sightline.store import index as index_module
from sightline.store import logdir as logdir_module

DEADLINE_SECONDS = 20.0
NAME = "events.out.tfevents.1.host"


class Files:
    """Writes event files below a log directory, one record after the other, at the wall times it is told."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, run: str, *events: Event, name: str = NAME) -> Path:
        """Append events to a file of a run; the path of the file."""
        path = self.root / run / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            for event in events:
                file.write(frame(event.SerializeToString()))
        return path

    @staticmethod
    def version(wall_time: float = 0.5) -> Event:
        return Event(wall_time=wall_time, file_version="brain.Event:2")

    @staticmethod
    def scalar(step: int, value: float = 0.0, wall_time: float = 1.0, tag: str = "loss") -> Event:
        return Event(wall_time=wall_time, step=step, summary=Summary(value=[Value(tag=tag, simple_value=value)]))

    @staticmethod
    def value(value: Value, step: int = 0, wall_time: float = 1.0) -> Event:
        return Event(wall_time=wall_time, step=step, summary=Summary(value=[value]))

    @staticmethod
    def image(step: int, picture: bytes, wall_time: float = 1.0, tag: str = "image") -> Event:
        image = Image(height=1, width=1, colorspace=3, encoded_image_string=picture)
        return Event(wall_time=wall_time, step=step, summary=Summary(value=[Value(tag=tag, image=image)]))

    @staticmethod
    def tensor(tag: str, plugin: str, strings: list[bytes], step: int = 0, wall_time: float = 1.0) -> Event:
        value = Value(tag=tag, tensor=TensorProto(dtype=DataType.STRING, string_val=strings))
        if plugin:
            value.metadata = SummaryMetadata(plugin_data=PluginData(plugin_name=plugin))
        return Event(wall_time=wall_time, step=step, summary=Summary(value=[value]))

    @staticmethod
    def start(step: int, wall_time: float) -> Event:
        return Event(wall_time=wall_time, step=step, session_log=SessionLog(status=SessionStatus.START))

    @staticmethod
    def stop(wall_time: float) -> Event:
        return Event(wall_time=wall_time, session_log=SessionLog(status=SessionStatus.STOP))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "logs")


@pytest.fixture
def wait() -> Callable[[Callable[[], Any]], Any]:
    """Ask until the answer is true; fail at the deadline."""

    def wait_for(ask: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            answer = ask()
            if answer:
                return answer
            assert time.monotonic() < deadline, f"still {answer!r} after {DEADLINE_SECONDS} s"
            time.sleep(0.005)

    return wait_for


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache directory of its own for each test, and indexes also of the smallest log directories."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(index_module, "MIN_BYTES", 1)
    monkeypatch.setattr(logdir_module, "GROWTH_AT_END", 0)
    return tmp_path / "cache" / "sightline"


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the event files that were read from, run and file, as it happens."""
    read: list[str] = []
    original = Run.read

    def note(run: Run, file: EventFile, max_bytes: int) -> int:
        read.append(f"{run.name}/{file.name}")
        return original(run, file, max_bytes)

    monkeypatch.setattr(Run, "read", note)
    return read


@pytest.fixture
def everything(files: Files) -> Path:
    """A log directory with a bit of all there is."""
    return write_everything(files)
