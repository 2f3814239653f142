"""Whom the server answers, and what every answer carries."""

from __future__ import annotations

import pytest
from tests.server.conftest import Server

from sightline.server.security import HEADERS, host_name

PATHS = ["/", "/nothing", "/api/catalogue", "/api/nothing", "/api/image/steps", "/api/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_protecting_headers(server: Server, path: str) -> None:
    headers = server.client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_no_inline_script_and_no_other_origin(server: Server) -> None:
    policy = server.client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:1234", "127.0.0.1:9", "[::1]:80"])
def test_names_of_this_machine_are_answered_at_any_port(server: Server, host: str) -> None:
    assert server.client.get("/api/catalogue", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:6006", "localhost.evil.example", "127.0.0.1.nip.io", "", "[::2]", "0.0.0.0"]
)
@pytest.mark.parametrize("path", ["/", "/api/catalogue", "/api/stream"])
def test_other_names_are_refused_with_a_sentence(server: Server, host: str, path: str) -> None:
    response = server.client.get(path, headers={"Host": host})
    assert response.status_code == 421
    assert "localhost" in response.json()["error"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_requests_of_other_sites_are_refused_with_a_sentence(server: Server, headers: dict[str, str]) -> None:
    for response in (
        server.client.get("/api/catalogue", headers=headers),
        server.client.post("/api/scalar/series", json={"tag": "loss/train", "runs": ["two"]}, headers=headers),
    ):
        assert response.status_code == 403
        assert "its own page" in response.json()["error"]
        assert "access-control-allow-origin" not in response.headers


def test_the_page_itself_may_be_linked_to_and_ask(server: Server) -> None:
    assert server.client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code != 403
    own = {"Origin": "http://localhost:9", "Sec-Fetch-Site": "same-origin"}
    assert server.client.get("/api/catalogue", headers=own).status_code == 200


def test_a_query_that_does_not_say_it_is_json_is_refused(server: Server) -> None:
    body = '{"tag":"loss/train","runs":["two"]}'
    response = server.client.post("/api/scalar/series", content=body, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    assert "application/json" in response.json()["error"]


@pytest.mark.parametrize(
    ("header", "name"),
    [("a:1", "a"), ("A", "a"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("[::1", "[::1"), ("", ""), (":80", "")],
)  # fmt: skip
def test_the_name_in_a_host_header_is_without_its_port(header: str, name: str) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize("site", ["same-site", "cross-site", "nonsense"])
def test_a_page_of_another_port_can_change_nothing_also_without_saying_where_it_is_from(
    server: Server, site: str
) -> None:
    response = server.client.post("/api/scalar/series", json={}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 403
    assert "its own page" in response.json()["error"]
    for own in ({}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}):
        assert server.client.post("/api/scalar/series", json={}, headers=own).status_code == 400
