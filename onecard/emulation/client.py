"""Protocol v1 from the terminal's side, over HTTP (docs/terminal-protocol.md)."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import aiohttp

from onecard.allowances.rules import allowance_checksum
from onecard.cards.rules import blacklist_checksum
from onecard.gateway import signing

TIMEOUT_S = 8.0
PAGE = 10_000


class NoAnswer(RuntimeError):
    """The request may or may not have reached the centre: no answer, or one that says to come again later."""

    def __init__(self, why: str, *, retry_after_s: float = 0) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class Refusal(RuntimeError):
    """The centre refused the request and did nothing."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


@dataclasses.dataclass(slots=True)
class Identity:
    """What a device keeps of its enrolment. `batch_no` lies beside the keys, apart from the journal.

    `next_key` was sent to the centre in place of `key`, and no answer has said yet which of the two is good.
    """

    terminal: str
    scheme: str
    key: bytes
    record_key: bytes
    batch_no: int = 1
    next_key: bytes | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        plain = dataclasses.asdict(self)
        return {name: value.hex() if isinstance(value, bytes) else value for name, value in plain.items()}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Identity:
        """From JSON."""
        keys = {name: bytes.fromhex(plain[name]) for name in ("key", "record_key", "next_key") if plain.get(name)}
        return cls(**{**plain, **keys})


