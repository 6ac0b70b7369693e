"""Messages by which a device becomes a terminal and opens its sessions: enrolment, challenge, session, new keys."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from onecard.gateway.fields import (
    Answer,
    BatchNo,
    Code,
    Hex32,
    Moment,
    Opaque,
    Request,
    Signature,
    Version,
    Words,
)


class Enrolment(Request):
    """Registers the device that stands at a point of sale, with the one-time code from the terminal's page.

    With scheme `ed25519` the terminal sends its public key; with `hmac-sha256` it sends none and is given a shared key.
    """

    terminal: Code
    code: Annotated[str, Meta(min_length=8, max_length=16, pattern=r"^[0-9A-Za-z-]+$", description="one-time code")]
    scheme: Literal["ed25519", "hmac-sha256"]
    serial_no: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
    model: Words
    firmware: Words
    public_key: Hex32 | None = None


class Enrolled(Answer):
    """The terminal's keys: told this once. `shared_key` is null for Ed25519. `centre_key` verifies what the centre signs.

    `next_batch_no` is the batch to begin with: the centre has no number of it.
    """

    terminal: str
    record_key: Hex32
    centre_key: Hex32
    next_batch_no: BatchNo
    shared_key: Hex32 | None = None


class ChallengeWanted(Request):
    """Asks for a challenge to open a session with."""

    terminal: Code


class Challenge(Answer):
    """Sign it and send it back before it expires; it can be used once."""

    challenge: Opaque
    expires_at_us: Moment
    time_us: Moment


class SessionWanted(Request):
    """Opens a session: the signature covers terminal, challenge and `sent_at_us` (see the protocol's signing text)."""

    terminal: Code
    challenge: Opaque
    sent_at_us: Moment
    signature: Signature


class Session(Answer):
    """The token goes into the header `Authorization: Bearer …` of every other request. A new session ends the one before.

    `clock_offset_us` is what the terminal has to add to its clock.
    """

    token: Opaque
    expires_at_us: Moment
    time_us: Moment
    clock_offset_us: int
    parameters_version: Version
    blacklist_version: Version


class KeyRoll(Request):
    """Replaces the terminal's key; signed with the new one, in a session that was opened with the old one.

    With `hmac-sha256` both are left out and the answer carries a new shared key. The session ends: open another one.
    """

    public_key: Hex32 | None = None
    signature: Signature | None = None


class KeyRolled(Answer):
    """The key is replaced. `shared_key` is null for Ed25519."""

    shared_key: Hex32 | None = None
