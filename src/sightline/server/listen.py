"""From an application to a listening process: find a free port, serve, follow the log directory, stop cleanly.

The socket is opened first and reading begins after it, so the page is up however large the log directory is.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from sightline.errors import ArgumentError
from sightline.server.app import create_app
from sightline.server.stream import Broadcast

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = ["HOST", "open_socket", "serve"]

HOST = "127.0.0.1"
PORTS_TRIED = 100
SHUTDOWN_SECONDS = 3
"""How long answers that are being sent may take when the server stops."""
TICK_SECONDS = 1.0
"""How often the Date header of answers is written anew: it is told to the second."""


def open_socket(port: int) -> socket.socket:
    """A socket listening on the loopback, at ``port`` or the next free one after it; port 0 takes any free one.

    Raises
    ------
    ArgumentError
        ``port`` is no port, or it and the 99 after it are all in use.
    """
    if not 0 <= port <= 65535:
        raise ArgumentError(f"port is {port}: want a number from 0 to 65535")
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        # Connections inherit it: without it an answer's body waits 40 ms for the acknowledgement of its head.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listening.bind((HOST, candidate))
            listening.listen(2048)
        except OSError as error:
            listening.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return listening
    raise ArgumentError(f"port {port} and the {PORTS_TRIED - 1} after it are in use: give another with --port")


def serve(logdir: LogDir, listening: socket.socket, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT (Ctrl-C) or SIGTERM; then raise ``KeyboardInterrupt`` or end as the signal asks.

    ``on_ready`` is called once requests are answered.
    """
    broadcast = Broadcast(logdir)
    app = create_app(logdir, broadcast, HOST)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )  # fmt: skip
    _Server(config, logdir, broadcast, on_ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn, which also starts the follower when it is up, and ends the live streams before it stops.

    Without the second, uvicorn would wait for pages to close their streams, and they never do.
    """

    def __init__(
        self, config: uvicorn.Config, logdir: LogDir, broadcast: Broadcast, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._logdir = logdir
        self._broadcast = broadcast
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exit = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        from sightline.store import Follower

        await super().startup(sockets)
        self._broadcast.open()
        self._follower = Follower(self._logdir)
        self._follower.subscribe(self._broadcast.changed)
        self._follower.start()
        if self._logdir.trash is not None:
            self._logdir.trash.subscribe(self._follower.stir)
        self._on_ready()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether it should stop: a quarter of a per cent of a core, for nothing.
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):  # 0: the Date header is written anew
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._exit.wait(), TICK_SECONDS)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._exit.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._broadcast.close()
        await super().shutdown(sockets)
        self._follower.stop()
        self._logdir.save_index()
