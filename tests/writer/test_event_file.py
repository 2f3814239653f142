"""An event file survives partial writes, full disks, deletion and strangers, and always ends in a whole record."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sightline import SummaryWriter
from sightline.errors import ArgumentError, LogDirectoryError
from sightline.format.event import Event
from sightline.format.kernel import frame, frame_scalar, timed_write
from sightline.writer import event_file as module
from sightline.writer.event_file import EventFile

ReadEvents = Callable[[Path], list[Any]]


def record(step: int) -> bytes:
    return frame_scalar(b"x", float(step), step, 1000.0)


def steps(events: list[Any]) -> list[int]:
    return [event.step for event in events if event.HasField("summary")]


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every append looks whether all is well, not only one in a second."""
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.0)


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[int | OSError]], None]:
    """``write([...])``: what each coming write does: takes that many bytes, or fails; then it works again."""
    real = timed_write

    def script(plan: list[int | OSError]) -> None:
        def scripted(descriptor: int, data: bytes) -> tuple[int, float]:
            action = plan.pop(0) if plan else len(data)
            if isinstance(action, OSError):
                raise action
            return real(descriptor, data[:action])

        monkeypatch.setattr(module, "timed_write", scripted)

    return script


def full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_file_has_torchs_name_and_first_record(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path / "a" / "b"), ".suffix")

    name = rf"events\.out\.tfevents\.\d{{10}}\.{re.escape(socket.gethostname())}\.{os.getpid()}\.\d+\.suffix"
    assert re.fullmatch(name, Path(file.path).name)
    assert Path(file.path).parent == tmp_path / "a" / "b"
    (first,) = read_events(Path(file.path))
    assert (first.file_version, first.source_metadata.writer) == ("brain.Event:2", "sightline")


def test_two_files_of_one_directory_have_two_names(tmp_path: Path) -> None:
    assert EventFile(str(tmp_path)).path != EventFile(str(tmp_path)).path


def test_a_name_that_is_taken_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from itertools import count

    monkeypatch.setattr(module, "time", lambda: 1000.0)
    monkeypatch.setattr(module, "_numbers", count())
    first = EventFile(str(tmp_path))
    first.append(record(1))
    monkeypatch.setattr(module, "_numbers", count())

    second = EventFile(str(tmp_path))

    assert (first.path[-2:], second.path[-2:]) == (".0", ".1")


def test_a_record_is_in_the_file_when_append_has_returned(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path))
    for step in range(5):
        file.append(record(step))
        assert steps(read_events(tmp_path)) == list(range(step + 1))


@pytest.mark.parametrize("taken", [1, 11, 12, 40])
def test_a_write_cut_short_is_completed_at_once(
    tmp_path: Path, read_events: ReadEvents, write: Callable[[list[int | OSError]], None], taken: int
) -> None:
    file = EventFile(str(tmp_path))
    write([taken, 3])

    file.append(record(1))

    assert steps(read_events(tmp_path)) == [1]
    assert file.lost_records == 0


def test_a_torn_record_is_finished_before_anything_else_is_written(
    tmp_path: Path,
    read_events: ReadEvents,
    write: Callable[[list[int | OSError]], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = EventFile(str(tmp_path))
    write([len(record(0)), 20, full(), full(), 5, full(), full()])
    for step in range(6):  # 0 whole; 1 torn; 2 refused; 3 refused after 5 more bytes of 1; 4 refused; 5 after 1's rest
        file.append(record(step))

    assert steps(read_events(tmp_path)) == [0, 1, 5]
    assert file.lost_records == 3
    told = [entry.getMessage() for entry in caplog.records]
    assert len(told) == 2
    assert told[0].endswith(
        "No space left on device. Training goes on; what is logged is lost, and counted, until this ends"
    )
    assert told[1].endswith("can be written again; 3 records were lost")


def test_a_record_that_stays_torn_is_cut_off_when_the_file_is_closed(
    tmp_path: Path, read_events: ReadEvents, write: Callable[[list[int | OSError]], None]
) -> None:
    file = EventFile(str(tmp_path))
    file.append(record(0))
    write([20, full(), full()])
    file.append(record(1))
    file.close()

    assert steps(read_events(tmp_path)) == [0]  # read_events asserts that the file ends with a whole record


def test_trouble_that_comes_back_is_not_told_every_time(
    tmp_path: Path, write: Callable[[list[int | OSError]], None], caplog: pytest.LogCaptureFixture
) -> None:
    file = EventFile(str(tmp_path))
    write([full() if number % 2 else 10**6 for number in range(200)])
    for step in range(200):
        file.append(record(step))

    assert file.lost_records == 100
    assert len(caplog.records) == 2


def test_a_full_disk_at_the_start_is_survived(
    tmp_path: Path, read_events: ReadEvents, write: Callable[[list[int | OSError]], None]
) -> None:
    write([full(), full()])
    file = EventFile(str(tmp_path))
    file.append(record(1))

    file.append(record(2))

    events = read_events(tmp_path)
    assert events[0].file_version == "brain.Event:2"
    assert steps(events) == [2]


@pytest.mark.usefixtures("watchful")
def test_no_file_can_be_made_at_the_start_but_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_events: ReadEvents
) -> None:
    real = os.open

    def refuse(*arguments: Any, **options: Any) -> int:
        raise full()

    monkeypatch.setattr(os, "open", refuse)
    file = EventFile(str(tmp_path))
    file.append(record(1))
    monkeypatch.setattr(os, "open", real)
    file.append(record(2))

    assert steps(read_events(tmp_path)) == [2]
    assert file.lost_records == 1


def test_a_file_in_the_way_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    for path in (tmp_path / "taken", tmp_path / "taken" / "run"):
        with pytest.raises(LogDirectoryError, match="a file is in the way"):
            EventFile(str(path))


def test_a_directory_that_may_not_be_written_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        EventFile(str(tmp_path))
    file = EventFile(str(tmp_path), tolerant=True)
    file.append(record(1))
    assert file.lost_records == 1


def test_a_suffix_that_is_no_part_of_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"filename_suffix: got ./\.\./x."):
        EventFile(str(tmp_path), "/../x")


