"""The page itself: the built viewer's files, from ``sightline/webapp``.

Vite puts a hash into the name of everything below ``assets/``, so those may be kept for ever; ``index.html`` names them
and must be asked for each time.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

__all__ = ["Viewer"]

WEBAPP = Path(__file__).parent.parent / "webapp"

NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sightline</title>
<h1>The viewer is not built</h1>
<p>This is a source checkout without its page. Run <code>make web</code> (it needs Node 20 and npm), then reload.</p>
<p>The data is served already: <a href="/api/catalogue">/api/catalogue</a>.</p>
</html>
"""


class Viewer(StaticFiles):
    """``/`` and the files beside it; a page with one sentence when the viewer was not built."""

    def __init__(self, directory: Path = WEBAPP) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._index = directory / "index.html"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._index.is_file():  # asked each time: `make web` may run while the server does
            await HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "assets"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response
