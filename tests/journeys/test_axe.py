"""axe, the accessibility checker, over dashboards, panels, dialogs and menus, in light and in dark.

No serious or critical fault is let through. axe comes from ``web/node_modules``; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from sightline import SummaryWriter

if TYPE_CHECKING:
    from tests.journeys.conftest import Viewer

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) });
  return violations
    .filter((fault) => fault.impact === 'serious' || fault.impact === 'critical')
    .flatMap(({ id, impact, nodes }) => nodes.map((node) => {
      const reasons = [...node.any, ...node.all, ...node.none].map((one) => one.message);
      return `${id} (${impact}): ${node.target.join(' ')}: ${reasons.join('; ')}`;
    }));
}"""


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Three runs with scalars, pictures, texts and hyperparameters; one restarted, one damaged and NaN at its end."""
    for name, lr in (("cnn/seed=0", 0.1), ("cnn/seed=1", 0.01), ("vit", 0.001)):
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_hparams({"lr": lr, "optimizer": "adam"}, {}, run_name="hparams")
            for step in range(120):
                writer.add_scalar("loss/train", 2 / (1 + step * lr), step)
                writer.add_scalar("acc/val", float("nan") if name == "vit" and step > 90 else step / 120, step)
            for step in (0, 50, 100):
                writer.add_image("samples", np.full((3, 8, 8), step, np.uint8), step)
                writer.add_text("notes", f"**step** {step}, [a link](https://example.org)\n\n|a|b|\n|-|-|\n|1|2|", step)
    with SummaryWriter(str(tmp_path / "cnn" / "seed=0"), filename_suffix=".again") as writer:
        for step in range(100, 120):
            writer.add_scalar("loss/train", 1.0, step)
    (file,) = (tmp_path / "vit").glob("events.out.*")
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    file.write_bytes(damaged)
    return tmp_path


class Checker:
    """Runs axe on the page as it is and remembers what it finds, so that one journey names all faults."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}
        self.looked: list[str] = []

    def look(self, where: str) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            # Evaluated, not injected as a script: the page's policy forbids what is not its own.
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        # What is on its way from one colour to another has neither's contrast.
        self.page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
        self.looked.append(where)
        dark = self.page.evaluate("() => document.documentElement.dataset.theme === 'dark'")
        # The same page in other colours: what is not colour has been looked at in light.
        for fault in self.page.evaluate(RUN_AXE, ["color-contrast", "link-in-text-block"] if dark else None):
            self.found.setdefault(fault, []).append(where)

    def judge(self) -> None:
        lines = [f"{fault}\n    in {', '.join(where)}" for fault, where in self.found.items()]
        assert not lines, "\n".join(lines)


