"""The corpus by the public API alone: every run equals what TensorBoard finds in its raw events."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sightline
from sightline.store import LogDir, Run

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SLUGS = sorted(path.stem for path in (CORPUS / "expected").glob("*.json"))

every_slug = pytest.mark.parametrize(
    "slug", SLUGS or [pytest.param("", marks=pytest.mark.skip(reason="the corpus is not beside the project"))]
)


@cache
def read(slug: str) -> LogDir:
    return sightline.open_logdir(CORPUS / "files" / slug, cache=False)


def expected(slug: str) -> dict[str, dict[str, Any]]:
    """Run -> tag -> facts, of the runs without a damaged record: there TensorBoard stops and we read on."""
    runs = json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]
    sound = [run for run in runs if not any(file["tail"].startswith("bad") for file in run["files"])]
    return {run["run"]: run["tags"] for run in sound}


def form(facts: dict[str, Any]) -> str:
    (only,) = facts["value_kinds"]
    return str(facts["plugin"] or only)


@every_slug
def test_the_table_of_scalars_holds_every_point(slug: str) -> None:
    logdir = read(slug)
    frame = logdir.scalars().to_pandas()
    assert len(frame) == len(logdir.scalars())
    want = expected(slug)
    groups = {key: group for key, group in frame.groupby(["run", "tag"], observed=True) if key[0] in want}
    scalars = {
        (run, tag): facts
        for run, tags in want.items()
        for tag, facts in tags.items()
        if "scalar" in facts and facts["scalar"]["values"]
    }
    assert set(groups) == set(scalars)
    for key, facts in scalars.items():
        group, numbers = groups[key], facts["scalar"]
        finite = group["value"][np.isfinite(group["value"])]
        assert len(group) == facts["count"]
        assert group["step"].is_monotonic_increasing
        assert (group["step"].min(), group["step"].max()) == (facts["min_step"], facts["max_step"])
        assert finite.sum() == pytest.approx(numbers["sum_finite"], rel=1e-12, abs=1e-12)
        assert group["value"].isna().sum() == numbers["nan"]
        assert {facts["first_wall_time"], facts["last_wall_time"]} <= set(group["wall_time"])
        if len(finite):
            assert (finite.min(), finite.max()) == (numbers["min"], numbers["max"])


@every_slug
def test_everything_else_is_what_was_written(slug: str) -> None:
    logdir: LogDir = read(slug)
    for name, tags in expected(slug).items():
        for tag, facts in tags.items():
            check = CHECKS.get(form(facts))
            if check is not None:
                check(logdir.runs[name], tag, facts)


def pick(items: Any, facts: dict[str, Any], end: str) -> Any:
    """The first or last item as it was written: items are sorted by step, in the order of writing within one."""
    rows = np.flatnonzero((items.step == facts[f"{end}_step"]) & (items.wall_time == facts[f"{end}_wall_time"]))
    assert len(items) == facts["count"]
    return items[int(rows[0 if end == "first" else -1])]


def check_histogram(run: Run, tag: str, facts: dict[str, Any]) -> None:
    for end in ("first", "last"):
        found, want = pick(run.histograms(tag), facts, end), facts[end]
        assert found.count.sum() == pytest.approx(want["bucket_sum"])
        if "dtype" in want:
            assert len(found.count) == want["buckets"]
            if want["buckets"]:
                assert (found.left[0], found.right[-1]) == (want["first_left"], want["last_right"])
        else:  # empty buckets at both ends say nothing
            assert len(found.count) <= want["buckets"]
            assert (found.min, found.max, found.num, found.sum) == (want["min"], want["max"], want["num"], want["sum"])
            assert found.sum_squares == want["sum_squares"]


def check_text(run: Run, tag: str, facts: dict[str, Any]) -> None:
    for end in ("first", "last"):
        found, want = pick(run.texts(tag), facts, end), facts[end]
        assert list(found.strings.shape) == want["shape"]
        if found.strings.size:
            assert sha256(str(found.strings.flat[0]).encode()) == want["first_string_sha256"]


def check_image(run: Run, tag: str, facts: dict[str, Any]) -> None:
    for end in ("first", "last"):
        found, want = pick(run.images(tag), facts, end), facts[end]
        assert (found.width, found.height) == (want["width"], want["height"])
        if found.samples:
            assert sha256(found.bytes) == want.get("encoded_sha256", want.get("first_encoded_sha256"))
            assert len(found.samples) == want.get("images", 1)


def check_audio(run: Run, tag: str, facts: dict[str, Any]) -> None:
    for end in ("first", "last"):
        found, want = pick(run.audio(tag), facts, end), facts[end]
        assert sha256(found.bytes) == want["first_string_sha256"]
        assert found.mime == "audio/wav"


def check_array(run: Run, tag: str, facts: dict[str, Any]) -> None:
    for end in ("first", "last"):
        found, want = pick(run.tensors(tag), facts, end), facts[end]
        assert list(found.array.shape) == want["shape"]
        if "strings" in want:
            assert sha256(found.array.flat[0]) == want["first_string_sha256"]
        else:
            assert found.array.size == want["size"]


def check_hparams(run: Run, tag: str, facts: dict[str, Any]) -> None:
    assert (run.hparams != {}) == ("_hparams_/session_start_info" in run.tags()["hparams"])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


CHECKS = {
    "histograms": check_histogram,
    "histo": check_histogram,
    "text": check_text,
    "images": check_image,
    "image": check_image,
    "audio": check_audio,
    "pr_curves": check_array,
    "mesh": check_array,
    "custom_scalars": check_array,
    "graph_keras_model": check_array,
    "graph_run_metadata": check_array,
    "graph_run_metadata_graph": check_array,
    "hparams": check_hparams,
}
"""By plugin, or by form where there is none; scalars are in the table."""


@every_slug
def test_every_form_in_the_corpus_is_looked_at(slug: str) -> None:
    forms = {form(facts) for tags in expected(slug).values() for facts in tags.values()}
    assert forms - set(CHECKS) <= {"simple_value", "scalars"}
