"""A layout has the bytes of torch's own function."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.errors import ArgumentError, ArgumentTypeError
from sightline.kinds.custom_scalars.decode import decode_custom_scalars
from sightline.kinds.custom_scalars.write import encode_custom_scalars, encode_marginchart, encode_multilinechart

torch_summary: Any = importlib.import_module("torch.utils.tensorboard.summary")
tensorboardx_summary: Any = importlib.import_module("tensorboardX.summary")

DOW = ["dow/aaa", "dow/bbb", "dow/ccc"]
LAYOUT = {
    "Taiwan": {"twse": ["Multiline", ["twse/0050", "twse/2330"]]},
    "USA": {"dow": ["Margin", DOW], "nasdaq": ["Margin", ["nasdaq/aaa", "nasdaq/bbb", "nasdaq/ccc"]]},
}
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
charts = st.one_of(
    st.lists(words, max_size=4).map(lambda tags: ["Multiline", tags]),
    st.lists(words, min_size=3, max_size=3).map(lambda tags: ["Margin", tags]),
)
layouts = st.dictionaries(words, st.dictionaries(words, charts, max_size=3), max_size=3)


@pytest.mark.parametrize("writer", [torch_summary, tensorboardx_summary], ids=["torch", "tensorboardX"])
@given(layouts)
def test_any_layout_has_the_writers_bytes(writer: Any, layout: Any) -> None:
    want = writer.custom_scalars(layout).value[0].SerializeToString()
    assert encode_custom_scalars(layout).SerializeToString() == want


def test_single_charts_are_layouts() -> None:
    for got, want in (
        (encode_multilinechart(DOW), {"default": {"untitled": ["Multiline", DOW]}}),
        (encode_multilinechart(DOW, "a", "b"), {"a": {"b": ["Multiline", DOW]}}),
        (encode_marginchart(tuple(DOW), "a", "b"), {"a": {"b": ["Margin", DOW]}}),
    ):
        theirs = torch_summary.custom_scalars(want).value[0]
        assert got.SerializeToString() == theirs.SerializeToString()


def test_halves_of_surrogate_pairs_become_escapes() -> None:
    (category,) = decode_custom_scalars(encode_multilinechart(["\ud83d"], "\ud83d")).categories
    assert (category.title, category.charts[0].tags) == ("\\ud83d", ("\\ud83d",))


@pytest.mark.parametrize(
    ("layout", "error", "message"),
    [
        ([], ArgumentTypeError, "layout: got list"),
        ({"a": ["Multiline", ["x"]]}, ArgumentTypeError, r"layout\['a'\]: got list"),
        ({"a": {"b": "Multiline"}}, ArgumentTypeError, r"layout\['a'\]\['b'\]: got 'Multiline'"),
        ({"a": {"b": ["Multiline"]}}, ArgumentTypeError, "want \\['Multiline'"),
        ({"a": {"b": ["Multiline", "loss"]}}, ArgumentTypeError, "got 'loss' as tags, want a list"),
        ({"a": {"b": ["Multiline", [1]]}}, ArgumentTypeError, "got 1, want a string"),
        ({1: {"b": ["Multiline", []]}}, ArgumentTypeError, "category: got 1"),
        ({"a": {2: ["Multiline", []]}}, ArgumentTypeError, "got 2, want a string"),
        ({"a": {"b": ["Lines", ["x"]]}}, ArgumentError, "got 'Lines', want 'Multiline' or 'Margin'"),
        ({"a": {"b": ["Margin", ["x", "y"]]}}, ArgumentError, "got 2 tags, want 3"),
    ],
)
def test_what_is_no_layout_is_refused(layout: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        encode_custom_scalars(layout)
