"""A terminal as the kit plays it: right in everything, unless a case wants something wrong."""

from __future__ import annotations

import dataclasses
from typing import Any

from onecard.conformance.cases import Failed, expect
from onecard.conformance.wire import Answer, Ask, Wire
from onecard.gateway import handshake, messages, signing
from onecard.kernel import clock
from onecard.terminals.rules import microseconds, moment_of, record_mac
from onecard.terminals.types import TerminalRecord


@dataclasses.dataclass(slots=True)
class Device:
    """An enrolled device. Numbers are counted up within the batch; every case begins a batch of its own."""

    wire: Wire
    terminal: str
    scheme: str
    key: bytes
    record_key: bytes
    centre_key: bytes
    batch_no: int
    seq: int = 0
    token: str | None = None

    # Requests.

    def ask(self, method: str, path: str, message: Any = None, **more: Any) -> Ask:
        """A request that carries this device's token."""
        bearer = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return Ask(method, path, message, headers={**bearer, **more.pop("headers", {})}, **more)

    async def get(self, path: str, **query: Any) -> Answer:
        """A GET request; the query's values as they are."""
        return await self.wire.send(self.ask("GET", path, query={name: str(value) for name, value in query.items()}))

    async def post(self, path: str, message: Any = None, **more: Any) -> Answer:
        """A POST request."""
        return await self.wire.send(self.ask("POST", path, message, **more))

    # Sessions.

    async def challenge(self) -> str:
        """A fresh challenge."""
        answer = await self.post("/v1/challenge", {"terminal": self.terminal})
        return answer.told(handshake.Challenge).challenge

    def session_request(self, challenge: str, *, sent_at_us: int | None = None) -> dict[str, Any]:
        """The signed request for a session."""
        sent_at_us = now_us() if sent_at_us is None else sent_at_us
        text = signing.session_text(terminal=self.terminal, challenge=challenge, sent_at_us=sent_at_us)
        signature = signing.sign(text, scheme=self.scheme, key=self.key)
        return {"terminal": self.terminal, "challenge": challenge, "sent_at_us": sent_at_us, "signature": signature}

    async def open(self) -> handshake.Session:
        """Open a session; the token is kept."""
        self.token = None
        answer = await self.post("/v1/session", self.session_request(await self.challenge()))
        session = answer.told(handshake.Session)
        self.token = session.token
        return session

    async def is_in_session(self) -> bool:
        """Whether the token is good."""
        answer = await self.get("/v1/missing")
        if answer.status == 200:
            return True
        answer.refused("BAD_TOKEN")
        return False

    # Records.

    def next_batch(self) -> None:
        """Begin a batch, as after the journal was wiped."""
        self.batch_no += 1
        self.seq = 0

    def record(self, card_no: int, amount_fen: int, **more: Any) -> dict[str, Any]:
        """The record of a sale under the next number, signed. `seq` and `occurred_at_us` only where a case wants others."""
        self.seq = more.pop("seq", self.seq + 1)
        return self.signed(
            {
                "batch_no": self.batch_no,
                "seq": self.seq,
                "card_no": card_no,
                "amount_fen": amount_fen,
                "occurred_at_us": more.pop("occurred_at_us", now_us()),
                **more,
            }
        )

    def signed(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record with this device's MAC over what it says."""
        return {**record, "mac": record_mac(record_of(record), key=self.record_key).hex()}

    async def buy(self, *purchases: dict[str, Any], **more: Any) -> list[messages.OnlineResult]:
        """Purchases asked online; the results, in the order asked."""
        answer = await self.post("/v1/purchases", {"purchases": list(purchases), **more})
        results = answer.told(messages.OnlineResults).results
        expect("results in the order of the request", _numbers(results), [(one["batch_no"], one["seq"]) for one in purchases])
        return results

    async def reverse(self, *records: dict[str, Any]) -> list[str]:
        """Reversals; the outcomes, in the order asked."""
        answer = await self.post("/v1/reversals", {"reversals": list(records)})
        results = answer.told(messages.ReversalResults).results
        expect("results in the order of the request", _numbers(results), [(one["batch_no"], one["seq"]) for one in records])
        return [one.outcome for one in results]

    async def collect(self, *records: Any) -> messages.CollectionResults:
        """A collection; a result for each record."""
        answer = await self.post("/v1/collections", {"records": list(records)})
        told = answer.told(messages.CollectionResults)
        expect("number of results", len(told.results), len(records))
        return told

    async def balance_fen(self, card_no: int) -> int:
        """What the holder can still spend, learnt by a purchase of 1 fen."""
        [result] = await self.buy(self.record(card_no, 1), wants_balance=True)
        expect("outcome of a purchase of 1 fen", result.outcome, "APPROVED")
        if result.balance_fen is None:
            raise Failed("a number in balance_fen, since wants_balance was true", result)
        return result.balance_fen

    def missing_here(self, places: list[messages.Missing]) -> list[tuple[int, int]]:
        """(first, last) of the places that belong to the present batch."""
        return [(one.first_seq, one.last_seq) for one in places if one.batch_no == self.batch_no]

    async def missing(self) -> list[tuple[int, int]]:
        """What the centre lacks of the present batch."""
        return self.missing_here((await self.get("/v1/missing")).told(messages.MissingNumbers).missing)

    def heartbeat(self, **changed: Any) -> dict[str, Any]:
        """A heartbeat's message."""
        return {
            "sent_at_us": now_us(),
            "batch_no": self.batch_no,
            "last_seq": self.seq,
            "unsent": 0,
            "storage_pct": 3,
            "firmware": "kit",
            "blacklist_version": 0,
            "parameters_version": 0,
            "faults": [],
            **changed,
        }


def now_us() -> int:
    """The kit's own clock."""
    return microseconds(clock.now())


def record_of(plain: dict[str, Any]) -> TerminalRecord:
    """The record that this JSON stands for; whose it is, only the key says (0)."""
    tac = plain.get("tac")
    return TerminalRecord(
        0,
        plain["batch_no"],
        plain["seq"],
        plain["card_no"],
        plain["amount_fen"],
        moment_of(plain["occurred_at_us"]),
        plain.get("blacklist_version"),
        plain.get("card_counter"),
        plain.get("purse_after_fen"),
        plain.get("sam_id"),
        plain.get("sam_seq"),
        bytes.fromhex(tac) if tac else None,
        bytes.fromhex(plain.get("mac", "")),
    )


def _numbers(results: Any) -> list[tuple[int, int]]:
    return [(one.batch_no, one.seq) for one in results]
