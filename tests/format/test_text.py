"""Text that protobuf writes is read, and what it refuses is refused: protobuf's own text format is the oracle."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

import pytest
from google.protobuf import text_format  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import graph_pb2, summary_pb2
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig as TheirConfig

from sightline.errors import MalformedMessage
from sightline.format.event import Summary, Value
from sightline.format.text import parse_text
from sightline.format.wire import Field, Message
from sightline.kinds.graph.message import GraphDef
from sightline.kinds.projector.message import EmbeddingInfo, ProjectorConfig, SpriteMetadata

names = st.text(st.characters(codec="utf-8"), max_size=12)
configs = st.builds(
    ProjectorConfig,
    model_checkpoint_path=names,
    embeddings=st.lists(
        st.builds(
            EmbeddingInfo,
            tensor_name=names,
            tensor_shape=st.lists(st.integers(0, 2**32 - 1), max_size=3),
            sprite=st.builds(SpriteMetadata, image_path=names),
        ),
        max_size=3,
    ),
)


@given(configs)
def test_what_protobuf_prints_is_read(config: ProjectorConfig) -> None:
    theirs = TheirConfig.FromString(config.SerializeToString())
    for options in ({}, {"as_utf8": True}, {"as_one_line": True}, {"use_short_repeated_primitives": True}):
        assert parse_text(ProjectorConfig, text_format.MessageToString(theirs, **options)) == config


@given(configs)
def test_what_we_print_is_read_by_us_and_by_protobuf(config: ProjectorConfig) -> None:
    assert parse_text(ProjectorConfig, str(config)) == config
    assert text_format.Parse(str(config), TheirConfig()) == TheirConfig.FromString(config.SerializeToString())


SUMMARY = r"""
# A comment { with signs
value { tag: 'it''s' " \"\\ \x41\102\n\u00e9\U0001F600" simple_value: -1.5e3 };
value <
  tag: "b", metadata { plugin_data: { plugin_name: "p" content: "\377\000\x7" } data_class: DATA_CLASS_TENSOR }
  tensor: { dtype: DT_FLOAT float_val: [1.5, inf, -inf, 2f, 7] tensor_shape { dim { size: -1 } dim { size: 0x10 } }
            int_val: 010 int_val: -5 bool_val: [true, false, t, f, 1, 0] double_val: .5 string_val: ["a" "b", 'c'] } >
value { metadata { data_class: 2 } image { height: 0 } }
"""


def test_every_form_of_the_text_is_read_as_protobuf_reads_it() -> None:
    theirs = text_format.Parse(SUMMARY, summary_pb2.Summary())
    assert summary_pb2.Summary.FromString(parse_text(Summary, SUMMARY).SerializeToString()) == theirs


def test_maps_are_read() -> None:
    text = """node { name: "a" attr { key: "x" value { i: 3 } } attr: < key: "y" > }
              library { function { ret { key: "r" value: "s" } resource_arg_unique_id { key: 1 value: 2 } } }"""
    theirs = text_format.Parse(text, graph_pb2.GraphDef())
    assert graph_pb2.GraphDef.FromString(parse_text(GraphDef, text).SerializeToString()) == theirs


def test_nan_is_a_number() -> None:
    (value,) = parse_text(Summary, "value { simple_value: nan }").value
    assert value.simple_value != value.simple_value


def test_fields_that_are_not_known_are_stepped_over() -> None:
    text = """
    future: 7 later { tag: "x" deeper < list: [1, 2] > } [a.b/c.d] { e: 1 } [ext.name]: 'x' 'y' names: ["a", "b"]
    enumish: [ONE, TWO] messages: [{ a: 1 }, < b: 2 >] tag: "kept"
    """
    assert parse_text(Value, text) == Value(tag="kept")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('tag: "open', 1, "got '\"', want a name or a value"),
        ("\ntag { }\ntag:\n", 3, "got 'the end', want a value"),
        ("tensor {\n dtype: 1\n", 2, "the text ends, want '}'"),
        ("tag 3", 1, "got '3', want ':'"),
        ("tag: three", 1, "got three, want a value of type string for tag"),
        ("\n\nsimple_value: x1", 3, "got x1, want a value of type float for simple_value"),
        ("tensor { dtype: DT_NOTHING }", 1, "got DT_NOTHING, want a value of type enum for dtype"),
        ("tensor { int_val: 2147483648 }", 1, "got 2147483648, want a value of type int32"),
        ("tensor { int_val: 08 }", 1, "got 08, want a value of type int32"),
        ("tensor { bool_val: yes }", 1, "got yes, want a value of type bool"),
        ('"tag": 1', 1, "want the name of a field"),
        ("}", 1, "got '}', want the name of a field"),
        ("tag: \x01", 1, "want a name or a value"),
        ("tensor: [", 1, "got 'the end', want a value"),
    ],
)
def test_what_is_no_message_says_where(text: str, line: int, problem: str) -> None:
    with pytest.raises(MalformedMessage) as caught:
        parse_text(Value, text)
    assert str(caught.value).startswith(f"line {line} of a message as text: ")
    assert problem in str(caught.value)
    with pytest.raises(text_format.ParseError):
        text_format.Parse(text, summary_pb2.Summary.Value())


@given(st.text(max_size=40) | st.text("tag: \"'{}<>[]\\\n#x1.-", max_size=40))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(MalformedMessage):
        parse_text(Value, text)


def test_nesting_has_an_end() -> None:
    class Nest(Message):
        FIELDS: ClassVar[Any] = (Field(1, "n", "message", lambda: Nest),)

    parse_text(Nest, "n {" * 90 + "}" * 90)
    for deep in ("n {" * 100_000, "unknown {" * 100_000, "n: [" * 100_000):
        with pytest.raises(MalformedMessage):
            parse_text(Nest, deep)
