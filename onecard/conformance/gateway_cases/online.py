"""§5: buying online; whatever happens to the answer, the customer pays once."""

from __future__ import annotations

import asyncio

from onecard.conformance.cases import Failed, expect
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import UNKNOWN_CARD, Kit
from onecard.gateway.messages import HeartbeatAnswer

add = GATEWAY_CASES.add
DOUBLES = 8


@add(5, is_golden=True)
async def approved(kit: Kit) -> None:
    """A purchase is approved, and the balance goes down by its amount.

    Is the paying card active, with money, and the terminal enabled and open?
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    [result] = await device.buy(device.record(card_no, 50), wants_balance=True)
    expect("outcome", result.outcome, "APPROVED")
    expect("first_outcome", result.first_outcome, None)
    expect("balance_fen", result.balance_fen, before_fen - 50)


@add(5, is_golden=True)
async def many(kit: Kit) -> None:
    """Several purchases in one request are answered one by one, in their order; a declined one doesn't stop the others.

    Each purchase is judged by itself.
    """
    device, card_no = kit.one, kit.card("paying")
    results = await device.buy(device.record(card_no, 50), device.record(UNKNOWN_CARD, 50), device.record(card_no, 60))
    expect("outcomes", [one.outcome for one in results], ["APPROVED", "DECLINED_UNKNOWN_CARD", "APPROVED"])


@add(5, is_golden=True)
async def repeated(kit: Kit) -> None:
    """A record sent again is REPEATED with the first outcome, and paid once.

    Keep each record by terminal, batch and number with its outcome; look there before booking.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    record = device.record(card_no, 50)
    await device.buy(record)
    [again] = await device.buy(record, wants_balance=True)
    expect("outcome", (again.outcome, again.first_outcome), ("REPEATED", "APPROVED"))
    expect("balance_fen", again.balance_fen, before_fen - 50)


@add(5)
async def lost_answer(kit: Kit) -> None:
    """The line breaks before the answer is read: the same record again is answered, and paid once.

    Nothing that was booked may depend on whether the terminal heard of it.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    for _try in range(3):
        record = device.record(card_no, 50)
        await kit.http().send_and_leave(device.ask("POST", "/v1/purchases", {"purchases": [record]}))
        [again] = await device.buy(record)
        expect("first outcome, or outcome if it had not arrived", again.first_outcome or again.outcome, "APPROVED")
    expect("balance_fen after three of 50 fen", await device.balance_fen(card_no), before_fen - 151)


@add(5)
async def doubled(kit: Kit) -> None:
    """The same record several times at the same moment is approved once, REPEATED otherwise, and paid once.

    Let a unique key decide, not a look before the write.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    record = device.record(card_no, 50)
    answers = await asyncio.gather(*(device.buy(record) for _ in range(DOUBLES)))
    outcomes = sorted(result.outcome for [result] in answers)
    expect("outcomes", outcomes, ["APPROVED", *["REPEATED"] * (DOUBLES - 1)])
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 51)


