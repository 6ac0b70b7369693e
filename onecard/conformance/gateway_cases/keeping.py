"""§7 to §9: parameters, blacklist, heartbeat."""

from __future__ import annotations

from onecard.allowances.rules import allowance_checksum
from onecard.cards.rules import blacklist_checksum
from onecard.conformance.cases import Failed, LeftOut, expect
from onecard.conformance.device import now_us
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.kit import Kit
from onecard.gateway import messages, signing

add = GATEWAY_CASES.add
YEAR_US = 365 * 86_400 * 1_000_000
PAGE = 2
NEVER = 2**62


@add(7, is_golden=True)
async def applied(kit: Kit) -> None:
    """Parameters are loaded, and their version acknowledged.

    A terminal that acknowledges says: I work by this version from now on.
    """
    told = (await kit.one.get("/v1/parameters")).told(messages.Parameters)
    (await kit.one.post("/v1/parameters/applied", {"version": told.version})).told(messages.Noted)
    heard = (await kit.one.post("/v1/heartbeat", kit.one.heartbeat())).told(messages.HeartbeatAnswer)
    expect("parameters_version in the heartbeat's answer", heard.parameters_version, told.version)


@add(7, is_golden=True)
async def another_version(kit: Kit) -> None:
    """A version that does not hold cannot be acknowledged: 409 CONFLICT.

    The parameters may have changed while they were loaded; the terminal loads them again.
    """
    (await kit.one.post("/v1/parameters/applied", {"version": NEVER})).refused("CONFLICT")


@add(8, is_golden=True)
async def full(kit: Kit) -> None:
    """The whole blacklist, page by page, has the count and the checksum that it tells.

    Pages of one version stay the same however the list goes on; the order is that of the card numbers.
    """
    _version, cards = await _whole(kit)
    if (lost := kit.cards.get("lost")) is not None:
        expect(f"lost card {lost} is on the blacklist", lost in cards, expected=True)


async def _whole(kit: Kit) -> tuple[int, set[int]]:
    """(version, cards), all pages of it."""
    limit = PAGE
    page = (await kit.one.get("/v1/blacklist", limit=limit)).told(messages.Blacklist)
    version, cards = page.version, list(page.added)
    while page.has_more:
        limit = 10_000 if len(cards) > 4 * PAGE else PAGE
        more = await kit.one.get("/v1/blacklist", limit=limit, version=version, after=cards[-1])
        page = more.told(messages.Blacklist)
        expect("version of every page", page.version, version)
        cards += page.added
    expect("cards in ascending order, each once", cards, sorted(set(cards)))
    _is_that_set(page, set(cards))
    return version, set(cards)


def _is_that_set(page: messages.Blacklist, cards: set[int]) -> None:
    expect("count", page.count, len(cards))
    expect("checksum", page.checksum, signing.checksum_text(blacklist_checksum(cards)))


async def _changed(kit: Kit, *, since: int, held: set[int]) -> tuple[int, set[int]]:
    """(version, cards) after all changes since a version."""
    while True:
        page = (await kit.one.get("/v1/blacklist", since=since)).told(messages.Blacklist)
        held = (held | set(page.added)) - set(page.removed)
        if page.has_more and page.version <= since:
            raise Failed("a version that goes on, since there is more", page)
        since = page.version
        if not page.has_more:
            _is_that_set(page, held)
            return since, held


@add(8, is_golden=True)
async def changes(kit: Kit) -> None:
    """The changes since version 0 make the same set as the whole list.

    Version 0 is the empty list.
    """
    expect("version and set", await _changed(kit, since=0, held=set()), await _whole(kit))


@add(8, is_golden=True)
async def a_card_is_found_and_lost(kit: Kit) -> None:
    """A card that was found is removed by the changes since the version before, one that is lost is added.

    Each change of the list has a version of its own.
    """
    centre, card_no = kit.centre(), kit.card("lost")
    version, cards = await _whole(kit)
    await centre.do("find", card_no)
    found_at, without = await _changed(kit, since=version, held=cards)
    expect("set after the card was found", without, cards - {card_no})
    await centre.do("lose", card_no)
    lost_at, again = await _changed(kit, since=found_at, held=without)
    expect("set after it was lost", again, cards)
    if not version < found_at < lost_at:
        raise Failed("versions that go up", [version, found_at, lost_at])