@pytest.mark.usefixtures("watchful")
def test_a_deleted_directory_is_made_again(
    tmp_path: Path, read_events: ReadEvents, caplog: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    file = EventFile(str(run))
    file.append(record(1))
    Path(file.path).unlink()
    run.rmdir()

    file.append(record(2))
    file.append(record(3))

    assert steps(read_events(run)) == [2, 3]
    assert [entry.levelno for entry in caplog.records] == [logging.WARNING]
    assert "was deleted while it was being written; a new event file is begun" in caplog.text


def test_a_directory_deleted_while_scalars_are_logged_is_made_again(
    tmp_path: Path, read_events: ReadEvents, caplog: pytest.LogCaptureFixture
) -> None:
    run = tmp_path / "run"
    writer = SummaryWriter(run)
    for step in range(1000):
        writer.add_scalar("x", 0.5, step)
    shutil.rmtree(run)
    deadline = time.monotonic() + 30
    while not run.exists():  # until it is noticed
        writer.add_scalar("x", 0.5, step)
        step += 1
        assert time.monotonic() < deadline
    for last in range(step, step + 1000):
        writer.add_scalar("x", 0.5, last)
    writer.close()

    got = steps(read_events(run))
    assert got == list(range(step - 1, step + 1000))
    assert writer.stats().lost_records >= step - 1000  # what went with the file, as far as it is known
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("watchful")
def test_a_renamed_directory_takes_its_file_along(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path / "old"))
    file.append(record(1))
    (tmp_path / "old").rename(tmp_path / "new")
    file.append(record(2))

    assert steps(read_events(tmp_path / "new")) == [1, 2]
    assert not (tmp_path / "old").exists()


@pytest.mark.usefixtures("watchful")
@pytest.mark.parametrize("reused", [False, True])
def test_a_descriptor_closed_by_others_is_noticed(tmp_path: Path, read_events: ReadEvents, reused: bool) -> None:
    run, stranger = tmp_path / "run", tmp_path / "stranger"
    file = EventFile(str(run))
    descriptor = next(
        int(entry.name) for entry in Path("/proc/self/fd").iterdir() if os.path.realpath(entry) == file.path
    )
    os.close(descriptor)
    if reused:
        taken = os.open(stranger, os.O_WRONLY | os.O_CREAT)
        assert taken == descriptor

    file.append(record(1))
    file.close()

    assert steps(read_events(run)) == [1]
    if reused:
        os.close(taken)  # still open, and still empty
        assert stranger.read_bytes() == b""


def test_a_released_file_is_opened_again(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path))
    file.append(record(1))
    file.release()
    assert file.path not in {os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()}

    file.append(record(2))

    assert steps(read_events(Path(file.path))) == [1, 2]


def test_closing_says_stop_and_the_next_append_begins_a_new_file(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path))
    file.append(record(1))
    first = Path(file.path)
    file.close()
    file.close()
    assert read_events(first)[-1].session_log.status == 2  # STOP
    assert len(list(tmp_path.iterdir())) == 1

    file.append(record(2))

    assert steps(read_events(Path(file.path))) == [2]
    assert Path(file.path) != first


