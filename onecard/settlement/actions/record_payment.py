"""登记付款: the bank paid a merchant; the books follow."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.settlement.models import Payment
from onecard.settlement.money import book_payment
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import PaymentState, StatementOutcome, StatementState, Step


@action("settlement.record_payment")
def record_payment(actor: Actor, payment_id: int, *, bank_says: str = "") -> StatementOutcome:
    """Book the payment, with the bank's reference. Refused to who approved the statement. Payment.DoesNotExist: unknown."""
    payment = Payment.objects.select_related("statement").get(pk=payment_id)
    statement = locked(payment.statement_id)
    payment.refresh_from_db()
    if payment.state == PaymentState.FAILED:
        return StatementOutcome.REFUSED_STATE
    outcome = judged(statement, Step.PAY, actor=actor, not_by=(statement.approved_by,))
    if outcome is StatementOutcome.DONE:
        book_payment(payment)
        decide(payment, PaymentState.PAID, actor=actor, bank_says=bank_says)
        bring_to(statement, StatementState.PAID)
    return outcome


def decide(payment: Payment, state: PaymentState, *, actor: Actor, bank_says: str) -> None:
    """Write what became of the payment."""
    payment.state, payment.was_paid = state, payment.was_paid or state is PaymentState.PAID
    payment.decided_by, payment.decided_at, payment.bank_says = actor.name, clock.now(), bank_says.strip()
    payment.save(update_fields=["state", "was_paid", "decided_by", "decided_at", "bank_says"])
