"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable

from onecard.people.models import Person


def people_with(numbers: Iterable[str]) -> dict[str, Person]:
    """The people with these numbers, by number; an unknown number is absent."""
    return {person.person_no: person for person in Person.objects.filter(person_no__in=set(numbers))}


def cash_purses(person_ids: Iterable[int]) -> dict[int, int]:
    """The cash purse's account id of these people, by person id; an unknown id is absent."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "cash_account_id"))
