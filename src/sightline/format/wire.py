"""The protocol-buffer wire format: varints, fields, and messages described by tables.

Only what TensorBoard's event files need: proto3 messages without extensions or groups. It exists so that
neither writing nor reading needs the ``protobuf`` package, whose version pins break training environments.
Source: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from sightline.errors import MalformedMessage

__all__ = ["Field", "Message", "iterate_fields", "read_varint", "write_varint"]

VARINT, FIXED64, LENGTH_DELIMITED, FIXED32 = 0, 1, 2, 5

FieldType = Literal[
    "double", "float", "int32", "int64", "uint32", "uint64", "bool", "enum", "string", "bytes", "message", "map"
]
MessageT = TypeVar("MessageT", bound="Message")

_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
_DEFAULTS: dict[str, Any] = {
    "double": 0.0,
    "float": 0.0,
    "int32": 0,
    "int64": 0,
    "uint32": 0,
    "uint64": 0,
    "bool": False,
    "enum": 0,
    "string": "",
    "bytes": b"",
}
_WIRE_TYPES: dict[str, int] = {
    "double": FIXED64,
    "float": FIXED32,
    "string": LENGTH_DELIMITED,
    "bytes": LENGTH_DELIMITED,
    "message": LENGTH_DELIMITED,
    "map": LENGTH_DELIMITED,
}


def write_varint(value: int) -> bytes:
    """Encode one integer. Negative numbers take ten bytes: two's complement in 64 bits, as protobuf does."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data: bytes | memoryview, position: int) -> tuple[int, int]:
    """Decode one unsigned 64-bit varint; return it and the position after it."""
    result = shift = 0
    while True:
        if position >= len(data):
            raise MalformedMessage(f"varint runs past the end of a {len(data)}-byte message")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, position
        shift += 7
        if shift > 63:
            raise MalformedMessage(f"varint longer than 10 bytes, ending at byte {position}")


def iterate_fields(data: bytes | memoryview) -> Iterator[tuple[int, int, int, int]]:
    """Walk the fields of one message: ``(field number, wire type, start, end)`` of each field's value.

    For a varint, ``data[start:end]`` is the varint itself; for length-delimited fields the length prefix is left out.
    """
    position = 0
    while position < len(data):
        key, position = read_varint(data, position)
        number, wire_type = key >> 3, key & 7
        if number == 0:
            raise MalformedMessage(f"field number 0 at byte {position}")
        start = position
        if wire_type == VARINT:
            _, position = read_varint(data, position)
        elif wire_type == FIXED64:
            position += 8
        elif wire_type == FIXED32:
            position += 4
        elif wire_type == LENGTH_DELIMITED:
            length, start = read_varint(data, position)
            position = start + length
        else:
            raise MalformedMessage(f"wire type {wire_type} of field {number} at byte {start}: want 0, 1, 2 or 5")
        if position > len(data):
            raise MalformedMessage(f"field {number} ends at byte {position} of a {len(data)}-byte message")
        yield number, wire_type, start, position


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a ``.proto`` file."""

    number: int
    name: str
    kind: FieldType
    message: Callable[[], type[Message]] | None = None
    """The class of a ``message`` field, or of a ``map``'s values; a thunk, because messages nest."""
    repeated: bool = False
    oneof: str = ""
    """Name of the oneof group; its members have presence even when they hold a default value."""
    key_type: FieldType = "string"
    """Key type of a ``map``."""

    @property
    def has_presence(self) -> bool:
        return not self.repeated and self.kind != "map" and (self.kind == "message" or bool(self.oneof))

    def empty(self) -> Any:
        if self.repeated:
            return []
        if self.kind == "map":
            return {}
        if self.kind == "message":
            return self.message_class()
        return _DEFAULTS[self.kind]

    def message_class(self) -> type[Message]:
        assert self.message is not None, self.name
        return self.message()


class Message:
    """A protobuf message: attributes as protobuf names them, ``HasField``, ``WhichOneof``, bytes both ways.

    Missing fields read as their default. A missing message field reads as an empty message that is *not* attached:
    build messages with keyword arguments (``Event(step=1, summary=Summary(value=[...]))``). Unknown fields are skipped
    on reading. Text that is not UTF-8 is kept readable with backslash escapes: two different tags stay different.
    """

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    _by_name: ClassVar[dict[str, Field]] = {}
    _by_number: ClassVar[dict[int, Field]] = {}

    def __init_subclass__(cls) -> None:
        cls._by_name = {field.name: field for field in cls.FIELDS}
        cls._by_number = {field.number: field for field in cls.FIELDS}

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        field = self._by_name.get(name)
        if field is None:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}; it has {', '.join(self._by_name)}")
        if field.oneof:
            for other in self.FIELDS:
                if other.oneof == field.oneof:
                    self.__dict__.pop(other.name, None)
        self.__dict__[name] = value

    def __getattr__(self, name: str) -> Any:
        field = self._by_name.get(name)
        if field is None:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        value = field.empty()
        if field.repeated or field.kind == "map":
            self.__dict__[name] = value  # so that `message.value.append(...)` is not lost
        return value

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.SerializeToString() == other.SerializeToString()

    __hash__ = None  # type: ignore[assignment]

    def HasField(self, name: str) -> bool:
        """Whether a message field or a oneof member was set; ``ValueError`` for others, which have no presence."""
        field = self._by_name.get(name)
        if field is None or not field.has_presence:
            raise ValueError(f"{type(self).__name__}.{name} has no presence; want a message field or a oneof member")
        return name in self.__dict__

    def WhichOneof(self, group: str) -> str | None:
        """Name of the member of a oneof that is set, or None."""
        for field in self.FIELDS:
            if field.oneof == group and field.name in self.__dict__:
                return field.name
        return None

    def SerializeToString(self) -> bytes:
        """The message's bytes, fields in the order of their numbers (as protobuf writes them)."""
        out = bytearray()
        for field in sorted(self.FIELDS, key=lambda field: field.number):
            if field.name in self.__dict__:
                _encode_field(out, field, self.__dict__[field.name])
        return bytes(out)

    @classmethod
    def FromString(cls: type[MessageT], data: bytes | memoryview) -> MessageT:
        """Decode; ``MalformedMessage`` when the bytes are no message of any type."""
        message = cls()
        for number, wire_type, start, end in iterate_fields(data):
            field = cls._by_number.get(number)
            if field is not None:
                _decode_field(message, field, wire_type, data, start, end)
        return message


