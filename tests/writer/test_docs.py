"""The writer's manual has every method, with its signature, and its example runs."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from sightline import SummaryWriter

MANUAL = (Path(__file__).parents[2] / "docs" / "writer.md").read_text()
HEADINGS = re.findall(r"^## `(.+)`$", MANUAL, re.MULTILINE)
METHODS = [name for name, _ in inspect.getmembers(SummaryWriter, inspect.isfunction) if not name.startswith("_")]


def call(name: str) -> str:
    parameters = list(inspect.signature(getattr(SummaryWriter, name)).parameters.values())[1:]
    written = [
        one.name if one.default is one.empty else f"{one.name}={one.default!r}".replace("'", '"') for one in parameters
    ]
    return f"{'SummaryWriter' if name == '__init__' else name}({', '.join(written)})"


@pytest.mark.parametrize("name", ["__init__", *METHODS])
def test_every_method_has_a_heading_with_its_signature(name: str) -> None:
    assert call(name) in HEADINGS


def test_every_heading_is_of_a_method_or_an_attribute() -> None:
    assert set(HEADINGS) - {call(name) for name in ["__init__", *METHODS]} == {
        "file_writer",
        "default_bins",
        "GlobalSummaryWriter",
    }


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)

    names: dict[str, object] = {}
    exec(first, names)
    exec(second, names)

    assert [len(list((tmp_path / "runs" / run).iterdir())) for run in ("first", "a")] == [1, 1]
