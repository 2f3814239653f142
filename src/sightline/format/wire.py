"""The protocol-buffer wire format: varints, fields, and messages described by tables.

Only what TensorBoard's event files need: proto3 messages without extensions or groups. It exists so that
neither writing nor reading needs the ``protobuf`` package, whose version pins break training environments.
Source: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import dataclasses
import math
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from sightline.errors import MalformedMessage

__all__ = ["Field", "Message", "iterate_fields", "read_varint", "read_varints", "write_varint", "write_varints"]

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


_VARINT_TYPES: dict[str, type[np.integer[Any]]] = {
    "int32": np.int32,
    "enum": np.int32,
    "int64": np.int64,
    "uint32": np.uint32,
    "uint64": np.uint64,
}
_NUMPY_CODES = {"double": "<f8", "float": "<f4"}
_MANY_BYTES = 64
"""From so many bytes on a packed list of varints is worth the set-up of NumPy."""

_BLOCK = 8192
"""Numbers at a time that NumPy packs: what is made of them stays in the processor's cache."""

_MAX_DEPTH = 100
"""How deep messages may nest: protobuf's own limit, and far below Python's."""

_UNKNOWN = ""
"""Among a message's attributes: the bytes of fields that it has no name for."""

# What stands for a byte inside quotes: C's escapes, octal outside printable ASCII.
_ESCAPED = [chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}" for byte in range(256)]
for _byte, _text in ((0x0A, "\\n"), (0x0D, "\\r"), (0x09, "\\t"), (0x22, '\\"'), (0x27, "\\'"), (0x5C, "\\\\")):
    _ESCAPED[_byte] = _text


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


def write_varints(values: npt.NDArray[Any]) -> bytes:
    """Encode many integers or booleans, (n,), one after the other."""
    numbers = values.astype(np.uint64) if values.dtype.kind == "u" else values.astype(np.int64).view(np.uint64)
    return b"".join(_write_block(numbers[start : start + _BLOCK]) for start in range(0, len(numbers), _BLOCK))


def _write_block(rest: npt.NDArray[np.uint64]) -> bytes:
    """A column for each seven bits; of each row as many as it has."""
    columns, kept = [], [np.ones(len(rest), np.bool_)]
    while True:
        more = rest > 0x7F
        columns.append(rest.astype(np.uint8) & np.uint8(0x7F) | more.view(np.uint8) << np.uint8(7))
        if not more.any():
            break
        kept.append(more)
        rest = rest >> np.uint64(7)
    return columns[0].tobytes() if len(columns) == 1 else np.stack(columns, 1)[np.stack(kept, 1)].tobytes()


def read_varints(data: bytes | memoryview) -> npt.NDArray[np.uint64]:
    """Decode a packed list of varints to (n,); ``MalformedMessage`` as for one."""
    raw = np.frombuffer(data, np.uint8)
    end = np.flatnonzero(raw < 0x80)
    if len(raw) and raw[-1] >= 0x80:
        raise MalformedMessage(f"varint runs past the end of a {len(raw)}-byte list")
    size = np.diff(end, prepend=-1)
    if size.max(initial=0) > 10:
        raise MalformedMessage(f"varint longer than 10 bytes in a list of {len(raw)} bytes")
    start = end - size + 1
    values = (raw[start] & np.uint8(0x7F)).astype(np.uint64)
    place, rows = 1, np.flatnonzero(size > 1)
    while len(rows):
        seven = raw[start[rows] + place] & np.uint8(0x7F)
        values[rows] |= seven.astype(np.uint64) << np.uint64(7 * place)
        place += 1
        rows = rows[size[rows] > place]
    return values


def iterate_fields(data: bytes | memoryview) -> Iterator[tuple[int, int, int, int]]:
    """Walk the fields of one message: ``(field number, wire type, start, end)`` of each field's value.

    For a varint, ``data[start:end]`` is the varint itself; for length-delimited fields the length prefix is left out.
    """
    position = 0
    while position < len(data):
        key, position = read_varint(data, position)
        number, wire_type = key >> 3, key & 7
        if number == 0 or key > 0xFFFF_FFFF:
            raise MalformedMessage(f"field number {number} before byte {position}: want 1 to 536870911")
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


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One line of a ``.proto`` file."""

    number: int
    name: str
    kind: FieldType
    message: Callable[[], type[Message]] | None = None
    """The class of a ``message`` field, or of a ``map``'s message values; a thunk, because messages nest."""
    repeated: bool = False
    oneof: str = ""
    """Name of the oneof group; its members have presence even when they hold a default value."""
    key_type: FieldType = "string"
    """Key type of a ``map``."""
    value_type: FieldType = "message"
    """Value type of a ``map``."""
    names: Mapping[int, str] = dataclasses.field(default_factory=dict)
    """Of an ``enum``'s numbers, as the ``.proto`` file spells them; for the text form."""

    @property
    def has_presence(self) -> bool:
        return not self.repeated and self.kind != "map" and (self.kind == "message" or bool(self.oneof))

    def empty(self) -> Any:
        if self.repeated:
            return []
        if self.kind == "map":
            return {}
        if self.kind == "message":
            return self.message_class()()
        return _DEFAULTS[self.kind]

    def message_class(self) -> type[Message]:
        assert self.message is not None, self.name
        return self.message()


