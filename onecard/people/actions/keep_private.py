"""Check and keep what is private of one person: the step that registering and changing share."""

from __future__ import annotations

from collections.abc import Mapping

from onecard.kernel import clock
from onecard.kernel.secrets import key_ring
from onecard.people import rules
from onecard.people.models import Particulars
from onecard.people.particulars import ID_NUMBER, PHONE, digest_of, place_of, sealed
from onecard.people.types import PersonOutcome, PersonState, Private


def checked(private: Private, *, person_id: int = 0) -> tuple[Private, PersonOutcome | None]:
    """The values normalised, with the birth date that the identity number holds, and the refusal if one applies.

    Refused when the identity number is known of somebody else than `person_id` (0: of anybody).
    """
    id_number, phone = rules.normalised_code(private.id_number), rules.normalised_phone(private.phone)
    in_number = rules.birth_date_in(id_number)
    known = Particulars.objects.filter(id_digest=digest_of(id_number, column=ID_NUMBER, ring=key_ring()), id_digest__isnull=False)
    refusals = (
        (bool(id_number) and not rules.is_id_number(id_number, today=clock.today()), PersonOutcome.REFUSED_ID_NUMBER),
        (bool(phone) and not rules.is_phone(phone), PersonOutcome.REFUSED_PHONE),
        (None not in (private.born_on, in_number) and private.born_on != in_number, PersonOutcome.REFUSED_BIRTH_DATE),
        (
            known.exclude(person_id=person_id).exclude(person__state=PersonState.MERGED).exists(),
            PersonOutcome.REFUSED_IDENTITY_KNOWN,
        ),
    )
    refusal = next((outcome for applies, outcome in refusals if applies), None)
    return Private(id_number, phone, in_number or private.born_on), refusal


def keep_private(person_id: int, private: Private) -> Mapping[str, str]:
    """Write the values that are not empty; the others stay. Which ones changed: asterisks, or nothing where there was none."""
    row, _is_new = Particulars.objects.select_for_update(no_key=True).get_or_create(person_id=person_id)
    ring, before = key_ring(), {}
    for column in (ID_NUMBER, PHONE):
        text = getattr(private, column)
        digest = digest_of(text, column=column, ring=ring)
        kept = getattr(row, _digest_column(column))
        if digest is not None and digest != (kept and bytes(kept)):
            before[column] = "***" if kept else ""
            setattr(row, column, sealed(text, place=place_of(person_id, column), ring=ring))
            setattr(row, _digest_column(column), digest)
    if private.born_on is not None and private.born_on != row.born_on:
        before["born_on"] = row.born_on.isoformat() if row.born_on else ""
        row.born_on = private.born_on
    if before:
        row.save()
    return before


def _digest_column(column: str) -> str:
    return "id_digest" if column == ID_NUMBER else "phone_digest"
