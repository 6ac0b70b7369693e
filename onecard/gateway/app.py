"""The gateway (前置机) as an ASGI application: bounded, authenticated, decoded, then handled (DESIGN §5, stop 1)."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.db import InterfaceError, OperationalError, connection

from onecard.gateway import booking
from onecard.gateway.calls import Call
from onecard.gateway.endpoints import BY_PATH, Endpoint, Way
from onecard.gateway.lane import RETRY_AFTER_S, Lane
from onecard.gateway.limits import RateLimit
from onecard.gateway.messages import OnlineResults, Problem, Refusal, ReversalResults
from onecard.gateway.metrics import Metrics
from onecard.gateway.passes import Passes
from onecard.gateway.pos_files import PosFiles
from onecard.gateway.refusals import Refused, refused
from onecard.gateway.threads import DatabaseThreads
from onecard.gateway.unread import cut_off_who_does_not_read
from onecard.kernel import clock
from onecard.terminals import queries
from onecard.terminals.rules import microseconds
from onecard.terminals.types import TerminalPass

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Extra = tuple[tuple[bytes, bytes], ...]
NO_HEADERS: Extra = ()

BODY_TIMEOUT_S = 10
SLOW = "the body is slow"
OFFICE_THREADS = 4
MOST_OFFICE_CALLS = 400
JSON = b"application/json"
log = logging.getLogger("onecard.gateway")


class Gateway:
    """One process's gateway. Everything it holds is bounded; what it acknowledges is committed."""

    def __init__(self, *, terminal_rate: float = 100, in_flight: int = 1) -> None:
        self.metrics = Metrics()
        self._passes = Passes()
        self._pos = PosFiles()
        self._terminal_limit = RateLimit(rate=terminal_rate, burst=terminal_rate * 2)
        self._stranger_limit = RateLimit(rate=20, burst=400)
        self._office = DatabaseThreads("office", count=OFFICE_THREADS)
        self._office_calls = 0
        self._encoder = msgspec.json.Encoder()
        self._in_flight = in_flight
        self._lanes: dict[Way, Lane[Any]] = {}
        self._is_stopping = False

    def _lane(self, way: Way) -> Lane[Any]:
        """The lane, made on its first use: it belongs to the running loop."""
        if way not in self._lanes:
            book, batch, most_waiting = LANES[way]
            name = way.name.lower()
            batches, waiting = self.metrics.batches.labels(name), self.metrics.waiting.labels(name)
            lane = Lane(name, book, batch=batch, in_flight=self._in_flight, most_waiting=most_waiting, seen=batches.observe)
            waiting.set_function(lambda: lane.waiting)
            self._lanes[way] = lane
        return self._lanes[way]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        limiting = asyncio.create_task(cut_off_who_does_not_read())
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self._is_stopping = True
                limiting.cancel()
                for lane in self._lanes.values():
                    await lane.stop()
                await self._office.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        methods = BY_PATH.get(path)
        if methods is None:
            await self._other(path, scope, send)
            return
        started = time.perf_counter()
        name = path[4:]
        try:
            body = self._encoder.encode(await self._answer(_of_method(methods, scope["method"]), scope, receive))
            status, extra = 200, NO_HEADERS
        except Refused as refusal:
            status, body, extra = self._refusal(refusal)
        except Exception:
            request_id = uuid.uuid4().hex
            log.exception("request %s to %s failed", request_id, path)
            status, body, extra = self._refusal(refused("BROKEN", f"The centre made a mistake (request {request_id})."))
        self.metrics.answered(name, status, seconds=time.perf_counter() - started)
        await _respond(send, status, body, content_type=JSON, extra=extra)

    def _refusal(self, refusal: Refused) -> tuple[int, bytes, Extra]:
        self.metrics.refusals.labels(refusal.code).inc()
        body = self._encoder.encode(Refusal(Problem(refusal.code, refusal.message)))
        extra = NO_HEADERS
        if refusal.retry_after_s is not None:
            extra = ((b"retry-after", str(refusal.retry_after_s).encode()),)
        elif refusal.status == 401:
            extra = ((b"www-authenticate", b"Bearer"),)
        return refusal.status, body, extra

    async def _answer(self, endpoint: Endpoint, scope: Scope, receive: Receive) -> Any:
        if self._is_stopping:
            raise refused("BUSY", retry_after_s=RETRY_AFTER_S)
        headers = _headers(scope)
        address = scope["client"][0] if scope.get("client") else None
        terminal = await self._terminal(headers.get(b"authorization")) if endpoint.needs_session else None
        limit = self._stranger_limit if terminal is None else self._terminal_limit
        limit.take(address if terminal is None else terminal.terminal_id)
        if endpoint.method == "GET":
            message = _query(scope, endpoint)
        else:
            message = _decoded(await _body(headers, receive, most_bytes=endpoint.most_bytes), endpoint)
        call = Call(message, terminal, address, microseconds(clock.now()))
        try:
            return await self._handled(endpoint, call)
        except Refused as refusal:
            if refusal.code == "BAD_TOKEN":
                self._passes.drop(_token(headers.get(b"authorization")))
            raise

    async def _handled(self, endpoint: Endpoint, call: Call) -> Any:
        if endpoint.way is Way.OFFICE:
            return await self._in_office(_with_good_session, endpoint, call)
        if endpoint.way is Way.ONLINE and booking.carries_pin(call):
            items = await self._in_office(lambda: endpoint.handle(call))
        else:
            items = endpoint.handle(call)
        results = await self._lane(endpoint.way).submit(call.caller, items)
        return _ANSWERS[endpoint.way](results)

    async def _terminal(self, authorization: bytes | None) -> TerminalPass:
        """The terminal whose token this is; a token that isn't known here yet is looked up."""
        token = _token(authorization)
        terminal = self._passes.get(token)
        if terminal is None:
            terminal = await self._in_office(queries.pass_of, token)
            if terminal is None:
                raise refused("BAD_TOKEN")
            self._passes.keep(token, terminal)
        if terminal.expires_at <= clock.now():
            self._passes.drop(token)
            raise refused("BAD_TOKEN", "The session has expired: open another one.")
        return terminal

    async def _in_office(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run what uses the database, or takes long, in a thread; a bounded number of calls wait for one."""
        if self._office_calls >= MOST_OFFICE_CALLS:
            raise refused("BUSY", retry_after_s=RETRY_AFTER_S)
        self._office_calls += 1
        try:
            return await self._office.run(_in_thread, function, *arguments)
        finally:
            self._office_calls -= 1

    async def _other(self, path: str, scope: Scope, send: Send) -> None:
        """Signs of life, figures, the browser's point of sale, or nothing."""
        if path == "/healthz":
            try:
                await self._in_office(_database_answers)
                await _respond(send, 200, b"ok\n", content_type=b"text/plain")
            except Refused:
                await _respond(send, 503, b"no database\n", content_type=b"text/plain")
        elif path == "/metrics":
            await _respond(send, 200, self.metrics.text(), content_type=b"text/plain; version=0.0.4")
        elif file := self._pos.answer(path, method=scope["method"], headers=_headers(scope)):
            await send({"type": "http.response.start", "status": file.status, "headers": list(file.headers)})
            await send({"type": "http.response.body", "body": file.body})
        else:
            status, body, extra = self._refusal(refused("NO_SUCH_PATH"))
            await _respond(send, status, body, content_type=JSON, extra=extra)


LANES: dict[Way, tuple[Any, int, int]] = {
    Way.ONLINE: (booking.book_online, 500, 4_000),
    Way.REVERSALS: (booking.book_reversals, 500, 4_000),
    Way.COLLECTED: (booking.book_collected, 1_000, 40_000),
}
"""Of each lane: what books, records a batch (a larger request is a batch by itself), most records waiting."""
_ANSWERS: dict[Way, Callable[[Any], Any]] = {
    Way.ONLINE: OnlineResults,
    Way.REVERSALS: ReversalResults,
    Way.COLLECTED: lambda results: results,
}


def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (OperationalError, InterfaceError) as problem:
        log.error("the database did not answer: %s", problem)  # noqa: TRY400 - no trace wanted
        connection.close()
        raise refused("BUSY", retry_after_s=RETRY_AFTER_S) from None


def _with_good_session(endpoint: Endpoint, call: Call) -> Any:
    terminal = call.terminal
    if terminal is not None:
        number = queries.session_numbers([terminal.terminal_id]).get(terminal.terminal_id)
        if number != terminal.session_no:
            raise refused("BAD_TOKEN")
    return endpoint.handle(call)


def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _of_method(methods: dict[str, Endpoint], method: str) -> Endpoint:
    if method not in methods:
        raise refused("BAD_METHOD", f"This address takes {' and '.join(methods)}.")
    return methods[method]


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _token(authorization: bytes | None) -> str:
    if authorization is None or not authorization.startswith(b"Bearer ") or len(authorization) > 200:
        raise refused("BAD_TOKEN")
    return authorization[7:].decode("latin-1")


async def _body(headers: dict[bytes, bytes], receive: Receive, *, most_bytes: int) -> bytes:
    """The whole body, in time and within bounds."""
    if not headers.get(b"content-type", JSON).startswith(JSON):
        raise refused("NOT_JSON")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > most_bytes:
        raise _too_large(most_bytes)
    # As asyncio.timeout does, at a fifth of its cost: this is the most frequent thing that a gateway does.
    task: asyncio.Task[Any] = asyncio.current_task()  # type: ignore[assignment]
    deadline = asyncio.get_running_loop().call_later(BODY_TIMEOUT_S, task.cancel, SLOW)
    try:
        return await _received(receive, most_bytes=most_bytes)
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (SLOW,):
            raise
        task.uncancel()
        raise refused("TOO_SLOW") from None
    finally:
        deadline.cancel()


async def _received(receive: Receive, *, most_bytes: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    if message["type"] == "http.disconnect":
        raise refused("TOO_SLOW")
    return body


def _too_large(most_bytes: int) -> Refused:
    return refused("TOO_LARGE", f"The body is larger than {most_bytes:,} bytes.")


def _decoded(body: bytes, endpoint: Endpoint) -> Any:
    try:
        return endpoint.decoder.decode(body)
    except msgspec.ValidationError as problem:
        raise refused("INVALID", str(problem)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise refused("BAD_JSON", f"The body is not JSON in UTF-8: {problem}"[:200]) from None


def _query(scope: Scope, endpoint: Endpoint) -> Any:
    try:
        pairs = parse_qsl(
            scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            strict_parsing=False,
            max_num_fields=10,
            errors="strict",
        )
        return msgspec.convert(dict(pairs), endpoint.request, strict=False)
    except (msgspec.ValidationError, ValueError) as problem:
        raise refused("INVALID", f"The query string is not right: {problem}"[:200]) from None


async def _respond(send: Send, status: int, body: bytes, *, content_type: bytes, extra: Extra = NO_HEADERS) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
