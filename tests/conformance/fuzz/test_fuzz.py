"""Whatever the bytes are and however they arrive, the kernel reads them the same and touches no byte behind their end.

``SIGHTLINE_FUZZ_SECONDS`` says how long to look for what breaks that; ``make fuzz`` looks for a minute.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SECONDS = os.environ.get("SIGHTLINE_FUZZ_SECONDS", "4")
CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("*.tfevents"))


@pytest.fixture(scope="module")
def fuzzer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzzer", Path(__file__).parent / "fuzzer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    reason = module.why_not()
    if reason is not None:
        pytest.skip(reason)
    return module


@pytest.fixture(scope="module")
def program(fuzzer: ModuleType) -> Path:
    built: Path = fuzzer.build()
    return built


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_both_kernels_agree_on_every_kept_file(tools: Any, path: Path) -> None:
    data = path.read_bytes()
    first, *others = (tools.read(kernel, data) for kernel in tools.kernels)
    assert all(other == first for other in others)
    for kernel in tools.kernels:
        assert tools.read(kernel, data, range(0, len(data), max(7, len(data) // 50))) == first


@pytest.mark.timeout(int(float(SECONDS)) + 300)
def test_no_input_is_found_that_breaks_the_kernel(
    fuzzer: ModuleType, program: Path, tools: Any, tmp_path: Path
) -> None:
    """Under the sanitizers, in every way of reading; and the readable twin gives the same for a share of the inputs."""
    found, samples = fuzzer.BUILD / "found", tmp_path / "samples"
    shutil.rmtree(found, ignore_errors=True)
    done = fuzzer.run(program, *CORPUS, *GOLDEN, "--seconds", SECONDS, "--samples", samples, "--found", found)
    assert done.returncode == 0, f"the input is in {found}\n{done.stdout}{done.stderr}"
    print(done.stdout, end="")
    kept = sorted(samples.iterdir())
    assert kept, "the fuzzer made no input"
    for path in kept:
        data = path.read_bytes()
        first, *others = (tools.read(kernel, data) for kernel in tools.kernels)
        if not all(other == first for other in others):
            shutil.copy(path, found)
            pytest.fail(f"the kernels do not agree on {found / path.name}")


@pytest.mark.parametrize(
    ("file", "line", "planted"),
    [
        ("record.cpp", "length > size - header_bytes - footer_bytes", "length > size - header_bytes"),
        ("search.cpp", "if (payload == Payload::unreadable) return false;", ""),
    ],
    ids=["a byte read behind the end", "a failed read taken for damage"],
)
def test_a_planted_fault_is_found(
    fuzzer: ModuleType, program: Path, tmp_path: Path, file: str, line: str, planted: str
) -> None:
    source = (fuzzer.KERNEL / file).read_text()
    assert line in source
    (tmp_path / file).write_text(source.replace(line, planted))
    assert fuzzer.run(program, *CORPUS).returncode == 0
    assert fuzzer.run(fuzzer.build(tmp_path / file), *CORPUS, "--seconds", "20").returncode != 0
