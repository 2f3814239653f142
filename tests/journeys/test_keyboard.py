"""The main things by keys alone: from the first Tab to a saved file, the mouse is never touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

STEPS = 400


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, pace in (("cnn", 20), ("mlp", 60), ("vit", 120)):
        with SummaryWriter(str(tmp_path / name)) as writer:
            for step in range(STEPS):
                writer.add_scalar("loss/train", 2 / (1 + step / pace), step)
                writer.add_scalar("loss/val", 2.2 / (1 + step / pace), step)
            writer.add_text("notes", f"a note of {name}", 0)
    return tmp_path


def checkbox(page: Page, run: str) -> Locator:
    return page.get_by_role("checkbox", name=run, exact=True)


def chart(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True).get_by_role("img", name=f"{tag}: ")


def tab_to(page: Page, target: Locator, most: int = 40) -> None:
    """Presses Tab until the target has the focus: it can be reached, in at most so many presses."""
    for _ in range(most):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by {most} presses of Tab")


def test_dashboards_and_runs_are_chosen_by_keys(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    drawn = chart(page, "loss/train")
    expect(drawn).to_have_attribute("aria-label", re.compile("3 runs"))
    keys = page.keyboard

    scalars, text = page.get_by_role("tab", name="Scalars"), page.get_by_role("tab", name="Text")
    keys.press("2")
    expect(text).to_have_attribute("aria-selected", "true")
    keys.press("1")
    expect(scalars).to_have_attribute("aria-selected", "true")
    tab_to(page, scalars)
    keys.press("ArrowRight")
    expect(text).to_have_attribute("aria-selected", "true")
    keys.press("ArrowLeft")
    expect(scalars).to_have_attribute("aria-selected", "true")

    keys.press("g")
    keys.type("cnn|vit")
    expect(drawn).to_have_attribute("aria-label", re.compile("2 runs"))
    keys.press("Control+a")
    keys.press("Delete")
    expect(drawn).to_have_attribute("aria-label", re.compile("3 runs"))

    keys.press("Tab")
    tab_to(page, checkbox(page, "cnn"))
    keys.press("ArrowDown")
    expect(checkbox(page, "mlp")).to_be_focused()
    keys.press("Space")
    expect(checkbox(page, "mlp")).not_to_be_checked()
    expect(drawn).to_have_attribute("aria-label", re.compile("2 runs"))
    keys.press("Home")
    expect(checkbox(page, "cnn")).to_be_focused()
    keys.press("o")
    expect(drawn).to_have_attribute("aria-label", re.compile(r"1 run \(cnn"))
    keys.press("m")
    expect(page.get_by_role("menu", name="More about cnn")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)

    keys.press("[")
    expect(page.get_by_role("complementary", name="Runs, folded")).to_be_visible()
    keys.press("[")
    expect(checkbox(page, "cnn")).to_be_visible()


def test_tab_leads_past_the_cards_of_a_section(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    with SummaryWriter(str(logdir / "cnn"), filename_suffix=".val") as writer:
        writer.add_scalar("acc/val", 0.5, STEPS)
    page.goto(serve(logdir).url)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("3 runs"))
    keys = page.keyboard
    acc, loss = (
        page.get_by_role("button", name=re.compile("^acc")),
        page.get_by_role("button", name=re.compile("^loss")),
    )
    acc.focus()
    keys.press("Tab")
    expect(page.get_by_role("article", name="acc/val", exact=True)).to_be_focused()
    keys.press("Tab")
    expect(loss).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowRight")
    expect(page.get_by_role("article", name="loss/val", exact=True)).to_be_focused()
    keys.press("Shift+Tab")
    expect(loss).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Previous step")).to_be_focused()
    # What is inside is reached through the chart.
    loss.focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(chart(page, "loss/train")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_role("separator", name="Size of loss/train")).to_be_focused()


def test_a_chart_is_read_zoomed_pinned_and_saved_by_keys(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    train = page.get_by_role("article", name="loss/train", exact=True)
    drawn = chart(page, "loss/train")
    expect(drawn).to_have_attribute("aria-label", re.compile("3 runs, steps 0 to 399"))
    keys = page.keyboard

    keys.press("/")
    keys.type("loss")
    keys.press("Tab")
    tab_to(page, train)
    keys.press("ArrowRight")
    expect(page.get_by_role("article", name="loss/val", exact=True)).to_be_focused()
    keys.press("ArrowLeft")
    keys.press("Enter")
    expect(drawn).to_be_focused()
    keys.press("ArrowRight")
    readout = train.get_by_role("status")
    expect(readout).to_contain_text("step")
    first = readout.inner_text()
    keys.press("Shift+ArrowRight")
    expect(readout).not_to_have_text(first)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"step=\d+"))
    keys.press("+")
    expect(page).to_have_url(re.compile(r"scalar\.zoom="))
    expect(drawn).not_to_have_attribute("aria-label", re.compile("steps 0 to 399"))
    keys.press("-")
    keys.press("0")
    expect(drawn).to_have_attribute("aria-label", re.compile("steps 0 to 399"))

    keys.press("f")
    expect(train.get_by_role("button", name="Leave full screen")).to_have_count(1)
    keys.press("Escape")
    expect(train.get_by_role("button", name="Leave full screen")).to_have_count(0)

    keys.press("m")
    expect(page.get_by_role("menu")).to_be_visible()
    choose(page, "Show as table")
    expect(train.get_by_role("table").first).to_contain_text("cnn")
    keys.press("m")
    choose(page, "Show as chart")
    keys.press("m")
    choose(page, "Export …")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    kinds = dialog.get_by_role("radiogroup", name="Format")
    tab_to(page, kinds.get_by_role("radio", checked=True))
    for _ in range(8):
        if kinds.get_by_role("radio", name="CSV").is_checked():
            break
        keys.press("ArrowRight")
    tab_to(page, dialog.get_by_role("button", name="Save"))
    with page.expect_download() as waiting:
        keys.press("Enter")
    assert waiting.value.path().read_text().startswith("run,")
    keys.press("Escape")
    expect(dialog).to_have_count(0)


def choose(page: Page, item: str) -> None:
    """Goes down the open menu to an entry and takes it."""
    for _ in range(30):
        if page.get_by_role("menuitem", name=item).evaluate("(entry) => entry === document.activeElement"):
            page.keyboard.press("Enter")
            expect(page.get_by_role("menu")).to_have_count(0)
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{item} is not reached by arrows")


def test_runs_are_noted_grouped_and_folded_and_their_columns_sorted_by_keys(
    tmp_path: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    for name, pace in (("cnn-a", 20), ("cnn-b", 60), ("vit", 120)):
        with SummaryWriter(str(tmp_path / name)) as writer:
            for step in range(STEPS):
                writer.add_scalar("loss/train", 2 / (1 + step / pace), step)
                writer.add_scalar("loss/val", 2.2 / (1 + step / pace), step)
    page.goto(serve(tmp_path, "--sidecar").url)
    drawn = chart(page, "loss/train")
    expect(drawn).to_have_attribute("aria-label", re.compile("3 runs"))
    keys = page.keyboard

    # A column is chosen, sorted by and made wider.
    tab_to(page, page.get_by_role("button", name="Columns", exact=True))
    keys.press("Enter")
    chooser = page.get_by_role("dialog", name="Columns", exact=True)
    keys.type("loss/val")
    expect(chooser.get_by_role("checkbox")).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Space")
    keys.press("Escape")
    expect(chooser).not_to_be_visible()
    head = page.get_by_role("columnheader", name="loss/val")
    tab_to(page, head.get_by_role("button").first)
    keys.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    runs = page.get_by_role("table", name="Runs").locator("[data-run]")
    expect(runs.first).to_have_attribute("data-run", "cnn-a")
    keys.press("Enter")
    expect(runs.first).to_have_attribute("data-run", "vit")
    edge = page.get_by_role("separator", name="Width of loss/val")
    tab_to(page, edge)
    before = int(edge.get_attribute("aria-valuenow") or "0")
    keys.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 8))

    # A run is noted.
    tab_to(page, checkbox(page, "vit"))
    keys.press("m")
    choose(page, "Note …")
    expect(page.get_by_role("textbox", name="Note on vit")).to_be_focused()
    keys.type("the *large* one")
    keys.press("Control+Enter")
    expect(page.get_by_role("dialog").locator("em")).to_have_text("large")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('[data-run]')?.dataset.run") == "vit"

    # Runs are grouped; a group is opened, closed and switched off.
    page.keyboard.press("g")
    keys.press("Tab")
    tab_to(page, page.get_by_role("button", name="Group by"))
    keys.press("Enter")
    choose(page, "Part of the name")
    keys.type("^(cnn|vit)")
    keys.press("Enter")
    group = page.locator("[role=row][aria-expanded]").filter(has=page.get_by_role("checkbox", name="cnn, 2 runs"))
    expect(group).to_be_visible()
    switch = group.get_by_role("checkbox")
    tab_to(page, page.locator("[data-row] [role=checkbox][tabindex='0']"))
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowDown"):
        if switch.evaluate("(element) => element === document.activeElement"):
            break
        keys.press(key)
    expect(switch).to_be_focused()
    keys.press("ArrowLeft")
    expect(group).to_have_attribute("aria-expanded", "false")
    keys.press("ArrowRight")
    expect(group).to_have_attribute("aria-expanded", "true")
    keys.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    keys.press("Space")

    # Cards are folded and unfolded by their section's head.
    section = page.get_by_role("button", name=re.compile("^loss"), expanded=True).first
    tab_to(page, section, 80)
    keys.press("Enter")
    expect(page.get_by_role("article", name="loss/train", exact=True)).to_have_count(0)
    keys.press("Enter")
    expect(drawn).to_be_visible()

    # The step is moved, played and followed again.
    keys.press("ArrowLeft")
    rail = page.get_by_role("slider", name="Step", exact=True)
    expect(rail).to_have_attribute("aria-valuenow", str(STEPS - 2))
    keys.press("Shift+ArrowLeft")
    expect(rail).to_have_attribute("aria-valuenow", str(STEPS - 12))
    keys.press("Escape")
    expect(rail).to_have_attribute("aria-valuenow", str(STEPS - 1))


def test_help_lists_the_keys_closes_and_gives_the_focus_back_and_runs_are_compared(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("3 runs"))
    keys = page.keyboard
    chart(page, "loss/val").focus()
    keys.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    for where in ("Everywhere", "On a card", "In a chart", "In the runs"):
        expect(dialog.get_by_role("region", name=re.compile(where))).to_be_visible()
    keys.press("1")  # the dialog has the keyboard
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(chart(page, "loss/val")).to_be_focused()

    keys.press("c")
    expect(page).to_have_url(re.compile("tab=compare&compare=cnn&compare=mlp&compare=vit"))
    sides = page.get_by_role("region", name="Runs side by side")
    tab_to(page, sides)
    keys.press("1")
    expect(page.get_by_role("tab", name="Scalars")).to_have_attribute("aria-selected", "true")
    keys.press("3")
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
