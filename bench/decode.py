"""Decoding one event file of scalars into columns: the kernel, its Python twin, and TensorBoard's two loaders.

``python bench/decode.py`` (about two minutes), ``--quick`` for a smoke test. Every row reads the same file, unless its
number of points says otherwise. Ours verifies every checksum and keeps every point, on one core.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from sightline.format import kernel, scan

TAGS = [f"{group}/{name}".encode() for group in ("train", "val") for name in ("loss", "accuracy", "f1", "lr", "grad")]
BLOCK = 4 << 20
"""Bytes of one scan: what the store asks for."""


def write_scalars(path: Path, points: int) -> None:
    """A training run's file: ten tags in turn, a step and a wall time for each round."""
    with path.open("wb") as file:
        file.write(kernel.frame(b"\x1a\x0dbrain.Event:2"))
        for i in range(points):
            step, tag = divmod(i, len(TAGS))
            file.write(kernel.frame_scalar(TAGS[tag], 1 / (step + 1), step, 1.7e9 + step * 0.05))


def by_scanner(scanner: scan.Scanner, path: Path) -> int:
    points = 0
    fd = os.open(path, os.O_RDONLY)
    try:
        while (batch := scanner.scan_file(fd, BLOCK)).bytes_read:
            points += len(batch.value)
            assert not batch.damage
    finally:
        os.close(fd)
    return points


def by_event_accumulator(path: Path) -> int:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    return sum(len(accumulator.Scalars(tag)) for tag in accumulator.Tags()["scalars"])


def by_data_server(path: Path, *flags: str) -> float:
    """Seconds of one load cycle, as TensorBoard's Rust server reports it."""
    from tensorboard_data_server import server_binary  # type: ignore[import-untyped]

    command = [server_binary(), "--logdir", str(path.parent), "--port", "0", "--reload", "once", "-v", *flags]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if found := re.search(r"Finished load cycle \(([\d.]+)(ms|s|µs)\)", line):
                    return float(found[1]) * {"s": 1, "ms": 1e-3, "µs": 1e-6}[found[2]]
        finally:
            process.kill()
    raise RuntimeError("the data server ended without a load cycle")


def seconds(read: Callable[[], int], want: int) -> float:
    start = time.perf_counter()
    got = read()
    taken = time.perf_counter() - start
    assert got == want, f"{got} of {want} points"
    return taken


def report(name: str, points: int, times: list[float], ours: float | None) -> float:
    rate = points / statistics.median(times)
    spread = f"{points / max(times) / 1e6:.3g} to {points / min(times) / 1e6:.3g}"
    ratio = "" if ours is None else f"{ours / rate:>8.1f}x"
    print(f"{name:<46}{points:>10,}{statistics.median(times):>9.3f} s{rate / 1e6:>9.3f}{spread:>20}{ratio}")
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once each: only to see that it works")
    quick = parser.parse_args().quick
    large, small, rounds = (20_000, 5_000, 1) if quick else (1_000_000, 100_000, 7)

    versions = ", ".join(f"{name} {version(name)}" for name in ("tensorboard", "tensorboard-data-server", "numpy"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {kernel.NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    print(f"\n{'':<46}{'points':>10}{'median':>11}{'M/s':>9}{'spread, M/s':>20}{'ours is':>9}")
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for points in (large, small):
            files[points] = Path(folder) / str(points) / "events.out.tfevents.1"
            files[points].parent.mkdir()
            write_scalars(files[points], points)
        path = files[large]
        size = path.stat().st_size

        times = [seconds(lambda: by_scanner(kernel.Scanner(), path), large) for _ in range(rounds)]
        ours = report(f"sightline, {kernel.NAME} kernel, checksums verified", large, times, None)
        twin = [seconds(lambda: by_scanner(scan.Scanner(), files[small]), small) for _ in range(min(rounds, 3))]
        report("sightline, Python kernel, checksums verified", small, twin, ours)

        for name, flags in (
            ("data server, checksums, 1000 points a tag kept", ("--checksum",)),
            ("data server, checksums, all points kept", ("--checksum", "--samples-per-plugin", "scalars=all")),
            ("data server, no checksums, 1000 points a tag", ()),
        ):
            times = [by_data_server(path, *flags) for _ in range(min(rounds, 5))]
            report(name, large, times, ours)
        times = [seconds(lambda: by_event_accumulator(files[small]), small) for _ in range(min(rounds, 3))]
        report("EventAccumulator, all points kept", small, times, ours)
    print(f"\nThe file of {large:,} points has {size:,} bytes: {size / large:.1f} a point.")


if __name__ == "__main__":
    main()
