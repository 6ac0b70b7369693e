"""§6: the network is gone. Within the limits, to no card on the blacklist, and everything is collected afterwards."""

from __future__ import annotations

from onecard.conformance.cases import Failed, LeftOut, expect
from onecard.conformance.centre import FIRST_BATCH_NO, LISTED, Fault
from onecard.conformance.stage import Stage
from onecard.conformance.terminal_cases import TERMINAL_CASES
from onecard.gateway.messages import Missing

add = TERMINAL_CASES.add
# Limits: 10.00 a purchase, 15.00 a card, 30.00 and five records altogether (centre.LIMITS).
A, B, C = 2_001, 2_002, 2_003


@add(6)
async def sells_offline(stage: Stage) -> None:
    """Without the centre the terminal sells by its offline limits.

    It may refuse everything offline; then the cases of this chapter are left out.
    """
    await stage.settled()
    stage.centre.is_down = True
    if not await stage.sell(A, 500):
        stage.sells_offline = False
        raise LeftOut("the terminal sells nothing offline")


@add(6)
async def single_limit(stage: Stage) -> None:
    """Offline it sells nothing above single_limit_fen, and an amount that reaches it.

    A limit may be reached, and not passed.
    """
    stage.offline_only()
    await stage.refuses(A, 1_001, "single_limit_fen is 1000")
    await _sells(stage, A, 1_000)


async def _sells(stage: Stage, card_no: int, fen: int) -> None:
    if not await stage.sell(card_no, fen):
        raise Failed(f"a sale of {fen} fen to card {card_no}, which is within the limits", "refused")


@add(6)
async def card_limit(stage: Stage) -> None:
    """Offline it sells nothing to a card that has spent card_limit_fen.

    Count what the card spent since the terminal was last in touch.
    """
    stage.offline_only()
    await stage.refuses(A, 1, "card_limit_fen is 1500 and it spent 1500")


@add(8)
async def refuses_listed_cards(stage: Stage) -> None:
    """Offline it sells nothing to a card on the blacklist, on whichever page the card came.

    Look every card up before selling; a list is in use when it is complete.
    """
    stage.offline_only()
    for card_no in sorted(LISTED):
        await stage.refuses(card_no, 100, "it is on the blacklist")


@add(6)
async def total_limit(stage: Stage) -> None:
    """Offline it sells nothing above total_limit_fen altogether.

    Count over all cards since the terminal was last in touch.
    """
    stage.offline_only()
    await _sells(stage, B, 1_000)
    await stage.refuses(C, 501, "total_limit_fen is 3000 and 2500 were sold")


@add(6)
async def restarted_offline(stage: Stage) -> None:
    """After a power cut it still knows what it sold: limits, numbers and records are those of before.

    Everything that limits depend on is in the journal.
    """
    stage.offline_only()
    await stage.driver.order("restart")
    await stage.refuses(A, 1, "card_limit_fen is 1500 and it spent 1500 before the restart")


@add(6)
async def max_records(stage: Stage) -> None:
    """Offline it sells no more than max_records.

    Count records that are not collected yet.
    """
    stage.offline_only()
    for _sale in range(2):
        # Restarted out of touch, a terminal may have lost its parameters and sell nothing: that is within every limit.
        await stage.sell(C, 100)
    await stage.refuses(C, 100, "max_records is 5")


@add(6)
async def collected(stage: Stage) -> None:
    """When the centre is back everything is collected, though the first answer is lost: each record once, none missing.

    Mark a record as sent only when an answer with status 200 named its outcome.
    """
    before_fen = stage.centre.books.net_fen()
    stage.centre.faults["/v1/collections"].extend([Fault.LOST, Fault.CUT])
    stage.centre.is_down = False
    await stage.settled()
    stage.offline_only()
    gained_fen = stage.centre.books.net_fen() - before_fen
    expect("at least 2500 fen were sold offline, at most 2700", 2_500 <= gained_fen <= 2_700, expected=True)
    records = [one for one in stage.centre.books.kept.values() if one.is_collected]
    versions = {one.record.get("blacklist_version") for one in records}
    expect("blacklist_version of collected records", versions <= {stage.centre.blacklist_version}, expected=True)


@add(6)
async def held(stage: Stage) -> None:
    """A collected record that is HELD is safe with the centre: it is marked as sent and not sent again.

    Any outcome is an outcome; never throw the record away, never send it forever.
    """
    stage.offline_only()
    stage.centre.is_down = True
    if not await stage.sell(B, 130):
        raise LeftOut("the terminal did not sell offline this time")
    stage.centre.books.next_collected.append("HELD_UNKNOWN_CARD")
    stage.centre.is_down = False
    await stage.settled()
    await stage.beats(3)
    held_ones = [one for one in stage.centre.books.kept.values() if one.outcome == "HELD_UNKNOWN_CARD"]
    expect("times that the held record came", [one.times for one in held_ones], [1])


@add(6)
async def missing_numbers(stage: Stage) -> None:
    """Numbers that the centre lacks are sent from the journal, as they were; numbers of a batch it never had are not found.

    Keep sent records: has_missing in the heartbeat's answer, then GET /v1/missing, then a collection, or /v1/not-found.
    """
    books = stage.centre.books
    lacking = [seq for seq in stage.numbers() if books.kept[FIRST_BATCH_NO, seq].net_fen][:2]
    for seq in lacking:
        books.forget((FIRST_BATCH_NO, seq))
        stage.centre.asked_for.append(Missing(FIRST_BATCH_NO, seq, seq))
    stage.centre.asked_for.append(Missing(1, 5, 5))
    await stage.until("the records of these numbers in a collection", lambda: not books.forgotten)
    await stage.until("POST /v1/not-found for batch 1 number 5", lambda: any(one.batch_no == 1 for one in stage.centre.not_found))