@add(5, is_golden=True)
async def conflict(kit: Kit) -> None:
    """Another record under a number that was used is CONFLICT, and not paid.

    Compare the content of a repeated number; hold the second content for a person.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    first = device.record(card_no, 50)
    await device.buy(first)
    for change in ({"amount_fen": 60}, {"card_no": UNKNOWN_CARD}, {"occurred_at_us": first["occurred_at_us"] + 1}):
        [second] = await device.buy(device.signed({**first, **change}))
        expect(f"outcome with another {next(iter(change))}", second.outcome, "CONFLICT")
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 51)


@add(5)
async def out_of_order(kit: Kit) -> None:
    """Numbers may arrive in any order: each is approved, and none is missing in the end.

    The order of arrival is the network's, not the terminal's.
    """
    device, card_no = kit.one, kit.card("paying")
    records = [device.record(card_no, 5) for _ in range(6)]
    for record in reversed(records):
        [result] = await device.buy(record)
        expect(f"outcome of number {record['seq']}", result.outcome, "APPROVED")
    expect("numbers that the centre lacks", await device.missing(), [])


@add(5, is_golden=True)
async def unknown_card(kit: Kit) -> None:
    """A card that nobody was given is DECLINED_UNKNOWN_CARD; sent again it is REPEATED, and its number is used.

    A declined record is kept like any other.
    """
    device = kit.one
    record = device.record(UNKNOWN_CARD, 50)
    await _declined(kit, record, "DECLINED_UNKNOWN_CARD")
    [again] = await device.buy(record)
    expect("outcome of the same again", (again.outcome, again.first_outcome), ("REPEATED", "DECLINED_UNKNOWN_CARD"))
    expect("numbers that the centre lacks", await device.missing(), [])


async def _declined(kit: Kit, record: dict[str, object], outcome: str) -> None:
    [result] = await kit.one.buy(record)
    expect("outcome", result.outcome, outcome)


@add(5, is_golden=True)
async def insufficient(kit: Kit) -> None:
    """More than the holder has is DECLINED_INSUFFICIENT.

    Online a purse never goes below zero.
    """
    await _declined(kit, kit.one.record(kit.card("poor"), 50), "DECLINED_INSUFFICIENT")


@add(5, is_golden=True)
async def lost_card(kit: Kit) -> None:
    """A card that was reported lost is DECLINED_CARD_LOST.

    A report takes effect online at once.
    """
    await _declined(kit, kit.one.record(kit.card("lost"), 50), "DECLINED_CARD_LOST")


@add(5, is_golden=True)
async def frozen_card(kit: Kit) -> None:
    """A frozen card is DECLINED_CARD_FROZEN.

    See the table of outcomes.
    """
    await _declined(kit, kit.one.record(kit.card("frozen"), 50), "DECLINED_CARD_FROZEN")


@add(5, is_golden=True)
async def expired_card(kit: Kit) -> None:
    """A card past its date is DECLINED_CARD_EXPIRED.

    See the table of outcomes.
    """
    await _declined(kit, kit.one.record(kit.card("expired"), 50), "DECLINED_CARD_EXPIRED")


@add(5, is_golden=True)
async def closed_card(kit: Kit) -> None:
    """A cancelled card is DECLINED_CARD_CLOSED.

    See the table of outcomes.
    """
    await _declined(kit, kit.one.record(kit.card("closed"), 50), "DECLINED_CARD_CLOSED")


@add(5, is_golden=True)
async def pin(kit: Kit) -> None:
    """A large purchase is DECLINED_PIN_REQUIRED; under the next number with a wrong PIN it is DECLINED_PIN_WRONG.

    The centre's own limits decide when it asks (25.00 yuan by default; the kit tries 90.00).
    """
    device, card_no = kit.one, kit.card("paying")
    await _declined(kit, device.record(card_no, 9_000), "DECLINED_PIN_REQUIRED")
    await _declined(kit, {**device.record(card_no, 9_000), "pin": "123456"}, "DECLINED_PIN_WRONG")


@add(5, is_golden=True)
async def disabled(kit: Kit) -> None:
    """A disabled terminal is DECLINED_TERMINAL_DISABLED, hears of it in its heartbeat, and is still collected.

    What was sold is a fact: a disabled terminal's journal is collected all the same.
    """
    device, centre = kit.one, kit.centre()
    await centre.do("disable", device.terminal)
    try:
        await _declined(kit, device.record(kit.card("paying"), 50), "DECLINED_TERMINAL_DISABLED")
        told = await device.collect(device.record(kit.card("paying"), 50, blacklist_version=0))
        expect("outcome of a collected record", told.results[0].outcome, "BOOKED")
        heard = (await device.post("/v1/heartbeat", device.heartbeat())).told(HeartbeatAnswer)
        if not heard.is_disabled:
            raise Failed("is_disabled in the heartbeat's answer", heard.is_disabled)
    finally:
        await centre.do("enable", device.terminal)
