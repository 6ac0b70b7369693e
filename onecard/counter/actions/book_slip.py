"""Write a slip and move its money: what deposits, withdrawals, charges and reversals share."""

from __future__ import annotations

import dataclasses
import uuid

from django.db.models import Max

from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.counter.models import Shift, Slip
from onecard.counter.papers import issue_receipt
from onecard.counter.types import Booking, CounterOutcome, ShiftState, SlipKind
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.types import Entry, PostingOutcome, TransferKind
from onecard.people.models import Person


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A slip to be booked: `debit` and `credit` are accounts; a reversal names the slip that it takes back, a charge its card."""

    kind: SlipKind
    transfer: TransferKind
    person: Person
    debit: int
    credit: int
    amount_fen: int
    request_key: uuid.UUID
    reason: str = ""
    reverses: Slip | None = None
    card: Card | None = None
    turn: int = 0


def open_shift_of(actor: Actor) -> Shift | None:
    """The clerk's open shift, locked until the transaction ends: one booking of a till after the other."""
    own = Shift.objects.select_for_update(of=("self",)).select_related("till")
    return own.filter(clerk_id=actor.person_id, state=ShiftState.OPEN).first()


def booked_before(request_key: uuid.UUID, *, kind: SlipKind, person_id: int, amount_fen: int) -> Booking | None:
    """What became of the same form when it was sent before; None when it is new. Ask with the shift locked."""
    slip = Slip.objects.filter(request_key=request_key).first()
    if slip is None:
        return None
    same = (slip.kind, slip.person_id, slip.amount_fen) == (kind, person_id, amount_fen)
    return Booking(CounterOutcome.REPEATED, slip.pk) if same else Booking(CounterOutcome.REFUSED_KEY_TAKEN)


def locked_balance(account_id: int) -> int:
    """The account's balance in fen, which nobody changes until the transaction ends."""
    lock_accounts([account_id])
    return ledger.balance_of(account_id)


def book_slip(actor: Actor, shift: Shift, draft: Draft) -> Booking:
    """Move the draft's money under the till's next number, keep the slip, and issue its receipt; the caller holds the shift."""
    now, day = clock.now(), ledger.business_date()
    last: int | None = Slip.objects.filter(till=shift.till).aggregate(last=Max("number"))["last"]
    number = (last or 0) + 1
    reversed_id = None if draft.reverses is None else ledger.transfers_of(shift.till.source_id, draft.reverses.number)[0].pk
    entry = Entry(
        shift.till.source_id, number, draft.transfer, draft.debit, draft.credit, draft.amount_fen, now, reverses_id=reversed_id
    )
    if post_transfers([entry]) != [PostingOutcome.POSTED]:
        raise RuntimeError(f"number {number} of till {shift.till.code} is taken in the ledger")
    slip = Slip.objects.create(
        till=shift.till,
        number=number,
        shift=shift,
        kind=draft.kind,
        person=draft.person,
        amount_fen=draft.amount_fen,
        balance_after_fen=ledger.balance_of(draft.person.cash_account_id),
        business_date=day,
        made_at=now,
        reason=draft.reason.strip(),
        reverses=draft.reverses,
        card=draft.card,
        turn=draft.turn,
        request_key=draft.request_key,
    )
    issue_receipt(actor, slip)
    return Booking(CounterOutcome.DONE, slip.pk)
