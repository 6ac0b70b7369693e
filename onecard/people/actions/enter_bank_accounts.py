"""银行账户导入: where many people's refunds go, by a delivered list."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.account_files import read_accounts
from onecard.people.actions.enter_bank_account import keep_accounts
from onecard.people.models import Person
from onecard.people.queries import people_with
from onecard.people.rules import plain_account
from onecard.people.types import AccountFinding, DeliveredFile, NewAccount, WantedAccount


@action("people.enter_bank_accounts")
def enter_bank_accounts(actor: Actor, file: DeliveredFile) -> list[tuple[WantedAccount, AccountFinding]]:
    """Keep the accounts of the file's good lines, sealed; what became of each line. The same file again changes nothing.

    FileRefused, with what to do, when the file as a whole cannot be used; nothing is kept then.
    """
    lines = read_accounts(file.content, name=file.name)
    people = people_with(line.person_no for line in lines if line.person_no)
    owners: dict[int, int] = {}
    accounts: dict[int, NewAccount] = {}
    findings: dict[int, AccountFinding] = {}
    for line in lines:
        person, account = people.get(line.person_no), plain_account(line.account)
        if person is not None and account is not None and person.pk not in accounts:
            owners[line.line], accounts[person.pk] = person.pk, account
        else:
            findings[line.line] = _left_out(line, person=person, account=account)
    changed = keep_accounts(actor, accounts)
    for at, person_id in owners.items():
        findings[at] = AccountFinding.ENTERED if person_id in changed else AccountFinding.UNCHANGED
    return [(line, findings[line.line]) for line in lines]


def _left_out(line: WantedAccount, *, person: Person | None, account: NewAccount | None) -> AccountFinding:
    """Why a line is, the first that applies."""
    in_order = (
        (not line.person_no, AccountFinding.NO_NUMBER),
        (person is None, AccountFinding.UNKNOWN),
        (account is None, AccountFinding.NO_ACCOUNT),
    )
    return next((finding for applies, finding in in_order if applies), AccountFinding.TWICE)
