"""Every exception Sightline raises on purpose.

    SightlineError
    ├── ArgumentError (ValueError)          a call was given something it can't use: got, want, what to do
    │   └── UnknownName (KeyError)          there is no such run or tag; names those that are near
    ├── SeriesGone (LookupError)            a series that was held on to: its files were deleted or replaced
    ├── ArgumentTypeError (TypeError)       the same, when the type is what is wrong
    ├── MalformedMessage (ValueError)       bytes that are no protocol-buffer message
    ├── DamagedRecord (ValueError)          a record whose checksum does not match, read by position
    ├── LogDirectoryError (NotADirectoryError)   the log directory can't be used as one
    ├── SidecarError (OSError)              the database of notes can't be read or written; says why
    └── MissingExtra (ImportError)          an optional package is needed; names the extra to install

A truncated tail, an empty run or an unknown kind are not errors: they are values, kept in the ledger.
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "DamagedRecord",
    "LogDirectoryError",
    "MalformedMessage",
    "MissingExtra",
    "SeriesGone",
    "SidecarError",
    "SightlineError",
    "UnknownName",
]


class SightlineError(Exception):
    """The root: ``except SightlineError`` catches whatever Sightline raises on purpose."""


class ArgumentError(SightlineError, ValueError):
    """An argument has a value that can't be used. The message says what was got and what is wanted."""


class UnknownName(ArgumentError, KeyError):
    """There is no run or no series of that name. The message gives the names that are nearest."""

    __str__ = Exception.__str__  # a KeyError shows its message in quotes


class SeriesGone(SightlineError, LookupError):
    """The files of a series went away, or were replaced, while the caller held on to it."""


class ArgumentTypeError(SightlineError, TypeError):
    """An argument has a type that can't be used. The message says what was got and what is wanted."""


class MalformedMessage(SightlineError, ValueError):
    """Bytes that do not follow the protocol-buffer wire format."""


class DamagedRecord(SightlineError, ValueError):
    """A record read by position does not match its checksum: the file changed or is damaged there."""


class LogDirectoryError(SightlineError, NotADirectoryError):
    """A path given as a log directory is something else."""


class SidecarError(SightlineError, OSError):
    """The database that a user's notes are kept in is damaged, locked, read-only or of another program."""


class MissingExtra(SightlineError, ImportError):
    """An optional package is missing. The message gives the ``pip install`` line."""
