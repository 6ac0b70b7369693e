"""Sign a paper: what checking and receiving share."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.papers.models import Paper, Signature
from onecard.papers.rules import SignFacts, judge_signature
from onecard.papers.types import Role, SignOutcome


def sign_paper(actor: Actor, paper_id: int, *, role: Role) -> SignOutcome:
    """Keep the person's signature, once; refusals in the order of rules.judge_signature. Paper.DoesNotExist when unknown."""
    if actor.operator_id is None:
        raise ValueError("a person signs")
    # The application may not lock a paper's row, since it may not write it.
    sql.call("select pg_advisory_xact_lock(hashtextextended('papers_paper ' || %t, 0))", [str(paper_id)])
    paper = Paper.objects.select_related("replaced_by").get(pk=paper_id)
    facts = SignFacts(
        asks_for=paper.declared.signatures,
        is_replaced=paper.is_replaced,
        maker_id=paper.made_by_id,
        signer_id=actor.operator_id,
        signed={Role(one.role): one.operator_id for one in paper.signatures.all()},
    )
    outcome = judge_signature(facts, role=role)
    if outcome is SignOutcome.DONE:
        Signature.objects.create(
            paper=paper, role=role.value, operator_id=actor.operator_id, signed_by=actor.name, signed_at=clock.now()
        )
    return outcome
