"""A second opening: what the page asks for first needs no rows, and a viewer that is stopped leaves an index."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.server.conftest import Server, wait_for

from sightline import SummaryWriter
from sightline.format.kernel import frame, frame_scalar
from sightline.server.catalogue import read_catalogue
from sightline.server.fields import RunFieldsQuery, read_field_names, read_fields
from sightline.server.ledger import read_ledger
from sightline.server.tag_words import TagWordsQuery, read_tag_words
from sightline.store import LogDir, Run
from sightline.store import index as index_module
from sightline.store import logdir as logdir_module
from sightline.store.index_file import IndexFile

FIRST, MORE = 230_000, 25_000
"""Points: more than ten megabytes, and a tenth of that, which alone is not worth an index while the viewer runs."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sightline"


def test_what_the_page_asks_for_first_reads_no_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MIN_BYTES", 1)
    monkeypatch.setattr(logdir_module, "GROWTH_AT_END", 0)
    root = tmp_path / "logs"
    for name in ("a", "b", "c"):
        with SummaryWriter(root / name) as writer:
            for step in [0, 1, 2, 3, 1, 2, 3, 4]:  # goes back, and repeats steps
                writer.add_scalar("loss", float(step), step, walltime=100.0 + step)
                writer.add_scalar("long", float(step), step, walltime=100.0 + step)
            writer.add_hparams({"lr": 0.1}, {}, run_name=".")

    def ask(logdir: LogDir) -> list[object]:
        catalogue = read_catalogue(logdir, None)
        return [
            [msgspec.structs.replace(run, version=0) for run in catalogue.runs],
            catalogue.kinds,
            read_field_names(logdir, None),
            read_fields(logdir, RunFieldsQuery(fields=["hparam:lr"])).columns,
            read_tag_words(logdir, TagWordsQuery(kind="scalar")),
            read_ledger(logdir, None).files,
        ]

    first = LogDir(root, cache=True)
    first.refresh()
    expected = ask(first)
    assert [run.restarts for run in first.runs.values()] != [(), (), ()]
    first.save_index()

    def refuse(index: IndexFile, offset: int, size: int) -> bytes:
        raise AssertionError("rows were read")

    second = LogDir(root, cache=True)
    with monkeypatch.context() as patch:
        patch.setattr(IndexFile, "read", refuse)
        patch.setattr(Run, "read", refuse)
        second.refresh()
        assert ask(second) == expected
    query = RunFieldsQuery(fields=["metric:loss.max"])
    assert read_fields(second, query) == read_fields(first, query)


def add_points(path: Path, begin: int, count: int) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("ab") as file:
        if not begin:
            file.write(frame(b"\x1a\x0dbrain.Event:2"))
        steps = range(begin, begin + count)
        file.write(b"".join(frame_scalar(b"loss", 1.0, step, 1.7e9 + step) for step in steps))


def points(server: Server) -> int:
    return sum(run["points"] for run in server.catalogue()["runs"])


def read_bytes(server: Server) -> int:
    """All that a process has read."""
    lines = Path(f"/proc/{server.process.pid}/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not tell what a process has read")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_viewer_that_is_stopped_leaves_an_index_and_the_next_one_uses_it(
    tmp_path: Path, cache: Path, serve: Callable[..., Server], number: signal.Signals
) -> None:
    path = tmp_path / "logs" / "run" / "events.out.tfevents.1"
    add_points(path, 0, FIRST)
    server = serve(tmp_path / "logs")
    (index,) = wait_for(lambda: list(cache.glob("*.index")), bool)
    written = index.stat().st_ino
    add_points(path, FIRST, MORE)
    wait_for(lambda: points(server), lambda found: found == FIRST + MORE)
    assert index.stat().st_ino == written
    everything = read_bytes(server)
    server.stop(number)
    assert index.stat().st_ino != written

    second = serve(tmp_path / "logs")
    wait_for(lambda: points(second), lambda found: found == FIRST + MORE)
    assert everything - read_bytes(second) > 0.9 * path.stat().st_size