def _encode_field(out: bytearray, field: Field, value: Any) -> None:
    key = write_varint(field.number << 3 | _WIRE_TYPES.get(field.kind, VARINT))
    if field.kind == "map":
        for map_key, map_value in value.items():
            entry = bytearray()
            _encode_field(entry, Field(1, "key", field.key_type), map_key)
            _encode_field(entry, Field(2, "value", "message", field.message), map_value)
            out += key + write_varint(len(entry)) + entry
    elif not field.repeated:
        if field.has_presence or value != _DEFAULTS[field.kind]:
            out += key + _encode_value(field.kind, value)
    elif field.kind in ("string", "bytes", "message"):
        for item in value:
            out += key + _encode_value(field.kind, item)
    elif len(value):
        packed = b"".join(_encode_value(field.kind, item) for item in value)
        out += write_varint(field.number << 3 | LENGTH_DELIMITED) + write_varint(len(packed)) + packed


def _encode_value(kind: FieldType, value: Any) -> bytes:
    if kind == "double":
        return _DOUBLE.pack(value)
    if kind == "float":
        return _FLOAT.pack(value)
    if kind == "string":
        value = value.encode("utf-8", "surrogatepass")
    elif kind == "message":
        value = value.SerializeToString()
    if kind in ("string", "bytes", "message"):
        return write_varint(len(value)) + bytes(value)
    return write_varint(int(value))


def _decode_field(
    message: Message, field: Field, wire_type: int, data: bytes | memoryview, start: int, end: int
) -> None:
    want = _WIRE_TYPES.get(field.kind, VARINT)
    if field.repeated and wire_type == LENGTH_DELIMITED and want != LENGTH_DELIMITED:
        items = getattr(message, field.name)
        while start < end:  # packed
            item, start = _decode_scalar(field.kind, data, start)
            items.append(item)
        return
    if wire_type != want:
        return  # a different type under our number is an unknown field: skipped, as protobuf does
    if field.kind == "map":
        map_key: Any = _DEFAULTS[field.key_type]
        map_value: Any = field.message_class()()
        view = data[start:end]
        for number, _, inner_start, inner_end in iterate_fields(view):
            if number == 1 and field.key_type == "string":
                map_key = _decode_text(view[inner_start:inner_end])
            elif number == 1:
                map_key, _ = _decode_scalar(field.key_type, view, inner_start)
            elif number == 2:
                map_value = field.message_class().FromString(view[inner_start:inner_end])
        getattr(message, field.name)[map_key] = map_value
        return
    value: Any
    if field.kind == "message":
        value = field.message_class().FromString(data[start:end])
    elif field.kind == "string":
        value = _decode_text(data[start:end])
    elif field.kind == "bytes":
        value = bytes(data[start:end])
    else:
        value, _ = _decode_scalar(field.kind, data, start)
    if field.repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


def _decode_text(data: bytes | memoryview) -> str:
    return bytes(data).decode("utf-8", "backslashreplace")


def _decode_scalar(kind: FieldType, data: bytes | memoryview, position: int) -> tuple[Any, int]:
    if kind == "double":
        if position + 8 > len(data):
            raise MalformedMessage(f"double at byte {position} of {len(data)}")
        return _DOUBLE.unpack_from(data, position)[0], position + 8
    if kind == "float":
        if position + 4 > len(data):
            raise MalformedMessage(f"float at byte {position} of {len(data)}")
        return _FLOAT.unpack_from(data, position)[0], position + 4
    raw, position = read_varint(data, position)
    if kind == "bool":
        return raw != 0, position
    if kind in ("uint32", "uint64"):
        return raw if kind == "uint64" else raw & 0xFFFF_FFFF, position
    if kind in ("int32", "enum"):
        raw &= 0xFFFF_FFFF
        return raw - (1 << 32) if raw >= 1 << 31 else raw, position
    return raw - (1 << 64) if raw >= 1 << 63 else raw, position
