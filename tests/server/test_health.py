"""Health over HTTP, from a real server on real files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.server.conftest import wait_for

from sightline import SummaryWriter
from sightline.server.health import MAX_FINDINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.conftest import Server


def ask(server: Server, runs: dict[str, str]) -> dict[str, Any]:
    response = server.client.post("/api/runs/health", json={"runs": runs})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_findings_come_with_a_mark_and_are_not_sent_twice(serve: Callable[..., Server], tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "a") as writer:
        for step in range(5):
            writer.add_scalar("loss/train", float("nan") if step > 2 else 1.0, step * 10, walltime=1000.0 + step)
            writer.add_scalar("acc", 0.5, step)
    server = serve(tmp_path)
    server.wait_until_read()
    answer = wait_for(lambda: ask(server, {"a": "", "none": ""}), lambda answer: answer["waiting"] == [])
    (run,) = answer["runs"]
    assert run["findings"] == [
        {
            "what": "nan",
            "severity": "bad",
            "tag": "loss/train",
            "step": 30,
            "wall_time": 1003.0,
            "magnitude": 2.0,
            "words": "is NaN from step 30 to its end, 2 points",
        }
    ]
    assert (run["run"], run["more"], run["restarts"]) == ("a", 0, [])
    assert ask(server, {"a": run["mark"]}) == {"runs": [], "waiting": []}
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss/train", 1.0, 50, walltime=1010.0)

    def grown(answer: dict[str, Any]) -> bool:
        return any("came back" in one["findings"][0]["words"] for one in answer["runs"])

    wait_for(lambda: ask(server, {"a": run["mark"]}), grown)


def test_of_very_many_findings_the_worst_are_sent_and_the_others_counted(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    with SummaryWriter(tmp_path) as writer:
        for tag in range(MAX_FINDINGS + 20):
            writer.add_scalar(f"metric/{tag}", np.nan, 0)
        writer.add_scalar("loss", np.nan, 0)
    server = serve(tmp_path)
    server.wait_until_read()
    answer = wait_for(lambda: ask(server, {".": ""}), lambda answer: answer["waiting"] == [])
    (run,) = answer["runs"]
    assert (len(run["findings"]), run["more"], run["findings"][0]["tag"]) == (MAX_FINDINGS, 21, "loss")
