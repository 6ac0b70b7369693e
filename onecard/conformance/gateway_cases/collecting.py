"""§6: collected records are facts: booked, or held for a person, never lost."""

from __future__ import annotations

import asyncio
from typing import Any

from onecard.conformance.cases import Failed, expect, expect_one_of
from onecard.conformance.device import now_us
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import UNKNOWN_CARD, Kit
from onecard.gateway import messages

add = GATEWAY_CASES.add
FULL = 5_000
YEAR_US = 365 * 86_400 * 1_000_000


def _outcomes(told: messages.CollectionResults) -> list[str]:
    return [one.outcome for one in told.results]


@add(6, is_golden=True)
async def booked(kit: Kit) -> None:
    """Records sold offline are BOOKED, and sent again REPEATED with the first outcome; they are paid once.

    See online.repeated: the same rule for every door.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    records = [device.record(card_no, 50, blacklist_version=0) for _ in range(2)]
    expect("outcomes", _outcomes(await device.collect(*records)), ["BOOKED"] * 2)
    again = await device.collect(*records)
    expect("outcomes of the same again", _outcomes(again), ["REPEATED"] * 2)
    expect("first outcomes", [one.first_outcome for one in again.results], ["BOOKED"] * 2)
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 101)


@add(6)
async def doubled(kit: Kit) -> None:
    """The same collection twice at the same moment: each record is BOOKED once.

    Let a unique key decide, not a look before the write.
    """
    device, card_no = kit.one, kit.card("paying")
    before_fen = await device.balance_fen(card_no)
    records = [device.record(card_no, 1, blacklist_version=0) for _ in range(20)]
    first, second = await asyncio.gather(device.collect(*records), device.collect(*records))
    for one, other in zip(_outcomes(first), _outcomes(second), strict=True):
        expect("outcomes of a record", sorted((one, other)), ["BOOKED", "REPEATED"])
    expect("balance_fen", await device.balance_fen(card_no), before_fen - 21)


@add(6, is_golden=True)
async def out_of_order(kit: Kit) -> None:
    """Records in any order within a collection are all booked.

    The number says which record it is, not its place.
    """
    device, card_no = kit.one, kit.card("paying")
    records = [device.record(card_no, 5, blacklist_version=0) for _ in range(5)]
    told = await device.collect(*(records[at] for at in (3, 0, 4, 2, 1)))
    expect("outcomes", _outcomes(told), ["BOOKED"] * 5)
    expect("missing", device.missing_here(told.missing), [])


@add(6, is_golden=True)
async def torn(kit: Kit) -> None:
    """A record that cannot be read is HELD_INVALID, as it came, and does not stop the others.

    Read record by record: a torn one (灰记录) among 5,000 must not cost the terminal its collection.
    """
    device, card_no = kit.one, kit.card("paying")
    first, last = (device.record(card_no, 50, blacklist_version=0) for _ in range(2))
    torn_ones: list[Any] = [{"seq": "x"}, {**first, "amount_fen": "50"}, {**first, "more": 1}, 7, None, [[[[1]]]], "half a rec"]
    told = await device.collect(first, *torn_ones, last)
    expect("outcomes", _outcomes(told), ["BOOKED", *["HELD_INVALID"] * len(torn_ones), "BOOKED"])


@add(6, is_golden=True)
async def held(kit: Kit) -> None:
    """A wrong MAC, an unknown card, a number that is taken: HELD_…, and the rest is booked.

    With any outcome the record is safe with the centre: the terminal marks it as sent.
    """
    device, card_no = kit.one, kit.card("paying")
    good = device.record(card_no, 50, blacklist_version=0)
    taken = device.signed({**good, "amount_fen": 60})
    bad_mac = {**device.record(card_no, 50, blacklist_version=0), "amount_fen": 5}
    unknown = device.record(UNKNOWN_CARD, 50, blacklist_version=0)
    told = await device.collect(good, bad_mac, unknown, taken)
    expect("outcomes", _outcomes(told), ["BOOKED", "HELD_BAD_MAC", "HELD_UNKNOWN_CARD", "HELD_CONFLICT"])


@add(6, is_golden=True)
async def wrong_clock(kit: Kit) -> None:
    """A record from years ahead or long ago is HELD_INVALID.

    Its moment decides who bears a lost card's loss: a person has to look.
    """
    device, card_no = kit.one, kit.card("paying")
    moments = (now_us() + 30 * YEAR_US, now_us() - 9 * YEAR_US, 0)
    told = await device.collect(
        *(device.record(card_no, 50, blacklist_version=0, occurred_at_us=moment_us) for moment_us in moments)
    )
    expect("outcomes", _outcomes(told), ["HELD_INVALID"] * 3)


@add(6, is_golden=True)
async def flagged(kit: Kit) -> None:
    """A record that overdraws the purse is BOOKED_FLAGGED: it happened.

    A collected record is a fact: book it, and let somebody look.
    """
    device = kit.one
    told = await device.collect(device.record(kit.card("poor"), 50, blacklist_version=0))
    expect("outcomes", _outcomes(told), ["BOOKED_FLAGGED"])
    if not told.results[0].flags:
        raise Failed("flags that say why", told.results[0].flags)


@add(6, is_golden=True)
async def lost_card(kit: Kit) -> None:
    """A lost card's purchase is BOOKED_FLAGGED, whether or not the terminal's blacklist named the card.

    The blacklist_version in the record decides who bears it: the holder, or the centre.
    """
    device, card_no = kit.one, kit.card("lost")
    version = (await device.get("/v1/blacklist", limit=1)).told(messages.Blacklist).version
    told = await device.collect(*(device.record(card_no, 5, blacklist_version=one) for one in (0, version)))
    expect("outcomes", _outcomes(told), ["BOOKED_FLAGGED"] * 2)


@add(6, is_golden=True)
async def declined_and_collected(kit: Kit) -> None:
    """A record that was declined online, collected afterwards as if it had been sold, is HELD_CONFLICT, and not paid.

    The terminal contradicts the centre's answer: a person has to look.
    """
    device = kit.one
    record = device.record(UNKNOWN_CARD, 50)
    await device.buy(record)
    expect("outcomes", _outcomes(await device.collect(record)), ["HELD_CONFLICT"])


@add(6, is_golden=True)
async def missing(kit: Kit) -> None:
    """Numbers that never came are named, in the collection's answer, the heartbeat and /v1/missing, until they come.

    Watch the numbers of each batch from 1 to the last that arrived.
    """
    device, card_no = kit.one, kit.card("paying")
    records = [device.record(card_no, 5, blacklist_version=0) for _ in range(7)]
    told = await device.collect(*(records[at] for at in (0, 4, 6)))
    expect("missing in the answer", device.missing_here(told.missing), [(2, 4), (6, 6)])
    heard = (await device.post("/v1/heartbeat", device.heartbeat())).told(messages.HeartbeatAnswer)
    expect("has_missing", heard.has_missing, expected=True)
    expect("missing", await device.missing(), [(2, 4), (6, 6)])
    again = await device.collect(*(records[at] for at in (1, 2, 3, 5)))
    expect("outcomes", _outcomes(again), ["BOOKED"] * 4)
    expect("missing after that", device.missing_here(again.missing), [])


@add(6, is_golden=True)
async def not_found(kit: Kit) -> None:
    """Numbers that the terminal says it does not have are not asked for again.

    Note it, and let a person look into it: they stay missing.
    """
    device = kit.one
    await device.collect(device.record(kit.card("paying"), 5, seq=4, blacklist_version=0))
    expect("missing", await device.missing(), [(1, 3)])
    wrong = {"batch_no": device.batch_no, "first_seq": 3, "last_seq": 1}
    (await device.post("/v1/not-found", {"places": [wrong]})).refused("INVALID")
    place = {"batch_no": device.batch_no, "first_seq": 1, "last_seq": 3}
    (await device.post("/v1/not-found", {"places": [place]})).told(messages.Noted)
    expect("missing after that", await device.missing(), [])


@add(6)
async def full(kit: Kit) -> None:
    """A collection of 5,000 records is taken in one request.

    5,000 records with blacklist_version are below 1 MiB; the bound is 2 MiB.
    """
    device, card_no = kit.one, kit.card("paying")
    told = await device.collect(*(device.record(card_no, 1, blacklist_version=0) for _ in range(FULL)))
    for outcome in set(_outcomes(told)):
        expect_one_of("outcomes", outcome, ("BOOKED", "BOOKED_FLAGGED"))
    expect("missing", device.missing_here(told.missing), [])
