"""A smaller window loses nothing: what has no room stands elsewhere, and no control or sentence is cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

# The last is 1440 x 900 at 200 %.
WINDOWS = [(1440, 900), (1280, 800), (1024, 768), (800, 800), (720, 450)]

CUT_OFF = """(within) => [...document.querySelectorAll(within)].flatMap((box) => {
  const room = box.getBoundingClientRect();
  const inside = [...box.querySelectorAll('button, input, select, [role=slider], p')];
  return inside.filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (left < room.left - 1 || right > Math.min(room.right, innerWidth) + 1);
  }).map((one) => one.ariaLabel ?? one.textContent);
})"""


# Parts of a toolbar give way when the window has been laid out.
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name in ("cnn/lr=0.01/seed=0", "cnn/lr=0.01/seed=1", "vit"):
        with SummaryWriter(str(tmp_path / name)) as writer:
            for step in range(60):
                for tag in ("loss/train", "loss/val", "acc/train", "acc/val"):
                    writer.add_scalar(tag, step, step)
            writer.add_image("samples", np.zeros((3, 8, 8), np.uint8), 50)
            writer.add_text("notes", "one line", 50)
    return tmp_path


def test_no_control_of_a_toolbar_is_out_of_reach(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    url = serve(logdir).url
    for tab, there in (
        ("scalar", page.get_by_role("article", name="acc/train")),
        ("image", page.locator("main img").first),
        ("text", page.get_by_text("one line").first),
        ("compare", page.get_by_role("rowgroup", name="Where they part")),
    ):
        for panel in ("auto", "narrow"):
            page.goto(f"{url}/?tab={tab}&{tab}.panel={panel}&compare=vit&compare=cnn/lr%3D0.01/seed%3D0")
            expect(there).to_be_visible()
            for width, height in WINDOWS:
                page.set_viewport_size({"width": width, "height": height})
                page.evaluate(NEXT_FRAME)
                assert page.evaluate(CUT_OFF, "main [role=toolbar]") == [], (width, tab, panel)
        if tab == "image":
            expect(page.get_by_role("slider", name="Size")).to_be_in_viewport(ratio=1)


def test_a_dialog_shows_its_sentences_and_buttons_whole(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar")
    expect(page.get_by_role("article", name="acc/train").get_by_role("img", name="acc/train: ")).to_be_visible()
    for button in ("Export the charts in sight", "New chart of several tags", "Settings", "Keyboard"):
        page.get_by_role("button", name=button, exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Close")).to_be_visible()
        assert page.evaluate(CUT_OFF, "dialog") == [], button
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_name_that_is_cut_shows_where(serve: Callable[..., Viewer], page: Page, tmp_path: Path) -> None:
    for trial in range(30):
        # More runs than colours: names beside a dash pattern have the least room.
        with SummaryWriter(str(tmp_path / f"hparams_minimal_demonstration_{trial:02}/{trial}/session")) as writer:
            writer.add_scalar("loss", trial, 0)
    page.goto(f"{serve(tmp_path).url}/?tab=scalar&scalar.panel=narrow")
    expect(page.get_by_role("row").filter(has_text="session").first).to_be_visible()
    cut = page.evaluate(
        """() => [...document.querySelectorAll('[data-run] .pieces i')]
          .filter((piece) => getComputedStyle(piece).textOverflow === 'ellipsis')
          .filter((piece) => piece.scrollWidth > piece.clientWidth + 1)
          .map((piece) => piece.clientWidth)"""
    )
    assert len(cut) > 10
    assert min(cut) > 20, "no room for the sign of the cut"
