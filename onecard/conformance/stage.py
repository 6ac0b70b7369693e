"""What the cases of a terminal work with: the scripted centre, whoever drives the terminal, and patience."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

from onecard.conformance.cases import Failed, LeftOut, expect
from onecard.conformance.centre import FIRST_BATCH_NO, Centre, Fault
from onecard.conformance.driver import PAID, Driver


@dataclasses.dataclass(slots=True)
class Stage:
    """The state of one run. `sold_offline`: whether the terminal sells offline at all, as far as is known."""

    centre: Centre
    driver: Driver
    address: str
    patience_s: float
    sells_offline: bool = True

    async def until(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait for it; Failed when it does not come to that within the patience."""
        try:
            async with asyncio.timeout(self.patience_s):
                while not condition():
                    await self.centre.news.wait()
                    self.centre.news.clear()
        except TimeoutError:
            heard = ", ".join(one.path for one in self.centre.heard[-4:]) or "nothing"
            noticed = "".join(f"; noticed: {found[0]}" for found in self.centre.books.mishaps.values() if found)
            raise Failed(what, f"not within {self.patience_s:.0f} seconds; heard last: {heard}{noticed}") from None

    async def sell(self, card_no: int, fen: int) -> bool:
        """Let the terminal sell; whether the customer was told that it is paid."""
        return await self.driver.order("sell", card_no, fen) in PAID

    async def beats(self, count: int) -> None:
        """Wait for so many heartbeats more."""
        wanted = len(self.centre.beats) + count
        await self.until(f"{count} heartbeats, one every heartbeat_s", lambda: len(self.centre.beats) >= wanted)

    async def settled(self) -> None:
        """Wait until the terminal says that nothing is unsent: the second beat from here on, what was on its way is over."""
        since = len(self.centre.beats) + 1
        await self.until(
            "a heartbeat with unsent 0: everything was sent", lambda: any(one.unsent == 0 for one in self.centre.beats[since:])
        )

    async def sells_as_told(self, card_no: int, fen: int, *faults: Fault) -> bool:
        """One sale while the answer to its request goes wrong; afterwards the books say what the customer was told."""
        self.centre.faults["/v1/purchases"].extend(faults)
        before_fen = self.centre.books.net_fen()
        try:
            is_paid = await self.sell(card_no, fen)
        finally:
            self.centre.faults["/v1/purchases"].clear()
        await self.settled()
        paid_fen = self.centre.books.net_fen() - before_fen
        if paid_fen != (fen if is_paid else 0):
            told = "paid" if is_paid else "refused"
            raise Failed(f"the customer, who was told `{told}`, pays {fen if is_paid else 0} fen", f"{paid_fen} fen in the books")
        return is_paid

    def offline_only(self) -> None:
        """LeftOut for a terminal that sells nothing offline, as it may."""
        if not self.sells_offline:
            raise LeftOut("the terminal sells nothing offline")

    def no_mishap(self, name: str, what: str) -> None:
        """Failed when something of this name was noticed."""
        found = self.centre.books.mishaps[name]
        if found:
            raise Failed(what, f"{len(found)} times; first: {found[0]}")

    def numbers(self) -> list[int]:
        """The numbers that came, of the batch to begin with."""
        return self.centre.books.numbers(FIRST_BATCH_NO)

    @property
    def last_number(self) -> int:
        """The last of them, 0 for none."""
        return max(self.numbers(), default=0)

    async def refuses(self, card_no: int, fen: int, why: str) -> None:
        """Failed when the terminal sells it."""
        expect(f"a sale of {fen} fen to card {card_no}: {why}", "paid" if await self.sell(card_no, fen) else "refused", "refused")
