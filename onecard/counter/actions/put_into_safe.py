"""保险柜: put a day's cash into the safe when finance is closed (S4.3)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.log_in import WITNESS, try_password
from onecard.access.models import Operator
from onecard.access.types import Actor, LogInOutcome
from onecard.counter import rules
from onecard.counter.actions.step_handover import INTO_SAFE, book_step, locked_handover
from onecard.counter.papers import issue_safe_entry
from onecard.counter.types import HandoverOutcome, HandoverResult, HandoverState, Witness
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.policies import queries as policies

_PROVES = {
    LogInOutcome.DONE: Witness.PROVEN,
    LogInOutcome.NEEDS_FACTOR: Witness.PROVEN,
    LogInOutcome.REFUSED_LOCKED: Witness.WAITS,
}


@action("counter.put_into_safe")
def put_into_safe(
    actor: Actor, handover_id: int, *, bag_no: str, seal_no: str, witness: str, witness_password: str
) -> HandoverResult:
    """Keep the cash in a sealed bag before a witness, another operator, who signs with the own password; once for a hand-over.

    Refusals in order: rules.judge_safekeeping. Wrong passwords count as at the log-in: after some of them the witness waits. The
    entry in the safe's register is a numbered paper.
    """
    handover = locked_handover(handover_id)
    second = Operator.objects.filter(username=witness).first()
    is_same = second is not None and second.pk == actor.person_id
    facts = rules.SafeFacts(
        state=HandoverState(handover.state),
        has_bag=bool(bag_no.strip() and seal_no.strip()) and handover.stored_at is None,
        is_same_person=is_same,
        witness=Witness.WRONG if is_same else _proof(witness, witness_password),
        safe_fen=ledger.balance_of(ledger.shared_account(Subject.SAFE_CASH)),
        amount_fen=handover.amount_fen,
        limit_fen=policies.fen("counter.safe_limit_fen"),
    )
    outcome = rules.judge_safekeeping(facts)
    if outcome is HandoverOutcome.DONE:
        book_step(handover, INTO_SAFE, from_subject=Subject.CASH_TO_FINANCE, to_subject=Subject.SAFE_CASH)
        handover.state, handover.bag_no, handover.seal_no = HandoverState.IN_SAFE, bag_no.strip(), seal_no.strip()
        handover.stored_at, handover.stored_by_id, handover.witnessed_by = clock.now(), actor.person_id, second
        handover.save()
        issue_safe_entry(actor, handover, is_in=True)
    return HandoverResult(outcome, handover.pk)


def _proof(witness: str, password: str) -> Witness:
    return _PROVES.get(try_password(witness, password, address=None, event=WITNESS).outcome, Witness.WRONG)
