"""Requests and answers as they are on the wire, and the wire itself: HTTP to whatever is tried."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import ssl
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

import aiohttp
import msgspec

from onecard.conformance.cases import Failed
from onecard.gateway.messages import Refusal
from onecard.gateway.refusals import REFUSALS

M = TypeVar("M", bound=msgspec.Struct)
TIMEOUT_S = 30.0


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """One request. `message` is sent as JSON unless there are `raw` bytes."""

    method: str
    path: str
    message: Any = None
    raw: bytes | None = None
    query: Mapping[str, str] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """What is sent."""
        if self.raw is not None:
            return self.raw
        return b"" if self.message is None else json.dumps(self.message, separators=(",", ":")).encode()

    @property
    def target(self) -> str:
        """Path and query string."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers, with that of JSON where there is a body."""
        kind = {"content-type": "application/json"} if self.method == "POST" else {}
        return {**kind, **self.headers}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def told(self, kind: type[M]) -> M:
        """The message of an answer with status 200; Failed when it is another, or not as the OpenAPI file says."""
        if self.status != 200:
            raise Failed("status 200", self)
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.MsgspecError as problem:
            raise Failed(f"{kind.__name__} as the OpenAPI file says", f"{problem}: {self}") from None

    @property
    def code(self) -> str:
        """The code of a refusal; Failed when the body is none with a code and a message."""
        try:
            error = msgspec.json.decode(self.body, type=Refusal).error
        except msgspec.MsgspecError:
            raise Failed('{"error": {"code", "message"}} with a status that is not 200', self) from None
        if not error.message:
            raise Failed("a message beside the code", self)
        return error.code

    def refused(self, *codes: str) -> None:
        """Failed unless it is a refusal of one of these codes with the status that goes with it."""
        if self.status == 200 or self.code not in codes or self.status != REFUSALS[self.code][0]:
            raise Failed(" or ".join(f"{REFUSALS[code][0]} {code}" for code in codes), self)

    def __str__(self) -> str:
        return f"{self.status} {self.body.decode('utf-8', 'replace')}"


class Wire(Protocol):
    """Something that answers requests."""

    async def send(self, ask: Ask) -> Answer:
        """The answer; Failed when none comes."""


class HttpWire:
    """A gateway at an address, over HTTP or HTTPS."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address.rstrip("/")

    async def send(self, ask: Ask) -> Answer:
        """The answer; Failed when none comes within TIMEOUT_S."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        body = ask.body if ask.method == "POST" else None
        try:
            async with self._http.request(
                ask.method, self._address + ask.target, data=body, headers=ask.all_headers, timeout=timeout
            ) as got:
                return Answer(got.status, {name.lower(): value for name, value in got.headers.items()}, await got.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise Failed(f"an answer to {ask.method} {ask.path}", f"none: {type(problem).__name__} {problem}") from None

    async def send_and_leave(self, ask: Ask) -> None:
        """Send the request whole and hang up without waiting for the answer: so an answer gets lost."""
        reader, writer = await self._connected()
        writer.write(self._head(ask, content_length=len(ask.body)) + ask.body)
        await writer.drain()
        writer.close()
        del reader

    async def send_slowly(self, ask: Ask, *, most_s: float) -> tuple[int | None, float]:
        """Begin the body and never end it: (status of the answer, None for none; seconds until it came or the line was cut)."""
        reader, writer = await self._connected()
        writer.write(self._head(ask, content_length=1_000) + b'{"')
        await writer.drain()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(most_s):
                line = await reader.readline()
        except TimeoutError:
            raise Failed("the line is cut, or 408 TOO_SLOW", f"nothing within {most_s:.0f} seconds") from None
        except OSError:
            line = b""
        finally:
            writer.close()
        words = line.split()
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else None, loop.time() - began

    async def send_in_pieces(self, ask: Ask) -> Answer:
        """Send the body in chunks without saying its length beforehand."""
        body = ask.body
        pieces = b"".join(
            f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
            for piece in (body[first : first + 8_192] for first in range(0, len(body), 8_192))
        )
        reader, writer = await self._connected()
        try:
            writer.write(self._head(ask, content_length=None))
            writer.write(pieces + b"0\r\n\r\n")
            async with asyncio.timeout(TIMEOUT_S):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                names = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                content = await reader.readexactly(int(names.get("content-length", "0")))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as problem:
            raise Failed(f"an answer to {ask.method} {ask.path}", f"none: {type(problem).__name__}") from None
        finally:
            writer.close()
        return Answer(int(head.split()[1]), names, content)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self._address)
        is_secure = parts.scheme == "https"
        port = parts.port or (443 if is_secure else 80)
        context = ssl.create_default_context() if is_secure else None
        return await asyncio.open_connection(parts.hostname, port, ssl=context)

    def _head(self, ask: Ask, *, content_length: int | None) -> bytes:
        length = {"transfer-encoding": "chunked"} if content_length is None else {"content-length": str(content_length)}
        headers = {"host": urlsplit(self._address).netloc, **ask.all_headers, **length, "connection": "close"}
        lines = [f"{ask.method} {ask.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
