"""Clients that are slow on purpose, at a real gateway: cut off, and nobody waits for them."""

from __future__ import annotations

import socket
import time

import pytest

from tests.pos.conftest import GatewayProcess, gateway
from tests.serving import answers

__all__ = ["gateway"]
pytestmark = pytest.mark.slow
CUT_OFF_S = 30
"""Three times what head and body may take: the machine may be busy."""
CLIENTS = 50
SLOW = {
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
