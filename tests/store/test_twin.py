"""Without the compiled kernel everything is read the same: the corpus and every form once more, by the Python twin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SAME = ("test_corpus.py", "test_public_corpus.py", "test_forms.py")


def test_the_python_kernel_passes_the_same_tests() -> None:
    environment = os.environ | {"SIGHTLINE_KERNEL": "python"}
    which = "from sightline.format import kernel; print(kernel.NAME)"
    name = subprocess.run([sys.executable, "-c", which], env=environment, capture_output=True, text=True, check=True)
    assert name.stdout == "python\n"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(str(HERE / file) for file in SAME)]
    done = subprocess.run(command, env=environment, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