class Message:
    """A protobuf message: attributes as protobuf names them, ``HasField``, ``WhichOneof``, bytes both ways.

    Missing fields read as their default. A missing message field reads as an empty message that is *not* attached:
    build messages with keyword arguments (``Event(step=1, summary=Summary(value=[...]))``). Fields that the table does
    not have are kept as bytes and written again, behind the others: what is copied is whole, and newer writers lose
    nothing. Text that is not UTF-8 is kept readable with backslash escapes: two different tags stay different.
    """

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    _by_name: ClassVar[dict[str, Field]] = {}
    _by_number: ClassVar[dict[int, Field]] = {}
    _ordered: ClassVar[tuple[Field, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._by_name = {field.name: field for field in cls.FIELDS}
        cls._by_number = {field.number: field for field in cls.FIELDS}
        cls._ordered = tuple(sorted(cls.FIELDS, key=lambda field: field.number))

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
        for field in self._ordered:
            if field.name in self.__dict__:
                _encode_field(out, field, self.__dict__[field.name])
        return bytes(out + self.__dict__.get(_UNKNOWN, b""))

    @classmethod
    def FromString(cls: type[MessageT], data: bytes | memoryview) -> MessageT:
        """Decode; ``MalformedMessage`` when the bytes are no message of any type."""
        message = cls()
        message._merge(memoryview(data), 0)
        return message

    def _merge(self, data: memoryview, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise MalformedMessage(f"messages nested more than {_MAX_DEPTH} deep")
        begin = 0
        for number, wire_type, start, end in iterate_fields(data):
            field = self._by_number.get(number)
            if field is None or not _decode_field(self, field, wire_type, data[start:end], depth):
                self.__dict__.setdefault(_UNKNOWN, bytearray()).extend(data[begin:end])
            begin = end

    def __str__(self) -> str:
        """The message in protobuf's text format, as ``print(event)`` shows it there."""
        return "".join(line + "\n" for line in self._lines())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._present())})"

    def _present(self) -> Iterator[tuple[str, Any]]:
        for field in self._ordered:
            if field.name in self.__dict__:
                value = self.__dict__[field.name]
                if field.has_presence or not _is_default(field, value):
                    yield field.name, value

    def _lines(self) -> Iterator[str]:
        for name, value in self._present():
            field = self._by_name[name]
            if field.kind == "map":
                for key in sorted(value):
                    yield f"{name} {{"
                    yield f"  key: {_scalar_text(field.key_type, field.names, key)}"
                    if field.value_type == "message":
                        yield from _nested("value", value[key], "  ")
                    else:
                        yield f"  value: {_scalar_text(field.value_type, field.names, value[key])}"
                    yield "}"
                continue
            for item in value if field.repeated else (value,):
                if field.kind == "message":
                    yield from _nested(name, item, "")
                else:
                    yield f"{name}: {_scalar_text(field.kind, field.names, item)}"


def _nested(name: str, message: Message, indent: str) -> Iterator[str]:
    yield f"{indent}{name} {{"
    for line in message._lines():
        yield f"{indent}  {line}"
    yield f"{indent}}}"


def _is_default(field: Field, value: Any) -> bool:
    if field.repeated or field.kind == "map":
        return len(value) == 0
    if field.kind in ("double", "float"):
        return bool(value == 0) and math.copysign(1.0, value) > 0  # -0.0 is a value of its own
    return bool(value == _DEFAULTS[field.kind])


def _scalar_text(kind: FieldType, names: Mapping[int, str], value: Any) -> str:
    if kind == "string":
        return f'"{"".join(_ESCAPED[ord(char)] if ord(char) < 0x80 else char for char in value)}"'
    if kind == "bytes":
        return f'"{"".join(_ESCAPED[byte] for byte in value)}"'
    if kind == "bool":
        return "true" if value else "false"
    if kind == "enum":
        return names.get(value, str(int(value)))
    # As many digits as C's DBL_DIG or FLT_DIG promise; all of them where those do not read back as the same number.
    if kind == "double":
        short = f"{value:.15g}"
        return short if float(short) == value or value != value else f"{value:.17g}"
    if kind == "float":
        stored = _pack_float(value)
        (value,) = _FLOAT.unpack(stored)
        short = f"{value:.6g}"
        return short if _pack_float(float(short)) == stored or value != value else f"{value:.9g}"
    return str(int(value))


