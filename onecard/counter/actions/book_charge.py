"""押金与工本费: take a card's fee or deposit in cash, or pay the deposit back (clauses M3.5, P4-4.3)."""

from __future__ import annotations

import uuid

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.counter import queries, rules
from onecard.counter.actions.book_slip import Draft, book_slip, booked_before, open_shift_of
from onecard.counter.models import Shift, Slip
from onecard.counter.types import Booking, CounterOutcome, SlipKind
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject, TransferKind

_WHAT = {
    SlipKind.CARD_FEE: (Subject.CARD_FEES, TransferKind.CARD_FEE),
    SlipKind.CARD_DEPOSIT: (Subject.CARD_DEPOSITS, TransferKind.CARD_DEPOSIT),
    SlipKind.DEPOSIT_BACK: (Subject.CARD_DEPOSITS, TransferKind.CARD_DEPOSIT),
}


@action("counter.book_charge")
def book_charge(actor: Actor, card_no: int, *, kind: SlipKind, request_key: uuid.UUID) -> Booking:
    """Book the cash of a charge that is due for the card (queries.dues_of) on the clerk's open shift.

    The card says how much. The same `request_key` again is REPEATED, a charge that somebody booked meanwhile is not due any more.
    Refusals in order: rules.judge_charge. Card.DoesNotExist for an unknown number.
    """
    shift = open_shift_of(actor)
    card = Card.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(card_no=card_no)
    amount_fen = card.fee_fen if kind is SlipKind.CARD_FEE else card.deposit_fen
    before = booked_before(request_key, kind=kind, person_id=card.person_id, amount_fen=amount_fen)
    if before is not None:
        return before
    is_paid_out = kind is SlipKind.DEPOSIT_BACK
    outcome = rules.judge_charge(
        rules.ChargeFacts(
            has_shift=shift is not None,
            is_due=any(due.kind is kind for due in queries.dues_of([card])),
            is_paid_out=is_paid_out,
            amount_fen=amount_fen,
            drawer_fen=ledger.balance_of(shift.till.account_id) if shift else 0,
        )
    )
    if outcome is not CounterOutcome.DONE or shift is None:
        return Booking(outcome)
    return book_slip(actor, shift, _draft(shift, card, kind, amount_fen=amount_fen, request_key=request_key))


def _draft(shift: Shift, card: Card, kind: SlipKind, *, amount_fen: int, request_key: uuid.UUID) -> Draft:
    subject, transfer = _WHAT[kind]
    drawer, account = shift.till.account_id, ledger.shared_account(subject)
    debit, credit = (account, drawer) if kind is SlipKind.DEPOSIT_BACK else (drawer, account)
    turn = Slip.objects.filter(card=card, kind=kind).count() + 1
    return Draft(kind, transfer, card.person, debit, credit, amount_fen, request_key, card=card, turn=turn)
