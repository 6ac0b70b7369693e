"""A gateway on a database of its own: called in the process (`gateway`), or as a real server (`served`)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, TypeVar

import pytest

from onecard.gateway import signing
from onecard.gateway.app import Gateway
from onecard.kernel import clock
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.rules import microseconds, moment_of, record_mac
from onecard.terminals.types import TerminalRecord
from tests.world import World

PRIVATE_KEY = bytes(range(32))
T = TypeVar("T")


@dataclasses.dataclass(slots=True)
class Response:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The refusal's code."""
        return str(self.json["error"]["code"])


class LoopThread:
    """An event loop in a thread of its own: the browser tests keep one running in the main thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> LoopThread:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Its result, when it has one."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)


class Door:
    """Calls a gateway application in this process, as granian would."""

    def __init__(self, app: Gateway, *, world: World) -> None:
        self.app = app
        self.world = world
        self.runner = LoopThread()

    def __call__(
        self,
        path: str,
        message: object = None,
        *,
        token: str | None = None,
        method: str = "POST",
        raw: bytes | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        body = raw if raw is not None else json.dumps(message).encode() if message is not None else b""
        return self.runner.run(self.call(path, body, token=token, method=method, query=query, headers=headers or {}))

    async def call(
        self, path: str, body: bytes, *, token: str | None, method: str, query: str, headers: Mapping[str, str]
    ) -> Response:
        sent = {"content-type": "application/json", "content-length": str(len(body)), **headers}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
        }
        answers: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        await self.app(scope, receive, send)
        start, content = answers
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return Response(start["status"], found, content["body"])

    def enrol(self, terminal: str = "plain", *, scheme: str = "ed25519") -> Device:
        """A device enrolled as the terminal, by the code that a clerk had issued."""
        code = issue_enrolment_code(self.world.cast.clerk, terminal).code
        wanted: dict[str, Any] = {
            "terminal": terminal,
            "code": code,
            "scheme": scheme,
            "serial_no": "S1",
            "model": "",
            "firmware": "",
        }
        if scheme == "ed25519":
            wanted["public_key"] = signing.public_key_of(PRIVATE_KEY).hex()
        answer = self("/v1/enrol", wanted)
        assert answer.status == 200, answer.body
        shared = answer.json["shared_key"]
        return Device(
            self, terminal, scheme, bytes.fromhex(shared) if shared else PRIVATE_KEY, bytes.fromhex(answer.json["record_key"])
        )


@dataclasses.dataclass(slots=True)
class Device:
    """An enrolled terminal of the tests."""

    door: Door
    terminal: str
    scheme: str
    key: bytes
    record_key: bytes
    token: str | None = None

    def session_request(self) -> dict[str, Any]:
        """A signed request for a session."""
        challenge = self.door("/v1/challenge", {"terminal": self.terminal}).json["challenge"]
        sent_at_us = microseconds(clock.now())
        text = signing.session_text(terminal=self.terminal, challenge=challenge, sent_at_us=sent_at_us)
        signature = signing.sign(text, scheme=self.scheme, key=self.key)
        return {"terminal": self.terminal, "challenge": challenge, "sent_at_us": sent_at_us, "signature": signature}

    def open(self) -> Device:
        """Open a session."""
        answer = self.door("/v1/session", self.session_request())
        assert answer.status == 200, answer.body
        self.token = answer.json["token"]
        return self

    def call(self, path: str, message: object = None, **more: Any) -> Response:
        """A request in the session."""
        return self.door(path, message, token=self.token, **more)

    def record(self, seq: int, *, card_no: int = 1001, amount_fen: int = 500, batch_no: int = 1, **more: Any) -> dict[str, Any]:
        """A signed record as it is sent."""
        moment_us = more.pop("occurred_at_us", microseconds(clock.now()))
        tac = more.get("tac")
        plain = TerminalRecord(
            0, batch_no, seq, card_no, amount_fen, moment_of(moment_us), **{**more, "tac": bytes.fromhex(tac) if tac else None}
        )
        mac = record_mac(plain, key=self.record_key).hex()
        numbers = {"batch_no": batch_no, "seq": seq, "card_no": card_no, "amount_fen": amount_fen}
        return {**numbers, "occurred_at_us": moment_us, "mac": mac, **more}


@pytest.fixture
def door(own_world: World) -> Iterator[Door]:
    """A gateway in this process on the cast's own database."""
    door = Door(Gateway(terminal_rate=10_000), world=own_world)
    with door.runner:
        yield door
        door.runner.run(stop(door.app))


async def stop(app: Gateway) -> None:
    """As granian ends an application."""
    messages: list[Any] = [{"type": "lifespan.shutdown"}]

    async def receive() -> Any:
        return messages.pop()

    async def send(message: Any) -> None:
        assert message["type"] == "lifespan.shutdown.complete"

    await app({"type": "lifespan"}, receive, send)


@pytest.fixture
def device(door: Door) -> Device:
    """The terminal `plain`, in a session."""
    return door.enrol().open()


Enrol = Callable[..., Device]
