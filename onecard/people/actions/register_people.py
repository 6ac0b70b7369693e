"""Register people: the step that every door to the room shares (roster import, counter, simulation)."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.ledger.actions.open_accounts import open_accounts
from onecard.ledger.types import Subject
from onecard.people.models import Person
from onecard.people.pinyin import pinyin_of
from onecard.people.types import NewPerson


def open_cash_purses(names: Sequence[tuple[str, str]]) -> list[int]:
    """An empty cash purse for each (number, name), in the order given."""
    return open_accounts([(Subject.CASH_PURSE, f"{person_no} {full_name}") for person_no, full_name in names])


def register_people(newcomers: Sequence[NewPerson]) -> list[Person]:
    """Create the people with an empty cash purse each, in the order given; IntegrityError if a number is taken.

    Not an action of its own: callers hold the transaction and the audit event.
    """
    accounts = open_cash_purses([(one.person_no, one.full_name) for one in newcomers])
    people = [_person(one, account_id=account_id) for one, account_id in zip(newcomers, accounts, strict=True)]
    return Person.objects.bulk_create(people, batch_size=1_000)


def _person(one: NewPerson, *, account_id: int) -> Person:
    pinyin, initials = pinyin_of(one.full_name)
    return Person(
        person_no=one.person_no,
        full_name=one.full_name,
        pinyin=pinyin,
        initials=initials,
        kind=one.kind,
        unit=one.unit,
        valid_until=one.valid_until,
        cash_account_id=account_id,
    )
