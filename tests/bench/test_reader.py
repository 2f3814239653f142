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
    for points in ("2,000", "4,000", "1,230", "3"):  # one file, many runs (twice), many tags, pictures
        scenes = 2 if points == "4,000" else 1
        counted = [row for row in rows if row[50:62].strip() == points]
        assert sum(row.startswith("sightline, first opening") for row in counted) == scenes
        assert sum(row.startswith("sightline, second opening") for row in counted) == scenes
        assert sum(row.startswith("data server") for row in counted) == (3 if points == "3" else 4) * scenes
        assert sum("nothing in the page cache" in row for row in counted) == 2 * scenes
    assert sum(row.startswith("EventAccumulator") for row in rows) == 5
    assert sum("process start -> listed over HTTP" in row for row in rows) == 2
    assert "0 of 2 never" in rows[-1]
