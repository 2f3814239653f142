"""Messages against protobuf's own classes, as TensorBoard generates them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2

from sightline.errors import MalformedMessage
from sightline.format import event as ours
from sightline.format.wire import Field, Message, iterate_fields, read_varint, read_varints, write_varint, write_varints

INT64 = st.integers(-(2**63), 2**63 - 1)
INT32 = st.integers(-(2**31), 2**31 - 1)
DOUBLES = st.floats()
FLOATS = st.floats(width=32)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
BYTES = st.binary(max_size=8)
PAIRS: dict[type[Message], Any] = {
    ours.Event: event_pb2.Event,
    ours.Summary: summary_pb2.Summary,
    ours.Value: summary_pb2.Summary.Value,
    ours.SummaryMetadata: summary_pb2.SummaryMetadata,
    ours.Image: summary_pb2.Summary.Image,
    ours.Audio: summary_pb2.Summary.Audio,
    ours.HistogramProto: summary_pb2.HistogramProto,
    ours.TensorProto: tensor_pb2.TensorProto,
    ours.SessionLog: event_pb2.SessionLog,
    ours.TaggedRunMetadata: event_pb2.TaggedRunMetadata,
    ours.LogMessage: event_pb2.LogMessage,
}
SCALARS = {
    "double": DOUBLES,
    "float": FLOATS,
    "int32": INT32,
    "int64": INT64,
    "uint32": st.integers(0, 2**32 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "bool": st.booleans(),
    "enum": st.integers(0, 40),
    "string": TEXT,
    "bytes": BYTES,
}


def messages(kind: type[Message]) -> st.SearchStrategy[Message]:
    """Any message of a kind: any subset of its fields, one member of each oneof at most."""

    def field_values(field: Field) -> st.SearchStrategy[Any]:
        one = messages(field.message_class()) if field.kind == "message" else SCALARS[field.kind]
        return st.lists(one, max_size=3) if field.repeated else one

    return st.fixed_dictionaries({}, optional={field.name: field_values(field) for field in kind.FIELDS}).map(
        lambda values: kind(**values)
    )


def assert_same(message: Message, theirs: Any) -> None:
    """Field by field, presence included."""
    for field in type(message).FIELDS:
        if field.has_presence:
            assert message.HasField(field.name) == theirs.HasField(field.name), field.name
        mine, other = getattr(message, field.name), getattr(theirs, field.name)
        if field.kind == "message":
            pairs = (
                list(zip(mine, other, strict=True))
                if field.repeated
                else [(mine, other)]
                if message.HasField(field.name)
                else []
            )
            for one, two in pairs:
                assert_same(one, two)
        elif field.repeated:
            assert [repr(each) for each in mine] == [repr(each) for each in other], field.name
        else:
            assert repr(mine) == repr(other), field.name
    for group in {field.oneof for field in type(message).FIELDS if field.oneof}:
        assert message.WhichOneof(group) == theirs.WhichOneof(group)


@given(messages(ours.Event))
def test_events_are_written_as_protobuf_writes_them_and_read_back_the_same(message: Message) -> None:
    data = message.SerializeToString()
    theirs = event_pb2.Event.FromString(data)
    assert theirs.SerializeToString(deterministic=True) == data
    again = ours.Event.FromString(data)
    assert_same(again, theirs)
    assert again.SerializeToString() == data
    assert again == message


@given(messages(ours.Event))
def test_the_text_form_is_protobufs(message: Message) -> None:
    assert str(message) == str(event_pb2.Event.FromString(message.SerializeToString()))


def test_the_text_form_of_numbers_strings_and_enums() -> None:
    numbers = (0.1, 1e10, 1e16, 123456.7, float("nan"), float("-inf"), -0.0, 1e-5, 16777217.0, 5e-324)
    values = [ours.Value(tag="a\"'\\\n\t\x01é", simple_value=number) for number in numbers]
    values += [ours.Value(histo=ours.HistogramProto(min=number, bucket=[number])) for number in numbers]
    values.append(ours.Value(tensor=ours.TensorProto(dtype=101, string_val=[b"\x00\xffA"])))
    events = [
        ours.Event(wall_time=1795467000.1234567, step=-3, summary=ours.Summary(value=values)),
        ours.Event(session_log=ours.SessionLog(status=ours.SessionStatus.START, msg="x")),
        ours.Event(session_log=ours.SessionLog(status=77)),
        ours.Event(log_message=ours.LogMessage(level=20)),
        ours.Event(),
    ]
    for event in events:
        assert str(event) == str(event_pb2.Event.FromString(event.SerializeToString()))


@pytest.mark.parametrize("kind", PAIRS, ids=lambda kind: kind.__name__)
def test_an_absent_field_reads_as_its_default_and_has_no_presence(kind: type[Message]) -> None:
    assert_same(kind(), PAIRS[kind]())
    assert kind().SerializeToString() == b""


def test_a_default_value_is_left_out_but_a_oneof_member_is_not() -> None:
    assert ours.Event(step=0, wall_time=0.0).SerializeToString() == b""
    value = ours.Value(tag="", simple_value=0.0)
    assert value.SerializeToString() == summary_pb2.Summary.Value(simple_value=0.0).SerializeToString() != b""
    assert ours.Event(wall_time=-0.0).SerializeToString() == event_pb2.Event(wall_time=-0.0).SerializeToString() != b""


def test_setting_one_member_of_a_oneof_unsets_the_others() -> None:
    value = ours.Value(simple_value=1.0)
    value.image = ours.Image(width=1)
    assert value.WhichOneof("value") == "image"
    assert not value.HasField("simple_value")


def test_has_field_is_for_fields_with_presence_only() -> None:
    for name in ("tag", "nonsense"):
        with pytest.raises(ValueError, match="presence"):
            ours.Value().HasField(name)
        with pytest.raises(ValueError, match=name):
            summary_pb2.Summary.Value().HasField(name)


def test_an_unknown_attribute_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(AttributeError, match="simple_value"):
        ours.Value(simpel_value=1.0)
    with pytest.raises(AttributeError, match="simpel_value"):
        _ = ours.Value().simpel_value


def test_negative_numbers_take_ten_bytes() -> None:
    data = ours.Event(step=-1).SerializeToString()
    assert data == event_pb2.Event(step=-1).SerializeToString()
    assert len(data) == 11
    assert ours.Event.FromString(data).step == -1


@given(st.lists(INT32, min_size=1, max_size=4))
def test_packed_and_unpacked_lists_read_the_same(values: list[int]) -> None:
    packed = b"".join(write_varint(value) for value in values)
    both = (b"\x3a" + write_varint(len(packed)) + packed, b"".join(b"\x38" + write_varint(value) for value in values))
    for data in both:
        assert ours.TensorProto.FromString(data).int_val == values
        assert list(tensor_pb2.TensorProto.FromString(data).int_val) == values


LISTS: dict[str, st.SearchStrategy[Any]] = {
    "float_val": FLOATS,
    "double_val": DOUBLES,
    "int_val": INT32,
    "int64_val": INT64,
    "uint32_val": st.integers(0, 2**32 - 1),
    "uint64_val": st.integers(0, 2**64 - 1),
    "bool_val": st.booleans(),
}
ARRAYS = {"float_val": np.float32, "double_val": np.float64, "int_val": np.int32, "int64_val": np.int64} | {
    "uint32_val": np.uint32,
    "uint64_val": np.uint64,
    "bool_val": np.bool_,
}


@pytest.mark.parametrize("name", LISTS)
@given(st.data())
def test_long_lists_and_arrays_are_written_and_read_as_protobuf_does(name: str, draw: st.DataObject) -> None:
    values = draw.draw(st.lists(LISTS[name], max_size=200))
    data = tensor_pb2.TensorProto(**{name: values}).SerializeToString()
    assert ours.TensorProto(**{name: values}).SerializeToString() == data
    assert ours.TensorProto(**{name: np.array(values, ARRAYS[name])}).SerializeToString() == data
    got, want = (getattr(kind.FromString(data), name) for kind in (ours.TensorProto, tensor_pb2.TensorProto))
    assert repr(got) == repr(list(want))


def test_a_list_keeps_the_low_bits_of_what_is_too_large_for_it() -> None:
    for count in (2, 40):
        data = write_varints(np.full(count, 2**63 + 2**35 + 5, np.uint64))
        for name, tag in (("int_val", b"\x3a"), ("uint32_val", b"\x82\x01"), ("bool_val", b"\x5a")):
            message = tag + write_varint(len(data)) + data
            got, want = (getattr(kind.FromString(message), name) for kind in (ours.TensorProto, tensor_pb2.TensorProto))
            assert got == list(want)


@pytest.mark.parametrize("count", [0, 7, 100])
@pytest.mark.parametrize(
    ("end", "why"),
    [(b"\x80", "varint runs past the end"), (b"\xff" * 10 + b"\x01", "longer than 10 bytes")],
)
def test_a_list_that_ends_badly_is_malformed(count: int, end: bytes, why: str) -> None:
    packed = b"\x01" * count + end
    data = b"\x3a" + write_varint(len(packed)) + packed
    with pytest.raises(MalformedMessage, match=why):
        ours.TensorProto.FromString(data)
    with pytest.raises(MalformedMessage, match=why):
        read_varints(packed)
    with pytest.raises(DecodeError):
        tensor_pb2.TensorProto.FromString(data)


def test_a_packed_list_of_floats_has_whole_floats() -> None:
    with pytest.raises(MalformedMessage, match="packed list of float with 5 bytes"):
        ours.TensorProto.FromString(b"\x2a\x05\0\0\0\0\0")


def test_a_message_that_comes_twice_is_merged() -> None:
    parts = (ours.Value(image=ours.Image(width=3)), ours.Value(image=ours.Image(height=4)))
    data = b"".join(part.SerializeToString() for part in parts)
    assert_same(ours.Value.FromString(data), summary_pb2.Summary.Value.FromString(data))
    data += ours.Value(simple_value=1.0).SerializeToString() + parts[1].SerializeToString()
    assert_same(ours.Value.FromString(data), summary_pb2.Summary.Value.FromString(data))
    assert ours.Value.FromString(data).image.width == 0


@given(messages(ours.Event), st.integers(20, 2**29 - 1), st.integers(0, 3), st.binary(min_size=8, max_size=8))
def test_unknown_fields_are_kept_behind_the_others(message: Message, number: int, form: int, content: bytes) -> None:
    wire_type, value = [(0, b"\x96\x01"), (1, content), (2, b"\x08" + content), (5, content[:4])][form]
    unknown = write_varint(number << 3 | wire_type) + value
    known = message.SerializeToString()
    read = ours.Event.FromString(unknown + known + unknown)
    assert (str(read), repr(read)) == (str(message), repr(message))
    assert read.SerializeToString() == known + unknown + unknown


def test_a_known_field_of_another_type_is_an_unknown_field() -> None:
    data = (
        b"\x12\x01a" + b"\x0d\x00\x00\x00\x00" + b"\x18\x05"
    )  # step as bytes, wall_time as float, file_version as int
    assert str(ours.Event.FromString(data)) == ""
    assert_same(ours.Event.FromString(data), event_pb2.Event.FromString(data))


def test_unknown_fields_of_messages_in_messages_are_kept() -> None:
    """What a newer TensorFlow writes is not lost by whoever reads an event and writes it again."""
    unknown = write_varint(90 << 3 | 2) + b"\x03new"
    value = b"\x0a\x01x" + b"\x15\x00\x00\x80\x3f" + unknown
    summary = b"\x0a" + write_varint(len(value)) + value + unknown
    data = b"\x10\x05" + b"\x2a" + write_varint(len(summary)) + summary + unknown
    event = ours.Event.FromString(data)
    assert event.SerializeToString() == data == event_pb2.Event.FromString(data).SerializeToString()
    assert str(event) == str(event_pb2.Event.FromString(data))
    event.step = 6
    assert event.SerializeToString() == data.replace(b"\x10\x05", b"\x10\x06", 1)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_message_or_malformed(data: bytes) -> None:
    for kind in PAIRS:
        try:
            message = kind.FromString(data)
        except MalformedMessage:
            continue
        kind.FromString(message.SerializeToString())
        str(message)


@given(messages(ours.Event), st.data())
def test_a_changed_byte_reads_as_protobuf_reads_it(message: Message, draw: st.DataObject) -> None:
    data = bytearray(message.SerializeToString() or b"\x00")
    data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        theirs = event_pb2.Event.FromString(bytes(data))
    except DecodeError:
        return  # protobuf is stricter about text that is not UTF-8, which we keep
    try:
        mine = ours.Event.FromString(bytes(data))
    except MalformedMessage as error:
        if "wire type" in str(error):
            return  # groups, which no event file has: protobuf steps over them
        raise
    assert_same(mine, theirs)


def test_text_that_is_not_utf8_stays_readable_and_distinct() -> None:
    tags = {ours.Value.FromString(b"\x0a\x02a" + byte).tag for byte in (b"\xff", b"\xfe", b"b")}
    assert tags == {"a\\xff", "a\\xfe", "ab"}


def test_a_value_beyond_float32_becomes_infinite() -> None:
    data = ours.Value(simple_value=1e39).SerializeToString()
    assert data == summary_pb2.Summary.Value(simple_value=1e39).SerializeToString()
    assert ours.Value.FromString(data).simple_value == float("inf")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x0a", "varint runs past"),
        (b"\x0a\x05ab", "ends at byte 7"),
        (b"\x09\x00", "ends at byte 9"),
        (b"\x0b", "wire type 3"),
        (b"\x02\x00", "field number 0"),
        (b"\xff" * 10 + b"\x01", "longer than 10 bytes"),
        (b"\x80\x80\x80\x80\x80\x01\x00", "want 1 to 536870911"),
    ],
)
def test_malformed_bytes_say_what_is_wrong(data: bytes, why: str) -> None:
    with pytest.raises(MalformedMessage, match=why):
        list(iterate_fields(data))
    with pytest.raises(DecodeError):
        event_pb2.Event.FromString(data)


class Nest(Message):
    inner: Nest
    FIELDS = (Field(1, "inner", "message", lambda: Nest),)


def test_endless_nesting_is_malformed_not_a_crash() -> None:
    data = b""
    for _ in range(5000):
        data = b"\x0a" + write_varint(len(data)) + data
    with pytest.raises(MalformedMessage, match="nested"):
        Nest.FromString(data)


@given(INT64)
def test_varints_round_trip(value: int) -> None:
    data = write_varint(value)
    assert read_varint(data, 0) == (value % 2**64, len(data))
