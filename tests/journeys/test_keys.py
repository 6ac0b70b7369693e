"""Keys change while records wait: rolled, lost on the way, enrolled anew. What was sold is booked once, nothing is held."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from django.db import connection

from onecard.emulation.client import Client, NoAnswer
from onecard.emulation.faults import NONE, FaultRates, Faults
from onecard.emulation.journal import Standing
from onecard.emulation.terminal import Sale, Terminal
from onecard.gateway import signing
from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord
from onecard.purchases.models import Purchase
from onecard.purchases.types import Outcome
from onecard.terminals import queries as terminals
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.actions.revoke_terminal import revoke_terminal
from tests.databases import ROOT
from tests.parallel import finished
from tests.pos.conftest import OFFLINE, GatewayProcess, gateway
from tests.world import CARD_NO, NOON, World, broken_invariants

__all__ = ["gateway"]
pytestmark = pytest.mark.slow
WANG = CARD_NO["wang"]
Play = Callable[[Terminal], Awaitable[None]]


async def in_office(deed: Callable[..., Any], *arguments: object) -> Any:
    """What a person does meanwhile."""

    def done() -> Any:
        try:
            return deed(*arguments)
        finally:
            connection.close()

    return await asyncio.to_thread(done)


@contextlib.asynccontextmanager
async def enrolled(address: str, code: str, *, scheme: str, folder: Path) -> AsyncIterator[Terminal]:
    async with aiohttp.ClientSession() as http:
        client = Client(http, address)
        await client.enrol("plain", code, scheme=scheme)
        terminal = Terminal(client, folder, faults=Faults(NONE, seed=""))
        await terminal.beat()
        yield terminal
        terminal.journal.close()


@pytest.fixture
def play(own_world: World, gateway: GatewayProcess, tmp_path: Path) -> Callable[..., None]:
    """An emulated terminal that has sold once without the line, and what it does then."""
    clerk = own_world.cast.clerk
    publish_parameters(clerk, "all", content={"offline": OFFLINE}, effective_from=NOON.isoformat(), reason="a new term")
    code = issue_enrolment_code(clerk, "plain").code

    async def played(scheme: str, then: Play) -> None:
        async with enrolled(gateway.address, code, scheme=scheme, folder=tmp_path) as terminal:
            terminal.is_online = False
            assert await terminal.sell(WANG, 700) is Sale.SOLD
            await then(terminal)
            await terminal.beat()
            assert terminal.journal.unsent() == []

    return lambda scheme, then: finished(played(scheme, then))


def assert_sold(*amounts_fen: int) -> None:
    booked = (Outcome.APPROVED, Outcome.BOOKED)
    assert list(Purchase.objects.filter(outcome__in=booked).order_by("pk").values_list("amount_fen", flat=True)) == [*amounts_fen]
    assert not HeldRecord.objects.exists()
    assert terminals.gaps() == []
    assert broken_invariants() == {}


@pytest.mark.parametrize("scheme", [signing.ED25519, signing.HMAC_SHA256])
def test_a_rolled_key_leaves_what_is_unsent_good(play: Callable[..., None], *, scheme: str) -> None:
    async def then(terminal: Terminal) -> None:
        key = terminal.identity.key
        await terminal.roll()
        assert terminal.identity.key != key

    play(scheme, then)
    assert_sold(700)


def test_when_the_answer_to_a_roll_is_lost_the_key_that_is_good_is_found(play: Callable[..., None], tmp_path: Path) -> None:
    async def then(terminal: Terminal) -> None:
        new_keys = []
        for _again in range(2):
            terminal.faults = Faults(FaultRates(lost=1), seed="")
            with pytest.raises(NoAnswer):
                await terminal.roll()
            terminal.faults = Faults(NONE, seed="")
            new_keys.append(terminal.identity.next_key)
            kept = (tmp_path / "identity.json").read_text()
            assert new_keys[-1] is not None
            assert new_keys[-1].hex() in kept
            assert terminal.identity.key.hex() in kept
            await terminal.beat()
            assert (terminal.identity.key, terminal.identity.next_key) == (new_keys[-1], None)
        assert await terminal.sell(WANG, 300) is Sale.PAID

    play(signing.ED25519, then)
    assert_sold(700, 300)


def test_enrolled_anew_it_sends_what_it_had_not_sent(play: Callable[..., None], own_world: World) -> None:
    """A sale and a reversal that wait, and a sale that the centre booked and could not answer: signed with the new key."""
    clerk = own_world.cast.clerk

    async def then(terminal: Terminal) -> None:
        ask = terminal._ask

        async def unanswered(line: object) -> str:
            await ask(line)  # type: ignore[arg-type]
            raise NoAnswer("lost on purpose")

        await terminal.send_unsent()
        [sold] = terminal.journal.lines.values()
        terminal.journal.mark(sold, Standing.SOLD)  # as if that answer had been lost
        terminal.is_online, terminal._ask = True, unanswered  # type: ignore[method-assign]
        assert await terminal.sell(WANG, 200) is Sale.SOLD  # asked first, given up, to be reversed
        terminal._ask = ask  # type: ignore[method-assign]
        await in_office(revoke_terminal, clerk, "plain")
        await terminal.beat()
        assert terminal.is_revoked
        code = (await in_office(issue_enrolment_code, clerk, "plain")).code
        key = terminal.identity.record_key
        await terminal.enrol_anew(code)
        assert (terminal.identity.batch_no, terminal.identity.record_key != key) == (2, True)

    play(signing.ED25519, then)
    records = list(Purchase.objects.order_by("seq").values_list("batch_no", "seq", "amount_fen", "outcome"))
    assert records == [(1, 1, 700, Outcome.BOOKED), (1, 2, 200, Outcome.APPROVED), (1, 3, 200, Outcome.BOOKED)]
    assert ledger.balance_of(own_world.cash["wang"]) == 10_000 - 900
    assert not HeldRecord.objects.exists()
    assert broken_invariants() == {}


def test_the_command_needs_only_a_code_and_an_address(own_world: World, gateway: GatewayProcess, tmp_path: Path) -> None:
    """On a machine that is not the centre's: no database, no settings."""
    code = issue_enrolment_code(own_world.cast.clerk, "plain").code
    command = [sys.executable, "-m", "onecard", "terminal", "run", f"plain={code}", "--gateway", gateway.address]
    wanted = [*command, "--cards", f"{WANG}", "--seconds", "3", "--rate", "5", "--folder", str(tmp_path)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "ONECARD"))}
    done = subprocess.run(wanted, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "approved online" in done.stdout
    assert Purchase.objects.filter(outcome=Outcome.APPROVED).exists()
