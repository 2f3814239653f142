"""What a person says of runs, in a real browser: kept, told to other pages, undone, and refused where it must be."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from sightline import SummaryWriter
from sightline.store import LogDir
from sightline.store.directory_tree import TRASH
from sightline.store.notebook import SIDECAR_NAME
from sightline.store.notes import NotesChange

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer, Watch

Serve = Callable[..., "Viewer"]
RUNS = ["lr=0.1", "lr=0.2", "lr=0.3"]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Three finished runs; the last one has a checkpoint beside its event file."""
    for run in RUNS:
        with SummaryWriter(tmp_path / "logs" / run) as writer:
            for step in range(20):
                writer.add_scalar("loss", 1 / (1 + step), step)
    (tmp_path / "logs" / RUNS[2] / "model.pt").write_bytes(b"weights")
    return tmp_path / "logs"


def row(page: Page, run: str) -> Locator:
    return page.locator(f'[data-run="{run}"]')


def choose(page: Page, run: str, item: str) -> None:
    """Take an item of a run's menu."""
    row(page, run).hover()
    row(page, run).get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name=item).click()


def drawn(page: Page) -> Locator:
    return page.get_by_role("article", name="loss", exact=True).get_by_role("img", name="loss: ")


def add_tags(page: Page, tags: str) -> None:
    page.get_by_role("textbox", name="New tag").or_(page.get_by_role("combobox", name="New tag")).fill(tags)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Remove {tags.split(',')[0]}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_said_of_a_run_survives_a_reload_and_a_restart_and_reaches_other_pages(
    logdir: Path, serve: Serve, page: Page, context: BrowserContext, watch: Watch
) -> None:
    watch.expected.append("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE")  # the restart
    viewer = serve(logdir)
    page.goto(viewer.url)
    other = context.new_page()
    other.goto(viewer.url)
    expect(row(other, RUNS[0])).to_be_visible()
    page.bring_to_front()

    row(page, RUNS[0]).get_by_role("checkbox").focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name=f"Name of {RUNS[0]}")).to_be_focused()
    page.keyboard.type("the baseline")
    page.keyboard.press("Enter")
    expect(row(page, RUNS[0]).get_by_role("checkbox", name="the baseline")).to_be_focused()
    choose(page, RUNS[0], "Star")
    choose(page, RUNS[0], "Tags")
    add_tags(page, "paper, seed 3")
    choose(page, RUNS[0], "Note")
    expect(page.get_by_role("textbox", name="Note on")).to_be_focused()
    page.keyboard.type("**Best** so far <script>alert(1)</script>")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Note on the baseline")
    expect(dialog.locator("strong")).to_have_text("Best")
    expect(dialog).to_contain_text("<script>alert(1)</script>")
    page.keyboard.press("Escape")
    choose(page, RUNS[1], "Hide")
    expect(row(page, RUNS[1])).to_have_count(0)

    def is_all_there(where: Page) -> None:
        first = row(where, RUNS[0])
        expect(first.get_by_text("the baseline")).to_be_visible()
        expect(first.locator(f'[title="{RUNS[0]}"]')).to_be_visible()
        expect(first.get_by_role("img", name="Starred")).to_be_visible()
        expect(first.get_by_title("paper, seed 3")).to_be_attached()
        expect(first.get_by_role("button", name="Note on the baseline")).to_have_attribute("title", re.compile("Best"))
        expect(row(where, RUNS[1])).to_have_count(0)
        expect(where.get_by_role("button", name="Show hidden (1)")).to_be_visible()
        expect(drawn(where)).to_have_attribute("aria-label", re.compile("2 runs.*the baseline"))

    is_all_there(page)
    is_all_there(other)
    page.reload()
    is_all_there(page)
    assert viewer.stop() == 0
    other.close()
    page.goto(serve(logdir).url)
    is_all_there(page)


