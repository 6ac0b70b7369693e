"""Withdraw a value before it begins (clause Y04)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.policies.models import PolicyValue
from onecard.policies.rules import judge_withdrawal
from onecard.policies.types import OUTCOME_WORDS, PolicyOutcome


@approved(
    "policies.withdraw_value",
    title=_("Withdraw a policy value"),
    words={"reason": _("reason"), **OUTCOME_WORDS},
    read_subject=int,
    about="policies.policyvalue",
)
def withdraw_value(actor: Actor, value_id: int, *, reason: str) -> PolicyOutcome:
    """Let a value that has not begun never begin; it stays in the history. What two people agreed on, two people withdraw.

    Refusals in order: rules.judge_withdrawal. REFUSED_UNKNOWN for a number that no value has.
    """
    value = PolicyValue.objects.select_for_update().filter(pk=value_id).first()
    if value is None:
        return PolicyOutcome.REFUSED_UNKNOWN
    today = clock.today()
    is_withdrawn = value.withdrawn_on is not None
    outcome = judge_withdrawal(effective_from=value.effective_from, is_withdrawn=is_withdrawn, reason=reason, today=today)
    if outcome is PolicyOutcome.DONE:
        value.withdrawn_on, value.withdrawn_by, value.withdrawal_reason = today, actor.name, reason.strip()
        value.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawal_reason"])
    return outcome
