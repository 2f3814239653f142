"""Serve a log directory: a live page of everything in the event files below it.

  sightline runs/
  sightline runs/ --port 7007 --open
  sightline today/ baseline:/data/old/runs

The directory may not exist yet: it is watched, and the page shows the first run when it appears. The page is served on
127.0.0.1 only. From another machine: ssh -L 6006:127.0.0.1:6006 HOST, then open http://127.0.0.1:6006 here.
Ctrl-C stops.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from sightline.cli.choice import add_cache, add_places, chosen_places

if TYPE_CHECKING:
    from sightline.store import LogDir

__all__ = ["SUMMARY", "announce", "configure", "open_browser", "run"]

SUMMARY = "serve a log directory (the default)"
DEFAULT_PORT = 6006
"""TensorBoard's: her bookmark and her SSH tunnel go on working."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_places(parser)
    add_serving_options(parser)
    parser.add_argument(
        "--sidecar",
        action="store_true",
        help="keep aliases, stars, tags and notes beside the logs instead of in your data directory",
    )
    parser.add_argument(
        "--allow-delete",
        action="store_true",
        help="let the page move runs to a trash directory in LOGDIR, and back; everyone who can log in here can",
    )


def add_serving_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        metavar="N",
        help=f"port to listen on; the next free one when it is in use; 0: any (default: {DEFAULT_PORT})",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    add_cache(parser)


def run(arguments: argparse.Namespace) -> int:
    from sightline.server.listen import open_socket, serve
    from sightline.store import LogDir

    logdir = LogDir(
        chosen_places(arguments),
        cache=arguments.cache,
        sidecar=arguments.sidecar,
        allow_delete=arguments.allow_delete,
    )
    listening = open_socket(arguments.port)

    def on_ready() -> None:
        url = announce(listening, arguments.port, logdir)
        if arguments.open:
            open_browser(url)

    with contextlib.suppress(KeyboardInterrupt):
        serve(logdir, listening, on_ready)
    print("\nStopped.")
    return 0


def announce(listening: socket.socket, wanted_port: int, logdir: LogDir) -> str:
    """Say where the page is and what is special; gives the URL."""
    host, port = listening.getsockname()
    url = f"http://{host}:{port}"
    if wanted_port not in (0, port):
        print(f"Port {wanted_port} is in use; taking {port}.")
    for place in logdir.missing:
        print(f"{place} does not exist yet; waiting for it.")
    for path in logdir.notes.left_aside:
        print(f"There are notes in {path}: --sidecar shows them.")
    print(f"Sightline shows {logdir.title} at {url}  (Ctrl-C stops)", flush=True)
    return url


def open_browser(url: str) -> None:
    """In a thread: some browsers keep the caller waiting until they are closed."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
