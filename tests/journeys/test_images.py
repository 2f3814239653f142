"""The image under the glass in a real browser: its values, its takes, another run beside it, one that is broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

WIDTH, HEIGHT = 12, 8


def picture(red: int, green: int, *, width: int = WIDTH) -> np.ndarray:
    """RGB uint8, shape (8, ``width``, 3): of one colour, but for a white pixel in the corner."""
    pixels = np.full((HEIGHT, width, 3), (red, green, 30), np.uint8)
    pixels[0, 0] = 255
    return pixels


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Runs ``a`` and ``b`` with pictures at 0, 50 and 100; ``a`` logged 100 twice, ``b`` ends with a wider one."""
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step, green in ((0, 10), (50, 10), (100, 10), (100, 20)):
            writer.add_image("samples", picture(step, green), step, dataformats="HWC")
    with SummaryWriter(str(tmp_path / "b")) as writer:
        for step, width in ((0, WIDTH), (50, WIDTH), (100, 2 * WIDTH)):
            writer.add_image("samples", picture(step + 40, 10, width=width), step, dataformats="HWC")
    return tmp_path


def middle(of: Locator) -> float:
    """CSS pixels from the window's left edge."""
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


def test_the_glass_tells_a_picture_s_values_size_and_takes(
    logdir: Path, serve: Callable[..., Viewer], page: Page, tmp_path: Path
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=image&image.run=a&step=100")
    glass = page.get_by_role("complementary", name="Image under the glass")
    image = glass.get_by_role("img", name=re.compile("samples"))
    mean = picture(100, 20).mean()
    expect(glass.get_by_role("img", name=f"Pixel values from 20 to 255, mean {mean:.1f}")).to_be_visible()
    expect(glass).to_contain_text(f"{WIDTH} × {HEIGHT}, 3 channels")
    expect(glass).to_contain_text(re.compile(r"PNG, \d+ B at byte [\d,]+"))

    box = image.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 6.5 / WIDTH * box["width"], box["y"] + 4.5 / HEIGHT * box["height"])
    expect(glass).to_contain_text(re.compile(r"x 6\s+y 4\s+rgb 100 20 30"))
    glass.get_by_role("radio", name="1:1").click()
    expect(image).to_have_js_property("clientWidth", WIDTH)
    glass.get_by_role("radio", name="6×").click()
    expect(image).to_have_js_property("clientWidth", 6 * WIDTH)

    expect(glass).to_contain_text("2 of 2 at this step")
    glass.get_by_role("button", name="Logged before at this step").click()
    image.hover()
    expect(glass).to_contain_text("rgb 100 10 30")

    brightness = glass.get_by_role("slider", name="Brightness")
    brightness.press("End")
    expect(image.locator("..")).to_have_css("filter", re.compile(r"brightness\(2\)"))
    glass.get_by_role("button", name="Brightness as logged").click()
    expect(brightness).to_have_attribute("aria-valuenow", "1")

    with page.expect_download() as saving:
        glass.get_by_role("button", name="Save this picture as it was logged").click()
    saving.value.save_as(tmp_path / "saved.png")
    with Image.open(tmp_path / "saved.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), picture(100, 10))


def test_two_runs_are_laid_over_one_another(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(f"{serve(logdir).url}/?tab=image&image.run=a&step=50")
    glass = page.get_by_role("complementary", name="Image under the glass")
    image = glass.get_by_role("img", name=re.compile("^a"))
    other = glass.get_by_role("img", name=re.compile("^b"))
    expect(image).to_be_visible()
    expect(other).to_have_count(0)

    glass.get_by_role("radio", name="Wipe").click()
    wipe = glass.get_by_role("slider", name="Wipe between a and b")
    expect(other).to_have_css("clip-path", "inset(0px 0px 0px 50%)")
    wipe.press("ArrowRight")
    expect(wipe).to_have_attribute("aria-valuenow", "52")
    expect(other).to_have_css("clip-path", "inset(0px 0px 0px 52%)")
    box = image.bounding_box()
    assert box is not None
    wipe.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 5)
    page.mouse.up()
    expect(wipe).to_have_attribute("aria-valuenow", "25")
    assert abs(middle(wipe) - (box["x"] + box["width"] / 4)) < 1
    assert other.bounding_box() == box, "the same pixel of both lies at the same place"

    glass.get_by_role("radio", name="Difference").click()
    expect(other).to_have_css("mix-blend-mode", "difference")
    expect(glass).to_contain_text("a − b, without sign")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(glass).to_contain_text(re.compile(r"rgb 50 10 30\s+· rgb 90 10 30"))

    page.goto(f"{page.url.split('?')[0]}?tab=image&image.run=a&image.compare=wipe&step=100")
    expect(glass).to_contain_text(f"b has {2 * WIDTH} × {HEIGHT} pixels, stretched to {WIDTH} × {HEIGHT}")
    assert abs(middle(wipe) - middle(image)) < 1


def test_a_picture_that_cannot_be_drawn_says_why_and_is_tried_again(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    broken = True
    page.route(
        re.compile("image/blob.*run=a"),
        lambda route: (
            route.fulfill(status=200, content_type="image/png", body=b"no picture") if broken else route.continue_()
        ),
    )
    page.goto(f"{serve(logdir).url}/?tab=image&image.run=a&step=50")
    glass = page.get_by_role("complementary", name="Image under the glass")
    expect(glass).to_contain_text("This image could not be decoded")
    expect(glass).to_contain_text("Step 50: ")
    broken = False
    glass.get_by_role("button", name="Retry").click()
    expect(glass.get_by_role("img", name=re.compile("^a"))).to_be_visible()
    expect(glass).not_to_contain_text("could not be decoded")
