"""Journeys through trouble: damaged files, names that look like attacks, directories that come, servers that go."""

from __future__ import annotations

import re
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Route, expect
from tests.journeys.trainer import loss_at

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer, Watch

NAMES = ["<script>alert(1)</script>", "a..b/../x", "损失 曲线", "tag with 'quotes\" & \\"]


def log_scalars(directory: Path, points: int, tag: str = "loss/train") -> Path:
    """A finished run; gives its event file."""
    with SummaryWriter(directory) as writer:
        for step in range(points):
            writer.add_scalar(tag, loss_at(step), step)
    return next(directory.glob("*tfevents*"))


def record_offsets(data: bytes) -> list[int]:
    """Where each record of an event file begins."""
    offsets, position = [], 0
    while position < len(data):
        offsets.append(position)
        position += 16 + struct.unpack_from("<Q", data, position)[0]
    return offsets


def test_a_damaged_file_is_named_with_its_byte_and_everything_else_is_shown(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    log_scalars(tmp_path / "whole", 50)
    flipped = log_scalars(tmp_path / "flipped", 50)
    data = bytearray(flipped.read_bytes())
    at = record_offsets(bytes(data))[20]
    data[at + 20] ^= 0x10  # one bit of a payload
    flipped.write_bytes(data)
    cut = log_scalars(tmp_path / "cut", 50)
    cut.write_bytes(cut.read_bytes()[: record_offsets(cut.read_bytes())[30] + 9])
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "events.out.tfevents.1.host").touch()

    page.goto(serve(tmp_path).url)
    article = page.get_by_role("article", name="loss/train", exact=True)
    expect(article.get_by_role("img", name="loss/train: ")).to_have_attribute("aria-label", re.compile("3 runs"))
    notice = page.get_by_role("status").filter(has_text="damaged")
    expect(notice).to_contain_text("flipped")
    expect(notice).to_contain_text(flipped.name)
    expect(notice).to_contain_text("1 record")
    expect(notice).to_contain_text(f"{at:,}")
    notice.get_by_role("button", name="Details").click()
    ledger = page.get_by_role("dialog")
    expect(ledger).to_contain_text(flipped.name)
    expect(ledger).to_contain_text(f"{at:,}")
    expect(ledger).to_contain_text("checksum")
    expect(ledger).to_contain_text("1 damaged")
    page.keyboard.press("Escape")
    expect(ledger).to_be_hidden()
    expect(
        page.get_by_role("row", name=re.compile("flipped")).get_by_role("img", name=re.compile("damage"))
    ).to_be_visible()


def test_a_file_that_cannot_be_read_on_and_files_cut_short_are_told_for_what_they_are(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    cut = log_scalars(tmp_path / "cut", 50)
    cut.write_bytes(cut.read_bytes()[: record_offsets(cut.read_bytes())[30] + 9])
    with SummaryWriter(tmp_path / "cut") as writer:  # the run itself has ended: its first file is cut for good
        writer.add_scalar("loss/train", 0.5, 60)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "events.out.tfevents.1.host").touch()
    page.goto(serve(tmp_path).url)
    expect(page.get_by_role("button", name="2 cut short")).to_be_visible()
    expect(page.get_by_role("button", name="0 damaged")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("cut"))
    expect(row.get_by_role("img", name=re.compile("is cut short: its last 9 bytes"))).to_be_visible()
    notice = page.get_by_role("status").filter(has_text=cut.name)
    expect(notice).to_contain_text("So is 1 other file")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="2 cut short")).to_be_visible()
    expect(notice).to_be_hidden()


@pytest.mark.parametrize("name", NAMES)
def test_names_of_runs_and_tags_are_text_whatever_they_hold(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path, name: str
) -> None:
    log_scalars(tmp_path / name.replace("/", "_"), 5, tag=name)
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran as script: {dialog.message}"))
    page.goto(serve(tmp_path).url)
    expect(page.get_by_role("checkbox", name=name.replace("/", "_"), exact=True)).to_be_checked()
    article = page.get_by_role("article", name=name, exact=True)
    expect(article.get_by_role("img", name=f"{name}: ")).to_have_attribute("aria-label", re.compile("steps 0 to 4"))
    page.reload()
    expect(article).to_be_visible()


