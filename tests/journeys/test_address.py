"""The address is the view: what is changed is in it, also when the page is loaded anew at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

STEPS = 100
PRESSES = 7
PRESS = """async (presses) => {
  const slider = document.querySelector('[role=slider][aria-label=Step]');
  for (let i = 0; i < presses; i++) {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
  }
  const at = slider.getAttribute('aria-valuenow');
  sessionStorage.setItem('test.at', at);
"""


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with SummaryWriter(str(tmp_path / "a")) as writer:
        for step in range(STEPS):
            writer.add_scalar("loss", 1 / (1 + step), step)
    return tmp_path


@pytest.mark.parametrize("way", ["by itself", "by the browser"])
def test_a_reload_right_after_a_change_keeps_it(
    way: str, logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    slider = page.get_by_role("slider", name="Step", exact=True)
    expect(slider).to_have_attribute("aria-valuenow", str(STEPS - 1))
    if way == "by itself":
        with page.expect_navigation():
            page.evaluate(PRESS + "location.reload(); }", PRESSES)
    else:
        page.evaluate(PRESS + "}", PRESSES)
        page.reload()
    expect(slider).to_have_attribute("aria-valuenow", str(STEPS - 1 - PRESSES))
    assert page.evaluate("sessionStorage.getItem('test.at')") == str(STEPS - 1 - PRESSES)
    assert f"step={STEPS - 1 - PRESSES}" in page.url
