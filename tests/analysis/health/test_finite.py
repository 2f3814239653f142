from __future__ import annotations

import numpy as np
import pytest

from sightline.analysis.health import Finding, examine

NAN, INF = np.nan, np.inf


def find(*value: float, loss: bool = False) -> list[Finding]:
    steps = np.arange(len(value)) * 10
    return examine(steps, 1000.0 + steps.astype(np.float64), np.array(value), loss=loss)


def short(found: list[Finding]) -> list[tuple[str, str, int, float]]:
    return [(one.what, one.severity, one.step, one.magnitude) for one in found]


def test_the_first_nan_and_the_first_infinity_are_found_with_step_and_time() -> None:
    found = find(1, 2, NAN, 3, -INF, NAN, INF)
    assert short(found) == [
        ("nan", "warn", 20, 2.0),
        ("infinity", "bad", 40, 2.0),
    ]
    assert found[0].wall_time == 1020.0
    assert found[0].words == "is NaN at step 20 and at 1 point after it"


@pytest.mark.parametrize("loss", [False, True])
def test_what_is_nan_to_its_end_is_bad(loss: bool) -> None:
    found = find(1, 2, NAN, NAN, NAN, loss=loss)
    assert short(found) == [("nan", "bad", 20, 3.0)]
    assert found[0].words == "is NaN from step 20 to its end, 3 points"


def test_a_norm_that_is_infinite_once_is_a_warning_and_a_loss_is_bad() -> None:
    assert short(find(1, INF, 2)) == [("infinity", "warn", 10, 1.0)]
    assert short(find(1, INF, 2, loss=True)) == [("infinity", "bad", 10, 1.0)]
    assert find(1, INF, 2)[0].words == "is infinite at step 10, and came back"


def test_a_metric_without_a_figure_yet_is_a_note() -> None:
    found = find(NAN, NAN, 1, 2)
    assert short(found) == [("nan", "note", 0, 2.0)]
    assert found[0].words == "is NaN until step 20, where its figures begin"
    assert short(find(NAN, 1, 2, loss=True)) == [("nan", "bad", 0, 1.0)]


def test_a_series_without_a_finite_value_is_bad_if_it_is_a_loss() -> None:
    assert short(find(NAN, NAN)) == [("nan", "note", 0, 2.0)]
    found = find(NAN, NAN, loss=True)
    assert short(found) == [("nan", "bad", 0, 2.0)]
    assert found[0].words == "all 2 points are NaN"
    assert find(NAN, loss=True)[0].words == "its only point is NaN"
    assert [one.words for one in find(NAN, INF, NAN)] == [
        "2 of 3 points are NaN, none is finite",
        "1 of 3 points are infinite, none is finite",
    ]


def test_finite_values_and_no_values_say_nothing() -> None:
    assert find() == []
    assert find(1, -2, 1e300) == []
