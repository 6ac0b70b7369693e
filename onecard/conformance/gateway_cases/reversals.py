"""§5, when the answer is lost and the customer does not wait: a reversal wins, in whatever order the two arrive."""

from __future__ import annotations

import asyncio

from onecard.conformance.cases import expect, expect_one_of
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import Kit

add = GATEWAY_CASES.add


@add(5, is_golden=True)
async def reversed_after(kit: Kit) -> None:
    """A purchase that was approved is REVERSED, the money is back; the reversal again is REPEATED.

    The original, should it come again, is REPEATED with DECLINED_REVERSED: not paid.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    record = device.record(card_no, 50)
    await device.buy(record)
    expect("outcomes of the reversal", await device.reverse(record), ["REVERSED"])
    expect("outcomes of the reversal again", await device.reverse(record), ["REPEATED"])
    [again] = await device.buy(record, wants_balance=True)
    expect("outcome of the original again", (again.outcome, again.first_outcome), ("REPEATED", "DECLINED_REVERSED"))
    expect("balance_fen", again.balance_fen, before_fen)


@add(5, is_golden=True)
async def reversed_before(kit: Kit) -> None:
    """A reversal that comes before its original is NOTHING_BOOKED, and the late original is not paid.

    Keep a reversal of an unknown number: it decides what becomes of the original.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    record = device.record(card_no, 50)
    expect("outcomes of the reversal", await device.reverse(record), ["NOTHING_BOOKED"])
    [late] = await device.buy(record, wants_balance=True)
    expect("first outcome of the late original", late.first_outcome or late.outcome, "DECLINED_REVERSED")
    expect("balance_fen", late.balance_fen, before_fen)


@add(5)
async def reversed_at_once(kit: Kit) -> None:
    """Original and reversal at the same moment, several times: whoever comes first, nothing stays booked.

    Both must lock the same thing, the record's number.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    for _try in range(5):
        record = device.record(card_no, 50)
        _bought, outcomes = await asyncio.gather(device.buy(record), device.reverse(record))
        expect_one_of("outcome of the reversal", outcomes[0], ("REVERSED", "NOTHING_BOOKED"))
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 1)


@add(5, is_golden=True)
async def reversed_with_other_content(kit: Kit) -> None:
    """A reversal whose content is not that of the purchase is REFUSED_CONFLICT, and the purchase stands.

    Compare the content as for a repeated record; a person decides.
    """
    device, card_no = kit.one, kit.card("paying")
    record = device.record(card_no, 50)
    await device.buy(record)
    expect("outcomes", await device.reverse(device.signed({**record, "amount_fen": 40})), ["REFUSED_CONFLICT"])
    [again] = await device.buy(record)
    expect("first outcome of the purchase", again.first_outcome, "APPROVED")


@add(5, is_golden=True)
async def reversed_collected(kit: Kit) -> None:
    """A reversal of a record that was collected is REFUSED_COLLECTED.

    A collected record is a fact; a person decides.
    """
    device = kit.one
    record = device.record(kit.card("paying"), 50)
    await device.collect(record)
    expect("outcomes", await device.reverse(record), ["REFUSED_COLLECTED"])


@add(5, is_golden=True)
async def given_up_and_sold_offline(kit: Kit) -> None:
    """Asked, no answer, reversed, sold offline under the next number: the customer pays once.

    The reversal takes back the first, the collection books the second.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    asked, sold = device.record(card_no, 50), device.record(card_no, 50, blacklist_version=0)
    await device.buy(asked)
    expect("outcomes of the reversal", await device.reverse(asked), ["REVERSED"])
    told = await device.collect(sold)
    expect("outcome of the offline record", told.results[0].outcome, "BOOKED")
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 51)
