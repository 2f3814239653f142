"""The benchmark runs, and its rows add up; what it measures is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reader_benchmark_runs_on_small_sizes() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "reader.py"), "--quick"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    rows = result.stdout.splitlines()
    assert sum(line.startswith("sightline") and "4,000" in line for line in rows) == 1
    assert sum(line.startswith("data server") and "4,000" in line for line in rows) == 3
    assert "0 of 2 never" in rows[-1]
