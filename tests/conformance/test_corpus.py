"""Event files from the wild: both kernels agree, and the scalars are those that TensorBoard's raw events hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
SLUGS = sorted(path.stem for path in (CORPUS / "expected").glob("*.json"))
PYTHON_BYTES = 300_000
"""Of a file that the pure-Python kernel reads as well: it does about 10 MB a second."""
NOTHING_AFTER = ("garbage-tail", "zero-tail")
"""Runs with a wrong length and no record after it."""

pytestmark = pytest.mark.skipif(not SLUGS, reason="the corpus of event files is not beside the project")


@pytest.fixture(scope="module", params=SLUGS)
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def files_of(slug: str, run: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
    folder = CORPUS / "files" / slug / run["run"]
    return [(folder / file["name"], file) for file in sorted(run["files"], key=lambda file: str(file["name"]))]


def test_files_end_where_tensorboard_says(slug: str, tools: Any) -> None:
    kernel = tools.kernels[-1]
    for run in json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]:
        for path, expected in files_of(slug, run):
            found = tools.read_file(kernel, path, 1 << 20)
            match expected["tail"]:
                case "clean" | "empty":
                    assert (found.offset, found.damage, found.truncated) == (expected["size"], [], False), path
                case "truncated_header" | "truncated_record":
                    assert (found.offset, found.damage, found.truncated) == (expected["tail_offset"], [], True), path
                case "bad_length_crc":
                    (damage,) = found.damage
                    assert damage.offset == expected["tail_offset"]
                    if run["run"] in NOTHING_AFTER:
                        assert (damage.length, found.ended, found.offset) == (0, True, expected["tail_offset"]), path
                        assert found.records == expected["events"]
                    else:  # TensorBoard stops there; we find the next record and read on
                        assert (damage.length > 0, found.ended, found.offset) == (True, False, expected["size"]), path
                        assert found.records > expected["events"]
                case "bad_data_crc":  # TensorBoard stops there; we step over it and read on
                    assert found.damage[0].offset == expected["tail_offset"], path
                    assert found.records > expected["events"]
                case other:
                    pytest.fail(f"an unknown ending: {other}")
            if not expected["tail"].startswith("bad"):
                assert found.records == expected["events"], path


def test_scalars_are_tensorboards(slug: str, tools: Any) -> None:
    kernel = tools.kernels[-1]
    for run in json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]:
        files = files_of(slug, run)
        stopped = any(expected["tail"].startswith("bad") for _, expected in files)
        points: dict[str, list[tuple[int, str, str]]] = {}
        for path, _ in files:
            for (tag, _form), rows in tools.read_file(kernel, path, 1 << 16).points.items():
                points.setdefault(tag.decode(), []).extend(rows)
        wanted = {tag: each for tag, each in run["tags"].items() if "scalar" in each}
        assert points.keys() == wanted.keys(), run["run"]
        for tag, want in wanted.items():
            if stopped:  # TensorBoard stops at the damage; what we read after it comes on top
                assert (len(points[tag]) > want["scalar"]["values"]) == (run["run"] not in NOTHING_AFTER), tag
                del points[tag][want["scalar"]["values"] :]
            steps = [step for step, _, _ in points[tag]]
            values = np.array([float(value) for _, _, value in points[tag]])
            finite = values[np.isfinite(values)]
            scalar = want["scalar"]
            assert len(values) == scalar["values"], tag
            assert (steps[0], steps[-1]) == (want["first_step"], want["last_step"]), tag
            assert (min(steps), max(steps)) == (want["min_step"], want["max_step"]), tag
            assert math.fsum(finite) == pytest.approx(scalar["sum_finite"], rel=1e-12, abs=1e-300), tag
            assert (np.isnan(values).sum(), (values == np.inf).sum(), (values == -np.inf).sum()) == (
                scalar["nan"],
                scalar["pos_inf"],
                scalar["neg_inf"],
            ), tag
            if len(finite):
                assert (finite.min(), finite.max()) == (scalar["min"], scalar["max"]), tag
            times = [float(time) for _, time, _ in points[tag]]
            assert (times[0], times[-1]) == (want["first_wall_time"], want["last_wall_time"]), tag


def test_both_kernels_agree(slug: str, tools: Any) -> None:
    compared = 0
    for path in sorted((CORPUS / "files" / slug).rglob("*")):
        if path.is_file() and path.stat().st_size <= PYTHON_BYTES:
            first, *others = (tools.read_file(kernel, path, 1 << 16) for kernel in tools.kernels)
            assert all(other == first for other in others), path
            compared += 1
    if not compared:
        pytest.skip(f"no file of {slug} is below {PYTHON_BYTES} bytes")
