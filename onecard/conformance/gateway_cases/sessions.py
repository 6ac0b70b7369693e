"""§3: who may open a session, and what ends it."""

from __future__ import annotations

import secrets

from onecard.conformance.cases import Failed, expect
from onecard.conformance.device import Device, now_us
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import Kit
from onecard.gateway import handshake, messages, signing

add = GATEWAY_CASES.add
YEAR_US = 365 * 86_400 * 1_000_000


@add(3, is_golden=True)
async def ed25519(kit: Kit) -> None:
    """A challenge signed with the Ed25519 key opens a session.

    The text that is signed is UTF-8, four lines, each ended by one line feed, the last one too.
    """
    session = await kit.one.open()
    expect("in session", await kit.one.is_in_session(), expected=True)
    if not session.time_us < session.expires_at_us:
        raise Failed("expires_at_us after time_us", f"{session.expires_at_us} and {session.time_us}")


@add(3, is_golden=True)
async def hmac_sha256(kit: Kit) -> None:
    """A challenge signed with the shared key opens a session.

    HMAC-SHA256 over the same text, 32 bytes.
    """
    await kit.two.open()
    expect("in session", await kit.two.is_in_session(), expected=True)


@add(3, is_golden=True)
async def clock_offset(kit: Kit) -> None:
    """A terminal whose clock is wrong by nine years is told what to add to it.

    clock_offset_us is the centre's time less sent_at_us; a wrong clock is no reason to refuse the session.
    """
    wrong_us = now_us() - 9 * YEAR_US
    request = kit.one.session_request(await kit.one.challenge(), sent_at_us=wrong_us)
    session = (await kit.one.post("/v1/session", request)).told(handshake.Session)
    kit.one.token = session.token
    expect("clock_offset_us is time_us less sent_at_us", session.clock_offset_us, session.time_us - wrong_us)


@add(3, is_golden=True)
async def replayed(kit: Kit) -> None:
    """A challenge serves once: the same request again is 401 BAD_SIGNATURE.

    Remember the challenges that were used until they expire.
    """
    request = kit.one.session_request(await kit.one.challenge())
    kit.one.token = (await kit.one.post("/v1/session", request)).told(handshake.Session).token
    (await kit.one.post("/v1/session", request)).refused("BAD_SIGNATURE")


@add(3, is_golden=True)
async def wrong_signature(kit: Kit) -> None:
    """A signature by another key, over another moment, of another length, or an invented challenge is 401 BAD_SIGNATURE.

    Verify the signature over exactly the terminal, challenge and sent_at_us of the request.
    """
    request = kit.one.session_request(await kit.one.challenge())
    text = signing.session_text(terminal=kit.one.terminal, challenge=request["challenge"], sent_at_us=request["sent_at_us"])
    foreign = signing.sign(text, scheme=signing.ED25519, key=secrets.token_bytes(32))
    for wrong in ({"signature": foreign}, {"signature": "00" * 32}, {"sent_at_us": request["sent_at_us"] + 1}):
        (await kit.one.post("/v1/session", {**request, **wrong})).refused("BAD_SIGNATURE")
    (await kit.one.post("/v1/session", kit.one.session_request("invented"))).refused("BAD_SIGNATURE")


@add(3, is_golden=True)
async def foreign_challenge(kit: Kit) -> None:
    """A challenge that another terminal asked for is 401 BAD_SIGNATURE, also when signed rightly.

    Bind the challenge to the terminal that asked for it.
    """
    request = kit.one.session_request(await kit.two.challenge())
    (await kit.one.post("/v1/session", request)).refused("BAD_SIGNATURE")


@add(3, is_golden=True)
async def unknown_terminal(kit: Kit) -> None:
    """A terminal that does not exist gets a challenge, and 401 BAD_SIGNATURE for its session.

    Don't tell strangers which terminals there are.
    """
    stranger = Device(kit.wire, "NO-SUCH-TERMINAL", signing.ED25519, kit.one.key, b"", b"", batch_no=1)
    (await stranger.post("/v1/session", stranger.session_request(await stranger.challenge()))).refused("BAD_SIGNATURE")


