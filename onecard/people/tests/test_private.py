"""What is private: sealed for its place, found by digest, shown by permission with an event, keys rolled."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from onecard.access.types import Actor, NotPermitted
from onecard.audit.models import Event
from onecard.kernel.secrets import CannotOpen, KeyRing, add_personal_key, key_number, key_ring, keys_folder
from onecard.people.actions.change_person import change_person
from onecard.people.actions.register_person import register_person
from onecard.people.actions.reseal import reseal_all
from onecard.people.actions.reveal_particulars import reveal_particulars
from onecard.people.models import Particulars, Person, PersonChange
from onecard.people.queries import holders_of_identity, masked_particulars
from onecard.people.tests.rosters import CLERK, identity
from onecard.people.types import NewPerson, PersonKind, PersonOutcome
from tests.refused import refusal

ZHANG = NewPerson("2026001", "张敏", PersonKind.UNDERGRADUATE, "物理学院")


def register(person: NewPerson = ZHANG, *, number: int = 1, phone: str = "13800001234") -> int:
    assert register_person(CLERK, person, id_number=identity(number), phone=phone) is PersonOutcome.DONE
    return Person.objects.get(person_no=person.person_no).pk


def test_nothing_private_stands_in_the_database_in_the_open(db: None) -> None:
    row = Particulars.objects.get(pk=register())
    for value in (row.id_number, row.id_digest, row.phone, row.phone_digest):
        assert value is not None
        assert identity(1).encode() not in bytes(value)
        assert b"13800001234" not in bytes(value)
    assert holders_of_identity(identity(1)) == [row.pk]
    assert holders_of_identity(identity(2)) == []


def test_a_swapped_ciphertext_does_not_open(db: None) -> None:
    first, second = register(), register(NewPerson("2", "李娜", PersonKind.STAFF), number=2)
    stolen = Particulars.objects.get(pk=first)
    Particulars.objects.filter(pk=second).update(id_number=stolen.id_number)
    with pytest.raises(CannotOpen, match=f"people_particulars.id_number:{second}"):
        masked_particulars(second)
    Particulars.objects.filter(pk=first).update(phone=stolen.id_number)
    with pytest.raises(CannotOpen):
        masked_particulars(first)


def test_a_wrong_or_missing_key_says_which(db: None) -> None:
    row = Particulars.objects.get(pk=register())
    assert row.id_number is not None
    ring = key_ring()
    other = KeyRing({ring.newest: type(ring.ciphers[ring.newest])(bytes(32))}, ring.search_key)
    with pytest.raises(CannotOpen, match="restore keys and database together"):
        other.open(row.id_number, place=f"people_particulars.id_number:{row.pk}")
    with pytest.raises(CannotOpen, match=r"personal-\d{4}\.key"):
        KeyRing({9_999: ring.ciphers[ring.newest]}, b"").open(row.id_number, place="x")


def test_keys_are_rolled(db: None) -> None:
    person_id = register()
    old, before = key_ring().newest, masked_particulars(person_id)
    new = add_personal_key()
    try:
        assert new == old + 1
        assert masked_particulars(person_id) == before
        assert [done for done, _total in reseal_all(CLERK)] == [1]
        row = Particulars.objects.get(pk=person_id)
        assert row.id_number is not None
        assert row.phone is not None
        assert {key_number(bytes(row.id_number)), key_number(bytes(row.phone))} == {new}
        (keys_folder() / f"personal-{old:04d}.key").rename(keys_folder() / "gone")
        assert masked_particulars(person_id) == before
    finally:
        (keys_folder() / "gone").rename(keys_folder() / f"personal-{old:04d}.key")
        (keys_folder() / f"personal-{new:04d}.key").unlink()


def test_revealing_needs_a_reason_and_leaves_an_event(db: None) -> None:
    person_id = register()
    assert reveal_particulars(CLERK, person_id, reason=" ").outcome is PersonOutcome.REFUSED_NO_REASON
    shown = reveal_particulars(CLERK, person_id, reason="lost card")
    assert (shown.id_number, shown.phone) == (identity(1), "13800001234")
    event = Event.objects.latest("pk")
    assert (event.action, event.subject, event.outcome) == ("people.reveal_particulars", str(person_id), "DONE")
    outsider = Actor(operator_id=None, name="outsider", permissions=frozenset(), request_id="test")
    with pytest.raises(NotPermitted), transaction.atomic():
        reveal_particulars(outsider, person_id, reason="curious")


def test_a_digest_in_the_audit_log_does_not_depend_on_private_values(db: None) -> None:
    register(NewPerson("1", "A", PersonKind.STAFF), number=1)
    first = Event.objects.latest("pk").payload_digest
    person = Person.objects.get()
    now = NewPerson("1", "A", PersonKind.STAFF)
    change_person(CLERK, person.pk, now=now, reason="r", phone="13900000001")
    second = Event.objects.latest("pk").payload_digest
    change_person(CLERK, person.pk, now=now, reason="r", phone="13900000002")
    assert bytes(second) == bytes(Event.objects.latest("pk").payload_digest) != bytes(first)


@pytest.mark.parametrize(
    ("private", "outcome"),
    [
        ({"id_number": "110105200605040010"}, PersonOutcome.REFUSED_ID_NUMBER),
        ({"phone": "12"}, PersonOutcome.REFUSED_PHONE),
        ({"id_number": identity(1)}, PersonOutcome.REFUSED_IDENTITY_KNOWN),
        ({"family_of": "nobody"}, PersonOutcome.REFUSED_FAMILY),
        ({"family_of": "2026001"}, PersonOutcome.DONE),
    ],
)
def test_registering_checks_what_is_private(db: None, private: dict[str, Any], outcome: PersonOutcome) -> None:
    register()
    assert register_person(CLERK, NewPerson("9", "王芳", PersonKind.FAMILY), **private) is outcome


def test_a_change_keeps_what_was_so_before_without_private_values(db: None) -> None:
    person_id = register()
    now = NewPerson("2026001", "张敏", PersonKind.POSTGRADUATE, "数学学院")
    assert change_person(CLERK, person_id, now=now, reason="") is PersonOutcome.REFUSED_NO_REASON
    assert change_person(CLERK, person_id, now=now, reason="new school", phone="13900005678") is PersonOutcome.DONE
    change = PersonChange.objects.get()
    assert (change.reason, change.before) == ("new school", {"kind": "undergraduate", "unit": "物理学院", "phone": "***"})
    assert change_person(CLERK, person_id, now=now, reason="again") is PersonOutcome.REPEATED
    assert refusal(f"update people_personchange set reason = 'x' where id = {change.pk}") == "42501"
