"""The kernel's Appender writes the bytes of ``frame_scalar``, refuses what it does not know, and says what was torn."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sightline.format.kernel import NAME, Appender, frame_scalar, timed_write

native = pytest.mark.skipif(NAME != "native", reason="the twin refuses everything")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path / "file", os.O_RDWR | os.O_APPEND | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


def content(descriptor: int) -> bytes:
    return os.pread(descriptor, 1 << 20, 0)


def armed(descriptor: int) -> Appender:
    appender = Appender()
    appender.arm(descriptor, 60.0, 60.0)
    return appender


@native
@pytest.mark.parametrize("tag", ["loss", "", "损失/训练", "a\0b", "x" * 490, "x" * 600, "x" * 100_000])
@pytest.mark.parametrize("step", [None, 0, 1, -1, 2**63 - 1, -(2**63)])
def test_the_bytes_are_those_of_a_framed_scalar(file: int, tag: str, step: int | None) -> None:
    appender = armed(file)
    want = b""
    for value in (0.1, -0.0, 1e300, float("nan"), float("-inf")):
        assert appender.append(tag, value, step, 1000.25) == 1
        want += frame_scalar(tag.encode(), value, step, 1000.25)

    assert content(file) == want
    records, size, nanoseconds = appender.counts
    assert (records, size) == (5, len(want))
    assert nanoseconds > 0


@native
@pytest.mark.parametrize(
    "arguments",
    [
        (b"tag", 0.5, 1, None),
        (5, 0.5, 1, None),
        (None, 0.5, 1, None),
        ("\ud800", 0.5, 1, None),
        ("tag", 1, 1, None),
        ("tag", None, 1, None),
        ("tag", "0.5", 1, None),
        ("tag", 0.5, 2**63, None),
        ("tag", 0.5, True, None),
        ("tag", 0.5, 1.0, None),
        ("tag", 0.5, 1, 5),
        ("tag", 0.5, 1, float("nan")),
        ("tag", 0.5, 1, float("inf")),
    ],
)
def test_what_is_not_usual_is_refused_and_nothing_written(file: int, arguments: tuple[Any, ...]) -> None:
    appender = armed(file)
    assert appender.append(*arguments) == 0
    assert content(file) == b""
    assert appender.armed
    assert appender.append("tag", 0.5, 1, None) == 1


@native
def test_it_writes_only_while_it_is_armed(file: int) -> None:
    appender = Appender()
    assert appender.append("tag", 0.5, 1, None) == 0
    appender.arm(file, 0.0, 60.0)  # for no time
    assert appender.append("tag", 0.5, 1, None) == 0
    appender.arm(file, 60.0, 60.0)
    appender.disarm()
    assert appender.append("tag", 0.5, 1, None) == 0
    assert content(file) == b""


@native
def test_a_write_that_takes_long_is_its_last(file: int) -> None:
    appender = Appender()
    appender.arm(file, 60.0, 0.0)  # any takes longer than that
    assert appender.append("tag", 0.5, 1, None) == 1
    assert not appender.armed


@native
def test_a_write_that_fails_writes_nothing_and_is_its_last() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        appender = armed(descriptor)
        assert appender.append("tag", 0.5, 1, None) == 0
        assert not appender.armed
        assert appender.counts[:2] == (0, 0)
    finally:
        os.close(descriptor)


@native
def test_a_write_that_is_cut_short_says_what_is_missing() -> None:
    reader, writer = os.pipe()
    try:
        os.set_blocking(writer, False)
        tag = "x" * 200_000  # more than a pipe holds
        appender = armed(writer)
        assert appender.append(tag, 0.5, 1, 1000.25) == -1
        assert not appender.armed
        record, written = appender.torn
        assert record == frame_scalar(tag.encode(), 0.5, 1, 1000.25)
        assert os.read(reader, 1 << 20) == record[:written]
    finally:
        os.close(reader)
        os.close(writer)


@native
def test_without_a_wall_time_it_is_now(file: int) -> None:

    from sightline.format.event import Event

    before = time.time()
    armed(file).append("tag", 0.5, 1, None)
    event = Event.FromString(content(file)[12:-4])
    assert before - 1e-3 <= event.wall_time <= time.time() + 1e-3


def test_a_timed_write_is_a_write_and_lets_other_threads_run(file: int) -> None:
    written, seconds = timed_write(file, memoryview(b"some bytes")[5:])
    assert (written, content(file)) == (5, b"bytes")
    assert seconds > 0
    with pytest.raises(OSError, match="Bad file descriptor") as caught:
        timed_write(-1, b"")
    assert caught.value.errno == errno.EBADF

    reader, writer = os.pipe()
    read: list[bytes] = []

    def drain() -> None:
        time.sleep(0.05)  # how long the pipe does nothing
        while sum(map(len, read)) < 200_000:
            read.append(os.read(reader, 1 << 16))

    thread = threading.Thread(target=drain)
    thread.start()
    written, seconds = timed_write(writer, bytes(200_000))  # more than a pipe holds
    thread.join()
    assert (written, seconds >= 0.03) == (200_000, True)
    os.close(reader)
    os.close(writer)
