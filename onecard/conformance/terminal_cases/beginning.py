"""A terminal comes into service: enrolment, session, parameters, blacklist, heartbeats, the first sale."""

from __future__ import annotations

from onecard.conformance.cases import Failed, expect
from onecard.conformance.centre import CODE, FIRST_BATCH_NO, LISTED, TERMINAL
from onecard.conformance.stage import Stage
from onecard.conformance.terminal_cases import TERMINAL_CASES

add = TERMINAL_CASES.add


@add(2)
async def enrols(stage: Stage) -> None:
    """The terminal enrols with its one-time code.

    Point it to the kit's address and give it the terminal's name and code; see golden 2-enrolment.
    """
    await stage.driver.order("enrol", stage.address, TERMINAL, CODE)
    await stage.until("POST /v1/enrol with the code", lambda: stage.centre.device is not None)


@add(3)
async def opens_a_session(stage: Stage) -> None:
    """It signs a challenge and opens a session.

    The signed text has four lines, each with its line feed; see golden vectors/signatures.
    """
    await stage.until("POST /v1/session, rightly signed", lambda: stage.centre.sessions > 0)


@add(7)
async def loads_parameters(stage: Stage) -> None:
    """It loads the parameters and acknowledges their version.

    Load when a session or heartbeat names another version than yours, apply, keep, then POST /v1/parameters/applied.
    """
    version = stage.centre.parameters_version
    await stage.until(f"POST /v1/parameters/applied with version {version}", lambda: version in stage.centre.applied)


@add(8)
async def loads_the_blacklist(stage: Stage) -> None:
    """It loads the whole blacklist, which comes in several pages, and says its version in the heartbeat.

    As long as has_more, ask again with version and after; take it into use when it is complete.
    """
    version = stage.centre.blacklist_version
    await stage.until(
        f"a heartbeat with blacklist_version {version} ({len(LISTED)} cards)",
        lambda: any(one.blacklist_version == version for one in stage.centre.beats),
    )


@add(9)
async def beats(stage: Stage) -> None:
    """It sends a heartbeat every heartbeat_s seconds, with its batch, last number and version of the parameters.

    heartbeat_s is 1 here, so that the run is short.
    """
    await stage.beats(3)
    beat = stage.centre.beats[-1]
    expect("parameters_version", beat.parameters_version, stage.centre.parameters_version)
    expect("batch_no", beat.batch_no, FIRST_BATCH_NO)
    expect("last_seq", beat.last_seq, 0)


@add(5)
async def sells_online(stage: Stage) -> None:
    """Its first sale is number 1 of the batch it was told to begin with: card and amount as keyed, asked online.

    Amounts are fen: 5.00 yuan is 500.
    """
    if not await stage.sells_as_told(1_001, 500):
        raise Failed("`paid`: the centre approved it", "refused")
    kept = stage.centre.books.kept.get((FIRST_BATCH_NO, 1))
    if kept is None:
        raise Failed(f"batch {FIRST_BATCH_NO} number 1", sorted(stage.centre.books.kept))
    expect("card and amount", (kept.record["card_no"], kept.record["amount_fen"]), (1_001, 500))
    expect("collected", kept.is_collected, expected=False)


@add(5)
async def next_number(stage: Stage) -> None:
    """The next sale has the next number.

    Count up by one within the batch, whatever becomes of the sale.
    """
    await stage.sells_as_told(1_002, 350)
    expect("numbers", stage.numbers(), [1, 2])