@add(8, is_golden=True)
async def unknown_version(kit: Kit) -> None:
    """A version that the centre does not know is 409 CONFLICT: the terminal loads the list in full.

    A centre that was restored from a copy may know fewer versions than its terminals.
    """
    (await kit.one.get("/v1/blacklist", since=NEVER)).refused("CONFLICT")
    (await kit.one.get("/v1/blacklist", version=NEVER)).refused("CONFLICT")


@add(8, is_golden=True)
async def allowances(kit: Kit) -> None:
    """The allowances since version 0, page by page, have the count and the checksum that they tell.

    Only for a terminal whose parameters say needs_allowance. Since the newest version nothing has changed.
    """
    await _needs_allowance(kit)
    heard = (await kit.one.post("/v1/heartbeat", kit.one.heartbeat())).told(messages.HeartbeatAnswer)
    page = (await kit.one.get("/v1/allowances", since=0, limit=PAGE)).told(messages.Allowances)
    held = dict(page.listed)
    while page.has_more:
        page = (await kit.one.get("/v1/allowances", since=page.version)).told(messages.Allowances)
        held = {card_no: fen for card_no, fen in {**held, **dict(page.listed)}.items() if card_no not in set(page.removed)}
    expect("count", page.count, len(held))
    expect("checksum", page.checksum, signing.checksum_text(allowance_checksum(held)))
    expect("allowances above zero", min(held.values(), default=1) > 0, expected=True)
    if heard.allowances_version is None or heard.allowances_version > page.version:
        raise Failed(f"allowances_version up to {page.version}", heard.allowances_version)
    rest = (await kit.one.get("/v1/allowances", since=page.version)).told(messages.Allowances)
    expect("changes since the newest version", (rest.listed, rest.removed), ([], []))


@add(8, is_golden=True)
async def allowances_of_an_unknown_version(kit: Kit) -> None:
    """A version of the allowances that the centre does not know is 409 CONFLICT: the terminal begins from nothing.

    As with the blacklist.
    """
    await _needs_allowance(kit)
    (await kit.one.get("/v1/allowances", since=NEVER)).refused("CONFLICT")


@add(8, is_golden=True)
async def allowances_that_are_not_needed(kit: Kit) -> None:
    """A terminal whose parameters don't say needs_allowance is told none: 409 CONFLICT, and null in the heartbeat's answer.

    What cards may spend is nobody's business who doesn't need it.
    """
    if (await kit.two.get("/v1/parameters")).told(messages.Parameters).offline.needs_allowance:
        raise LeftOut("needs a second terminal whose parameters don't say needs_allowance")
    (await kit.two.get("/v1/allowances")).refused("CONFLICT")
    heard = (await kit.two.post("/v1/heartbeat", kit.two.heartbeat())).told(messages.HeartbeatAnswer)
    expect("allowances_version", heard.allowances_version, None)


async def _needs_allowance(kit: Kit) -> None:
    if not (await kit.one.get("/v1/parameters")).told(messages.Parameters).offline.needs_allowance:
        raise LeftOut("needs a first terminal whose parameters say needs_allowance")


@add(9, is_golden=True)
async def heard(kit: Kit) -> None:
    """A heartbeat is answered with the versions that hold.

    The same versions as a session is told.
    """
    session = await kit.one.open()
    message = kit.one.heartbeat(unsent=12, storage_pct=40, faults=["printer-paper"])
    told = (await kit.one.post("/v1/heartbeat", message)).told(messages.HeartbeatAnswer)
    expect("parameters_version", told.parameters_version, session.parameters_version)
    expect("blacklist_version", told.blacklist_version, session.blacklist_version)
    expect("is_disabled", told.is_disabled, expected=False)


@add(9, is_golden=True)
async def wrong_clock(kit: Kit) -> None:
    """A clock that is wrong by nine years is told what to add.

    clock_offset_us is time_us less sent_at_us.
    """
    wrong_us = now_us() - 9 * YEAR_US
    told = (await kit.one.post("/v1/heartbeat", kit.one.heartbeat(sent_at_us=wrong_us))).told(messages.HeartbeatAnswer)
    expect("clock_offset_us is time_us less sent_at_us", told.clock_offset_us, told.time_us - wrong_us)
