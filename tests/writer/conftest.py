"""The oracles of the writer's tests: TensorBoard's own record reader and protobuf classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event

ReadEvents = Callable[[Path], list[Any]]


def event_files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.iterdir() if "tfevents" in path.name)


@pytest.fixture
def read_events() -> ReadEvents:
    """``read_events(path)``: every event of a file, or of a directory's files in order, by TensorBoard's reader.

    Fails when a file does not end with a whole record.
    """

    def read(path: Path) -> list[Any]:
        events: list[Any] = []
        for file in event_files(path) if path.is_dir() else [path]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # TensorBoard's own use of deprecated names
                payloads = list(RawEventFileLoader(str(file)).Load())
            assert file.stat().st_size == sum(len(payload) + 16 for payload in payloads), f"{file.name} ends torn"
            events += [Event.FromString(payload) for payload in payloads]
        return events

    return read
