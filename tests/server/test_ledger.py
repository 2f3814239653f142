"""``/api/ledger``: what was read, what was damaged; and that everything else is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.server.conftest import Server

from sightline.format.kernel import frame, frame_scalar
from sightline.server import ledger
from sightline.server.catalogue import read_catalogue
from sightline.server.ledger import read_ledger
from sightline.store import LogDir


def records(count: int) -> list[bytes]:
    return [frame_scalar(b"x", float(step), step, 1000.0 + step) for step in range(count)]


def test_a_flipped_bit_is_named_by_file_and_byte_and_the_other_points_are_served(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    data = records(10)
    damaged = bytearray(data[4])
    damaged[-6] ^= 1
    (tmp_path / "events.out.tfevents.1.x").write_bytes(b"".join([*data[:4], bytes(damaged), *data[5:]]))
    server = serve(tmp_path)
    assert server.wait_until_read()["runs"][0]["damage"] == 1
    (file,) = server.get("/api/ledger")["files"]
    assert (file["run"], file["name"], file["records"]) == (".", "events.out.tfevents.1.x", 9)
    (place,) = file["damage"]
    offset = sum(map(len, data[:4]))
    assert (place["offset"], place["length"]) == (offset, len(data[4]))
    assert "checksum" in place["reason"]
    assert f"byte {offset}" in place["reason"]
    assert file["read_bytes"] == file["size_bytes"]


def test_a_file_cut_inside_a_record_keeps_what_came_before(serve: Callable[..., Server], tmp_path: Path) -> None:
    data = b"".join(records(3))
    (tmp_path / "events.out.tfevents.1.x").write_bytes(data[:-5])
    server = serve(tmp_path)
    assert server.wait_until_read()["runs"][0]["last_step"] == 1
    (file,) = server.get("/api/ledger")["files"]
    assert file["read_bytes"] == len(b"".join(records(2)))
    assert "unfinished record" in file["note"]
    assert file["damage"] == []


def test_an_empty_file_is_listed_with_a_note(serve: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents.1.x").write_bytes(b"")
    server = serve(tmp_path)
    server.wait_until_read()
    (file,) = server.get("/api/ledger")["files"]
    assert (file["size_bytes"], file["records"], file["note"]) == (0, 0, "empty")


def test_a_directory_that_cannot_be_listed_is_named_with_the_reason(tmp_path: Path) -> None:
    loop = tmp_path / ("d" * 200)
    loop.mkdir()
    logdir = LogDir(tmp_path)
    logdir._tree.problems = {str(loop): "can't be listed: Permission denied"}  # type: ignore[misc]  # root may list all
    (directory,) = read_ledger(logdir, None).directories
    assert (directory.path, directory.reason) == (str(loop), "can't be listed: Permission denied")


def test_very_many_files_and_damaged_places_are_counted_and_the_answer_stays_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MAX_SOUND", 3)
    monkeypatch.setattr(ledger, "MAX_PLACES", 6)
    for number in range(8):
        damaged = frame(b"\xff\xff") * 5 if number > 5 else b""
        (tmp_path / f"events.out.tfevents.{number}").write_bytes(b"".join(records(2)) + damaged)
    (tmp_path / "events.out.tfevents.9").touch()
    logdir = LogDir(tmp_path)
    logdir.refresh()
    answer = read_ledger(logdir, None)
    assert [file.name[-1] for file in answer.files] == ["0", "1", "2", "6", "7", "9"]
    assert [(len(file.damage), file.damage_count) for file in answer.files[3:]] == [(3, 5), (3, 5), (0, 0)]
    assert (answer.file_count, answer.records) == (9, 16)
    assert answer.read_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert read_catalogue(logdir, None).runs[0].damage == 10


def test_an_index_that_can_not_be_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    logdir = LogDir(tmp_path, cache=True)
    logdir.refresh()
    answer = read_ledger(logdir, None)
    assert answer.index_problem.startswith("No index is kept: the cache directory is inside the log directory: ")
    assert read_ledger(LogDir(tmp_path), None).index_problem == ""


def test_a_file_that_was_deleted_with_its_run_is_a_line(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1.x").write_bytes(b"".join(records(3)))
    logdir = LogDir(tmp_path)
    logdir.refresh()
    (tmp_path / "a" / "events.out.tfevents.1.x").unlink()
    logdir.refresh()
    answer = read_ledger(logdir, None)
    assert [(file.run, file.note) for file in answer.files] == [
        ("b", ""),
        ("a", "deleted while it was followed; its points went with it"),
    ]
    assert answer.file_count == 2
