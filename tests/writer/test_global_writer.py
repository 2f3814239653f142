"""GlobalSummaryWriter counts the steps across processes."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline import GlobalSummaryWriter
from sightline.errors import ArgumentTypeError

ReadEvents = Callable[[Path], list[Any]]


def test_processes_share_the_steps_of_a_tag(tmp_path: Path, read_events: ReadEvents) -> None:
    script = """
        import multiprocessing, sys
        from sightline import GlobalSummaryWriter

        def work(number):
            for _ in range(50):
                writer.add_scalar("shared", number)
                writer.add_scalar(f"own/{number}", 0.5)

        if __name__ == "__main__":
            multiprocessing.set_start_method("fork")
            writer = GlobalSummaryWriter(sys.argv[1])
            processes = [multiprocessing.Process(target=work, args=(number,)) for number in range(4)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
                assert process.exitcode == 0
            writer.close()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], check=True, timeout=100)

    steps: dict[str, list[int]] = {}
    for path in tmp_path.iterdir():
        for event in read_events(path):
            for value in event.summary.value:
                steps.setdefault(value.tag, []).append(event.step)
    assert sorted(steps.pop("shared")) == list(range(200))
    assert steps == {f"own/{number}": list(range(50)) for number in range(4)}


def test_each_tag_of_each_kind_has_its_own_steps(tmp_path: Path, read_events: ReadEvents) -> None:
    writer = GlobalSummaryWriter(tmp_path, coalesce_process=False)
    for _ in range(2):
        writer.add_scalar("a", 0.5, 1000.0)
        writer.add_text("a", "text", 1000.0)
        writer.add_image("a", np.zeros((4, 4, 3)), dataformats="HWC")
    writer.add_scalar("b", 0.5)
    writer.close()

    assert [(event.step, value.tag) for event in read_events(tmp_path) for value in event.summary.value] == [
        *((0, "a"), (0, "a/text_summary"), (0, "a"), (1, "a"), (1, "a/text_summary"), (1, "a"), (0, "b")),
    ]
    assert writer.file_writer.get_logdir() == str(tmp_path)


def test_the_programs_own_writer_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    writer = GlobalSummaryWriter.getSummaryWriter()
    assert GlobalSummaryWriter.getSummaryWriter() is writer
    writer.close()
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_an_argument_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentTypeError, match="want the arguments of SummaryWriter"):
        GlobalSummaryWriter(tmp_path, colour="red")
