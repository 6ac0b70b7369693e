"""The table of a card's life: every state against every action."""

from __future__ import annotations

import pytest

from onecard.cards import rules
from onecard.cards.types import CardOutcome, CardState

D, R = CardOutcome.DONE, CardOutcome.REPEATED
NOT_ISSUED, NOT_ACTIVE = CardOutcome.REFUSED_NOT_ISSUED, CardOutcome.REFUSED_NOT_ACTIVE
NOT_LOST, NOT_FROZEN, GONE = CardOutcome.REFUSED_NOT_LOST, CardOutcome.REFUSED_NOT_FROZEN, CardOutcome.REFUSED_CANCELLED

TABLE = {
    # state: issued, active, lost, frozen, cancelled
    rules.may_activate: (D, R, NOT_ISSUED, NOT_ISSUED, GONE),
    rules.may_report_loss: (D, D, R, D, GONE),
    rules.may_withdraw_loss_report: (NOT_LOST, R, D, NOT_LOST, GONE),
    rules.may_freeze: (NOT_ACTIVE, D, NOT_ACTIVE, R, GONE),
    rules.may_unfreeze: (NOT_FROZEN, R, NOT_FROZEN, D, GONE),
    rules.may_replace: (NOT_LOST, NOT_LOST, D, NOT_LOST, GONE),
    rules.may_cancel: (D, D, D, D, R),
}


def test_the_table_has_every_rule() -> None:
    assert {function.__name__ for function in TABLE} == {name for name in vars(rules) if name.startswith("may_")}


@pytest.mark.parametrize("function", TABLE)
def test_every_state(function: object) -> None:
    expected = dict(zip(CardState, TABLE[function], strict=True))  # type: ignore[index]
    assert {state: function(state) for state in CardState} == expected  # type: ignore[operator]
