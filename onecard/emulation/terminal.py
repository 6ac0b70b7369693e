"""An emulated terminal: sells online, offline within its limits, collects later, and never loses or doubles a record."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onecard.emulation.client import Client, Identity, NoAnswer, Refusal, allowances, own_clock_us
from onecard.emulation.faults import Faults
from onecard.emulation.journal import Journal, Line, Standing, plain
from onecard.emulation.limits import Sold, limit_reached
from onecard.gateway import signing
from onecard.terminals.rules import has_valid_mac, moment_of, record_mac
from onecard.terminals.types import TerminalRecord

TRIES = 2
ONLINE_AT_ONCE = 100
COLLECTED_AT_ONCE = 500
STORAGE_RECORDS = 80_000
LONGEST_WAIT_S = 60.0


class Sale(enum.Enum):
    """What the customer is told."""

    PAID = "paid online"
    SOLD = "sold offline"
    DECLINED = "declined by the centre"
    REFUSED = "refused by the terminal: blacklist, offline limits, disabled or revoked"


class Terminal:
    """One device. Its folder holds identity.json (keys, batch) and the journal; what the centre tells is held in memory."""

    def __init__(self, client: Client, folder: Path, *, faults: Faults, is_durable: bool = True) -> None:
        self.client = client
        self.faults = faults
        self.counts: Counter[str] = Counter()
        self.wiped: list[Path] = []
        self._folder = folder
        self._is_durable = is_durable
        self.identity = client.identity or Identity.of(json.loads((folder / "identity.json").read_text()))
        client.identity = self.identity
        self.first_batch_no = self.identity.batch_no
        self._keep_identity()
        self.journal = Journal(folder / "journal", is_durable=is_durable)
        self.is_online = True
        self.is_disabled = False
        self.is_revoked = False
        self._not_before = 0.0
        self.parameters: dict[str, Any] = {"version": -1, "heartbeat_s": 30, "offline": {"is_allowed": False}}
        self._are_parameters_acknowledged = False
        self.cards_refused: set[int] = set()
        self.blacklist_version: int | None = None
        self.allowances: dict[int, int] = {}
        self.allowances_version: int | None = None
        self._offset_us = 0
        self._touched_us = 0
        self._sold = Sold()
        self._is_collecting = asyncio.Lock()
        self._begin()

    def _keep_identity(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / "identity.draft"
        with draft.open("w") as file:
            json.dump(self.identity.plain(), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / "identity.json")

    def own_clock_us(self) -> int:
        """What the device's own clock shows; wrong by years if that is its fault."""
        return own_clock_us() + self.faults.clock_error_us

    # Selling.

    async def sell(self, card_no: int, amount_fen: int) -> Sale:
        """One customer: online, or offline when the centre cannot be reached."""
        self._suffer()
        if self.is_disabled or self.is_revoked:
            return self._told(Sale.REFUSED)
        if not self.is_online:
            return self._told(self._sell_offline(card_no, amount_fen))
        line = self.journal.add(self._record(card_no, amount_fen, blacklist_version=None), Standing.ASKED)
        for _try in range(TRIES):
            try:
                return self._told(self._settle(line, await self._ask(line)))
            except NoAnswer as problem:
                self._note(problem)
                if problem.retry_after_s:
                    break  # the customer does not wait that long
            except Refusal as refusal:
                self._obey(refusal)
                break
        # Written down first: whatever happens to the terminal now, the reversal will be sent.
        self.journal.mark(line, Standing.REVERSING)
        self.is_online = False
        return self._told(Sale.REFUSED if self.is_revoked else self._sell_offline(card_no, amount_fen))

    def _note(self, problem: NoAnswer) -> None:
        self.counts["no answer"] += 1
        self._not_before = time.monotonic() + min(problem.retry_after_s, LONGEST_WAIT_S)

    def _told(self, sale: Sale) -> Sale:
        self.counts[sale.name.lower()] += 1
        return sale

    def _record(self, card_no: int, amount_fen: int, *, blacklist_version: int | None) -> TerminalRecord:
        batch_no = self.identity.batch_no
        seq = self.journal.last_seq(batch_no) + 1
        moment = moment_of(max(0, self.own_clock_us() + self._offset_us))
        unsigned = TerminalRecord(0, batch_no, seq, card_no, amount_fen, moment, blacklist_version)
        return dataclasses.replace(unsigned, mac=record_mac(unsigned, key=self.identity.record_key))

    async def _ask(self, line: Line) -> str:
        message = {"purchases": [plain(line.record)]}
        requests = [self.client.call("POST", "/v1/purchases", message=message) for _ in range(1 + self.faults.doubles())]
        first, *others = await asyncio.gather(*requests, return_exceptions=True)
        answer = first if not isinstance(first, BaseException) or not others else others[0]
        if isinstance(answer, BaseException):
            raise answer
        if self.faults.loses_answer():
            raise NoAnswer("lost on purpose")
        [result] = answer["results"]
        return str(result["first_outcome"] or result["outcome"])

    def _settle(self, line: Line, outcome: str) -> Sale:
        is_paid = outcome == "APPROVED"
        self.journal.mark(line, Standing.PAID if is_paid else Standing.DECLINED, outcome=outcome)
        return Sale.PAID if is_paid else Sale.DECLINED

    def _sell_offline(self, card_no: int, amount_fen: int) -> Sale:
        if self.blacklist_version is None or card_no in self.cards_refused:
            return Sale.REFUSED
        limit = limit_reached(
            self.parameters,
            self._sold,
            card_no=card_no,
            amount_fen=amount_fen,
            out_of_touch_us=own_clock_us() - self._touched_us,
            allowance_fen=self.allowances.get(card_no, 0),
        )
        if limit is not None:
            self.counts[f"offline limit: {limit.name.lower()}"] += 1
            return Sale.REFUSED
        self.journal.add(self._record(card_no, amount_fen, blacklist_version=self.blacklist_version), Standing.SOLD)
        self._sold.add(card_no, amount_fen)
        return Sale.SOLD

    # In touch with the centre.

    async def beat(self) -> None:
        """心跳: say how it is, load what is newer, send what is unsent. Offline when the centre does not answer.

        Waits first for as long as the centre asked for (Retry-After).
        """
        await asyncio.sleep(max(0.0, self._not_before - time.monotonic()))
        try:
            answer = await self.client.call("POST", "/v1/heartbeat", message=self._state())
            self._offset_us = answer["clock_offset_us"]
            self.is_disabled = answer["is_disabled"]
            await self._load(answer)
            await self.send_unsent()
            if answer["has_missing"]:
                await self._send_missing()
            self.is_online, self.is_revoked = True, False
            self._touched_us = own_clock_us()
            if self.identity.scheme == signing.ED25519 and self.faults.rolls():
                await self.roll()
        except NoAnswer as problem:
            self._note(problem)
            self.is_online = False
            self.counts["silent beats"] += 1
        except Refusal as refusal:
            self._obey(refusal)

    async def roll(self) -> None:
        """换钥: a new key in place of the one that opens sessions. Records have a key of their own: what is unsent stays good."""
        await self.client.roll(keep=self._keep_identity, loses_answer=self.faults.loses_answer)
        self.counts["keys rolled"] += 1

    async def enrol_anew(self, code: str) -> None:
        """重新入网: become the terminal again, by another code; what is unsent is signed with the new record key."""
        last_batch_no = max((batch_no for batch_no, _seq in self.journal.lines), default=0)
        self.identity = await self.client.enrol(self.identity.terminal, code, scheme=self.identity.scheme)
        self.identity.batch_no = max(self.identity.batch_no, last_batch_no + 1)
        self._keep_identity()
        self.is_revoked = False
        self._begin()

    def _obey(self, refusal: Refusal) -> None:
        self.is_online = False
        self.counts[f"refused {refusal.code}"] += 1
        if refusal.code == "BAD_SIGNATURE":
            self.is_revoked = True

    def _state(self) -> dict[str, Any]:
        batch_no = self.identity.batch_no
        return {
            "sent_at_us": self.own_clock_us(),
            "batch_no": batch_no,
            "last_seq": self.journal.last_seq(batch_no),
            "unsent": len(self.journal.unsent()),
            "storage_pct": min(100, len(self.journal.lines) * 100 // STORAGE_RECORDS),
            "firmware": "1",
            "blacklist_version": self.blacklist_version or 0,
            "parameters_version": max(0, self.parameters["version"]),
            "allowances_version": self.allowances_version,
        }

    async def _load(self, answer: dict[str, Any]) -> None:
        if answer["parameters_version"] != self.parameters["version"] or not self._are_parameters_acknowledged:
            self.parameters = await self.client.call("GET", "/v1/parameters")
            self._are_parameters_acknowledged = False  # until the centre has heard that they are applied
            await self.client.call("POST", "/v1/parameters/applied", message={"version": self.parameters["version"]})
            self._are_parameters_acknowledged = True
        if answer["blacklist_version"] != self.blacklist_version:
            found = await self.client.blacklist(since=self.blacklist_version, held=self.cards_refused)
            self.blacklist_version, self.cards_refused = found
        version = answer.get("allowances_version")
        if version is None:
            self.allowances_version, self.allowances = None, {}
        elif version != self.allowances_version:
            since = self.allowances_version or 0
            self.allowances_version, self.allowances = await allowances(self.client, since=since, held=self.allowances)

    async def send_unsent(self) -> None:
        """Send reversals, then collect what was sold offline; both may raise NoAnswer or Refusal and go on next time."""
        async with self._is_collecting:
            await self._reverse([line for line in self.journal.unsent() if line.standing is Standing.REVERSING])
            await self._collect(self._uncollected())
            if not self._uncollected():
                self._sold = Sold()

    def _signed(self, line: Line) -> Line:
        """The line; under the record key of now if it was written before the device was enrolled anew."""
        key = self.identity.record_key
        return line if has_valid_mac(line.record, key=key) else self.journal.sign_anew(line, record_mac(line.record, key=key))

    async def _reverse(self, lines: Sequence[Line]) -> None:
        for first in range(0, len(lines), ONLINE_AT_ONCE):
            part = [self._signed(line) for line in lines[first : first + ONLINE_AT_ONCE]]
            message = {"reversals": [plain(line.record) for line in part]}
            results = await self._send("/v1/reversals", message)
            for line, result in zip(part, results, strict=True):
                self.journal.mark(line, Standing.REVERSED, outcome=result["outcome"])
                self.counts["reversed"] += 1

    async def _collect(self, lines: Sequence[Line]) -> None:
        ordered = self.faults.order(list(lines))
        for first in range(0, len(ordered), COLLECTED_AT_ONCE):
            part = [self._signed(line) for line in ordered[first : first + COLLECTED_AT_ONCE]]
            results = await self._send("/v1/collections", {"records": [plain(line.record) for line in part]})
            for line, result in zip(part, results, strict=True):
                if line.standing is Standing.SOLD:
                    self.journal.mark(line, Standing.COLLECTED, outcome=result["outcome"])
                self.counts["collected"] += 1

    async def _send(self, path: str, message: Any) -> list[dict[str, Any]]:
        """Send once, or twice when doubled; the answer may get lost."""
        for _ in range(1 + self.faults.doubles()):
            answer = await self.client.call("POST", path, message=message)
        if self.faults.loses_answer():
            raise NoAnswer("lost on purpose")
        results: list[dict[str, Any]] = answer["results"]
        return results

    async def _send_missing(self) -> None:
        """补采: collect what the centre lacks, reverse what took no money, and say which of it is not there.

        A number whose answer is still awaited is left for the next time.
        """
        answer = await self.client.call("GET", "/v1/missing")
        for place in answer["missing"]:
            numbers = range(place["first_seq"], place["last_seq"] + 1)
            found = {seq: self.journal.lines.get((place["batch_no"], seq)) for seq in numbers}
            kept = [line for line in found.values() if line is not None and line.standing is not Standing.ASKED]
            await self._collect([line for line in kept if line.standing.took_money])
            await self._reverse([line for line in kept if not line.standing.took_money])
            gone = [seq for seq, line in found.items() if line is None]
            for first in range(0, len(gone), ONLINE_AT_ONCE):
                part = gone[first : first + ONLINE_AT_ONCE]
                places = [{"batch_no": place["batch_no"], "first_seq": seq, "last_seq": seq} for seq in part]
                await self.client.call("POST", "/v1/not-found", message={"places": places})

    # What happens to it.

    def _suffer(self) -> None:
        if self.faults.tears():
            self.journal.tear()
            self.restart()
        if self.faults.wipes():
            self.wipe()

    def restart(self) -> None:
        """As after a power failure."""
        self.journal.reopen()
        self._begin()

    def _begin(self) -> None:
        """What the device does when it starts: see what its journal says.

        A request whose answer never came is given up; its reversal goes first. What was sold offline counts towards the limits.
        """
        if self.journal.is_damaged:
            self._next_batch()
            self.journal.restore()
        for line in self.journal.unsent():
            if line.standing is Standing.ASKED:
                self.journal.mark(line, Standing.REVERSING)
        self._sold = Sold()
        for line in self._uncollected():
            self._sold.add(line.record.card_no, line.record.amount_fen)

    def _uncollected(self) -> list[Line]:
        return [line for line in self.journal.unsent() if line.standing is Standing.SOLD]

    def _next_batch(self) -> None:
        """No number of this batch is given any more."""
        self.identity.batch_no += 1
        self._keep_identity()

    def wipe(self) -> None:
        """The journal is lost; it is kept aside, as what customers remember. The next batch begins."""
        self.journal.close()
        aside = self._folder / f"journal.{self.identity.batch_no}"
        self._next_batch()
        self.journal.path.rename(aside)
        self.wiped.append(aside)
        self.journal = Journal(self._folder / "journal", is_durable=self._is_durable)
        self._begin()
