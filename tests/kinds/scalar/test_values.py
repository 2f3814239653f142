"""``kinds/scalar/values.py``: the figures of a table, against the points that were logged."""

from __future__ import annotations

import math
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sightline import SummaryWriter
from sightline.analysis.smooth import smooth
from sightline.errors import ArgumentError
from sightline.kinds.endpoint import NotFound
from sightline.kinds.scalar import question, values
from sightline.kinds.scalar.groups import ScalarGroupRuns
from sightline.kinds.scalar.line import Line, LineCache
from sightline.kinds.scalar.values import ScalarValuesQuery, read_values
from sightline.store import LogDir

VALUES = [*(math.sin(step) for step in range(98)), math.nan, math.inf]


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    """``a`` has the steps 0, 10 ... 990; ``b`` was restarted at 40; ``c`` has another tag."""
    path = tmp_path_factory.mktemp("logs")
    with SummaryWriter(str(path / "a")) as writer:
        for i, value in enumerate(VALUES):
            writer.add_scalar("x", value, 10 * i)
    for first, last, value in ((0, 80, 1.0), (40, 100, 2.0)):
        with SummaryWriter(str(path / "b"), filename_suffix=f".{first}") as writer:
            for step in range(first, last):
                writer.add_scalar("x", value, step)
    with SummaryWriter(str(path / "c")) as writer:
        writer.add_scalar("y", 1.0, 0)
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def test_at_a_step_it_is_the_nearest_point_and_without_one_the_last(logdir: LogDir) -> None:
    a, b = read_values(logdir, ScalarValuesQuery(tag="x", runs=["a", "b", "c"], step=304, smoothing=0.6)).runs
    logged = np.array(VALUES, np.float32).astype(np.float64)
    assert a.at is not None
    assert (a.run, a.at.step, a.at.value, a.at.word) == ("a", 300, logged[30], "")
    assert a.at.smooth == smooth(logged, 0.6)[30]
    assert a.range is None
    assert b.at is not None
    assert (b.at.step, b.at.value) == (99, 2.0)
    (last,) = read_values(logdir, ScalarValuesQuery(tag="x", runs=["a"])).runs
    assert last.at is not None
    assert (last.at.step, last.at.value, last.at.word) == (990, None, "Infinity")


def test_a_range_is_of_all_points_with_both_ends_inside(logdir: LogDir) -> None:
    logged = np.array(VALUES, np.float32).astype(np.float64)
    (a,) = read_values(logdir, ScalarValuesQuery(tag="x", runs=["a"], steps=(100, 990))).runs
    assert a.range is not None
    inside = logged[10:98]
    assert (a.range.points, a.range.nan, a.range.posinf, a.range.neginf) == (90, 1, 1, 0)
    assert (a.range.start.step, a.range.start.value) == (100, logged[10])
    assert (a.range.end.step, a.range.end.word) == (990, "Infinity")
    assert (a.range.min, a.range.max) == (inside.min(), inside.max())
    assert (a.range.min_step, a.range.max_step) == (10 * (10 + int(inside.argmin())), 10 * (10 + int(inside.argmax())))
    assert a.range.mean == pytest.approx(inside.mean(), rel=1e-12)
    (none,) = read_values(logdir, ScalarValuesQuery(tag="x", runs=["a"], steps=(101, 109))).runs
    assert none.range is None


def test_what_a_restart_has_overtaken_takes_no_part(logdir: LogDir) -> None:
    (b,) = read_values(logdir, ScalarValuesQuery(tag="x", runs=["b"], steps=(0, 79))).runs
    assert b.range is not None
    assert (b.range.points, b.range.mean) == (80, 1.5)


def test_wrong_questions_are_refused(logdir: LogDir) -> None:
    with pytest.raises(ArgumentError, match="first <= last"):
        read_values(logdir, ScalarValuesQuery(tag="x", runs=["a"], steps=(2, 1)))
    with pytest.raises(NotFound, match="'z'"):
        read_values(logdir, ScalarValuesQuery(tag="z", runs=["a"]))


def test_no_more_lines_are_held_at_once_than_a_group_has_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of ten million points take hundreds of megabytes each, and a table asks for a hundred runs."""
    names = [f"r{number}" for number in range(12)]
    for name in names:
        with SummaryWriter(str(tmp_path / name)) as writer:
            for step in range(5):
                writer.add_scalar("x", step, step)
    logdir = LogDir(tmp_path)
    logdir.refresh()
    monkeypatch.setattr(question, "_cache", LineCache(0))
    lines: list[weakref.ref[Any]] = []
    alive: list[int] = []

    def line_of(*arguments: Any) -> Line:
        line = question.line_of(*arguments)
        lines.append(weakref.ref(line.smooth))
        alive.append(sum(reference() is not None for reference in lines))
        return line

    monkeypatch.setattr(values, "line_of", line_of)
    groups = [ScalarGroupRuns(name="first", runs=names[:3]), ScalarGroupRuns(name="other", runs=names[3:6])]
    answer = read_values(logdir, ScalarValuesQuery(tag="x", runs=names, groups=groups, smoothing=0.5, steps=(1, 3)))
    assert ([row.run for row in answer.runs], [group.runs for group in answer.groups]) == (
        names,
        [names[:3], names[3:6]],
    )
    assert len(alive) == 18
    assert max(alive) <= 4  # those of a group and, of single ones, the one that is being answered
