"""Reading a whole log directory: the store, TensorBoard's data server (Rust) and its EventAccumulator (Python).

``python bench/reader.py`` (about a minute), ``--quick`` for a smoke test, ``--runs 1000 --tags 10`` for ten million
points. Each program reads the same directory in a process of its own. Ours verifies every checksum and keeps every
point.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sightline.format import kernel
from sightline.store import Changes, Follower, LogDir

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Load:
    """One program's reading of the directory."""

    seconds: float
    megabytes: float
    """Memory when everything was read: resident, less what the process had before it began, where that is known."""
    points: int


def write_runs(root: Path, runs: int, tags: int, points: int) -> None:
    """Runs of one file each, the tags in turn at every step, as a training loop writes them."""
    names = [f"group{tag % 3}/metric{tag}".encode() for tag in range(tags)]
    for run in range(runs):
        path = root / f"run{run:04d}" / "events.out.tfevents.1"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            file.write(kernel.frame(b"\x1a\x0dbrain.Event:2"))
            for step in range(points):
                wall_time = 1.7e9 + step * 0.05
                file.write(b"".join(kernel.frame_scalar(name, 1 / (step + 1), step, wall_time) for name in names))


def resident_bytes(process: int | str = "self") -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES


def load_here(root: str) -> dict[str, float]:
    """The child process: read everything, then look again three times."""
    before = resident_bytes()
    start = time.perf_counter()
    logdir = LogDir(root)
    logdir.refresh()
    seconds = time.perf_counter() - start
    megabytes = (resident_bytes() - before) / 1e6
    again = []
    for _ in range(5):
        start = time.perf_counter()
        assert not logdir.refresh()
        again.append(time.perf_counter() - start)
    points = sum(run.points for run in logdir.runs.values())
    return {"seconds": seconds, "megabytes": megabytes, "points": points, "again": statistics.median(again)}


def by_store(root: Path) -> tuple[Load, float]:
    output = subprocess.run([sys.executable, __file__, "--child", str(root)], check=True, capture_output=True).stdout
    found = json.loads(output)
    return Load(found["seconds"], found["megabytes"], int(found["points"])), found["again"]


def by_data_server(root: Path, points: int, *flags: str) -> Load:
    """One load cycle, as the Rust server reports it."""
    from tensorboard_data_server import server_binary  # type: ignore[import-untyped]

    command = [server_binary(), "--logdir", str(root), "--port", "0", "--reload", "once", "-v", *flags]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"Finished load cycle \(([\d.]+)(ms|s|µs)\)", line):
                seconds = float(found[1]) * {"s": 1, "ms": 1e-3, "µs": 1e-6}[found[2]]
                return Load(seconds, resident_bytes(process.pid) / 1e6, points)
        raise RuntimeError("the data server ended without a load cycle")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def by_event_accumulator(root: Path, runs: int) -> Load:
    """A few runs only: all of them would take minutes."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    before = resident_bytes()
    start = time.perf_counter()
    kept = []
    for path in sorted(root.iterdir())[:runs]:
        accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
        accumulator.Reload()
        kept.append(accumulator)
    seconds = time.perf_counter() - start
    points = sum(len(one.Scalars(tag)) for one in kept for tag in one.Tags()["scalars"])
    return Load(seconds, (resident_bytes() - before) / 1e6, points)


def follow(root: Path, points: int) -> list[float]:
    """Seconds from a point's bytes being in the file to the subscriber being called; all runs are followed."""
    logdir = LogDir(root)
    path = root / "live" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.touch()
    told = threading.Event()
    delays = []

    def note(changes: Changes) -> None:
        if "live" in changes.runs:
            told.set()

    with Follower(logdir) as follower:
        follower.subscribe(note)
        deadline = time.monotonic() + 60
        while not logdir.progress.done or "live" not in logdir.runs:
            assert time.monotonic() < deadline, "the log directory was not read in a minute"
            time.sleep(0.01)
        for step in range(points):
            time.sleep(0.05 + 0.037 * (step % 7))  # at no fixed place between two looks
            told.clear()
            with path.open("ab") as file:
                file.write(kernel.frame_scalar(b"loss", 1.0, step, time.time()))
            start = time.perf_counter()
            if told.wait(20):
                delays.append(time.perf_counter() - start)
    return delays


def row(name: str, loads: list[Load], ours: float | None = None) -> float:
    seconds = statistics.median(load.seconds for load in loads)
    per_point = seconds / loads[0].points
    spread = f"{min(load.seconds for load in loads):.3g} to {max(load.seconds for load in loads):.3g} s"
    megabytes = statistics.median(load.megabytes for load in loads)
    ratio = "" if ours is None else f"{per_point / ours:>9.1f}x"
    print(f"{name:<48}{loads[0].points:>12,}{seconds:>9.3f} s{spread:>20}{megabytes:>9.0f} MB{ratio}")
    return per_point


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once each: only to see that it works")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--tags", type=int, default=20)
    parser.add_argument("--points", type=int, default=1000, help="of each tag")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(load_here(options.child)))
        return
    runs, tags, points = (10, 4, 100) if options.quick else (options.runs, options.tags, options.points)
    rounds, followed = (1, 2) if options.quick else (5, 40)
    everything = runs * tags * points

    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorboard", "tensorboard-data-server", "numpy"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {kernel.NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    print(f"{runs} runs x {tags} tags x {points} points\n")
    print(f"{'':<48}{'points':>12}{'median':>11}{'spread':>20}{'memory':>12}{'ours is':>10}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_runs(root, runs, tags, points)
        found = [by_store(root) for _ in range(rounds)]
        loads = [load for load, _ in found]
        assert all(load.points == everything for load in loads)
        ours = row("sightline, checksums verified, all kept", loads)
        for name, flags in (
            ("data server, checksums, 1000 points a tag", ("--checksum",)),
            ("data server, checksums, all points", ("--checksum", "--samples-per-plugin", "scalars=all")),
            ("data server, no checksums, 1000 points a tag", ()),
        ):
            row(name, [by_data_server(root, everything, *flags) for _ in range(rounds)], ours)
        row(
            "EventAccumulator, all points, some runs only",
            [by_event_accumulator(root, 2 if options.quick else 3)],
            ours,
        )

        per_point = statistics.median(load.megabytes for load in loads) * 1e6 / everything
        again = statistics.median(again for _, again in found)
        print(
            f"\nOurs: {per_point:.1f} bytes a point; a second look at everything, nothing changed: {again * 1e3:.1f} ms"
        )
        delays = sorted(follow(root, followed))
        lost = followed - len(delays)
        print(
            f"A point written -> told to the subscriber: median {statistics.median(delays) * 1e3:.0f} ms, "
            f"p95 {delays[int(0.95 * (len(delays) - 1))] * 1e3:.0f} ms, {lost} of {followed} never"
        )


if __name__ == "__main__":
    main()
