"""List every run and tag: how many points, which steps, which of them out of order.

  sightline inspect runs/
  sightline inspect runs/ --run 'lr=0.1*' --tag 'loss/*'
  sightline inspect runs/ --health
  sightline inspect runs/a/events.out.tfevents.1700000000.host --json

A step is out of order when it is smaller than the step before it in the same tag, in the order in which it was written.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any

from sightline.cli.choice import add_cache, add_choice, add_places, chosen_series, finite, read_logdir
from sightline.cli.wording import count, printable

if TYPE_CHECKING:
    from sightline.store import ItemSeries, LogDir, Run, ScalarSeries

__all__ = ["SUMMARY", "configure", "describe", "run"]

SUMMARY = "list runs and tags: points, steps, order"
MAX_PAIRS = 100
"""Steps out of order that are listed of a tag; all are counted."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_places(parser)
    add_choice(parser)
    add_cache(parser)
    parser.add_argument("--health", action="store_true", help="also say what looks wrong: NaN, spikes, divergence ...")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")


def run(arguments: argparse.Namespace) -> int:
    logdir = read_logdir(arguments)
    described = describe(logdir, arguments)
    if arguments.json:
        json.dump(described, sys.stdout, indent=1, allow_nan=False)
        print()
    else:
        for each in described["runs"]:
            _print_run(each)
        for each in described["embeddings"]:
            _print_embeddings(each)
        for problem in described["problems"]:
            print(f"! {printable(problem)}")
        print(
            f"{count(len(described['runs']), 'run')}, {sum(len(each['tags']) for each in described['runs']):,} series"
        )
        if not logdir.runs:
            print(f"no event file (one whose name contains 'tfevents') below {printable(logdir.title)}")
    return 0


def describe(logdir: LogDir, arguments: argparse.Namespace) -> dict[str, Any]:
    """What ``--json`` prints; its fields are in docs/cli.md."""
    runs = []
    for each, chosen in chosen_series(logdir, arguments):
        tags = [_describe_series(series) for series in chosen]
        if tags or arguments.tag_pattern == "*":
            health = {"health": _describe_health(each)} if arguments.health else {}
            runs.append(
                _describe_run(each) | health | {"tags": sorted(tags, key=lambda tag: (tag["kind"], tag["tag"]))}
            )
    embeddings, unreadable = _describe_embeddings(logdir, arguments)
    problems = [f"{path}: {reason}" for path, reason in sorted(logdir.problems.items())] + unreadable
    return {"logdir": logdir.title, "runs": runs, "embeddings": embeddings, "problems": problems}


def _describe_run(run: Run) -> dict[str, Any]:
    from sightline.store.run_event import GRAPH_DEF, META_GRAPH_DEF, TAGGED_RUN_METADATA

    fields = [event.field for event in run.events]
    return {
        "run": run.name,
        "state": run.state.kind,
        "state_reason": run.state.reason,
        "first_wall_time": finite(run.first_wall_time),
        "last_wall_time": finite(run.last_wall_time),
        "files": [
            {
                "name": file.shown_name,
                "size_bytes": file.size_bytes,
                "read_bytes": file.read_bytes,
                "records": file.records,
                "damage": [str(damage) for damage in file.damage],
                "note": file.note,
            }
            for file in run.files
        ],
        "graphs": fields.count(GRAPH_DEF),
        "meta_graphs": fields.count(META_GRAPH_DEF),
        "run_metadata": fields.count(TAGGED_RUN_METADATA),
        "session_starts": [start.step for _, start in run.session_starts],
        "restarts": [
            {"step": restart.step, "wall_time": finite(restart.wall_time), "evidence": restart.evidence}
            for restart in run.restarts
        ],
        "stopped": any(file.stopped for file in run.files),
    }


