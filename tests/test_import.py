"""``import sightline`` in a training script brings NumPy and the kernel, nothing else."""

from __future__ import annotations

import subprocess
import sys

import sightline

ASK = """
import sys, numpy
before = set(sys.modules)
import sightline
from sightline import SummaryWriter
print(*sorted(set(sys.modules) - before))
"""

FORMAT_AND_WRITER = ("sightline._native", "sightline.errors", "sightline.format", "sightline.kinds", "sightline.writer")


def loaded() -> list[str]:
    done = subprocess.run([sys.executable, "-W", "error", "-c", ASK], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_writer_loads_the_format_the_rooms_encoders_and_the_standard_library_only() -> None:
    names = loaded()

    packages = {name.partition(".")[0] for name in names} - {"sightline", "numpy"}
    assert packages <= sys.stdlib_module_names | {"org"}  # "org": copy looks for Jython
    own = [name for name in names if name.startswith("sightline.")]
    assert [name for name in own if not name.startswith(FORMAT_AND_WRITER)] == []
    assert [name for name in own if name.endswith((".api", ".decode"))] == []


def test_nothing_that_starts_threads_processes_or_connections_is_loaded() -> None:
    assert not {"asyncio", "logging", "multiprocessing", "concurrent", "socket", "ssl", "subprocess"} & set(loaded())


def test_the_public_names_are_these() -> None:
    names = ["FileWriter", "GlobalSummaryWriter", "SummaryWriter", "compat", "open_logdir", "summary_iterator"]
    assert sightline.__all__ == names
    assert set(sightline.__all__) <= set(dir(sightline))


def test_each_of_them_is_there_after_nothing_but_the_import() -> None:
    for name in sightline.__all__:
        code = f"import sightline; sightline.{name}"
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    assert not hasattr(sightline, "FileWriters")
