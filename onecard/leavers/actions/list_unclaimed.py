"""久悬公示: tell of balances that nobody asked for, before they are booked to unclaimed balances (clauses S7.3, Y06.1)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.leavers.actions.list_leavers import Listed
from onecard.leavers.models import UnclaimedBalance, UnclaimedList
from onecard.leavers.papers import UNCLAIMED_NOTICE, unclaimed_content
from onecard.leavers.queries import dormant_purses, expired_refunds, noticed
from onecard.leavers.types import LeaverOutcome
from onecard.papers.actions.issue_paper import issue_paper

MAX_BALANCES = 5_000
"""As many as a paper and one call of the ledger take with room to spare; what is left goes on the next list."""


@action("leavers.list_unclaimed")
def list_unclaimed(actor: Actor, title: str) -> Listed:
    """List dormant cash purses and unpaid refunds whose time to be claimed is over, at most MAX_BALANCES, and number the notice.

    The policies say after how many years (people.dormant_years, people.refund_claim_years). No money moves yet.
    """
    sql.call("select pg_advisory_xact_lock('leavers_unclaimedlist'::regclass::oid::bigint)")
    refunds = expired_refunds(limit=MAX_BALANCES)
    found = [*refunds, *dormant_purses(limit=MAX_BALANCES - len(refunds))]
    if not found:
        return Listed(LeaverOutcome.REFUSED_NOBODY)
    now = clock.now()
    kept = UnclaimedList.objects.create(title=title, noticed_by=actor.name, noticed_at=now)
    UnclaimedBalance.objects.bulk_create(
        [
            UnclaimedBalance(
                of_list=kept,
                person_id=one.person_id,
                leaver_id=one.leaver_id,
                amount_fen=one.amount_fen,
                last_moved_on=one.last_moved_on,
                changed_at=now,
            )
            for one in found
        ],
        batch_size=1_000,
    )
    issue_paper(actor, UNCLAIMED_NOTICE, subject=str(kept.pk), content=unclaimed_content(kept, noticed(kept.pk)))
    return Listed(LeaverOutcome.DONE, kept.pk, people=len(found))
