"""What was logged survives the death of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event

# Each thread keeps the last step whose call has returned in shared memory, which outlives the process.
TRAINER = """
    import mmap, struct, sys, threading
    from sightline import SummaryWriter

    file = open(sys.argv[2], "r+b")
    returned = mmap.mmap(file.fileno(), 32)
    writer = SummaryWriter(sys.argv[1])

    def log(number):
        step = 0
        while True:
            step += 1
            writer.add_scalar(f"thread/{number}", 0.5, step)
            if step % 100 == 0:
                writer.add_text(f"text/{number}", "x" * 5000, step)
            struct.pack_into("<q", returned, 8 * number, step)

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
"""


def steps_of(path: Path) -> dict[str, list[int]]:
    """Steps by tag, as TensorBoard reads them: it stops quietly before a last record that is not whole."""
    found: dict[str, list[int]] = {}
    for payload in RawEventFileLoader(str(path)).Load():
        event: Any = Event.FromString(payload)
        for value in event.summary.value:
            found.setdefault(value.tag, []).append(event.step)
    return found


@pytest.fixture
def progress(tmp_path: Path) -> Path:
    path = tmp_path / "returned"
    path.write_bytes(bytes(32))
    return path


@pytest.mark.parametrize("least", [1, 37, 500, 1500])
def test_every_point_whose_call_had_returned_survives_sigkill(tmp_path: Path, progress: Path, least: int) -> None:
    run = tmp_path / "run"
    trainer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(TRAINER), str(run), str(progress)])
    try:
        deadline = time.monotonic() + 60
        while max(memoryview(progress.read_bytes()).cast("q")) < least:
            assert trainer.poll() is None
            assert time.monotonic() < deadline
        os.kill(trainer.pid, signal.SIGKILL)
    finally:
        trainer.kill()
        trainer.wait(timeout=30)

    (path,) = run.iterdir()
    found = steps_of(path)
    for number, returned in enumerate(memoryview(progress.read_bytes()).cast("q")):
        got = found.get(f"thread/{number}", [])
        assert got == list(range(1, len(got) + 1))
        assert len(got) in (returned, returned + 1)  # one more: written, but killed before it could be noted
        assert found.get(f"text/{number}/text_summary", [])[: returned // 100] == list(range(100, returned + 1, 100))
