"""Handlers: enrolment, challenge, session, roll of the key."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.cards import queries as cards
from onecard.gateway import signing
from onecard.gateway.calls import Call
from onecard.gateway.handshake import (
    Challenge,
    ChallengeWanted,
    Enrolled,
    Enrolment,
    KeyRoll,
    KeyRolled,
    Session,
    SessionWanted,
)
from onecard.gateway.passes import centre_key, is_live_challenge, new_challenge
from onecard.gateway.refusals import refused
from onecard.terminals import queries
from onecard.terminals.actions.enrol_device import EnrolmentOutcome, enrol_device
from onecard.terminals.actions.open_session import open_session
from onecard.terminals.actions.roll_key import new_shared_key, roll_key
from onecard.terminals.rules import microseconds, moment_of
from onecard.terminals.types import KeyScheme, NewDevice


def enrol(call: Call) -> Enrolled:
    """入网: give the device its keys, once, for the one-time code."""
    wanted: Enrolment = call.message
    scheme = KeyScheme(wanted.scheme)
    if (scheme is KeyScheme.ED25519) != (wanted.public_key is not None):
        raise refused("INVALID", "public_key goes with scheme ed25519, and only with it")
    public_key = bytes.fromhex(wanted.public_key) if wanted.public_key else None
    device = NewDevice(scheme, public_key, wanted.serial_no, wanted.model, wanted.firmware)
    actor = Actor.system(f"terminal {wanted.terminal} at {call.address}")
    done = enrol_device(actor, wanted.terminal, code=wanted.code, device=device)
    if done.outcome is not EnrolmentOutcome.DONE or done.record_key is None:
        raise refused("BAD_CODE")
    return Enrolled(
        terminal=wanted.terminal,
        record_key=done.record_key.hex(),
        centre_key=signing.public_key_of(centre_key()).hex(),
        next_batch_no=done.next_batch_no,
        shared_key=done.shared_key.hex() if done.shared_key else None,
    )


def challenge(call: Call) -> Challenge:
    """A challenge for any name: whether the terminal exists is not told."""
    wanted: ChallengeWanted = call.message
    text, expires_at_us = new_challenge(wanted.terminal, now_us=call.now_us)
    return Challenge(challenge=text, expires_at_us=expires_at_us, time_us=call.now_us)


def session(call: Call) -> Session:
    """Open a session for a challenge that the device signed."""
    wanted: SessionWanted = call.message
    text = signing.session_text(terminal=wanted.terminal, challenge=wanted.challenge, sent_at_us=wanted.sent_at_us)
    enrolment = queries.live_enrolment(wanted.terminal)
    if enrolment is None or not is_live_challenge(wanted.challenge, terminal=wanted.terminal, now_us=call.now_us):
        raise refused("BAD_SIGNATURE")
    key = queries.signing_key(enrolment)
    if not signing.is_signed(text, signature=wanted.signature, scheme=enrolment.scheme, key=key):
        raise refused("BAD_SIGNATURE")
    opened = open_session(enrolment, challenge=wanted.challenge, address=call.address)
    if opened is None:
        raise refused("BAD_SIGNATURE", "This challenge was used before.")
    token, terminal = opened
    return Session(
        token=token,
        expires_at_us=microseconds(terminal.expires_at),
        time_us=call.now_us,
        clock_offset_us=call.now_us - wanted.sent_at_us,
        parameters_version=queries.parameters_for(terminal.terminal_id, at=moment_of(call.now_us))[0],
        blacklist_version=cards.blacklist_head().version,
    )


def roll(call: Call) -> KeyRolled:
    """换钥: a new key in place of the one that opened this session."""
    wanted: KeyRoll = call.message
    terminal = call.caller
    enrolment = queries.live_enrolment(terminal.code)
    if enrolment is None:
        raise refused("BAD_TOKEN")
    actor = Actor.system(f"terminal {terminal.code} at {call.address}")
    if enrolment.scheme == KeyScheme.HMAC_SHA256:
        if wanted.public_key or wanted.signature:
            raise refused("INVALID", "a terminal with a shared key sends neither public_key nor signature")
        shared_key, concealed = new_shared_key()
        roll_key(actor, terminal.code, new_key=concealed)
        return KeyRolled(shared_key=shared_key.hex())
    if not wanted.public_key or not wanted.signature:
        raise refused("INVALID", "public_key and signature are needed")
    public_key = bytes.fromhex(wanted.public_key)
    text = signing.roll_text(terminal=terminal.code, public_key=wanted.public_key)
    if not signing.is_signed(text, signature=wanted.signature, scheme=enrolment.scheme, key=public_key):
        raise refused("BAD_SIGNATURE")
    roll_key(actor, terminal.code, new_key=public_key)
    return KeyRolled()
