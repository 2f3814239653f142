"""``/api/ledger``: what was read, what was damaged; and that everything else is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.server.conftest import Server

from sightline.format.kernel import frame_scalar
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