def test_a_run_stands_where_its_alias_belongs(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir).url)
    rows = page.locator("[data-run]")
    expect(rows).to_have_count(3)
    for run, alias in ((RUNS[0], "trial 10"), (RUNS[2], "trial 9")):
        choose(page, run, "Rename")
        page.get_by_role("textbox", name="Name of").fill(alias)
        page.keyboard.press("Enter")
        expect(row(page, run).get_by_role("checkbox", name=alias, exact=True)).to_be_focused()
    page.mouse.move(900, 500)  # nothing is reordered under the pointer
    for i, run in enumerate((RUNS[1], RUNS[2], RUNS[0])):
        expect(rows.nth(i)).to_have_attribute("data-run", run)
    page.get_by_role("button", name="Run", exact=True).click()
    page.mouse.move(900, 500)
    for i, run in enumerate((RUNS[0], RUNS[2], RUNS[1])):
        expect(rows.nth(i)).to_have_attribute("data-run", run)


def test_esc_leaves_the_name_as_it_was_and_an_empty_one_gives_it_back(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir).url)
    choose(page, RUNS[0], "Rename")
    page.keyboard.type("not this")
    page.keyboard.press("Escape")
    expect(row(page, RUNS[0])).to_contain_text(RUNS[0])
    for typed, shown in (("mine", "mine"), ("", RUNS[0])):
        choose(page, RUNS[0], "Rename")
        page.get_by_role("textbox", name="Name of").fill(typed)
        page.keyboard.press("Enter")
        expect(row(page, RUNS[0]).get_by_role("checkbox", name=shown, exact=True)).to_be_focused()


def test_a_hidden_run_is_listed_again_on_demand_and_shown_again_by_its_switch(
    logdir: Path, serve: Serve, page: Page
) -> None:
    page.goto(serve(logdir).url)
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("3 runs"))
    choose(page, RUNS[1], "Hide")
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("2 runs"))
    page.get_by_role("button", name="Show hidden (1)").click()
    expect(row(page, RUNS[1]).get_by_role("img", name="Hidden")).to_be_visible()
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("2 runs"))
    row(page, RUNS[1]).get_by_role("checkbox").click()
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("3 runs"))
    expect(page.get_by_role("button", name=re.compile("hidden"))).to_have_count(0)


def test_the_tables_head_says_it_of_all_runs_that_pass_the_filter(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir).url)
    page.get_by_role("textbox", name="Filter runs").or_(page.get_by_role("searchbox", name="Filter runs")).or_(
        page.get_by_role("combobox", name="Filter runs")
    ).fill("0.1|0.2")
    expect(row(page, RUNS[2])).to_have_count(0)
    page.get_by_role("button", name="More about all runs listed").click()
    expect(page.get_by_role("menu")).to_contain_text("All 2 listed")
    page.get_by_role("menuitem", name="Tags").click()
    add_tags(page, "both")
    for run in RUNS[:2]:
        expect(row(page, run).get_by_title("both")).to_be_attached()
    choose(page, RUNS[0], "Tags")
    page.get_by_role("button", name="Remove both").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More about all runs listed").click()
    page.get_by_role("menuitem", name="Tags").click()
    expect(page.get_by_role("dialog", name="Tags of 2 runs")).to_contain_text("1 of 2")
    page.get_by_role("button", name="To all").click()
    page.keyboard.press("Escape")
    expect(row(page, RUNS[0]).get_by_title("both")).to_be_attached()


