"""Run the cases of a gateway against an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import aiohttp

from onecard.conformance.cases import Case, Failed, Finding, LeftOut, Verdict, verdict_of
from onecard.conformance.hand import Hand
from onecard.conformance.kit import SCHEMES, Kit, Post
from onecard.conformance.wire import HttpWire

KEEP_S = 2.0
Told = Callable[[Verdict], None]


async def try_gateway(
    address: str,
    cases: Sequence[Case[Kit]],
    *,
    posts: Mapping[str, Post],
    cards: Mapping[str, int],
    hand: Hand | None = None,
    is_quick: bool = False,
    told: Told = lambda verdict: None,
) -> list[Verdict]:
    """All cases, one after the other, in the order in which they are listed; `told` hears of each."""
    # A connection that was idle for longer may be closed by the gateway at the moment in which it is used again.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_S)
    async with aiohttp.ClientSession(connector=connector) as http:
        kit = Kit(HttpWire(http, address), posts, cards, hand, is_quick)
        return await run(kit, cases, told=told)


async def run(kit: Kit, cases: Sequence[Case[Kit]], *, told: Told = lambda verdict: None) -> list[Verdict]:
    """The same on a kit. Without the cases of enrolment the terminals are enrolled beforehand."""
    await kit.begin()
    if not any(case.chapter == 2 for case in cases):
        for role in SCHEMES:
            if role in kit.posts:
                await kit.enrol(role)
    verdicts = []
    for case in cases:
        verdicts.append(await _tried(kit, case))
        told(verdicts[-1])
    return verdicts


async def _tried(kit: Kit, case: Case[Kit]) -> Verdict:
    try:
        await kit.set_out()
    except (Failed, LeftOut) as problem:
        return Verdict(case, Finding.FAILED, "a session to try it in", str(problem))
    return await verdict_of(case, kit)
