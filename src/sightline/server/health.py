"""What looks wrong with runs: found in the background (``examiner.py``), told as far as it is known."""

from __future__ import annotations

import time

from sightline.analysis.health import Severity, What
from sightline.kinds.endpoint import Answer, Endpoint, Query
from sightline.server.catalogue import finite
from sightline.server.examiner import Located, examiner_of
from sightline.store import LogDir

__all__ = ["HEALTH", "HealthFinding", "RunHealth", "RunsHealth", "RunsHealthQuery"]

MAX_FINDINGS = 100
"""Of one run, the worst: a run with thousands of tags that are all NaN says so in fewer."""


class RunsHealthQuery(Query):
    """Which runs, and what is known of them already."""

    runs: dict[str, str]
    """Run -> ``mark`` of its last answer, or an empty text."""


class HealthFinding(Answer):
    """One thing that looks wrong."""

    what: What
    severity: Severity
    """``bad``: the run is lost from there. ``warn``: look at it. ``note``: true, and nothing is lit for it."""
    tag: str
    """Of the scalar; empty when it is of the whole run."""
    step: int
    wall_time: float | None
    magnitude: float
    """Points that are not finite; usual spreads (spike, divergence); usual intervals (stall, stopped); share of the
    points (plateau)."""
    words: str
    """A sentence without its subject, which is the tag or the run: ``rose 14 times its usual spread at step 8,140``."""


class RunHealth(Answer):
    """One run's findings: the worst first, then by step."""

    run: str
    mark: str
    """Names this answer: give it with the next question."""
    findings: list[HealthFinding]
    more: int
    """Findings that were left out."""
    restarts: list[int]
    """Steps at which it was started again, the first 100: no fault, but a place to look at."""


class RunsHealth(Answer):
    """What is new about the runs that were asked for."""

    runs: list[RunHealth]
    """Those whose findings are not those of the mark that was given."""
    waiting: list[str]
    """Runs of the question that are still being examined, or have grown since: ask about them again."""


def read_health(logdir: LogDir, query: RunsHealthQuery) -> RunsHealth:
    """Findings of the runs, as far as they are known. While the log directory is being read, nothing is looked at."""
    if not logdir.progress.done:
        return RunsHealth(runs=[], waiting=list(query.runs))
    answer = examiner_of(logdir).ask(query.runs, time.time())
    return RunsHealth(
        runs=[
            RunHealth(
                run=name,
                mark=examined.mark,
                findings=[_describe(one) for one in examined.found[:MAX_FINDINGS]],
                more=max(0, len(examined.found) - MAX_FINDINGS),
                restarts=list(examined.restarts[:MAX_FINDINGS]),
            )
            for name, examined in answer.items()
            if examined is not None and examined.mark != query.runs[name]
        ],
        waiting=[name for name, examined in answer.items() if examined is None or not examined.current],
    )


def _describe(one: Located) -> HealthFinding:
    found = one.finding
    return HealthFinding(
        what=found.what,
        severity=found.severity,
        tag=one.tag,
        step=found.step,
        wall_time=finite(found.wall_time),
        magnitude=found.magnitude,
        words=found.words,
    )


HEALTH = Endpoint(
    method="POST",
    path="/runs/health",
    summary="What looks wrong with runs: NaN, spikes, divergence, plateaus, silences, tags that stopped",
    query=RunsHealthQuery,
    answer=RunsHealth,
    handler=read_health,
)