def test_a_note_is_laid_out_when_the_server_has_it_however_long_that_takes(
    logdir: Path, serve: Serve, page: Page
) -> None:
    page.goto(serve(logdir).url)
    held: list[Route] = []
    page.route("**/api/notes", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    choose(page, RUNS[0], "Note")
    page.get_by_role("textbox", name="Note on").fill("**Best** so far")
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/api/notes")):
        page.keyboard.press("Control+Enter")
    expect(row(page, RUNS[0]).get_by_role("button", name="Note on", include_hidden=True)).to_be_attached()
    held[0].fallback()
    expect(page.get_by_role("dialog").locator("strong")).to_have_text("Best")


def test_two_changes_at_once_whose_answers_come_in_the_wrong_order_are_both_seen(
    logdir: Path, serve: Serve, page: Page
) -> None:
    page.goto(serve(logdir).url)
    held: list[Route] = []
    page.route("**/api/notes", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    for run in RUNS[:2]:
        with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/api/notes")):
            choose(page, run, "Star")
    answers = [(route, route.fetch()) for route in held]
    with page.expect_response(lambda response: response.request.method == "GET" and "/api/notes" in response.url):
        for route, answer in reversed(answers):
            route.fulfill(response=answer)
    for run in RUNS[:2]:
        expect(row(page, run).get_by_role("img", name="Starred")).to_be_attached()


def test_runs_are_found_by_what_was_said_of_them(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir).url)
    choose(page, RUNS[0], "Star")
    for run in RUNS[:2]:
        choose(page, run, "Tags")
        add_tags(page, "to keep")
    row(page, RUNS[0]).get_by_role("button", name="Only runs with the tag to keep").click()
    expect(row(page, RUNS[2])).to_have_count(0)
    expect(row(page, RUNS[1])).to_be_visible()
    expect(page).to_have_url(re.compile(r"runs=tag"))
    choose(page, RUNS[0], "Rename")
    page.get_by_role("textbox", name="Name of").fill("the baseline")
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="Filter runs").or_(page.get_by_role("textbox", name="Filter runs"))
    for asked, found in (('starred and tag "to keep"', [0]), ('not tag "to keep"', [2]), ("baseline", [0])):
        field.fill(asked)
        for i, run in enumerate(RUNS):
            expect(row(page, run)).to_have_count(1 if i in found else 0)


def test_a_colour_is_kept_and_a_copied_link_takes_it_along(logdir: Path, serve: Serve, page: Page) -> None:
    viewer = serve(logdir)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=viewer.url)
    page.goto(viewer.url)
    row(page, RUNS[0]).hover()
    row(page, RUNS[0]).get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Colour 9").click()
    switch = row(page, RUNS[0]).get_by_role("checkbox")
    expect(switch).to_have_attribute("style", re.compile("--run-9"))
    assert "colour=" not in page.url
    page.reload()
    expect(switch).to_have_attribute("style", re.compile("--run-9"))
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert f"colour=9:{RUNS[0].replace('=', '%3D')}" in link


def test_a_run_is_deleted_and_brought_back_with_real_files(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir, "--allow-delete").url)
    choose(page, RUNS[2], "Delete")
    asking = page.get_by_role("alertdialog", name=f"Delete {RUNS[2]}?")
    expect(asking.get_by_role("button", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(asking).to_have_count(0)
    expect(row(page, RUNS[2]).get_by_role("checkbox")).to_be_focused()
    assert not (logdir / TRASH).exists()

    choose(page, RUNS[2], "Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Deleted {RUNS[2]}.")).to_be_visible()
    expect(row(page, RUNS[2])).to_have_count(0)
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("2 runs"))
    assert os.listdir(logdir / RUNS[2]) == ["model.pt"]

    page.get_by_role("button", name="Undo").click()
    expect(row(page, RUNS[2])).to_be_visible()
    expect(drawn(page)).to_have_attribute("aria-label", re.compile("3 runs"))
    assert len(os.listdir(logdir / RUNS[2])) == 2
    assert not (logdir / TRASH).exists()


def test_what_was_deleted_can_be_brought_back_after_a_reload(logdir: Path, serve: Serve, page: Page) -> None:
    page.goto(serve(logdir, "--allow-delete").url)
    choose(page, RUNS[0], "Delete")
    page.keyboard.press("Enter")
    expect(row(page, RUNS[0])).to_have_count(0)
    # A deletion that can't be read, beside it, is in nobody's way.
    bad = logdir / TRASH / "20260101-000000-bad"
    bad.mkdir()
    (bad / "manifest.json").write_text(f'{{"version": 1, "wall_time": 1{"0" * 400}, "runs": []}}')
    page.reload()
    expect(row(page, RUNS[1])).to_be_visible()
    page.get_by_role("button", name="More about all runs listed").click()
    page.get_by_role("menuitem", name=f"Bring back {RUNS[0]}").click()
    expect(row(page, RUNS[0])).to_be_visible()
    assert os.listdir(logdir / TRASH) == [bad.name]


