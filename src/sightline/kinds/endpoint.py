"""What a room's ``api.py`` declares: one :class:`Endpoint` for each thing the page may ask.

A handler is a pure function ``(logdir, query) -> answer``: it knows nothing of HTTP. The server (``server/route.py``)
turns a declaration into a route, and ``server/openapi.py`` turns all of them into the API's description.
A room without ``api.py`` has no dashboard; nothing else says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sightline.kinds.contract import Kind

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = [
    "ARROW_STREAM",
    "Answer",
    "Content",
    "Endpoint",
    "NotAllowed",
    "NotFound",
    "Pieces",
    "Query",
    "room_endpoints",
]


ARROW_STREAM = "application/vnd.apache.arrow.stream"
"""Media type of columns: https://www.iana.org/assignments/media-types/application/vnd.apache.arrow.stream."""


class Query(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of what a page asks. A misspelt field is an error, never ignored."""


class Answer(msgspec.Struct, kw_only=True):
    """The base of what a page is told, as JSON."""


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is bytes, not JSON."""

    body: bytes
    media_type: str
    immutable: bool = False
    """Whether the same URL will always give these bytes: a browser may then keep them for ever."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """An answer that is sent piece by piece: it may be larger than memory should hold."""

    pieces: Iterator[bytes]
    media_type: str


class NotFound(LookupError):
    """The log directory has no such run, tag or position; the message is a sentence for the user."""


class NotAllowed(Exception):
    """The user has not allowed this when starting the server; the message is a sentence that says how to."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the URL map."""

    method: Literal["GET", "POST"]
    """``GET`` takes the query from the URL, ``POST`` from a JSON body (for queries that name many runs)."""

    path: str
    """Below ``/api/<kind>`` for a room, below ``/api`` for the server's own: ``/series``."""

    summary: str
    """One sentence; it is the endpoint's title in the API's description."""

    query: type[Query] | None
    answer: type[Answer] | str
    """A struct (sent as JSON) or the media type of a :class:`Content` or of :class:`Pieces`."""

    handler: Callable[[LogDir, Any], Answer | Content | Pieces]
    """Runs in a worker thread. May raise :class:`NotFound`, :class:`NotAllowed`, ``ArgumentError``, ``SidecarError``,
    ``DamagedRecord`` and ``OSError``."""

    etag: Callable[[LogDir], str] | None = None
    """Names the present state of the answer where that is cheaper than the answer itself."""

    also: tuple[type[msgspec.Struct], ...] = ()
    """Structs inside a :class:`Content` (as JSON), so that the description has them."""


@cache
def room_endpoints(kind: Kind) -> tuple[Endpoint, ...]:
    """What a room's ``api.py`` declares; nothing when it has none, and so no dashboard."""
    name = f"sightline.kinds.{kind.name}.api"
    if find_spec(name) is None:
        return ()
    endpoints: tuple[Endpoint, ...] = import_module(name).ENDPOINTS
    return endpoints
