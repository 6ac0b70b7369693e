"""登记银行账户: where a person's refunds go."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.bank_accounts import masked_account_no
from onecard.kernel.secrets import key_ring
from onecard.people.models import BankAccount, Person
from onecard.people.particulars import account_place
from onecard.people.queries import account_numbers, bank_accounts_of
from onecard.people.rules import plain_account
from onecard.people.types import NewAccount, PersonOutcome, PersonState


@action("people.enter_bank_account")
def enter_bank_account(actor: Actor, person_id: int, *, holder: str, bank: str, account_no: str) -> PersonOutcome:
    """Keep the account, its number sealed, in place of an older one; an empty holder is the person.

    Refused for a record that is merged into another, and when the number is none. Person.DoesNotExist for an unknown person.
    """
    account = plain_account(NewAccount(holder, bank, account_no))
    if Person.objects.get(pk=person_id).state == PersonState.MERGED:
        return PersonOutcome.REFUSED_MERGED
    if account is None:
        return PersonOutcome.REFUSED_ACCOUNT
    return PersonOutcome.DONE if keep_accounts(actor, {person_id: account}) else PersonOutcome.REPEATED


def keep_accounts(actor: Actor, accounts: Mapping[int, NewAccount]) -> set[int]:
    """The step that both ways share: write the accounts that differ from those that hold; whose they are, by person id."""
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=accounts).order_by("pk").in_bulk()
    wanted = {pk: dataclasses.replace(accounts[pk], holder=accounts[pk].holder or one.full_name) for pk, one in people.items()}
    known = bank_accounts_of(wanted)
    numbers = account_numbers(known.values())
    kept = {pk: NewAccount(one.holder, one.bank, numbers[one.pk]) for pk, one in known.items()}
    changed = {pk: account for pk, account in wanted.items() if kept.get(pk) != account}
    now, ring = clock.now(), key_ring()
    BankAccount.objects.filter(person_id__in=changed, replaced_at=None).update(replaced_at=now)
    BankAccount.objects.bulk_create(
        BankAccount(
            person_id=pk,
            holder=account.holder,
            bank=account.bank,
            account_no=ring.seal(account.account_no.encode(), place=account_place(pk)),
            ending=masked_account_no(account.account_no),
            entered_by=actor.name,
            entered_at=now,
        )
        for pk, account in changed.items()
    )
    return set(changed)
