"""``/api/catalogue``: runs, states, tags."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.server.conftest import STRANGE_NAMES, Server, wait_for

from sightline import SummaryWriter
from sightline.server.catalogue import name_state, read_catalogue
from sightline.server.cursor import Cursor, format_cursor
from sightline.store import LogDir, Run


def test_it_lists_runs_with_their_times_and_steps(server: Server) -> None:
    runs = {run["name"]: run for run in server.catalogue()["runs"]}
    assert list(runs) == ["a/one", "two"]
    one = runs["a/one"]
    assert (one["first_wall_time"], one["last_step"], one["damage"], one["restarts"]) == (1000.0, 4999, 0, 0)
    assert one["state"] == "finished"
    assert one["state_reason"]


def test_a_tag_names_the_runs_that_have_it(server: Server) -> None:
    catalogue = server.catalogue()
    scalars = next(kind for kind in catalogue["kinds"] if kind["name"] == "scalar")
    runs_of = {tag["name"]: catalogue["run_sets"][tag["runs"]] for tag in scalars["tags"]}
    assert runs_of["loss/train"] == [0, 1]
    assert runs_of["../../x"] == [1]


def test_every_room_is_listed_in_the_order_of_the_tabs(server: Server) -> None:
    kinds = [(kind["name"], kind["title"], kind["supported"]) for kind in server.catalogue()["kinds"]]
    assert kinds == [("scalar", "Scalars", True), ("image", "Images", True), ("text", "Text", True)]


def test_strange_names_come_back_as_they_were_logged(server: Server) -> None:
    scalars = server.catalogue()["kinds"][0]["tags"]
    assert set(STRANGE_NAMES) <= {tag["name"] for tag in scalars}


def test_data_that_no_room_claims_is_listed_as_not_supported(serve: Callable[..., Server], tmp_path: Path) -> None:
    from sightline.format.event import DataType, Event, PluginData, Summary, SummaryMetadata, TensorProto, Value
    from sightline.format.kernel import frame

    metadata = SummaryMetadata(plugin_data=PluginData(plugin_name="holograms"))
    tensor = TensorProto(dtype=DataType.FLOAT, float_val=[1.0])
    event = Event(wall_time=1.0, summary=Summary(value=[Value(tag="t", metadata=metadata, tensor=tensor)]))
    (tmp_path / "events.out.tfevents.1.x").write_bytes(frame(event.SerializeToString()))
    kinds = serve(tmp_path).wait_until_read()["kinds"]
    assert kinds[-1] == {
        "name": "holograms",
        "title": "holograms",
        "supported": False,
        "tags": [{"name": "t", "runs": 0}],
    }


def test_run_names_are_in_natural_order(serve: Callable[..., Server], tmp_path: Path) -> None:
    for name in ("run10", "run2", "."):
        with SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar("x", 1.0, 0)
    assert [run["name"] for run in serve(tmp_path).wait_until_read()["runs"]] == [".", "run2", "run10"]


def test_a_directory_whose_name_is_no_utf_8_is_served(serve: Callable[..., Server], tmp_path: Path) -> None:
    import os

    directory = os.fsencode(tmp_path) + b"/\xff\xfe"
    with SummaryWriter(os.fsdecode(directory)) as writer:
        writer.add_scalar("x", 1.0, 0)
    server = serve(tmp_path)
    (run,) = server.wait_until_read()["runs"]
    query = {"tag": "x", "runs": [run["name"]]}
    assert server.client.post("/api/scalar/series", json=query).status_code == 200
    (file,) = server.get("/api/ledger")["files"]
    assert "/\\xff\\xfe/events" in file["path"]


def test_a_log_directory_whose_own_name_is_no_utf_8_is_served(serve: Callable[..., Server], tmp_path: Path) -> None:
    import os

    logdir = os.fsdecode(os.fsencode(tmp_path) + b"/r\xe9sultats")
    server = serve(logdir)
    assert server.catalogue()["logdir"].endswith("/r\\xe9sultats")
    with SummaryWriter(os.path.join(logdir, "a")) as writer:
        writer.add_scalar("x", 1.0, 0)
    wait_for(server.catalogue, lambda catalogue: bool(catalogue["runs"]))
    assert "r\\xe9sultats" in server.get("/api/ledger")["files"][0]["path"]


def test_a_tag_with_a_very_long_number_spoils_nothing(serve: Callable[..., Server], tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for tag in ("x10", "x" + "9" * 5000, "x2"):
            writer.add_scalar(tag, 1.0, 0)
    kinds = serve(tmp_path).wait_until_read()["kinds"]
    assert [tag["name"][:3] for tag in kinds[0]["tags"]] == ["x2", "x10", "x99"]


def test_the_etag_answers_304_until_something_changes(serve: Callable[..., Server], tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1.0, 0, walltime=1000.0)
        # Long ago, by the event and by the file: what is said of a run that grew lately changes each second.
        os.utime(next(tmp_path.glob("*tfevents*")), (1000.0, 1000.0))
        server = serve(tmp_path)
        server.wait_until_read()
        etag = server.client.get("/api/catalogue").headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{8}-\d+\.\d+-[0-9a-f]{16}"', etag)
        again = server.client.get("/api/catalogue", headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        writer.add_scalar("x", 2.0, 1)
        ask = lambda: server.client.get("/api/catalogue", headers={"If-None-Match": etag})  # noqa: E731
        # The first 200 may only say how long ago the run grew.
        wait_for(ask, lambda answer: answer.status_code == 200 and answer.json()["runs"][0]["last_step"] == 1)


def test_the_etag_changes_with_states_that_change_by_time_alone(tmp_path: Path) -> None:
    later = 0.0
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("x", 1.0, 0)
        writer.flush()
        logdir = LogDir(tmp_path, now=lambda: time.time() + later)
        logdir.refresh()
        before = name_state(logdir)
        later = 7200.0
        assert logdir.runs["a"].state.kind == "stale"
        assert name_state(logdir) != before


def test_the_cursor_is_no_younger_than_the_runs(tmp_path: Path) -> None:
    """What happens while the catalogue is made is told again afterwards, never missed."""
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("x", 1.0, 0)

    class Growing(LogDir):
        @property
        def runs(self) -> Mapping[str, Run]:
            runs = super().runs
            with SummaryWriter(tmp_path / "b") as writer:
                writer.add_scalar("x", 1.0, 0)
            super().refresh()
            return runs

    logdir = Growing(tmp_path)
    LogDir.refresh(logdir)
    before = logdir.version
    answer = read_catalogue(logdir, None)
    assert [run.name for run in answer.runs] == ["a"]
    assert logdir.version > before
    assert answer.cursor == format_cursor(Cursor(before))


def test_the_directory_that_appears_is_a_change_of_structure(tmp_path: Path) -> None:
    logdir = LogDir(tmp_path / "later")
    logdir.refresh()
    before = name_state(logdir)
    (tmp_path / "later").mkdir()
    assert logdir.refresh().structure
    assert name_state(logdir) != before
    assert not logdir.refresh().structure


def test_a_log_directory_that_is_not_there_yet_is_watched(serve: Callable[..., Server], tmp_path: Path) -> None:
    logdir = tmp_path / "later" / "runs"
    server = serve(logdir)
    before = server.catalogue()
    assert (before["exists"], before["runs"]) == (False, [])
    assert any("does not exist yet" in line for line in server.output)
    with SummaryWriter(logdir / "first") as writer:
        writer.add_scalar("x", 1.0, 3)
        after = wait_for(server.catalogue, lambda catalogue: bool(catalogue["runs"]))
    assert (after["exists"], after["runs"][0]["name"], after["runs"][0]["last_step"]) == (True, "first", 3)
