"""冲正: take back a slip on the same shift (BUSINESS, Money in)."""

from __future__ import annotations

import uuid

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.counter import rules
from onecard.counter.actions.book_slip import Draft, book_slip, booked_before, locked_balance, open_shift_of
from onecard.counter.models import Shift, Slip
from onecard.counter.queries import is_standing
from onecard.counter.types import Booking, CounterOutcome, SlipKind
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import TransferKind
from onecard.policies import queries as policies

BRING_CASH = frozenset({SlipKind.DEPOSIT, SlipKind.CARD_FEE, SlipKind.CARD_DEPOSIT})


@action("counter.reverse_slip")
def reverse_slip(actor: Actor, slip_id: int, *, reason: str, request_key: uuid.UUID) -> Booking:
    """Book the opposite of the slip under a number of its own; refusals in order: rules.judge_slip_reversal.

    The same `request_key` again is REPEATED. Slip.DoesNotExist for an unknown slip.
    """
    shift = open_shift_of(actor)
    slip = Slip.objects.select_related("person").get(pk=slip_id)
    person = slip.person
    before = booked_before(request_key, kind=SlipKind.REVERSAL, person_id=person.pk, amount_fen=slip.amount_fen)
    if before is not None:
        return before
    outcome = rules.judge_slip_reversal(_facts(shift, slip, reason=reason))
    if outcome is not CounterOutcome.DONE or shift is None:
        return Booking(outcome)
    [booked] = ledger.transfers_of(shift.till.source_id, slip.number)
    draft = Draft(
        SlipKind.REVERSAL,
        TransferKind.REVERSAL,
        person,
        debit=booked.credit_account_id,
        credit=booked.debit_account_id,
        amount_fen=slip.amount_fen,
        request_key=request_key,
        reason=reason,
        reverses=slip,
    )
    return book_slip(actor, shift, draft)


def _facts(shift: Shift | None, slip: Slip, *, reason: str) -> rules.SlipReversalFacts:
    if slip.card_id is not None:
        Card.objects.select_for_update(no_key=True).get(pk=slip.card_id)
    balance_fen = locked_balance(slip.person.cash_account_id)
    return rules.SlipReversalFacts(
        has_shift=shift is not None,
        reason=reason,
        is_own_shift=shift is not None and slip.shift_id == shift.pk,
        is_reversal=slip.kind == SlipKind.REVERSAL,
        is_reversed=Slip.objects.filter(reverses=slip).exists(),
        is_paid_back=slip.kind == SlipKind.CARD_DEPOSIT and is_standing(SlipKind.DEPOSIT_BACK, card_id=slip.card_id),
        is_late=clock.now() - slip.made_at > policies.span("counter.reversal_window_minutes"),
        takes_from_purse=slip.kind == SlipKind.DEPOSIT,
        takes_from_drawer=slip.kind in BRING_CASH,
        amount_fen=slip.amount_fen,
        balance_fen=balance_fen,
        drawer_fen=ledger.balance_of(shift.till.account_id) if shift else 0,
    )
