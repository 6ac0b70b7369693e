"""The gateway over HTTP: real gateway processes, wrk (Debian) as the terminals, records signed beforehand.

Each terminal has an enrolment and a session; each request carries its token and records with right MACs. Load generator, gateway
and database share the machine's cores.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.world import CARDS, FIRST_CARD_NO

SCRIPT = Path(__file__).parent / "wrk" / "prepared.lua"
THREADS = 2
READY_S = 60
RESULT = re.compile(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: requests a second, 99th percentile in milliseconds, answers that were not 200, requests without an answer."""

    rate: float
    p99_ms: float
    refused: int
    lost: int


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """A terminal with a session."""

    terminal_id: int
    token: str
    record_key: bytes


def has_wrk() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def open_sessions(terminals: Sequence[int]) -> list[Sender]:
    """A session for each terminal, as a device with a shared key would open it."""
    from onecard.kernel.secrets import conceal
    from onecard.terminals.actions.open_session import open_session
    from onecard.terminals.models import Enrolment
    from onecard.terminals.types import SHARED_KEY_PURPOSE, KeyScheme

    found = []
    for terminal_id in terminals:
        key = conceal(secrets.token_bytes(32), purpose=SHARED_KEY_PURPOSE)
        enrolment, _ = Enrolment.objects.get_or_create(
            terminal_id=terminal_id, ended_at=None, defaults={"scheme": KeyScheme.HMAC_SHA256, "key": key, "serial_no": "bench"}
        )
        opened = open_session(enrolment, challenge=secrets.token_hex(16), address=None)
        if opened is None:
            raise RuntimeError(f"terminal {terminal_id} could not open a session")
        token, terminal = opened
        found.append(Sender(terminal_id, token, terminal.record_key))
    return found


@contextlib.contextmanager
def serving(*, workers: int) -> Iterator[int]:
    """A gateway of so many processes on the benchmark's database; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bench.serve", "--port", str(port), "--workers", str(workers)]
    environment = {**os.environ, "ONECARD_GATEWAY_RATE": "1000000"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _await_answer(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(READY_S)


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(READY_S * 10):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        threading.Event().wait(0.1)
    raise RuntimeError("the gateway did not start")


class Prepared:
    """Files of requests for wrk's threads, signed before the clock starts; each run has a batch number of its own."""

    def __init__(self, folder: Path, senders: Sequence[Sender], *, batch_no: int) -> None:
        self._stem = folder / "requests"
        self._senders = senders
        # Apart from the numbers of lanes.run, which counts from LANES times the same number on.
        self._batch_no = 1_000_000 + batch_no

    def online(self, *, requests: int) -> Path:
        """One purchase a request."""
        return self._write("purchases", requests=requests, records=1)

    def collected(self, *, requests: int, records: int) -> Path:
        """So many records a request, of one terminal."""
        return self._write("records", requests=requests, records=records)

    def _write(self, name: str, *, requests: int, records: int) -> Path:
        chance, numbers = random.Random(self._batch_no), Counter[int]()
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(Path(f"{self._stem}.{n}").open("w")) for n in range(THREADS)]
            for n in range(requests):
                sender = chance.choice(self._senders)
                body = json.dumps({name: [self._record(sender, numbers, chance) for _ in range(records)]}, separators=(",", ":"))
                files[n % THREADS].write(f"{sender.token}\t{body}\n")
        return self._stem

    def _record(self, sender: Sender, numbers: Counter[int], chance: random.Random) -> dict[str, Any]:
        from onecard.emulation.journal import plain
        from onecard.terminals.rules import record_mac
        from onecard.terminals.types import TerminalRecord

        numbers[sender.terminal_id] += 1
        card_no, amount_fen, now = FIRST_CARD_NO + chance.randrange(CARDS), chance.randrange(1, 10), datetime.now(UTC)
        unsigned = TerminalRecord(sender.terminal_id, self._batch_no, numbers[sender.terminal_id], card_no, amount_fen, now)
        return plain(dataclasses.replace(unsigned, mac=record_mac(unsigned, key=sender.record_key)))


def load(port: int, path: str, *, prepared: Path, connections: int, seconds: int) -> Load:
    """Drive the gateway with prepared requests; RuntimeError when wrk says nothing."""
    command = ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    command += [f"http://127.0.0.1:{port}", "--", str(prepared), path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = RESULT.search(done.stdout)
    if found is None:
        raise RuntimeError(f"wrk said nothing of its result: {done.stdout[:500]}")
    requests, duration_us, p99_us, refused, lost = map(int, found.groups())
    return Load(requests / duration_us * 1e6, p99_us / 1e3, refused, lost)
