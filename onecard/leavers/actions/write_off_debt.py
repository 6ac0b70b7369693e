"""核销欠款: a leaver's purse stands below zero and nobody will pay it: the centre's loss (BUSINESS: 呆账, with approval)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.leavers.actions.pay_refunds import mark
from onecard.leavers.models import Leaver
from onecard.leavers.money import write_off
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.leavers.words import OF_PROPOSALS
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts


@approved(
    "leavers.write_off_debt",
    title=_("Write off a leaver's debt"),
    words={"debt_fen": _("debt"), "why": _("why nobody will pay it"), **OF_PROPOSALS},
    read_subject=int,
    about="leavers.leaver",
)
def write_off_debt(actor: Actor, leaver_id: int, *, debt_fen: int, why: str) -> LeaverOutcome:
    """Book what the purse lacks to the write-offs; `debt_fen` was approved, another debt is refused. DoesNotExist: unknown."""
    leaver = Leaver.objects.select_for_update(of=("self",)).select_related("person").get(pk=leaver_id)
    if leaver.state == LeaverState.WRITTEN_OFF:
        return LeaverOutcome.REPEATED
    if leaver.state != LeaverState.OWING:
        return LeaverOutcome.REFUSED_NOT_OWING
    purse = leaver.person.cash_account_id
    lock_accounts([purse])
    if debt_fen <= 0 or ledger.balance_of(purse) != -debt_fen:
        return LeaverOutcome.REFUSED_NOTHING_DUE
    write_off(leaver, debt_fen=debt_fen)
    mark([leaver], LeaverState.WRITTEN_OFF, note=why)
    return LeaverOutcome.DONE
