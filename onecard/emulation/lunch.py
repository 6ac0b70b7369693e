"""A canteen's lunch hour in a few minutes: terminals, holders, a cut line, then everything collected and compared."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from onecard.access.types import Actor
from onecard.emulation.faults import NONE, FaultRates
from onecard.emulation.kills import Killer
from onecard.emulation.line import NetworkLine
from onecard.emulation.swarm import Seen, enrolled, settle, trade
from onecard.emulation.terminal import Terminal
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.types import FundingLine
from onecard.kernel import clock
from onecard.people import queries as people
from onecard.simulation.campus import Campus, build_campus
from onecard.simulation.import_journal import Progress
from onecard.simulation.run import Run, open_campus
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code

LUNCH_MINUTES = 60
CUT_MINUTES = (25, 35)
FUNDS_FEN = 30_000


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How large the lunch is. `seconds` is how long its hour takes, `rounds` how often each card buys on average."""

    terminals: int = 60
    cards: int = 20_000
    seconds: float = 120
    seed: int = 1
    rates: FaultRates = NONE
    is_cut: bool = True
    kills: int = 0
    rounds: float = 1


def build_canteen(plan: Plan, *, progress: Progress) -> Campus:
    """Register the canteen on the installation unless it is there, and give every card money."""
    actor = Actor.system("lunch")
    campus = build_campus(seed=plan.seed, first_day=clock.today(), people=plan.cards, merchants=3, terminals=plan.terminals)
    campus = dataclasses.replace(campus, holders=tuple(dataclasses.replace(one, expires_on=None) for one in campus.holders))
    run = Run(campus, actor=actor, faults=False, progress=progress)
    open_campus(run)
    known = people.people_with(one.person_no for one in campus.holders)
    lines = [FundingLine(person.pk, person.pk, FUNDS_FEN, clock.now()) for person in known.values()]
    for first in range(0, len(lines), 2_000):
        book_bank_transfers(actor, lines[first : first + 2_000], source="lunch funds")
        progress("money", min(first + 2_000, len(lines)), len(lines))
    return campus


def enrolment_codes(campus: Campus) -> dict[str, str]:
    """A one-time code for each terminal."""
    actor = Actor.system("lunch")
    return {till.code: issue_enrolment_code(actor, till.code).code for till in campus.tills}


async def lunch(
    address: str, codes: Mapping[str, str], *, cards: Sequence[int], folder: Path, plan: Plan, seen: Seen
) -> list[Terminal]:
    """Trade for the hour with the line cut in its middle, settle, and give the terminals back. RuntimeError when any is stuck."""
    line = NetworkLine(address)
    relayed = await line.start()
    minute_s = plan.seconds / LUNCH_MINUTES
    try:
        async with enrolled(relayed, codes, folder=folder, rates=plan.rates, seed=plan.seed, is_durable=False) as swarm:
            misfortunes = [asyncio.create_task(_cut(line, minute_s=minute_s))] if plan.is_cut else []
            if plan.kills:
                killer = Killer(address, seed=plan.seed)
                misfortunes.append(asyncio.create_task(killer.kill_often(times=plan.kills, within_s=plan.seconds)))
            rate = plan.cards * plan.rounds / plan.seconds
            await trade(
                swarm, cards=cards, sales_per_s=rate, seconds=plan.seconds, seed=plan.seed, beat_s=max(0.5, minute_s), seen=seen
            )
            await asyncio.gather(*misfortunes)
            stuck = await settle(swarm)
    finally:
        await line.stop()
    if stuck:
        raise RuntimeError(f"terminals {', '.join(stuck)} could not send everything to {address}: is the gateway running?")
    return swarm


async def _cut(line: NetworkLine, *, minute_s: float) -> None:
    await asyncio.sleep(CUT_MINUTES[0] * minute_s)
    line.cut()
    await asyncio.sleep((CUT_MINUTES[1] - CUT_MINUTES[0]) * minute_s)
    line.mend()
