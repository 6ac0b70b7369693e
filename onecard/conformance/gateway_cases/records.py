"""§4: a record is its terminal's only with the right MAC."""

from __future__ import annotations

from onecard.conformance.cases import expect
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import Kit

add = GATEWAY_CASES.add


@add(4, is_golden=True)
async def wrong_mac(kit: Kit) -> None:
    """A record changed after it was signed is 403 BAD_MAC, and nothing of its request is booked.

    Check every MAC of the request before booking anything.
    """
    device, card_no = kit.one, kit.card("paying")
    good, changed = device.record(card_no, 50), {**device.record(card_no, 50), "amount_fen": 5}
    for path, name in (("/v1/purchases", "purchases"), ("/v1/reversals", "reversals")):
        (await device.post(path, {name: [good, changed]})).refused("BAD_MAC")
    [result] = await device.buy(good)
    expect("outcome of the good record when it comes alone", result.outcome, "APPROVED")


@add(4, is_golden=True)
async def another_terminals_record(kit: Kit) -> None:
    """A record of another terminal is 403 BAD_MAC online, and HELD_BAD_MAC when collected.

    The key that a MAC is checked with is that of the terminal in whose session the record comes.
    """
    record = kit.two.signed(kit.one.record(kit.card("paying"), 50, blacklist_version=0))
    told = await kit.one.collect(record)
    expect("outcome when collected", told.results[0].outcome, "HELD_BAD_MAC")
    del record["blacklist_version"]
    (await kit.one.post("/v1/purchases", {"purchases": [kit.two.signed(record)]})).refused("BAD_MAC")


@add(4, is_golden=True)
async def purse_fields(kit: Kit) -> None:
    """A record of a card with an on-card purse: all optional fields and the TAC are covered by the MAC.

    Ten numbers, -1 for each that is absent, then the bytes of the TAC.
    """
    purse = {"card_counter": 17, "purse_after_fen": 4_200, "sam_id": 88, "sam_seq": 1_234, "tac": "a1b2c3d4"}
    device = kit.one
    record = device.record(kit.card("paying"), 50, blacklist_version=0, **purse)
    other = device.record(kit.card("paying"), 50, blacklist_version=0, **purse)
    told = await device.collect(record, {**other, "tac": "a1b2c3d5"})
    expect("outcomes of the record, and of one whose TAC was changed", _outcomes(told), ["BOOKED", "HELD_BAD_MAC"])


def _outcomes(told: object) -> list[str]:
    return [one.outcome for one in told.results]  # type: ignore[attr-defined]
