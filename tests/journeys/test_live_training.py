"""The promise in one story: an empty directory, a training process beside it, and a page that follows it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.journeys.trainer import IMAGE_EVERY, image_at, loss_at

if TYPE_CHECKING:
    from tests.journeys.conftest import Trainer, Viewer

FIRST_STEPS, LAST_STEP = 40, 3000


def chart(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True).get_by_role("img", name=f"{tag}: ")


def rows_drawn_between(page: Page, tag: str, low: int, high: int) -> list[tuple[int, int]]:
    """What the chart draws between two steps, by its own table: (step, points) of each row."""
    article = page.get_by_role("article", name=tag, exact=True)
    article.hover()
    article.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Show as table").click()
    table = article.get_by_role("region", name=f"{tag} as a table")
    rows: dict[int, tuple[int, int]] = {}
    total = int(table.locator("table").get_attribute("aria-rowcount") or "0") - 1
    while len(rows) < total:  # the table holds only the rows in sight: scroll through it
        in_sight = table.locator("tbody tr[aria-rowindex]").evaluate_all(
            "rows => rows.map(r => [+r.ariaRowIndex, ...[...r.cells].map(c => +c.innerText.replaceAll(',', ''))])"
        )
        rows |= {row[0]: (row[2], row[-2]) for row in in_sight}
        table.evaluate("e => e.scrollTop += e.clientHeight / 2")
    article.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Show as chart").click()
    return [(step, points) for step, points in sorted(rows.values()) if low <= step <= high]


def picture_shown(page: Page, run: str, step: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The pixels, uint8 (3, H, W), of the picture under the glass, which must be that of ``step``."""
    glass = page.get_by_role("complementary", name="Image under the glass")
    shown = glass.get_by_role("img", name=f"{run}, generated, step {step}", exact=True)
    expect(shown).to_be_visible()
    source = shown.get_attribute("src")
    assert source is not None
    answer = httpx.get(urljoin(page.url, source))
    assert "immutable" in answer.headers["cache-control"]
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).transpose(2, 0, 1)


def test_a_page_on_an_empty_directory_follows_a_training_process(
    page: Page, serve: Callable[..., Viewer], start_trainer: Callable[[Path], Trainer], tmp_path: Path
) -> None:
    logdir = tmp_path / "runs"
    logdir.mkdir()
    viewer = serve(logdir)
    page.goto(viewer.url)
    expect(page.get_by_text("for the first event")).to_be_visible()
    page.evaluate("window.neverReloaded = true")

    # The run appears, and its curve grows, without a reload.
    trainer = start_trainer(logdir / "first")
    trainer.train_to(FIRST_STEPS)
    expect(page.get_by_role("checkbox", name="first", exact=True)).to_be_checked()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile(f"steps 0 to {FIRST_STEPS}\\b"))
    trainer.train_to(LAST_STEP)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("steps 0 to 3,000"))
    expect(page.get_by_role("row", name=re.compile("first"))).to_contain_text("3,000")
    assert page.evaluate("window.neverReloaded") is True

    # The image slider reaches the first, a middle and the last logged step, and each shows exactly its picture.
    page.get_by_role("tab", name=re.compile("^Images")).click()
    slider = page.get_by_role("slider", name="Step", exact=True)
    box = slider.bounding_box()
    assert box is not None
    middle_of_track = box["y"] + box["height"] * 0.65
    page.mouse.move(box["x"] + box["width"] * 0.9, middle_of_track)
    page.mouse.down()
    page.mouse.move(box["x"] - 20, middle_of_track, steps=8)
    page.mouse.up()
    expect(slider).to_have_attribute("aria-valuenow", "0")
    np.testing.assert_array_equal(picture_shown(page, "first", 0), image_at(0))
    page.mouse.move(box["x"], middle_of_track)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, middle_of_track, steps=8)
    page.mouse.up()
    middle = int(slider.get_attribute("aria-valuenow") or "-1")
    assert abs(middle - LAST_STEP / 2) < LAST_STEP / 20
    assert middle % IMAGE_EVERY == 0, "the slider stops at logged steps"
    np.testing.assert_array_equal(picture_shown(page, "first", middle), image_at(middle))
    slider.press("ArrowRight")
    np.testing.assert_array_equal(picture_shown(page, "first", middle + IMAGE_EVERY), image_at(middle + IMAGE_EVERY))
    slider.press("End")
    np.testing.assert_array_equal(picture_shown(page, "first", LAST_STEP), image_at(LAST_STEP))

    # Zooming a chart fetches the original points of the range.
    page.get_by_role("tab", name=re.compile("^Scalars")).click()
    before = rows_drawn_between(page, "loss/train", 0, LAST_STEP)
    assert any(points > 1 for _, points in before), "at first sight several points share a pixel column"
    drawing = chart(page, "loss/train")
    box = drawing.bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, height, steps=6)
    page.mouse.up()
    expect(drawing).not_to_have_attribute("aria-label", re.compile("steps 0 to 3,000"))
    article = page.get_by_role("article", name="loss/train", exact=True)
    expect(article).to_contain_text("points a pixel")
    label = drawing.get_attribute("aria-label") or ""
    low, high = (int(n.replace(",", "")) for n in re.findall(r"steps ([\d,]+) to ([\d,]+)", label)[0])
    was = [row for row in before if low <= row[0] <= high]
    after = rows_drawn_between(page, "loss/train", low, high)
    assert len(after) > len(was)
    label = drawing.get_attribute("aria-label") or ""

    # The URL holds the view: a reload shows the same zoom.
    url = page.url
    page.reload()
    assert page.url == url
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", label)
    article = page.get_by_role("article", name="loss/train", exact=True)
    chart(page, "loss/train").dblclick()
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile("steps 0 to 3,000"))

    expect(slider).to_have_attribute(
        "aria-valuenow", str(LAST_STEP)
    )  # a double click resets the zoom, and pins no step

    # Text is shown, and its markup is harmless.
    page.get_by_role("tab", name=re.compile("^Text")).click()
    notes = page.get_by_role("article", name=re.compile("^notes"))
    expect(notes.get_by_text(f"step {LAST_STEP}", exact=True)).to_be_visible()
    assert notes.locator("script").count() == 0

    trainer.finish()
    expect(
        page.get_by_role("row", name=re.compile("first")).get_by_role("img", name=re.compile("finished"))
    ).to_be_visible()


def test_the_curve_in_the_page_ends_at_the_value_that_was_logged(
    page: Page, serve: Callable[..., Viewer], start_trainer: Callable[[Path], Trainer], tmp_path: Path
) -> None:
    start_trainer(tmp_path / "only").train_to(30)
    page.goto(serve(tmp_path).url)
    expect(chart(page, "loss/train")).to_have_attribute("aria-label", re.compile(f"last value {loss_at(30):.4g}"))
