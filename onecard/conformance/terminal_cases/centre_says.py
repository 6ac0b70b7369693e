"""What the centre changes while the terminal is in service: parameters, blacklist, whether it may sell."""

from __future__ import annotations

import msgspec

from onecard.conformance.cases import Failed, LeftOut, expect
from onecard.conformance.stage import Stage
from onecard.conformance.terminal_cases import TERMINAL_CASES

add = TERMINAL_CASES.add
CARD = 3_001
LOST = 70_009


@add(7)
async def parameters_changed(stage: Stage) -> None:
    """Changed parameters are loaded after the next heartbeat, acknowledged, and sold by.

    The heartbeat's answer names the version that holds.
    """
    stage.centre.offline = msgspec.structs.replace(stage.centre.offline, single_limit_fen=200)
    stage.centre.parameters_version += 1
    await loads(stage)
    stage.offline_only()
    stage.centre.is_down = True
    try:
        await stage.refuses(CARD, 201, "single_limit_fen is 200 now")
    finally:
        stage.centre.is_down = False
    await stage.settled()


async def loads(stage: Stage) -> None:
    """Wait until the present parameters are acknowledged."""
    version = stage.centre.parameters_version
    await stage.until(f"POST /v1/parameters/applied with version {version}", lambda: version in stage.centre.applied)


@add(8)
async def a_card_is_listed(stage: Stage) -> None:
    """A card that was lost is taken from the changes since the terminal's version, and refused offline.

    GET /v1/blacklist?since=VERSION, as long as has_more.
    """
    full_loads = stage.centre.full_loads
    stage.centre.list_card(LOST)
    stage.centre.list_card(LOST + 1)
    await _has_newest(stage)
    expect("loads of the whole list", stage.centre.full_loads - full_loads, 0)
    await _refuses_offline(stage, LOST)


async def _has_newest(stage: Stage) -> None:
    version, since = stage.centre.blacklist_version, len(stage.centre.beats)
    await stage.until(
        f"a heartbeat with blacklist_version {version}",
        lambda: any(one.blacklist_version == version for one in stage.centre.beats[since:]),
    )


async def _refuses_offline(stage: Stage, card_no: int) -> None:
    stage.offline_only()
    stage.centre.is_down = True
    try:
        await stage.refuses(card_no, 100, "it is on the blacklist")
    finally:
        stage.centre.is_down = False
    await stage.settled()


@add(8)
async def drift(stage: Stage) -> None:
    """Changes that do not add up to the checksum are not taken into use: the list is loaded in full.

    Compare count and checksum after the last page; see golden vectors/blacklist-checksums.
    """
    full_loads = stage.centre.full_loads
    stage.centre.drifts = True
    stage.centre.list_card(LOST + 2)
    await _has_newest(stage)
    if stage.centre.full_loads == full_loads:
        raise Failed("GET /v1/blacklist without since: a load in full", "only changes were loaded")
    await _refuses_offline(stage, LOST + 2)


@add(8)
async def unknown_version(stage: Stage) -> None:
    """409 CONFLICT for the terminal's version: the list is loaded in full.

    The centre may have been restored from a copy.
    """
    full_loads = stage.centre.full_loads
    stage.centre.forgets_versions = True
    stage.centre.list_card(LOST + 3)
    await _has_newest(stage)
    if stage.centre.full_loads == full_loads:
        raise Failed("GET /v1/blacklist without since: a load in full", "only changes were loaded")


@add(8)
async def allowances(stage: Stage) -> None:
    """Told needs_allowance it sells offline only to cards on the list of allowances, and to each no more than it says.

    GET /v1/allowances when a heartbeat names another allowances_version than yours. Without a list, sell nothing offline.
    """
    stage.offline_only()
    stage.centre.allowances = {CARD: 150}
    await _needs_allowance(stage, needed=True)
    stage.centre.is_down = True
    try:
        await stage.refuses(CARD, 151, "its allowance is 150")
        await stage.refuses(CARD + 1, 50, "it has no allowance")
        if await stage.sell(CARD, 100):
            await stage.refuses(CARD, 51, "its allowance is 150 and it spent 100")
    finally:
        stage.centre.is_down = False
    await stage.settled()
    await _needs_allowance(stage, needed=False)


async def _needs_allowance(stage: Stage, *, needed: bool) -> None:
    stage.centre.offline = msgspec.structs.replace(stage.centre.offline, needs_allowance=needed)
    stage.centre.parameters_version += 1
    await loads(stage)
    await stage.beats(2)


@add(6)
async def not_allowed(stage: Stage) -> None:
    """With is_allowed false it sells nothing offline.

    Look at it first, before the limits.
    """
    if not stage.sells_offline:
        raise LeftOut("the terminal sells nothing offline")
    stage.centre.offline = msgspec.structs.replace(stage.centre.offline, is_allowed=False)
    stage.centre.parameters_version += 1
    await loads(stage)
    stage.centre.is_down = True
    try:
        await stage.refuses(CARD, 50, "is_allowed is false")
    finally:
        stage.centre.is_down = False
    await stage.settled()


@add(9)
async def disabled(stage: Stage) -> None:
    """Told is_disabled it sells nothing until that is false, and then sells again.

    The fifth duty. It goes on with heartbeats and collections.
    """
    stage.centre.is_disabled = True
    await stage.beats(2)
    before_fen = stage.centre.books.net_fen()
    await stage.refuses(CARD, 50, "the terminal is disabled")
    stage.centre.is_disabled = False
    await stage.beats(2)
    expect("fen booked while it was disabled", stage.centre.books.net_fen() - before_fen, 0)
    if not await stage.sells_as_told(CARD, 50):
        raise Failed("`paid`: it is not disabled any more", "refused")
