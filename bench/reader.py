"""Reading log directories: the store, TensorBoard's data server (Rust) and its EventAccumulator (Python).

``python bench/reader.py`` (some minutes, 1 GB of temporary files), ``--quick`` for a smoke test, ``--scene 10m`` for
one of them, ``--images-gb 2`` for the whole row of pictures. Each program reads the same files in a process of its
own. Ours verifies every checksum of scalars and keeps every point.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from sightline.format import kernel
from sightline.format.event import Event, Image, Summary, Value
from sightline.store import Changes, Follower, LogDir

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
ALL_POINTS = ("--samples-per-plugin", "scalars=all")
PICTURE_BYTES = 1 << 20
MOST_COLD = 3
"""Rounds of reading from the disk itself."""
SLOW_PICTURES = 20
"""EventAccumulator takes minutes for a gigabyte of pictures: it reads a run with so many."""


@dataclass(frozen=True, slots=True)
class Load:
    """One program's reading of a directory."""

    seconds: float
    megabytes: float
    """Memory when everything was read: resident, less what the process had before it began, where that is known."""
    points: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A log directory that is read."""

    title: str
    runs: int
    tags: int
    points: int
    """Of each tag."""
    pictures: int = 0

    @property
    def everything(self) -> int:
        return self.pictures or self.runs * self.tags * self.points

    def write(self, root: Path) -> None:
        if self.pictures:
            write_pictures(root / "pictures", self.pictures)
        else:
            write_runs(root, self.runs, self.tags, self.points)


SCENES = {
    "file": Scene("one file of a million scalars", 1, 10, 100_000),
    "2m": Scene("100 runs x 20 tags x 1000 points", 100, 20, 1000),
    "10m": Scene("1000 runs x 10 tags x 1000 points", 1000, 10, 1000),
    "tags": Scene("one run of 12,345 tags", 1, 12_345, 10),
}
QUICK = {
    "file": Scene("one file of 2,000 scalars", 1, 2, 1000),
    "2m": Scene("10 runs x 4 tags x 100 points", 10, 4, 100),
    "10m": Scene("20 runs x 2 tags x 100 points", 20, 2, 100),
    "tags": Scene("one run of 123 tags", 1, 123, 10),
}


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


def write_pictures(run: Path, count: int) -> None:
    """One run of pictures of a megabyte each; nothing here decodes them."""
    run.mkdir(parents=True)
    with (run / "events.out.tfevents.1").open("wb") as file:
        file.write(kernel.frame(b"\x1a\x0dbrain.Event:2"))
        for step in range(count):
            image = Image(height=512, width=512, colorspace=3, encoded_image_string=os.urandom(PICTURE_BYTES))
            value = Value(tag="samples", image=image)
            event = Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value]))
            file.write(kernel.frame(event.SerializeToString()))


def resident_bytes(process: int | str = "self") -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES


def load_here(root: str, cache: bool, ask: bool) -> dict[str, float]:
    """The child process: read everything, with ``ask`` also ask for every series, then look again some times."""
    before = resident_bytes()
    start = time.perf_counter()
    logdir = LogDir(root, cache=cache)
    logdir.refresh()
    if ask:
        for run in logdir.runs.values():
            for series in run.series.values():
                series.steps_as_written()
    seconds = time.perf_counter() - start
    megabytes = (resident_bytes() - before) / 1e6
    again = []
    for _ in range(5):
        start = time.perf_counter()
        assert not logdir.refresh()
        again.append(time.perf_counter() - start)
    points = sum(run.points for run in logdir.runs.values())
    logdir.save_index()
    return {"seconds": seconds, "megabytes": megabytes, "points": points, "again": statistics.median(again)}


def by_store(root: Path, *flags: str) -> tuple[Load, float]:
    command = [sys.executable, __file__, "--child", str(root), *flags]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
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


def forget(root: Path) -> None:
    """Ask the system to drop the files' pages from its cache: the next reading comes from the disk."""
    for path in root.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)  # what is not on the disk yet is not dropped
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def cold(root: Path, measure: Callable[[], Load]) -> Load:
    forget(root)
    return measure()


def by_event_accumulator(root: Path, runs: int) -> Load:
    """A few runs only: all of them would take minutes."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    before = resident_bytes()
    start = time.perf_counter()
    kept = []
    for path in sorted(root.iterdir())[:runs]:
        accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0, "images": 0})
        accumulator.Reload()
        kept.append(accumulator)
    seconds = time.perf_counter() - start
    points = sum(len(one.Scalars(tag)) for one in kept for tag in one.Tags()["scalars"])
    points += sum(len(one.Images(tag)) for one in kept for tag in one.Tags()["images"])
    return Load(seconds, (resident_bytes() - before) / 1e6, points)


def until_listed(command: list[str], address: str, path: str, is_all: Callable[[bytes], bool], points: int) -> Load:
    """From the start of a viewer's process until it lists every run over HTTP, asked every 10 ms."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        url = next((found[0] for line in process.stdout if (found := re.search(address, line))), "")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port or 0)
            connection.request("GET", path)
            done = is_all(connection.getresponse().read())
            connection.close()
            if done:
                return Load(time.perf_counter() - start, resident_bytes(process.pid) / 1e6, points)
            time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()


