"""The runs panel in a real browser: as wide as it is dragged, its groups told apart and counted beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer


def test_the_panel_is_dragged_wider_and_groups_are_as_many_as_was_promised(
    serve: Callable[..., Viewer], tmp_path: Path, page: Page
) -> None:
    names = [f"sweep/{arch}_lr0.0001_s{seed}" for arch in ("cnn", "mlp") for seed in range(4)]
    for i, name in enumerate(names):
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_hparams({"bs": 32 * (1 + i % 2)}, {}, run_name=".")
            for step in range(5):
                writer.add_scalar("loss", step, step)
    page.goto(serve(tmp_path).url)
    panel = page.get_by_role("complementary", name="Runs")
    edge = page.get_by_role("separator", name="Width of the runs panel")
    before, box = panel.bounding_box(), edge.bounding_box()
    assert before is not None
    assert box is not None
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 124, 400, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"table\.width=5[45]\d"))
    edge.focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"table\.width=5[34]\d"))
    page.reload()
    after = panel.bounding_box()
    assert after is not None
    assert after["width"] - before["width"] > 90
    edge.dblclick()
    expect(page).not_to_have_url(re.compile(r"table\.width"))

    page.get_by_role("button", name="Group by").click()
    expect(page.get_by_role("menuitem", name="Seeds")).to_contain_text("4 groups")
    page.get_by_role("menuitem", name="Seeds").click()
    rows = panel.locator("[data-row^=group]")
    expect(rows).to_have_count(4)
    # What tells them apart is in sight: the end of each name stands within its row.
    for batch in ("bs 32", "bs 64"):
        tails = rows.locator(".tail").filter(visible=True)
        assert sum(str(tail.get_attribute("data-text")).endswith(batch) for tail in tails.all()) == 2
    for tail in rows.locator(".tail").all():
        assert tail.evaluate("tail => tail.scrollWidth <= tail.clientWidth + 1")


def test_names_that_are_cut_stay_different(serve: Callable[..., Viewer], tmp_path: Path, page: Page) -> None:
    names = [f"{net}/lr={lr}/seed={s}" for net in ("resnet18", "vit-tiny") for lr in (0.001, 0.003) for s in range(3)]
    for name in names:
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_scalar("loss", 1, 0)
    page.goto(serve(tmp_path).url)
    rows = page.get_by_role("table", name="Runs").locator("[data-run]")
    expect(rows).to_have_count(len(names))
    # The head of each name is cut to what its room leaves, the tail never: both are compared as they are drawn.
    seen = rows.evaluate_all(
        """rows => rows.map(row => {
          const head = row.querySelector('.head'), tail = row.querySelector('.tail').dataset.text;
          const cut = head.scrollWidth > head.clientWidth;
          return [cut, (cut ? head.dataset.text.slice(0, 3) + '…' : head.dataset.text) + tail];
        })"""
    )
    assert all(cut for cut, _ in seen)
    assert len({text for _, text in seen}) == len(names)
