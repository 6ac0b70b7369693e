"""Typed reads of the counter: who is meant, what a clerk's shift did, what cards owe, which cash is late."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet

from onecard.cards.models import Card
from onecard.cards.types import PaidBy
from onecard.counter import rules
from onecard.counter.models import Handover, Shift, Slip, Till
from onecard.counter.types import CHARGES, Due, HandoverState, Late, LateCash, ShiftState, SlipKind
from onecard.kernel import clock
from onecard.people.models import Person
from onecard.people.queries import people_found
from onecard.policies import queries as policies
from onecard.workdays import queries as workdays

MOST_FOUND = 20
PURSES = ("cash_account", "subsidy_account")
MOST_SLIPS = 10
MOST_LATE = 50
_LONGEST_NUMBER = 18
_WHERE = {HandoverState.ON_THE_WAY: Late.ON_THE_WAY, HandoverState.IN_SAFE: Late.IN_SAFE}


def people_like(text: str) -> list[Person]:
    """Whom a scan or typed letters may mean, at most MOST_FOUND: by card's or person's number, else as `people_found`.

    The card's holder is read first: as a subquery it would make PostgreSQL look at everybody.
    """
    wanted = text.strip()
    if not wanted:
        return []
    people = Person.objects.select_related(*PURSES).order_by("person_no")
    exactly = Q(person_no=wanted)
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST_NUMBER:
        exactly |= Q(pk__in=list(Card.objects.filter(card_no=int(wanted)).values_list("person_id", flat=True)))
    found = list(people.filter(exactly)[:MOST_FOUND])
    return found or list(people_found(wanted).select_related(*PURSES).order_by("person_no")[:MOST_FOUND])


def going_shift_of(operator_id: int) -> Shift | None:
    """The operator's shift that is not closed yet."""
    going = Shift.objects.exclude(state=ShiftState.CLOSED).select_related("till")
    return going.filter(clerk_id=operator_id).first()


def drawer_of(till_code: str) -> int:
    """What the book says is in the till's drawer, in fen. Till.DoesNotExist for an unknown till."""
    return Till.objects.select_related("account").get(code=till_code).account.balance_fen


def amount_of(handover_id: int) -> int:
    """The hand-over's amount in fen. Handover.DoesNotExist for an unknown one."""
    return Handover.objects.get(pk=handover_id).amount_fen


def latest_slips(**of: object) -> QuerySet[Slip]:
    """The newest slips of a shift or a person, at most MOST_SLIPS."""
    found = Slip.objects.filter(**of).select_related("till", "person", "reversed_by").order_by("-pk")
    return found[:MOST_SLIPS]


def slip_of_form(request_key: uuid.UUID) -> Slip | None:
    """What the form with this key booked; None when it never arrived or was refused."""
    return Slip.objects.select_related("till", "person").filter(request_key=request_key).first()


def dues_of(cards: Sequence[Card]) -> list[Due]:
    """What is due in cash for these cards now: fees and deposits to be paid at the counter, deposits of returned cards."""
    wanted = [card for card in cards if PaidBy.COUNTER in (card.fee_paid_by, card.deposit_paid_by)]
    if not wanted:
        return []
    slips = Slip.objects.filter(card__in=wanted, kind__in=CHARGES, reversed_by=None).values_list("card_id", "kind")
    standing = {(card_id, SlipKind(kind)) for card_id, kind in slips}
    return [due for card in wanted for due in _dues(card, {kind for card_id, kind in standing if card_id == card.pk})]


def _dues(card: Card, standing: set[SlipKind]) -> Iterable[Due]:
    if card.fee_paid_by == PaidBy.COUNTER and SlipKind.CARD_FEE not in standing:
        yield Due(card.card_no, SlipKind.CARD_FEE, card.fee_fen)
    if card.deposit_paid_by != PaidBy.COUNTER:
        return
    is_paid, is_returned = SlipKind.CARD_DEPOSIT in standing, card.deposit_returned_at is not None
    if not is_paid and not is_returned:
        yield Due(card.card_no, SlipKind.CARD_DEPOSIT, card.deposit_fen)
    if is_paid and is_returned and SlipKind.DEPOSIT_BACK not in standing:
        yield Due(card.card_no, SlipKind.DEPOSIT_BACK, card.deposit_fen)


def is_standing(kind: SlipKind, *, card_id: int | None) -> bool:
    """Whether a charge of this kind is booked for the card and was not taken back; never for no card."""
    return card_id is not None and Slip.objects.filter(card_id=card_id, kind=kind, reversed_by=None).exists()


def late_cash() -> list[LateCash]:
    """Cash that finance should have signed for by now (S4.2, S4.4), the longest due first, at most MOST_LATE.

    The time runs from the close of the shift (of one that is not closed: from its beginning), on working days alone.
    """
    found = [*_late_shifts(), *_late_handovers()]
    return sorted(found, key=lambda one: one.due_at)[:MOST_LATE]


def _late_shifts() -> Iterable[LateCash]:
    waiting = Shift.objects.filter(handover=None).select_related("till__account").order_by("pk")
    for shift in waiting.exclude(state=ShiftState.CLOSED, counted_fen=F("kept_float_fen"))[:MOST_LATE]:
        if shift.closed_at is None:
            amount_fen, where = shift.till.account.balance_fen - shift.float_fen, Late.IN_DRAWER
        else:
            amount_fen, where = (shift.counted_fen or 0) - (shift.kept_float_fen or 0), Late.CLOSED_OUT
        yield from _if_late(where, shift.pk, amount_fen=amount_fen, since=shift.closed_at or shift.opened_at)


def _late_handovers() -> Iterable[LateCash]:
    waiting = Handover.objects.exclude(state=HandoverState.RECEIVED).annotate(since=Min("shifts__closed_at")).order_by("pk")
    for one in waiting[:MOST_LATE]:
        since: datetime = one.since or one.handed_at
        yield from _if_late(_WHERE[HandoverState(one.state)], one.pk, amount_fen=one.amount_fen, since=since)


def _if_late(where: Late, pk: int, *, amount_fen: int, since: datetime) -> Iterable[LateCash]:
    due_at = workdays.due_at(since, policies.span("counter.handover_hours"))
    if amount_fen > 0 and due_at < clock.now():
        yield LateCash(where, pk, amount_fen, since, due_at)


def nobody_serves_since() -> datetime | None:
    """Since when a deposit window has been open today without any shift (S3.1); None while somebody serves, or on a holiday."""
    now = clock.now().astimezone(clock.campus_zone())
    began = rules.window_began(policies.windows("counter.deposit_windows"), now=now)
    if began is None or not workdays.is_workday(now.date()) or Shift.objects.exclude(state=ShiftState.CLOSED).exists():
        return None
    return began
