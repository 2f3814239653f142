"""``sightline demo``: a page that is up before training begins, a training that Ctrl-C ends with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

for name in ("torch", "sklearn", "matplotlib", "rich"):
    pytest.importorskip(name, reason="the demo needs sightline[demo]")

DEADLINE_SECONDS = 60.0


def start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sightline", "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listing.read_text().split()] if listing.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_without_a_page_it_trains_and_ends(tmp_path: Path) -> None:
    from sightline.demo import SETTINGS

    process = start("--no-serve", "--steps", "3", "--logdir", "here", cwd=tmp_path)
    output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0, output
    assert len(list((tmp_path / "here").iterdir())) == 3
    assert re.findall(r"^(lr=.*): step (\d) of 3  .*loss \d", output, re.MULTILINE) == [
        (run.name, step) for run in SETTINGS for step in "123"
    ], "a pipe gets a line now and then"


def test_the_page_is_live_while_it_trains_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    process = start("--port", "0", cwd=tmp_path)
    try:
        assert process.stdout is not None
        url = ""
        while not url:
            line = process.stdout.readline()
            assert line, "it ended before it said its URL"
            assert "does not exist" not in line
            if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                url = match.group()
        steps: set[int] = set()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while len(steps) < 3:
            assert time.monotonic() < deadline, steps
            steps |= {run["last_step"] for run in httpx.get(f"{url}/api/catalogue").json()["runs"]} - {None}
            time.sleep(0.05)
        trainers = children(process.pid)
        assert trainers
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert "Stopped." in output
    deadline = time.monotonic() + DEADLINE_SECONDS
    while any(is_alive(child) for child in trainers):
        assert time.monotonic() < deadline, "a process of the demo is still running"
        time.sleep(0.02)
    (logdir,) = (tmp_path / "sightline-demo").iterdir()
    assert re.fullmatch(r"\d{8}-\d{6}", logdir.name)


def test_a_number_of_steps_that_makes_no_sense_is_one_sentence(tmp_path: Path) -> None:
    process = start("--steps", "0", cwd=tmp_path)
    output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, output) == (2, "sightline: --steps is 0: want 1 or more\n")
