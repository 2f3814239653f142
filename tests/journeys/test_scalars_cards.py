"""Cards in a real browser: nested sections, their folds, and sizes and orders that stay as somebody left them."""

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

TAGS = ["loss", "net/lr", "net/a/w/max", "net/a/w/mean", "net/a/b/max", "net/a/b/mean", "net/deep/only/one"]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with SummaryWriter(str(tmp_path / "run")) as writer:
        for step in range(50):
            for tag in TAGS:
                writer.add_scalar(tag, step, step)
    return tmp_path


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def section(page: Page, path: str) -> Locator:
    return page.get_by_role("region", name=path, exact=True)


def size(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_sections_are_nested_by_the_parts_of_tags_and_fold_at_each_level(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    viewer = serve(logdir)
    page.goto(viewer.url)
    expect(section(page, "net").get_by_role("article")).to_have_count(6)
    expect(section(page, "net/a").get_by_role("article")).to_have_count(4)
    expect(section(page, "net/a/w").get_by_role("article")).to_have_count(2)
    # One card alone makes no section of its own.
    expect(section(page, "net/deep/only")).to_have_count(0)
    expect(section(page, "net/a").get_by_role("button", expanded=True).first).to_have_text("net/a4")

    head = section(page, "net/a/w").get_by_role("button", expanded=True).first
    head.focus()
    page.keyboard.press("Enter")
    expect(card(page, "net/a/w/max")).to_have_count(0)
    expect(card(page, "net/a/b/max")).to_be_visible()
    expect(page).to_have_url(re.compile(r"scalar\.folded=net/a/w(&|$)"))
    page.goto("about:blank")
    page.goto(viewer.url)  # remembered
    expect(card(page, "net/a/b/max")).to_be_visible()
    expect(card(page, "net/a/w/max")).to_have_count(0)
    # A search looks into what is folded.
    page.get_by_role("combobox", name="Filter tags").fill("w/max")
    expect(card(page, "net/a/w/max")).to_be_visible()
    page.get_by_role("combobox", name="Filter tags").fill("")

    page.get_by_role("button", name="Chart options").click()
    page.get_by_role("button", name="Fold all").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.get_by_role("button", name="Open all").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("article")).to_have_count(len(TAGS))


def test_a_card_is_resized_by_its_corner_alone_or_with_all_others(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    viewer = serve(logdir)
    page.goto(viewer.url)
    loss, lr = card(page, "loss"), card(page, "net/lr")
    expect(loss.get_by_role("img", name="loss: ")).to_be_visible()
    width, height = size(loss)
    corner = loss.get_by_role("separator", name="Size of loss")
    box = corner.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 + width, box["y"] + 8 + 60, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"scalar\.sizes=2,218,loss"))
    assert size(loss)[0] == pytest.approx(2 * width + 10, abs=2)
    assert size(loss)[1] == pytest.approx(height + 60, abs=2)
    assert size(lr)[0] == pytest.approx(width, abs=2)
    page.goto("about:blank")
    page.goto(viewer.url)
    expect(loss.get_by_role("img", name="loss: ")).to_be_visible()
    assert size(loss)[1] == pytest.approx(height + 60, abs=2)

    # By keys: taller, then with Shift every card.
    corner.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile(r"scalar\.sizes=2,242,loss"))
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"scalar\.sizes=1,242,loss"))
    page.keyboard.press("Shift+ArrowDown")
    expect(page).to_have_url(re.compile(r"scalar\.height=266"))
    expect(page).not_to_have_url(re.compile(r"scalar\.sizes"))
    assert size(loss) == size(lr)
    assert size(loss)[1] == pytest.approx(height + 266 - 158, abs=2)


def test_pinned_cards_are_put_in_order_by_dragging(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    viewer = serve(logdir)
    page.goto(f"{viewer.url}/?tab=scalar&scalar.pinned=loss&scalar.pinned=net/lr&scalar.pinned=net/a/w/max")
    pinned = section(page, "Pinned").get_by_role("article")
    expect(pinned).to_have_count(3)
    names = [one.get_attribute("aria-label") for one in pinned.all()]
    assert names == ["loss", "net/lr", "net/a/w/max"]
    card(page, "net/a/w/max").locator("header").drag_to(card(page, "loss"), target_position={"x": 8, "y": 60})
    expect(pinned.first).to_have_attribute("aria-label", "net/a/w/max")
    # A card that was not pinned is pinned where it is dropped.
    card(page, "net/deep/only/one").locator("header").drag_to(card(page, "net/lr"), target_position={"x": 8, "y": 60})
    expect(pinned).to_have_count(4)
    names = [one.get_attribute("aria-label") for one in pinned.all()]
    assert names == ["net/a/w/max", "loss", "net/deep/only/one", "net/lr"]
    expect(page.get_by_role("region", name="My charts")).to_have_count(0)


def test_a_card_shows_what_event_files_say_of_its_tag(tmp_path: Path, serve: Callable[..., Viewer], page: Page) -> None:
    text = "The **mean** over a batch. <script>document.title = 'taken'</script>"
    with SummaryWriter(str(tmp_path / "run")) as writer:
        for step in range(3):
            writer.add_scalar("loss", step, step, display_name="Training loss", summary_description=text)
            writer.add_scalar("plain", step, step)
    page.goto(serve(tmp_path).url)
    expect(card(page, "loss")).to_contain_text("Training loss")
    expect(card(page, "plain").get_by_role("button", name="About")).to_have_count(0)
    card(page, "loss").get_by_role("button", name="About loss").click()
    dialog = page.get_by_role("dialog", name="About loss")
    expect(dialog.locator("strong")).to_have_text("mean")
    expect(dialog).to_contain_text("<script>")  # as text
    assert page.title() != "taken"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_one_chart_has_its_own_scale_empty_ones_are_left_out_and_all_pins_taken_off(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    with SummaryWriter(str(logdir / "other")) as writer:
        writer.add_scalar("only/other", 1.0, 1)
    viewer = serve(logdir)
    page.goto(f"{viewer.url}/?tab=scalar&scalar.pinned=loss&scalar.pinned=net/lr")
    card(page, "net/a/w/max").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Logarithmic y axis").click()
    expect(card(page, "net/a/w/max")).to_contain_text("log")
    expect(card(page, "net/a/w/max")).to_contain_text("Values of zero and below are left out")
    expect(card(page, "net/a/w/mean")).not_to_contain_text("log")
    expect(page).to_have_url(re.compile(r"scalar\.yOf=log,net/a/w/max"))

    page.get_by_role("button", name="Unpin all").click()
    expect(page.get_by_role("region", name="Pinned")).to_have_count(0)
    expect(section(page, "loss").get_by_role("article")).to_have_count(1)

    page.get_by_role("checkbox", name="other", exact=True).click()
    expect(card(page, "only/other")).to_have_count(0)
    page.get_by_role("button", name="Chart options").click()
    page.get_by_role("checkbox", name="Leave out empty charts").click()
    expect(card(page, "only/other")).to_contain_text("No points in the selected runs")
    expect(card(page, "loss")).to_be_visible()
