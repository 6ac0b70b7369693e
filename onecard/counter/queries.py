"""Typed reads of the counter: who is meant, what a clerk's shift did."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from onecard.counter.models import Shift, Slip
from onecard.counter.types import ShiftState
from onecard.people.models import Person

MOST_FOUND = 20
MOST_SLIPS = 10
_LONGEST_NUMBER = 18


def people_like(text: str) -> list[Person]:
    """Whom a scan or a few typed letters may mean, at most MOST_FOUND: by card or person's number exactly, else by beginnings."""
    wanted = text.strip()
    if not wanted:
        return []
    people = Person.objects.select_related("cash_account", "subsidy_account").order_by("person_no")
    exactly = Q(person_no=wanted)
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST_NUMBER:
        exactly |= Q(pk__in=Person.objects.filter(cards__card_no=int(wanted)).values("pk"))
    found = list(people.filter(exactly)[:MOST_FOUND])
    return found or list(people.filter(Q(person_no__startswith=wanted) | Q(full_name__startswith=wanted))[:MOST_FOUND])


def going_shift_of(operator_id: int) -> Shift | None:
    """The operator's shift that is not closed yet."""
    going = Shift.objects.exclude(state=ShiftState.CLOSED).select_related("till")
    return going.filter(clerk_id=operator_id).first()


def latest_slips(**of: object) -> QuerySet[Slip]:
    """The newest slips of a shift or a person, at most MOST_SLIPS."""
    found = Slip.objects.filter(**of).select_related("till", "person", "reversed_by").order_by("-pk")
    return found[:MOST_SLIPS]


def slip_of_form(request_key: uuid.UUID) -> Slip | None:
    """What the form with this key booked; None when it never arrived or was refused."""
    return Slip.objects.select_related("till", "person").filter(request_key=request_key).first()
