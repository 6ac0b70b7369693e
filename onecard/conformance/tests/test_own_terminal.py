"""The emulated terminal passes every case of a terminal; terminals with a planted fault fail in the right lines."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from onecard.conformance.books import Books
from onecard.conformance.cases import Failed, Finding, Verdict
from onecard.conformance.centre import Centre
from onecard.conformance.device import record_of
from onecard.conformance.driver import ScriptDriver
from onecard.conformance.terminal_cases import TERMINAL_CASES
from onecard.conformance.terminal_run import serving, try_terminal
from onecard.conformance.tests import wrong_terminals as wrong
from onecard.emulation.obey import Make, Obedient, obedient
from onecard.emulation.terminal import Terminal
from onecard.terminals.rules import record_mac
from tests.parallel import finished

PATIENCE_S = 20.0
LONG_S = 60.0
HASTE = 10


@dataclasses.dataclass
class InProcess:
    """Drives an emulated terminal in this process."""

    terminal: Obedient

    async def order(self, *words: object) -> str:
        return await self.terminal.obey(" ".join(map(str, words)))

    async def close(self) -> None:
        await self.terminal.close()


def verdicts_on(folder: Path, make: Make = Terminal, *, parts: Iterable[str] = ()) -> list[Verdict]:
    """All cases, or those of these modules."""
    cases = [case for case in TERMINAL_CASES.all if not parts or case.run.__module__.rpartition(".")[2] in parts]

    async def tried() -> list[Verdict]:
        centre = Centre()
        async with serving(centre, host="127.0.0.1", port=0) as address, obedient(folder, make=make, haste=HASTE) as terminal:
            return await try_terminal(address, cases, centre=centre, driver=InProcess(terminal), patience_s=PATIENCE_S)

    return finished(tried())


def not_passed(verdicts: list[Verdict]) -> dict[str, str]:
    return {one.case.full_name: f"{one.expected} / {one.came}" for one in verdicts if one.finding is not Finding.PASSED}


@pytest.mark.slow
def test_the_own_terminal_passes_everything(tmp_path: Path) -> None:
    verdicts = verdicts_on(tmp_path)
    assert not_passed(verdicts) == {}
    assert len(verdicts) == len(TERMINAL_CASES.all)


FAULTS: list[tuple[type[Terminal], set[str], set[str]]] = [
    (wrong.SkipsANumber, set(), {"records.restarted", "records.without_holes"}),
    (wrong.ChangesTheAmount, {"answers"}, {"online.answer_lost", "online.answer_cut", "records.never_twice"}),
    (
        wrong.SellsBeyondLimits,
        {"offline"},
        {
            f"collecting.{one}"
            for one in ("single_limit", "card_limit", "total_limit", "restarted_offline", "max_records", "collected")
        },
    ),
    (
        wrong.IgnoresTheBlacklist,
        {"offline", "centre_says"},
        {"blacklist.refuses_listed_cards", "blacklist.a_card_is_listed", "blacklist.drift"},
    ),
    (wrong.IgnoresAllowances, {"centre_says"}, {"blacklist.allowances"}),
    (
        wrong.ForgetsReversals,
        {"answers"},
        {
            "online.answer_lost_every_time",
            "online.reversal_lost",
            "online.broken",
            "records.without_holes",
            "collecting.missing_declined",
        },
    ),
    (wrong.CollectsWhatWasDeclined, {"answers"}, {"collecting.missing_declined"}),
    (wrong.IgnoresTheOffset, set(), {"sessions.clock"}),
    (wrong.SellsWhileDisabled, {"centre_says"}, {"heartbeat.disabled"}),
    (wrong.SendsHeldRecordsForever, {"offline"}, {"collecting.held"}),
    (wrong.WaitsForNobody, {"answers"}, {"transport.busy"}),
    (wrong.ForgetsAtRestart, set(), {"records.restarted", "records.never_twice"}),
]
"""A terminal, the parts of the play that are needed, and the lines that it fails in, no others."""


@pytest.mark.slow
@pytest.mark.parametrize(("make", "parts", "lines"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_fault_is_found(tmp_path: Path, make: type[Terminal], parts: set[str], lines: set[str]) -> None:
    verdicts = verdicts_on(tmp_path, make, parts={"beginning", "ending", *parts})
    assert {one.case.full_name for one in verdicts if one.finding is Finding.FAILED} == lines, not_passed(verdicts)


def test_a_wrong_mac_is_refused_and_noticed() -> None:
    books, key = Books(), bytes(32)
    plain = {"batch_no": 7, "seq": 1, "card_no": 1, "amount_fen": 5, "occurred_at_us": 0}
    signed = {**plain, "mac": record_mac(record_of(plain), key=key).hex()}
    for record, is_right in ((signed, True), ({**signed, "blacklist_version": 0}, False), ({**signed, "mac": "00" * 16}, False)):
        assert books.look_at(record, record_key=key, first_batch_no=7, now_us=0) is is_right
    assert len(books.mishaps["mac"]) == 2


@pytest.mark.slow
def test_a_script_drives_the_terminal_of_the_command_line(tmp_path: Path) -> None:
    async def tried() -> list[Verdict]:
        centre = Centre()
        command = shlex.join([sys.executable, "-m", "onecard", "terminal", "obey", "--folder", str(tmp_path)])
        async with serving(centre, host="127.0.0.1", port=0) as address:
            driver = await ScriptDriver.started(command, patience_s=LONG_S)
            cases = [case for case in TERMINAL_CASES.all if case.run.__module__.endswith("beginning")]
            try:
                return await try_terminal(address, cases, centre=centre, driver=driver, patience_s=LONG_S)
            finally:
                await driver.close()

    assert not_passed(finished(tried())) == {}


def test_a_script_that_ends_or_is_silent_is_a_finding() -> None:
    async def said(program: str, *, patience_s: float) -> str:
        driver = await ScriptDriver.started(shlex.join([sys.executable, "-c", program]), patience_s=patience_s)
        try:
            with pytest.raises(Failed) as failed:
                await driver.order("restart")
        finally:
            await driver.close()
        return failed.value.came

    assert "ended with code 3" in finished(said("input(); raise SystemExit(3)", patience_s=LONG_S))
    assert "TimeoutError" in finished(said("import sys; sys.stdin.read()", patience_s=0.2))
