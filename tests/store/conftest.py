"""Event files written record by record, and waiting on conditions."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
