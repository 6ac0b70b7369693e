"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from onecard.cards.models import BlacklistChange, Card, HandOut, HandOutCard, JobCard, StockMovement, TestCard
from onecard.cards.types import (
    MAX_CHANGES,
    MAX_PAGE,
    BlacklistDelta,
    BlacklistHead,
    BlacklistLag,
    BookLine,
    CardOutcome,
    CardPolicies,
    CardState,
    Condition,
    DeskCount,
    JobState,
    LeftOver,
    Medium,
    PileKey,
    Place,
)
from onecard.kernel import sql
from onecard.policies import queries as policies


def holders_of(card_nos: Iterable[int]) -> dict[int, int]:
    """The person's id by card number; an unknown number is absent."""
    return dict(Card.objects.filter(card_no__in=set(card_nos)).values_list("card_no", "person_id"))


def cards_with(card_nos: Iterable[int]) -> dict[int, Card]:
    """The cards with these numbers, by number; an unknown number is absent."""
    return {card.card_no: card for card in Card.objects.filter(card_no__in=set(card_nos))}


def spendable(card_nos: Iterable[int]) -> dict[int, int]:
    """What the holders of these cards can spend now, in fen (cash and subsidy), by card number; unknown ones are absent."""
    rows = sql.call(sql.text_of("cards", "queries/spendable"), [list(card_nos)])
    return {card_no: int(balance_fen) for card_no, balance_fen in rows}


def policies_now() -> CardPolicies:
    """The policies of cards that are in force today."""
    return CardPolicies(
        temporary_days=policies.days("cards.temporary_days"),
        temporary_deposit_fen=policies.fen("cards.temporary_deposit_fen"),
        most_family_cards=policies.count("cards.most_family_cards"),
        replacement_wait=policies.span("cards.replacement_wait_hours"),
        replacement_fee_fen=policies.fen("cards.replacement_fee_fen"),
        pin_tries=policies.count("cards.pin_tries"),
    )


def number_refusal(card_no: int) -> CardOutcome | None:
    """Why a new card cannot have this number: another card, a test card or a card in the making has it; None when it is free."""
    if TestCard.objects.filter(card_no=card_no).exists():
        return CardOutcome.REFUSED_TEST_NUMBER
    is_taken = Card.objects.filter(card_no=card_no).exists() or JobCard.objects.filter(card_no=card_no).exists()
    return CardOutcome.REFUSED_NUMBER_TAKEN if is_taken else None


def cards_of(person_id: int) -> list[Card]:
    """All cards that the person has or had, the newest first."""
    return list(Card.objects.filter(person_id=person_id).order_by("-pk"))


def blacklist_head() -> BlacklistHead:
    """The newest version of the blacklist, its count and checksum; zeros when no card was ever listed."""
    return _as_of(BlacklistChange.objects.order_by("-version")) or BlacklistHead(0, 0, 0)


def blacklist_at(version: int) -> BlacklistHead | None:
    """The same as of an older version; None when there is no such version. Version 0 is the empty list."""
    if version == 0:
        return BlacklistHead(0, 0, 0)
    return _as_of(BlacklistChange.objects.filter(pk=version))


def _as_of(changes: QuerySet[BlacklistChange]) -> BlacklistHead | None:
    """The list after the first of these changes; None when there is none."""
    found = changes.values_list("version", "listed_count", "checksum").first()
    return BlacklistHead(*found) if found is not None else None


def blacklist_delta(since: int, *, limit: int = MAX_CHANGES) -> BlacklistDelta:
    """The net effect of the changes after version `since`; walks at most `limit` changes, so ask again from `to_version` on.

    0 is the empty list. ValueError for a version below it or above the head, and for a limit outside 1 to MAX_CHANGES.
    """
    _check("limit", limit, lowest=1, highest=MAX_CHANGES)
    head = blacklist_head()
    _check("since", since, lowest=0, highest=head.version)
    # Versions become visible in order, so what is seen now ends at that head or after it.
    for to_version, added, removed, count, checksum in _rows("blacklist_delta", since=since, limit=limit):
        return BlacklistDelta(since, to_version, added, removed, count, checksum)
    return BlacklistDelta(since, since, [], [], head.count, head.checksum)


