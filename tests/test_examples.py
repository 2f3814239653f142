"""Every example runs, as a user would run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_runs_and_leaves_a_run(example: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-W", "error", str(example), str(tmp_path / "run")], check=True, timeout=60)

    assert list(tmp_path.rglob("*tfevents*"))
