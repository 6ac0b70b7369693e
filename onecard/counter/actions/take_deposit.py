"""存款: take cash at the counter into a person's cash purse (clause S3.2)."""

from __future__ import annotations

import uuid

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter import rules
from onecard.counter.actions.book_slip import Draft, book_slip, booked_before, locked_balance, open_shift_of
from onecard.counter.models import Shift
from onecard.counter.types import Booking, CounterOutcome, SlipKind
from onecard.kernel import clock
from onecard.ledger.types import TransferKind
from onecard.people.models import Person
from onecard.people.types import PersonState
from onecard.policies import queries as policies
from onecard.policies.rules import is_open

_NUMBERS = ("counter.least_deposit_fen", "counter.most_deposit_fen", "people.balance_cap_fen")


@action("counter.take_deposit")
def take_deposit(actor: Actor, person_id: int, *, amount_fen: int, request_key: uuid.UUID) -> Booking:
    """Book the cash from the clerk's drawer to the purse and keep a numbered slip; refusals in order: rules.judge_deposit.

    The same `request_key` again is REPEATED with the first slip. Person.DoesNotExist for an unknown person.
    """
    person = Person.objects.get(pk=person_id)
    shift = open_shift_of(actor)
    before = booked_before(request_key, kind=SlipKind.DEPOSIT, person_id=person_id, amount_fen=amount_fen)
    if before is not None:
        return before
    outcome = rules.judge_deposit(_facts(shift, person, amount_fen=amount_fen))
    if outcome is not CounterOutcome.DONE or shift is None:
        return Booking(outcome)
    drawer, purse = shift.till.account_id, person.cash_account_id
    draft = Draft(SlipKind.DEPOSIT, TransferKind.CASH_DEPOSIT, person, drawer, purse, amount_fen, request_key)
    return book_slip(actor, shift, draft)


def _facts(shift: Shift | None, person: Person, *, amount_fen: int) -> rules.DepositFacts:
    least_fen, most_fen, cap_fen = policies.numbers_of(_NUMBERS).values()
    local = clock.now().astimezone(clock.campus_zone())
    excused_until = shift.excused_until if shift else None
    return rules.DepositFacts(
        has_shift=shift is not None,
        person_is_present=person.state == PersonState.PRESENT,
        amount_fen=amount_fen,
        least_fen=least_fen,
        most_fen=most_fen,
        is_open=is_open(policies.windows("counter.deposit_windows"), weekday=local.isoweekday(), at=local.time()),
        is_excused=excused_until is not None and clock.now() <= excused_until,
        balance_fen=locked_balance(person.cash_account_id),
        cap_fen=cap_fen,
    )
