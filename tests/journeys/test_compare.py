"""Runs side by side in a real browser: how she gets there, what the page says, and that it follows what grows."""

from __future__ import annotations

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

STEPS = 1500
PARTED = 900


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Three runs of one model: ``b`` differs from ``a`` by noise alone, ``c`` gets worse from step 900 on."""
    noise = np.random.default_rng(7)
    for name, lr, worse in (("a", 0.1, 0.0), ("b", 0.01, 0.0), ("c", 0.001, 0.5)):
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_hparams({"lr": lr, "optimizer": "adam"}, {}, run_name="hparams")
            for step in range(STEPS):
                loss = 2 * np.exp(-step / 300) + 0.05 * noise.normal() + (worse if step >= PARTED else 0)
                writer.add_scalar("loss/train", float(loss), step)
                writer.add_scalar("calm", 1.0, step)
            writer.add_scalar("acc/val", {"a": 0.9, "b": 0.95, "c": 0.5}[name], STEPS)
    return tmp_path


def row(page: Page, section: str, name: str) -> Locator:
    rows = page.get_by_role("rowgroup", name=section, exact=True).get_by_role("row")
    return rows.filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_runs_that_are_on_are_compared_and_back_leaves_the_page(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&select=none&show=a&show=b&show=c")
    page.get_by_role("button", name="Compare 3 runs").click()
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"tab=compare&.*compare=a&compare=b&compare=c"))

    expect(page.get_by_role("group", name="Groups")).to_have_count(0)  # each stands for itself

    differs = page.get_by_role("rowgroup", name="What differs")
    expect(row(page, "What differs", "lr")).to_have_text(re.compile(r"^lr\s*0.1\s*0.01\s*0.001$"))
    expect(differs).not_to_contain_text("adam")
    differs.get_by_role("radio", name="All").click()
    expect(row(page, "What differs", "optimizer")).to_contain_text("adam")

    accuracy = row(page, "How they ended", "acc/val")
    expect(accuracy.get_by_role("cell")).to_contain_text(["0.9000", "0.9500", "0.5000"])
    best = accuracy.get_by_role("img", name="best")
    expect(best).to_have_count(1)
    expect(accuracy.get_by_role("cell").nth(1).get_by_role("img", name="best")).to_be_visible()

    parts = row(page, "Where they part", "loss/train").get_by_role("cell")
    expect(parts.nth(1)).to_have_text("do not part")
    found = re.search(r"from ([\d,]+)", parts.nth(2).inner_text())
    assert found is not None
    assert abs(int(found[1].replace(",", "")) - PARTED) < STEPS / 20
    expect(row(page, "Where they part", "acc/val").get_by_role("cell").nth(1)).to_have_text("too few points")
    expect(row(page, "Where they part", "calm").get_by_role("cell").nth(2)).to_have_text("do not part")

    # What differs most stands first, in the rows and among the charts, which draw these runs only.
    expect(page.get_by_role("article").first).to_have_accessible_name("loss/train")
    drawn = page.get_by_role("article", name="loss/train").get_by_role("img", name=re.compile("3 runs"))
    expect(drawn).to_be_visible()

    seen = page.url
    page.reload()
    expect(parts.nth(2)).to_contain_text(found[0])
    assert page.url == seen
    page.go_back()
    expect(page.get_by_role("tab", name="Scalars")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile("select=none"))


def test_health_and_charts_of_several_tags_are_there_too(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    with SummaryWriter(str(logdir / "c"), filename_suffix=".late") as writer:
        for step in range(STEPS, STEPS + 200):
            writer.add_scalar("loss/train", 0.5 if step < STEPS + 100 else float("nan"), step)
    page.goto(f"{serve(logdir).url}/?tab=compare&compare=a&compare=b&compare=c")
    well = row(page, "Runs", "Health").get_by_role("cell")
    expect(well.nth(0)).to_have_text("ok")
    said = well.nth(2).get_by_role("button", name=re.compile("^NaN"))
    said.click()
    page.get_by_role("menuitem", name=re.compile("loss.train is NaN")).click()
    expect(page).to_have_url(re.compile(rf"step={STEPS + 100}"))
    expect(page.locator("footer text").filter(has_text="NaN")).to_be_visible()

    card = page.get_by_role("article", name="loss/train", exact=True)
    card.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Combine with").click()
    dialog = page.get_by_role("dialog", name="New chart")
    dialog.get_by_role("checkbox", name="calm").click()
    dialog.get_by_role("textbox", name="Name").fill("both")
    dialog.get_by_role("button", name="Make chart").click()
    both = page.get_by_role("article", name="both", exact=True)
    expect(both.get_by_role("img", name="both: ")).to_have_attribute("aria-label", re.compile("2 tags of 3 runs"))
    page.reload()
    expect(both.get_by_role("img", name="both: ")).to_be_visible()


def test_no_best_is_marked_where_nobody_knows_which_it_is_until_somebody_says(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    for name, rates in (("a", (0.1, 0.9, 0.3)), ("b", (0.1, 0.5, 0.2))):
        with SummaryWriter(str(logdir / name), filename_suffix=".lr") as writer:
            for step, value in enumerate(rates):
                writer.add_scalar("optim/lr", value, step)
    url = f"{serve(logdir).url}/?tab=compare&compare=a&compare=b&compare.figure=best"
    page.goto(url)
    ended = row(page, "How they ended", "acc/val")
    expect(ended.get_by_role("img", name="best")).to_have_count(1)
    rate = page.get_by_role("rowgroup", name="How they ended").get_by_role("row").filter(has_text="optim/lr")
    expect(rate.get_by_role("rowheader")).to_have_text(re.compile(r"optim/lr\s*last"))
    expect(rate.get_by_role("cell")).to_contain_text(["0.3000", "0.2000"])
    expect(rate.get_by_role("img", name="best")).to_have_count(0)
    page.goto(f"{url}&table.better=high:optim/lr")
    expect(rate.get_by_role("cell")).to_contain_text(["0.9000", "0.5000"])
    expect(rate.get_by_role("cell").first.get_by_role("img", name="best")).to_be_visible()


def test_the_switches_say_which_runs_and_the_menu_which_is_the_first(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=compare&compare=a&compare=b&compare=c")
    heads = page.get_by_role("region", name="Runs side by side").get_by_role("columnheader")
    expect(heads).to_have_count(3)
    page.get_by_role("checkbox", name="b", exact=True).click()
    expect(heads).to_have_count(2)
    expect(page).to_have_url(re.compile(r"compare=a&compare=c(&|$)"))
    page.get_by_role("button", name="Column of c").click()
    page.get_by_role("menuitem", name="Compare the others with it").click()
    expect(heads.first).to_contain_text("c")
    expect(heads.first).to_contain_text("the others against it")
    expect(row(page, "Where they part", "loss/train").get_by_role("cell").nth(1)).to_contain_text("from")
    row(page, "How they ended", "acc/val").get_by_role("button").click()
    expect(heads.first).to_contain_text("a")  # the better one stands first now
    page.get_by_role("checkbox", name="a", exact=True).click()
    expect(page.get_by_text("c is alone")).to_be_visible()
    page.get_by_role("checkbox", name="c", exact=True).click()
    expect(page.get_by_text("No runs to compare")).to_be_visible()


def test_figures_follow_a_run_that_grows_and_rows_stay_in_their_places(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=compare&compare=a&compare=b")
    accuracy = row(page, "How they ended", "acc/val").get_by_role("cell")
    expect(accuracy).to_contain_text(["0.9000", "0.9500"])
    tags = page.get_by_role("rowgroup", name="How they ended").get_by_role("rowheader")
    before = tags.all_inner_texts()
    with SummaryWriter(str(logdir / "a")) as writer:
        writer.add_scalar("acc/val", 0.001, STEPS + 1)
        expect(accuracy.first).to_contain_text("0.0010")
        expect(accuracy.first).to_contain_text("1,501")
    assert tags.all_inner_texts() == before


def test_a_run_that_is_gone_is_said_and_left_out(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(f"{serve(logdir).url}/?tab=compare&compare=a&compare=gone&compare=b")
    expect(page.get_by_text("1 run of this comparison is not in the log directory")).to_be_visible()
    expect(row(page, "How they ended", "acc/val").get_by_role("cell")).to_have_count(2)
    page.get_by_role("button", name="Dismiss").click()
    expect(page).not_to_have_url(re.compile("gone"))
