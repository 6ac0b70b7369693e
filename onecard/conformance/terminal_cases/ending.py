"""Restart and revocation, and what was noticed of the records all along."""

from __future__ import annotations

from onecard.conformance.cases import Failed, LeftOut, expect
from onecard.conformance.centre import FIRST_BATCH_NO, Fault
from onecard.conformance.stage import Stage
from onecard.conformance.terminal_cases import TERMINAL_CASES

add = TERMINAL_CASES.add
CARD = 4_001


@add(4)
async def restarted(stage: Stage) -> None:
    """After a power cut the next record has the next number of the same batch.

    The last number is in the journal, not in memory.
    """
    last = stage.last_number
    await stage.driver.order("restart")
    await stage.beats(2)
    await stage.sells_as_told(CARD, 60)
    expect("first number since", next((one for one in stage.numbers() if one > last), None), last + 1)


@add(3)
async def rolled(stage: Stage) -> None:
    """It rolls its key, though the answer is lost: whichever of the two keys is good opens the next session, and it sells on.

    Keep the new key beside the old one before you send it; forget the old one when a session was opened with the new.
    """
    device, sessions = stage.centre.device, stage.centre.sessions
    if device is not None and device.public_key is not None:  # a shared key is in the answer only
        stage.centre.faults["/v1/roll"].append(Fault.LOST)
    if await stage.driver.order("roll") != "done":
        stage.centre.faults["/v1/roll"].clear()
        raise LeftOut("the terminal rolls no key when it is told to")
    await stage.until("POST /v1/roll", lambda: any(one.path == "/v1/roll" for one in stage.centre.heard))
    await stage.until("a session with the key that is good now", lambda: stage.centre.sessions > sessions)
    await stage.sells_as_told(CARD, 65)


@add(3)
async def revoked(stage: Stage) -> None:
    """A revoked terminal (BAD_TOKEN, and BAD_SIGNATURE for sessions) sells nothing, online or offline.

    Three times BAD_SIGNATURE running: stop selling, show it, try again every few minutes.
    """
    wanted = stage.centre.refused_sessions + 3
    stage.centre.is_revoked = True
    await stage.until("three sessions asked for in vain", lambda: stage.centre.refused_sessions >= wanted)
    await stage.refuses(CARD, 70, "the terminal is revoked")


@add(1)
async def requests(stage: Stage) -> None:
    """Every request was as the OpenAPI file says.

    Unknown fields, texts for numbers, values out of range: the message names the field.
    """
    stage.no_mishap("requests", "every request as docs/terminal-protocol.openapi.json says")


@add(3)
async def signatures(stage: Stage) -> None:
    """Every challenge was used once and signed rightly.

    See golden vectors/signatures.
    """
    stage.no_mishap("signature", "every session signed rightly, with a fresh challenge")


@add(3)
async def clock(stage: Stage) -> None:
    """Records carry the centre's time: the kit's clock is two hours ahead of this machine's.

    Add clock_offset_us of session and heartbeat to your own clock before writing occurred_at_us.
    """
    stage.no_mishap("clock", "occurred_at_us by the corrected clock")


@add(4)
async def macs(stage: Stage) -> None:
    """Every record had a right MAC.

    See golden vectors/record-macs: signed_bytes are what your MAC must be computed over.
    """
    stage.no_mishap("mac", "HMAC-SHA256 by record_key over ten numbers and the TAC")


@add(4)
async def batch(stage: Stage) -> None:
    """Records begin with the batch that the enrolment named, and stay in it as long as the journal is there.

    A new batch only after the journal was lost.
    """
    stage.no_mishap("batch", f"batch {FIRST_BATCH_NO}, or later ones")
    expect("batches", sorted({number for number, _seq in stage.centre.books.kept}), [FIRST_BATCH_NO])


@add(4)
async def without_holes(stage: Stage) -> None:
    """Numbers have no holes: every number from 1 to the last came in some way.

    The second duty. A record that was declined, given up or never answered has used its number: send it, or its reversal.
    """
    holes = sorted(set(range(1, stage.last_number + 1)) - set(stage.numbers()))
    if holes:
        raise Failed(f"every number from 1 to {stage.last_number}", f"missing: {holes}")


@add(4)
async def never_twice(stage: Stage) -> None:
    """A number never stood for two records: whatever was sent again was the same.

    The first and the third duty: written before it is sent, and sent again as written.
    """
    stage.no_mishap("same_content", "the same record under the same number, each time")


@add(5)
async def reversal_first(stage: Stage) -> None:
    """A record that was given up was reversed, and never collected.

    Sold without the reversal, the customer pays twice.
    """
    stage.no_mishap("reversal_first", "a reversal for what was given up")
