"""Clients that are slow on purpose, at a real gateway: cut off, and nobody waits for them."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from tests.pos.conftest import GatewayProcess, gateway
from tests.serving import answers, eventually

__all__ = ["gateway"]
pytestmark = pytest.mark.slow
CUT_OFF_S = 30
"""Three times what head and body may take: the machine may be busy."""
CLIENTS = 50
SLOW = {
    "nothing": b"",
    "head": b"POST /v1/challenge HTTP/1.1\r\nHost: centre\r\nContent-Le",
    "body": b'POST /v1/challenge HTTP/1.1\r\nHost: centre\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"term',
}


@pytest.mark.parametrize("part", SLOW)
def test_who_never_ends_is_cut_off(gateway: GatewayProcess, part: str) -> None:
    clients = [socket.create_connection(("127.0.0.1", gateway.port), timeout=CUT_OFF_S) for _ in range(CLIENTS)]
    for client in clients:
        client.sendall(SLOW[part])
    started = time.monotonic()
    assert answers(gateway.port), "the others are served meanwhile"
    for client in clients:
        said = client.recv(4_096)
        assert said == b"" or b" 408 " in said.partition(b"\r\n")[0], said
        client.close()
    assert time.monotonic() - started < CUT_OFF_S
    assert answers(gateway.port)


ASKED = b"GET /pos/terminal.js HTTP/1.1\r\nHost: centre\r\n\r\n"
READERS = 10
LEAST = 1
"""Of a buffer: the system makes it as small as it can."""
MOST_HELD = 4 << 20
"""By the gateway for one such client: its buffers and what they cost, far less than what is asked for."""


def stuffed(port: int) -> socket.socket:
    """A client that asks until nothing more fits on the line, and reads nothing of the answers."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LEAST)
    client.settimeout(0.2)
    client.connect(("127.0.0.1", port))
    with contextlib.suppress(TimeoutError):
        while True:
            client.sendall(ASKED * 100)
    return client


def open_lines(clients: Sequence[socket.socket], *, port: int) -> int:
    """How many of these clients the gateway still serves."""
    own = {client.getsockname()[1] for client in clients}
    lines = [line for line in psutil.net_connections("tcp") if line.laddr.port == port and line.raddr]
    return sum(line.raddr.port in own and line.status == psutil.CONN_ESTABLISHED for line in lines)


def memory(port: int) -> int:
    """Of all processes that listen there, in bytes."""
    lines = psutil.net_connections("tcp")
    pids = {line.pid for line in lines if line.laddr.port == port and line.status == psutil.CONN_LISTEN}
    return sum(psutil.Process(pid).memory_info().rss for pid in pids)


@pytest.mark.parametrize("sips", [False, True], ids=["never reads", "reads a byte now and then"])
def test_who_does_not_read_is_cut_off(gateway: GatewayProcess, sips: bool, tmp_path: Path) -> None:
    before = highest = memory(gateway.port)
    with contextlib.ExitStack() as lines:
        clients = [lines.enter_context(stuffed(gateway.port)) for _ in range(READERS)]
        assert open_lines(clients[-1:], port=gateway.port) == 1

        def are_cut_off() -> bool:
            nonlocal highest
            highest = max(highest, memory(gateway.port))
            assert answers(gateway.port), "the others are served meanwhile"
            for client in clients if sips else ():
                with contextlib.suppress(OSError):
                    client.recv(1)
            return open_lines(clients, port=gateway.port) == 0

        eventually(are_cut_off, log=tmp_path / "gateway.log")
    assert highest - before < READERS * MOST_HELD
