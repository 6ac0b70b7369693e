"""The demo's own terminals: registered once, and the demo's books go on as the true ones say although they sold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onecard.emulation import living
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.types import Outcome, PinCheck
from onecard.simulation.demo import run_demo
from onecard.terminals import queries as terminals
from onecard.terminals.types import TerminalRecord
from tests.world import broken_invariants

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def _quiet(step: str, done: int, total: int) -> None:
    return


def sell(cards: list[int], *, at: datetime) -> list[Outcome]:
    """One purchase with each card at the first of the terminals."""
    terminal_id = terminals.terminals_with(living.PLACES)["L001"].pk
    records = [TerminalRecord(terminal_id, 1, seq, card_no, 900, at) for seq, card_no in enumerate(cards, start=1)]
    return [one.outcome for one in authorise_purchases(records, pins=[PinCheck.NOT_GIVEN] * len(records), received_at=at)]


def test_they_sell_and_the_demo_goes_on_tomorrow(db: None) -> None:
    today = NOON.date()
    run_demo(days=1, today=today, progress=_quiet)
    with clock.at(NOON):
        cards = living.settle_in()
        purses = ledger.trial_balance()
        assert living.settle_in() == cards
        assert ledger.trial_balance() == purses
        assert sell(cards[:3], at=NOON) == [Outcome.APPROVED] * 3
        assert set(living.enrolment_codes()) == set(living.PLACES)
    later = run_demo(days=1, today=today + timedelta(days=1), progress=_quiet)
    assert [result.differences for result in later] == [[]] * len(later)
    assert broken_invariants() == {}


def test_without_the_demo_they_are_nowhere(db: None) -> None:
    with pytest.raises(ValueError, match="onecard demo"):
        living.settle_in()
