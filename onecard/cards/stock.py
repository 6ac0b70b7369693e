"""The stock book's one place of writing: cards move from pile to pile, counts and movements together (clauses N3-3.1, P4-7)."""

from __future__ import annotations

from collections.abc import Collection

from onecard.access.types import Actor
from onecard.cards.models import Card, CardBox, StockMovement, StockPile, StockSlip
from onecard.cards.types import Condition, Movement, PileKey, Place
from onecard.kernel import clock

ISSUED = PileKey(Place.ISSUED, Condition.PERSONALISED)
MAKING_BLANKS = PileKey(Place.MAKING, Condition.BLANK)
MAKING_PERSONALISED = PileKey(Place.MAKING, Condition.PERSONALISED)
SCRAPPED_BLANKS = PileKey(Place.SCRAPPED, Condition.BLANK)
MOST_OF_A_NAME = 150


def desk_pile(desk: str, condition: Condition = Condition.PERSONALISED) -> PileKey:
    """The pile at this desk."""
    return PileKey(Place.DESK, condition, desk)


def key_of(pile: StockPile) -> PileKey:
    """Which pile this is."""
    return PileKey(Place(pile.place), Condition(pile.condition), pile.desk)


def move(
    actor: Actor,
    reason: Movement,
    *,
    to: PileKey,
    count: int,
    source: PileKey | None = None,
    box: CardBox | None = None,
    slip: StockSlip | None = None,
    note: str = "",
) -> StockPile | None:
    """Move the cards and return the pile they are in now; None, and nothing is moved, when the source has not so many.

    Without a source they come into the book. Piles are locked in id order until the transaction ends.
    """
    piles = _locked([to] if source is None else [source, to])
    target = piles[to]
    if source is not None:
        giving = piles[source]
        if giving.count < count:
            return None
        giving.count -= count
        giving.save(update_fields=["count"])
    target.count += count
    target.save(update_fields=["count"])
    StockMovement.objects.create(
        at=clock.now(),
        on=clock.today(),
        reason=reason,
        from_pile=None if source is None else piles[source],
        to_pile=target,
        count=count,
        by=actor.name[:MOST_OF_A_NAME],
        box=box,
        slip=slip,
        note=note,
    )
    return target


def take_blank(actor: Actor, desk: str) -> StockPile | None:
    """Take one blank card from the desk's stock for a holder; the holders' pile, or None when the desk has none."""
    return move(actor, Movement.ISSUED, source=desk_pile(desk, Condition.BLANK), to=ISSUED, count=1)


def move_cards(
    actor: Actor, cards: Collection[Card], reason: Movement, *, to: PileKey, slip: StockSlip | None = None, note: str = ""
) -> bool:
    """Move these cards, all of one pile, to another; a card that is not in the book yet comes into it. False when there are none.

    The caller holds the cards' rows.
    """
    if not cards:
        return False
    sources = {card.pile_id for card in cards}
    if len(sources) > 1:
        raise ValueError("cards of one pile move together")
    [source_id] = sources
    source = None if source_id is None else key_of(StockPile.objects.get(pk=source_id))
    target = move(actor, reason, to=to, count=len(cards), source=source, slip=slip, note=note)
    if target is None:
        raise ValueError(f"the pile of card {next(iter(cards))} is smaller than its cards")
    Card.objects.filter(pk__in=[card.pk for card in cards]).update(pile=target)
    for card in cards:
        card.pile = target
    return True


def has(key: PileKey, count: int) -> bool:
    """Whether the pile has so many cards; it stays locked until the transaction ends."""
    return _locked([key])[key].count >= count


def _locked(keys: list[PileKey]) -> dict[PileKey, StockPile]:
    """The piles in id order, made where they are missing."""
    ids = [StockPile.objects.get_or_create(place=key.place, condition=key.condition, desk=key.desk)[0].pk for key in keys]
    rows = StockPile.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {key_of(pile): pile for pile in rows}
