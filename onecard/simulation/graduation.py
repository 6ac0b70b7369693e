"""A graduation in a simulated year: people leave with money on their cards and are refunded, one of them at the second try.

They never bought anything: till numbers that the faults leave missing for good would keep the others' cards from being cancelled.
"""

from __future__ import annotations

from random import Random

from onecard.cards.actions.issue_card_batch import issue_card_batch
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.types import FundingLine
from onecard.kernel import clock
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.claim_refund import claim_refund
from onecard.leavers.actions.fail_refund import fail_refund
from onecard.leavers.actions.freeze_leavers import freeze_leavers
from onecard.leavers.actions.list_leavers import list_leavers
from onecard.leavers.actions.pay_refunds import pay_refunds
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.queries import due_refunds
from onecard.leavers.types import LeaverOutcome
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.people.actions.register_people_batch import register_people_batch
from onecard.people.queries import people_with
from onecard.people.types import NewPerson, PersonKind
from onecard.simulation.compare import differences
from onecard.simulation.day import MoneyIn
from onecard.simulation.run import Run

GRADUATES = 4
FIRST_CARD_NO = 8_000_001
BANK, ACCOUNTS_FROM = "graduates' bank", 62_220_300_000_000


def freeze_graduates(run: Run) -> None:
    """Some people with cards and money are listed and frozen; the true books know their money."""
    random, now = Random(f"graduates {run.campus.seed}"), clock.now()
    new = [NewPerson(f"BYS{at:04d}", f"毕业生{at}", PersonKind.POSTGRADUATE, "物理学院") for at in range(1, GRADUATES + 1)]
    register_people_batch(run.actor, new)
    found = people_with(one.person_no for one in new)
    ids = [found[one.person_no].pk for one in new]
    issue_card_batch(run.actor, [(FIRST_CARD_NO + at, person_id) for at, person_id in enumerate(ids)])
    money = [MoneyIn(at, one.person_no, random.randrange(1, 20_000), now) for at, one in enumerate(new, start=1)]
    for one in money:
        run.books.transfer(one)
    lines = [FundingLine(one.number, person_id, one.amount_fen, now) for one, person_id in zip(money, ids, strict=True)]
    book_bank_transfers(run.actor, lines, source=BANK)
    listed = list_leavers(run.actor, "毕业生", person_ids=ids)
    if listed.batch_id is not None:
        freeze_leavers(run.actor, listed.batch_id)


def refund_graduates(run: Run) -> list[str]:
    """Cancel their cards and pay what they had; one payment comes back and is claimed. What is not as it should be, in words."""
    batch = LeaverBatch.objects.get()
    leavers = list(Leaver.objects.select_related("person").filter(batch=batch).order_by("pk"))
    outcomes = [cancel_leavers(run.actor, batch.pk)]
    for leaver in leavers:
        account_no = str(ACCOUNTS_FROM + leaver.person_id)
        enter_bank_account(run.actor, leaver.person_id, holder="", bank="ICBC", account_no=account_no)
        run.books.refund(leaver.person.person_no)
    due = due_refunds(batch.pk)
    outcomes.append(pay_refunds(run.actor, batch.pk, total_fen=due.total_fen, newest_account_at=due.newest_account_at))
    returned = Random(f"returned {run.campus.seed}").choice(leavers)
    outcomes.append(fail_refund(run.actor, returned.pk, reason="account closed"))
    outcomes.append(claim_refund(run.actor, returned.pk, account=str(ACCOUNTS_FROM)))
    found = [f"graduates: {outcome.value}" for outcome in outcomes if outcome is not LeaverOutcome.DONE]
    if owed_fen := ledger.balance_of(ledger.shared_account(Subject.REFUNDS_PAYABLE)):
        found.append(f"graduates: {owed_fen} fen were not refunded")
    return found + differences(run.books)
