"""付款失败: the bank could not pay a merchant, or sent the money back; what is due is due again."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.settlement.actions.record_payment import decide
from onecard.settlement.models import Payment
from onecard.settlement.money import take_payment_back
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import PaymentState, StatementOutcome, StatementState, Step


@action("settlement.fail_payment")
def fail_payment(actor: Actor, payment_id: int, *, reason: str) -> StatementOutcome:
    """Take the payment back in the books if it was booked, with what the bank said. Payment.DoesNotExist for an unknown one.

    The amount then stands on the merchant's account again, due by the same statement: later statements do not change.
    """
    if not reason.strip():
        return StatementOutcome.REFUSED_NO_REASON
    payment = Payment.objects.select_related("statement").get(pk=payment_id)
    statement = locked(payment.statement_id)
    payment.refresh_from_db()
    if payment.state == PaymentState.FAILED:
        return StatementOutcome.REPEATED
    outcome = judged(statement, Step.FAIL, actor=actor)
    if outcome is StatementOutcome.DONE:
        if payment.was_paid:
            take_payment_back(payment)
        decide(payment, PaymentState.FAILED, actor=actor, bank_says=reason)
        bring_to(statement, StatementState.FAILED)
    return outcome
