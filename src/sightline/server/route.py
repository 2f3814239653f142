"""From a declaration to a route: parse the query, run the handler in a worker thread, shape the answer.

The only place that knows which exception is which HTTP status.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sightline.errors import ArgumentError, DamagedRecord, MalformedMessage, SeriesGone, SidecarError
from sightline.kinds import KINDS
from sightline.kinds.endpoint import Answer, Content, Endpoint, NotAllowed, NotFound, Pieces, Query, room_endpoints
from sightline.server.catalogue import CATALOGUE
from sightline.server.compare import COMPARE
from sightline.server.delete import DELETE, RESTORE, TRASH
from sightline.server.fields import FIELD_NAMES, FIELDS
from sightline.server.health import HEALTH
from sightline.server.ledger import LEDGER
from sightline.server.notes import NOTE_HTML, NOTES, NOTES_CHANGE
from sightline.server.tag_words import TAG_DESCRIPTION, TAG_WORDS

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = ["Problem", "endpoint_route", "endpoints", "problem"]

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A query that names 10,000 runs of 200 bytes each is 2 MB."""


class Problem(Answer):
    """The answer to a query that can't be answered."""

    error: str
    """A sentence for the user."""


def problem(status: int, sentence: str) -> Response:
    sentence = sentence.encode("utf-8", "backslashreplace").decode()  # it may quote a path that is no UTF-8
    return Response(msgspec.json.encode(Problem(error=sentence)), status, media_type="application/json")


@cache
def endpoints() -> tuple[tuple[str, Endpoint], ...]:
    """Every endpoint and its path below ``/api``: the server's own, then the rooms' in the order of their tabs."""
    return (
        *((endpoint.path, endpoint) for endpoint in (CATALOGUE, LEDGER, FIELD_NAMES, FIELDS, COMPARE, HEALTH)),
        *((endpoint.path, endpoint) for endpoint in (NOTES, NOTES_CHANGE, NOTE_HTML, DELETE, RESTORE, TRASH)),
        *((endpoint.path, endpoint) for endpoint in (TAG_WORDS, TAG_DESCRIPTION)),
        *((f"/{kind.name}{endpoint.path}", endpoint) for kind in KINDS for endpoint in room_endpoints(kind)),
    )


def endpoint_route(path: str, endpoint: Endpoint, logdir: LogDir) -> Route:
    async def answer(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        if endpoint.etag is not None:
            headers["ETag"] = f'"{await run_in_threadpool(endpoint.etag, logdir)}"'
            known = request.headers.get("if-none-match", "").split(",")
            if any(one.strip().removeprefix("W/") in (headers["ETag"], "*") for one in known):
                return Response(status_code=304, headers=headers)
        try:
            query = await _read_query(request, endpoint)
            result = await run_in_threadpool(_answer, endpoint, logdir, query)
        except (msgspec.DecodeError, UnicodeDecodeError, ArgumentError) as error:
            return problem(400, f"Query not understood: {error}")
        except _WrongType as error:
            return problem(415, str(error))
        except _TooLarge as error:
            return problem(413, str(error))
        except NotAllowed as error:
            return problem(403, str(error))
        except SidecarError as error:
            return problem(503, f"Nothing was changed: {error}.")
        except (NotFound, SeriesGone) as error:
            return problem(404, str(error))
        except (DamagedRecord, MalformedMessage) as error:
            return problem(422, str(error))
        except OSError as error:
            return problem(422, f"The file could not be read: {error}")
        if isinstance(result, Content) and result.immutable:
            headers["Cache-Control"] = "private, max-age=31536000, immutable"
        if isinstance(result, Pieces):
            return StreamingResponse(result.pieces, media_type=result.media_type, headers=headers)
        return Response(result.body, media_type=result.media_type, headers=headers)

    return Route(path, answer, methods=[endpoint.method])


def _answer(endpoint: Endpoint, logdir: LogDir, query: Any) -> Content | Pieces:
    """Runs in the worker thread, encoding included: a catalogue of thousands of runs takes its time."""
    result = endpoint.handler(logdir, query)
    if isinstance(result, Content | Pieces):
        return result
    return Content(msgspec.json.encode(result), "application/json")


class _TooLarge(Exception):
    pass


class _WrongType(Exception):
    pass


async def _read_query(request: Request, endpoint: Endpoint) -> Query | None:
    if endpoint.query is None:
        return None
    if endpoint.method == "GET":
        # Everything in a URL is text: numbers and truth values are converted, text fields are taken as they are.
        return msgspec.convert(dict(request.query_params), endpoint.query, strict=False)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":  # which another site's page can't send without being asked about it first
        raise _WrongType(f"The body must be application/json, and is {media_type or 'of no type'}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _TooLarge(f"Query longer than {MAX_BODY_BYTES} bytes")
    return msgspec.json.decode(body, type=endpoint.query)
