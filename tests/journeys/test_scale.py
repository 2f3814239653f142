"""Much at once in a real browser: ten million points, five hundred runs, twelve thousand tags.

What is seen is exact, and only what is in sight is asked for.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from sightline.format import kernel

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

LONG = 10_000_000
SPIKE = 6_180_339
RUNS = 500
TAGS = 12_345

TALLEST_INK = """(card) => {
  // Of each pixel column of the plot the highest place that is drawn in colour: runs are all the colour there is.
  const canvas = card.querySelector('canvas');
  const { width, height } = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const columns = [];
  for (let x = 0; x < width; x++) {
    let top = -1;
    for (let y = 0; y < height && top < 0; y++) {
      const i = 4 * (y * width + x);
      const [r, g, b, a] = [data[i], data[i + 1], data[i + 2], data[i + 3]];
      if (a > 40 && Math.max(r, g, b) - Math.min(r, g, b) > 24) top = y;
    }
    columns.push(top);
  }
  const box = canvas.getBoundingClientRect();
  const over = card.querySelector('.u-over').getBoundingClientRect();
  const scale = width / box.width;
  return { columns, left: (over.left - box.left) * scale, plot: over.width * scale, height };
}"""


def write_points(path: Path, tag: str, values: npt.NDArray[np.float64], first: int = 0) -> None:
    """One event file of a run with a scalar at each step, ten a second: as every writer has it, 0.3 s for a million."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / "events.out.tfevents.1").open("ab") as file:
        for begin in range(0, len(values), 500_000):
            some = values[begin : begin + 500_000].tolist()
            steps = range(first + begin, first + begin + len(some))
            times = (1.7e9 + np.arange(steps.start, steps.stop) / 10).tolist()
            file.write(b"".join(map(kernel.frame_scalar, repeat(tag.encode()), some, steps, times)))


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def chart(page: Page, tag: str) -> Locator:
    return card(page, tag).get_by_role("img", name=f"{tag}: ")


@pytest.fixture
def asked(page: Page) -> list[dict[str, Any]]:
    """The questions for series that the page asks, in order."""
    questions: list[dict[str, Any]] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/api/scalar/series"):
            questions.append(json.loads(request.post_data or ""))

    page.on("request", hear)
    return questions


@pytest.fixture
def long_run(tmp_path: Path) -> Iterator[Path]:
    """10 M points of noise around a falling curve, one of them a spike. Half a gigabyte: not left lying about."""
    noise = np.random.default_rng(5).random(LONG)
    values = 2 * np.exp(-np.arange(LONG) / 2e6) + 0.2 * noise
    values[SPIKE] = 50.0
    write_points(tmp_path / "long", "loss/train", values)
    yield tmp_path
    shutil.rmtree(tmp_path / "long")


def zoom_of(page: Page) -> tuple[float, float]:
    found = re.search(r"scalar\.zoom=(-?[\d.]+),(-?[\d.]+),loss/train", page.url)
    return (float(found[1]), float(found[2])) if found else (0.0, float(LONG - 1))