class Client:
    """Requests of one device. NoAnswer and Refusal are what can go wrong; a session is opened when one is needed."""

    def __init__(self, http: aiohttp.ClientSession, address: str, *, identity: Identity | None = None) -> None:
        self._http = http
        self._address = address.rstrip("/")
        self.identity = identity
        self._token: str | None = None
        self._is_opening = asyncio.Lock()

    async def request(self, method: str, path: str, *, message: Any = None, query: dict[str, str] | None = None) -> Any:
        """One request without retries; the answer's message."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with self._http.request(
                method, self._address + path, json=message, params=query, headers=headers, timeout=timeout
            ) as answer:
                body = await answer.json()
                if answer.status == 200:
                    return body
                retry_after_s = float(answer.headers.get("Retry-After", "1"))
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise NoAnswer(type(problem).__name__) from None
        error = body["error"]
        if answer.status in (429, 500, 503):
            raise NoAnswer(error["code"], retry_after_s=retry_after_s)
        raise Refusal(answer.status, error["code"], error["message"])

    async def call(self, method: str, path: str, *, message: Any = None, query: dict[str, str] | None = None) -> Any:
        """A request in a session, which is opened before it, and once more when it turns out to have ended."""
        token = await self._open_unless(None)
        try:
            return await self.request(method, path, message=message, query=query)
        except Refusal as refusal:
            if refusal.code != "BAD_TOKEN":
                raise
        await self._open_unless(token)
        return await self.request(method, path, message=message, query=query)

    async def _open_unless(self, token: str | None) -> str | None:
        """Open a session unless another request of this device has done so since `token`: the newer ends the older."""
        async with self._is_opening:
            if self._token == token or self._token is None:
                await self.open()
            return self._token

    async def enrol(self, terminal: str, code: str, *, scheme: str = signing.ED25519, serial_no: str = "emulated") -> Identity:
        """Become the terminal by its one-time code."""
        device = {"serial_no": serial_no, "model": "emulated", "firmware": "1"}
        wanted = {"terminal": terminal, "code": code, "scheme": scheme, **device}
        private_key = secrets.token_bytes(32)
        if scheme == signing.ED25519:
            wanted["public_key"] = signing.public_key_of(private_key).hex()
        answer = await self.request("POST", "/v1/enrol", message=wanted)
        key = bytes.fromhex(answer["shared_key"]) if answer.get("shared_key") else private_key
        self.identity = Identity(terminal, scheme, key, bytes.fromhex(answer["record_key"]), answer["next_batch_no"])
        return self.identity

    async def open(self) -> None:
        """Open a session, with whichever key is good when the answer to a roll was lost."""
        identity = self._known()
        self._token = None
        try:
            await self._open_with(identity.key)
        except Refusal as refusal:
            if refusal.code != "BAD_SIGNATURE" or identity.next_key is None:
                raise
            await self._open_with(identity.next_key)
            identity.key, identity.next_key = identity.next_key, None

    def _known(self) -> Identity:
        if self.identity is None:
            raise ValueError("enrol first")
        return self.identity

    async def _open_with(self, key: bytes) -> None:
        identity = self._known()
        terminal = identity.terminal
        challenge = (await self.request("POST", "/v1/challenge", message={"terminal": terminal}))["challenge"]
        now_us = own_clock_us()
        text = signing.session_text(terminal=terminal, challenge=challenge, sent_at_us=now_us)
        signature = signing.sign(text, scheme=identity.scheme, key=key)
        wanted = {"terminal": terminal, "challenge": challenge, "sent_at_us": now_us, "signature": signature}
        self._token = (await self.request("POST", "/v1/session", message=wanted))["token"]

    async def roll(self, *, keep: Callable[[], None], loses_answer: Callable[[], bool]) -> None:
        """换钥: a new key in place of the one that opens sessions, and a session with it.

        `keep` writes the identity down, first of all before the centre hears of the new key. Other requests wait meanwhile.
        """
        identity = self._known()
        async with self._is_opening:
            if self._token is None:
                await self.open()
            new_key, message = None, {}
            if identity.scheme == signing.ED25519:
                new_key = identity.next_key = identity.next_key or secrets.token_bytes(32)
                keep()
                public_key = signing.public_key_of(new_key).hex()
                text = signing.roll_text(terminal=identity.terminal, public_key=public_key)
                message = {"public_key": public_key, "signature": signing.sign(text, scheme=identity.scheme, key=new_key)}
            answer = await self.request("POST", "/v1/roll", message=message)
            if loses_answer():
                raise NoAnswer("lost on purpose")
            identity.key, identity.next_key = new_key or bytes.fromhex(answer["shared_key"]), None
            keep()
            await self.open()

    async def blacklist(self, *, since: int | None, held: Iterable[int] = ()) -> tuple[int, set[int]]:
        """(version, cards): what changed since a version applied to what is held; the whole set without one, or after a drift."""
        if since is not None:
            try:
                found = await self._changes(since, set(held))
            except Refusal as refusal:
                if refusal.code != "CONFLICT":
                    raise
                found = None
            if found is not None:
                return found
        return await self._whole()

    async def _changes(self, since: int, cards: set[int]) -> tuple[int, set[int]] | None:
        while True:
            page = await self.call("GET", "/v1/blacklist", query={"since": str(since)})
            cards = (cards | set(page["added"])) - set(page["removed"])
            since = page["version"]
            if not page["has_more"]:
                return (since, cards) if is_that_set(page, cards) else None

    async def _whole(self) -> tuple[int, set[int]]:
        cards: set[int] = set()
        query = {"limit": str(PAGE)}
        while True:
            page = await self.call("GET", "/v1/blacklist", query=query)
            cards.update(page["added"])
            if not page["has_more"]:
                break
            query |= {"version": str(page["version"]), "after": str(page["added"][-1])}
        if not is_that_set(page, cards):
            raise NoAnswer("the blacklist does not add up")
        return page["version"], cards


async def allowances(client: Client, *, since: int, held: Mapping[int, int]) -> tuple[int, dict[int, int]]:
    """(version, allowance in fen by card): what changed since a version applied to what is held; from nothing after a drift."""
    now, wanted = dict(held), since
    try:
        while True:
            page = await client.call("GET", "/v1/allowances", query={"since": str(wanted)})
            now |= dict(page["listed"])
            for card_no in page["removed"]:
                now.pop(card_no, None)
            wanted = page["version"]
            if not page["has_more"]:
                break
    except Refusal as refusal:
        if refusal.code != "CONFLICT" or since == 0:
            raise
        return await allowances(client, since=0, held={})
    if len(now) == page["count"] and signing.checksum_text(allowance_checksum(now)) == page["checksum"]:
        return wanted, now
    if since == 0:
        raise NoAnswer("the allowances do not add up")
    return await allowances(client, since=0, held={})


def own_clock_us() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000


def is_that_set(page: dict[str, Any], cards: set[int]) -> bool:
    """Whether the cards are those whose count and checksum the centre told."""
    return bool(len(cards) == page["count"] and signing.checksum_text(blacklist_checksum(cards)) == page["checksum"])
