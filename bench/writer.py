"""Logging: what a call costs the training loop, ours against torch's and tensorboardX's writers, and trackio's log.

``python bench/writer.py`` (some two minutes), ``--quick`` for a smoke test. Every measurement is a process of its own
(torch's writer has a thread that would take the time of the others), the writers take turns, and all of them write to
the same temporary directory: ``TMPDIR`` chooses the disk. trackio is measured where it is installed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

WRITERS = {
    "sightline": "sightline",
    "torch": "torch.utils.tensorboard",
    "tensorboardX": "tensorboardX",
}
TRACKIO = "trackio"
TAG = "loss/train"
IMPORTS = {
    "numpy, from nothing": ("", "import numpy"),
    "sightline, after numpy": ("import numpy", "from sightline import SummaryWriter"),
    "torch's writer, after torch": ("import torch", "from torch.utils.tensorboard import SummaryWriter"),
    "tensorboardX, after numpy, torch not installed": (
        "import sys, numpy; sys.modules['torch'] = None",
        "from tensorboardX import SummaryWriter",
    ),
}


class TrackioWriter:
    """trackio with the interface of the others."""

    def __init__(self, directory: str) -> None:
        os.environ["TRACKIO_DIR"] = directory
        os.environ["HF_HUB_OFFLINE"] = "1"
        self._trackio: Any = importlib.import_module(TRACKIO)
        self._trackio.init(project="bench")

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        self._trackio.log({tag: value}, step=step)

    def flush(self) -> None:
        """It has no such thing."""

    def close(self) -> None:
        self._trackio.finish()


def new_writer(module: str, directory: str) -> Any:
    return TrackioWriter(directory) if module == TRACKIO else importlib.import_module(module).SummaryWriter(directory)


def measure_scalars(module: str, calls: int, directory: str) -> dict[str, float]:
    """Microseconds of ``add_scalar`` in a burst, in this process."""
    writer = new_writer(module, directory)
    for step in range(100):
        writer.add_scalar("warm", 0.5, step)
    writer.flush()
    size = _size(directory)

    cpu = time.process_time()
    start = time.perf_counter()
    for step in range(calls):
        writer.add_scalar(TAG, 0.5, step)
    burst = time.perf_counter() - start
    writer.close()
    closed = time.perf_counter() - start - burst
    cpu = time.process_time() - cpu
    written = _size(directory) - size

    writer = new_writer(module, directory)
    clock = time.perf_counter_ns
    times = []
    for step in range(calls):
        before = clock()
        writer.add_scalar(TAG, 0.5, step)
        times.append(clock() - before)
    writer.close()
    times.sort()
    return {
        "burst": burst / calls * 1e6,
        "p50": times[len(times) // 2] / 1e3,
        "p99": times[len(times) * 99 // 100] / 1e3,
        "max": times[-1] / 1e3,
        "cpu": cpu / calls * 1e6,
        "close": closed * 1e3,
        "bytes": written / calls,
    }


def _size(directory: str) -> int:
    return sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file())


def kinds(size: float) -> dict[str, tuple[Callable[[Any, int], object], int]]:
    """What is logged, and how often: ``size`` is 1, or less for a smoke test."""
    import numpy as np

    random = np.random.default_rng(0)
    floats = random.normal(size=int(1_000_000 * size)).astype(np.float32)
    noise = random.integers(0, 255, (3, 256, 256), np.uint8)
    rows = int(10_000 * size)
    matrix = random.normal(size=(rows, 128)).astype(np.float32)
    names = [f"label {number % 10}" for number in range(rows)]
    labels, predictions = random.random(100_000) > 0.5, random.random(100_000)

    def add_figure(writer: Any, step: int) -> None:
        import matplotlib

        matplotlib.use("agg")
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot([1, 3, 2])
        writer.add_figure("figure", figure, step)

    return {
        "add_histogram, 1,000,000 floats": (lambda w, step: w.add_histogram("weights", floats, step), 20),
        "add_image, noise of 3x256x256": (lambda w, step: w.add_image("noise", noise, step), 20),
        "add_figure": (add_figure, 5),
        "add_embedding, 10,000x128 with labels": (lambda w, step: w.add_embedding(matrix, names, None, step), 3),
        "add_pr_curve of 10,000": (lambda w, s: w.add_pr_curve("pr", labels[:10_000], predictions[:10_000], s), 200),
        "add_pr_curve of 100,000": (lambda w, step: w.add_pr_curve("pr", labels, predictions, step), 100),
    }


def measure_kinds(module: str, size: float, directory: str) -> dict[str, float]:
    """Milliseconds of a call of each kind, with what the writer does in its thread: until ``flush`` has returned."""
    writer = new_writer(module, directory)
    result = {}
    for name, (call, count) in kinds(size).items():
        count = count if size == 1 else 1
        call(writer, 0)
        writer.flush()
        start = time.perf_counter()
        for step in range(1, count + 1):
            call(writer, step)
        writer.flush()
        result[name] = (time.perf_counter() - start) / count * 1e3
    writer.close()
    return result


def in_a_process(module: str, *arguments: str) -> dict[str, float]:
    # NumPy's and torch's own threads spin for a while after they were made, which would count as ours.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, __file__, "--measure", module, "--directory", directory, *arguments]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def import_milliseconds(before: str, statement: str) -> float:
    script = (
        f"import time; {before or 'pass'}\nstart = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    )
    # As installed packages are imported: from their bytecode.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    return float(done.stdout.splitlines()[-1]) * 1e3


def report_scalars(calls: int, rounds: int) -> None:
    modules = dict(WRITERS)
    if has_trackio():
        modules[TRACKIO] = TRACKIO
    results: dict[str, list[dict[str, float]]] = {name: [] for name in modules}
    for _ in range(rounds):
        for name, module in modules.items():
            results[name].append(in_a_process(module, "--calls", str(calls)))

    print(f"\nadd_scalar, {calls:,} calls in a burst; microseconds a call, median of {rounds} (lowest to highest)\n")
    print(
        f"{'':<14}{'a call':>8}{'':>20}{'p50':>8}{'p99':>8}{'max':>10}{'CPU':>8}{'bytes':>7}{'close, ms':>11}"
        f"{'ours is':>10}{'CPU':>9}"
    )
    middle = {
        name: {key: statistics.median(row[key] for row in rows) for key in rows[0]} for name, rows in results.items()
    }
    for name, rows in results.items():
        row = middle[name]
        bursts = [one["burst"] for one in rows]
        spread = f"({min(bursts):.2f} to {max(bursts):.2f})"
        line = f"{name:<14}{row['burst']:>8.2f}{spread:>20}{row['p50']:>8.2f}{row['p99']:>8.2f}{row['max']:>10.0f}"
        line += f"{row['cpu']:>8.2f}{row['bytes']:>7.1f}{row['close']:>11.1f}"
        if name != "sightline":
            line += (
                f"{row['burst'] / middle['sightline']['burst']:>9.1f}x{row['cpu'] / middle['sightline']['cpu']:>8.1f}x"
            )
        print(line)
    if not has_trackio():
        print("trackio is not installed and was left out: pip install trackio")


def has_trackio() -> bool:
    try:
        return bool(version(TRACKIO))
    except PackageNotFoundError:
        return False


def report_kinds(size: float, rounds: int) -> None:
    results: dict[str, list[dict[str, float]]] = {name: [] for name in WRITERS}
    for _ in range(rounds):
        for name, module in WRITERS.items():
            results[name].append(in_a_process(module, "--size", str(size)))

    print(f"\nlarger data; milliseconds a call with all that follows from it, median of {rounds} (lowest to highest)\n")
    print(f"{'':<40}" + "".join(f"{name:>30}" for name in WRITERS) + f"{'ours is':>10}{'':>9}")
    for kind in results["sightline"][0]:
        times = {name: [row[kind] for row in rows] for name, rows in results.items()}
        middle = {name: statistics.median(each) for name, each in times.items()}
        cells = [f"{middle[name]:.2f} ({min(each):.2f} to {max(each):.2f})" for name, each in times.items()]
        ratios = [middle[name] / middle["sightline"] for name in ("torch", "tensorboardX")]
        print(f"{kind:<40}" + "".join(f"{cell:>30}" for cell in cells) + "".join(f"{ratio:>8.1f}x" for ratio in ratios))


def report_imports(rounds: int) -> None:
    print(f"\nimport; milliseconds, median of {rounds} (lowest to highest)\n")
    for name, (before, statement) in IMPORTS.items():
        times = [import_milliseconds(before, statement) for _ in range(rounds + 1)][1:]  # the first may compile
        print(f"{name:<48}{statistics.median(times):>8.1f}  ({min(times):.1f} to {max(times):.1f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few calls, once each: only to see that it works")
    parser.add_argument("--measure", metavar="MODULE", help=argparse.SUPPRESS)
    parser.add_argument("--calls", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--directory", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        if arguments.size:
            result = measure_kinds(arguments.measure, arguments.size, arguments.directory)
        else:
            result = measure_scalars(arguments.measure, arguments.calls, arguments.directory)
        print(json.dumps(result))
        return
    calls, rounds, imports = (500, 1, 1) if arguments.quick else (20_000, 7, 7)

    from sightline.format.kernel import NAME

    packages = ["torch", "tensorboardX", "tensorboard", "numpy", *([TRACKIO] if has_trackio() else [])]
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"Python {platform.python_version()}, {versions}, kernel: {NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    report_scalars(calls, rounds)
    report_kinds(0.001 if arguments.quick else 1, 1 if arguments.quick else 5)
    report_imports(imports)


if __name__ == "__main__":
    main()
