"""Whose hyperparameters a run has that logged none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sightline.kinds.hparams.inherit import lenders


def test_torchs_add_hparams_gives_them_to_the_run_above() -> None:
    assert lenders(["exp", "exp/1700000000.1"], ["exp/1700000000.1"]) == {
        "exp": "exp/1700000000.1",
        "exp/1700000000.1": "exp/1700000000.1",
    }


def test_the_nearest_ancestor_counts_before_any_descendant() -> None:
    own = [".", "a", "a/b/c"]
    assert lenders([".", "a", "a/b", "a/b/c", "z/y"], own) == {
        ".": ".", "a": "a", "a/b": "a", "a/b/c": "a/b/c", "z/y": "."
    }  # fmt: skip


def test_of_two_descendants_neither_counts() -> None:
    assert lenders(["a", "a/1", "a/2", "b"], ["a/1", "a/2"]) == {"a/1": "a/1", "a/2": "a/2"}


def test_a_name_that_begins_alike_is_no_descendant() -> None:
    assert lenders(["a", "ab"], ["ab"]) == {"ab": "ab"}


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join) | st.just(".")


@given(st.sets(NAMES), st.data())
def test_every_run_has_what_the_rule_says(runs: set[str], data: st.DataObject) -> None:
    own = data.draw(st.sets(st.sampled_from(sorted(runs)))) if runs else set()

    def is_above(upper: str, lower: str) -> bool:
        return upper != lower and (upper == "." or lower.startswith(upper + "/"))

    expected = {}
    for run in runs:
        above = sorted((name for name in own if is_above(name, run)), key=lambda name: (name != ".", len(name)))
        below = [name for name in own if is_above(run, name)]
        if run in own:
            expected[run] = run
        elif above:
            expected[run] = above[-1]
        elif len(below) == 1:
            expected[run] = below[0]
    assert lenders(runs, own) == expected
