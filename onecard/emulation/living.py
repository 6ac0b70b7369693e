"""The demo's living board: a handful of terminals at its merchants that keep in touch and sell now and then while it is served.

Their customers are people of their own, so that the simulated ones keep the purses that the true books say.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from django.db import transaction

from onecard.access.types import Actor
from onecard.cards.actions.issue_card_batch import issue_card_batch
from onecard.emulation.faults import NONE
from onecard.emulation.swarm import enrolled, trade
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.types import FundingLine
from onecard.kernel import clock
from onecard.merchants.queries import merchant_with
from onecard.people import queries as people
from onecard.people.actions.register_people_batch import register_people_batch
from onecard.people.types import NewPerson, PersonKind
from onecard.simulation.campus import GIVEN, SURNAMES
from onecard.terminals import queries as terminals
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.register_terminal import register_terminal

PLACES = {f"L{at:03d}": f"M{at:02d}" for at in range(1, 7)}
"""The terminals by code, with the merchants that they stand at."""
CUSTOMERS = 300
FIRST_CARD_NO = 700_001
FUNDS_FEN = 50_000
SALES_PER_S = 0.1
"""Of all terminals together: to be seen on the board, and nothing that the pages would feel."""
BEAT_S = 10.0
LOOK_EVERY_S = 1.0
ACTOR = Actor.system("living board")


def settle_in() -> list[int]:
    """Register terminals and customers with cards and money unless they are there; the cards. ValueError without the demo."""
    cards = [FIRST_CARD_NO + at for at in range(CUSTOMERS)]
    with transaction.atomic():
        known = terminals.terminals_with(PLACES)
        for code in PLACES.keys() - known.keys():
            merchant = merchant_with(PLACES[code])
            if merchant is None:
                raise ValueError("the demo's merchants are not here: onecard demo builds them")
            register_terminal(ACTOR, code, merchant_id=merchant.pk, name="演示终端")
        numbers = {card_no: f"L{card_no}" for card_no in cards}
        if register_people_batch(ACTOR, [NewPerson(number, _name(at), PersonKind.VISITOR) for at, number in numbers.items()]):
            found = people.people_with(numbers.values())
            issue_card_batch(ACTOR, [(card_no, found[number].pk) for card_no, number in numbers.items()])
            funds = [FundingLine(person.pk, person.pk, FUNDS_FEN, clock.now()) for person in found.values()]
            book_bank_transfers(ACTOR, funds, source="living board")
    return cards


def _name(at: int) -> str:
    return SURNAMES[at % len(SURNAMES)] + GIVEN[at % len(GIVEN)]


def enrolment_codes() -> dict[str, str]:
    """A one-time code for each terminal; whatever device is the terminal now will be so no more."""
    return {code: issue_enrolment_code(ACTOR, code).code for code in PLACES}


async def keep_selling(address: str, codes: Mapping[str, str], *, cards: list[int], folder: Path) -> None:
    """Wait for the gateway, enrol, and sell until this is cancelled."""
    await _wait_for(address)
    async with enrolled(address, codes, folder=folder, rates=NONE, seed=1, is_durable=False) as swarm:
        await trade(swarm, cards=cards, sales_per_s=SALES_PER_S, seconds=math.inf, seed=1, beat_s=BEAT_S)


async def _wait_for(address: str) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LOOK_EVERY_S)) as http:
        while True:
            try:
                async with http.get(f"{address}/healthz") as answer:
                    if answer.ok:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(LOOK_EVERY_S)
