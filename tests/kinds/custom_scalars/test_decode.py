"""Layouts as TensorBoard's own messages have them; the corpus where it is there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from google.protobuf import json_format  # type: ignore[import-untyped]
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.util import tensor_util

from sightline.errors import MalformedMessage
from sightline.format.event import DataType, TensorProto, Value
from sightline.kinds.custom_scalars.decode import (
    Category,
    Chart,
    Layout,
    Margin,
    decode_custom_scalars,
    merge_layouts,
)
from sightline.kinds.custom_scalars.schema import TAG
from sightline.kinds.custom_scalars.write import encode_custom_scalars
from sightline.store import ItemSeries, LogDir, SeriesKey

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def lines(title: str, *tags: str) -> Chart:
    return Chart(title, tags, ())


def layout(**categories: list[Chart]) -> Layout:
    return Layout(tuple(Category(title, tuple(charts), False) for title, charts in categories.items()))


def test_tensorboards_layout_is_read_with_everything_in_it() -> None:
    theirs = layout_pb2.Layout(
        category=[
            layout_pb2.Category(
                title="losses",
                closed=True,
                chart=[
                    layout_pb2.Chart(title="all", multiline=layout_pb2.MultilineChartContent(tag=["loss.*", "err"])),
                    layout_pb2.Chart(
                        title="bands",
                        margin=layout_pb2.MarginChartContent(
                            series=[
                                layout_pb2.MarginChartContent.Series(value="a", lower="b", upper="c"),
                                layout_pb2.MarginChartContent.Series(value="d", lower="e", upper="f"),
                            ]
                        ),
                    ),
                    layout_pb2.Chart(title="neither"),
                ],
            ),
            layout_pb2.Category(title="empty"),
        ]
    )
    tensor = tensor_util.make_tensor_proto(theirs.SerializeToString())
    value = Value.FromString(Summary.Value(tag=TAG, tensor=tensor).SerializeToString())
    assert decode_custom_scalars(value) == Layout(
        (
            Category(
                "losses",
                (
                    lines("all", "loss.*", "err"),
                    Chart("bands", (), (Margin("a", "b", "c"), Margin("d", "e", "f"))),
                    lines("neither"),
                ),
                True,
            ),
            Category("empty", (), False),
        )
    )


def test_what_is_written_is_read_back() -> None:
    value = encode_custom_scalars({"a": {"x": ["Multiline", ["p", "q"]], "y": ["Margin", ["p", "q", "r"]]}, "b": {}})
    assert decode_custom_scalars(Value.FromString(value.SerializeToString())) == layout(
        a=[lines("x", "p", "q"), Chart("y", (), (Margin("p", "q", "r"),))], b=[]
    )


def test_layouts_of_several_runs_are_one() -> None:
    first = layout(a=[lines("x", "p")], b=[lines("y", "q")])
    second = layout(b=[lines("y", "q"), lines("y", "r")], c=[lines("z", "s")])
    third = layout(c=[lines("w", "t")], a=[lines("x", "p")])
    assert merge_layouts([first, second, third]) == layout(
        a=[lines("x", "p")], b=[lines("y", "q"), lines("y", "r")], c=[lines("z", "s"), lines("w", "t")]
    )
    assert merge_layouts([]) == Layout(())


@pytest.mark.filterwarnings("ignore:html5lib's sanitizer is deprecated")
def test_two_layouts_are_merged_as_tensorboard_merges_them() -> None:
    from tensorboard.plugins.custom_scalar.custom_scalars_plugin import CustomScalarsPlugin

    first = {"a": {"x": ["Multiline", ["p"]]}, "b": {"y": ["Margin", ["p", "q", "r"]]}}
    second = {"b": {"y": ["Margin", ["p", "q", "r"]], "z": ["Multiline", ["s"]]}, "c": {"x": ["Multiline", ["t"]]}}
    values = {f"run{number}": encode_custom_scalars(each) for number, each in enumerate((first, second))}
    provider = SimpleNamespace(
        read_tensors=lambda *_, **__: {
            run: {TAG: [SimpleNamespace(numpy=np.array(value.tensor.string_val[0], np.object_))]}
            for run, value in values.items()
        }
    )
    plugin = CustomScalarsPlugin.__new__(CustomScalarsPlugin)  # without the server it needs
    plugin._data_provider = provider
    theirs = json_format.Parse(plugin.layout_impl(None, ""), layout_pb2.Layout()).SerializeToString()
    whole = decode_custom_scalars(Value(tag=TAG, tensor=TensorProto(dtype=DataType.STRING, string_val=[theirs])))
    assert merge_layouts(decode_custom_scalars(value) for value in values.values()) == whole


def test_a_category_is_folded_as_the_first_run_says() -> None:
    folded = Layout((Category("a", (lines("x"),), True),))
    assert merge_layouts([folded, layout(a=[lines("y")])]) == Layout((Category("a", (lines("x"), lines("y")), True),))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(tag=TAG, simple_value=1.0), "got 0 strings"),
        (Value(tag=TAG, tensor=TensorProto(dtype=DataType.FLOAT, float_val=[1.0])), "got 0 strings"),
        (Value(tag=TAG, tensor=TensorProto(dtype=DataType.STRING, string_val=[b"", b""])), "got 2 strings"),
        (Value(tag=TAG, tensor=TensorProto(dtype=DataType.STRING, string_val=[b"\x12\xff"])), "layout of tag"),
    ],
)
def test_what_is_no_layout_is_malformed(value: Value, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        decode_custom_scalars(value)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")
@pytest.mark.parametrize(
    ("slug", "run", "want"),
    [
        (
            "gen-tbx-demos",
            "Nov23_19-25-11_vm",
            [Category("default", (Chart("untitled", (), (Margin("dow/aaa", "dow/bbb", "dow/ccc"),)),), False)],
        ),
        (
            "gen-tb-custom_scalar_demo",
            ".",
            [
                Category(
                    "losses",
                    (
                        lines("losses", "loss(?!.*margin.*)"),
                        Chart("baz", (), (Margin("loss/baz", "loss/baz_lower", "loss/baz_upper"),)),
                    ),
                    False,
                ),
                Category(
                    "trig functions",
                    (
                        lines("wave trig functions", "trigFunctions/cosine", "trigFunctions/sine"),
                        lines("tan", "trigFunctions/tangent"),
                    ),
                    True,
                ),
            ],
        ),
    ],
)
def test_the_corpus_holds_these_layouts(slug: str, run: str, want: list[Category]) -> None:
    logdir = LogDir(CORPUS / "files" / slug)
    logdir.refresh()
    series = logdir.runs[run].series[SeriesKey("custom_scalars", TAG)]
    assert isinstance(series, ItemSeries)
    assert list(decode_custom_scalars(series.read(0), series.metadata).categories) == want
