"""The emulated terminal passes every case of a terminal; terminals with a planted fault fail in the right lines."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from onecard.conformance.cases import Finding, Verdict
from onecard.conformance.centre import Centre
from onecard.conformance.terminal_cases import TERMINAL_CASES
from onecard.conformance.terminal_run import serving, try_terminal
from onecard.emulation.obey import Make, Obedient, obedient
from onecard.emulation.terminal import Terminal

PATIENCE_S = 10.0


@dataclasses.dataclass
class InProcess:
    """Drives an emulated terminal in this process."""

    terminal: Obedient

    async def order(self, *words: object) -> str:
        return await self.terminal.obey(" ".join(map(str, words)))

    async def close(self) -> None:
        await self.terminal.close()


def verdicts_on(folder: Path, make: Make = Terminal) -> list[Verdict]:
    async def tried() -> list[Verdict]:
        centre = Centre()
        async with serving(centre, host="127.0.0.1", port=0) as address, obedient(folder, make=make) as terminal:
            return await try_terminal(
                address, TERMINAL_CASES.all, centre=centre, driver=InProcess(terminal), patience_s=PATIENCE_S
            )

    return asyncio.run(tried())


def not_passed(verdicts: list[Verdict]) -> dict[str, str]:
    return {one.case.full_name: f"{one.expected} / {one.came}" for one in verdicts if one.finding is not Finding.PASSED}


@pytest.mark.slow
def test_the_own_terminal_passes_everything(tmp_path: Path) -> None:
    verdicts = verdicts_on(tmp_path)
    assert not_passed(verdicts) == {}
    assert len(verdicts) == len(TERMINAL_CASES.all)
