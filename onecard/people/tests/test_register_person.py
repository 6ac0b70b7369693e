"""people.register_person and the purses of people."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from onecard.access.types import NotPermitted
from onecard.audit.models import Event
from onecard.ledger.models import Account
from onecard.ledger.types import SHARED_ACCOUNT_BASE, Subject
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses
from onecard.people.actions.register_people import register_people
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonKind, PersonOutcome, PersonState
from tests.world import World

NEW = NewPerson(person_no="T1", full_name="王小明", kind=PersonKind.VISITOR)


def test_a_newcomer_has_an_empty_cash_purse_and_no_subsidy_purse(world: World) -> None:
    assert register_person(world.cast.clerk, NEW) is PersonOutcome.DONE
    person = Person.objects.get(person_no="T1")
    purse = Account.objects.get(pk=person.cash_account_id)
    assert (purse.subject, purse.balance_fen, purse.pk < SHARED_ACCOUNT_BASE) == (Subject.CASH_PURSE, 0, True)
    assert (person.subsidy_account_id, person.state) == (None, PersonState.PRESENT)


def test_the_event_is_about_the_person(world: World) -> None:
    register_person(world.cast.clerk, dataclasses.replace(NEW, person_no=" t1 "))
    event = Event.objects.latest("pk")
    assert (event.action, event.subject, event.outcome) == ("people.register_person", "T1", "DONE")


def test_a_number_is_taken_once(world: World) -> None:
    register_person(world.cast.clerk, NEW)
    assert register_person(world.cast.clerk, NEW) is PersonOutcome.REFUSED_NUMBER_TAKEN
    with pytest.raises(IntegrityError), transaction.atomic():
        register_people([NEW])


def test_the_outsider_is_refused(world: World) -> None:
    for actor in (world.cast.outsider, world.cast.auditor):
        with pytest.raises(NotPermitted), transaction.atomic():
            register_person(actor, NEW)
    assert not Person.objects.filter(person_no="T1").exists()


def test_subsidy_purses_are_opened_once(world: World) -> None:
    lin, wang = world.people["lin"], world.people["wang"]
    first = open_subsidy_purses([lin, wang])
    assert first[lin] == world.subsidy["lin"]
    assert open_subsidy_purses([wang, lin, 987_654]) == first
    assert open_subsidy_purses([]) == {}
    assert Account.objects.get(pk=first[wang]).subject == Subject.SUBSIDY_PURSE


def test_accounts_open_in_the_order_of_the_newcomers(world: World) -> None:
    people = register_people([NewPerson(f"B{n}", f"Name {n}", PersonKind.STAFF) for n in range(30)])
    titles = [Account.objects.get(pk=one.cash_account_id).title for one in people]
    assert titles == [f"B{n} Name {n}" for n in range(30)]