def sightline_lists(root: Path, scene: Scene, *flags: str, whole: bool = False) -> Load:
    """Until all runs are named, as TensorBoard's row; ``whole``: until every point is read as well."""

    def is_all(answer: bytes) -> bool:
        catalogue = json.loads(answer)
        if not whole:
            return len(catalogue["runs"]) == scene.runs
        points = sum(run["points"] for run in catalogue["runs"])
        return bool(catalogue["progress"]["done"]) and points == scene.everything

    command = [sys.executable, "-m", "sightline", str(root), "--port", "0", *flags]
    return until_listed(command, r"http://127\.0\.0\.1:\d+", "/api/catalogue", is_all, scene.everything)


def read_whole(root: Path, scene: Scene, *flags: str) -> Load:
    return sightline_lists(root, scene, *flags, whole=True)


def tensorboard_lists(root: Path, scene: Scene) -> Load:
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(root), "--port", "0", "--load_fast", "true"]
    return until_listed(
        command, r"http://\S+", "/data/runs", lambda answer: len(json.loads(answer)) == scene.runs, scene.everything
    )


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
    print(f"{name:<50}{loads[0].points:>12,}{seconds:>9.3f} s{spread:>22}{megabytes:>9.0f} MB{ratio}")
    return per_point


def show(scene: Scene, root: Path, rounds: int, *, slow_runs: int, listed: bool) -> None:
    """Every row of a scene."""
    print(f"\n{scene.title}")
    print(f"{'':<50}{'points':>12}{'median':>11}{'spread':>22}{'memory':>12}{'first is':>10}")
    everything = scene.everything
    found = [by_store(root) for _ in range(rounds)]
    loads = [load for load, _ in found]
    assert all(load.points == everything for load in loads)
    ours = row("sightline, first opening", loads)
    by_store(root, "--cache")  # writes the index
    second = [by_store(root, "--cache")[0] for _ in range(rounds)]
    assert all(load.points == everything for load in second)
    row("sightline, second opening", second, ours)
    asked = [by_store(root, "--cache", "--ask")[0] for _ in range(rounds)]  # rows wait until somebody asks
    row("sightline, the same, every series asked for", asked, ours)
    kept = () if scene.pictures else (("data server, checksums, all points", ("--checksum", *ALL_POINTS)),)
    for name, flags in (
        ("data server, checksums, 1000 points a tag", ("--checksum",)),
        *kept,
        ("data server, no checksums, 1000 points a tag", ()),
    ):
        row(name, [by_data_server(root, everything, *flags) for _ in range(rounds)], ours)
    rounds_cold = range(min(rounds, MOST_COLD))
    row("sightline, nothing in the page cache", [cold(root, lambda: by_store(root)[0]) for _ in rounds_cold], ours)
    name, flags = "data server, checksums, nothing in the page cache", ("--checksum",)
    row(name, [cold(root, lambda: by_data_server(root, everything, *flags)) for _ in rounds_cold], ours)
    slow = root
    if scene.pictures:
        slow = root.with_name("few pictures")
        write_pictures(slow / "pictures", min(SLOW_PICTURES, scene.pictures))
    row("EventAccumulator, all points, a part only", [by_event_accumulator(slow, slow_runs)], ours)
    if listed:
        start = repeat(rounds, sightline_lists, root, scene, "--no-cache")
        first = row("sightline, process start -> listed over HTTP", start)
        row("sightline, the same, every point read", repeat(rounds, read_whole, root, scene, "--no-cache"), first)
        row("sightline, the same, second opening", repeat(rounds, read_whole, root, scene), first)
        row("TensorBoard, process start -> listed over HTTP", repeat(rounds, tensorboard_lists, root, scene), first)
    if not scene.pictures:
        per_point = statistics.median(load.megabytes for load in loads) * 1e6 / everything
        again = statistics.median(again for _, again in found)
        print(f"{per_point:.1f} bytes a point; a second look at everything, nothing changed: {again * 1e3:.1f} ms")


def repeat(rounds: int, measure: Callable[..., Load], *arguments: object) -> list[Load]:
    return [measure(*arguments) for _ in range(rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once each: only to see that it works")
    parser.add_argument("--scene", action="append", choices=[*SCENES, "images", "follow"], help="only these")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images-gb", type=float, default=0.2, help="gigabytes of pictures (default: 0.2)")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--cache", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(load_here(options.child, options.cache, options.ask)))
        return
    rounds, followed = (1, 2) if options.quick else (options.rounds, 40)
    pictures = 3 if options.quick else max(1, int(options.images_gb * 1000))
    scenes = {
        **(QUICK if options.quick else SCENES),
        "images": Scene(f"{pictures} MB of pictures in one run", 1, 1, 0, pictures),
    }
    chosen = options.scene or [*scenes, "follow"]

    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorboard", "tensorboard-data-server", "numpy"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {kernel.NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        for name, scene in scenes.items():
            if name in chosen:
                root = Path(folder) / name
                scene.write(root)
                show(scene, root, rounds, slow_runs=2 if options.quick else 3, listed=name == "10m")
        if "follow" in chosen:
            root = Path(folder) / "follow"
            write_runs(root, *((10, 2, 10) if options.quick else (100, 20, 1000)))
            delays = sorted(follow(root, followed))
            lost = followed - len(delays)
            print(
                f"\nA point written -> told to the subscriber: median {statistics.median(delays) * 1e3:.0f} ms, "
                f"p95 {delays[math.ceil(0.95 * len(delays)) - 1] * 1e3:.0f} ms, {lost} of {followed} never"
            )


if __name__ == "__main__":
    main()