@add(3, is_golden=True)
async def newest_counts(kit: Kit) -> None:
    """A new session ends the one before.

    One session a terminal: so a cloned terminal is noticed.
    """
    old = kit.one.token
    await kit.one.open()
    new, kit.one.token = kit.one.token, old
    expect("first session good", await kit.one.is_in_session(), expected=False)
    kit.one.token = new
    expect("second session good", await kit.one.is_in_session(), expected=True)


@add(3, is_golden=True)
async def signed_time(kit: Kit) -> None:
    """The centre signs its time over the terminal's nonce with the key that it told at enrolment.

    Sign `onecard/1 time`, nonce and time_us, a line each, with the centre's Ed25519 key.
    """
    nonce = secrets.token_hex(8)
    told = (await kit.one.get("/v1/time", nonce=nonce)).told(messages.SignedTime)
    expect("nonce", told.nonce, nonce)
    text = signing.time_text(nonce=nonce, time_us=told.time_us)
    is_signed = signing.is_signed(text, signature=told.signature, scheme=signing.ED25519, key=kit.one.centre_key)
    expect("signature by centre_key", is_signed, expected=True)


@add(3, is_golden=True)
async def roll_ed25519(kit: Kit) -> None:
    """The key is rolled by a signature with the new key; session and old key are void then.

    Nobody may put a key in place whose private half he doesn't hold: check the signature with the new public key.
    """
    device, new_key = kit.one, secrets.token_bytes(32)
    public_key = signing.public_key_of(new_key).hex()
    text = signing.roll_text(terminal=device.terminal, public_key=public_key)
    by_the_old = {"public_key": public_key, "signature": signing.sign(text, scheme=signing.ED25519, key=device.key)}
    (await device.post("/v1/roll", by_the_old)).refused("BAD_SIGNATURE")
    by_the_new = {"public_key": public_key, "signature": signing.sign(text, scheme=signing.ED25519, key=new_key)}
    (await device.post("/v1/roll", by_the_new)).told(handshake.KeyRolled)
    old_key, device.key = device.key, new_key
    await _is_rolled(device, old_key=old_key)


@add(3, is_golden=True)
async def roll_hmac_sha256(kit: Kit) -> None:
    """The centre rolls a shared key and tells the new one; session and old key are void then.

    The new key is in this answer only.
    """
    device = kit.two
    answer = await device.post("/v1/roll", {})
    shared_key = answer.told(handshake.KeyRolled).shared_key
    if shared_key is None:
        raise Failed("a new shared_key", answer)
    old_key, device.key = device.key, bytes.fromhex(shared_key)
    await _is_rolled(device, old_key=old_key)


async def _is_rolled(device: Device, *, old_key: bytes) -> None:
    expect("session good after the roll", await device.is_in_session(), expected=False)
    new_key, device.key = device.key, old_key
    request = device.session_request(await device.challenge())
    device.key = new_key
    (await device.post("/v1/session", request)).refused("BAD_SIGNATURE")
    await device.open()


@add(3, is_golden=True)
async def revoked(kit: Kit) -> None:
    """A revoked terminal is out at once: its token is BAD_TOKEN for money too, its sessions BAD_SIGNATURE.

    Ask with every booking whether the session still counts; a gateway that caches tokens must ask the database.
    """
    device, centre = kit.two, kit.centre()
    await device.collect(device.record(kit.card("paying"), 1))
    await centre.do("revoke", device.terminal)
    try:
        record = device.record(kit.card("paying"), 1)
        (await device.post("/v1/purchases", {"purchases": [record]})).refused("BAD_TOKEN")
        (await device.post("/v1/collections", {"records": [record]})).refused("BAD_TOKEN")
        (await device.post("/v1/session", device.session_request(await device.challenge()))).refused("BAD_SIGNATURE")
    finally:
        await kit.enrol("two", code=await centre.do("code", device.terminal))
    await kit.two.open()
