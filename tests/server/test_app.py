"""The application as a whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from sightline.server import app, catalogue
from sightline.server.app import create_app
from sightline.server.route import endpoints
from sightline.server.security import HEADERS
from sightline.server.stream import Broadcast
from sightline.store import LogDir


def test_a_bug_is_a_sentence_for_the_page_with_the_protecting_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(logdir: LogDir) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(catalogue, "describe_progress", broken)
    logdir = LogDir(tmp_path)
    transport = httpx.ASGITransport(create_app(logdir, Broadcast(logdir)), raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/api/catalogue")

    response = asyncio.run(ask())
    assert (response.status_code, response.json()) == (
        500,
        {"error": "A fault in Sightline, see its terminal: RuntimeError: a bug"},
    )
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_map_of_urls_names_every_endpoint() -> None:
    assert app.__doc__ is not None
    named = {tuple(line.split()[:2]) for line in app.__doc__.splitlines() if line.startswith("    ")}
    wanted = {(endpoint.method, f"/api{path}") for path, endpoint in endpoints()}
    assert named == wanted | {("GET", "/api/stream"), ("GET", "/api/openapi.json"), ("GET", "/")}
