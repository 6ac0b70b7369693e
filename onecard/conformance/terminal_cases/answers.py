"""§5: answers that are lost, cut, late, or say no. Whatever happens, the books say what the customer was told."""

from __future__ import annotations

import itertools

from onecard.conformance.cases import Failed, expect
from onecard.conformance.centre import FIRST_BATCH_NO, RETRY_AFTER_S, Fault
from onecard.conformance.stage import Stage
from onecard.conformance.terminal_cases import TERMINAL_CASES
from onecard.gateway.messages import Missing

add = TERMINAL_CASES.add


@add(5)
async def declined(stage: Stage) -> None:
    """What the centre declines is not sold, neither online nor offline, and its number is used.

    The next record has the next number.
    """
    await _is_declined(stage, "DECLINED_INSUFFICIENT")


@add(5)
async def declined_for_a_new_reason(stage: Stage) -> None:
    """An outcome that this version does not know and that begins with DECLINED_ means: not paid.

    Treat only APPROVED as paid.
    """
    await _is_declined(stage, "DECLINED_ON_MONDAYS")


async def _is_declined(stage: Stage, outcome: str) -> None:
    last = stage.last_number
    stage.centre.books.next_outcomes.append(outcome)
    if await stage.sells_as_told(1_003, 400):
        raise Failed(f"`refused` after {outcome}", "paid")
    expect("numbers since", [one for one in stage.numbers() if one > last], [last + 1])


@add(6)
async def missing_declined(stage: Stage) -> None:
    """A declined number that the centre lacks is sent as a reversal: a collection would take money that nobody paid.

    Records that took no money are never collected.
    """
    books = stage.centre.books
    await _is_declined(stage, "DECLINED_INSUFFICIENT")
    declined = FIRST_BATCH_NO, stage.last_number
    books.forget(declined)
    stage.centre.asked_for.append(Missing(*declined, declined[1]))
    await stage.until("the number that the centre lacks", lambda: declined in books.kept)
    stage.no_mishap("collected_unpaid", "a reversal of what took no money")


@add(5)
async def answer_lost(stage: Stage) -> None:
    """The answer is lost: the same record again, or its reversal; the customer pays once, or not at all.

    Written down before it was sent, the record can be sent again byte for byte.
    """
    await stage.sells_as_told(1_001, 410, Fault.LOST)


@add(5)
async def answer_lost_every_time(stage: Stage) -> None:
    """The answer is lost several times: the terminal gives up, reverses, and may sell offline under the next number.

    Write down that the record is given up before selling again; send the reversal until it is answered.
    """
    await stage.sells_as_told(1_002, 420, *[Fault.LOST] * 4)


@add(5)
async def reversal_lost(stage: Stage) -> None:
    """The reversal's answer is lost too: it is sent again until it is answered.

    See the third duty: send until you are told.
    """
    stage.centre.faults["/v1/reversals"].append(Fault.LOST)
    await stage.sells_as_told(1_003, 430, *[Fault.LOST] * 4)


@add(5)
async def answer_cut(stage: Stage) -> None:
    """The line breaks in the middle of the answer: half an answer is none.

    Believe a body only when it is as long as Content-Length says, and whole JSON.
    """
    await stage.sells_as_told(1_001, 440, Fault.CUT)


@add(5)
async def answer_late(stage: Stage) -> None:
    """The answer takes three seconds.

    Wait for it, or give up and reverse; nothing in between.
    """
    await stage.sells_as_told(1_002, 450, Fault.LATE)


@add(5)
async def broken(stage: Stage) -> None:
    """500 BROKEN, although it was booked: 500 says nothing about whether it was.

    Send the same again, or reverse.
    """
    await stage.sells_as_told(1_003, 460, Fault.BROKEN)


@add(1)
async def busy(stage: Stage) -> None:
    """503 BUSY with Retry-After: nothing is asked there again before that time.

    Wait at least as many seconds as Retry-After says.
    """
    before = len(stage.centre.heard)
    await stage.sells_as_told(1_001, 470, Fault.BUSY)
    asked = [one for one in stage.centre.heard[before:] if one.path == "/v1/purchases"]
    for first, second in itertools.pairwise(asked):
        if first.fault is Fault.BUSY and second.at_s - first.at_s < RETRY_AFTER_S:
            raise Failed(f"{RETRY_AFTER_S} seconds between the two", f"{second.at_s - first.at_s:.2f} seconds")


@add(3)
async def session_ended(stage: Stage) -> None:
    """BAD_TOKEN in the middle of a sale: the terminal opens another session and sends the same record again.

    Only when that fails too is there no answer.
    """
    sessions, before = stage.centre.sessions, len(stage.centre.heard)
    await stage.sells_as_told(1_002, 480, Fault.ENDED)
    if stage.centre.sessions == sessions:
        raise Failed("another session", "none was opened")
    asked = [one.message.purchases for one in stage.centre.heard[before:] if one.path == "/v1/purchases"]
    expect("the same request twice", len(asked) > 1 and asked[0] == asked[1], expected=True)