def test_several_are_deleted_at_once_and_one_that_is_written_stays(logdir: Path, serve: Serve, page: Page) -> None:
    with SummaryWriter(logdir / "live") as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.flush()
        page.goto(serve(logdir, "--allow-delete").url)
        expect(row(page, "live")).to_be_visible()
        page.get_by_role("button", name="More about all runs listed").click()
        page.get_by_role("menuitem", name="Delete").click()
        page.get_by_role("alertdialog", name="Delete 4 runs?").get_by_role("button", name="Delete").click()
        expect(
            page.get_by_text(re.compile(r"Deleted 3 runs\. live was not deleted: it is still being"))
        ).to_be_visible()
        for run in RUNS:
            expect(row(page, run)).to_have_count(0)
        expect(row(page, "live")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        for run in RUNS:
            expect(row(page, run)).to_be_visible()


def test_without_the_flag_there_is_nothing_to_delete_with(logdir: Path, serve: Serve, page: Page, watch: Watch) -> None:
    watch.expected.append("403")
    page.goto(serve(logdir).url)
    row(page, RUNS[0]).hover()
    row(page, RUNS[0]).get_by_role("button", name="More about").click()
    expect(page.get_by_role("menuitem", name="Copy name")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    status = page.evaluate(
        """fetch('api/runs/delete', {method: 'POST', headers: {'Content-Type': 'application/json'},
           body: '{"runs":["lr=0.1"]}'}).then((answer) => answer.status)"""
    )
    assert status == 403
    assert len(os.listdir(logdir / RUNS[0])) == 1


def test_a_read_only_sidecar_is_read_and_the_page_says_that_it_can_not_be_written(
    logdir: Path, serve: Serve, page: Page
) -> None:
    store = LogDir(logdir, sidecar=True)
    store.refresh()
    store.notes.change([store.runs[RUNS[0]]], NotesChange(alias="theirs", note="*read* me"))
    (logdir / SIDECAR_NAME).chmod(0o444)
    page.goto(serve(logdir, "--sidecar", read_only=True).url)
    expect(row(page, RUNS[0])).to_contain_text("theirs")
    expect(
        page.get_by_text(re.compile(r"\.sightline-notes\.sqlite can't be written: notes are read-only"))
    ).to_be_visible()
    row(page, RUNS[0]).hover()
    row(page, RUNS[0]).get_by_role("button", name="More about").click()
    for item in ("Rename", "Star", "Hide", "Tags"):
        expect(page.get_by_role("menuitem", name=item)).to_be_disabled()
    page.get_by_role("menuitem", name="Note").click()
    expect(page.get_by_role("dialog").locator("em")).to_have_text("read")
    expect(page.get_by_role("dialog").get_by_role("button", name="Edit")).to_have_count(0)


def test_a_trigger_in_a_sidecar_never_runs_and_the_page_says_what_is_wrong(
    logdir: Path, serve: Serve, page: Page
) -> None:
    store = LogDir(logdir, sidecar=True)
    store.refresh()
    store.notes.change([store.runs[RUNS[0]]], NotesChange(alias="theirs"))
    with closing(sqlite3.connect(logdir / SIDECAR_NAME)) as connection:
        connection.execute("CREATE TRIGGER busy AFTER INSERT ON run BEGIN UPDATE run SET alias = 'mine'; END")
    page.goto(serve(logdir, "--sidecar").url)
    expect(page.get_by_text(re.compile("did not make, trigger 'busy': move it away to begin with new"))).to_be_visible()
    expect(row(page, RUNS[0])).not_to_contain_text("theirs")
    row(page, RUNS[0]).hover()
    row(page, RUNS[0]).get_by_role("button", name="More about").click()
    expect(page.get_by_role("menuitem", name="Star")).to_be_disabled()
