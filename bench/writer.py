"""Logging: what a call costs the training loop, ours against torch's and tensorboardX's writers.

``python bench/writer.py`` (about a minute), ``--quick`` for a smoke test. Every measurement is a process of its own
(torch's writer has a thread that would take the time of the others), the writers take turns, and all of them write to
the same temporary directory: ``TMPDIR`` chooses the disk.
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
from importlib.metadata import version
from pathlib import Path
from typing import Any

WRITERS = {
    "sightline": "sightline",
    "torch": "torch.utils.tensorboard",
    "tensorboardX": "tensorboardX",
}
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


def measure_scalars(module: str, calls: int, directory: str) -> dict[str, float]:
    """Microseconds of ``add_scalar`` in a burst, in this process."""
    writer: Any = importlib.import_module(module).SummaryWriter(directory)
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
    cpu = time.process_time() - cpu
    written = _size(directory) - size

    writer = importlib.import_module(module).SummaryWriter(directory)
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
        "bytes": written / calls,
    }


def _size(directory: str) -> int:
    return sum(path.stat().st_size for path in Path(directory).iterdir())


def in_a_process(module: str, calls: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, __file__, "--measure", module, "--calls", str(calls), "--directory", directory]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
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
    results: dict[str, list[dict[str, float]]] = {name: [] for name in WRITERS}
    for _ in range(rounds):
        for name, module in WRITERS.items():
            results[name].append(in_a_process(module, calls))

    print(f"\nadd_scalar, {calls:,} calls in a burst; microseconds a call, median of {rounds} (lowest to highest)\n")
    print(
        f"{'':<14}{'a call':>8}{'':>18}{'p50':>8}{'p99':>8}{'max':>10}{'CPU':>8}{'bytes':>7}{'ours is':>10}{'CPU':>9}"
    )
    middle = {
        name: {key: statistics.median(row[key] for row in rows) for key in rows[0]} for name, rows in results.items()
    }
    for name, rows in results.items():
        row = middle[name]
        bursts = [one["burst"] for one in rows]
        spread = f"({min(bursts):.2f} to {max(bursts):.2f})"
        line = f"{name:<14}{row['burst']:>8.2f}{spread:>18}{row['p50']:>8.2f}{row['p99']:>8.2f}{row['max']:>10.0f}"
        line += f"{row['cpu']:>8.2f}{row['bytes']:>7.1f}"
        if name != "sightline":
            line += (
                f"{row['burst'] / middle['sightline']['burst']:>9.1f}x{row['cpu'] / middle['sightline']['cpu']:>8.1f}x"
            )
        print(line)


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
    parser.add_argument("--directory", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure_scalars(arguments.measure, arguments.calls, arguments.directory)))
        return
    calls, rounds, imports = (500, 1, 1) if arguments.quick else (20_000, 7, 7)

    from sightline.format.kernel import NAME

    versions = ", ".join(f"{name} {version(name)}" for name in ("torch", "tensorboardX", "tensorboard", "numpy"))
    print(f"Python {platform.python_version()}, {versions}, kernel: {NAME}")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    report_scalars(calls, rounds)
    report_imports(imports)


if __name__ == "__main__":
    main()
