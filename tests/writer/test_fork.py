"""After a fork parent and child log to files of their own, whatever the other threads were doing; ranks share a run."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ReadEvents = Callable[[Path], list[Any]]


def run(script: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def steps_by_file(read: ReadEvents, directory: Path) -> dict[int, dict[str, list[int]]]:
    """Process number (from the file's name) -> tag -> steps."""
    found: dict[int, dict[str, list[int]]] = {}
    for path in directory.glob("*tfevents*"):
        tags = found.setdefault(int(path.name.split(".")[-2]), {})
        for event in read(path):
            for value in event.summary.value:
                tags.setdefault(value.tag, []).append(event.step)
    return found


@pytest.mark.parametrize("durability", ["process", "power", "buffered"])
def test_parent_and_child_log_to_files_of_their_own(tmp_path: Path, read_events: ReadEvents, durability: str) -> None:
    script = """
        import os, sys
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1], durability=sys.argv[2])
        for step in range(100):
            writer.add_scalar("before", 0.5, step)
        child = os.fork()
        name = "parent" if child else "child"
        for step in range(1000):
            writer.add_scalar(name, 0.5, step)
            if step % 100 == 0:
                writer.add_text(name, "text", step)
                writer.add_scalars("both", {name: 0.5}, step)
        writer.close()
        if not child:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    """
    run(script, str(tmp_path), durability)

    parent, child = sorted(steps_by_file(read_events, tmp_path).values(), key=len, reverse=True)
    everything, few = list(range(1000)), list(range(0, 1000, 100))
    assert parent == {"before": list(range(100)), "parent": everything, "parent/text_summary": few}
    assert child == {"child": everything, "child/text_summary": few}
    for name in ("parent", "child"):
        assert [list(tags.values()) for tags in steps_by_file(read_events, tmp_path / f"both_{name}").values()] == [
            [few]
        ]


def test_a_fork_while_other_threads_are_logging_locks_nobody_out(tmp_path: Path, read_events: ReadEvents) -> None:
    script = """
        import os, sys, threading, time
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1])
        ended = threading.Event()
        def log(number):
            step = 0
            while not ended.is_set():
                writer.add_text(f"thread/{number}", "x" * 20000, step)
                writer.add_scalars("runs", {str(number): 0.5}, step)
                step += 1
        threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        children = []
        for number in range(20):
            time.sleep(0.002)  # so that the fork finds the others in the middle of something
            child = os.fork()
            if not child:
                for step in range(50):
                    writer.add_scalar("child", 0.5, step)
                    writer.add_scalars("runs", {"child": 0.5}, step)
                writer.stats()
                writer.close()
                os._exit(0)
            children.append(child)
        ended.set()
        for thread in threads:
            thread.join()
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        writer.close()
    """
    run(script, str(tmp_path))

    files = steps_by_file(read_events, tmp_path)
    children = [tags for tags in files.values() if "child" in tags]
    assert children == [{"child": list(range(50))}] * 20
    (parent,) = (tags for tags in files.values() if "child" not in tags)
    assert all(steps == list(range(len(steps))) for steps in parent.values())


def test_a_child_that_does_not_log_makes_no_file_and_ends_nothing(tmp_path: Path, read_events: ReadEvents) -> None:
    script = """
        import multiprocessing, sys
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1])
        writer.add_hparams({"lr": 0.1})
        def work():
            writer.flush()
            writer.close()
            sys.exit(0)
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join()
        assert process.exitcode == 0
        writer.add_scalar("x", 0.5, 1)
        writer.close()
    """
    run(script, str(tmp_path))

    (path,) = tmp_path.iterdir()
    tags = [value.tag for event in read_events(path) for value in event.summary.value]
    assert tags == ["_hparams_/experiment", "_hparams_/session_start_info", "x", "_hparams_/session_end_info"]


def test_workers_of_a_data_loader_may_log(tmp_path: Path, read_events: ReadEvents) -> None:
    script = """
        import os, sys
        import torch
        from sightline import SummaryWriter
        writer = SummaryWriter(sys.argv[1])
        class Data(torch.utils.data.Dataset):
            def __len__(self):
                return 64
            def __getitem__(self, index):
                writer.add_scalar("loaded", float(index), index)
                return index
        for epoch in range(2):
            loader = torch.utils.data.DataLoader(Data(), batch_size=8, num_workers=2, multiprocessing_context="fork")
            for step, batch in enumerate(loader):
                writer.add_scalar("trained", 0.5, 8 * epoch + step)
        writer.close()
    """
    run(script, str(tmp_path))

    files = steps_by_file(read_events, tmp_path)
    assert sorted(step for tags in files.values() for step in tags.get("loaded", [])) == sorted([*range(64)] * 2)
    assert [tags["trained"] for tags in files.values() if "trained" in tags] == [list(range(16))]


def test_ranks_share_a_run(tmp_path: Path, read_events: ReadEvents) -> None:
    script = """
        import sys
        from sightline import SummaryWriter
        with SummaryWriter(sys.argv[1]) as writer:
            for step in range(2000):
                writer.add_scalar(f"rank/{sys.argv[2]}", 0.5, step)
    """
    ranks = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), str(tmp_path), str(rank)]) for rank in range(4)
    ]
    assert [rank.wait(timeout=60) for rank in ranks] == [0, 0, 0, 0]

    files = steps_by_file(read_events, tmp_path)
    assert sorted(tag for tags in files.values() for tag in tags) == [f"rank/{rank}" for rank in range(4)]
    assert all(steps == list(range(2000)) for tags in files.values() for steps in tags.values())
