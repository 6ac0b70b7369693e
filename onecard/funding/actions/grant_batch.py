"""发放补助: grant a batch of subsidies as two people saw it, at once or to be collected (BUSINESS: Money in)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.papers import issue_subsidy_list
from onecard.funding.subsidy_money import pay
from onecard.funding.types import BatchState, GrantForm, GrantState, SubsidyOutcome
from onecard.funding.words import SUBSIDY_WORDS
from onecard.kernel import clock
from onecard.people.models import Person
from onecard.people.types import PersonState


@approved(
    "funding.grant_batch",
    title=_("Grant a batch of subsidies"),
    words={
        "people": _("people"),
        "total_fen": _("total"),
        "digest": _("digest of the list"),
        **{outcome.name: words for outcome, words in SUBSIDY_WORDS.items()},
    },
    read_subject=int,
    about="funding.subsidybatch",
)
def grant_batch(actor: Actor, batch_id: int, *, people: int, total_fen: int, digest: str) -> SubsidyOutcome:
    """Pay everybody into the subsidy purse, or let each wait to collect it; all or nothing, with the numbered list.

    `digest` (hex), `people` and `total_fen` are those of the list that was shown: another one is refused. So is a list that has
    somebody who left since it was checked, and one whose last day is over. REPEATED when it was granted before.
    """
    batch = SubsidyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state in (BatchState.GRANTED, BatchState.ENDED):
        return SubsidyOutcome.REPEATED
    if batch.state != BatchState.CHECKED:
        return SubsidyOutcome.REFUSED_STATE
    if (batch.people, batch.total_fen, bytes(batch.digest).hex()) != (people, total_fen, digest):
        return SubsidyOutcome.REFUSED_CHANGED
    if batch.ends_on < clock.today():
        return SubsidyOutcome.REFUSED_END
    listed = list(batch.grants.filter(state=GrantState.LISTED).order_by("line"))
    if Person.objects.filter(pk__in=[one.person_id for one in listed], state=PersonState.LEFT).exists():
        return SubsidyOutcome.REFUSED_STALE
    now = clock.now()
    _grant(batch, listed, at=now)
    batch.state, batch.granted_by, batch.granted_at = BatchState.GRANTED, actor.name, now
    batch.save(update_fields=["state", "granted_by", "granted_at"])
    issue_subsidy_list(actor, batch)
    return SubsidyOutcome.DONE


def _grant(batch: SubsidyBatch, listed: list[SubsidyGrant], *, at: datetime) -> None:
    rows = batch.grants.filter(state=GrantState.LISTED)
    if batch.form == GrantForm.COLLECTED:
        rows.update(state=GrantState.UNCLAIMED)
        return
    pay(listed, at=at)
    rows.update(state=GrantState.GRANTED, granted_at=at)
