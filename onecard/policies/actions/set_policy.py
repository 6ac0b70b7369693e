"""Set a policy's value from a day on (clause Y04)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.policies.catalogue import POLICIES
from onecard.policies.models import PolicyValue
from onecard.policies.presenting import content_of, weight_of
from onecard.policies.queries import value_of
from onecard.policies.rules import SettingFacts, judge_setting
from onecard.policies.types import OUTCOME_WORDS, PolicyOutcome, Value

WORDS = {"value": _("value"), "effective_from": _("effective from"), "reason": _("reason"), **OUTCOME_WORDS}


@approved(
    "policies.set_policy",
    title=_("Set a policy"),
    words=WORDS,
    about="policies.adoptedpolicy",
    shows=content_of,
    weighs=weight_of,
)
def set_policy(actor: Actor, name: str, *, value: Value, effective_from: str | None, reason: str) -> PolicyOutcome:
    """Let the policy have this value from the day `effective_from` (ISO) on, or from the day of the approval on when None.

    What was in force before that day stays in force for its days. The value becomes visible to other processes at once, to those
    that book purchases within some seconds (`onecard/purchases/limits.py`). Refusals in order: rules.judge_setting.
    """
    today, policy = clock.today(), POLICIES.get(name)
    since = date.fromisoformat(effective_from) if effective_from is not None else today
    value_then = value_of(name, on=since) if policy is not None else None
    facts = SettingFacts(policy, value=value, value_then=value_then, reason=reason, effective_from=since, today=today)
    outcome = judge_setting(facts)
    if outcome is PolicyOutcome.DONE:
        PolicyValue.objects.create(
            policy_id=name,
            value=value,
            effective_from=since,
            reason=reason.strip(),
            set_on=today,
            set_at=clock.now(),
            set_by=actor.name,
            proposal_id=actor.approval.proposal_id if actor.approval else None,
        )
    return outcome
