"""The scalars of many runs as one table: pandas, polars and pyarrow read the same."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas
import pytest

import sightline
from sightline.errors import ArgumentTypeError, UnknownName

COLUMNS = ["run", "tag", "step", "wall_time", "value", "superseded"]


@pytest.fixture
def logdir(files: Any) -> Any:
    for number, run in enumerate(("a", "b/x")):
        for step in range(3):
            for tag in ("loss/train", "loss/val", "acc", "odd[1]"):
                files.add(run, files.scalar(step, step + number / 4, 10.0 + step, tag))
    files.add("a", files.scalar(1, float("nan"), 20.0, "acc"), name="events.out.tfevents.2.restart")
    return sightline.open_logdir(files.root)


def rows(table: Any) -> list[tuple[Any, ...]]:
    columns = table.to_numpy()
    return list(zip(*(columns[name].tolist() for name in COLUMNS), strict=True))


def test_rows_are_grouped_by_run_and_tag_and_sorted_by_step(logdir: Any) -> None:
    assert rows(logdir.scalars(tag="loss/t*")) == [
        ("a", "loss/train", 0, 10.0, 0.0, False),
        ("a", "loss/train", 1, 11.0, 1.0, False),
        ("a", "loss/train", 2, 12.0, 2.0, False),
        ("b/x", "loss/train", 0, 10.0, 0.25, False),
        ("b/x", "loss/train", 1, 11.0, 1.25, False),
        ("b/x", "loss/train", 2, 12.0, 2.25, False),
    ]


def test_overtaken_points_are_there_and_marked(logdir: Any) -> None:
    table = logdir.scalars("a", "acc")
    assert table.column("step").tolist() == [0, 1, 1, 2]
    assert table.column("superseded").tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("run", "tag", "series"),
    [
        ("*", "*", 8),
        ("a", "loss/*", 2),
        ("b*", "acc", 1),
        ("*", "odd[1]", 2),
        ("*", "odd*", 2),
        (re.compile("^(a|c)$"), re.compile("train|acc"), 2),
        ("z*", "*", 0),
    ],
)
def test_patterns_and_expressions_choose(logdir: Any, run: Any, tag: Any, series: int) -> None:
    assert len(logdir.scalars(run, tag).pieces) == series


def test_a_star_is_everything_whatever_is_called_so(logdir: Any, files: Any) -> None:
    files.add("*", files.scalar(0, 1.0, 10.0, "*"))
    files.add("*", files.scalar(0, 1.0, 10.0, "acc"), name="events.out.tfevents.2.x")
    logdir.refresh()
    assert len(logdir.scalars().pieces) == 10
    assert len(logdir.scalars(tag="*").pieces) == 10
    assert len(logdir.scalars(run="*", tag="acc").pieces) == 3


def test_a_tag_that_looks_like_a_pattern_is_meant_in_every_run(logdir: Any, files: Any) -> None:
    files.add("c", files.scalar(0, 1.0, 10.0, "loss/*"))
    logdir.refresh()
    assert [(piece.run, piece.tag) for piece in logdir.scalars(tag="loss/*").pieces] == [("c", "loss/*")]


def test_data_frames_hold_the_same_rows(logdir: Any) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    table = logdir.scalars(tag="loss/*")
    want = rows(table)
    frame = table.to_pandas()
    assert list(frame.columns) == COLUMNS
    assert list(frame.itertuples(index=False, name=None)) == want
    assert [str(kind) for kind in frame.dtypes] == ["category", "category", "int64", "float64", "float64", "bool"]
    assert isinstance(frame["run"].dtype, pandas.CategoricalDtype)
    assert table.to_polars().rows() == want
    assert polars.DataFrame(table).rows() == want
    read = pyarrow.table(table)
    assert read.column_names == COLUMNS
    assert list(zip(*read.to_pydict().values(), strict=True)) == want


def test_long_series_are_cut_into_batches(logdir: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    monkeypatch.setattr("sightline.store.scalar_table.MAX_TEXT_BYTES", 20)
    table = logdir.scalars()
    read = pyarrow.table(table)
    assert read.column(0).num_chunks > len(table.pieces)
    for name, column in table.to_numpy().items():
        np.testing.assert_array_equal(np.array(read[name].to_pylist()), column)


def test_an_empty_table_has_its_columns(logdir: Any) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    table = logdir.scalars("z*")
    assert len(table) == 0
    assert {name: str(column.dtype) for name, column in table.to_numpy().items()}["step"] == "int64"
    assert list(table.to_pandas().columns) == pyarrow.table(table).column_names == COLUMNS


def test_a_slip_of_the_pen_is_answered_with_near_names(logdir: Any) -> None:
    with pytest.raises(KeyError, match=r"no scalar 'loss/trian'; near: 'loss/train'"):
        logdir.scalars(tag="loss/trian")
    with pytest.raises(UnknownName, match=r"no run 'b'; near: 'b/x'"):
        logdir.scalars("b")
    with pytest.raises(UnknownName, match="no column 'steps'"):
        logdir.scalars().column("steps")
    with pytest.raises(ArgumentTypeError, match="want a name, a shell pattern"):
        logdir.scalars(tag=3)
