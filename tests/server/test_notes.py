"""``/api/notes``: kept over a restart, told to every page, refused to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import Event, Server, read_events, write_logs

from sightline.store import LogDir
from sightline.store.notebook import SIDECAR_NAME
from sightline.store.notes import NotesChange

EMPTY = {"alias": "", "starred": False, "hidden": False, "tags": [], "note": "", "colour": 0}
Serve = Callable[..., Server]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    write_logs(tmp_path / "logs")
    return tmp_path / "logs"


def started(serve: Serve, logdir: Path, *arguments: str) -> Server:
    server = serve(logdir, "--port", "0", *arguments)
    server.wait_until_read()
    return server


def change(server: Server, *runs: str, **fields: Any) -> dict[str, Any]:
    response = server.client.post("/api/notes", json={"runs": runs, **fields})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_notes_are_changed_for_several_runs_and_kept_over_a_restart(serve: Serve, logdir: Path) -> None:
    first = started(serve, logdir)
    assert first.get("/api/notes")["notes"] == {}
    change(first, "a/one", "two", starred=True, add_tags=["x", "y"])
    answer = change(first, "two", alias="Zwei", note="**n**", colour=4, hidden=True, remove_tags=["x"])
    want = {
        "a/one": {**EMPTY, "starred": True, "tags": ["x", "y"]},
        "two": {"alias": "Zwei", "starred": True, "hidden": True, "tags": ["y"], "note": "**n**", "colour": 4},
    }
    assert answer["notes"] == want
    assert first.stop() == 0
    again = started(serve, logdir).get("/api/notes")
    assert again == answer
    assert (again["writable"], again["problem"], again["allow_delete"]) == (True, "", False)


def test_nothing_is_written_beside_the_logs_unless_it_was_asked_for(serve: Serve, logdir: Path) -> None:
    change(started(serve, logdir), "two", starred=True)
    assert not (logdir / SIDECAR_NAME).exists()
    change(started(serve, logdir, "--sidecar"), "two", starred=True)
    assert (logdir / SIDECAR_NAME).is_file()


def test_a_sidecar_that_is_left_aside_is_named_in_the_terminal(serve: Serve, logdir: Path) -> None:
    change(started(serve, logdir, "--sidecar"), "two", starred=True)
    server = started(serve, logdir)
    assert f"There are notes in {logdir / SIDECAR_NAME}: --sidecar shows them.\n" in server.output


def notes_event(version: str) -> Callable[[Event], bool]:
    return lambda event: event.name == "notes" and event.data == {"version": version}


def test_every_page_hears_of_a_change(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir)
    pages = [read_events(server) for _ in range(2)]
    for page in pages:
        assert (
            next(event for event in page if event.name == "notes").data["version"]
            == server.get("/api/notes")["version"]
        )
    version = change(server, "two", alias="Zwei")["version"]
    for page in pages:
        assert next(filter(notes_event(version), page))


def test_a_page_hears_of_a_change_by_another_server(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir)
    page = read_events(server)
    next(event for event in page if event.name == "notes")
    other = LogDir(logdir)
    other.refresh()
    version = other.notes.change([other.runs["two"]], NotesChange(alias="Zwei")).version
    assert next(filter(notes_event(version), page))
    assert server.get("/api/notes")["notes"]["two"]["alias"] == "Zwei"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"runs": ["nothing"], "starred": True}, 404, "no run is named 'nothing'"),
        ({"runs": ["two", "../two"], "starred": True}, 404, "no run is named '../two'"),
        ({"runs": ["two"], "alias": "a\nb"}, 400, "U+000A"),
        ({"runs": ["two"], "alias": "x" * 201}, 400, "at most 200"),
        ({"runs": ["two"], "add_tags": [""]}, 400, "empty tag"),
        ({"runs": ["two"], "note": "x" * 20_001}, 400, "at most 20000"),
        ({"runs": ["two"], "colour": 13}, 400, "colour"),
        ({"runs": ["two"], "starred": "yes"}, 400, "bool"),
        ({"runs": ["two"], "star": True}, 400, "star"),
        ({"starred": True}, 400, "runs"),
    ],
)
def test_a_change_that_is_none_is_refused_with_a_sentence(
    server: Server, body: dict[str, Any], status: int, words: str
) -> None:
    before = server.get("/api/notes")
    response = server.client.post("/api/notes", json=body)
    assert response.status_code == status
    assert words in response.json()["error"]
    assert server.get("/api/notes") == before


def test_a_note_is_shown_as_sanitised_html(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir)
    change(
        server, "two", note="**bold** <script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x.example/p.png)"
    )
    html = server.get("/api/notes/html", run="two")["html"]
    assert "<strong>bold</strong>" in html
    assert not any(word in html for word in ("<script", "<img", 'href="javascript'))
    assert server.get("/api/notes/html", run="a/one") == {"html": ""}
    assert server.client.get("/api/notes/html", params={"run": "nothing"}).status_code == 404


def test_a_damaged_database_is_said_and_survived(
    serve: Serve, logdir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "data" / "sightline" / "notes.sqlite"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 100)
    server = started(serve, logdir)
    notes = server.get("/api/notes")
    assert (notes["notes"], notes["writable"]) == ({}, False)
    assert "file is not a database" in notes["problem"]
    response = server.client.post("/api/notes", json={"runs": ["two"], "starred": True})
    assert response.status_code == 503
    assert "Nothing was changed" in response.json()["error"]
    page = read_events(server)
    next(event for event in page if event.name == "notes")
    path.unlink()
    assert next(event for event in page if event.name == "notes")
    assert change(server, "two", starred=True)["writable"]


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "{other_name}"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
]


@pytest.mark.parametrize("path", ["/api/notes", "/api/runs/delete", "/api/runs/restore"])
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_page_can_change_nothing(server: Server, path: str, headers: dict[str, str]) -> None:
    other_name = server.url.replace("127.0.0.1", "localhost")  # the same server, and another origin to a browser
    headers = {name: value.format(other_name=other_name) for name, value in headers.items()}
    response = server.client.post(path, json={"runs": ["two"], "starred": True}, headers=headers)
    assert response.status_code in (403, 421)
    assert "access-control-allow-origin" not in response.headers
    assert server.get("/api/notes")["notes"] == {}


@pytest.mark.parametrize("path", ["/api/notes", "/api/runs/delete", "/api/runs/restore"])
@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""])
def test_a_form_can_change_nothing(server: Server, path: str, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = server.client.post(path, content='{"runs":["two"],"starred":true}', headers=headers)
    assert response.status_code == 415
    assert server.client.options(path, headers={"Origin": "http://evil.example"}).status_code in (403, 405)
    assert server.get("/api/notes")["notes"] == {}


def test_the_own_page_may_also_behind_a_tunnel(serve: Serve, logdir: Path) -> None:
    server = started(serve, logdir)
    tunnel = {"Host": "localhost:7777", "Origin": "http://localhost:7777", "Sec-Fetch-Site": "same-origin"}
    response = server.client.post("/api/notes", json={"runs": ["two"], "starred": True}, headers=tunnel)
    assert response.status_code == 200
