"""转久悬: book what nobody asked for to the unclaimed balances, when the notice has run; it stays claimable (clause Y06.1)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers import money, rules
from onecard.leavers.models import Leaver, UnclaimedBalance, UnclaimedList
from onecard.leavers.papers import UNCLAIMED_BOOKED, unclaimed_content
from onecard.leavers.queries import noticed, still_forgotten
from onecard.leavers.types import LeaverOutcome, LeaverState, UnclaimedState
from onecard.leavers.words import OF_PROPOSALS
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.papers.actions.issue_paper import issue_paper
from onecard.policies import queries as policies


@approved(
    "leavers.book_unclaimed",
    title=_("Book unclaimed balances"),
    words={"total_fen": _("total"), **OF_PROPOSALS},
    read_subject=int,
    about="leavers.unclaimedlist",
)
def book_unclaimed(actor: Actor, list_id: int, *, total_fen: int) -> LeaverOutcome:
    """Book the list's balances that are as the notice named them; `total_fen` was approved, and another sum is refused.

    What moved or was claimed since stays where it is. UnclaimedList.DoesNotExist for an unknown list.
    """
    of_list, now = UnclaimedList.objects.select_for_update().get(pk=list_id), clock.now()
    notice = policies.span("people.dormant_notice_days")
    outcome = rules.judge_booking(noticed_at=of_list.noticed_at, booked_at=of_list.booked_at, now=now, notice=notice)
    if outcome is not LeaverOutcome.DONE:
        return outcome
    standing, stirred = _locked(list_id)
    if not standing or sum(one.amount_fen for one in standing) != total_fen:
        return LeaverOutcome.REFUSED_NOTHING_DUE
    money.book_unclaimed(standing)
    _mark(standing, UnclaimedState.UNCLAIMED)
    _mark(stirred, UnclaimedState.STIRRED)
    Leaver.objects.filter(pk__in=[one.leaver_id for one in standing if one.leaver_id]).update(state=LeaverState.UNCLAIMED)
    of_list.booked_at = now
    of_list.save(update_fields=["booked_at"])
    issue_paper(actor, UNCLAIMED_BOOKED, subject=str(list_id), content=unclaimed_content(of_list, standing))
    return LeaverOutcome.DONE


def _locked(list_id: int) -> tuple[list[UnclaimedBalance], list[UnclaimedBalance]]:
    """What stands as the notice named it and what does not any more, with refunds and purses locked."""
    of_refunds = UnclaimedBalance.objects.filter(of_list_id=list_id).values("leaver_id")
    list(Leaver.objects.select_for_update().filter(pk__in=of_refunds).order_by("pk"))
    balances = noticed(list_id)
    lock_accounts([one.person.cash_account_id for one in balances if one.leaver is None])
    standing = still_forgotten(balances)
    kept = {one.pk for one in standing}
    return standing, [one for one in balances if one.pk not in kept]


def _mark(balances: Sequence[UnclaimedBalance], state: UnclaimedState) -> None:
    for one in balances:
        one.state, one.changed_at = state, clock.now()
    UnclaimedBalance.objects.bulk_update(balances, ["state", "changed_at"], batch_size=1_000)