def _describe_embeddings(logdir: LogDir, arguments: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """What the projector's configurations list, and the configurations that can't be read. No tag belongs to them."""
    from sightline.store.logdir import natural_key
    from sightline.store.scalar_table import matcher

    if arguments.tag_pattern != "*":
        return [], []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = logdir.embeddings
    is_run = matcher(arguments.run_pattern, found)
    embeddings = [
        {
            "run": name,
            "embeddings": [
                {
                    "name": each.name,
                    "tensor_path": each.tensor_path,
                    "shape": list(each.declared_shape),
                    "checkpoint": each.checkpoint,
                }
                for each in listed
            ],
        }
        for name, listed in sorted(found.items(), key=lambda item: natural_key(item[0]))
        if is_run(name)
    ]
    return embeddings, [str(each.message) for each in caught]


def _describe_health(run: Run) -> list[dict[str, Any]]:
    from sightline.server.examiner import examine_run

    return [
        {
            "what": each.finding.what,
            "severity": each.finding.severity,
            "tag": each.tag,
            "step": each.finding.step,
            "wall_time": finite(each.finding.wall_time),
            "magnitude": each.finding.magnitude,
            "words": each.finding.words,
        }
        for each in examine_run(run)
    ]


def _describe_series(series: ScalarSeries | ItemSeries) -> dict[str, Any]:
    import numpy as np

    steps = series.steps_as_written()
    falls = np.flatnonzero(steps[1:] < steps[:-1])
    return {
        "kind": series.key.kind,
        "tag": series.key.tag,
        "points": len(steps),
        "distinct_steps": len(np.unique(steps)),
        "first_step": int(steps[0]),
        "last_step": int(steps[-1]),
        "min_step": int(steps.min()),
        "max_step": int(steps.max()),
        "out_of_order": len(falls),
        "out_of_order_steps": [[int(steps[row]), int(steps[row + 1])] for row in falls[:MAX_PAIRS].tolist()],
        "superseded": int(series.columns().superseded.sum()),
        "display_name": series.metadata.display_name,
        "description": series.metadata.summary_description,
    }


def _print_run(run: dict[str, Any]) -> None:
    size = sum(file["size_bytes"] for file in run["files"])
    print(f"{printable(run['run'])}  ({count(len(run['files']), 'event file')}, {size:,} bytes, {run['state']})")
    for name, number in (("graph", run["graphs"]), ("meta graph", run["meta_graphs"])):
        if number:
            print(f"  {count(number, name)}")
    if run["run_metadata"]:
        print(f"  run metadata: {run['run_metadata']}")
    for restart in run["restarts"]:
        print(f"  restarted at step {restart['step']}")
    for found in run.get("health", []):
        mark = {"bad": "!!", "warn": "!", "note": "-"}[found["severity"]]
        print(f"  {mark} {printable(found['tag']) + ' ' if found['tag'] else ''}{found['words']}")
    kinds: dict[str, list[dict[str, Any]]] = {}
    for tag in run["tags"]:
        kinds.setdefault(tag["kind"], []).append(tag)
    for kind, tags in kinds.items():
        print(f"  {kind}: {count(len(tags), 'tag')}, {count(sum(tag['points'] for tag in tags), 'point')}")
        width = min(60, max(len(printable(tag["tag"])) for tag in tags))
        for tag in tags:
            print(f"    {printable(tag['tag']):<{width}}  {_steps(tag)}")
    for file in run["files"]:
        for line in file["damage"]:
            print(f"  ! {printable(file['name'])}: {line}")
        if file["note"]:
            mark = "!" if file["read_bytes"] < file["size_bytes"] else "-"
            print(f"  {mark} {printable(file['name'])}: {file['note']}")
    print()


def _print_embeddings(directory: dict[str, Any]) -> None:
    each = directory["embeddings"]
    print(f"{printable(directory['run'])}  (projector configuration)")
    print(f"  embedding: {len(each)}")
    for embedding in each:
        shape = " x ".join(map(str, embedding["shape"]))
        where = (
            embedding["tensor_path"]
            or f"in a TensorFlow checkpoint, which is not read: {embedding['checkpoint'] or 'not named'}"
        )
        print(f"    {printable(embedding['name'])}  {f'{shape}, ' if shape else ''}{printable(where)}")
    print()


def _steps(tag: dict[str, Any]) -> str:
    said = f"{count(tag['points'], 'point')}, steps {tag['first_step']} to {tag['last_step']}"
    if (tag["first_step"], tag["last_step"]) != (tag["min_step"], tag["max_step"]):
        said += f" (smallest {tag['min_step']}, largest {tag['max_step']})"
    if tag["distinct_steps"] < tag["points"]:
        said += f", {tag['distinct_steps']:,} different"
    if tag["out_of_order"]:
        before, after = tag["out_of_order_steps"][0]
        said += f", {tag['out_of_order']:,} out of order (first {after} after {before})"
    if tag["superseded"]:
        said += f", {tag['superseded']:,} overtaken by a restart"
    return said
