"""The tables of values in a real browser: at the pinned step and over a range, against the numbers that were logged."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

STEPS = 20_000
VALUES = {
    "a": np.exp(-np.arange(STEPS) / 4000) + 0.1 * np.sin(np.arange(STEPS)),
    "b": np.exp(-np.arange(STEPS) / 8000),
}
VALUES["b"][15_000] = math.nan


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs of so many points that each pixel stands for many."""
    for run, values in VALUES.items():
        with SummaryWriter(str(tmp_path / run)) as writer:
            for step, value in enumerate(values):
                writer.add_scalar("loss/train", float(value), step)
            writer.add_scalar("loss/val", 1.0, 0)
    return tmp_path


def table(page: Page, tag: str) -> Locator:
    return page.get_by_role("region", name=f"Values of {tag}")


def row(page: Page, run: str) -> dict[str, str]:
    """A run's cells by the heads of their columns."""
    of = table(page, "loss/train")
    heads = [head.strip() for head in of.get_by_role("columnheader").all_inner_texts()]
    line = of.get_by_role("row").filter(has=page.get_by_role("rowheader", name=run, exact=True))
    return dict(zip(heads[1:], line.get_by_role("cell").all_inner_texts(), strict=True))


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def test_the_table_has_the_value_at_the_pinned_step_and_over_a_range(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    picture = page.get_by_role("img", name="loss/train: ")
    expect(picture).to_have_attribute("aria-label", re.compile("2 runs"))
    page.get_by_role("button", name="Values", exact=True).click()
    shown = table(page, "loss/train")
    expect(shown.get_by_role("columnheader", name="Value", exact=True)).to_have_attribute(
        "title", re.compile("last point")
    )
    expect(shown.get_by_role("row")).to_have_count(3)
    assert number(row(page, "a")["Value"]) == pytest.approx(VALUES["a"][-1], abs=5e-5)

    step = page.get_by_role("textbox", name="Step, typed")
    step.fill("7123")
    step.press("Enter")
    expect(shown.get_by_role("cell", name="7,123", exact=True)).to_have_count(2)
    assert number(row(page, "b")["Value"]) == pytest.approx(VALUES["b"][7123], abs=5e-5)

    # A range, dragged with Ctrl: exact over all points of it.
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.keyboard.down("Control")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 60, steps=4)
    page.mouse.up()
    page.keyboard.up("Control")
    expect(page).to_have_url(re.compile(r"scalar\.range=\d+,\d+"))
    found = re.search(r"scalar\.range=(\d+),(\d+)", page.url)
    assert found is not None
    first, last = int(found[1]), int(found[2])
    assert 0 < first < 15_000 < last < STEPS
    expect(shown.get_by_role("columnheader", name="Mean", exact=True)).to_be_visible()
    for run, values in VALUES.items():
        inside = values[first : last + 1]
        cells = row(page, run)
        wanted = {
            "Start": inside[0],
            "End": inside[-1],
            "Min": np.nanmin(inside),
            "Max": np.nanmax(inside),
            "Mean": np.nanmean(inside),
            "Change": inside[-1] - inside[0],
        }
        assert {name: number(cells[name]) for name in wanted} == pytest.approx(wanted, abs=1e-4)
        assert number(cells["%"]) == pytest.approx(100 * (inside[-1] / inside[0] - 1), abs=0.6)
        assert number(cells["Points"]) == last + 1 - first
        assert cells["NaN, ∞"] == ("1" if run == "b" else "0")

    # Sorted by a column, in the address; another tab of the browser shows the same.
    expect(page).to_have_url(re.compile(r"scalar\.values=1"))
    shown.get_by_role("button", name="Mean").click()
    expect(shown.get_by_role("rowheader").first).to_have_text("b")
    expect(page).to_have_url(re.compile("valuesSort=-mean"))
    shown.get_by_role("button", name="Mean").click()
    expect(shown.get_by_role("rowheader").first).to_have_text("a")
    expect(page).to_have_url(re.compile("valuesSort=mean"))
    page.reload()
    expect(shown.get_by_role("rowheader").first).to_have_text("a")
    expect(shown.get_by_role("columnheader", name="Mean")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Clear the range").click()
    expect(page).not_to_have_url(re.compile(r"scalar\.range"))
    expect(shown.get_by_role("columnheader", name="Value", exact=True)).to_be_visible()


def test_the_figures_at_the_cursor_are_those_of_its_step(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    """A pixel stands for many points; what is said of a step is of that step, smoothed and as it was logged."""
    page.goto(f"{serve(logdir).url}/?tab=scalar&scalar.values=1&scalar.smooth=0.6")
    picture = page.get_by_role("img", name="loss/train: ")
    expect(picture).to_have_attribute("aria-label", re.compile("2 runs"))
    box = picture.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    status = page.get_by_role("article", name="loss/train").get_by_role("status")
    expect(status).to_contain_text("smooth")
    at = re.search(r"step ([\d,]+)", status.inner_text())
    assert at is not None
    expect(table(page, "loss/train").get_by_role("cell", name=at[1], exact=True)).to_have_count(2)
    told = {words[0]: words[1:3] for words in map(str.split, status.get_by_role("row").all_inner_texts())}
    for run in VALUES:
        exact = row(page, run)
        want = (number(exact["Smooth"]), number(exact["Value"]))
        assert tuple(map(number, told[run])) == pytest.approx(want, abs=1e-4)
    step = int(at[1].replace(",", ""))
    assert number(row(page, "a")["Value"]) == pytest.approx(VALUES["a"][step], abs=5e-5)


def test_a_range_is_typed_with_keys_alone_and_stands_on_the_rail(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    expect(page.get_by_role("img", name="loss/train: ")).to_have_attribute("aria-label", re.compile("2 runs"))
    rail = page.get_by_role("slider", name="Step", exact=True)
    page.get_by_role("button", name="Mark a range").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="From step")).to_be_focused()
    page.keyboard.type("12,000")
    page.keyboard.press("Tab")
    # An end that nobody typed is that of the data.
    expect(page).to_have_url(re.compile(rf"scalar\.range=12000,{STEPS - 1}"))
    page.keyboard.type("4000")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"scalar\.range=4000,12000"))
    expect(page.get_by_role("textbox", name="From step")).to_have_value("4,000")
    inside = VALUES["a"][4000:12_001]
    expect(table(page, "loss/train").get_by_role("columnheader", name="Mean", exact=True)).to_be_visible()
    expect(table(page, "loss/train").get_by_role("cell", name="8,001")).to_have_count(2)
    assert number(row(page, "a")["Mean"]) == pytest.approx(inside.mean(), abs=1e-4)

    # On the rail it lies over its share of the steps.
    expect(rail).to_have_attribute("aria-valuetext", re.compile("range of steps 4,000 to 12,000"))
    whole, band = rail.bounding_box(), rail.locator("rect").first.bounding_box()
    assert whole is not None
    assert band is not None
    assert (band["x"] - whole["x"]) / whole["width"] == pytest.approx(4000 / STEPS, abs=0.02)
    assert band["width"] / whole["width"] == pytest.approx(8000 / STEPS, abs=0.02)

    page.get_by_role("textbox", name="To step").fill("many")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A step is a whole number")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="To step")).to_have_value("12,000")
    page.reload()
    expect(rail).to_have_attribute("aria-valuetext", re.compile("range of steps 4,000 to 12,000"))
    page.get_by_role("button", name="Clear the range").click()
    expect(rail).not_to_have_attribute("aria-valuetext", re.compile("range"))


def test_keys_alone_mark_a_range_and_a_card_shows_its_values(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    picture = page.get_by_role("img", name="loss/train: ")
    expect(picture).to_have_attribute("aria-label", re.compile("2 runs"))
    picture.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Enter", "Shift+ArrowRight", "r"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(r"scalar\.range=\d+,\d+"))
    expect(table(page, "loss/train").get_by_role("columnheader", name="Change")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile(r"scalar\.range"))
    page.get_by_role("button", name="Values", exact=True).click()
    expect(table(page, "loss/train")).to_have_count(0)

    page.get_by_role("article", name="loss/val", exact=True).get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Show the values below").click()
    expect(table(page, "loss/val").get_by_role("row")).to_have_count(3)
    expect(table(page, "loss/train")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"scalar\.valuesOf=loss/val"))
