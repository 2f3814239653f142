"""The benchmark runs, and its rows add up; what it measures is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_decode_benchmark_runs_on_small_sizes() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "decode.py"), "--quick"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    rows = [line for line in result.stdout.splitlines() if " s " in line and "0,000" in line]
    assert sum(line.startswith("sightline") for line in rows) == 1
    assert sum(line.startswith("data server") for line in rows) == 3
