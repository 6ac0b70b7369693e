"""发行: issue a card to a person (clauses M3.1, N3-3.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.charges import can_pay, take_deposit
from onecard.cards.models import Card
from onecard.cards.queries import number_refusal, policies_now
from onecard.cards.stock import take_blank
from onecard.cards.types import CardKind, CardOutcome, CardState, Medium, PaidBy
from onecard.kernel import clock
from onecard.people.models import Person


@action("cards.issue_card")
def issue_card(
    actor: Actor,
    card_no: int,
    *,
    person_id: int,
    kind: CardKind = CardKind.FORMAL,
    expires_on: date | None = None,
    requested_by: str = "",
    deposit: PaidBy = PaidBy.COUNTER,
    desk: str = "",
) -> CardOutcome:
    """Issue the card, not yet active. Refused when the number is taken or the person may not have (another) one of this kind.

    A kind with a deposit takes it: from the purse at once, or the counter books the cash. With a `desk` the blank card comes
    from that desk's stock; without one it is not in the stock book.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    taken = number_refusal(card_no)
    if taken is not None:
        return taken
    of_kind, today = rules.kind_rules(kind, policies_now()), clock.today()
    held = Card.objects.filter(person_id=person_id, kind=kind).exclude(state=CardState.CANCELLED).exclude(medium=Medium.MADE)
    outcome = rules.judge_issue(of_kind, held=held.count(), unit=requested_by, expires_on=expires_on, today=today)
    if outcome is not CardOutcome.DONE:
        return outcome
    deposit_fen = of_kind.deposit_fen
    if deposit_fen and deposit is PaidBy.PURSE and not can_pay(person, deposit_fen):
        return CardOutcome.REFUSED_INSUFFICIENT
    pile = take_blank(actor, desk) if desk else None
    if desk and pile is None:
        return CardOutcome.REFUSED_NO_STOCK
    last_day, wanted = rules.expiry_for(of_kind, wanted=expires_on, today=today), [(card_no, person_id)]
    fields: dict[str, Any] = {"kind": kind, "expires_on": last_day, "requested_by": requested_by.strip(), "pile": pile}
    if deposit_fen:
        fields |= {"deposit_fen": deposit_fen, "deposit_paid_by": deposit}
    [card] = issue_cards(actor, wanted, at=clock.now(), **fields)
    if card.deposit_paid_by == PaidBy.PURSE:
        take_deposit(card)
    return CardOutcome.DONE