def test_one_point_of_ten_million_is_seen_and_can_be_zoomed_to_until_it_stands_alone(
    long_run: Path, serve: Callable[..., Viewer], page: Page, asked: list[dict[str, Any]]
) -> None:
    page.goto(f"{serve(long_run).url}/?tab=scalar&scalar.smooth=0")
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("steps 0 to 9,999,999"))
    assert len(asked) <= 20  # as long as the file is being read there is more to show, four times a second at most
    # The spike is the highest thing in sight, in its own pixel column and the one beside it at most.
    ink = card(page, "loss/train").evaluate(TALLEST_INK)
    tops = [(top, x) for x, top in enumerate(ink["columns"]) if top >= 0]
    peak = min(top for top, _ in tops)
    where = [x for top, x in tops if top < peak + ink["height"] / 4]
    expected = ink["left"] + ink["plot"] * SPIKE / (LONG - 1)
    assert all(abs(x - expected) <= 3 for x in where), (where, expected)

    # Each drag takes a fortieth of what is in sight, with the spike in its middle.
    plot = card(page, "loss/train").locator(".u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None

    def across(step: float) -> float:
        low, high = zoom_of(page)
        return box["x"] + box["width"] * (step - low) / (high - low)

    drags = 0
    while zoom_of(page)[1] - zoom_of(page)[0] > 20:
        before, middle, y = page.url, across(SPIKE), box["y"] + box["height"] / 2
        page.mouse.move(middle - box["width"] / 80, y)
        page.mouse.down()
        page.mouse.move(middle + box["width"] / 80, y, steps=3)
        page.mouse.up()
        expect(page).not_to_have_url(before)
        drags += 1
        assert drags < 10, "dragging does not get there"
    expect(card(page, "loss/train")).to_contain_text("every point")
    page.mouse.move(across(SPIKE), box["y"] + box["height"] / 2)
    readout = card(page, "loss/train").get_by_role("status")
    expect(readout).to_contain_text(f"{SPIKE:,}")
    expect(readout.get_by_role("cell").nth(1)).to_have_text("50")
    assert len(asked) <= 20 + drags


@pytest.fixture
def many_runs(tmp_path: Path) -> Path:
    steps = np.arange(300)
    for number in range(RUNS):
        values = number / RUNS + 0.05 * np.sin(steps / 20)
        write_points(tmp_path / "sweep" / f"run{number:03d}", "loss/train", values)
    return tmp_path


def test_five_hundred_runs_are_drawn_in_one_chart_and_listed_without_five_hundred_rows(
    many_runs: Path, serve: Callable[..., Viewer], page: Page, asked: list[dict[str, Any]]
) -> None:
    page.goto(f"{serve(many_runs).url}/?tab=scalar&select=all&scalar.smooth=0")
    drawn = chart(page, "loss/train")
    expect(drawn).to_have_attribute("aria-label", re.compile("^loss/train: 500 runs, steps 0 to 299"))
    # They lie side by side: each pixel column of the plot is inked up to the top one.
    ink = card(page, "loss/train").evaluate(TALLEST_INK)
    begin, end = round(ink["left"]) + 3, round(ink["left"] + ink["plot"]) - 3
    assert all(0 <= top < ink["height"] / 3 for top in ink["columns"][begin:end]), ink["columns"]
    assert {len(question["runs"]) for question in asked[-1:]} == {RUNS}

    drawn.hover()
    readout = card(page, "loss/train").get_by_role("status")
    expect(readout).to_contain_text("492 more")

    table = page.get_by_role("table", name="Runs")
    expect(table).to_have_attribute("aria-rowcount", str(RUNS + 1))
    assert table.get_by_role("row").count() < 120
    last_run = page.get_by_role("checkbox", name="sweep/run499", exact=True)
    expect(last_run).to_have_count(0)
    page.get_by_role("checkbox", name="sweep/run000", exact=True).hover()
    page.mouse.wheel(0, 1_000_000)
    expect(last_run).to_be_visible()
    assert table.get_by_role("row").count() < 120
    last_run.click(modifiers=["Alt"])
    expect(drawn).to_have_attribute("aria-label", re.compile(r"1 run \(sweep/run499|1 run \(run499|1 run \(499"))


@pytest.fixture
def many_tags(tmp_path: Path) -> Path:
    folder = tmp_path / "wide"
    folder.mkdir()
    with (folder / "events.out.tfevents.1").open("wb") as file:
        for number in range(TAGS):
            tag = f"layer{number // 100:03d}/weight{number:05d}".encode()
            file.write(b"".join(kernel.frame_scalar(tag, number + step / 10, step, 1.7e9 + step) for step in range(3)))
    return tmp_path


def test_of_twelve_thousand_tags_only_those_in_sight_are_built_and_asked_for(
    many_tags: Path, serve: Callable[..., Viewer], page: Page, asked: list[dict[str, Any]]
) -> None:
    page.goto(f"{serve(many_tags).url}/?tab=scalar")
    tab = page.get_by_role("tab", name="Scalars")
    expect(tab).to_contain_text("12,345")
    expect(chart(page, "layer000/weight00000")).to_have_attribute("aria-label", re.compile("last value 0.2"))
    articles = page.get_by_role("article")
    assert articles.count() < 120
    assert len({question["tag"] for question in asked}) < 120

    seen = len(asked)
    page.locator("main .scroll").evaluate("(room) => room.scrollTo(0, room.scrollHeight)")
    final = f"layer{(TAGS - 1) // 100:03d}/weight{TAGS - 1:05d}"
    expect(chart(page, final)).to_have_attribute("aria-label", re.compile("last value 12,344"))
    assert articles.count() < 120
    assert len(asked) - seen < 120
    expect(card(page, "layer000/weight00000")).to_have_count(0)

    page.get_by_role("combobox", name="Filter tags").fill("weight07777")
    expect(articles).to_have_count(1)
    expect(chart(page, "layer077/weight07777")).to_have_attribute("aria-label", re.compile("last value 7,777"))
