"""Saving a chart from a real browser: the picture, the points, and a script that is then run."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Download, Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for run, rate in (('a "quoted" run', 50), ("b", 100)):
        with SummaryWriter(str(tmp_path / run)) as writer:
            for step in range(1000):
                writer.add_scalar("loss/train", math.exp(-step / rate) + 0.01, step)
    return tmp_path


@pytest.fixture
def save(
    logdir: Path, serve: Callable[..., Viewer], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., list[Path]]:
    """Exports the chart in a format; the files saved."""
    folder = tmp_path_factory.mktemp("saved")
    page.goto(f"{serve(logdir).url}/?tab=scalar&scalar.overtaken=shown")

    def export(form: str, files: int = 1) -> list[Path]:
        card = page.get_by_role("article", name="loss/train", exact=True)
        card.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Export").click()
        dialog = page.get_by_role("dialog", name="Export loss/train")
        dialog.get_by_role("radio", name=form, exact=True).click()
        downloads: list[Download] = []

        def is_last(download: Download) -> bool:
            downloads.append(download)
            return len(downloads) == files

        with page.expect_download(is_last):
            dialog.get_by_role("button", name="Save").click()
        saved = []
        for download in downloads:
            saved.append(folder / download.suggested_filename)
            download.save_as(saved[-1])
        return saved

    return export


def test_the_picture_is_saved_with_its_axes_and_its_legend(save: Callable[..., list[Path]]) -> None:
    (picture,) = save("SVG")
    assert picture.name == "loss_train.svg"
    root = ElementTree.parse(picture).getroot()
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {"loss/train", "Step", 'a "quoted" run', "b", "0", "0.8"} <= texts
    assert len([path for path in root.iter(f"{SVG}path") if len(path.get("d", "")) > 1000]) >= 2
    (picture,) = save("PNG")
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", data[16:20]) == (720 * 3,)


def test_every_point_is_saved_and_the_script_draws_them(save: Callable[..., list[Path]]) -> None:
    (points,) = save("JSON")
    assert [len(line["value"]) for line in json.loads(points.read_text())["lines"]] == [1000, 1000]
    (points,) = save("CSV")
    with points.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2000
    assert math.isclose(float(rows[10]["value"]), math.exp(-10 / 50) + 0.01, rel_tol=1e-6)

    saved = {path.suffix: path for path in save("matplotlib", files=2)}
    ran = subprocess.run(
        [sys.executable, "-W", "error", str(saved[".py"])],
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert saved[".py"].with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.fixture
def crashes(logdir: Path) -> None:
    """A run that crashes twice after the same checkpoint."""
    for life in range(3):
        with SummaryWriter(str(logdir / "c"), filename_suffix=f".{life}") as writer:
            for step in range(0 if life == 0 else 500, 1000):
                writer.add_scalar("loss/train", 1 + life, step)


@pytest.mark.usefixtures("crashes")
def test_each_branch_that_was_given_up_is_drawn_by_the_script(page: Page, save: Callable[..., list[Path]]) -> None:
    expect(page.get_by_role("article", name="loss/train", exact=True)).to_contain_text(
        "Restarts from 500 on left 2 branches, 1,000 of 4,000 points superseded, drawn dashed"
    )
    saved = {path.suffix: path for path in save("matplotlib", files=2)}
    with saved[".csv"].open(newline="") as file:
        values = {(row["run"], float(row["value"])) for row in csv.DictReader(file) if row["run"].startswith("c")}
    assert values == {("c", 1), ("c", 3), ("c (superseded)", 1), ("c (superseded 2)", 2)}
    told = "import runpy, sys; print([len(line.get_xdata()) for line in runpy.run_path(sys.argv[1])['axes'].lines])"
    drawn = subprocess.run(
        [sys.executable, "-c", told, str(saved[".py"])],
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=True,
    )
    # The values and the smoothed line of each: two runs, the one that stands and its two branches.
    assert sorted(json.loads(drawn.stdout)) == [*[500] * 4, *[1000] * 6]


def test_the_toolbar_saves_the_charts_in_sight_as_one_picture_or_all_their_points(
    logdir: Path, serve: Callable[..., Viewer], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with SummaryWriter(str(logdir / "b"), filename_suffix=".more") as writer:
        for step in range(20):
            writer.add_scalar("acc", step, step)
            writer.add_scalar("left out", step, step)
            writer.add_scalar("loss//train", step, step)
    page.goto(f"{serve(logdir).url}/?tab=scalar&scalar.charts=t,both,loss/train,acc")
    for name in ("both", "acc", "loss/train", "left out", "loss//train"):
        expect(page.get_by_role("article", name=name, exact=True).get_by_role("img", name=f"{name}: ")).to_be_visible()
    expect(page.get_by_role("img", name="both: ")).to_have_attribute("aria-label", re.compile("2 tags"))

    def save(form: str, files: int) -> list[Path]:
        page.get_by_role("button", name="Export the charts in sight").click()
        dialog = page.get_by_role("dialog", name="Export the charts in sight")
        dialog.get_by_role("radio", name=form, exact=True).click()
        dialog.get_by_role("checkbox", name="left out").click()
        downloads: list[Download] = []

        def is_last(download: Download) -> bool:
            downloads.append(download)
            return len(downloads) == files

        with page.expect_download(is_last):
            dialog.get_by_role("button", name="Save").click()
        folder = tmp_path_factory.mktemp("saved")
        for download in downloads:
            download.save_as(folder / download.suggested_filename)
        return sorted(folder.iterdir())

    (picture,) = save("SVG", 1)
    root = ElementTree.parse(picture).getroot()
    assert [figure.findtext(f"{SVG}title") for figure in root.findall(f"{SVG}svg")] == [
        "both",
        "acc",
        "loss/train",
        "loss//train",
    ]
    names = save("CSV", 3)
    assert [path.name for path in names] == ["acc.csv", "loss_train-2.csv", "loss_train.csv"]
    with names[2].open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 2000
