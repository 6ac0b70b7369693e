"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from onecard.kernel.secrets import key_ring
from onecard.people import rules
from onecard.people.models import BankAccount, Particulars, Person, Photo, RosterImport, RosterLine
from onecard.people.particulars import ID_NUMBER, PHONE, account_place, digest_of, opened, photo_place, place_of
from onecard.people.roster import detail_text
from onecard.people.types import Finding, ImportState, PersonState, Private, Problem, RosterReport

MAX_FOUND = 200


def people_with(numbers: Iterable[str]) -> dict[str, Person]:
    """The people with these numbers, by number; an unknown number is absent, that of a merged record leads to who stays."""
    found = Person.objects.filter(person_no__in=set(numbers)).select_related("merged_into")
    return {person.person_no: person.merged_into or person for person in found}


def survivors(person_ids: Iterable[int]) -> dict[int, int]:
    """The record that each of these leads to: itself unless it is merged into another; an unknown id is absent."""
    rows = Person.objects.filter(pk__in=set(person_ids)).annotate(kept=Coalesce("merged_into_id", "id"))
    return dict(rows.values_list("pk", "kept"))


def cash_purses(person_ids: Iterable[int]) -> dict[int, int]:
    """The cash purse's account id by person id; an unknown id is absent, a merged record has the purse of who stays."""
    rows = Person.objects.filter(pk__in=set(person_ids))
    return dict(rows.values_list("pk", Coalesce(F("merged_into__cash_account_id"), F("cash_account_id"))))


def people_found(text: str) -> QuerySet[Person]:
    """Whom a clerk may mean: by the beginning of number, name, pinyin or initials, or by an exact identity number.

    Every way has an index of its own, so the list stays quick with any number of people.
    """
    code, name = rules.normalised_code(text), rules.normalised_name(text)
    ways = Q(person_no__startswith=code) | Q(full_name__startswith=name)
    latin = name.lower().replace(" ", "").replace("'", "")
    if latin.isascii() and latin.isalpha():
        ways |= Q(pinyin__startswith=latin) | Q(initials__startswith=latin)
    if len(code) >= 5:
        ways |= Q(pk__in=holders_of_identity(code))
    return Person.objects.filter(ways)


def holders_of_identity(id_number: str) -> list[int]:
    """The ids of those with exactly this identity number; two of them are one human with two records."""
    digest = digest_of(rules.normalised_code(id_number), column=ID_NUMBER, ring=key_ring())
    return list(Particulars.objects.filter(id_digest=digest, id_digest__isnull=False).values_list("pk", flat=True)[:MAX_FOUND])


def masked_particulars(person_id: int) -> Private:
    """What is private of a person, with identity number and telephone masked; for one person's page, never for a list."""
    row = Particulars.objects.filter(pk=person_id).first()
    if row is None:
        return Private()
    ring = key_ring()
    id_number = opened(row.id_number, place=place_of(person_id, ID_NUMBER), ring=ring)
    phone = opened(row.phone, place=place_of(person_id, PHONE), ring=ring)
    return Private(rules.masked(id_number), rules.masked_phone(phone), row.born_on)


def bank_accounts_of(person_ids: Iterable[int]) -> dict[int, BankAccount]:
    """The bank account that holds now by person id; who has none is absent."""
    return {one.person_id: one for one in BankAccount.objects.filter(person_id__in=list(person_ids), replaced_at=None)}


def account_numbers(accounts: Iterable[BankAccount]) -> dict[int, str]:
    """The numbers in full by account id, for an action that leaves an event of who had them."""
    ring = key_ring()
    return {one.pk: opened(one.account_no, place=account_place(one.person_id), ring=ring) for one in accounts}


def birth_date_of(person_id: int) -> date | None:
    """The person's birth date, for rules about PINs and ages; None when nobody told us."""
    return Particulars.objects.filter(pk=person_id).values_list("born_on", flat=True).first()


def count_with_photo(person_ids: Iterable[int]) -> int:
    """How many of these people have a photo."""
    return Photo.objects.filter(pk__in=list(person_ids)).count()


def photos_of(person_ids: Iterable[int]) -> dict[int, bytes]:
    """The photos as JPEG by person id, for an action that leaves an event of who had them; who has none is absent."""
    ring = key_ring()
    rows = Photo.objects.filter(pk__in=list(person_ids))
    return {photo.pk: ring.open(photo.content, place=photo_place(photo.pk)) for photo in rows}


def roster_report(roster_id: int) -> RosterReport:
    """An import's state, columns and counts; RosterImport.DoesNotExist for an unknown one."""
    kept = RosterImport.objects.defer("content").select_related("source").get(pk=roster_id)
    return RosterReport(
        state=ImportState(kept.state),
        source=kept.source.code,
        headings=list(kept.headings),
        places=dict(kept.places),
        counts={Finding(finding): count for finding, count in kept.counts.items()},
        digest=bytes(kept.digest or b""),
        is_alarming=rules.is_alarming(kept.counts.get(Finding.LEFT, 0), present=present_of(kept.source.kinds)),
    )


def present_of(kinds: Iterable[str]) -> int:
    """How many people of these kinds are present."""
    return Person.objects.filter(kind__in=list(kinds), state=PersonState.PRESENT).count()


def roster_problems(roster_id: int) -> Iterator[tuple[int, str, str]]:
    """(line, what is wrong, detail), in words, of every error and conflict, in the file's order."""
    rows = RosterLine.objects.filter(roster_id=roster_id, finding__in=(Finding.ERROR, Finding.CONFLICT)).order_by("line")
    for line, problem, detail, other in rows.values_list("line", "problem", "detail", "other__person_no").iterator():
        yield line or 0, str(Problem(problem).label), detail_text(problem, detail) or other or ""


def left_without(listed_ids: Iterable[int], *, limit: int) -> list[int]:
    """The ids of people who have left and are not among these, in the order of their numbers; at most `limit`."""
    left = Person.objects.filter(state=PersonState.LEFT).exclude(pk__in=listed_ids)
    return list(left.order_by("person_no").values_list("pk", flat=True)[:limit])
