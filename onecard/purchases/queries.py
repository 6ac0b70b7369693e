"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from onecard.cards.models import Card
from onecard.kernel import sql
from onecard.kernel.ordered_ids import first_id
from onecard.purchases.models import Purchase, Reversal
from onecard.purchases.types import MONEY_MOVED, Outcome, ReversalOutcome
from onecard.terminals.models import Terminal

RECENT = 200_000
"""Among how many of the newest records a card's declined purchases are looked for."""
MOST_OF_A_CARD = 10_000
"""How many of a purse's newest purchases a search finds."""


class BookedRecord(NamedTuple):
    """A record behind which money moved."""

    terminal_id: int
    batch_no: int
    seq: int
    card_no: int
    amount_fen: int


def booked_records(terminal_ids: Iterable[int]) -> Iterator[BookedRecord]:
    """All records of these terminals that moved money, terminal by terminal, read in pieces."""
    for terminal_id in terminal_ids:
        rows = Purchase.objects.filter(terminal_id=terminal_id, outcome__in=MONEY_MOVED)
        columns = rows.values_list("terminal_id", "batch_no", "seq", "card_no", "amount_fen").iterator(chunk_size=10_000)
        yield from (BookedRecord(*row) for row in columns)


def reversed_records(terminal_ids: Iterable[int]) -> set[tuple[int, int, int]]:
    """(terminal, batch, number) of what these terminals took back after it had moved money."""
    taken_back = Reversal.objects.filter(terminal_id__in=list(terminal_ids), outcome=ReversalOutcome.REVERSED)
    return set(taken_back.values_list("terminal_id", "batch_no", "seq"))


def first_purchase_on(day: date) -> int | None:
    """The id of the first purchase answered or booked on the day or later; None when there is none."""
    return first_id(Purchase.objects.all(), field="business_date", least=day)


def first_purchase_after(day: date) -> int | None:
    """The id of the first purchase of a later day; None when there is none."""
    return first_purchase_on(day + timedelta(days=1))


def cards_used_on(day: date) -> tuple[int, int]:
    """(cards that bought, records declined) on the business day."""
    first, after = first_purchase_on(day), first_purchase_after(day)
    if first is None:
        return 0, 0
    records = Purchase.objects.filter(pk__gte=first) if after is None else Purchase.objects.filter(pk__gte=first, pk__lt=after)
    used = records.filter(outcome__in=MONEY_MOVED).aggregate(cards=Count("card_id", distinct=True))["cards"]
    return used, records.filter(outcome__lt=Outcome.BOOKED).exclude(outcome__in=MONEY_MOVED).count()


def purchases_named(term: str) -> QuerySet[Purchase]:
    """The purchases that a search term names: TERMINAL, TERMINAL/BATCH, TERMINAL/BATCH/NUMBER, a card's or a person's number.

    A card's purchases are found through its holder's transfers (the table has no index on the card), so declined ones of a card
    are found among the latest RECENT records only.
    """
    code, *numbers = term.split("/")
    terminal = Terminal.objects.filter(code=code).values_list("pk", flat=True).first()
    if terminal is not None and len(numbers) <= 2 and all(_is_number(number) for number in numbers):
        names = dict(zip(("batch_no", "seq"), (int(number) for number in numbers), strict=False))
        return Purchase.objects.filter(terminal_id=terminal, **names)
    cards = Card.objects.filter(Q(card_no=int(term)) if _is_number(term) else Q(pk=None))
    cards = cards if cards.exists() else Card.objects.filter(person__person_no=term)
    return _purchases_with(list(cards.select_related("person")))


def _purchases_with(cards: list[Card]) -> QuerySet[Purchase]:
    newest = Purchase.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    purses = {purse for card in cards for purse in (card.person.cash_account_id, card.person.subsidy_account_id) if purse}
    found = sql.call(sql.text_of("purchases", "queries/purchases_of_accounts"), [list(purses), MOST_OF_A_CARD])
    numbers = [card.card_no for card in cards]
    recent = Q(pk__gt=newest - RECENT)
    return Purchase.objects.filter(Q(pk__in=[pk for (pk,) in found]) | recent, card_no__in=numbers)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
