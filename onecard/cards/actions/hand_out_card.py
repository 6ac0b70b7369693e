"""领卡: a desk hands a made card to its holder; it is active at once (BUSINESS: scan, check, activate)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, HandOutCard
from onecard.cards.standing import judge, locked, put
from onecard.cards.stock import ISSUED, move_cards
from onecard.cards.types import CardKind, CardOutcome, CardState, DeskOutcome, Medium, Movement, Step
from onecard.kernel import clock


@action("cards.hand_out_card")
def hand_out_card(actor: Actor, card_no: int, *, hand_out_id: int, desk: str) -> DeskOutcome:
    """Activate the card and take it off the desk's stock. Two desks at once: the second is told which desk was first.

    The same desk again is REPEATED. A card in another desk's box is not at this one, so it is refused.
    """
    if not Card.objects.filter(card_no=card_no).exists():
        return DeskOutcome.REFUSED_UNKNOWN
    card = locked(card_no)
    item = HandOutCard.objects.select_related("hand_out").filter(card=card, hand_out_id=hand_out_id).first()
    refused = _refusal(item, card, desk=desk)
    if refused is not None or item is None:
        return refused or DeskOutcome.REFUSED_NOT_IN_BATCH
    move_cards(actor, [card], Movement.ISSUED, to=ISSUED)
    put(
        actor,
        card,
        Step.HAND_OUT,
        CardState.ACTIVE,
        note=desk,
        medium=Medium.HELD,
        issued_at=clock.now(),
        activated_at=clock.now(),
    )
    item.desk, item.handed_out_at, item.handed_out_by = desk, clock.now(), actor.name
    item.save(update_fields=["desk", "handed_out_at", "handed_out_by"])
    return DeskOutcome.DONE


def _refusal(item: HandOutCard | None, card: Card, *, desk: str) -> DeskOutcome | None:
    """Why the card is not handed out, or REPEATED; None when it is. The first that applies wins."""
    if item is None:
        return DeskOutcome.REFUSED_NOT_IN_BATCH
    if item.handed_out_at is not None:
        return DeskOutcome.REPEATED if item.desk == desk else DeskOutcome.REFUSED_ELSEWHERE
    in_order = (
        (item.hand_out.closed_at is not None, DeskOutcome.REFUSED_CLOSED),
        (item.desk not in ("", desk), DeskOutcome.REFUSED_OTHER_BOX),
        (judge(Step.HAND_OUT, card) is not CardOutcome.DONE or _has_another(card), DeskOutcome.REFUSED_STAGE),
    )
    return next((outcome for applies, outcome in in_order if applies), None)


def _has_another(card: Card) -> bool:
    """Whether the person holds a good formal card already."""
    held = Card.objects.filter(person_id=card.person_id, kind=CardKind.FORMAL, medium=Medium.HELD)
    return card.kind == CardKind.FORMAL and held.exclude(state=CardState.CANCELLED).exists()
