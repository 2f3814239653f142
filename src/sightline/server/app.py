"""The whole server on one screen.

    GET  /api/catalogue        runs, their state, the tags of each kind          catalogue.py
    GET  /api/stream           server-sent events: what grew                     stream.py
    GET  /api/ledger           every event file and its damage                   ledger.py
    GET  /api/runs/fields      the hyperparameters there are                     fields.py
    POST /api/runs/fields      their values and metrics', a column each          fields.py
    POST /api/runs/compare     how curves ended, and where they part             compare.py
    POST /api/runs/health      what looks wrong with runs                        health.py
    POST /api/runs/delete      into the trash                                    delete.py
    POST /api/runs/restore     out of it                                         delete.py
    GET  /api/runs/trash       what is in it                                     delete.py
    GET  /api/notes            what a person says of runs                        notes.py
    POST /api/notes            change it                                         notes.py
    GET  /api/notes/html       one note as HTML                                  notes.py
    GET  /api/tags/words       what event files call tags                        tag_words.py
    GET  /api/tags/description what they say of one                              tag_words.py
    POST /api/scalar/series    buckets for a range and a width                   kinds/scalar/api.py
    POST /api/scalar/groups    the same of groups of runs                        kinds/scalar/api.py
    POST /api/scalar/values    the figures of a table                            kinds/scalar/api.py
    POST /api/scalar/points    all points, to be saved                           kinds/scalar/api.py
    POST /api/scalar/group_points  of groups                                     kinds/scalar/api.py
    GET  /api/image/steps      every logged step                                 kinds/image/api.py
    GET  /api/image/blob       a picture                                         kinds/image/api.py
    GET  /api/text/steps       every logged step                                 kinds/text/api.py
    GET  /api/text/html        texts                                             kinds/text/api.py
    GET  /api/openapi.json     the description of the above                      openapi.py
    GET  /                     the page and its assets                           viewer.py

A request passes ``security.py`` (who may ask), then gzip, then ``route.py`` (query -> handler -> answer).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sightline.kinds.endpoint import ARROW_STREAM
from sightline.server.route import endpoint_route, endpoints, problem
from sightline.server.security import HEADERS, Guard
from sightline.server.stream import Broadcast, stream_route
from sightline.server.viewer import Viewer

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = ["create_app"]

NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, ARROW_STREAM)
"""Columns shrink to a third, but that takes several times as long as making them: 100 ms for a hundred lines."""


def create_app(logdir: LogDir, broadcast: Broadcast, host: str = "127.0.0.1") -> Starlette:
    """The ASGI application for a log directory; ``host`` is the address it will be listened for on."""
    return Starlette(
        routes=[
            Mount(
                "/api",
                routes=[
                    *(endpoint_route(path, endpoint, logdir) for path, endpoint in endpoints()),
                    stream_route(logdir, broadcast),
                    Route("/openapi.json", _openapi),
                ],
            ),
            Mount("/", Viewer()),
        ],
        middleware=[
            Middleware(Guard, bound_host=host),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5, exclude_content_types=NOT_COMPRESSED),
        ],
        exception_handlers={HTTPException: _http_problem, Exception: _fault},
    )


def _openapi(request: Request) -> Response:
    from sightline.server.openapi import describe

    return JSONResponse(describe())


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem(error.status_code, f"{error.detail}: {request.method} {request.url.path}")
    response.headers.update(error.headers or {})
    return response


async def _fault(request: Request, error: Exception) -> Response:
    """A bug of ours. The traceback goes to the terminal (starlette raises it again), a sentence to the page."""
    response = problem(500, f"A fault in Sightline, see its terminal: {type(error).__name__}: {error}")
    response.headers.update(HEADERS)  # made outside of the guard
    return response
