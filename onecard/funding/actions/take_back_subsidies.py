"""收回补助: take back what is unspent of a batch, at its end or from named people who never came (S2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.funding import rules
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.subsidy_money import take_back
from onecard.funding.types import BatchState, GrantState, SubsidyOutcome
from onecard.funding.words import SUBSIDY_WORDS
from onecard.kernel import clock, sql
from onecard.ledger.actions.lock_accounts import lock_accounts

IN_HAND = (GrantState.GRANTED, GrantState.UNCLAIMED)


@approved(
    "funding.take_back_subsidies",
    title=_("Take unspent subsidies back"),
    words={
        "person_nos": _("people's numbers"),
        **{outcome.name: words for outcome, words in SUBSIDY_WORDS.items()},
    },
    read_subject=int,
    about="funding.subsidybatch",
    shows=lambda subject, payload: whom(payload["person_nos"]),
)
def take_back_subsidies(actor: Actor, batch_id: int, *, person_nos: Sequence[str]) -> SubsidyOutcome:
    """Move what is left of these people's grants back to the funding receivable; without numbers, of everybody's.

    What is left: rules.unspent, never below zero of a purse; what nobody collected lapses. All or nothing. Refusals in order:
    rules.judge_taking_back. REPEATED when there is nothing in hand any more. SubsidyBatch.DoesNotExist for an unknown batch.
    """
    batch = SubsidyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    named = Q(person_no__in=list(person_nos)) if person_nos else Q()
    whose = list(batch.grants.select_for_update(no_key=True).filter(named, problem="").order_by("pk"))
    facts = rules.TakeBackFacts(
        state=BatchState(batch.state),
        names_people=bool(person_nos),
        all_are_in_it={one.person_no for one in whose} >= set(person_nos),
        takes_back=batch.takes_back,
        ends_on=batch.ends_on,
        today=clock.today(),
    )
    outcome = rules.judge_taking_back(facts)
    if outcome is not SubsidyOutcome.DONE:
        return outcome
    in_hand = [one for one in whose if one.state in IN_HAND]
    if not in_hand:
        return SubsidyOutcome.REPEATED
    _take_back(in_hand)
    return SubsidyOutcome.DONE


def whom(person_nos: Sequence[str]) -> object:
    """From whom, for who approves it."""
    return ", ".join(person_nos) if person_nos else _("Everybody in the batch")


def _take_back(in_hand: Sequence[SubsidyGrant]) -> None:
    granted = [one.pk for one in in_hand if one.state == GrantState.GRANTED]
    lock_accounts([purse for _grant, purse, *_rest in _standing(granted)])
    standing = {grant: (purse, balance_fen, later_fen) for grant, purse, balance_fen, later_fen in _standing(granted)}
    for one in in_hand:
        _purse, balance_fen, later_fen = standing.get(one.pk, (0, 0, 0))
        one.taken_back_fen = rules.unspent(amount_fen=one.amount_fen or 0, later_fen=later_fen, balance_fen=balance_fen)
    take_back(in_hand, purses={grant: purse for grant, (purse, *_rest) in standing.items()}, at=clock.now())
    arguments = {"grants": [one.pk for one in in_hand], "taken": [one.taken_back_fen for one in in_hand], "at": clock.now()}
    sql.call(sql.text_of("funding", "queries/keep_taken_back"), arguments)


def _standing(grants: Sequence[int]) -> list[tuple[int, int, int, int]]:
    rows = sql.call(sql.text_of("funding", "queries/unspent"), {"grants": list(grants)})
    return [(grant, purse, balance_fen, later_fen) for grant, purse, balance_fen, later_fen in rows]
