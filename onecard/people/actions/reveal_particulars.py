"""Show what is private of a person in full; the audit log says who looked (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.secrets import key_ring
from onecard.people.models import Particulars
from onecard.people.particulars import ID_NUMBER, PHONE, opened, place_of
from onecard.people.queries import account_numbers, bank_accounts_of
from onecard.people.types import PersonOutcome, Revealed


@action("people.reveal_particulars")
def reveal_particulars(actor: Actor, person_id: int, *, reason: str) -> Revealed:
    """The person's identity number, telephone and bank account. Refused without a reason, and when none of them is known."""
    if not reason.strip():
        return Revealed(PersonOutcome.REFUSED_NO_REASON)
    row = Particulars.objects.filter(pk=person_id).first() or Particulars()
    accounts = account_numbers(bank_accounts_of([person_id]).values())
    if row.id_number is None and row.phone is None and not accounts:
        return Revealed(PersonOutcome.REFUSED_NOTHING)
    ring = key_ring()
    return Revealed(
        PersonOutcome.DONE,
        id_number=opened(row.id_number, place=place_of(person_id, ID_NUMBER), ring=ring),
        phone=opened(row.phone, place=place_of(person_id, PHONE), ring=ring),
        account_no="".join(accounts.values()),
    )
