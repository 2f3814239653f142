"""The port: the one wanted, or the next free one; and the loopback only."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.server.conftest import Server

from sightline.errors import ArgumentError
from sightline.server.listen import open_socket


def test_a_port_in_use_gives_the_next_free_one_and_it_is_said(serve: Callable[..., Server], tmp_path: Path) -> None:
    with open_socket(0) as taken:
        port = taken.getsockname()[1]
        server = serve(tmp_path, "--port", str(port))
        assert int(server.url.rpartition(":")[2]) > port
        assert server.output[0].startswith(f"Port {port} is in use; taking ")
        assert server.catalogue()["runs"] == []


def test_only_the_loopback_is_listened_on() -> None:
    with open_socket(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert listening.family == socket.AF_INET


def test_a_connection_sends_what_it_has_without_waiting_for_acknowledgements() -> None:
    with open_socket(0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ArgumentError, match="0 to 65535"):
        open_socket(port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_server_that_looks_once_an_hour_whether_it_should(
    number: signal.Signals, tmp_path: Path
) -> None:
    serve = (
        "import sys; from sightline.server import listen; from sightline.store import LogDir\n"
        "listen.TICK_SECONDS = 3600.0\n"
        "logdir, listening = LogDir(sys.argv[1], cache=False), listen.open_socket(0)\n"
        "listen.serve(logdir, listening, lambda: print('ready', flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", serve, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
