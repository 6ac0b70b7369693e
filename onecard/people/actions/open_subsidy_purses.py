"""Open the subsidy purses of people who get a subsidy for the first time."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.kernel import sql
from onecard.ledger.actions.open_accounts import open_accounts
from onecard.ledger.types import Subject
from onecard.people.models import Person
from onecard.people.queries import survivors


def open_subsidy_purses(person_ids: Sequence[int]) -> dict[int, int]:
    """The subsidy purse's account id by person id, opened where it is missing. Needs a transaction: it locks the people.

    A merged record's subsidy goes to the record that it leads to.
    """
    sql.call("lock table people_person in row exclusive mode")  # before rows: see lock_people
    leads_to = survivors(person_ids)
    people = list(Person.objects.select_for_update(no_key=True).filter(pk__in=set(leads_to.values())).order_by("pk"))
    without = [person for person in people if person.subsidy_account_id is None]
    accounts = open_accounts([(Subject.SUBSIDY_PURSE, str(person)) for person in without])
    for person, account_id in zip(without, accounts, strict=True):
        person.subsidy_account_id = account_id
    Person.objects.bulk_update(without, ["subsidy_account"], batch_size=1_000)
    purses = {person.pk: person.subsidy_account_id for person in people if person.subsidy_account_id is not None}
    return {person_id: purses[kept] for person_id, kept in leads_to.items() if kept in purses}
