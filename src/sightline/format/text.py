"""Protocol buffers' text format to messages; ``str(message)`` goes the other way.

As far as configuration files need it: fields, nested messages, lists, maps, strings with C's escapes, comments. Fields
that a message does not have are stepped over. Source: https://protobuf.dev/reference/protobuf/textformat-spec/.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from sightline.errors import MalformedMessage
from sightline.format.wire import Field, Message

__all__ = ["parse_text"]

MessageT = TypeVar("MessageT", bound=Message)

MAX_DEPTH = 100

_TOKEN = re.compile(
    r"(?P<space>\s+|#[^\n]*)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*')"
    r"|(?P<word>[-+]?[\w.][-+\w.]*)"
    r"|(?P<symbol>[][{}<>:/,;])"
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_SEPARATORS = (("symbol", ","), ("symbol", ";"))
_CLOSING = {"{": "}", "<": ">"}
_TRUTH = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def parse_text(kind: type[MessageT], text: str) -> MessageT:
    """The message that a text describes. ``MalformedMessage`` with the line when it describes none."""
    parser = _Parser(text)
    message = kind()
    parser.fields(message, "", 0)
    return message


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise self._error(f"got {text[position]!r}, want a name or a value", text.count("\n", 0, position) + 1)
            if match.lastgroup != "space":
                self._tokens.append((match.lastgroup, match.group(), position))
            position = match.end()
        self._text = text
        self._at = 0

    def fields(self, message: Message | None, closing: str, depth: int) -> None:
        """Everything up to ``closing``, which is taken too; None is a message that nobody asks for."""
        if depth > MAX_DEPTH:
            raise self._error(f"got messages nested more than {MAX_DEPTH} deep, want fewer")
        while True:
            kind, token = self._peek()
            if token == closing and kind != "string":
                self._at += 1
                return
            if not kind:
                raise self._error(f"the text ends, want {closing!r}")
            self._field(message, depth)
            self._at += self._peek() in _SEPARATORS

    def _field(self, message: Message | None, depth: int) -> None:
        kind, name = self._next()
        field: Field | None = None
        if name == "[" and kind == "symbol":  # an extension
            while self._next()[1] not in ("]", ""):
                pass
        elif kind != "word":
            raise self._error(f"got {name!r}, want the name of a field")
        elif message is not None:
            field = next((each for each in message.FIELDS if each.name == name), None)
        colon = self._peek() == ("symbol", ":")
        self._at += colon
        kind, token = self._peek()
        if token == "[" and kind == "symbol":
            self._at += 1
            while self._peek() != ("symbol", "]"):
                self._value(message, field, True, depth)
                self._at += self._peek() == _SEPARATORS[0]
            self._at += 1
        else:
            self._value(message, field, colon, depth)

    def _value(self, message: Message | None, field: Field | None, colon: bool, depth: int) -> None:
        kind, token = self._peek()
        if token in _CLOSING and kind == "symbol":
            self._at += 1
            if message is None or field is None or field.kind not in ("message", "map"):
                self.fields(None, _CLOSING[token], depth + 1)
            elif field.kind == "map":
                self._entry(message, field, _CLOSING[token], depth)
            else:
                self._set(message, field, self._nested(field, _CLOSING[token], depth))
            return
        if not colon or kind not in ("word", "string"):
            raise self._error(f"got {token or 'the end'!r}, want {'a value' if colon else repr(':')}")
        if message is None or field is None:
            self._at += 1
            while self._peek()[0] == "string":
                self._at += 1
        else:
            self._set(message, field, self._scalar(field))

    def _nested(self, field: Field, closing: str, depth: int) -> Message:
        nested = field.message_class()()
        self.fields(nested, closing, depth + 1)
        return nested

    def _entry(self, message: Message, field: Field, closing: str, depth: int) -> None:
        entry_fields = (
            Field(1, "key", field.key_type),
            Field(2, "value", field.value_type, field.message, names=field.names),
        )
        entry = type("Entry", (Message,), {"FIELDS": entry_fields})()
        self.fields(entry, closing, depth + 1)
        getattr(message, field.name)[entry.key] = entry.value

    def _set(self, message: Message, field: Field, value: Any) -> None:
        if field.repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)

    def _scalar(self, field: Field) -> Any:
        kind, token = self._next()
        try:
            if field.kind in ("string", "bytes"):
                content = self._string(kind, token)
                return content.decode("utf-8", "backslashreplace") if field.kind == "string" else content
            if kind == "word":
                return _number(field, token)
        except (KeyError, ValueError):
            pass
        raise self._error(f"got {token}, want a value of type {field.kind} for {field.name}")

    def _string(self, kind: str, token: str) -> bytes:
        """Adjacent strings are one."""
        if kind != "string":
            raise ValueError(token)
        content = _unescape(token)
        while self._peek()[0] == "string":
            content += _unescape(self._next()[1])
        return content

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at][:2] if self._at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _error(self, problem: str, line: int | None = None) -> MalformedMessage:
        if line is None:
            at = min(self._at, len(self._tokens)) - 1
            line = self._text.count("\n", 0, self._tokens[at][2]) + 1 if at >= 0 else 1
        return MalformedMessage(f"line {line} of a message as text: {problem}")


def _number(field: Field, token: str) -> Any:
    if field.kind == "bool":
        return _TRUTH[token.lower() if token in ("True", "False") else token]
    if field.kind in ("double", "float"):
        return float(token[:-1] if token[-1] in "fF" and token.lower().lstrip("-+") != "inf" else token)
    if field.kind == "enum" and not re.fullmatch(r"[-+]?\d+", token):
        return {name: number for number, name in field.names.items()}[token]
    digits = token.lstrip("-+")
    base = 16 if digits[:2] in ("0x", "0X") else 8 if len(digits) > 1 and digits[0] == "0" else 10
    number = int(digits, base) * (-1 if token[0] == "-" else 1)
    low, high = _RANGES[field.kind]
    if not low <= number <= high:
        raise ValueError(token)
    return number


_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "enum": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}


def _unescape(token: str) -> bytes:
    return _ESCAPE.sub(_unescaped, token[1:-1].encode("utf-8", "backslashreplace"))


def _unescaped(match: re.Match[bytes]) -> bytes:
    octal, pair, short, long, letter = match.groups()
    if octal or pair:
        return bytes([int(octal, 8) & 0xFF if octal else int(pair, 16)])
    if short or long:
        number = int(short or long, 16)
        return chr(number).encode("utf-8", "backslashreplace") if number < 0x110000 else match.group()
    return _LETTERS.get(letter, letter)
