"""Terminals with one planted fault each, as a maker might build them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence

from onecard.emulation.journal import Line, Standing
from onecard.emulation.terminal import Sale, Terminal
from onecard.terminals.rules import record_mac
from onecard.terminals.types import TerminalRecord


class SkipsANumber(Terminal):
    """Leaves out number 3."""

    def _record(self, card_no: int, amount_fen: int, *, blacklist_version: int | None) -> TerminalRecord:
        last = self.journal._last_seq
        if last.get(self.identity.batch_no) == 2:
            last[self.identity.batch_no] = 3
        return super()._record(card_no, amount_fen, blacklist_version=blacklist_version)


class ChangesTheAmount(Terminal):
    """Sends another amount when it asks again."""

    _asked: Line | None = None

    async def _ask(self, line: Line) -> str:
        if self._asked is line:
            dearer = dataclasses.replace(line.record, amount_fen=line.record.amount_fen + 1)
            line = dataclasses.replace(
                line, record=dataclasses.replace(dearer, mac=record_mac(dearer, key=self.identity.record_key))
            )
        else:
            self._asked = line
        return await super()._ask(line)


class SellsBeyondLimits(Terminal):
    """Knows no offline limits."""

    def _sell_offline(self, card_no: int, amount_fen: int) -> Sale:
        if self.blacklist_version is None or card_no in self.cards_refused:
            return Sale.REFUSED
        self.journal.add(self._record(card_no, amount_fen, blacklist_version=self.blacklist_version), Standing.SOLD)
        return Sale.SOLD


class IgnoresTheBlacklist(Terminal):
    """Loads the blacklist and never looks into it."""

    def _sell_offline(self, card_no: int, amount_fen: int) -> Sale:
        listed, self.cards_refused = self.cards_refused, set()
        try:
            return super()._sell_offline(card_no, amount_fen)
        finally:
            self.cards_refused = listed


class IgnoresAllowances(Terminal):
    """Sells offline to any card."""

    def _sell_offline(self, card_no: int, amount_fen: int) -> Sale:
        self.parameters = {**self.parameters, "offline": {**self.parameters["offline"], "needs_allowance": False}}
        return super()._sell_offline(card_no, amount_fen)


class ForgetsReversals(Terminal):
    """Gives up without a reversal."""

    async def _reverse(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self.journal.mark(line, Standing.REVERSED)


class CollectsWhatWasDeclined(Terminal):
    """Answers re-collection by collecting, whatever became of the record."""

    async def _reverse(self, lines: Sequence[Line]) -> None:
        await super()._reverse([line for line in lines if line.standing is Standing.REVERSING])
        await self._collect([line for line in lines if line.standing is not Standing.REVERSING])


class IgnoresTheOffset(Terminal):
    """Writes its own clock into records."""

    def _record(self, card_no: int, amount_fen: int, *, blacklist_version: int | None) -> TerminalRecord:
        self._offset_us = 0
        return super()._record(card_no, amount_fen, blacklist_version=blacklist_version)


class SellsWhileDisabled(Terminal):
    """Never stops."""

    @property
    def is_disabled(self) -> bool:
        return False

    @is_disabled.setter
    def is_disabled(self, value: bool) -> None:
        return


class SendsHeldRecordsForever(Terminal):
    """Takes HELD for a reason to try again."""

    async def _collect(self, lines: Sequence[Line]) -> None:
        await super()._collect(lines)
        for line in lines:
            if line.outcome.startswith("HELD"):
                self.journal.mark(line, Standing.SOLD)


class WaitsForNobody(Terminal):
    """Asks again at once after 503."""

    async def _ask(self, line: Line) -> str:
        try:
            return await super()._ask(line)
        except Exception as problem:
            if getattr(problem, "retry_after_s", 0):
                await asyncio.wait([asyncio.ensure_future(super()._ask(line))])
            raise


class ForgetsAtRestart(Terminal):
    """Begins its numbers anew after a power cut."""

    def restart(self) -> None:
        self.journal.path.write_bytes(b"")
        super().restart()
