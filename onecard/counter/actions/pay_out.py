"""Pay cash out of a drawer: what withdrawals with and without a second person share."""

from __future__ import annotations

import uuid

from django.db.models import Sum

from onecard.access.types import Actor
from onecard.counter import rules
from onecard.counter.actions.book_slip import Draft, book_slip, booked_before, locked_balance, open_shift_of
from onecard.counter.models import Shift, Slip
from onecard.counter.types import Booking, CounterOutcome, SlipKind
from onecard.ledger import queries as ledger
from onecard.ledger.types import TransferKind
from onecard.people.models import Person
from onecard.policies import queries as policies

_NUMBERS = ("counter.withdrawal_single_limit_fen", "counter.withdrawal_day_limit_fen", "counter.withdrawal_second_person_fen")


def pay_out(
    actor: Actor, person_id: int, *, amount_fen: int, is_identified: bool, is_approved: bool, request_key: uuid.UUID
) -> Booking:
    """Book the cash from the purse out of the clerk's drawer; refusals in order: rules.judge_withdrawal."""
    person = Person.objects.get(pk=person_id)
    shift = open_shift_of(actor)
    before = booked_before(request_key, kind=SlipKind.WITHDRAWAL, person_id=person_id, amount_fen=amount_fen)
    if before is not None:
        return before
    facts = _facts(shift, person, amount_fen=amount_fen, is_identified=is_identified, is_approved=is_approved)
    outcome = rules.judge_withdrawal(facts)
    if outcome is not CounterOutcome.DONE or shift is None:
        return Booking(outcome)
    purse, drawer = person.cash_account_id, shift.till.account_id
    return book_slip(
        actor, shift, Draft(SlipKind.WITHDRAWAL, TransferKind.WITHDRAWAL, person, purse, drawer, amount_fen, request_key)
    )


def _facts(
    shift: Shift | None, person: Person, *, amount_fen: int, is_identified: bool, is_approved: bool
) -> rules.WithdrawalFacts:
    single_fen, day_fen, second_fen = policies.numbers_of(_NUMBERS).values()
    balance_fen = locked_balance(person.cash_account_id)
    return rules.WithdrawalFacts(
        has_shift=shift is not None,
        is_allowed=policies.flag("counter.withdrawal_allowed"),
        amount_fen=amount_fen,
        single_limit_fen=single_fen,
        is_identified=is_identified,
        paid_today_fen=_paid_today_fen(person),
        day_limit_fen=day_fen,
        second_person_fen=second_fen,
        is_approved=is_approved,
        balance_fen=balance_fen,
        drawer_fen=ledger.balance_of(shift.till.account_id) if shift else 0,
    )


def _paid_today_fen(person: Person) -> int:
    """What was paid out to the person on the open business day and not taken back, in fen."""
    today = Slip.objects.filter(person=person, business_date=ledger.business_date(), kind=SlipKind.WITHDRAWAL)
    return today.filter(reversed_by=None).aggregate(fen=Sum("amount_fen"))["fen"] or 0
