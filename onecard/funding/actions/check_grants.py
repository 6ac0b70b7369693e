"""Check the lines of a batch of subsidies: what importing one, preparing one for a group and checking again share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from onecard.access.types import Actor
from onecard.funding import rules
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.subsidy_reading import WantedGrant
from onecard.funding.types import GrantProblem, GrantState, Prepared, SubsidyOutcome, Terms
from onecard.kernel import clock
from onecard.people import queries as people
from onecard.people.types import DeliveredFile, PersonState
from onecard.policies import queries as policies

ROWS_A_STATEMENT = 1_000


def prepare(
    actor: Actor, title: str, *, wanted: Sequence[WantedGrant], terms: Terms, file: DeliveredFile | None = None
) -> Prepared:
    """Keep a batch of these lines, checked; refused when it has ended before it begins, or nobody would get anything.

    Not an action of its own: callers hold the transaction and the audit event. The same file under the same title is REPEATED.
    """
    ends_on = terms.ends_on or clock.today() + timedelta(days=policies.days("funding.subsidy_end_days"))
    if ends_on < clock.today():
        return Prepared(SubsidyOutcome.REFUSED_END)
    grants = [SubsidyGrant(line=one.line, person_no=one.person_no, amount_fen=one.amount_fen) for one in wanted]
    check(grants, unreadable={one.line for one in wanted if not one.is_readable})
    good = [one for one in grants if not one.problem]
    if not good:
        return Prepared(SubsidyOutcome.REFUSED_NOBODY)
    batch = SubsidyBatch(
        title=title,
        form=terms.form,
        ends_on=ends_on,
        takes_back=terms.takes_back,
        file_name="" if file is None else file.name,
        file_digest=None if file is None else file.digest,
        prepared_by=actor.name,
        prepared_at=clock.now(),
    )
    count(batch, grants)
    batch.save()
    for one in grants:
        one.batch = batch
    SubsidyGrant.objects.bulk_create(grants, batch_size=ROWS_A_STATEMENT)
    return Prepared(SubsidyOutcome.DONE, batch.pk)


def check(grants: Sequence[SubsidyGrant], *, unreadable: set[int] | None = None) -> None:
    """Write on each line who it is for, and what is wrong with it."""
    known = people.people_with(one.person_no for one in grants)
    most_fen = policies.fen("funding.most_subsidy_fen")
    named: set[int] = set()
    for one in grants:
        person = known.get(one.person_no)
        facts = rules.GrantFacts(
            person_no=one.person_no,
            is_known=person is not None,
            has_left=person is not None and person.state == PersonState.LEFT,
            is_named_before=person is not None and person.pk in named,
            amount_fen=one.amount_fen,
            most_fen=most_fen,
        )
        is_torn = one.line in unreadable if unreadable is not None else one.problem == GrantProblem.UNREADABLE
        problem = GrantProblem.UNREADABLE if is_torn else rules.problem_with(facts)
        one.person_id = None if person is None else person.pk
        one.problem = problem or ""
        one.state = GrantState.LEFT_OUT if problem else GrantState.LISTED
        if person is not None and not problem:
            named.add(person.pk)


def count(batch: SubsidyBatch, grants: Sequence[SubsidyGrant]) -> None:
    """Write on the batch how many people get how much, and the digest of just that, with its terms."""
    good = [one for one in grants if not one.problem]
    batch.people, batch.total_fen = len(good), sum(one.amount_fen or 0 for one in good)
    terms = f"{batch.form} {batch.ends_on} {batch.takes_back}"
    lines = [f"{one.person_id} {one.amount_fen}" for one in sorted(good, key=lambda one: one.line)]
    batch.digest = hashlib.sha256("\n".join([terms, *lines]).encode()).digest()
