"""补办: a new card for a lost one; the money stays on the person's accounts (DESIGN §4, clause M3.5)."""

from __future__ import annotations

from datetime import timedelta

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.charges import can_pay, charge_fee
from onecard.cards.models import Card, StockPile
from onecard.cards.queries import number_refusal, policies_now
from onecard.cards.standing import judge, locked, put
from onecard.cards.stock import take_blank
from onecard.cards.types import CardOutcome, CardState, PaidBy, Step
from onecard.kernel import clock


@action("cards.replace_card")
def replace_card(actor: Actor, card_no: int, *, new_card_no: int, fee: PaidBy = PaidBy.COUNTER, desk: str = "") -> CardOutcome:
    """Cancel the lost card and issue another to the same person, with the same kind, expiry and PIN; frozen if the lost one was.

    Refused unless the card is reported lost, the waiting time is over (`replace_card_at_once` goes without), and the new number
    is free; Card.DoesNotExist for an unknown card. The fee leaves the purse at once, or the counter finds it on the
    lost card and books the cash. With a
    `desk` the blank card comes from that desk's stock.
    """
    return replace(actor, card_no, new_card_no=new_card_no, fee=fee, desk=desk, waits=True)


def replace(actor: Actor, card_no: int, *, new_card_no: int, fee: PaidBy, desk: str, waits: bool) -> CardOutcome:
    """What both ways of replacing do; not an action of its own."""
    old = locked(card_no)
    if old.replaced_by_id is not None and Card.objects.filter(pk=old.replaced_by_id, card_no=new_card_no).exists():
        return CardOutcome.REPEATED
    policies = policies_now()
    fee_fen = policies.replacement_fee_fen
    outcome = _judge(old, new_card_no=new_card_no, earliest=policies.replacement_wait if waits else timedelta(0))
    if outcome is not CardOutcome.DONE:
        return outcome
    from_purse = bool(fee_fen) and fee is PaidBy.PURSE
    if from_purse and not can_pay(old.person, fee_fen):
        return CardOutcome.REFUSED_INSUFFICIENT
    pile = take_blank(actor, desk) if desk else None
    if desk and pile is None:
        return CardOutcome.REFUSED_NO_STOCK
    if from_purse:
        charge_fee(old, fee_fen)
    old.fee_fen, old.fee_paid_by = fee_fen, fee.value if fee_fen else ""
    _exchange(actor, old, new_card_no=new_card_no, pile=pile)
    return CardOutcome.DONE


def _judge(old: Card, *, new_card_no: int, earliest: timedelta) -> CardOutcome:
    outcome = judge(Step.REPLACE, old)
    if outcome is not CardOutcome.DONE:
        return outcome
    if old.loss_reported_at is not None and clock.now() < old.loss_reported_at + earliest:
        return CardOutcome.REFUSED_WAITING
    return number_refusal(new_card_no) or CardOutcome.DONE


def _exchange(actor: Actor, old: Card, *, new_card_no: int, pile: StockPile | None) -> None:
    now, was_frozen = clock.now(), old.state_before_loss == CardState.FROZEN
    put(actor, old, Step.REPLACE, CardState.CANCELLED, cancelled_at=now, note=str(new_card_no))
    kept = {name: getattr(old, name) for name in KEPT}
    [new] = issue_cards(actor, [(new_card_no, old.person_id)], at=now, activate=True, pile=pile, **kept)
    if was_frozen:
        put(actor, new, Step.FREEZE, CardState.FROZEN, note=str(old.card_no))
    old.replaced_by = new
    old.save(update_fields=["replaced_by", "fee_fen", "fee_paid_by"])


KEPT = (
    "kind",
    "expires_on",
    "requested_by",
    "pin_hash",
    "pin_wrong_tries",
    "pin_wrong_record",
    "pin_blocked_at",
    "pin_single_fen",
    "pin_day_fen",
)
"""What the new card takes over from the lost one."""
