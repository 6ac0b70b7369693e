"""Many emulated terminals at once, with customers who come at random."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import aiohttp

from onecard.emulation.client import Client
from onecard.emulation.faults import FaultRates, Faults
from onecard.emulation.terminal import Terminal
from onecard.gateway import signing

LEAST_BEAT_S = 0.5
SETTLING_TRIES = 60
SCHEMES = (signing.ED25519, signing.HMAC_SHA256)
Seen = Callable[[float, Counter[str]], None]
"""Told about twice a second: the seconds that have passed, and what all terminals counted so far."""


@contextlib.asynccontextmanager
async def enrolled(
    address: str, codes: Mapping[str, str], *, folder: Path, rates: FaultRates, seed: int, is_durable: bool = True
) -> AsyncIterator[list[Terminal]]:
    """The terminals, enrolled and in touch; a cloned one stands in the list twice."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        swarm: list[Terminal] = []
        for at, (code, secret) in enumerate(codes.items()):
            client = Client(http, address)
            await client.enrol(code, secret, scheme=SCHEMES[at % 2])
            faults = Faults(rates, seed=f"{seed} {code}")
            swarm.append(Terminal(client, folder / code, faults=faults, is_durable=is_durable))
            if faults.is_cloned:
                swarm.append(_clone_of(swarm[-1], http=http, address=address, folder=folder / f"{code}-clone"))
        await asyncio.gather(*(one.beat() for one in swarm))
        try:
            yield swarm
        finally:
            for one in swarm:
                one.journal.close()


def _clone_of(terminal: Terminal, *, http: aiohttp.ClientSession, address: str, folder: Path) -> Terminal:
    """A second device with the same keys and the journal as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(terminal.journal.path, folder / "journal")
    client = Client(http, address, identity=dataclasses.replace(terminal.identity))
    return Terminal(client, folder, faults=terminal.faults)


async def trade(
    terminals: Sequence[Terminal],
    *,
    cards: Sequence[int],
    sales_per_s: float,
    seconds: float,
    seed: int,
    beat_s: float = LEAST_BEAT_S,
    seen: Seen = lambda passed, counts: None,
) -> None:
    """Let customers come to all terminals together `sales_per_s` times a second, for so many seconds.

    Each card comes at about the same number of times; amounts are between 2 and 18 yuan.
    """
    ends_at = time.monotonic() + seconds
    pause_s = len(terminals) / sales_per_s
    tasks = [
        asyncio.create_task(_customers(one, cards=cards, pause_s=pause_s, ends_at=ends_at, random=Random(f"{seed} {at}")))
        for at, one in enumerate(terminals)
    ]
    beats = [asyncio.create_task(_beats(one, every_s=beat_s)) for one in terminals]
    started = time.monotonic()
    try:
        while any(not task.done() for task in tasks):
            await asyncio.wait(tasks, timeout=0.5)
            seen(time.monotonic() - started, counts_of(terminals))
    finally:
        for one in (*beats, *tasks):  # customers have gone by now, unless all this is cancelled
            one.cancel()
        await asyncio.gather(*beats, *tasks, return_exceptions=True)
    await asyncio.gather(*tasks)


async def _customers(terminal: Terminal, *, cards: Sequence[int], pause_s: float, ends_at: float, random: Random) -> None:
    while time.monotonic() < ends_at:
        await asyncio.sleep(random.expovariate(1 / pause_s))
        await terminal.sell(random.choice(cards), random.randrange(200, 1_800, 50))


async def _beats(terminal: Terminal, *, every_s: float) -> None:
    while True:
        await terminal.beat()
        await asyncio.sleep(every_s)


async def settle(terminals: Sequence[Terminal]) -> list[str]:
    """After closing time: beat until nothing is unsent anywhere; the codes of terminals that could not get rid of it."""
    stuck = list(terminals)
    for _try in range(SETTLING_TRIES):
        await asyncio.gather(*(one.beat() for one in stuck))
        stuck = [one for one in stuck if one.journal.unsent()]
        if not stuck:
            break
        await asyncio.sleep(0.2)
    return [one.identity.terminal for one in stuck]


def counts_of(terminals: Sequence[Terminal]) -> Counter[str]:
    """What all terminals counted, and how many records are unsent now."""
    total: Counter[str] = sum((one.counts for one in terminals), Counter())
    total["unsent"] = sum(len(one.journal.unsent()) for one in terminals)
    return total


def by_standing(swarm: Sequence[Terminal]) -> Counter[str]:
    """How many records stand where, over all journals."""
    return Counter(line.standing.value for one in swarm for line in one.journal.lines.values())
