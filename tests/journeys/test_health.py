"""Journeys through runs that are ill, and one through runs that are well: the second finds no mark anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

Floats = npt.NDArray[np.float64]
POINTS = 600
STEP = 20


def loss(seed: int) -> Floats:
    noise: Floats = np.exp(0.03 * np.random.default_rng(seed).normal(size=POINTS))
    return (0.3 + 3.0 * np.exp(-6.0 * np.arange(POINTS) / POINTS)) * noise


def accuracy(seed: int) -> Floats:
    noise: Floats = 0.01 * np.random.default_rng(seed).normal(size=POINTS)
    return 1.0 - np.exp(-5.0 * np.arange(POINTS) / POINTS) + noise


def write(directory: Path, **tags: Floats) -> None:
    with SummaryWriter(directory) as writer:
        for point in range(POINTS):
            for tag, values in tags.items():
                if point < len(values):
                    writer.add_scalar(tag, float(values[point]), point * STEP, walltime=1.7e9 + point)


@pytest.fixture
def ill(tmp_path: Path) -> Path:
    """NaN from step 8,140 on, ``spiked`` at 4,000 and 9,000, ``diverged`` at 7,600, one that ``stopped``, one well."""
    broken, spiked, away = loss(1), loss(2), loss(3)
    broken[407:] = np.nan
    spiked[[200, 450]] *= 4.0
    away[380:] = 2.4 + 0.05 * np.random.default_rng(0).normal(size=POINTS - 380)
    write(tmp_path / "nan", **{"loss/train": broken, "acc": accuracy(1)})
    write(tmp_path / "spiked", **{"loss/train": spiked, "acc": accuracy(2)})
    write(tmp_path / "diverged", **{"loss/train": away, "acc": accuracy(3)})
    write(tmp_path / "stopped", **{"loss/train": loss(4), "acc": accuracy(4)[:250]})
    write(tmp_path / "well", **{"loss/train": loss(5), "acc": accuracy(5)})
    return tmp_path


def state_of(page: Page, run: str, name: str) -> None:
    row = page.get_by_role("row").filter(has=page.get_by_role("checkbox", name=run, exact=True))
    expect(row.get_by_role("button", name=re.compile(name)).first).to_be_visible()


def test_what_looks_wrong_is_said_in_the_table_and_a_click_goes_there(
    page: Page, serve: Callable[..., Viewer], ill: Path
) -> None:
    page.goto(serve(ill).url)
    for run, name in (("nan", "^NaN$"), ("spiked", "^spike"), ("diverged", "^diverged"), ("stopped", "^stopped")):
        state_of(page, run, name)
    well = page.get_by_role("row").filter(has=page.get_by_role("checkbox", name="well", exact=True))
    expect(well.get_by_role("img", name=re.compile("finished"))).to_be_visible()

    row = page.get_by_role("row").filter(has=page.get_by_role("checkbox", name="spiked", exact=True))
    row.get_by_role("button", name=re.compile("^spike, 2 findings: loss.train rose")).click()
    menu = page.get_by_role("menu", name=re.compile("^spike"))
    expect(menu.get_by_role("menuitem")).to_have_count(2)
    menu.get_by_role("menuitem", name=re.compile(r"^loss.train rose \d+ times .* at step 9,000")).click()
    expect(page.get_by_role("slider", name="Step")).to_have_attribute("aria-valuenow", "9000")


def test_the_rail_marks_what_is_wrong_with_the_runs_that_are_drawn(
    page: Page, serve: Callable[..., Viewer], ill: Path
) -> None:
    page.goto(serve(ill).url)
    marks = page.locator("footer svg g:has(> .mark)")
    expect(marks).to_have_count(5)
    texts = [re.sub(r"\s+", " ", text) for text in marks.locator("title").all_text_contents()]
    assert any("loss/train is NaN from step 8,140 to its end" in text for text in texts)
    assert any("acc stopped at step 4,980" in text for text in texts)
    page.get_by_role("checkbox", name="nan", exact=True).click()
    expect(marks).to_have_count(4)


def test_sorted_by_health_the_worst_come_first_and_the_filter_finds_them(
    page: Page, serve: Callable[..., Viewer], ill: Path
) -> None:
    page.goto(f"{serve(ill).url}?table.columns=health&table.columns=step")
    page.get_by_role("button", name=re.compile("^Health")).first.click()
    table = page.get_by_role("table", name="Runs")
    names = table.locator("[data-run]")
    expect(names).to_have_count(5)
    expect(names.nth(0)).to_have_attribute("data-run", "nan")
    expect(names.nth(1)).to_have_attribute("data-run", "diverged")
    expect(names.nth(2)).to_have_attribute("data-run", "spiked")
    expect(names.nth(3)).to_have_attribute("data-run", "stopped")
    expect(names.nth(4)).to_have_attribute("data-run", "well")
    expect(names.nth(2).get_by_role("cell").filter(has_text="spike")).to_have_text(re.compile(r"spike\s*2"))

    for question, found in (("health = nan", ["nan"]), ("health = spike", ["spiked"]), ("health = ok", ["well"])):
        page.get_by_role("combobox", name="Filter runs").fill(question)
        expect(names).to_have_count(len(found))
        expect(names.first).to_have_attribute("data-run", found[0])


def test_healthy_runs_have_no_mark_at_all(page: Page, serve: Callable[..., Viewer], tmp_path: Path) -> None:
    for seed in range(6):
        write(
            tmp_path / f"seed {seed}", **{"loss/train": loss(seed), "loss/val": loss(seed + 50), "acc": accuracy(seed)}
        )
    viewer = serve(tmp_path)
    page.goto(f"{viewer.url}?table.columns=health")
    table = page.get_by_role("table", name="Runs")
    rows = table.locator("[data-run]")
    expect(rows).to_have_count(6)
    # A run that has not been examined yet is not found so.
    page.get_by_role("combobox", name="Filter runs").fill("health = ok")
    expect(page.get_by_text("6 of 6")).to_be_visible()
    expect(rows).to_have_count(6)
    expect(rows.get_by_role("img", name=re.compile("finished"))).to_have_count(6)
    expect(rows.locator(".health")).to_have_count(0)
    expect(page.locator("footer svg .mark")).to_have_count(0)


def test_a_run_that_becomes_nan_while_one_looks_is_told_at_once(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    with SummaryWriter(tmp_path / "live") as writer:
        for step in range(50):
            writer.add_scalar("loss/train", 1.0 / (1 + step), step)
        writer.flush()
        page.goto(serve(tmp_path).url)
        row = page.get_by_role("row").filter(has=page.get_by_role("checkbox", name="live", exact=True))
        expect(row.get_by_role("img", name=re.compile("live"))).to_be_visible()
        writer.add_scalar("loss/train", float("nan"), 50)
        writer.flush()
        expect(row.get_by_role("button", name="NaN")).to_be_visible()
