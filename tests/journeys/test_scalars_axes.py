"""The axes of a chart in a real browser: zooms, typed limits, scales, another tag as axis, ways of smoothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A run of 400 steps: a loss with one spike, and how many tokens were seen, logged every tenth step."""
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(400):
            writer.add_scalar("loss", 1e6 if step == 300 else 2 * math.exp(-step / 100), step)
            writer.add_scalar("signed", (step - 200) * 10, step)
            if step % 10 == 0:
                writer.add_scalar("tokens", step * 512, step)
    return tmp_path


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def chart(page: Page, tag: str) -> Locator:
    return card(page, tag).get_by_role("img", name=f"{tag}: ")


def place(chart: Locator, x: float, y: float) -> tuple[float, float]:
    box = chart.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def test_a_drag_zooms_along_one_axis_or_both(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    signed = chart(page, "signed")
    expect(signed).to_have_attribute("aria-label", re.compile("steps 0 to 399"))
    drag(page, place(signed, 0.5, 0.3), place(signed, 0.52, 0.7))
    expect(page).to_have_url(re.compile("zoomY="))
    expect(page).not_to_have_url(re.compile("zoom="))
    page.mouse.dblclick(*place(signed, 0.5, 0.5))
    expect(page).not_to_have_url(re.compile("zoom"))
    drag(page, place(signed, 0.3, 0.2), place(signed, 0.7, 0.7))
    expect(page).to_have_url(re.compile(r"zoom=[\d.]+,[\d.]+,signed.*zoomY=[-\d.]+,[-\d.]+,signed"))
    url = page.url
    page.reload()
    expect(signed).not_to_have_attribute("aria-label", re.compile("steps 0 to 399"))
    assert page.url == url
    page.get_by_role("button", name="Fit all").click()
    expect(page).not_to_have_url(re.compile("zoom"))


def test_limits_are_typed_for_one_chart_or_for_all(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)

    def limits(tag: str) -> Locator:
        card(page, tag).get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Axis limits").click()
        return page.get_by_role("dialog", name="Axis limits")

    dialog = limits("loss")
    dialog.get_by_label("x from").fill("100")
    dialog.get_by_label("x to").fill("50")
    expect(dialog).to_contain_text("from a smaller number to a larger one")
    expect(dialog.get_by_role("button", name="Apply")).to_be_disabled()
    dialog.get_by_label("x to").fill("200")
    dialog.get_by_label("y to").fill("3")
    page.keyboard.press("Enter")
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("steps 100 to 200"))
    expect(chart(page, "signed")).to_have_attribute("aria-label", re.compile("steps 0 to 399"))

    # A range of y is one of the scale it was made on.
    page.wait_for_url(re.compile("zoomY"))
    page.get_by_role("radio", name="Log", exact=True).click()
    page.wait_for_url(lambda url: "zoomY" not in url)
    page.get_by_role("radio", name="Linear", exact=True).click()

    # An empty box leaves that end to the data; a limit stands also where there is no data.
    for low, seen in (("150", "steps 150 to 399"), ("2000", "no point in sight")):
        dialog = limits("loss")
        dialog.get_by_label("x from").fill(low)
        dialog.get_by_label("x to").fill("")
        page.keyboard.press("Enter")
        expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile(seen))
    page.wait_for_url(re.compile("zoom=2000,,loss"))

    dialog = limits("loss")
    dialog.get_by_role("radio", name="All charts").click()
    dialog.get_by_label("x to").fill("150")
    dialog.get_by_role("button", name="Apply").click()
    for tag in ("loss", "signed"):
        expect(chart(page, tag)).to_have_attribute("aria-label", re.compile("steps 0 to 150"))
    page.reload()
    expect(chart(page, "signed")).to_have_attribute("aria-label", re.compile("steps 0 to 150"))


def test_a_tag_is_the_axis_and_every_way_of_smoothing_is_drawn(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    page.get_by_role("button", name="Chart options").click()
    options = page.get_by_role("dialog", name="Chart options")
    options.get_by_label("x is the tag").fill("tok")
    expect(options).not_to_contain_text("No scalar has this tag")
    options.get_by_label("x is the tag").press("Enter")
    expect(options).to_contain_text("No scalar has this tag")
    options.get_by_label("x is the tag").fill("nothing")
    expect(options).to_contain_text("No scalar has this tag")
    options.get_by_label("x is the tag").fill("tokens")
    options.get_by_label("x is the tag").press("Enter")
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("0 to 199,680"))
    expect(card(page, "loss")).to_contain_text("9 points where tokens has no value have no place")

    def asks(text: str) -> Callable[[Response], bool]:
        return lambda answer: "scalar/series" in answer.url and text in (answer.request.post_data or "")

    for name, parameter in (("Window", "mean"), ("Gaussian", "gaussian")):
        with page.expect_response(asks(f'"smoother":"{parameter}"')) as answer:
            options.get_by_role("radio", name=name).click()
        assert answer.value.ok
    with page.expect_response(asks('"x_scale":"log"')) as answer:
        options.get_by_role("radiogroup", name="Scale of the horizontal axis").get_by_role(
            "radio", name="Log", exact=True
        ).click()
    assert answer.value.ok
    options.get_by_role("checkbox", name="Cut off outliers").click()
    expect(page).to_have_url(re.compile("clip=1"))
    page.keyboard.press("Escape")
    expect(options).not_to_be_visible()

    # With all that in the toolbar, and a range: what has no room stands in the options, nothing is out of sight.
    address = page.url + "&scalar.range=20,150&scalar.y=symlog"
    for width in (1440, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        expect(page.get_by_role("button", name="Clear the range")).to_be_in_viewport(ratio=1)
        page.get_by_role("button", name="Chart options").click()
        for title in ("Values under the charts", "New chart of several tags", "Export the charts in sight"):
            expect(page.get_by_title(title).locator("visible=true")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")
        parts = page.get_by_role("toolbar").locator(":scope > *:visible")
        ends = parts.evaluate_all("parts => parts.map(part => part.getBoundingClientRect().right)")
        assert max(ends) <= width, (width, ends)
