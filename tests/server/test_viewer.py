"""``/``: the built page, or one sentence when it was not built."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from sightline.server.viewer import Viewer


def get(viewer: Viewer, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(viewer), base_url="http://localhost") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def webapp(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Sightline</title>")
    (tmp_path / "assets" / "index-abc123.js").write_text("let x")
    return tmp_path


def test_the_page_is_asked_for_each_time_and_its_assets_are_kept(webapp: Path) -> None:
    viewer = Viewer(webapp)
    page = get(viewer, "/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    asset = get(viewer, "/assets/index-abc123.js")
    assert (asset.status_code, asset.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert "javascript" in asset.headers["content-type"]


def test_a_page_that_was_not_built_says_what_to_do(tmp_path: Path) -> None:
    viewer = Viewer(tmp_path)
    answer = get(viewer, "/")
    assert answer.status_code == 503
    assert "make web" in answer.text
    (tmp_path / "index.html").write_text("built")
    assert get(viewer, "/").text == "built"
