"""Undoing in a real browser: Back takes back what was done last, Esc the pin before the full screen around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs; each has a hyperparameter and two tags."""
    for i, name in enumerate(("a", "b")):
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_hparams({"lr": 10.0**-i}, {}, run_name=".")
            for step in range(50):
                writer.add_scalar("loss", step, step)
                writer.add_scalar("acc/val", step, step)
    return tmp_path


def test_back_takes_back_filters_and_axes_one_at_a_time(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_label("Filter tags").press_sequentially("loss", delay=100)
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page).to_have_url(re.compile("tags=loss"))
    page.get_by_role("radio", name="Relative").click()
    expect(page).to_have_url(re.compile("scalar.x=relative"))
    page.go_back()
    expect(page.get_by_role("radio", name="Step")).to_be_checked()
    expect(page.get_by_role("article")).to_have_count(1)
    page.go_back()  # the filter as a whole, not its letters
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_label("Filter tags")).to_have_value("")
    page.go_forward()
    expect(page.get_by_role("article")).to_have_count(1)


def test_esc_takes_the_pin_off_before_it_leaves_the_full_screen(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    card = page.get_by_role("article", name="loss", exact=True)
    card.hover()
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()
    card.get_by_role("img", name="loss: ").click()
    expect(page).to_have_url(re.compile("step="))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("step="))
    expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Leave full screen")).to_have_count(0)


def test_a_word_that_is_not_whole_filters_nothing_away(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    runs = page.get_by_role("complementary", name="Runs").locator("[data-run]")
    expect(runs).to_have_count(2)
    field = page.get_by_role("combobox", name="Filter runs")
    field.press_sequentially("lr < 0.5 ")
    expect(runs).to_have_count(1)
    page.clock.install()
    field.press_sequentially("and ac")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.clock.run_for(3000)
    expect(runs).to_have_count(1)
    page.keyboard.press("Enter")  # as it stands: a name
    expect(runs).to_have_count(0)
