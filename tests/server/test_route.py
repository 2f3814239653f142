"""Queries that are wrong: a status that says so, and one sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.server.conftest import Server

from sightline.format.kernel import frame_scalar
from sightline.server.app import create_app
from sightline.server.stream import Broadcast
from sightline.store import LogDir
from sightline.store.series import Series

JSON = {"Content-Type": "application/json"}
SERIES = {"tag": "loss/train", "runs": ["two"]}


def post(server: Server, query: Any) -> httpx.Response:
    return server.client.post("/api/scalar/series", json=query)


@pytest.mark.parametrize(
    "query",
    [
        {},
        [],
        "x",
        {"tag": "loss/train"},
        {**SERIES, "tag": 3},
        {**SERIES, "widht": 3},
        {**SERIES, "width": 0},
        {**SERIES, "width": 10**9},
        {**SERIES, "smoothing": 1.5},
        {**SERIES, "x": "time"},
        {**SERIES, "range": [2, 1]},
        {**SERIES, "range": [1]},
    ],
)
def test_a_wrong_query_is_400_with_a_sentence(server: Server, query: Any) -> None:
    response = post(server, query)
    assert response.status_code == 400
    assert len(response.json()["error"]) > 20


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"tag":"\\ud800","runs":[]}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_400(server: Server, body: bytes) -> None:
    assert server.client.post("/api/scalar/series", content=body, headers=JSON).status_code == 400


def test_what_is_known_already_is_not_sent_again_however_a_proxy_says_it(server: Server) -> None:
    tag = server.client.get("/api/runs/fields").headers["etag"]
    for known, status in (
        (tag, 304), (f"W/{tag}", 304), (f'"older", W/{tag}', 304), ("*", 304), ('"older"', 200), (tag.strip('"'), 200),
    ):  # fmt: skip
        answer = server.client.get("/api/runs/fields", headers={"If-None-Match": known})
        assert (known, answer.status_code) == (known, status)
        assert answer.headers["etag"] == tag


def test_a_body_of_many_megabytes_is_413(server: Server) -> None:
    response = server.client.post("/api/scalar/series", content=b" " * (9 << 20), headers=JSON)
    assert response.status_code == 413
    assert "8388608" in response.json()["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/image/steps?run=a/one", 400),
        ("/api/image/steps?run=a/one&tag=samples&tag2=x", 400),
        ("/api/image/steps?run=nobody&tag=samples", 404),
        ("/api/image/steps?run=a/one&tag=nothing", 404),
        ("/api/image/steps?run=a/one&tag=loss/train", 404),
        ("/api/image/blob?run=a/one&tag=samples&file=x&record=-1", 400),
        ("/api/image/blob?run=a/one&tag=samples&file=x&record=nan", 400),
        ("/api/image/blob?run=a/one&tag=samples&file=../../etc/passwd&record=0", 404),
        ("/api/image/blob?run=a/one&tag=samples&file=x&record=99999999999999999999999999", 404),
        ("/api/text/html?run=a/one&tag=notes/text_summary&count=0", 400),
        ("/api/text/html?run=a/one&tag=notes/text_summary&markdown=perhaps", 400),
        ("/api/text/html?run=nobody&tag=x", 404),
        ("/api/stream?sinse=1", 400),
        ("/api/nothing", 404),
        ("/assets/../../pyproject.toml", 404),
        ("/..%2f..%2fpyproject.toml", 404),
    ],
)
def test_each_failure_has_its_status_and_a_sentence(server: Server, path: str, status: int) -> None:
    response = server.client.get(path)
    assert response.status_code == status
    if path.startswith("/api"):
        assert response.json()["error"]


def test_another_method_is_405(server: Server) -> None:
    assert server.client.post("/api/catalogue").status_code == 405
    assert server.client.get("/api/scalar/series").status_code == 405
    assert server.client.delete("/").status_code == 405


def test_a_series_that_goes_while_it_is_asked_for_is_404(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "events.out.tfevents.1.x"
    path.write_bytes(frame_scalar(b"x", 1.0, 0, 1000.0))
    (tmp_path / "events.out.tfevents.2.x").write_bytes(frame_scalar(b"y", 1.0, 0, 1000.0))
    logdir = LogDir(tmp_path)
    logdir.refresh()
    merge = Series._merge

    def merge_late(series: Series) -> Any:
        path.unlink()
        logdir.refresh()
        return merge(series)

    monkeypatch.setattr(Series, "_merge", merge_late)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_app(logdir, Broadcast(logdir)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/api/scalar/series", json={"tag": "x", "runs": ["."]})

    response = asyncio.run(ask())
    assert response.status_code == 404
    assert "deleted" in response.json()["error"]