def test_many_threads_write_whole_records(tmp_path: Path, read_events: ReadEvents) -> None:
    file = EventFile(str(tmp_path))
    payload = Event(wall_time=1.0, graph_def=bytes(5000)).SerializeToString()

    def work(first: int) -> None:
        for step in range(first, first + 300):
            file.append(record(step))
            if step % 50 == 0:
                file.append(frame(payload))
                file.release()

    threads = [threading.Thread(target=work, args=(1000 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    want = [1000 * number + step for number in range(8) for step in range(300)]
    assert sorted(steps(read_events(tmp_path))) == want


def run_script(script: str, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-W", "error", "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_forked_child_does_not_end_its_parents_file(tmp_path: Path, read_events: ReadEvents) -> None:
    done = run_script(
        """
        import os, sys
        from sightline.format.kernel import frame_scalar
        from sightline.writer.event_file import EventFile
        file = EventFile(sys.argv[1])
        if os.fork() == 0:
            file.close()
            os._exit(0)
        os.wait()
        file.append(frame_scalar(b"x", 1.0, 1, 1000.0))
        file.close()
        """,
        str(tmp_path),
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert [event.WhichOneof("what") for event in read_events(tmp_path)] == ["file_version", "summary", "session_log"]


FILE_SIZE_LIMIT = """
    import resource, sys
    from sightline import SummaryWriter
    from sightline.format.kernel import frame_scalar
    writer = SummaryWriter(sys.argv[1])
    file = writer.file_writer.event_writer
    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    def log(step):
        if sys.argv[2] == "one by one":
            file.append(frame_scalar(b"loss", float(step), step, 1000.0))
        elif sys.argv[2] == "by the kernel":
            writer.add_scalar("loss", float(step), step, 1000.0)
        elif step % 10 == 0:  # ten in one write
            file.append(b"".join(frame_scalar(b"loss", float(s), s, 1000.0) for s in range(step, step + 10)), 10)
    limit(int(sys.argv[3]))
    for step in range(100):
        log(step)
    limit(resource.RLIM_INFINITY)
    for step in range(100, 120):
        log(step)
    writer.close()
    print(file.lost_records)
"""


@pytest.mark.parametrize("size", [1000, 1017, 2001])
@pytest.mark.parametrize("how", ["one by one", "by the kernel", "together"])
def test_a_file_size_limit_costs_what_is_logged_meanwhile_and_no_more(
    tmp_path: Path, read_events: ReadEvents, how: str, size: int
) -> None:
    done = run_script(FILE_SIZE_LIMIT, str(tmp_path), how, str(size))

    got = steps(read_events(tmp_path))
    lost = int(done.stdout)
    whole = 100 - lost
    assert 0 < lost < 100
    assert got == [*range(whole), *range(100, 120)]
    assert done.stderr.count("can't write") == 1
    assert done.stderr.count(f"can be written again; {lost} records were lost") == 1
    assert len(done.stderr.splitlines()) == 2


DISK_FULL = """
    import os, subprocess, sys
    from sightline import SummaryWriter

    disk = sys.argv[1]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=True, stderr=subprocess.DEVNULL)
    writer = SummaryWriter(disk + "/run")
    def log(steps):
        for step in steps:
            writer.add_scalar("loss", float(step), step, 1000.0)
    log(range(100))
    with open(disk + "/ballast", "wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(4096)):
                pass
        except OSError:
            pass
    log(range(100, 1000))
    os.unlink(disk + "/ballast")
    log(range(1000, 1100))
    writer.close()
    assert writer.stats().lost_records > 0
    (name,) = os.listdir(disk + "/run")
    sys.stdout.buffer.write(open(disk + "/run/" + name, "rb").read())
    subprocess.run(["umount", disk], check=False)
"""


def test_a_full_disk_costs_what_is_logged_meanwhile_and_no_more(tmp_path: Path, read_events: ReadEvents) -> None:
    unshare = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--user", "--map-root-user", "--mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        permitted = subprocess.run(
            [*unshare, "mount", "-t", "tmpfs", "none", str(disk)], capture_output=True, timeout=30, check=False
        )
    except FileNotFoundError:
        pytest.skip("no small disk to fill: the program unshare is missing")
    if permitted.returncode:
        pytest.skip(f"no small disk to fill: mounting is not permitted here ({permitted.stderr.decode().strip()})")

    done = subprocess.run(
        [*unshare, sys.executable, "-c", textwrap.dedent(DISK_FULL), str(disk)],
        capture_output=True,
        timeout=60,
        check=False,
    )

    copy = tmp_path / "events.out.tfevents.copy"
    copy.write_bytes(done.stdout)
    got = steps(read_events(copy))
    full_at = got.index(1000)
    assert got == [*range(full_at), *range(1000, 1100)]
    assert 100 <= full_at < 1000
    assert done.stderr.decode().count("No space left on device") == 1
