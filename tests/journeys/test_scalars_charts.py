"""Charts of several tags in a real browser: by dragging, by keys, by an expression; in the address, and remembered."""

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


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs with three tags each."""
    for run, scale in (("a", 1.0), ("b", 2.0)):
        with SummaryWriter(str(tmp_path / run)) as writer:
            for step in range(300):
                writer.add_scalar("loss/train", scale / (1 + step / 50), step)
                writer.add_scalar("loss/val", 1.2 * scale / (1 + step / 50), step)
                writer.add_scalar("grad/norm", scale + step / 100, step)
    return tmp_path


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name, exact=True)


def chart(page: Page, name: str) -> Locator:
    return card(page, name).get_by_role("img", name=f"{name}: ")


def test_a_card_dropped_on_another_makes_a_chart_of_both_tags(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    viewer = serve(logdir)
    page.goto(viewer.url)
    expect(chart(page, "loss/train")).to_be_visible()
    card(page, "loss/val").locator("header").drag_to(card(page, "loss/train"))
    mine = page.get_by_role("region", name="My charts", exact=True)
    both = mine.get_by_role("article", name="loss: train, val", exact=True)
    picture = both.get_by_role("img", name="loss: train, val: ")
    expect(picture).to_have_attribute("aria-label", re.compile(r"2 tags of 2 runs, steps 0 to 299"))
    expect(page).to_have_url(
        re.compile(r"scalar\.charts=t,loss:[+]train%2[5]2C[+]val,loss/train,loss/val|scalar\.charts=")
    )
    # A third tag joins the chart it is dropped on.
    card(page, "grad/norm").locator("header").drag_to(both.locator("header"))
    expect(picture).to_have_attribute("aria-label", re.compile("3 tags of 2 runs"))
    page.get_by_role("button", name="Undo").click()
    expect(picture).to_have_attribute("aria-label", re.compile("2 tags of 2 runs"))
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    card(page, "grad/norm").locator("header").drag_to(both.locator("header"))
    expect(picture).to_have_attribute("aria-label", re.compile("3 tags of 2 runs"))

    picture.hover()
    readout = both.get_by_role("status")
    expect(readout.get_by_role("columnheader", name="tag", exact=True)).to_be_visible()
    expect(readout.get_by_role("row")).to_have_count(7)  # two runs of three tags, and the head

    # With one run the tags have the colours.
    page.get_by_role("checkbox", name="b", exact=True).click()
    expect(picture).to_have_attribute("aria-label", re.compile(r"3 tags of 1 run, .*last values .*train 0\.1"))
    picture.hover()
    expect(readout.get_by_role("columnheader", name="tag", exact=True)).to_have_count(0)
    expect(readout.get_by_role("cell", name="loss/train", exact=True)).to_be_visible()

    # The address reproduces it in a browser that remembers nothing; a new visit brings what was kept.
    link = page.url
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    expect(both).to_be_visible()
    page.goto("about:blank")
    page.goto(viewer.url)
    expect(chart(page, "loss/train")).to_be_visible()
    expect(mine).to_have_count(0)


def test_an_expression_makes_a_chart_that_is_kept_changed_and_removed(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    viewer = serve(logdir)
    page.goto(viewer.url)
    page.get_by_role("button", name="New chart of several tags").click()
    dialog = page.get_by_role("dialog", name="New chart")
    dialog.get_by_label("Name").fill("losses")
    dialog.get_by_role("radio", name="By expression").click()
    pattern = dialog.get_by_role("textbox", name="Regular expression")
    pattern.fill("^loss/(")
    expect(dialog.get_by_role("alert")).to_contain_text("Not a regular expression")
    expect(dialog.get_by_role("button", name="Make chart")).to_be_disabled()
    pattern.fill(r"^(?!x)(\w+\W?)*$")
    expect(dialog.get_by_role("alert")).to_contain_text("could take for ever")
    pattern.fill("^loss/")
    expect(dialog.get_by_role("group", name="Tags found")).to_contain_text("loss/train")
    expect(dialog.get_by_role("status").filter(has_text="2 tags")).to_be_visible()
    pattern.press("Enter")
    expect(chart(page, "losses")).to_have_attribute("aria-label", re.compile("2 tags of 2 runs"))

    # Tags that come later join it, live.
    with SummaryWriter(str(logdir / "a"), filename_suffix=".later") as writer:
        writer.add_scalar("loss/test", 0.5, 299)
    expect(chart(page, "losses")).to_have_attribute("aria-label", re.compile("3 tags of 2 runs"))

    page.goto("about:blank")
    page.goto(viewer.url)
    expect(chart(page, "losses")).to_be_visible()
    card(page, "losses").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Change the chart").click()
    dialog = page.get_by_role("dialog", name="Change the chart")
    dialog.get_by_label("Name").fill("both losses")
    dialog.get_by_label("Name").press("Enter")
    expect(chart(page, "both losses")).to_be_visible()
    expect(card(page, "losses")).to_have_count(0)
    card(page, "both losses").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Remove the chart").click()
    expect(page.get_by_role("region", name="My charts")).to_have_count(0)
    page.goto("about:blank")
    page.goto(viewer.url)
    expect(chart(page, "loss/train")).to_be_visible()
    expect(page.get_by_role("region", name="My charts")).to_have_count(0)


def test_keys_alone_combine_tags_and_order_the_charts(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    more = card(page, "loss/val").get_by_role("button", name="More")

    def choose(item: str) -> None:
        page.keyboard.press("Enter")
        while not page.get_by_role("menuitem", name=item).evaluate("item => item === document.activeElement"):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    more.focus()
    choose("Combine with")
    dialog = page.get_by_role("dialog", name="New chart")
    expect(dialog.get_by_role("checkbox", name="loss/val")).to_be_checked()
    dialog.get_by_role("checkbox", name="grad/norm").focus()
    page.keyboard.press("Space")
    dialog.get_by_role("button", name="Make chart").focus()
    page.keyboard.press("Enter")
    expect(chart(page, "loss/val, grad/norm")).to_have_attribute("aria-label", re.compile("2 tags of 2 runs"))

    more.focus()
    choose("Combine with")
    dialog.get_by_role("checkbox", name="loss/train").focus()
    page.keyboard.press("Space")
    dialog.get_by_label("Name").focus()
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    mine = page.get_by_role("region", name="My charts", exact=True).get_by_role("article")
    expect(mine).to_have_count(2)
    expect(mine.first).to_have_attribute("aria-label", "loss/val, grad/norm")
    card(page, "second").get_by_role("button", name="More").focus()
    choose("Move to the left")
    expect(mine.first).to_have_attribute("aria-label", "second")