def blacklist_page(*, version: int, after_card_no: int = 0, limit: int = MAX_PAGE) -> list[int]:
    """The numbers on the blacklist as of `version` above `after_card_no`, in order; a page shorter than `limit` is the last.

    It stays the same however the list goes on. ValueError for a version below 0 or above the head, and for a limit outside 1 to
    MAX_PAGE.
    """
    _check("limit", limit, lowest=1, highest=MAX_PAGE)
    _check("version", version, lowest=0, highest=blacklist_head().version)
    return [card_no for (card_no,) in _rows("blacklist_page", version=version, after_card_no=after_card_no, limit=limit)]


def blacklist_lags(versions: Iterable[int]) -> dict[int, BlacklistLag]:
    """How far each of these versions is behind, by version, in one walk over what came after the oldest of them."""
    wanted = sorted(set(versions))
    if not wanted:
        return {}
    arguments = {"versions": wanted, "limit": MAX_CHANGES}
    rows = sql.call(sql.text_of("cards", "queries/blacklist_lags"), arguments)
    return {version: BlacklistLag(changes, cards, since) for version, changes, cards, since in rows}


def _check(name: str, value: int, *, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} is between {lowest} and {highest}, not {value}")


def _rows(query: str, **arguments: int) -> list[tuple[Any, ...]]:
    return sql.call(sql.text_of("cards", f"queries/{query}"), arguments)


def stock_book(day: date) -> list[BookLine]:
    """The stock book of a day, a line a pile that ever had a card."""
    rows = sql.call(sql.text_of("cards", "queries/stock_book"), {"day": day})
    return [BookLine(PileKey(Place(place), Condition(condition), desk), *numbers) for place, condition, desk, *numbers in rows]


def received_until(day: date) -> int:
    """How many cards came into the stock book until the end of that day."""
    into = StockMovement.objects.filter(from_pile=None, on__lte=day)
    return into.aggregate(total=Sum("count"))["total"] or 0


def desk_counts(hand_out_id: int) -> list[DeskCount]:
    """How the batch stands, desk by desk."""
    lines = HandOutCard.objects.filter(hand_out_id=hand_out_id).values("desk").order_by("desk")
    counted = lines.annotate(made=Count("pk"), handed_out=Count("handed_out_at"))
    return [DeskCount(line["desk"], line["made"], line["handed_out"]) for line in counted]


def left_over_cards(hand_out_id: int) -> list[LeftOver]:
    """The cards of the batch that nobody fetched, by their people's numbers."""
    another = Card.objects.filter(person_id=OuterRef("card__person_id"), medium=Medium.HELD).exclude(state=CardState.CANCELLED)
    waiting = HandOutCard.objects.filter(hand_out_id=hand_out_id, handed_out_at=None).annotate(has_another=Exists(another))
    found = waiting.order_by("card__person__person_no").values_list(
        "card__card_no",
        "card__person_id",
        "card__person__person_no",
        "card__person__full_name",
        "card__person__unit",
        "has_another",
    )
    return [LeftOver(*row) for row in found]


def closed_hand_outs(*, limit: int) -> dict[int, str]:
    """The newest batches that are closed, by id, with their titles: who never came is then certain."""
    closed = HandOut.objects.filter(closed_at__isnull=False).order_by("-pk")[:limit]
    return {batch.pk: str(batch) for batch in closed}


def job_counts(job_id: int) -> dict[JobState, int]:
    """How many cards of the job are in each state; every state is there."""
    counted = dict(JobCard.objects.filter(job_id=job_id).values_list("state").annotate(count=Count("pk")))
    return {state: counted.get(state.value, 0) for state in JobState}


def scanned_card(hand_out_id: int, number: str) -> Card | None:
    """The card of the batch that was scanned: by its own number, or by its person's; None when there is none."""
    cards = Card.objects.select_related("person", "hand_out").filter(hand_out__hand_out_id=hand_out_id)
    by_person = cards.filter(person__person_no=number).first()
    is_number = number.isascii() and number.isdigit() and int(number) < 2**63
    return by_person or (cards.filter(card_no=int(number)).first() if is_number else None)


def own_limits(card_nos: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(at once, in a day) in fen, of those of the cards whose holder lowered what is spent without the PIN."""
    rows = Card.objects.filter(card_no__in=set(card_nos), pin_single_fen__isnull=False)
    found = rows.values_list("card_no", "pin_single_fen", "pin_day_fen")
    return {card_no: (single or 0, day or 0) for card_no, single, day in found}