def test_a_log_directory_that_does_not_exist_yet_is_waited_for(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    logdir = tmp_path / "later" / "runs"
    page.goto(serve(logdir).url)
    expect(page.get_by_text("for the first event")).to_be_visible()
    log_scalars(logdir / "a", 5)
    expect(page.get_by_role("article", name="loss/train", exact=True)).to_be_visible()


def test_a_lost_server_is_said_and_the_page_recovers_without_losing_the_view(
    page: Page, watch: Watch, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    watch.expected.append("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE")
    log_scalars(tmp_path / "runs" / "a", 40)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    viewer = serve(tmp_path / "runs", "--port", str(port))
    page.goto(viewer.url)
    article = page.get_by_role("article", name="loss/train", exact=True)
    expect(article).to_be_visible()
    page.get_by_role("combobox", name="Filter tags").fill("loss")
    assert viewer.stop() == 0
    expect(page.get_by_text(re.compile("No answer"))).to_be_visible()
    expect(article).to_be_visible()
    log_scalars(tmp_path / "runs" / "b", 40)
    serve(tmp_path / "runs", "--port", str(port))
    expect(page.get_by_role("checkbox", name="b", exact=True)).to_be_checked()
    expect(page.get_by_text(re.compile("No answer"))).to_be_hidden()
    expect(page.get_by_role("combobox", name="Filter tags")).to_have_value("loss")


def test_a_connection_that_is_open_but_dead_is_noticed(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    log_scalars(tmp_path / "a", 5)
    viewer = serve(tmp_path)
    page.goto(viewer.url)
    connection = page.get_by_role("status", name="Connection")
    expect(connection).to_contain_text("Live")
    expect(page.get_by_role("article", name="loss/train", exact=True)).to_be_visible()
    viewer.process.send_signal(signal.SIGSTOP)  # the socket stays open, as when a network goes away under an SSH tunnel
    try:
        expect(connection).not_to_contain_text("Live")
        expect(page.get_by_role("article", name="loss/train", exact=True)).to_be_visible()
    finally:
        viewer.process.send_signal(signal.SIGCONT)
    expect(connection).to_contain_text("Live")


def test_eight_tabs_are_all_live_and_go_on_when_the_first_is_closed(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    """A browser opens six connections to one server."""
    url = serve(tmp_path).url
    (tmp_path / "a").mkdir()
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    with SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("loss/train", 1.0, 0)
        writer.flush()
        for tab in tabs:
            tab.goto(url)
            expect(tab.get_by_role("article", name="loss/train", exact=True)).to_be_visible()
            expect(tab.get_by_role("status", name="Connection")).to_contain_text("Live")
        writer.add_scalar("acc", 1.0, 1)
        writer.flush()
        for tab in tabs:
            expect(tab.get_by_role("article", name="acc", exact=True)).to_be_visible()
        tabs[0].goto("about:blank")
        writer.add_scalar("later", 1.0, 2)
        writer.flush()
        for tab in tabs[1:]:
            expect(tab.get_by_role("article", name="later", exact=True)).to_be_visible()
            expect(tab.get_by_role("status", name="Connection")).to_contain_text("Live")


def test_a_directory_that_cannot_be_listed_is_counted_and_named(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    log_scalars(tmp_path / "a", 5)
    viewer = serve(tmp_path)

    def add(route: Route) -> None:
        """Permissions do not stop root, and tests may run as root: the server's own test has a real reason."""
        answer = route.fetch()
        said = answer.json()
        said["directories"] = [{"path": "/logs/<b>closed</b>", "reason": "can't be listed: Permission denied"}]
        route.fulfill(response=answer, json=said)

    page.route("**/api/ledger", add)
    page.goto(viewer.url)
    page.get_by_role("button", name="1 damaged").click()
    expect(page.get_by_role("dialog")).to_contain_text("/logs/<b>closed</b>")
    expect(page.get_by_role("dialog")).to_contain_text("can't be listed: Permission denied")