@pytest.fixture
def checker(page: Page) -> Checker:
    if not AXE.is_file():
        pytest.skip("web/node_modules is not there: run `npm ci` in web/")
    return Checker(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dashboards_and_panels_have_no_serious_fault(
    theme: str, logdir: Path, serve: Callable[..., Viewer], page: Page, checker: Checker
) -> None:
    url = serve(logdir).url
    page.goto(f"{url}/?tab=scalar&theme={theme}")
    plot = page.get_by_role("article", name="loss/train").get_by_role("img", name="loss/train: 3 runs")
    expect(plot).to_be_visible()
    checker.look("Scalars")
    plot.hover()
    expect(page.get_by_role("article", name="loss/train").get_by_role("status")).to_be_visible()
    checker.look("Scalars, readout")
    for mode in ("narrow", "folded"):
        page.goto(f"{url}/?tab=scalar&theme={theme}&scalar.panel={mode}")
        expect(plot).to_be_visible()
        checker.look(f"Scalars, runs {mode}")
    page.goto(f"{url}/?tab=scalar&theme={theme}&group=seeds")
    expect(page.get_by_role("article", name="loss/train").get_by_role("img", name="loss/train: ")).to_be_visible()
    checker.look("Scalars, grouped")

    page.goto(f"{url}/?tab=image&theme={theme}")
    expect(page.locator("main img").first).to_be_visible()
    checker.look("Images")
    page.goto(f"{url}/?tab=text&theme={theme}")
    expect(page.get_by_role("link", name="a link").first).to_be_visible()
    checker.look("Text")
    page.goto(f"{url}/?tab=compare&theme={theme}&compare=cnn/seed%3D0&compare=cnn/seed%3D1&compare=vit")
    expect(page.get_by_role("rowgroup", name="Where they part").get_by_role("row")).to_have_count(3)
    checker.look("Compare")
    page.goto(f"{url}/?tab=compare&theme={theme}")
    expect(page.get_by_text("No runs to compare")).to_be_visible()
    checker.look("Compare, nothing")
    page.goto(f"{url}/?tab=scalar&theme={theme}&select=none")
    expect(page.get_by_text("No scalars in the selected runs")).to_be_visible()
    checker.look("nothing selected")
    page.goto(f"{url}/?tab=scalar&theme={theme}&tags=nothing&runs=%2F(")
    expect(page.get_by_text("No tag matches")).to_be_visible()
    checker.look("nothing found, wrong filter")
    checker.judge()
    assert len(checker.looked) == 11


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dialogs_and_menus_have_no_serious_fault(
    theme: str, logdir: Path, serve: Callable[..., Viewer], page: Page, checker: Checker
) -> None:
    page.goto(f"{serve(logdir).url}/?tab=scalar&theme={theme}")
    article = page.get_by_role("article", name="loss/train")
    expect(article.get_by_role("img", name="loss/train: 3 runs")).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    checker.look("Keyboard")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    checker.look("Settings")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("damaged")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    checker.look("Ledger")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    def menu(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("menu")).to_be_visible()

    menu("Theme")
    checker.look("Theme")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="vit", exact=True).hover()
    menu("More about vit")
    checker.look("menu of a run")
    page.keyboard.press("Escape")

    for entry in ("Export …", "Axis limits …"):
        article.get_by_role("button", name="More", exact=True).click()
        expect(page.get_by_role("menu")).to_be_visible()
        if entry == "Export …":
            checker.look("menu of a card")
        page.get_by_role("menuitem", name=entry).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        checker.look(entry)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    article.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Show as table").click()
    expect(article.get_by_role("table")).to_be_visible()
    checker.look("data table")
    article.get_by_role("button", name="Full screen").click()
    checker.look("full screen, table")
    article.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Show as chart").click()
    expect(article.get_by_role("img", name="loss/train: 3 runs")).to_be_visible()
    checker.look("full screen")
    page.keyboard.press("Escape")
    checker.judge()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_editors_choosers_and_what_a_person_writes_have_no_serious_fault(
    theme: str, logdir: Path, serve: Callable[..., Viewer], page: Page, checker: Checker
) -> None:
    page.goto(f"{serve(logdir, '--sidecar', '--allow-delete').url}/?tab=scalar&theme={theme}")
    article = page.get_by_role("article", name="loss/train")
    expect(article.get_by_role("img", name="loss/train: 3 runs")).to_be_visible()
    dialog = page.get_by_role("dialog")

    def leave() -> None:
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    page.get_by_role("button", name="New chart of several tags").click()
    dialog.get_by_role("checkbox", name="acc/val").click()
    checker.look("chart editor, chosen")
    dialog.get_by_role("radio", name="By expression").click()
    dialog.get_by_role("textbox", name="Regular expression").fill("^loss/(")
    expect(dialog.get_by_role("alert")).to_be_visible()
    checker.look("chart editor, wrong expression")
    dialog.get_by_role("textbox", name="Regular expression").fill("^loss/")
    expect(dialog.get_by_role("group", name="Tags found")).to_contain_text("loss/train")
    checker.look("chart editor, expression")
    leave()

    page.get_by_role("button", name="Export the charts in sight").click()
    expect(dialog).to_be_visible()
    for form in dialog.get_by_role("radiogroup", name="Format").get_by_role("radio").all():
        form.click()
        checker.look(f"Export all, {form.inner_text()}")
    leave()
    article.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Export …").click()
    for form in dialog.get_by_role("radiogroup", name="Format").get_by_role("radio").all():
        form.click()
        checker.look(f"Export, {form.inner_text()}")
    leave()
    page.get_by_role("button", name="Mark a range").click()
    checker.look("range fields")
    page.get_by_role("button", name="Mark a range").click()

    page.get_by_role("button", name="Columns", exact=True).click()
    chooser = page.get_by_role("dialog", name="Columns", exact=True)
    chooser.get_by_role("checkbox", name="lr", exact=True).click()
    chooser.get_by_role("checkbox", name="Health").click()
    checker.look("column chooser")
    chooser.get_by_role("combobox").or_(chooser.get_by_role("searchbox")).fill("nothing is called so")
    expect(chooser).to_contain_text("No field is called so")
    checker.look("column chooser, nothing found")
    page.keyboard.press("Escape")
    expect(chooser).not_to_be_visible()

    filter_runs = page.get_by_role("combobox", name="Filter runs")
    filter_runs.press_sequentially("l")
    filter_runs.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_be_visible()
    checker.look("suggestions of the filter")
    filter_runs.press("Escape")  # closes the list
    filter_runs.press("Escape")  # empties the field

    page.get_by_role("button", name="Group by").click()
    expect(page.get_by_role("menu")).to_be_visible()
    checker.look("ways to group")
    page.get_by_role("menuitem", name="Part of the name").click()
    pattern = page.get_by_role("textbox", name=re.compile("^Regular expression that groups"))
    pattern.fill("^(cnn")
    checker.look("wrong pattern of groups")
    pattern.fill("^(cnn|vit)")
    checker.look("pattern of groups")
    pattern.press("Enter")
    page.get_by_role("button", name="What is drawn of a group").or_(
        page.get_by_role("button", name="min – max")
    ).click()
    expect(page.get_by_role("menu")).to_be_visible()
    checker.look("what is drawn of a group")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Don.t group by")).click()

    def of_run(item: str) -> None:
        page.get_by_role("checkbox", name="vit", exact=True).hover()
        page.get_by_role("button", name="More about vit").click()
        page.get_by_role("menuitem", name=item).click()

    page.get_by_role("button", name=re.compile("^NaN")).first.click()
    expect(page.get_by_role("menu")).to_contain_text("acc/val")
    checker.look("what health found")
    page.keyboard.press("Escape")
    of_run("Rename")
    expect(page.get_by_role("textbox", name="Name of")).to_be_focused()
    checker.look("renaming")
    page.keyboard.press("Escape")
    of_run("Star")
    of_run("Use as baseline")
    of_run("Tags …")
    page.get_by_role("combobox", name="New tag").or_(page.get_by_role("textbox", name="New tag")).fill("paper")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove paper")).to_be_visible()
    checker.look("Tags")
    leave()
    of_run("Note …")
    page.get_by_role("textbox", name="Note on").fill("**Best** so far, [here](https://example.org)")
    checker.look("Note, written")
    page.keyboard.press("Control+Enter")
    expect(dialog.get_by_role("link", name="here")).to_be_visible()
    checker.look("Note, read")
    leave()
    checker.look("a run with a star, a tag, a note; the baseline")
    of_run("Delete …")
    asking = page.get_by_role("alertdialog")
    expect(asking).to_be_visible()
    checker.look("Delete?")
    asking.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted vit.")).to_be_visible()
    checker.look("deleted")
    page.get_by_role("button", name="More about all runs listed").click()
    expect(page.get_by_role("menuitem", name="Bring back vit")).to_be_visible()
    checker.look("menu of all runs")
    page.keyboard.press("Escape")
    checker.judge()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_empty_log_directory_has_no_serious_fault(
    theme: str, tmp_path: Path, serve: Callable[..., Viewer], page: Page, checker: Checker
) -> None:
    page.goto(f"{serve(tmp_path).url}/?theme={theme}")
    expect(page.get_by_text("SummaryWriter").first).to_be_visible()
    checker.look("empty")
    checker.judge()
