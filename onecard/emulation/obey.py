"""An emulated terminal that obeys: one order a line, one answer a line (docs/terminal-protocol.md §10)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp

from onecard.emulation.client import Client, NoAnswer
from onecard.emulation.faults import NONE, Faults
from onecard.emulation.terminal import Sale, Terminal

ANSWERS = {Sale.PAID: "paid", Sale.SOLD: "paid", Sale.DECLINED: "refused", Sale.REFUSED: "refused"}
Make = Callable[..., Terminal]


class Obedient:
    """Enrols when it is told, beats by itself, sells and restarts as ordered.

    `haste`: how many times as often it beats as it is told to, for tests.
    """

    def __init__(self, http: aiohttp.ClientSession, folder: Path, *, make: Make = Terminal, haste: float = 1) -> None:
        self._http = http
        self._folder = folder
        self._make = make
        self._haste = haste
        self._terminal: Terminal | None = None
        self._beating: asyncio.Task[None] | None = None

    async def obey(self, order: str) -> str:
        """Carry out `enrol URL TERMINAL CODE`, `sell CARD FEN`, `restart` or `roll`; the answer. ValueError for anything else."""
        match order.split():
            case ["enrol", _url, _terminal, code] if self._terminal is not None:
                await self._terminal.enrol_anew(code)
                return "done"
            case ["enrol", url, terminal, code]:
                client = Client(self._http, url)
                await client.enrol(terminal, code)
                self._terminal = self._make(client, self._folder, faults=Faults(NONE, seed=""))
                self._beating = asyncio.create_task(self._beats(self._terminal))
                return "done"
            case ["sell", card_no, amount_fen] if self._terminal is not None:
                return ANSWERS[await self._terminal.sell(int(card_no), int(amount_fen))]
            case ["restart"] if self._terminal is not None:
                self._terminal.restart()
                return "done"
            case ["roll"] if self._terminal is not None:
                with contextlib.suppress(NoAnswer):
                    await self._terminal.roll()
                return "done"
        raise ValueError(f"not an order, or not enrolled yet: {order}")

    async def _beats(self, terminal: Terminal) -> None:
        while True:
            await terminal.beat()
            await asyncio.sleep(terminal.parameters["heartbeat_s"] / self._haste)

    async def close(self) -> None:
        """Stop beating, close the journal."""
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        if self._terminal is not None:
            self._terminal.journal.close()


@contextlib.asynccontextmanager
async def obedient(folder: Path, *, make: Make = Terminal, haste: float = 1) -> AsyncIterator[Obedient]:
    """One terminal in a folder."""
    async with aiohttp.ClientSession() as http:
        one = Obedient(http, folder, make=make, haste=haste)
        try:
            yield one
        finally:
            await one.close()


async def obey_lines(folder: Path, read: Callable[[], str], say: Callable[[str], None]) -> None:
    """Obey until there are no more lines; what goes wrong is the answer `error …`."""
    async with obedient(folder) as terminal:
        while order := await asyncio.to_thread(read):
            try:
                say(await terminal.obey(order))
            except (ValueError, RuntimeError) as problem:
                say(f"error {problem}")
