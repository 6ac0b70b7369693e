"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable

from onecard.people.models import Person
from onecard.people.types import PersonState


def people_with(numbers: Iterable[str]) -> dict[str, Person]:
    """The people with these numbers, by number; an unknown number is absent."""
    return {person.person_no: person for person in Person.objects.filter(person_no__in=set(numbers))}


def cash_purses(person_ids: Iterable[int]) -> dict[int, int]:
    """The cash purse's account id of these people, by person id; an unknown id is absent."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "cash_account_id"))


def left_without(listed_ids: Iterable[int], *, limit: int) -> list[int]:
    """The ids of people who have left and are not among these, in the order of their numbers; at most `limit`."""
    left = Person.objects.filter(state=PersonState.LEFT).exclude(pk__in=listed_ids)
    return list(left.order_by("person_no").values_list("pk", flat=True)[:limit])
