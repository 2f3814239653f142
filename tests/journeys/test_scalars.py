"""The charts in a real browser: one cursor for all of them, zooms in the address, and what a card says of its data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

STEPS = 1000


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two finished runs: one becomes NaN, one alone has the tag ``only/b`` and was restarted at step 600."""
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(STEPS):
            writer.add_scalar("loss/train", 2 / (1 + step / 50) if step < 700 else math.nan, step)
            writer.add_scalar("loss/val", 2.5 / (1 + step / 50), step)
            writer.add_scalar("signed", step - 500, step)
    for first, last in ((0, 800), (600, STEPS)):
        with SummaryWriter(str(tmp_path / "b"), filename_suffix=f".{first}") as writer:
            for step in range(first, last):
                writer.add_scalar("loss/train", 3 / (1 + step / 50), step)
                writer.add_scalar("only/b", step, step)
    return tmp_path


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def chart(page: Page, tag: str) -> Locator:
    return card(page, tag).get_by_role("img", name=f"{tag}: ")


def at(chart: Locator, share: float) -> tuple[float, float]:
    """A place of the page: this share of the chart's width, in the middle of its height."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def drag(page: Page, chart: Locator, begin: float, end: float) -> None:
    page.mouse.move(*at(chart, begin))
    page.mouse.down()
    page.mouse.move(*at(chart, end), steps=5)
    page.mouse.up()


def test_a_click_pins_the_step_for_all_and_a_double_click_undoes_a_zoom(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    train = chart(page, "loss/train")
    expect(train).to_have_attribute("aria-label", re.compile(r"2 runs, steps 0 to 999, last values a NaN, b 0\.1"))

    page.mouse.move(*at(train, 0.4))
    readout = card(page, "loss/train").get_by_role("status")
    expect(readout).to_contain_text("smooth")
    expect(readout.get_by_role("row")).to_have_count(3)
    hovered = re.search(r"step ([\d,]+)", readout.inner_text())
    assert hovered is not None
    page.mouse.click(*at(train, 0.4))
    step = page.get_by_role("slider", name="Step", exact=True)
    expect(step).to_have_attribute("aria-valuenow", hovered[1].replace(",", ""))
    expect(page).to_have_url(re.compile(rf"step={hovered[1].replace(',', '')}\b"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("step="))

    expect(card(page, "loss/train")).to_contain_text("points a pixel")
    drag(page, train, 0.4, 0.6)
    expect(page).to_have_url(re.compile(r"scalar\.zoom=[\d.]+,[\d.]+,loss/train"))
    expect(train).not_to_have_attribute("aria-label", re.compile("steps 0 to 999"))
    expect(chart(page, "loss/val")).to_have_attribute("aria-label", re.compile("steps 0 to 999"))
    expect(card(page, "loss/train")).to_contain_text("every point")  # the original points have come
    zoomed = train.get_attribute("aria-label") or ""
    page.reload()
    expect(train).to_have_attribute("aria-label", zoomed)
    page.mouse.dblclick(*at(train, 0.5))
    expect(train).to_have_attribute("aria-label", re.compile("steps 0 to 999"))
    expect(page).not_to_have_url(re.compile("zoom=|step="))

    held: list[Route] = []
    page.route("**/api/scalar/series", lambda route: held.append(route))
    drag(page, train, 0.4, 0.6)
    expect(card(page, "loss/train")).to_contain_text("loading this part")  # what stands there is too coarse
    for route in held:
        route.continue_()
    page.unroute("**/api/scalar/series")
    expect(card(page, "loss/train")).to_contain_text("every point")
    expect(card(page, "loss/train")).not_to_contain_text("loading")


def test_the_keyboard_moves_the_cursor_pins_it_and_zooms(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    val = chart(page, "loss/val")
    expect(val).to_have_attribute("aria-label", re.compile("1 run"))  # there is something to move along
    val.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "loss/val").get_by_role("status")).to_contain_text("step")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"step=\d+"))
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"scalar\.zoom="))
    # However far it goes there is something to see: between two steps there would be nothing.
    for _ in range(40):
        page.keyboard.press("+")
    expect(val).to_have_attribute("aria-label", re.compile(r"1 run \(a\), steps .* last value"))
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile(r"scalar\.zoom="))
    card(page, "loss/val").focus()
    page.keyboard.press("p")
    pinned = page.get_by_role("region", name="Pinned", exact=True)
    expect(pinned.get_by_role("article", name="loss/val", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"scalar\.pinned=loss/val"))


def test_cards_say_what_they_leave_out_and_offer_the_way_out(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    expect(card(page, "only/b")).to_contain_text("Restart at 600, 200 points superseded")
    drag(page, chart(page, "only/b"), 0.65, 0.75)
    expect(page).to_have_url(re.compile("zoom="))
    expect(chart(page, "only/b")).to_have_attribute("aria-label", re.compile(r"steps 6[2-9]\d to 7\d\d"))
    expect(card(page, "only/b")).to_contain_text("Restart at 600, 200 points superseded")
    page.keyboard.press("0")
    page.get_by_role("radio", name="Log", exact=True).click()
    expect(card(page, "signed")).to_contain_text("Values of zero and below are left out")
    page.get_by_role("radio", name="Linear", exact=True).click()
    expect(card(page, "signed")).not_to_contain_text("left out")

    page.get_by_role("checkbox", name="b", exact=True).click()
    expect(card(page, "only/b")).to_have_count(0)
    expect(page.get_by_text("1 chart without a point in the runs shown is left out")).to_be_visible()
    page.get_by_role("button", name="Show it", exact=True).click()
    expect(card(page, "only/b")).to_contain_text("No points in the selected runs")
    card(page, "only/b").get_by_role("button", name="Show it").click()
    expect(chart(page, "only/b")).to_have_attribute("aria-label", re.compile("1 run"))

    search = page.get_by_role("combobox", name="Filter tags")
    search.fill("^loss/(train|test)$")
    expect(page.get_by_role("article")).to_have_count(1)
    search.fill("loss(")
    expect(page.get_by_text("Not a regular expression")).to_be_visible()
    expect(page.locator("mark")).to_have_text("(")  # where it is wrong
    expect(page.get_by_role("article")).to_have_count(1)  # the last good result stays

    # By keys alone from the list: the section, then a tag of it.
    search.fill("")
    search.press_sequentially("lo")
    offered = page.get_by_role("listbox", name="Filter tags").get_by_role("option")
    expect(offered.first).to_contain_text(re.compile(r"loss/\s*\d tags"))
    for key in ("ArrowDown", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(search).to_have_value("loss/train")
    expect(offered).to_have_count(0)
    expect(page.get_by_role("article")).to_have_count(1)


def test_the_readout_hides_no_line(tmp_path: Path, serve: Callable[..., Viewer], page: Page) -> None:
    rng = np.random.default_rng(0)
    for run in range(8):
        with SummaryWriter(str(tmp_path / f"noise{run}")) as writer:
            for step, value in enumerate(rng.uniform(size=300)):
                writer.add_scalar("everywhere", value, step)
    page.goto(f"{serve(tmp_path).url}?scalar.smooth=0")
    plot = chart(page, "everywhere")
    for share in (0.2, 0.5, 0.8):
        page.mouse.move(*at(plot, share))
        readout = card(page, "everywhere").get_by_role("status")
        expect(readout.get_by_role("row")).to_have_count(9)
        told, drawn = readout.bounding_box(), plot.bounding_box()
        assert told is not None
        assert drawn is not None
        # The lines are wherever the chart is: beside it is the only place.
        assert told["y"] >= drawn["y"] + drawn["height"] or told["y"] + told["height"] <= drawn["y"], (told, drawn)
        page.mouse.move(5, 5)
        expect(readout).to_have_count(0)
