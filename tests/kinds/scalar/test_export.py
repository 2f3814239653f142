"""``kinds/scalar/export.py``: what is saved, read by the csv and json modules, against what was logged."""

from __future__ import annotations

import csv
import json
import math
from typing import Any

import numpy as np
import pytest

from sightline import SummaryWriter
from sightline.analysis.smooth import smooth
from sightline.kinds.scalar.api import ScalarPointsQuery, read_points
from sightline.kinds.scalar.export import PIECE_ROWS
from sightline.store import LogDir

RUN = 'quoted "run", with a comma'


@pytest.fixture(scope="module")
def values() -> list[float]:
    value = np.random.default_rng(2).normal(size=PIECE_ROWS + 5).astype(np.float32).astype(np.float64)
    value[[3, 4, 5]] = [math.nan, math.inf, -math.inf]
    return value.tolist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def logdir(values: list[float], tmp_path_factory: pytest.TempPathFactory) -> LogDir:
    path = tmp_path_factory.mktemp("logs")
    with SummaryWriter(str(path / RUN)) as writer:
        for step, value in enumerate(values):
            writer.add_scalar("x", value, step)
    logdir = LogDir(path)
    logdir.refresh()
    return logdir


def pieces(logdir: LogDir, **query: Any) -> list[bytes]:
    return list(read_points(logdir, ScalarPointsQuery(**{"tag": "x", "runs": [RUN], **query})).pieces)


def test_csv_has_every_point_in_pieces(logdir: LogDir, values: list[float]) -> None:
    sent = pieces(logdir, smoothing=0.6)
    assert len(sent) == 3
    rows = list(csv.DictReader(b"".join(sent).decode().splitlines()))
    assert {row["run"] for row in rows} == {RUN}
    assert [int(row["step"]) for row in rows] == list(range(len(values)))
    np.testing.assert_array_equal([float(row["value"]) for row in rows], values)
    np.testing.assert_array_equal([float(row["smoothed"]) for row in rows], smooth(np.array(values), 0.6))


def test_json_has_every_point_and_words_for_what_is_not_finite(logdir: LogDir, values: list[float]) -> None:
    (line,) = json.loads(b"".join(pieces(logdir, format="json")))["lines"]
    assert line["run"] == RUN
    assert line["value"][2:6] == [values[2], "NaN", "Infinity", "-Infinity"]
    np.testing.assert_array_equal([float(value) for value in line["value"]], values)
    assert line["step"] == list(range(len(values)))


def test_a_range_is_in_units_of_the_axis_and_both_its_ends_are_inside(logdir: LogDir) -> None:
    rows = list(csv.DictReader(b"".join(pieces(logdir, range=(10, 12))).decode().splitlines()))
    assert [row["step"] for row in rows] == ["10", "11", "12"]
    (line,) = json.loads(b"".join(pieces(logdir, format="json", range=(-5, -1))))["lines"]
    assert line["value"] == []
