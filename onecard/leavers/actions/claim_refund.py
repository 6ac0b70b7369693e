"""认领: a leaver whose refund failed comes and is paid (BUSINESS: failed refunds claimable for a year)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers import rules
from onecard.leavers.actions.pay_refunds import mark
from onecard.leavers.models import Leaver
from onecard.leavers.money import pay
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.leavers.words import OF_PROPOSALS
from onecard.policies import queries as policies


@approved(
    "leavers.claim_refund",
    title=_("Pay a claimed refund"),
    words={"account": _("to"), **OF_PROPOSALS},
    read_subject=int,
    about="leavers.leaver",
)
def claim_refund(actor: Actor, leaver_id: int, *, account: str) -> LeaverOutcome:
    """Pay the failed refund to the account that the leaver names. Leaver.DoesNotExist for an unknown one."""
    leaver = Leaver.objects.select_for_update().get(pk=leaver_id)
    years = policies.years("people.refund_claim_years")
    outcome = rules.judge_claim(LeaverState(leaver.state), failed_at=leaver.changed_at, now=clock.now(), years=years)
    if outcome is LeaverOutcome.DONE:
        pay([leaver])
        mark([leaver], LeaverState.CLAIMED, note=account)
    return outcome
