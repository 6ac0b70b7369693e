"""A small centre that speaks protocol v1 on loopback and plays a script: it errs on purpose, and watches the terminal."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import json
import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from onecard.allowances.rules import allowance_checksum
from onecard.cards.rules import blacklist_checksum
from onecard.conformance.books import Books
from onecard.conformance.device import now_us
from onecard.gateway import handshake, messages, signing
from onecard.gateway.refusals import Refused, refused

TERMINAL, CODE = "KIT-T", "7KQ2M-XW4RD"
FIRST_BATCH_NO = 7
AHEAD_US = 2 * 3_600 * 1_000_000
"""The centre's clock is two hours ahead of this machine's: only a terminal that heeds the offset writes the right moments."""
LATE_S = 3.0
RETRY_AFTER_S = 2
PAGE = 2
LISTED = frozenset({70_001, 70_002, 70_003, 70_004, 70_005})
LIMITS = messages.OfflineLimits(
    is_allowed=True, single_limit_fen=1_000, card_limit_fen=1_500, total_limit_fen=3_000, max_records=5, max_hours=72
)


class Fault(enum.Enum):
    """What goes wrong with one request."""

    LOST = "booked, and the line cut before the answer"
    CUT = "booked, and the line cut in the middle of the answer"
    BUSY = "503 with Retry-After, nothing booked"
    BROKEN = "500, although it was booked"
    LATE = "answered after three seconds"
    ENDED = "401: the session has ended"


@dataclasses.dataclass(frozen=True, slots=True)
class Heard:
    """A request that came: when (seconds of the loop's clock), where to, what it said, what was done to it."""

    at_s: float
    path: str
    message: Any
    fault: Fault | None


class Centre:
    """One centre for one terminal. Cases set its script, and read what it heard."""

    def __init__(self) -> None:
        self.books = Books()
        self.heard: list[Heard] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.device: handshake.Enrolment | None = None
        self.sessions = 0
        self.refused_sessions = 0
        self.beats: list[messages.Heartbeat] = []
        self.applied: list[int] = []
        self.asked_for: list[messages.Missing] = []
        self.not_found: list[messages.NotFoundPlace] = []
        self.full_loads = 0
        self.is_down = self.is_disabled = self.is_revoked = False
        self.forgets_versions = self.drifts = False
        self.offline = LIMITS
        self.allowances: dict[int, int] = {}
        self.parameters_version = 1
        self.lists: list[frozenset[int]] = [frozenset(), LISTED]
        self.record_key, self._shared_key, self._centre_key = (secrets.token_bytes(32) for _ in range(3))
        self._token = self._key_before = ""
        self._challenges: set[str] = set()
        self.news = asyncio.Event()

    @property
    def blacklist_version(self) -> int:
        """The newest version; version 0 is the empty list."""
        return len(self.lists) - 1

    def list_card(self, card_no: int) -> None:
        """Put a card on the blacklist."""
        self.lists.append(self.lists[-1] | {card_no})

    def now_us(self) -> int:
        """The centre's clock."""
        return now_us() + AHEAD_US

    # HTTP.

    def application(self) -> web.Application:
        """What to serve."""
        application = web.Application(client_max_size=2**22)
        application.router.add_route("*", "/{path:.*}", self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self.is_down:
            return _cut(request)
        fault = self.faults[request.path].popleft() if self.faults[request.path] else None
        try:
            status, answer = 200, self._handled(request, body, fault)
        except Refused as refusal:
            status, answer = refusal.status, messages.Refusal(messages.Problem(refusal.code, refusal.message))
        self.news.set()
        if fault is Fault.LATE:
            await asyncio.sleep(LATE_S)
        # A field that this version doesn't know: answers of later ones have some.
        text = json.dumps({**msgspec.to_builtins(answer), "of_a_later_version": True}).encode()
        if fault is Fault.LOST:
            return _cut(request)
        if fault is Fault.CUT:
            return await _half(request, text)
        if fault is Fault.BROKEN:
            broken = refused("BROKEN")
            status, text = broken.status, msgspec.json.encode(messages.Refusal(messages.Problem(broken.code, broken.message)))
        headers = {"Retry-After": str(RETRY_AFTER_S)} if status in (429, 503) else {}
        return web.Response(status=status, body=text, content_type="application/json", headers=headers)

    def _handled(self, request: web.Request, body: bytes, fault: Fault | None) -> msgspec.Struct:
        found = HANDLERS.get((request.method, request.path))
        if found is None:
            self.books.mishaps["requests"].append(f"{request.method} {request.path}: there is no such address")
            raise refused("NO_SUCH_PATH")
        kind, handle = found
        try:
            if request.method == "GET":
                message = msgspec.convert(dict(request.query), kind, strict=False)
            else:
                message = msgspec.json.decode(body, type=kind)
        except msgspec.MsgspecError as problem:
            self.books.mishaps["requests"].append(f"{request.path}: {problem}")
            raise refused("INVALID", str(problem)) from None
        self.heard.append(Heard(asyncio.get_running_loop().time(), request.path, message, fault))
        if fault is Fault.BUSY:
            raise refused("BUSY")
        if request.path not in OPEN:
            self._in_session(request, fault)
        return handle(self, message)

    def _in_session(self, request: web.Request, fault: Fault | None) -> None:
        if fault is Fault.ENDED:
            self._token = ""
        if not self._token or request.headers.get("Authorization") != f"Bearer {self._token}" or self.is_revoked:
            raise refused("BAD_TOKEN")

    # What terminals ask.

    def _enrol(self, wanted: handshake.Enrolment) -> handshake.Enrolled:
        is_ed25519 = wanted.scheme == signing.ED25519
        if is_ed25519 != (wanted.public_key is not None):
            self.books.mishaps["requests"].append("public_key goes with scheme ed25519, and only with it")
            raise refused("INVALID")
        if wanted.terminal != TERMINAL or wanted.code.replace("-", "").upper() != CODE.replace("-", ""):
            raise refused("BAD_CODE")
        self.device = wanted
        return handshake.Enrolled(
            terminal=TERMINAL,
            record_key=self.record_key.hex(),
            centre_key=signing.public_key_of(self._centre_key).hex(),
            next_batch_no=FIRST_BATCH_NO,
            shared_key=None if is_ed25519 else self._shared_key.hex(),
        )

    def _challenge(self, _wanted: handshake.ChallengeWanted) -> handshake.Challenge:
        challenge = secrets.token_urlsafe(24)
        self._challenges.add(challenge)
        return handshake.Challenge(challenge=challenge, expires_at_us=self.now_us() + 60_000_000, time_us=self.now_us())

    def _session(self, wanted: handshake.SessionWanted) -> handshake.Session:
        text = signing.session_text(terminal=wanted.terminal, challenge=wanted.challenge, sent_at_us=wanted.sent_at_us)
        if self.device is None or not self._is_good(wanted, text):
            self.refused_sessions += 1
            raise refused("BAD_SIGNATURE")
        self._challenges.discard(wanted.challenge)
        self.sessions += 1
        self._token = secrets.token_urlsafe(24)
        return handshake.Session(
            token=self._token,
            expires_at_us=self.now_us() + 12 * 3_600_000_000,
            time_us=self.now_us(),
            clock_offset_us=self.now_us() - wanted.sent_at_us,
            parameters_version=self.parameters_version,
            blacklist_version=self.blacklist_version,
        )

    def _is_good(self, wanted: handshake.SessionWanted, text: bytes) -> bool:
        if self.is_revoked:
            return False
        scheme = self.device.scheme if self.device else signing.ED25519
        public_key = self.device.public_key if self.device else None
        key = bytes.fromhex(public_key) if public_key else self._shared_key
        is_signed = signing.is_signed(text, signature=wanted.signature, scheme=scheme, key=key)
        if not is_signed and not self._is_of_key_before(wanted, text):
            self.books.mishaps["signature"].append(f"{wanted.signature} is no signature of {text!r}")
        if wanted.challenge not in self._challenges:
            self.books.mishaps["signature"].append("a challenge that was used before, or never given")
        return is_signed and wanted.challenge in self._challenges

    def _is_of_key_before(self, wanted: handshake.SessionWanted, text: bytes) -> bool:
        """Whether it is signed with the key that was rolled: who lost the answer tries both."""
        if not self._key_before:
            return False
        key = bytes.fromhex(self._key_before)
        return signing.is_signed(text, signature=wanted.signature, scheme=signing.ED25519, key=key)

    def _roll(self, wanted: handshake.KeyRoll) -> handshake.KeyRolled:
        self._token = ""
        if self.device is None or self.device.public_key is None:
            self._shared_key = secrets.token_bytes(32)
            return handshake.KeyRolled(self._shared_key.hex())
        public_key, signature = wanted.public_key or "", wanted.signature or ""
        text = signing.roll_text(terminal=TERMINAL, public_key=public_key)
        if not public_key or not signing.is_signed(
            text, signature=signature, scheme=signing.ED25519, key=bytes.fromhex(public_key)
        ):
            raise refused("BAD_SIGNATURE")
        self._key_before, self.device.public_key = self.device.public_key, public_key
        return handshake.KeyRolled()

    def _time(self, wanted: messages.TimeWanted) -> messages.SignedTime:
        text = signing.time_text(nonce=wanted.nonce, time_us=self.now_us())
        signature = signing.sign(text, scheme=signing.ED25519, key=self._centre_key)
        return messages.SignedTime(time_us=self.now_us(), nonce=wanted.nonce, signature=signature)

    def _looked_at(self, one: msgspec.Struct) -> dict[str, Any]:
        record: dict[str, Any] = {name: value for name, value in msgspec.to_builtins(one).items() if value is not None}
        is_signed = self.books.look_at(record, record_key=self.record_key, first_batch_no=FIRST_BATCH_NO, now_us=self.now_us())
        if not is_signed:
            raise refused("BAD_MAC")
        return record

    def _purchases(self, wanted: messages.OnlinePurchases) -> messages.OnlineResults:
        results = []
        for record in [self._looked_at(one) for one in wanted.purchases]:
            outcome, first = self.books.ask(record)
            results.append(messages.OnlineResult(record["batch_no"], record["seq"], outcome, first))
        return messages.OnlineResults(results)

    def _reversals(self, wanted: messages.Reversals) -> messages.ReversalResults:
        records = [self._looked_at(one) for one in wanted.reversals]
        return messages.ReversalResults(
            [messages.ReversalResult(one["batch_no"], one["seq"], self.books.reverse(one)) for one in records]
        )

    def _collections(self, wanted: messages.CollectionWritten) -> messages.CollectionResults:
        results = [
            messages.CollectedResult(*self.books.collect(record)) for record in [self._looked_at(one) for one in wanted.records]
        ]
        return messages.CollectionResults(results=results, missing=self._missing())

    def _missing(self) -> list[messages.Missing]:
        gone = {(one.batch_no, one.first_seq) for one in self.not_found}
        return [
            one
            for one in self.asked_for
            if (one.batch_no, one.first_seq) not in gone and (one.batch_no, one.first_seq) not in self.books.kept
        ]

    def _missing_numbers(self, _wanted: messages.Nothing) -> messages.MissingNumbers:
        return messages.MissingNumbers(self._missing())

    def _not_found(self, wanted: messages.NotFound) -> messages.Noted:
        self.not_found += wanted.places
        return messages.Noted(self.now_us())

    def _parameters(self, _wanted: messages.Nothing) -> messages.Parameters:
        return messages.Parameters(
            version=self.parameters_version,
            effective_from_us=0,
            merchant="Conformance kit",
            terminal_name="Terminal under test",
            single_limit_fen=None,
            opens_at_min=None,
            closes_at_min=None,
            utc_offset_min=480,
            heartbeat_s=1,
            meal_periods=[],
            prices=[messages.Price("RICE", "Rice 米饭", 100)],
            offline=self.offline,
            receipt_text="Conformance kit",
        )

    def _applied(self, wanted: messages.ParametersApplied) -> messages.Noted:
        if wanted.version != self.parameters_version:
            raise refused("CONFLICT")
        self.applied.append(wanted.version)
        return messages.Noted(self.now_us())

    def _blacklist(self, wanted: messages.BlacklistWanted) -> messages.Blacklist:
        if wanted.since is None:
            return self._page(wanted)
        if self.forgets_versions or wanted.since > self.blacklist_version:
            self.forgets_versions = False
            raise refused("CONFLICT")
        # One version at a time, so that there is more to ask for.
        version = min(wanted.since + 1, self.blacklist_version)
        before, after = self.lists[wanted.since], self.lists[version]
        added = sorted(after - before)
        if self.drifts and added:
            self.drifts, added = False, []
        return self._told(wanted.since, version, added, sorted(before - after), has_more=version < self.blacklist_version)

    def _page(self, wanted: messages.BlacklistWanted) -> messages.Blacklist:
        if wanted.after is None:
            self.full_loads += 1
        most = min(PAGE, wanted.limit)
        version = self.blacklist_version if wanted.version is None else wanted.version
        if version > self.blacklist_version:
            raise refused("CONFLICT")
        rest = sorted(one for one in self.lists[version] if wanted.after is None or one > wanted.after)
        return self._told(None, version, rest[:most], [], has_more=len(rest) > most)

    def _told(
        self, since: int | None, version: int, added: list[int], removed: list[int], *, has_more: bool
    ) -> messages.Blacklist:
        cards = self.lists[version]
        return messages.Blacklist(
            full=since is None,
            since=since or 0,
            version=version,
            added=added,
            removed=removed,
            has_more=has_more,
            count=len(cards),
            checksum=signing.checksum_text(blacklist_checksum(cards)),
        )

    def _allowances(self, wanted: messages.AllowancesWanted) -> messages.Allowances:
        """Everything at once, under the version of the parameters that began to need it."""
        return messages.Allowances(
            since=wanted.since,
            version=self.parameters_version,
            listed=list(self.allowances.items()),
            removed=[],
            has_more=False,
            count=len(self.allowances),
            checksum=signing.checksum_text(allowance_checksum(self.allowances)),
        )

    def _heartbeat(self, said: messages.Heartbeat) -> messages.HeartbeatAnswer:
        self.beats.append(said)
        return messages.HeartbeatAnswer(
            time_us=self.now_us(),
            clock_offset_us=self.now_us() - said.sent_at_us,
            parameters_version=self.parameters_version,
            blacklist_version=self.blacklist_version,
            has_missing=bool(self._missing()),
            is_disabled=self.is_disabled,
            allowances_version=self.parameters_version if self.offline.needs_allowance else None,
        )


HANDLERS: dict[tuple[str, str], tuple[Any, Callable[[Centre, Any], msgspec.Struct]]] = {
    ("POST", "/v1/enrol"): (handshake.Enrolment, Centre._enrol),
    ("POST", "/v1/challenge"): (handshake.ChallengeWanted, Centre._challenge),
    ("POST", "/v1/session"): (handshake.SessionWanted, Centre._session),
    ("GET", "/v1/time"): (messages.TimeWanted, Centre._time),
    ("POST", "/v1/roll"): (handshake.KeyRoll, Centre._roll),
    ("POST", "/v1/purchases"): (messages.OnlinePurchases, Centre._purchases),
    ("POST", "/v1/reversals"): (messages.Reversals, Centre._reversals),
    ("POST", "/v1/collections"): (messages.CollectionWritten, Centre._collections),
    ("GET", "/v1/missing"): (messages.Nothing, Centre._missing_numbers),
    ("POST", "/v1/not-found"): (messages.NotFound, Centre._not_found),
    ("GET", "/v1/parameters"): (messages.Nothing, Centre._parameters),
    ("POST", "/v1/parameters/applied"): (messages.ParametersApplied, Centre._applied),
    ("GET", "/v1/blacklist"): (messages.BlacklistWanted, Centre._blacklist),
    ("GET", "/v1/allowances"): (messages.AllowancesWanted, Centre._allowances),
    ("POST", "/v1/heartbeat"): (messages.Heartbeat, Centre._heartbeat),
}
"""What each address takes, and who answers it."""
OPEN = frozenset({"/v1/enrol", "/v1/challenge", "/v1/session", "/v1/time"})


def _cut(request: web.Request) -> web.Response:
    """The line breaks."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, text: bytes) -> web.StreamResponse:
    """The line breaks in the middle of the answer."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(text))})
    await response.prepare(request)
    await response.write(text[: len(text) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
