"""SummaryWriter: the directory, the run's files, and what happens to wrong arguments and many threads."""

from __future__ import annotations

import gc
import inspect
import os
import re
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from sightline import SummaryWriter
from sightline.errors import ArgumentError, ArgumentTypeError, LogDirectoryError
from sightline.format.kernel import NAME, Scanner
from sightline.writer import summary_writer as module

ReadEvents = Callable[[Path], list[Any]]


def points(events: list[Any]) -> list[tuple[str, int, float]]:
    return [
        (value.tag, event.step, value.simple_value)
        for event in events
        for value in event.summary.value
        if value.HasField("simple_value")
    ]


@pytest.mark.parametrize(
    "method",
    ["__init__", "add_scalar", "add_scalars", "add_image", "add_images", "add_figure", "add_text", "flush", "close"],
)
def test_the_signature_begins_as_torchs(method: str) -> None:
    def parameters(writer: type) -> list[tuple[str, Any]]:
        signature = inspect.signature(getattr(writer, method))
        return [(parameter.name, parameter.default) for parameter in signature.parameters.values()]

    want = parameters(TorchWriter)
    assert parameters(SummaryWriter)[: len(want)] == want


def test_the_default_directory_is_made_with_its_file_at_construction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    writer = SummaryWriter(comment="_lr=0.1")

    (run,) = (tmp_path / "runs").iterdir()
    assert re.fullmatch(rf"[A-Z]\w\w\d\d_\d\d-\d\d-\d\d_{re.escape(socket.gethostname())}_lr=0\.1", run.name)
    assert len(list(run.iterdir())) == 1
    assert writer.get_logdir() == writer.log_dir == os.path.join("runs", run.name)


def test_the_attributes_are_torchs(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path, "ignored", 5, 20, 30, ".x")

    got = (writer.log_dir, writer.purge_step, writer.max_queue, writer.flush_secs, writer.filename_suffix)
    assert got == (tmp_path, None, 20, 30, ".x")
    assert writer.all_writers == {str(tmp_path): writer.file_writer}
    assert writer._get_file_writer() is writer.file_writer


def test_a_change_of_directory_does_not_scatter_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    writer = SummaryWriter("run")
    monkeypatch.chdir(tmp_path / "elsewhere")

    writer.add_scalars("loss", {"a": 1.0}, 0)
    writer.close()
    writer.add_scalar("x", 1.0, 1)

    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert len(list((tmp_path / "run").glob("events*"))) == 2


def test_a_closed_writer_goes_on_in_a_new_file_without_purging_again(tmp_path: Path, read_events: ReadEvents) -> None:
    with SummaryWriter(tmp_path, purge_step=3) as writer:
        writer.add_scalar("x", 1.0, 3)
    writer.close()
    writer.add_scalar("x", 2.0, 4)
    writer.close()

    kinds = [event.WhichOneof("what") for event in read_events(tmp_path)]
    assert kinds == [
        *("file_version", "file_version", "session_log", "summary", "session_log"),
        *("file_version", "summary", "session_log"),
    ]


def test_the_session_log_of_a_closed_file_says_stop(tmp_path: Path, read_events: ReadEvents) -> None:
    SummaryWriter(tmp_path).close()

    last = read_events(tmp_path)[-1]
    assert last.session_log.status == last.session_log.STOP
    assert last.wall_time > 0


def test_a_forgotten_writer_ends_its_file(tmp_path: Path, read_events: ReadEvents) -> None:
    SummaryWriter(tmp_path / "garbage").add_scalar("x", 1.0, 0)
    gc.collect()
    script = """
        import sys
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1])
        writer.add_scalars("loss", {"a": 1.0}, 0)
    """
    subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script), str(tmp_path / "exit")], check=True, timeout=60
    )

    for run in ("garbage", "exit", "exit/loss_a"):
        files = [path for path in (tmp_path / run).iterdir() if path.is_file()]
        assert [read_events(path)[-1].WhichOneof("what") for path in files] == ["session_log"]


def test_eight_threads_share_a_writer(tmp_path: Path, read_events: ReadEvents) -> None:
    writer = SummaryWriter(tmp_path)

    def work(number: int) -> None:
        for step in range(400):
            writer.add_scalar(f"thread/{number}", step * 0.5, step)
            if step % 100 == 0:
                writer.add_scalars("together", {f"{number}": step}, step)
                writer.add_text("note", "x" * 1000, step)
                writer.add_image("picture", np.zeros((1, 4, 4)), step)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()

    got = points([event for path in tmp_path.glob("events*") for event in read_events(path)])
    for number in range(8):
        assert [point for point in got if point[0] == f"thread/{number}"] == [
            (f"thread/{number}", step, step * 0.5) for step in range(400)
        ]
        assert points(read_events(tmp_path / f"together_{number}")) == [("together", s, s) for s in (0, 100, 200, 300)]


def test_eight_threads_log_a_hundred_thousand_points_each(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path)
    count = 100_000 if NAME == "native" else 2_000

    def work(number: int) -> None:
        tag = f"thread/{number}"
        for step in range(count):
            writer.add_scalar(tag, 0.5, step)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()

    (path,) = tmp_path.iterdir()
    data, scanner = path.read_bytes(), Scanner()
    batch = scanner.scan(data)
    assert (scanner.offset, batch.damage) == (len(data), [])
    assert sorted(tag for tag, _, _ in scanner.series) == [f"thread/{number}".encode() for number in range(8)]
    for start, end in zip(batch.scalar_start[:-1], batch.scalar_start[1:], strict=True):
        np.testing.assert_array_equal(batch.step[start:end], np.arange(count))
    assert writer.stats().calls == 8 * count


