"""批量注销: cancel a batch's cards, empty the purses, and write the list for finance (clauses S7.1, S7.2)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.end_cards import cancel_cards_of
from onecard.kernel import clock
from onecard.leavers import rules
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.money import empty_purses
from onecard.leavers.papers import LEAVER_LIST
from onecard.leavers.queries import collections_of
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.models import Account
from onecard.papers.actions.issue_paper import issue_paper
from onecard.policies import queries as policies


@action("leavers.cancel_leavers")
def cancel_leavers(actor: Actor, batch_id: int) -> LeaverOutcome:
    """All of it in one transaction, so a batch is cancelled or it is not. LeaverBatch.DoesNotExist for an unknown batch.

    Refused while the waiting time runs, and while a terminal that one of them used has missing numbers: ask it again, or declare
    them lost. Purses below zero stay as they are and are named as owing.
    """
    batch = LeaverBatch.objects.select_for_update().get(pk=batch_id)
    now, wait = clock.now(), policies.span("people.leaver_waiting_days")
    missing = sum(one.missing for one in collections_of(batch_id))
    outcome = rules.judge_cancelling(
        frozen_at=batch.frozen_at, cancelled_at=batch.cancelled_at, now=now, wait=wait, missing=missing
    )
    if outcome is not LeaverOutcome.DONE:
        return outcome
    leavers = list(batch.leavers.select_related("person").order_by("pk"))
    _settle(leavers)
    empty_purses(leavers)
    batch.cancelled_at = now
    batch.save(update_fields=["cancelled_at"])
    issue_paper(actor, LEAVER_LIST, subject=str(batch_id), content=_content(batch, leavers))
    cancel_cards_of(actor, [one.person_id for one in leavers], note=batch.title)
    return LeaverOutcome.DONE


def _settle(leavers: list[Leaver]) -> None:
    """Lock the purses and write on each leaver what comes of them."""
    purses = [account for one in leavers for account in (one.person.cash_account_id, one.person.subsidy_account_id) if account]
    lock_accounts(purses)
    balances = dict(Account.objects.filter(pk__in=purses).values_list("pk", "balance_fen"))
    for one in leavers:
        cash_fen = balances[one.person.cash_account_id]
        one.subsidy_fen = max(balances.get(one.person.subsidy_account_id or 0, 0), 0)
        one.refund_fen, one.state, one.changed_at = max(cash_fen, 0), rules.settled_as(cash_fen), clock.now()
    Leaver.objects.bulk_update(leavers, ["subsidy_fen", "refund_fen", "state", "changed_at"], batch_size=1_000)


def _content(batch: LeaverBatch, leavers: list[Leaver]) -> dict[str, object]:
    lines = [
        {
            "person_no": one.person.person_no,
            "full_name": one.person.full_name,
            "unit": one.person.unit,
            "state": LeaverState(one.state).name.lower(),
            "subsidy_fen": one.subsidy_fen,
            "refund_fen": one.refund_fen,
        }
        for one in leavers
    ]
    head = {"batch": str(batch), "people": len(leavers), "refunds_fen": sum(one.refund_fen for one in leavers)}
    return {"head": head, "tables": {"leavers": lines}}
