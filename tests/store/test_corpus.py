"""Files written by programs we did not write hold what TensorBoard finds in their raw events, nothing left out."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline.kinds import KINDS
from sightline.store import ItemSeries, LogDir, Run, ScalarSeries, SeriesKey

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SLUGS = sorted(path.stem for path in (CORPUS / "expected").glob("*.json"))

DESCRIPTION_LENGTH = 200
"""The expected values hold so much of a description."""
REASONS = {"bad_length_crc": "length checksum", "bad_data_crc": "payload checksum"}
FOUND_AGAIN = ("flip-data-byte", "flip-data-crc", "flip-length-byte", "flip-length-crc")
"""Runs with damage in the middle of a file."""


@cache
def read(slug: str) -> LogDir:
    logdir = LogDir(CORPUS / "files" / slug)
    logdir.refresh()
    return logdir


def runs() -> list[Any]:
    if not SLUGS:
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="the corpus is not beside the project"))]
    found = []
    for slug in SLUGS:
        for run in json.loads((CORPUS / "expected" / f"{slug}.json").read_text())["runs"]:
            found.append(pytest.param(slug, run, id=f"{slug}:{run['run']}"))
    return found


@pytest.mark.parametrize(("slug", "expected"), runs())
def test_every_run_holds_what_tensorboard_finds(slug: str, expected: dict[str, Any]) -> None:
    run = read(slug).runs[expected["run"]]
    check_files(run, expected["files"])
    if run.name in FOUND_AGAIN:
        # TensorBoard stops at the first damaged record; we step over it and read on.
        for tag, facts in expected["tags"].items():
            assert len(run.series[SeriesKey(kind_of(tag, facts), tag)]) > facts["count"]
        return
    graphs = {("graph", tag): facts["count"] for tag, facts in expected["migrated"].items() if is_event(facts, tag)}
    assert {(key.kind, key.tag): len(series) for key, series in run.series.items()} == {
        **{(kind_of(tag, facts), tag): facts["count"] for tag, facts in expected["tags"].items()},
        **graphs,
        **({("graph", "__meta_graph__"): expected["what"]["meta_graph_def"]} if meta(expected) else {}),
    }
    check_graphs(run, expected)
    for tag, facts in expected["tags"].items():
        check_tag(run, SeriesKey(kind_of(tag, facts), tag), facts)


def kind_of(tag: str, facts: dict[str, Any]) -> str:
    forms = list(facts["value_kinds"])
    assert len(forms) == 1, tag
    legacy = {kind.legacy_field: kind.name for kind in KINDS if kind.legacy_field not in (None, "tensor")}
    plugins = {plugin: kind.name for kind in KINDS for plugin in kind.plugin_names}
    return legacy.get(forms[0]) or plugins.get(facts["plugin"], facts["plugin"]) or forms[0]


def is_event(facts: dict[str, Any], tag: str) -> bool:
    """Whether TensorBoard made the tag from an event that is no summary."""
    return tag == "__run_graph__" or facts["plugin"] == "graph_tagged_run_metadata"


def meta(expected: dict[str, Any]) -> bool:
    return "meta_graph_def" in expected["what"]


def check_graphs(run: Run, expected: dict[str, Any]) -> None:
    series = run.series.get(SeriesKey("graph", "__run_graph__"))
    graphs = sorted(facts["sha256"] for facts in expected["graphs"] if "sha256" in facts)
    assert isinstance(series, ItemSeries) == bool(graphs)
    if isinstance(series, ItemSeries):
        strings = [series.read(row).tensor.string_val for row in range(len(series))]
        found = [hashlib.sha256(string).hexdigest() for (string,) in strings]
        assert sorted(found) == graphs
    for facts in expected["tagged_run_metadata"]:
        profiles = run.series[SeriesKey("graph", facts["tag"])]
        assert isinstance(profiles, ItemSeries)
        value = profiles.read(0)
        assert (value.tag, len(value.tensor.string_val[0])) == (facts["tag"], facts["bytes"])


def check_files(run: Run, expected: list[dict[str, Any]]) -> None:
    files = {file.name: file for file in run.files}
    assert list(files) == sorted(facts["name"] for facts in expected)
    for facts in expected:
        file = files[facts["name"]]
        assert file.size_bytes == facts["size"]
        if run.name not in FOUND_AGAIN:
            assert file.records == facts["events"] - facts["undecodable"]
        if facts["tail"] in REASONS:
            assert (file.damage[0].offset, file.damage[0].reason) == (facts["tail_offset"], REASONS[facts["tail"]])
        else:
            assert file.damage == ()
            assert file.read_bytes == facts["tail_offset"]
        assert ("unfinished record" in file.note) == facts["tail"].startswith("truncated")


def check_tag(run: Run, key: SeriesKey, facts: dict[str, Any]) -> None:
    series = run.series[key]
    columns = series.columns()
    assert (int(columns.step[0]), int(columns.step[-1])) == (facts["min_step"], facts["max_step"])
    assert len(np.unique(columns.step)) == facts["distinct_steps"]
    assert {facts["first_wall_time"], facts["last_wall_time"]} <= set(columns.wall_time.tolist())
    metadata = series.metadata
    assert metadata.display_name == facts.get("display_name", "")
    assert metadata.summary_description[:DESCRIPTION_LENGTH] == facts.get("description", "")
    if isinstance(series, ScalarSeries):
        check_numbers(series, facts["scalar"])
    elif key.kind == "image":
        for end in ("first", "last"):
            check_picture(run, key.tag, facts, end)
    elif key.kind == "text":
        for end in ("first", "last"):
            row = int(np.flatnonzero(columns.wall_time == facts[f"{end}_wall_time"])[0 if end == "first" else -1])
            strings = run.texts(key.tag)[row].strings
            assert list(strings.shape) == facts[end]["shape"]
            if strings.size:
                first = hashlib.sha256(str(strings.flat[0]).encode()).hexdigest()
                assert first == facts[end]["first_string_sha256"]
    else:
        series.read(0)


def check_numbers(series: ScalarSeries, facts: dict[str, Any]) -> None:
    value = series.columns().value
    finite = value[np.isfinite(value)]
    assert len(value) == facts["values"]
    assert float(finite.sum()) == pytest.approx(facts["sum_finite"], rel=1e-12, abs=1e-12)
    assert (int(np.isnan(value).sum()), int((value == np.inf).sum()), int((value == -np.inf).sum())) == (
        facts["nan"],
        facts["pos_inf"],
        facts["neg_inf"],
    )
    if len(finite):
        assert (finite.min(), finite.max()) == (facts["min"], facts["max"])


def check_picture(run: Run, tag: str, facts: dict[str, Any], end: str) -> None:
    images = run.images(tag)
    rows = np.flatnonzero((images.wall_time == facts[f"{end}_wall_time"]) & (images.step == facts[f"{end}_step"]))
    hashes = {
        (hashlib.sha256(image.samples[0].bytes).hexdigest(), hashlib.sha256(image.samples[-1].bytes).hexdigest())
        for image in (images[int(row)] for row in rows)
    }
    want = facts[end]
    both = (
        (want["first_encoded_sha256"], want["last_encoded_sha256"])
        if "first_encoded_sha256" in want
        else (want["encoded_sha256"], want["encoded_sha256"])
    )
    assert both in hashes
    image = images[int(rows[0])]
    assert (image.width, image.height) == (want["width"], want["height"])