def test_add_scalars_needs_no_descriptor_for_each_key(
    tmp_path: Path, read_events: ReadEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OPEN_FILES", 4)
    writer = SummaryWriter(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    for step in range(3):
        writer.add_scalars("loss", {f"{key:02}": key for key in range(20)}, step)

    assert len(os.listdir("/proc/self/fd")) - before <= 4
    assert len(writer.all_writers) == 21
    writer.close()
    for key in range(20):
        assert points(read_events(tmp_path / f"loss_{key:02}")) == [("loss", step, key) for step in range(3)]
        assert len(list((tmp_path / f"loss_{key:02}").iterdir())) == 1


def test_a_key_can_not_lead_out_of_the_run(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path / "run")

    writer.add_scalars("../up", {"a/../../../b": 1.0, "..": 2.0, "nul\0": 3.0, "deep/er": 4.0}, 0)

    assert sorted(str(path.parent.relative_to(tmp_path)) for path in tmp_path.rglob("events*")) == sorted(
        ["run", "run/.._up_a_.._.._.._b", "run/.._up_..", "run/.._up_nul_", "run/.._up_deep/er"]
    )


def test_a_run_of_add_scalars_that_can_not_be_made_does_not_stop_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writer = SummaryWriter(tmp_path)
    (tmp_path / "loss_a").write_text("in the way")

    writer.add_scalars("loss", {"a": 1.0, "b": 2.0}, 0)

    assert "can't write" in caplog.text
    assert (tmp_path / "loss_b").is_dir()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda w: w.add_scalar(5, 1.0), ArgumentTypeError, "tag: got int 5, want a string"),
        (lambda w: w.add_scalar(["x"], 1.0), ArgumentTypeError, "tag: got list ['x'], want a string"),
        (lambda w: w.add_scalar("x", [1, 2]), ArgumentError, "scalar_value: got list [1, 2] with 2 elements"),
        (lambda w: w.add_scalar("x", None), ArgumentTypeError, "scalar_value: got NoneType None"),
        (lambda w: w.add_scalar("x", 1.0, 2**63), ArgumentError, "global_step: got 9223372036854775808, want a 64-bit"),
        (lambda w: w.add_scalar("x", 1.0, "one"), ArgumentError, "global_step: got str 'one', want an integer"),
        (lambda w: w.add_scalar("x", 1.0, 0, float("nan")), ArgumentError, "walltime: got nan, want finite seconds"),
        (lambda w: w.add_scalars("x", [("a", 1.0)]), ArgumentTypeError, "tag_scalar_dict: got list"),
        (lambda w: w.add_scalars("x", {"a": 1.0, "b": "?"}), ArgumentError, "tag_scalar_dict['b']: got str '?'"),
        (lambda w: w.add_scalars("x", {1: 1.0}), ArgumentTypeError, "tag_scalar_dict: key: got int 1"),
        (lambda w: w.add_scalars("x", {"k" * 300: 1.0}), ArgumentError, "want at most 255 bytes"),
        (lambda w: w.add_text("x", 5), ArgumentTypeError, "text_string: got int 5, want a string (Markdown)"),
        (lambda w: w.add_image("x", np.zeros((2, 2))), ArgumentError, "want 3 axes, or dataformats that names 2"),
        (lambda w: w.add_image("x", "a.png"), ArgumentTypeError, "img_tensor: got str 'a.png'"),
        (lambda w: w.add_figure("x", 5), ArgumentTypeError, "figure: got int, want a matplotlib figure"),
    ],
)
def test_a_wrong_argument_raises_at_once_and_writes_nothing(
    tmp_path: Path, call: Callable[[Any], None], error: type[Exception], words: str
) -> None:
    writer = SummaryWriter(tmp_path)
    before = sum(path.stat().st_size for path in tmp_path.iterdir())

    with pytest.raises(error) as caught:
        call(writer)

    assert words in str(caught.value)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) == before


def test_wrong_arguments_of_the_writer_itself_raise(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LogDirectoryError):
        SummaryWriter(tmp_path / "file")
    with pytest.raises(ArgumentTypeError, match="log_dir: got int 5"):
        SummaryWriter(5)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="comment: got int 5"):
        SummaryWriter(comment=5)  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="filename_suffix: got NoneType"):
        SummaryWriter(tmp_path, filename_suffix=None)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="purge_step: got str 'x'"):
        SummaryWriter(tmp_path, purge_step="x")  # type: ignore[arg-type]


def test_tags_that_change_all_the_time_are_not_all_remembered(
    tmp_path: Path, read_events: ReadEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED_TAGS", 10)
    writer = SummaryWriter(tmp_path)
    for step in range(35):
        writer.add_scalar(f"tag {step}", 0.0, step)

    assert len(writer._tags) <= 10
    assert [point[0] for point in points(read_events(tmp_path))] == [f"tag {step}" for step in range(35)]


def test_a_signal_handler_may_log_while_its_own_thread_is_making_a_runs_directory(tmp_path: Path) -> None:
    script = f"""
        import faulthandler, signal, time
        from sightline import SummaryWriter

        faulthandler.dump_traceback_later(30, exit=True)
        writer = SummaryWriter({str(tmp_path)!r})
        handled = 0

        def handler(*_):
            global handled
            handled += 1
            writer.add_scalars("signal", {{"a": 1.0}}, handled)

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
        step = 0
        while handled < 300:
            step += 1
            writer.add_scalars("main", {{f"k{{step % 200}}": 1.0}}, step)
        signal.setitimer(signal.ITIMER_REAL, 0, 0)
        writer.close()
        print(step, handled)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    step, handled = (int(number) for number in done.stdout.split())
    found = 0
    for path in tmp_path.rglob("*tfevents*"):
        batch = Scanner().scan(path.read_bytes())
        assert not batch.damage
        found += len(batch.step)
    assert found == step + handled
