"""§2: a one-time code makes a device the terminal."""

from __future__ import annotations

from onecard.conformance.cases import Failed, expect
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import Kit
from onecard.conformance.wire import Ask
from onecard.gateway import handshake

add = GATEWAY_CASES.add
WRONG_CODE = "AAAAA-AAAAA"


@add(2, is_golden=True)
async def wrong_code(kit: Kit) -> None:
    """A wrong code is 401 BAD_CODE, and the right one is still good after it.

    A code has several tries (five here), so that a slip of the finger costs nothing.
    """
    message, _key = kit.enrolment("one", code=WRONG_CODE)
    (await kit.wire.send(Ask("POST", "/v1/enrol", message))).refused("BAD_CODE")


@add(2, is_golden=True)
async def key_and_scheme(kit: Kit) -> None:
    """Ed25519 without a public key, a public key with HMAC, an unknown scheme: 422 INVALID, and no try of the code is lost.

    Check the message before the code.
    """
    message, _key = kit.enrolment("one")
    public_key = message.pop("public_key")
    for wrong in ({}, {"scheme": "hmac-sha256", "public_key": public_key}, {"scheme": "rsa", "public_key": public_key}):
        (await kit.wire.send(Ask("POST", "/v1/enrol", {**message, **wrong}))).refused("INVALID")


@add(2, is_golden=True)
async def ed25519(kit: Kit) -> None:
    """A device enrols with its own Ed25519 key and is given record key and centre's key.

    Without this nothing else can be tried: is the code fresh (30 minutes, once)?
    """
    message, private_key = kit.enrolment("one")
    answer = await kit.wire.send(Ask("POST", "/v1/enrol", message))
    kit.keep("one", answer, private_key=private_key)
    told = answer.told(handshake.Enrolled)
    expect("terminal", told.terminal, message["terminal"])
    expect("shared_key with Ed25519", told.shared_key, None)


@add(2, is_golden=True)
async def hmac_sha256(kit: Kit) -> None:
    """A small controller enrols without a key of its own and is given a shared key.

    Make the shared key at random, 32 bytes, and tell it in this answer only.
    """
    message, private_key = kit.enrolment("two")
    answer = await kit.wire.send(Ask("POST", "/v1/enrol", message))
    told = answer.told(handshake.Enrolled)
    if told.shared_key is None or told.shared_key == told.record_key:
        raise Failed("a shared_key that is not the record_key", answer)
    kit.keep("two", answer, private_key=private_key)


@add(2, is_golden=True)
async def code_serves_once(kit: Kit) -> None:
    """A code that was used is 401 BAD_CODE.

    Use the code up in the transaction that enrols.
    """
    terminal = kit.one.terminal
    message, _key = kit.enrolment("one")
    (await kit.wire.send(Ask("POST", "/v1/enrol", message))).refused("BAD_CODE")
    expect(f"device of {terminal} is still in session or can open one", (await kit.one.open()).token != "", expected=True)


@add(2, is_golden=True)
async def another_device(kit: Kit) -> None:
    """Another device that enrols as the terminal ends the first one's enrolment, and begins a batch that nobody used.

    End the older enrolment and its session in the transaction that makes the new one; give it another record key.
    """
    code = await kit.centre().do("code", kit.one.terminal)
    first = kit.one
    expect("first device in session", await first.is_in_session(), expected=True)
    second = await kit.enrol("one", code=code)
    expect("first device in session after the second enrolled", await first.is_in_session(), expected=False)
    (await first.post("/v1/session", first.session_request(await first.challenge()))).refused("BAD_SIGNATURE")
    expect("record key of the second device is the first one's", second.record_key == first.record_key, expected=False)
