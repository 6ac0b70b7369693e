"""生成付款文件: what is approved and not yet paid goes to finance in one file."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants.models import BankAccount
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.rules import MOST_ROWS
from onecard.settlement.models import Payment, PaymentFile, Statement
from onecard.settlement.papers import PAYMENT_LIST, list_content
from onecard.settlement.steps import bring_to
from onecard.settlement.types import MadeFile, StatementOutcome, StatementState


@action("settlement.make_payment_file", subject=lambda ids: ",".join(str(one) for one in ids))
def make_payment_file(actor: Actor, statement_ids: Sequence[int]) -> MadeFile:
    """Put these approved statements into one file and number its list; at most as many as a paper has rows (ValueError).

    All or nothing. Two people at once: the second finds them handed over and is refused (REFUSED_STATE).
    """
    if len(statement_ids) > MOST_ROWS:
        raise ValueError(f"at most {MOST_ROWS:,} payments go into a file, {len(statement_ids):,} given")
    known = Statement.objects.select_for_update(of=("self",)).select_related("merchant")
    wanted = list(known.filter(pk__in=set(statement_ids)).order_by("pk"))
    if not wanted:
        return MadeFile(StatementOutcome.REFUSED_NOTHING)
    if len(wanted) != len(set(statement_ids)) or any(one.state != StatementState.APPROVED for one in wanted):
        return MadeFile(StatementOutcome.REFUSED_STATE)
    accounts = _accounts(wanted)
    if len(accounts) != len({one.merchant_id for one in wanted}):
        return MadeFile(StatementOutcome.REFUSED_NO_ACCOUNT)
    total_fen = sum(one.due_fen for one in wanted)
    file = PaymentFile.objects.create(made_by=actor.name, made_at=clock.now(), total_fen=total_fen)
    payments = [Payment(file=file, statement=one, account=accounts[one.merchant_id], amount_fen=one.due_fen) for one in wanted]
    Payment.objects.bulk_create(payments)
    for one in wanted:
        bring_to(one, StatementState.HANDED_OVER)
    issue_paper(actor, PAYMENT_LIST, subject=str(file.pk), content=list_content(file, payments))
    return MadeFile(StatementOutcome.DONE, file.pk)


def _accounts(statements: Sequence[Statement]) -> dict[int, BankAccount]:
    in_force = BankAccount.objects.filter(
        merchant_id__in={one.merchant_id for one in statements}, adopted_at__isnull=False, replaced_at=None
    )
    return {account.merchant_id: account for account in in_force}
