"""Journeys through the Text dashboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer


def test_tags_without_a_text_in_the_runs_shown_are_left_out_and_said(
    serve: Callable[..., Viewer], page: Page, tmp_path: Path
) -> None:
    for run, tags in (("a", ("notes", "samples")), ("b", ("notes", "config", "readme"))):
        with SummaryWriter(str(tmp_path / run)) as writer:
            for tag in tags:
                writer.add_text(tag, f"{tag} of {run}", 0)
    page.goto(f"{serve(tmp_path).url}/?tab=text")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(4)
    expect(page.get_by_text("left out")).to_have_count(0)

    page.get_by_role("checkbox", name="b", exact=True).click()
    expect(cards).to_have_count(2)
    expect(page.get_by_text("samples of a")).to_be_visible()
    expect(page.get_by_text("2 tags without a text in the runs shown are left out")).to_be_visible()
    page.get_by_role("button", name="Show them").click()
    expect(cards).to_have_count(4)
    page.get_by_role("button", name="Leave them out").click()
    expect(cards).to_have_count(2)

    # Where nothing that is looked for has a text, each card says who has it.
    page.get_by_role("searchbox", name="Filter tags").fill("config")
    expect(cards).to_have_count(1)
    cards.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("config of b")).to_be_visible()
