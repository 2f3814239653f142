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

import numpy as np
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event

from sightline.format.kernel import Scanner

ROUNDS = 200
THREADS = 4
BY_TENSORBOARD = 5
"""Rounds that TensorBoard's reader judges too: it is slow, and ours has been compared with it elsewhere."""

# In each round a child is forked that logs from four threads until it is killed. Each thread keeps the last step whose
# call has returned in memory that it shares with its parent.
TRAINER = """
    import mmap, os, random, signal, sys, threading, time
    import sightline.kinds.text.write  # not in each child anew
    from sightline import SummaryWriter

    directory, rounds, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    shared = mmap.mmap(-1, 8 * threads)
    returned = memoryview(shared).cast("q")
    dice = random.Random(0)

    def log(writer, number):
        tag, step = f"thread/{number}", 0
        while True:
            step += 1
            writer.add_scalar(tag, 0.5, step)
            if step % 50 == 0:
                writer.add_text(f"text/{number}", "x" * 5000, step)
            returned[number] = step

    for count in range(rounds):
        for number in range(threads):
            returned[number] = 0
        child = os.fork()
        if child == 0:
            writer = SummaryWriter(f"{directory}/{count:03}")
            for number in range(threads):
                threading.Thread(target=log, args=(writer, number), daemon=True).start()
            signal.pause()
        deadline = time.monotonic() + 20
        while not any(returned):
            assert time.monotonic() < deadline
        time.sleep(dice.uniform(0, 0.03))  # the moment of death, not a wait for anything
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(*returned)
"""


def by_tensorboard(path: Path) -> dict[str, list[int]]:
    """Steps by tag: TensorBoard's reader stops quietly before a last record that is not whole."""
    found: dict[str, list[int]] = {}
    for payload in RawEventFileLoader(str(path)).Load():
        event: Any = Event.FromString(payload)
        for value in event.summary.value:
            found.setdefault(value.tag, []).append(event.step)
    return found


def by_scanner(path: Path) -> dict[str, list[int]]:
    """Steps by tag; nothing in the file is damaged, and it ends with a whole record or in the middle of one."""
    data = path.read_bytes()
    scanner = Scanner()
    batch = scanner.scan(data)
    assert batch.damage == []
    assert batch.truncated == (scanner.offset < len(data))
    tags = [tag.decode() for tag, _, _ in scanner.series]
    starts = batch.scalar_start
    found = {
        tags[series]: batch.step[starts[place] : starts[place + 1]].tolist()
        for place, series in enumerate(batch.scalar_series)
    }
    for series in np.unique(batch.item_series):
        found[tags[series]] = batch.item_step[batch.item_series == series].tolist()
    return found


def test_every_point_whose_call_had_returned_survives_sigkill_200_times(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TRAINER), str(tmp_path), str(ROUNDS), str(THREADS)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=200,
        check=True,
    )
    rounds = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS
    assert len({max(returned) for returned in rounds}) > ROUNDS / 4  # killed at many different moments

    for number, returned in enumerate(rounds):
        (path,) = (tmp_path / f"{number:03}").iterdir()
        for read in (by_scanner, by_tensorboard) if number < BY_TENSORBOARD else (by_scanner,):
            found = read(path)
            for thread, last in enumerate(returned):
                got = found.get(f"thread/{thread}", [])
                assert got == list(range(1, len(got) + 1))
                assert len(got) in (last, last + 1)  # one more: written, but killed before it could be noted
                texts = found.get(f"text/{thread}/text_summary", [])
                assert texts[: last // 50] == list(range(50, last + 1, 50))


def run_until_it_says(script: str, word: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == word, (line, process.poll())
    return process


def test_sigterm_loses_nothing_and_the_handler_of_the_script_stays(tmp_path: Path) -> None:
    script = """
        import signal, sys
        from sightline import SummaryWriter
        handler = signal.getsignal(signal.SIGTERM)
        writer = SummaryWriter(sys.argv[1])
        for step in range(1000):
            writer.add_scalar("x", 0.5, step)
        assert signal.getsignal(signal.SIGTERM) is handler is signal.SIG_DFL
        print("logged", flush=True)
        signal.pause()
    """
    with run_until_it_says(script, "logged", str(tmp_path)) as process:
        process.terminate()
        assert process.wait(timeout=30) == -signal.SIGTERM

    (path,) = tmp_path.iterdir()
    assert by_tensorboard(path) == {"x": list(range(1000))}


def test_what_is_buffered_is_in_the_file_soon(tmp_path: Path) -> None:
    script = """
        import signal, sys
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1], durability="buffered")
        for step in range(1000):
            writer.add_scalar("x", 0.5, step)
        print("logged", flush=True)
        signal.pause()
    """
    with run_until_it_says(script, "logged", str(tmp_path)) as process:
        (path,) = tmp_path.iterdir()
        deadline = time.monotonic() + 30
        while by_scanner(path).get("x", []) != list(range(1000)):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    assert by_tensorboard(path) == {"x": list(range(1000))}


def test_an_exception_in_training_leaves_a_file_that_is_whole_and_ended(tmp_path: Path) -> None:
    script = """
        import sys
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1], durability=sys.argv[2])
        writer.add_hparams({"lr": 0.1})
        for step in range(100):
            writer.add_scalar("x", 0.5, step)
        raise RuntimeError("training diverged")
    """
    for durability in ("process", "power", "buffered"):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / durability), durability],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr.count("training diverged") == 1
        (path,) = (tmp_path / durability).iterdir()
        assert by_tensorboard(path)["x"] == list(range(100))
        payloads = list(RawEventFileLoader(str(path)).Load())
        assert path.stat().st_size == sum(len(payload) + 16 for payload in payloads)
        events: list[Any] = [Event.FromString(payload) for payload in payloads]
        assert events[-1].session_log.status == 2  # STOP
        assert b"\x08\x02" in events[-2].summary.value[0].metadata.plugin_data.content  # a failure
