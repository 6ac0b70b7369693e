"""What the cases of a gateway work with: the wire, two terminals, cards of several kinds, the centre's hand."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from typing import Any

from onecard.conformance.cases import LeftOut
from onecard.conformance.device import Device, now_us
from onecard.conformance.hand import Hand
from onecard.conformance.wire import Answer, Ask, HttpWire, Wire
from onecard.gateway import handshake, signing

CARD_KINDS = {
    "paying": "active, with 200.00 yuan to spend, and nothing spent today",
    "poor": "active, with nothing to spend",
    "lost": "reported lost",
    "frozen": "frozen",
    "expired": "past its date",
    "closed": "cancelled",
}
"""The cards that a centre has to have ready, by the name that `--card` gives them."""
UNKNOWN_CARD = 987_654_321_987
"""A card number that no centre has given out."""
SERIALS = {"one": "KIT-1", "two": "KIT-2"}
SCHEMES = {"one": signing.ED25519, "two": signing.HMAC_SHA256}


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """A terminal that the centre has registered, and the one-time code to enrol as it."""

    terminal: str
    code: str


@dataclasses.dataclass(slots=True)
class Kit:
    """The state of one run. Terminal `one` signs with Ed25519, `two` with HMAC-SHA256."""

    wire: Wire
    posts: Mapping[str, Post]
    cards: Mapping[str, int]
    hand: Hand | None = None
    is_quick: bool = False
    devices: dict[str, Device] = dataclasses.field(default_factory=dict)
    old_challenge: handshake.Challenge | None = None
    old_challenge_us: int = 0

    @property
    def one(self) -> Device:
        """The terminal under whose name the cases run."""
        return self._device("one")

    @property
    def two(self) -> Device:
        """Another terminal."""
        return self._device("two")

    def _device(self, role: str) -> Device:
        if role not in self.devices:
            raise LeftOut(f"terminal {role} is not enrolled")
        return self.devices[role]

    def post(self, role: str) -> Post:
        """The terminal and its code; LeftOut when none was named."""
        if role not in self.posts:
            raise LeftOut("needs a second terminal: --terminal NAME=CODE")
        return self.posts[role]

    def card(self, kind: str) -> int:
        """A card of this kind; LeftOut when none was named."""
        if kind not in self.cards:
            raise LeftOut(f"needs a card that is {CARD_KINDS[kind]}: --card {kind}=NUMBER")
        return self.cards[kind]

    def http(self) -> HttpWire:
        """The wire, for what only a real connection can do."""
        if not isinstance(self.wire, HttpWire):
            raise LeftOut("needs a connection")
        return self.wire

    def centre(self) -> Hand:
        """Who does what is done at the centre; LeftOut when nobody does."""
        if self.hand is None:
            raise LeftOut("something has to be done at the centre: --hand COMMAND")
        return self.hand

    def patience(self) -> None:
        """LeftOut when the run is to be quick."""
        if self.is_quick:
            raise LeftOut("takes long: run without --quick")

    # Enrolment.

    def enrolment(self, role: str, *, code: str | None = None) -> tuple[dict[str, Any], bytes]:
        """(the message that enrols the terminal of this role, the private key made for it)."""
        post = self.post(role)
        private_key = secrets.token_bytes(32)
        message = {
            "terminal": post.terminal,
            "code": post.code if code is None else code,
            "scheme": SCHEMES[role],
            "serial_no": SERIALS[role],
            "model": "conformance kit",
            "firmware": "1",
        }
        if SCHEMES[role] == signing.ED25519:
            message["public_key"] = signing.public_key_of(private_key).hex()
        return message, private_key

    async def enrol(self, role: str, *, code: str | None = None) -> Device:
        """Enrol, and keep the device."""
        message, private_key = self.enrolment(role, code=code)
        answer = await self.wire.send(Ask("POST", "/v1/enrol", message))
        return self.keep(role, answer, private_key=private_key)

    def keep(self, role: str, answer: Answer, *, private_key: bytes) -> Device:
        """The device that an enrolment's answer makes."""
        told = answer.told(handshake.Enrolled)
        key = bytes.fromhex(told.shared_key) if told.shared_key else private_key
        record_key, centre_key = bytes.fromhex(told.record_key), bytes.fromhex(told.centre_key)
        # The first case begins the next batch, and that is the one to begin with.
        self.devices[role] = Device(self.wire, told.terminal, SCHEMES[role], key, record_key, centre_key, told.next_batch_no - 1)
        return self.devices[role]

    async def begin(self) -> None:
        """Before all cases: take the challenge that is to grow old."""
        answer = await self.wire.send(Ask("POST", "/v1/challenge", {"terminal": self.post("one").terminal}))
        self.old_challenge, self.old_challenge_us = answer.told(handshake.Challenge), now_us()

    async def set_out(self) -> None:
        """Before each case: every enrolled device in a session, at the beginning of a batch."""
        for device in self.devices.values():
            device.next_batch()
            if device.token is None or not await device.is_in_session():
                await device.open()
