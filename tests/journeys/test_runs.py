"""The runs table in a real browser: columns, the expression filter, directories, and ten thousand rows."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from sightline import SummaryWriter
from sightline.format.kernel import frame, frame_scalar

if TYPE_CHECKING:
    from tests.journeys.conftest import Trainer, Viewer


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Six runs in two directories; hyperparameters below each, as torch writes them. ``vit/2`` ends in NaN."""
    for model, base in (("cnn", 0.80), ("vit", 0.90)):
        for seed in range(3):
            lr = (1e-3, 3e-3, 1e-2)[seed]
            with SummaryWriter(tmp_path / model / str(seed)) as writer:
                for step in range(0, 500, 10):
                    accuracy = base + seed / 100 - (0.5 if step == 0 else 0.0)
                    writer.add_scalar("val/acc", accuracy, step, walltime=1000.0 + 100 * seed + step)
                    writer.add_scalar("val/loss", 2.0 - accuracy, step, walltime=1000.0 + 100 * seed + step)
                if (model, seed) == ("vit", 2):
                    writer.add_scalar("val/loss", float("nan"), 500, walltime=1700.0)
                writer.add_hparams({"lr": lr, "optimizer": "adam" if seed else "sgd"}, {}, run_name=".")
    return tmp_path


def table(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Runs", exact=True).locator("[role=table], [role=treegrid]")


def run_names(page: Page) -> list[str]:
    """The runs in the rows, from the top."""
    return table(page).locator("[data-run]").evaluate_all("rows => rows.map(row => row.dataset.run)")  # type: ignore[no-any-return]


def heads(page: Page) -> list[str]:
    """The columns beside name and state, as their buttons are called."""
    return table(page).locator("[data-column] > button").evaluate_all("all => all.map(one => one.ariaLabel)")  # type: ignore[no-any-return]


def cells(page: Page, run: str) -> list[str]:
    """What stands in a run's row beside its name and state."""
    row = table(page).locator(f"[data-run='{run}']")
    return row.locator("[role=cell]").all_inner_texts()[1:]


def expect_runs(page: Page, *names: str) -> None:
    found = table(page).locator("[data-run]")
    expect(found).to_have_count(len(names))
    for i, name in enumerate(names):
        expect(found.nth(i)).to_have_attribute("data-run", name)


def expect_heads(page: Page, *names: str) -> None:
    found = table(page).locator("[data-column] > button")
    expect(found).to_have_count(len(names))
    for i, name in enumerate(names):
        expect(found.nth(i)).to_have_accessible_name(name)


def choose_column(page: Page, search: str, name: str) -> None:
    page.get_by_role("button", name="Columns", exact=True).click()
    chooser = page.get_by_role("dialog", name="Columns", exact=True)
    page.keyboard.type(search)  # the search has the focus
    expect(chooser.get_by_role("checkbox")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(chooser.get_by_role("checkbox", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(chooser.get_by_role("checkbox", name=name, exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    expect(chooser).not_to_be_visible()


def test_columns_are_chosen_sorted_moved_resized_and_remembered(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    viewer = serve(logdir)
    page.goto(viewer.url)
    expect_heads(page, "Step", "Time", "Started")

    choose_column(page, "lr", "lr")
    choose_column(page, "val/acc.best", "val/acc")
    expect_heads(page, "Step", "Time", "Started", "lr", "val/acc best")
    row = table(page).locator("[data-run='vit/1']")
    expect(row).to_contain_text("0.9100")
    assert cells(page, "vit/1")[3:] == ["3e-3", "0.9100"]
    assert cells(page, "cnn/2")[3:] == ["1e-2", "0.8200"]  # equal decimals

    # The best first; the other way; then by a hyperparameter.
    head = table(page).get_by_role("button", name="val/acc best", exact=True)
    head.click()
    expect(table(page).get_by_role("columnheader", name="val/acc best")).to_have_attribute("aria-sort", "descending")
    expect_runs(page, "vit/2", "vit/1", "vit/0", "cnn/2", "cnn/1", "cnn/0")
    head.click()
    expect_runs(page, "cnn/0", "cnn/1", "cnn/2", "vit/0", "vit/1", "vit/2")

    # By key: two places to the left. By pointer: to the left end.
    head.focus()
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("Alt+ArrowLeft")
    expect_heads(page, "Step", "Time", "val/acc best", "Started", "lr")
    begin, end = head.bounding_box(), table(page).get_by_role("button", name="Step", exact=True).bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + begin["width"] - 8, begin["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] - 20, end["y"] + 10, steps=8)
    page.mouse.up()
    expect_heads(page, "val/acc best", "Step", "Time", "Started", "lr")
    expect_runs(page, "cnn/0", "cnn/1", "cnn/2", "vit/0", "vit/1", "vit/2")  # a drag does not sort

    # Wider by pointer and by key; one less by its menu.
    edge = table(page).get_by_role("separator", name="Width of val/acc best")
    before = int(edge.get_attribute("aria-valuenow") or "0")
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 28, box["y"] + 8, steps=4)
    page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 24))
    edge.focus()
    page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 32))
    table(page).get_by_role("button", name="Time", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("menuitem", name="Remove", exact=True).click()
    expect_heads(page, "val/acc best", "Step", "Started", "lr")

    # The address has all of it, and so has this browser.
    expect(page).not_to_have_url(re.compile(r"table\.columns=time"))
    expect(page).to_have_url(
        re.compile(rf"table\.columns={before + 32}%7Emetric:val/acc\.best|table\.columns={before + 32}~")
    )
    page.reload()
    expect_heads(page, "val/acc best", "Step", "Started", "lr")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 32))
    page.goto(viewer.url)
    expect_heads(page, "val/acc best", "Step", "Started", "lr")


def test_what_is_best_of_a_metric_can_be_changed(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url + "/?tab=scalar&table.columns=metric:val/loss.best")
    assert page.get_by_role("complementary", name="Runs").is_visible()
    expect(table(page).locator("[data-run='cnn/0']")).to_contain_text("1.200")
    expect(table(page).locator("[data-run='vit/2']")).to_contain_text("1.080")  # of the finite values
    head = table(page).get_by_role("button", name="val/loss best", exact=True)
    head.click(button="right")
    page.get_by_role("menuitem", name="The highest is best").click()
    expect(table(page).locator("[data-run='cnn/0']")).to_contain_text("1.700")
    head.click(button="right")
    page.get_by_role("menuitemradio", name="Last", exact=True).click()
    expect(table(page).locator("[data-run='vit/2']")).to_contain_text("NaN")


def test_a_metric_of_which_nobody_knows_the_best_has_none_until_somebody_says(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    with SummaryWriter(str(logdir / "cnn/0"), filename_suffix=".lr") as writer:
        for step, rate in enumerate((0.5, 0.25)):
            writer.add_scalar("optim/lr", rate, step)
    page.goto(serve(logdir).url + "/?tab=scalar&table.columns=metric:optim/lr.best")
    cell = table(page).locator("[data-run='cnn/0'] [role=cell]").nth(1)
    expect(cell).to_have_text("–")
    head = table(page).get_by_role("button", name="optim/lr best", exact=True)
    head.click(button="right")
    expect(page.get_by_role("menuitem", name="The lowest is best")).to_be_visible()
    page.get_by_role("menuitem", name="The highest is best").click()
    expect(cell).to_have_text(re.compile("0.50*"))
    expect(page).to_have_url(re.compile("table.better=high:optim/lr"))
    page.reload()
    expect(cell).to_have_text(re.compile("0.50*"))


def test_the_filter_is_an_expression_with_completion_and_says_where_a_mistake_is(
    logdir: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(logdir).url)
    expect(table(page).locator("[data-run]")).to_have_count(6)
    field = page.get_by_role("combobox", name="Filter runs")

    # Written with nothing but the first letters and the list.
    field.press_sequentially("va")
    options = page.get_by_role("listbox", name="Filter runs").get_by_role("option")
    expect(options.first).to_contain_text("val/acc")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("val/acc ")
    field.press("ArrowDown")  # "more than"
    field.press("Tab")
    expect(field).to_have_value("val/acc > ")
    field.press_sequentially(".815 and opt")
    field.press("ArrowDown")
    field.press("Enter")
    field.press_sequentially("= s")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("val/acc > .815 and optimizer = sgd ")
    expect_runs(page, "vit/0")
    expect(page.get_by_role("complementary", name="Runs")).to_contain_text("1 of 6")

    # A mistake is shown where it is, and what passed before still does.
    field.fill("val/acc.max > good or lr > 1")
    message = page.get_by_role("status").filter(has_text="is a number: want a number here")
    expect(message).to_be_visible()
    expect(message.locator("mark")).to_have_text("good")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect_runs(page, "vit/0")

    # However long the text before it is.
    field.fill('lr >= 3e-3 and not name ~ "^vit" or val/loss = nan andd step > 5')
    missing = page.get_by_role("status").filter(has_text="Want “and” or “or” here, got “andd”")
    expect(missing.locator("mark")).to_have_text("andd")
    outer, mark = missing.bounding_box(), missing.locator("mark").bounding_box()
    assert outer is not None
    assert mark is not None
    assert mark["x"] + mark["width"] <= outer["x"] + outer["width"]

    field.fill('lr >= 3e-3 and not name ~ "^vit" or val/loss = nan')
    expect_runs(page, "cnn/1", "cnn/2", "vit/2")
    expect(message).not_to_be_visible()
    page.reload()
    expect_runs(page, "cnn/1", "cnn/2", "vit/2")

    # What would take for ever, here or from a link, is answered, or is a mistake.
    field.fill("^(.?){250}!$")  # five letters in 250 places
    expect(page.get_by_text("No run passes the filter.")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("No run passes the filter", exact=True)).to_be_visible()
    field.fill(r"^(?!x)(\w+\W?)*$")
    expect(page.get_by_role("status").filter(has_text="could take for ever")).to_be_visible()
    page.goto(f"{page.url.split('?')[0]}?tab=scalar&runs={'not+' * 10_000}starred")
    expect(page.get_by_role("status").filter(has_text="A filter has 5000 letters at most")).to_be_visible()
    field.fill("not " * 101 + "starred")
    message = page.get_by_role("status").filter(has_text="more than 100 deep here")
    expect(message).to_be_visible()
    expect(message.locator("mark")).to_have_text("not")

    # Text and regular expressions are what they were; one that was meant to compare is said to be none.
    field.fill("lr=0.003")
    expect(page.get_by_text("With spaces it compares: lr = 0.003")).to_be_visible()
    field.fill("lr = 0.003")
    expect_runs(page, "cnn/1", "vit/1")
    field.fill("cnn/1")
    expect_runs(page, "cnn/1")
    field.fill("(cnn|vit)/[02]$")
    expect_runs(page, "cnn/0", "cnn/2", "vit/0", "vit/2")
    field.fill("")
    expect(table(page).locator("[data-run]")).to_have_count(6)


def test_where_there_is_no_room_what_tells_runs_groups_and_columns_apart_stays(
    tmp_path: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    for seed in range(20):
        with SummaryWriter(tmp_path / f"vision_transformer_large_WWWWWW_seed{seed}") as writer:
            writer.add_scalar("validation/loss", 1 / (1 + seed), 5)
    columns = ["step", "time", "started", "metric:validation/loss.min", "metric:validation/loss.max"]
    page.goto(f"{serve(tmp_path).url}/?group=seeds&{'&'.join(f'table.columns={one}' for one in columns)}")
    group = table(page).locator("[data-row^=group]")
    expect(group.get_by_title("20 seeds").first).to_have_text("20")
    buttons = table(page).locator("[data-column] > button")
    expect(buttons).to_have_count(5)

    inside = "(piece, row) => piece.getBoundingClientRect().right <= row.getBoundingClientRect().right + 0.5"
    name = group.get_by_role("rowheader").element_handle()
    assert group.get_by_title("20 seeds").first.evaluate(inside, name)
    for at in (3, 4):  # min and max, by which they differ
        head = buttons.nth(at)
        assert head.locator(".suffix").evaluate(inside, head.element_handle())
        assert head.locator(".suffix").evaluate("piece => piece.scrollWidth <= piece.clientWidth + 1")

    page.goto(page.url.replace("group=seeds", "group="))
    expect(table(page).locator("[data-run]")).to_have_count(20)
    tails = table(page).locator("[data-run] .tail")
    assert tails.evaluate_all("all => all.filter((tail) => tail.scrollWidth > tail.clientWidth + 1).length") == 0


def test_a_filter_follows_a_run_as_it_trains(
    tmp_path: Path, serve: Callable[..., Viewer], start_trainer: Callable[[Path], Trainer], page: Page
) -> None:
    trainer = start_trainer(tmp_path / "live")
    trainer.train_to(3)
    page.goto(serve(tmp_path).url + "/?tab=scalar&runs=step+%3E+20")
    expect(page.get_by_text("No run passes the filter.")).to_be_visible()
    trainer.train_to(30)
    expect(table(page).locator("[data-run]")).to_have_count(1)
    trainer.finish()


def test_runs_stand_below_their_directories(logdir: Path, serve: Callable[..., Viewer], page: Page) -> None:
    page.goto(serve(logdir).url)
    expect(table(page).locator("[data-run]")).to_have_count(6)
    page.get_by_role("button", name="Runs below their directories").click()
    tree = page.get_by_role("treegrid", name="Runs")
    cnn = tree.get_by_role("row").filter(has=page.get_by_role("checkbox", name="cnn, 3 runs"))
    expect(cnn).to_have_attribute("aria-expanded", "true")
    expect(cnn).to_have_attribute("aria-level", "1")
    expect(tree.locator("[data-run='cnn/1']")).to_have_attribute("aria-level", "2")

    # One switch for all below it, mixed when some are on.
    tree.get_by_role("checkbox", name="cnn/1", exact=True).click()
    switch = cnn.get_by_role("checkbox")
    expect(switch).to_have_attribute("aria-checked", "mixed")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    expect(tree.get_by_role("checkbox", name="cnn/2", exact=True)).to_have_attribute("aria-checked", "false")
    page.mouse.move(900, 500)  # nothing is reordered under the pointer
    expect(page.get_by_text("Not shown · 3")).to_be_visible()

    # The arrows go to the rows, fold and unfold, and go up.
    switch.focus()
    page.keyboard.press("ArrowLeft")
    expect(cnn).to_have_attribute("aria-expanded", "false")
    expect(tree.locator("[data-run^='cnn/']")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(cnn).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("checkbox", name="cnn/0", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(switch).to_be_focused()

    page.reload()
    expect(tree).to_be_visible()
    tree.get_by_role("checkbox", name="vit, 3 runs").click(modifiers=["Alt"])  # only these
    page.mouse.move(900, 500)
    expect(page.get_by_text("Not shown · 3")).to_be_visible()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(tree.get_by_role("checkbox", name="vit/0", exact=True)).to_have_attribute("aria-checked", "true")


def test_runs_that_begin_above_move_nothing_in_sight(tmp_path: Path, serve: Callable[..., Viewer], page: Page) -> None:
    def train(name: str) -> None:
        with SummaryWriter(tmp_path / name) as writer:
            writer.add_scalar("loss", 1.0, 1)

    for number in range(48):
        train(f"run{number}")
    page.goto(serve(tmp_path).url)
    expect(table(page).locator("[data-run=run0]")).to_be_visible()
    page.mouse.move(900, 500)  # nothing is held under the pointer
    table(page).evaluate("table => { table.scrollTop = 300 }")
    last = table(page).locator("[data-run=run40]")
    expect(last).to_be_visible()
    before = last.bounding_box()
    for name in ("a", "b", "c"):
        train(name)
    expect(page.get_by_text("shown of 51 runs")).to_be_visible()
    assert last.bounding_box() == before
    table(page).evaluate("table => { table.scrollTop = 0 }")
    expect(table(page).locator("[data-run]").first).to_have_attribute("data-run", "a")


RUNS = 10_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand runs of one file with three points, framed by hand: a writer for each would take long."""
    logdir = tmp_path_factory.mktemp("many")
    for number in range(RUNS):
        run = logdir / f"sweep-{number // 500:02d}" / f"trial-{number:05d}"
        run.mkdir(parents=True)
        points = [frame_scalar(b"val/acc", number / RUNS, step, 1000.0 + number + step) for step in (0, 1, 2)]
        version = frame(b"\x09" + struct.pack("<d", 1000.0 + number) + b"\x1a\x0dbrain.Event:2")
        (run / "events.out.tfevents.1000.host").write_bytes(version + b"".join(points))
    return logdir


def test_ten_thousand_runs_are_scrolled_sorted_and_filtered(
    many: Path, serve: Callable[..., Viewer], page: Page
) -> None:
    page.goto(serve(many).url + "/?tab=scalar&table.columns=metric:val/acc.max")
    runs = page.get_by_role("complementary", name="Runs", exact=True)
    expect(runs).to_contain_text("newest 20 shown of 10,000 runs")
    expect(page.get_by_text("Drawing the newest 20 of 10,000 runs")).to_be_visible()
    expect(page.get_by_text("Not shown · 9,980")).to_be_visible()
    assert len(run_names(page)) < 60  # the rows in sight, and a few beyond
    expect(table(page)).to_have_attribute("aria-rowcount", "10001")

    table(page).get_by_role("button", name="val/acc max", exact=True).click()
    expect(table(page).locator("[data-run]").first).to_have_attribute("data-run", "sweep-19/trial-09999")
    table(page).evaluate("table => { table.scrollTop = table.scrollHeight }")
    expect(table(page).locator("[data-run='sweep-00/trial-00000']")).to_contain_text("0.0000")

    field = page.get_by_role("combobox", name="Filter runs")
    field.fill('val/acc >= .5 and name ~ "trial-0500[0-4]"')
    expect(runs).to_contain_text("5 of 10,000")
    expect_runs(page, *(f"sweep-10/trial-0500{digit}" for digit in (4, 3, 2, 1, 0)))

    field.fill("")
    page.get_by_role("button", name="Runs below their directories").click()
    tree = page.get_by_role("treegrid", name="Runs")
    expect(tree.get_by_role("checkbox", name="sweep-03, 500 runs")).to_be_visible()
    expect(tree.locator("[data-run]")).to_have_count(0)  # that many begin folded
