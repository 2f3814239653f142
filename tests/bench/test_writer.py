"""The benchmark runs, and its rows are there; what it measures is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_writer_benchmark_runs_on_few_calls() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "writer.py"), "--quick"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    rows = result.stdout.splitlines()
    for name in ("sightline  ", "torch  ", "tensorboardX  ", "sightline, after numpy"):
        assert sum(row.startswith(name) for row in rows) == 1