def _encode_field(out: bytearray, field: Field, value: Any) -> None:
    key = write_varint(field.number << 3 | _WIRE_TYPES.get(field.kind, VARINT))
    if field.kind == "map":
        for map_key, map_value in value.items():  # an entry has both its fields, whatever they hold
            key_wire_type = _WIRE_TYPES.get(field.key_type, VARINT)
            entry = write_varint(1 << 3 | key_wire_type) + _encode_value(field.key_type, map_key)
            value_wire_type = _WIRE_TYPES.get(field.value_type, VARINT)
            entry += write_varint(2 << 3 | value_wire_type) + _encode_value(field.value_type, map_value)
            out += key + write_varint(len(entry)) + entry
    elif not field.repeated:
        if field.has_presence or not _is_default(field, value):
            out += key + _encode_value(field.kind, value)
    elif field.kind in ("string", "bytes", "message"):
        for item in value:
            out += key + _encode_value(field.kind, item)
    elif len(value):
        packed = _pack(field.kind, value)
        out += write_varint(field.number << 3 | LENGTH_DELIMITED) + write_varint(len(packed)) + packed


def _pack(kind: FieldType, values: Any) -> bytes:
    """A packed list of numbers, given as a sequence or as an array."""
    if kind in _NUMPY_CODES:
        with np.errstate(over="ignore"):  # beyond float32 infinite
            return np.asarray(values, _NUMPY_CODES[kind]).tobytes()
    if isinstance(values, np.ndarray):
        return write_varints(values)
    return b"".join(write_varint(int(value)) for value in values)


def _unpack(kind: FieldType, content: memoryview) -> list[Any]:
    """The numbers of a packed list."""
    if kind in _NUMPY_CODES:
        if len(content) % np.dtype(_NUMPY_CODES[kind]).itemsize:
            raise MalformedMessage(f"a packed list of {kind} with {len(content)} bytes")
        items: list[Any] = np.frombuffer(content, _NUMPY_CODES[kind]).tolist()
    elif len(content) < _MANY_BYTES:
        items, position = [], 0
        while position < len(content):
            item, position = _decode_scalar(kind, content, position)
            items.append(item)
    else:
        raw = read_varints(content)
        items = (raw != 0).tolist() if kind == "bool" else raw.astype(_VARINT_TYPES[kind]).tolist()
    return items


def _encode_value(kind: FieldType, value: Any) -> bytes:
    if kind == "double":
        return _DOUBLE.pack(value)
    if kind == "float":
        return _pack_float(value)
    if kind == "string":
        value = value.encode("utf-8", "surrogatepass")
    elif kind == "message":
        value = value.SerializeToString()
    if kind in ("string", "bytes", "message"):
        return write_varint(len(value)) + bytes(value)
    return write_varint(int(value))


def _pack_float(value: float) -> bytes:
    """Four bytes; beyond float32's range infinite, as protobuf and a C cast do."""
    try:
        return _FLOAT.pack(value)
    except OverflowError:
        return _FLOAT.pack(math.copysign(math.inf, value))


def _decode_field(message: Message, field: Field, wire_type: int, content: memoryview, depth: int) -> bool:
    """Whether it was that field: a different type under its number is an unknown one, as for protobuf."""
    want = _WIRE_TYPES.get(field.kind, VARINT)
    if field.repeated and wire_type == LENGTH_DELIMITED and want != LENGTH_DELIMITED:
        getattr(message, field.name).extend(_unpack(field.kind, content))
        return True
    if wire_type != want:
        return False
    if field.kind == "map":
        of_messages = field.value_type == "message"
        map_key: Any = _DEFAULTS[field.key_type]
        map_value: Any = field.message_class()() if of_messages else _DEFAULTS[field.value_type]
        for number, inner_type, start, end in iterate_fields(content):
            if number == 1 and inner_type == _WIRE_TYPES.get(field.key_type, VARINT):
                map_key = _decode_single(field.key_type, content[start:end])
            elif number == 2 and inner_type == _WIRE_TYPES.get(field.value_type, VARINT):
                if of_messages:
                    map_value._merge(content[start:end], depth + 1)
                else:
                    map_value = _decode_single(field.value_type, content[start:end])
        getattr(message, field.name)[map_key] = map_value
        return True
    value: Any
    if field.kind == "message":
        # A message that comes twice is one message, its fields merged: protobuf's rule for concatenated bytes.
        value = message.__dict__.get(field.name) if not field.repeated else None
        if value is None:
            value = field.message_class()()
        value._merge(content, depth + 1)
    else:
        value = _decode_single(field.kind, content)
    if field.repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)
    return True


def _decode_single(kind: FieldType, content: memoryview) -> Any:
    if kind == "string":
        return bytes(content).decode("utf-8", "backslashreplace")
    if kind == "bytes":
        return bytes(content)
    return _decode_scalar(kind, content, 0)[0]


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
