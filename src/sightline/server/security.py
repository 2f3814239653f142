"""What every answer carries, and whom the server answers at all.

The server listens on the loopback only, but any page in the user's browser can reach the loopback: by DNS rebinding a
foreign site's name is made to point to 127.0.0.1, and then the site reads the answers. Such a request names the foreign
site in its ``Host`` header, so only names of this machine are answered. https://en.wikipedia.org/wiki/DNS_rebinding
Without rebinding a foreign site can't read an answer, but it could keep the machine busy with questions: what a browser
says comes from elsewhere (``Origin``, ``Sec-Fetch-Site``) is refused. A link to the page itself may stand anywhere.
What may change something (``POST``) must come from the very address that it is sent to: pages of other programs on this
machine have its name too, at another port.

Event files are not trusted either: should markup from one ever reach the page, the Content-Security-Policy stops it
from running script or fetching anything from elsewhere.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sightline.server.route import problem

__all__ = ["HEADERS", "Guard", "host_name"]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard:
    """Middleware: refuses foreign ``Host`` headers and other sites' requests; every answer gets :data:`HEADERS`."""

    def __init__(self, app: ASGIApp, bound_host: str) -> None:
        self._app = app
        self._names = LOOPBACK_NAMES | {bound_host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if host_name(host) not in self._names:
            refusal = problem(421, f"This server answers to localhost and 127.0.0.1, not to {host!r}.")
        elif scope["path"].startswith("/api/") and headers.get("sec-fetch-site") == "cross-site":
            refusal = problem(403, "This server answers its own page, not another site's.")
        elif origin is not None and host_name(origin.partition("://")[2]) not in self._names:
            refusal = problem(403, f"This server answers its own page, not one from {origin!r}.")
        elif scope["method"] not in READING and not is_own(host, origin, headers.get("sec-fetch-site")):
            refusal = problem(403, "This server answers its own page, not one of another port.")
        else:
            await self._app(scope, receive, send_guarded)
            return
        await refusal(scope, receive, send_guarded)


def is_own(host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether a request comes from a page that was got from ``host``, or from no page at all.

    A browser sends ``Origin`` with every ``POST``. Behind a tunnel the port is another one, and so it is in both.
    """
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return False
    return fetch_site in (None, "none", "same-origin")


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without the port. An SSH tunnel may change the port, so any will do."""
    if host.startswith("["):
        name, bracket, _ = host.partition("]")
        return (name + bracket).lower()
    return host.partition(":")[0].lower()
