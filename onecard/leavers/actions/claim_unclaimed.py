"""久悬认领: somebody asks for an unclaimed balance, however late, and is paid (nothing is forfeited)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers import rules
from onecard.leavers.models import UnclaimedBalance
from onecard.leavers.money import pay_unclaimed
from onecard.leavers.types import LeaverOutcome, UnclaimedState
from onecard.leavers.words import OF_PROPOSALS
from onecard.people.queries import cash_purses


@approved(
    "leavers.claim_unclaimed",
    title=_("Pay an unclaimed balance"),
    words={"account": _("to"), **OF_PROPOSALS},
    read_subject=int,
    about="leavers.unclaimedbalance",
)
def claim_unclaimed(actor: Actor, balance_id: int, *, account: str) -> LeaverOutcome:
    """Pay it to the bank account that is named; without one, back onto the person's purse. DoesNotExist for an unknown one."""
    balance = UnclaimedBalance.objects.select_for_update().get(pk=balance_id)
    outcome = rules.judge_late_claim(UnclaimedState(balance.state))
    if outcome is LeaverOutcome.DONE:
        purse_id = None if account else cash_purses([balance.person_id])[balance.person_id]
        pay_unclaimed(balance, purse_id=purse_id)
        balance.state, balance.account, balance.changed_at, balance.note = UnclaimedState.CLAIMED, account, clock.now(), ""
        balance.save(update_fields=["state", "account", "changed_at", "note", "payments"])
    return outcome
