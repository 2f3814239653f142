"""Deleting runs from the page: only where it is allowed, told at once, and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Server, read_events, wait_for, write_logs

from sightline import SummaryWriter
from sightline.store.directory_tree import TRASH

Serve = Callable[..., Server]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    write_logs(tmp_path / "logs")
    return tmp_path / "logs"


def started(serve: Serve, logdir: Path, *arguments: str) -> Server:
    server = serve(logdir, "--port", "0", *arguments)
    server.wait_until_read()
    return server


def post(server: Server, path: str, **body: Any) -> dict[str, Any]:
    response = server.client.post(path, json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def names(server: Server) -> list[str]:
    return [run["name"] for run in server.catalogue()["runs"]]


def test_without_the_flag_nothing_is_deleted_and_the_answer_says_how_to(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir)
    for response in (
        server.client.post("/api/runs/delete", json={"runs": ["two"]}),
        server.client.post("/api/runs/restore", json={"id": "x"}),
        server.client.get("/api/runs/trash"),
    ):
        assert response.status_code == 403
        assert "--allow-delete" in response.json()["error"]
    assert server.get("/api/notes")["allow_delete"] is False
    assert list((logdir / "two").iterdir()) != []
    assert not (logdir / TRASH).exists()


def test_a_run_is_deleted_told_to_the_pages_and_brought_back(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir, "--allow-delete")
    assert server.get("/api/notes")["allow_delete"] is True
    page = read_events(server)
    next(event for event in page if event.name == "progress")

    deleted = post(server, "/api/runs/delete", runs=["two", "nothing"])
    assert deleted["runs"] == ["two"]
    assert deleted["refused"] == [{"run": "nothing", "reason": "there is no such run"}]
    assert next(event for event in page if event.name == "catalogue")
    wait_for(lambda: names(server), lambda runs: runs == ["a/one"])
    assert not (logdir / "two").exists()
    (kept,) = server.get("/api/runs/trash")["deletions"]
    assert (kept["id"], kept["runs"]) == (deleted["id"], ["two"])

    assert post(server, "/api/runs/restore", id=deleted["id"])["runs"] == ["two"]
    assert next(event for event in page if event.name == "catalogue")
    wait_for(lambda: names(server), lambda runs: runs == ["a/one", "two"])
    assert server.get("/api/runs/trash") == {"deletions": []}
    assert not (logdir / TRASH).exists()


def test_a_run_that_is_being_written_stays(serve: Serve, logdir: Path) -> None:
    with SummaryWriter(logdir / "live") as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.flush()
        server = started(serve, logdir, "--allow-delete")
        (refused,) = post(server, "/api/runs/delete", runs=["live"])["refused"]
    assert "still being written" in refused["reason"]
    assert "live" in names(server)


def test_notes_of_a_deleted_run_come_back_with_it(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir, "--allow-delete")
    post(server, "/api/notes", runs=["two"], alias="Zwei")
    deleted = post(server, "/api/runs/delete", runs=["two"])
    wait_for(lambda: names(server), lambda runs: runs == ["a/one"])
    post(server, "/api/runs/restore", id=deleted["id"])
    wait_for(lambda: names(server), lambda runs: runs == ["a/one", "two"])
    assert server.get("/api/notes")["notes"]["two"]["alias"] == "Zwei"


def test_what_is_not_in_the_trash_can_not_be_brought_back(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir, "--allow-delete")
    response = server.client.post("/api/runs/restore", json={"id": "../.."})
    assert response.status_code == 404
    assert "no deletion" in response.json()["error"]
