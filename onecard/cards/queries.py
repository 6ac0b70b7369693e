"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable

from onecard.cards.models import Card


def holders_of(card_nos: Iterable[int]) -> dict[int, int]:
    """The person's id by card number; an unknown number is absent."""
    return dict(Card.objects.filter(card_no__in=set(card_nos)).values_list("card_no", "person_id"))


def cards_with(card_nos: Iterable[int]) -> dict[int, Card]:
    """The cards with these numbers, by number; an unknown number is absent."""
    return {card.card_no: card for card in Card.objects.filter(card_no__in=set(card_nos))}
