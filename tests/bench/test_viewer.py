"""The benchmark runs, and its rows are there; what it measures is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_viewer_benchmark_runs_on_small_sizes() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "viewer.py"), "--quick"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    rows = result.stdout.splitlines()
    assert "could not be measured" not in result.stdout, result.stdout
    assert sum(line.startswith("sightline: ") for line in rows) == 26, result.stdout
    assert sum(line.startswith("TensorBoard: ") for line in rows) == 16, result.stdout
    assert "0 of 3 never" in rows[-1]
