"""Groups in a real browser: seeds as one line with a band, its figures against NumPy; a baseline; a link to it."""

from __future__ import annotations

import csv
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

STEPS = 60
SVG = "{http://www.w3.org/2000/svg}"
Floats = npt.NDArray[np.float64]


def curves() -> dict[str, Floats]:
    """Three seeds of one model, two of another, and a run by itself; one seed ends early."""
    rng = np.random.default_rng(4)
    names = ["cnn/seed_0", "cnn/seed_1", "cnn/seed_2", "vit/seed_0", "vit/seed_1", "mlp"]
    fall = 0.25 + np.exp(-np.arange(STEPS) / 20)
    out = {name: (fall + rng.normal(0, 0.05, STEPS)).astype(np.float32).astype(float) for name in names}
    out["cnn/seed_2"] = out["cnn/seed_2"][:40]
    return out


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    for name, values in curves().items():
        with SummaryWriter(str(tmp_path / name)) as writer:
            for step, value in enumerate(values.tolist()):
                writer.add_scalar("loss", value, step)
    return tmp_path


def chart(page: Page) -> Locator:
    return page.get_by_role("article", name="loss", exact=True).get_by_role("img", name="loss: ")


def point_at(page: Page, share: float) -> int:
    """Moves the pointer there; the step that the readout says."""
    expect(chart(page)).to_have_attribute("aria-label", re.compile(f"steps 0 to {STEPS - 1}, last"))
    box = chart(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
    head = readout(page).get_by_role("columnheader").first
    expect(head).to_contain_text(re.compile(r"step \d+"))
    return int(re.sub(r"\D", "", head.inner_text()))


def readout(page: Page) -> Locator:
    return page.get_by_role("article", name="loss", exact=True).get_by_role("status").filter(has_text="step")


def cells(page: Page, label: str) -> list[str]:
    row = readout(page).get_by_role("row").filter(has_text=label)
    return [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()][1:]


def numbers(text: str) -> list[float]:
    return [float(one.replace("−", "-")) for one in re.findall(r"[−-]?\d+(?:\.\d+)?", text)]


def at(step: int, *names: str) -> Floats:
    values = curves()
    return np.array([values[name][step] for name in names if step < len(values[name])])


CNN = ("cnn/seed_0", "cnn/seed_1", "cnn/seed_2")


def test_seeds_become_lines_with_bands_whose_figures_are_numpys(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&scalar.smooth=0")
    expect(chart(page)).to_have_attribute("aria-label", re.compile("6 runs"))
    # By keys alone.
    page.get_by_role("button", name="Group by").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Seeds")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"group=seeds"))
    expect(page.get_by_role("checkbox", name="cnn, 3 seeds")).to_be_visible()

    step = point_at(page, 0.4)
    expect(readout(page)).to_contain_text("cnn (3 seeds)")
    value, band = cells(page, "cnn (3 seeds)")[:2]
    there = at(step, *CNN)
    assert math.isclose(numbers(value)[0], there.mean(), abs_tol=6e-4)
    np.testing.assert_allclose(numbers(band), [there.min(), there.max()], atol=6e-4)

    page.get_by_role("button", name="min – max").click()
    page.get_by_role("menuitemradio", name="Standard deviation").click()
    expect(page).to_have_url(re.compile(r"band=std"))
    step = point_at(page, 0.41)
    expect(readout(page)).to_contain_text("± std")
    there = at(step, *CNN)
    expected = there.mean() + there.std(ddof=1) * np.array([-1, 1])
    np.testing.assert_allclose(numbers(cells(page, "cnn")[1]), expected, atol=6e-4)

    # Where a seed has ended there are two.
    step = point_at(page, 0.9)
    assert step >= 40
    expect(readout(page).get_by_role("columnheader", name="runs")).to_be_visible()
    assert cells(page, "cnn (3 seeds)")[2] == "2"
    assert math.isclose(numbers(cells(page, "cnn")[0])[0], at(step, *CNN).mean(), abs_tol=6e-4)


def test_a_link_reproduces_groups_band_and_baseline(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    query = "tab=scalar&group=/%5E(cnn%7Cvit)/&centre=median&band=ci95&baseline=mlp&scalar.smooth=0"
    page.goto(f"{serve(logdir).url}/?{query}")
    expect(page.get_by_role("checkbox", name="vit, 2 runs")).to_be_visible()
    expect(page.get_by_role("button", name="^(cnn|vit)", exact=True)).to_be_visible()
    step = point_at(page, 0.5)
    expect(readout(page)).to_contain_text("vit")
    expect(readout(page)).to_contain_text("% of baseline")
    head = [text.strip() for text in readout(page).get_by_role("columnheader").all_inner_texts()][1:]
    assert head == ["value", "% of baseline", "95 % interval", "time"]
    base, vit = at(step, "mlp")[0], np.median(at(step, "vit/seed_0", "vit/seed_1"))
    value, percent = cells(page, "vit (2 runs)")[:2]
    assert math.isclose(numbers(value)[0], vit, abs_tol=6e-4)
    assert math.isclose(numbers(percent)[0], 100 * (vit - base) / base, rel_tol=0.01)
    assert cells(page, "mlp")[1] == "baseline"


def test_groups_are_saved_as_they_are_shown_and_the_script_draws_them(
    logdir: Path, serve: Callable[..., Viewer], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&group=seeds&band=std&scalar.smooth=0")
    point_at(page, 0.5)
    page.get_by_role("article", name="loss", exact=True).get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Export …").click()
    page.get_by_role("radio", name="matplotlib").click()
    folder = tmp_path_factory.mktemp("saved")
    downloads: list[Download] = []
    page.on("download", lambda one: downloads.append(one))
    with page.expect_event("download", lambda one: one.suggested_filename == "loss.py"):
        page.get_by_role("button", name="Save").click()
    names = {one.suggested_filename for one in downloads}
    assert names == {"loss.csv", "loss.groups.csv", "loss.py"}
    for one in downloads:
        one.save_as(folder / one.suggested_filename)
    with (folder / "loss.groups.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "cnn"]
    assert [row["runs"] for row in rows] == ["3"] * 40 + ["2"] * 20
    expected = [at(step, *CNN).std(ddof=1) for step in range(STEPS)]
    np.testing.assert_allclose([(float(row["high"]) - float(row["low"])) / 2 for row in rows], expected, rtol=1e-6)
    assert '("cnn (3 seeds)", ' in (folder / "loss.py").read_text()
    environment = {**os.environ, "MPLBACKEND": "agg"}
    subprocess.run([sys.executable, str(folder / "loss.py")], env=environment, check=True, capture_output=True)
    assert (folder / "loss.pdf").read_bytes().startswith(b"%PDF")


def test_several_tags_of_groups_in_one_chart_are_told_apart_by_colour_and_dash(
    logdir: Path, serve: Callable[..., Viewer], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name, values in curves().items():
        with SummaryWriter(str(logdir / name), filename_suffix=".acc") as writer:
            for step, value in enumerate(values.tolist()):
                writer.add_scalar("acc", 1 - value, step)
    query = "tab=scalar&group=seeds&band=std&scalar.smooth=0&scalar.values=1&scalar.charts=t,both,loss,acc"
    page.goto(f"{serve(logdir).url}/?{query}")
    card = page.get_by_role("article", name="both", exact=True)
    drawn = card.get_by_role("img", name="both: ")
    expect(drawn).to_have_attribute("aria-label", re.compile("2 tags of 2 groups of 5 runs and 1 run, steps 0 to 59"))

    box = drawn.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    beside = card.get_by_role("status").filter(has_text="step")
    expect(beside.get_by_role("columnheader", name="tag")).to_be_visible()
    step = int(re.sub(r"\D", "", beside.get_by_role("columnheader").first.inner_text()))
    rows = [
        [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()] for row in beside.get_by_role("row").all()
    ]
    told = {(row[0], row[1]): row[2:] for row in rows[1:]}
    names = ("cnn (3 seeds)", "vit (2 seeds)", "mlp")
    assert set(told) == {(name, tag) for name in names for tag in ("loss", "acc")}
    there = 1 - at(step, *CNN)
    np.testing.assert_allclose(numbers(told["cnn (3 seeds)", "acc"][0])[0], there.mean(), atol=6e-4)
    spread = there.mean() + there.std(ddof=1) * np.array([-1, 1])
    np.testing.assert_allclose(numbers(told["cnn (3 seeds)", "acc"][1]), spread, atol=6e-4)
    listed = page.get_by_role("region", name="Values of both").get_by_role("rowheader")
    expect(listed.filter(has_text="cnn · acc (3 seeds)")).to_be_visible()
    expect(listed).to_have_count(6)

    folder = tmp_path_factory.mktemp("saved")

    def save(form: str, last: str) -> dict[str, Path]:
        card.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Export …").click()
        page.get_by_role("radio", name=form, exact=True).click()
        downloads: list[Download] = []

        def is_last(one: Download) -> bool:
            downloads.append(one)
            return one.suggested_filename == last

        with page.expect_download(is_last):
            page.get_by_role("button", name="Save").click()
        for one in downloads:
            one.save_as(folder / one.suggested_filename)
        return {one.suggested_filename: folder / one.suggested_filename for one in downloads}

    root = ElementTree.parse(save("SVG", "both.svg")["both.svg"]).getroot()
    legend = [text for one in root.iter(f"{SVG}text") if re.search("seeds|mlp", text := one.text or "")]
    assert legend == [
        *("cnn · acc (3 seeds)", "cnn · loss (3 seeds)", "mlp · acc", "mlp · loss"),
        *("vit · acc (2 seeds)", "vit · loss (2 seeds)"),
    ]
    # The legend's swatches, in the same order: a colour is a group, a dash is a tag.
    swatches = [one for one in root.iter(f"{SVG}path") if re.fullmatch(r"M\S+ \S+L\S+ \S+", one.get("d", ""))][-6:]
    colours = [one.get("stroke") for one in swatches]
    dashes = [one.get("stroke-dasharray") for one in swatches]
    assert colours[0::2] == colours[1::2]
    assert len(set(colours)) == 3
    assert len(set(dashes[0::2])) == len(set(dashes[1::2])) == 1
    assert dashes[0] != dashes[1]

    saved = save("matplotlib", "both.py")
    assert set(saved) == {f"both.{tag}{kind}.csv" for tag in ("loss", "acc") for kind in ("", ".groups")} | {"both.py"}
    with saved["both.acc.groups.csv"].open(newline="") as file:
        rows_saved = [row for row in csv.DictReader(file) if row["group"] == "cnn" and row["step"] == str(step)]
    np.testing.assert_allclose(float(rows_saved[0]["centre"]), there.mean(), rtol=1e-6)
    assert saved["both.py"].read_text().count("seeds)") == 4
    environment = {**os.environ, "MPLBACKEND": "agg"}
    subprocess.run([sys.executable, str(saved["both.py"])], env=environment, check=True, capture_output=True)
    assert (folder / "both.pdf").read_bytes().startswith(b"%PDF")


def test_a_group_has_the_marks_of_its_runs(
    tmp_path: Path, serve: Callable[..., Viewer], page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(3)
    for seed in range(3):
        values = 2 * np.exp(-np.arange(1000) / 200) + 0.3 + rng.normal(0, 0.02, 1000)
        values[700:] = math.nan if seed == 2 else values[700:]
        for first, last in ((0, 550), (500, 1000)) if seed == 1 else ((0, 1000),):
            with SummaryWriter(str(tmp_path / f"cnn/seed_{seed}"), filename_suffix=f".{first}") as writer:
                for step in range(first, last):
                    writer.add_scalar("loss", float(values[step]), step)
    page.goto(f"{serve(tmp_path).url}/?tab=scalar&group=seeds&scalar.smooth=0")
    expect(chart(page)).to_have_attribute("aria-label", re.compile("1 group of 3 runs"))
    expect(page.locator("footer text").filter(has_text="NaN")).to_be_visible()
    card = page.get_by_role("article", name="loss", exact=True)
    card.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Export …").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    saved = tmp_path_factory.mktemp("saved") / "loss.svg"
    download.value.save_as(saved)
    paths = list(ElementTree.parse(saved).getroot().iter(f"{SVG}path"))
    # A triangle above the line where a seed is NaN, and a dotted line down to a notch where another was restarted.
    closed = [numbers(one.get("d", "")) for one in paths if re.fullmatch(r"M[^MZ]+L[^MZ]+L[^MZ]+Z", one.get("d", ""))]
    up = [one for one in closed if one[1] < one[3] == one[5]]
    dotted = [numbers(one.get("d", "")) for one in paths if one.get("stroke-dasharray") == "1.5 3"]
    assert len(up) >= 1
    assert len(dotted) == 1
    line = max((numbers(one.get("d", "")) for one in paths), key=len)
    left, right = line[0], line[-2]
    assert (up[0][0] - left) / (right - left) == pytest.approx(700 / 999, abs=0.01)
    assert (dotted[0][0] - left) / (right - left) == pytest.approx(500 / 999, abs=0.01)


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Values of loss").get_by_role("table")


def values_of(page: Page, name: str) -> dict[str, str]:
    """What the table of values says of a line, by the heads of its columns."""
    expect(table(page).get_by_role("row").filter(has_text=name)).to_be_visible()
    heads = [one.strip() for one in table(page).get_by_role("columnheader").all_inner_texts()]
    row = table(page).get_by_role("row").filter(has_text=name)
    return dict(
        zip(heads[1:], [" ".join(one.split()) for one in row.get_by_role("cell").all_inner_texts()], strict=True)
    )


def test_the_tables_of_values_are_of_groups_where_runs_are_grouped(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    url = serve(logdir).url
    page.goto(f"{url}/?tab=scalar&group=seeds&band=std&scalar.smooth=0&scalar.values=1&step=30&baseline=mlp")
    told = values_of(page, "cnn (3 seeds)")
    assert list(told) == ["Value", "% of baseline", "Step", "Time"]
    there, base = at(30, *CNN), at(30, "mlp")[0]
    np.testing.assert_allclose(numbers(told["Value"]), [there.mean(), there.std(ddof=1)], atol=6e-5)
    assert math.isclose(numbers(told["% of baseline"])[0], 100 * (there.mean() - base) / base, rel_tol=0.01)
    assert values_of(page, "mlp")["% of baseline"] == "baseline"

    page.goto(f"{url}/?tab=scalar&group=seeds&centre=median&scalar.smooth=0&scalar.values=1")
    told = values_of(page, "cnn (3 seeds)")
    last = np.array([curves()[name][-1] for name in CNN])
    np.testing.assert_allclose(numbers(told["Value"]), [np.median(last), last.min(), last.max()], atol=6e-5)
    assert told["Step"] == "39 – 59"

    page.goto(f"{url}/?tab=scalar&group=seeds&band=std&scalar.smooth=0&scalar.values=1&scalar.range=30,50")
    told = values_of(page, "cnn (3 seeds)")
    least = np.array([curves()[name][30:51].min() for name in CNN])
    np.testing.assert_allclose(numbers(told["Min"]), [least.mean(), least.std(ddof=1)], atol=6e-5)
    assert told["Points"] == "52"
    page.get_by_role("button", name="Don’t group by seed").click()
    assert values_of(page, "cnn/seed_2")["Points"] == "10"


def test_the_baseline_is_chosen_in_a_runs_menu_and_compared_with_when_it_is_off(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&scalar.smooth=0")
    row = page.locator('[data-run="mlp"]')
    row.hover()
    row.get_by_role("button", name="More about mlp").click()
    page.get_by_role("menuitem", name="Use as baseline").click()
    expect(page).to_have_url(re.compile(r"baseline=mlp"))
    expect(row).to_contain_text("baseline")
    row.get_by_role("checkbox").click()
    expect(chart(page)).to_have_attribute("aria-label", re.compile("5 runs"))
    step = point_at(page, 0.3)
    expect(readout(page)).to_contain_text("% of baseline")
    value = at(step, "cnn/seed_1")[0]
    base = at(step, "mlp")[0]
    percent = cells(page, "cnn/seed_1")[1]
    assert math.isclose(numbers(percent)[0], 100 * (value - base) / base, rel_tol=0.01)


def test_a_metrics_column_says_how_far_each_run_is_from_the_baseline(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&table.columns=metric:loss.min&table.columns=step&baseline=mlp")
    least = {name: float(values.min()) for name, values in curves().items()}
    row = page.locator('[data-run="cnn/seed_2"]')
    expect(row.get_by_role("cell").filter(has_text="%")).to_be_visible()
    told = row.get_by_role("cell").filter(has_text="%").inner_text().replace("\u2212", "-")
    percent = float(re.findall(r"([-+][\d.]+) %", told)[0])
    assert math.isclose(percent, 100 * (least["cnn/seed_2"] - least["mlp"]) / least["mlp"], rel_tol=0.01)
    expect(page.locator('[data-run="mlp"]')).not_to_contain_text("%")

    page.set_viewport_size({"width": 1100, "height": 800})  # one column: the tooltip has it
    expect(row.get_by_role("cell").filter(has_text="%")).to_have_count(0)
    expect(row.get_by_title(re.compile(r"^[\d.]+, [+\u2212][\d.]+ % from the baseline$"))).to_be_visible()
