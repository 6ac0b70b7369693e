"""补办: a new card for a lost one; the money stays on the person's accounts (DESIGN §4)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardKind, CardOutcome, CardState
from onecard.kernel import clock


@action("cards.replace_card")
def replace_card(actor: Actor, card_no: int, *, new_card_no: int) -> CardOutcome:
    """Cancel the lost card and issue another to the same person, with the same kind and expiry; frozen if the lost one was.

    Refused unless the card is reported lost and the new number is free; Card.DoesNotExist for an unknown card.
    """
    old = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    if old.replaced_by_id is not None and Card.objects.filter(pk=old.replaced_by_id, card_no=new_card_no).exists():
        return CardOutcome.REPEATED
    outcome = rules.may_replace(CardState(old.state))
    if outcome is not CardOutcome.DONE:
        return outcome
    if Card.objects.filter(card_no=new_card_no).exists():
        return CardOutcome.REFUSED_NUMBER_TAKEN
    now = clock.now()
    put(old, state=CardState.CANCELLED, cancelled_at=now)
    wanted = [(new_card_no, old.person_id)]
    [new] = issue_cards(wanted, at=now, kind=CardKind(old.kind), expires_on=old.expires_on, activate=True)
    if old.state_before_loss == CardState.FROZEN:
        put(new, state=CardState.FROZEN)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    return CardOutcome.DONE
