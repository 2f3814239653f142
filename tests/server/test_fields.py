"""Fields of runs, asked of a real server and of the handler: figures, hyperparameters, NaN, and what growth changes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sightline import SummaryWriter
from sightline.analysis.figures import figures
from sightline.errors import ArgumentError
from sightline.server import field_values
from sightline.server.fields import RunFieldsQuery, read_field_names, read_fields
from sightline.store import LogDir

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.conftest import Server

HPARAMS: dict[str, Any] = {"lr": 1e-3, "opt": "adam", "flip": True}


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """``a`` trains, with hyperparameters below it as torch writes them; ``b`` ends in NaN; ``c`` was restarted at 5."""
    with SummaryWriter(tmp_path / "a") as writer:
        for step, value in enumerate([3.0, 1.0, 2.0]):
            writer.add_scalar("val/loss", value, step)
            writer.add_scalar("val/acc", value / 4, step)
        writer.add_hparams(HPARAMS, {"final": 0.5}, run_name="1700000000.0")
    with SummaryWriter(tmp_path / "b") as writer:
        for step, value in enumerate([math.inf, 5.0, math.nan]):
            writer.add_scalar("val/loss", value, step)
        writer.add_scalar("val/acc", math.nan, 0)
        writer.add_scalar("low", -math.inf, 0)
        writer.add_hparams({"lr": math.nan, "opt": "sgd", "flip": False}, {}, run_name=".")
    for first, last, value in ((0, 9, 100.0), (5, 7, 1.0)):
        with SummaryWriter(tmp_path / "c", filename_suffix=f".{first}") as writer:
            for step in range(first, last):
                writer.add_scalar("val/loss", value, step)
    return tmp_path


def columns(logdir: LogDir, fields: list[str], runs: list[str] | None = None) -> dict[str, list[object]]:
    """The columns as Python values: NaN and infinities back in their places."""
    answer = read_fields(logdir, RunFieldsQuery(fields=fields, runs=runs))
    found = {}
    for column in answer.columns:
        values: list[object] = list(column.values)
        for rows, value in ((column.nan, "NaN"), (column.posinf, "inf"), (column.neginf, "-inf")):
            for row in rows:
                assert values[row] is None
                values[row] = value
        found[column.field] = values
    return found


def read(path: Path) -> LogDir:
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def test_figures_are_those_of_the_points_and_nan_survives(logdir: Path) -> None:
    fields = [f"metric:val/loss.{figure}" for figure in ("first", "last", "min", "max", "mean", "best")]
    assert columns(read(logdir), fields, ["a", "b", "c", "gone"]) == {
        "metric:val/loss.first": [3.0, "inf", 100.0, None],
        "metric:val/loss.last": [2.0, "NaN", 1.0, None],
        "metric:val/loss.min": [1.0, 5.0, 1.0, None],
        "metric:val/loss.max": [3.0, 5.0, 100.0, None],
        "metric:val/loss.mean": [2.0, 5.0, (5 * 100.0 + 2 * 1.0) / 7, None],  # superseded: the old steps 5 to 8
        "metric:val/loss.best": [1.0, 5.0, 1.0, None],
    }


def test_a_series_without_finite_values_has_figures_that_say_so(logdir: Path) -> None:
    found = columns(read(logdir), ["metric:val/acc.best", "metric:low.last", "metric:low.max"], ["a", "b"])
    assert list(found.values()) == [[0.75, "NaN"], [None, "-inf"], [None, "NaN"]]


def test_the_answer_says_which_way_best_is(logdir: Path) -> None:
    answer = read_fields(
        read(logdir), RunFieldsQuery(fields=["metric:val/loss.last", "metric:val/acc.best", "hparam:lr"])
    )
    assert [column.better for column in answer.columns] == ["low", "high", None]
    assert answer.runs == ["a", "a/1700000000.0", "b", "c"]


def test_where_a_tags_name_does_not_say_which_is_best_no_run_has_a_best(tmp_path: Path) -> None:
    with SummaryWriter(str(tmp_path / "a")) as writer:
        writer.add_scalar("optim/lr", 0.1, 0)
    fields = ["metric:optim/lr.best", "metric:optim/lr.max"]
    best, most = read_fields(read(tmp_path), RunFieldsQuery(fields=fields)).columns
    assert (best.better, best.values, best.nan) == ("unknown", [None], [])
    assert most.values == [pytest.approx(0.1)]


def test_hyperparameters_keep_their_types_and_reach_the_run_that_trains(logdir: Path) -> None:
    found = columns(read(logdir), ["hparam:lr", "hparam:opt", "hparam:flip", "hparam:none"])
    assert found == {
        "hparam:lr": [1e-3, 1e-3, "NaN", None],
        "hparam:opt": ["adam", "adam", "sgd", None],
        "hparam:flip": [True, True, False, None],
        "hparam:none": [None, None, None, None],
    }


def test_names_come_with_type_and_values(logdir: Path) -> None:
    fields = {field.name: field for field in read_field_names(read(logdir), None).hparams}
    assert list(fields) == ["flip", "lr", "opt"]
    assert {name: (field.type, field.distinct, field.values) for name, field in fields.items()} == {
        "flip": ("bool", 2, [False, True]),
        "lr": ("number", 2, []),  # one is NaN, which JSON has not
        "opt": ("text", 2, ["adam", "sgd"]),
    }


@pytest.mark.parametrize("field", ["lr", "metric:val/loss", "metric:val/loss.median", "metric:last", ""])
def test_an_id_of_another_form_is_refused(logdir: Path, field: str) -> None:
    with pytest.raises(ArgumentError, match=r"want 'hparam:NAME' or 'metric:TAG\.FIGURE'"):
        columns(read(logdir), [field])


def test_growth_is_seen_and_what_did_not_grow_is_not_computed_again(
    logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []

    def counted(value: np.ndarray[Any, Any]) -> Any:
        computed.append(len(value))
        return figures(value)

    monkeypatch.setattr(field_values, "figures", counted)
    store = read(logdir)
    field = "metric:val/loss.last"
    assert columns(store, [field], ["a", "b", "c"])[field] == [2.0, "NaN", 1.0]
    assert computed == [3, 3, 7]
    columns(store, [field, "metric:val/loss.max"], ["a", "b", "c"])
    assert len(computed) == 3
    with SummaryWriter(logdir / "a", filename_suffix=".more") as writer:
        writer.add_scalar("val/loss", 0.25, 3)
        writer.add_hparams({"lr": 7.0}, {}, run_name=".")
    store.refresh()
    assert columns(store, [field, "hparam:lr"], ["a", "b", "c"]) == {
        field: [0.25, "NaN", 1.0],
        "hparam:lr": [7.0, "NaN", None],
    }
    assert computed[3:] == [4]


def test_the_server_answers_with_json(logdir: Path, serve: Callable[..., Server]) -> None:
    server = serve(logdir)
    server.wait_until_read()
    question = {"fields": ["hparam:opt", "metric:val/loss.last"], "runs": ["a", "b"]}
    response = server.client.post("/api/runs/fields", json=question)
    assert response.json() == {
        "runs": ["a", "b"],
        "columns": [
            {"field": "hparam:opt", "values": ["adam", "sgd"], "nan": [], "posinf": [], "neginf": [], "better": None},
            {"field": "metric:val/loss.last", "values": [2.0, None], "nan": [1], "posinf": [], "neginf": [],
             "better": "low"},
        ],
    }  # fmt: skip
    assert [field["name"] for field in server.get("/api/runs/fields")["hparams"]] == ["flip", "lr", "opt"]
    assert server.client.post("/api/runs/fields", json={"fields": ["x"]}).status_code == 400
