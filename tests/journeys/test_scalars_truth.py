"""What a chart must not get wrong in a real browser: late answers, a server started again, a run that diverged."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import Error, Locator, Page, Route, expect

from sightline import SummaryWriter
from sightline.format import kernel

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer, Watch


def log(directory: Path, tag: str, values: list[float], first: int = 0, suffix: str = "") -> None:
    with SummaryWriter(str(directory), filename_suffix=suffix) as writer:
        for step, value in enumerate(values, first):
            writer.add_scalar(tag, value, step)


def card(page: Page, tag: str) -> Locator:
    return page.get_by_role("article", name=tag, exact=True)


def chart(page: Page, tag: str) -> Locator:
    return card(page, tag).get_by_role("img", name=f"{tag}: ")


def test_an_answer_about_the_axis_before_is_not_drawn_on_the_one_now(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    log(tmp_path / "a", "loss", [1 / (1 + step) for step in range(50)])
    late: list[Route] = []

    def hold(route: Route) -> None:
        if (route.request.post_data_json or {})["x"] == "step":
            late.append(route)
        else:
            route.continue_()

    page.route("**/api/scalar/series", hold)
    with page.expect_request("**/api/scalar/series"):
        page.goto(serve(tmp_path).url)
    with page.expect_request("**/api/scalar/series") as asked:
        page.get_by_role("radio", name="Wall").click()
        for route in late:
            with contextlib.suppress(Error):  # it was given up
                route.continue_()
    assert (asked.value.post_data_json or {})["x"] == "wall"
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile(r"^loss: 1 run .*\d:\d\d:\d\d to "))
    expect(chart(page, "loss")).not_to_have_attribute("aria-label", re.compile("1970"))


def test_a_chart_goes_on_when_the_server_was_started_again(
    page: Page, watch: Watch, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    watch.expected.append("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    drawn = chart(page, "count")
    with SummaryWriter(str(tmp_path / "runs" / "a")) as writer:

        def grow(step: int) -> None:
            writer.add_scalar("count", step, step)
            writer.flush()

        grow(0)
        viewer = serve(tmp_path / "runs", "--port", port)
        page.goto(viewer.url)
        for step in range(1, 6):  # each of them makes the run's version grow
            grow(step)
            expect(drawn).to_have_attribute("aria-label", re.compile(rf"last value {step}\.?$"))
        assert viewer.stop() == 0
        expect(page.get_by_text(re.compile("No answer"))).to_be_visible()
        serve(tmp_path / "runs", "--port", port)
        expect(page.get_by_text(re.compile("No answer"))).to_be_hidden()
        for step in (6, 7):
            grow(step)
            expect(drawn).to_have_attribute("aria-label", re.compile(rf"last value {step}\.?$"))


def test_one_run_that_diverged_leaves_the_figures_of_the_others_readable(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    ends = {"a": 0.0312, "b": 0.0298, "c": 152345.7}
    for run, end in ends.items():
        log(tmp_path / run, "loss", [1.0, 0.5, end])
    url = serve(tmp_path).url
    wanted = ["0.03120", "0.02980", "152,346"]
    page.goto(f"{url}/?tab=scalar&scalar.values=1")
    values = page.get_by_role("region", name="Values of loss")
    for figure in wanted:
        expect(values.get_by_role("cell", name=re.compile(rf"^{figure}"))).to_have_count(1)
    page.goto(f"{url}/?tab=compare&compare=a&compare=b&compare=c")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="loss"))
    for figure in wanted:
        expect(row.first).to_contain_text(figure)


def test_what_a_link_names_twice_is_there_once(page: Page, serve: Callable[..., Viewer], tmp_path: Path) -> None:
    for seed in range(2):
        log(tmp_path / f"s{seed}", "loss", [1.0, 0.5])
        log(tmp_path / f"s{seed}", "acc", [0.5, 0.9], suffix=".acc")
    twice = ["group=seeds", "scalar.pinned=loss", "scalar.charts=t,both,loss,acc,loss"]
    page.goto(f"{serve(tmp_path).url}/?tab=scalar&" + "&".join([*twice, *twice]))
    expect(
        page.get_by_role("group", name="Groups").get_by_role("button", name=re.compile("group by seed"))
    ).to_have_count(1)
    pinned = page.get_by_role("region", name="Pinned", exact=True)
    expect(pinned.get_by_role("article", name="loss", exact=True)).to_have_count(1)
    expect(chart(page, "both")).to_have_attribute("aria-label", re.compile("^both: 2 "))


def test_a_range_that_is_given_up_leaves_no_mark(page: Page, serve: Callable[..., Viewer], tmp_path: Path) -> None:
    log(tmp_path / "a", "loss", [1 / (1 + step) for step in range(100)])
    page.goto(serve(tmp_path).url)
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("steps 0 to 99"))
    box = chart(page, "loss").bounding_box()
    assert box is not None
    overlay = card(page, "loss").locator("canvas.overlay")
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.5)
    page.keyboard.down("Control")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=4)
    expect(overlay).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.up()
    page.keyboard.up("Control")
    page.mouse.move(5, 5)
    expect(overlay).to_have_count(0)
    expect(page).not_to_have_url(re.compile("range="))


def test_the_axis_ends_where_what_is_drawn_ends(page: Page, serve: Callable[..., Viewer], tmp_path: Path) -> None:
    log(tmp_path / "a", "loss", [1.0] * 1001, suffix=".0")
    with SummaryWriter(str(tmp_path / "a"), filename_suffix=".1", purge_step=500) as writer:
        for step in range(500, 601):
            writer.add_scalar("loss", 0.5, step)
    url = serve(tmp_path).url
    page.goto(f"{url}/?tab=scalar")
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("steps 0 to 600,"))
    expect(card(page, "loss")).to_contain_text("Restart at 500")
    page.goto(f"{url}/?tab=scalar&scalar.overtaken=shown")
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("steps 0 to 1,000,"))


def test_a_chart_of_five_hundred_lines_is_shown_as_a_table(
    page: Page, serve: Callable[..., Viewer], tmp_path: Path
) -> None:
    points, steps, times = 500, range(500), np.linspace(1.7e9, 1.7e9 + 500, 500).tolist()
    values = np.linspace(1, 0.1, points).tolist()
    for run in range(500):
        (tmp_path / f"run{run:03d}").mkdir()
        frames = map(kernel.frame_scalar, repeat(b"loss"), values, steps, times)
        (tmp_path / f"run{run:03d}" / "events.out.tfevents.1").write_bytes(b"".join(frames))
    page.goto(f"{serve(tmp_path).url}/?tab=scalar&select=all&scalar.columns=1")
    expect(chart(page, "loss")).to_have_attribute("aria-label", re.compile("^loss: 500 runs"))
    card(page, "loss").get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Show as table").click()
    table = page.get_by_role("region", name="loss as a table")
    expect(table.get_by_role("cell", name="1.000000", exact=True).first).to_be_visible()
