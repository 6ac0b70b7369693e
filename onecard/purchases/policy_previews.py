"""What other limits, waiting times and rates would have done to the last term's purchases (policies/previews.py finds this)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from onecard.kernel import clock, sql
from onecard.kernel.money import BASIS_POINTS, divide_half_up
from onecard.policies import queries as policies
from onecard.policies.previews import Figure, Preview, Term
from onecard.purchases.models import Purchase
from onecard.purchases.queries import first_purchase_after, first_purchase_on

MOST_ROWS = 300_000
"""Of a term with more purchases only every second, third, … day is looked at, and the figures are scaled up."""
NONE = 0, -1
"""An id range without a purchase."""


def pin_single_limit(value: int, term: Term) -> list[Figure]:
    """Purchases that ask for the PIN when it is the single limit; the day limit as it is."""
    return _asking(single_fen=value, day_fen=policies.fen("purchases.pin_day_limit_fen"), term=term)


def pin_day_limit(value: int, term: Term) -> list[Figure]:
    """Purchases that ask for the PIN when it is the day limit; the single limit as it is."""
    return _asking(single_fen=policies.fen("purchases.pin_single_limit_fen"), day_fen=value, term=term)


def replacement_wait(value: int, term: Term) -> list[Figure]:
    """What a waiting time of so many hours costs holders and saves the centre.

    Holders wait: replacements that came sooner, and the hours. What it is for: collected records of the lost card that came in
    only after it, when the replacement may have been spending from the same purses. Losses reported in the term.
    """
    since, until = _moments(term)
    times = {"since": since, "until": until, "wait": timedelta(hours=value)}
    [(replaced, hours)] = _rows("replaced_sooner", times)
    [(records, amount_fen, lost_fen)] = _rows("late_records_of_lost_cards", {**times, "first_id": _range(term)[0]})
    return [
        Figure(_("Replacements that would have had to wait longer"), replaced),
        Figure(_("Hours that their holders would have waited longer"), hours),
        Figure(_("Records of lost cards that came in after the waiting time"), records),
        Figure(_("Money of those records"), amount_fen, is_money=True),
        Figure(_("of it borne by the centre"), lost_fen, is_money=True),
    ]


def fee_rate(value: int, term: Term) -> list[Figure]:
    """The management fee on the term's sales as a whole, reversals taken off, were no contract to name another rate."""
    first_id, last_id = _range(term)
    [(sales_fen,)] = _rows("sales", {"first_id": first_id, "last_id": last_id, "first": term.first, "last": term.last})
    return [
        Figure(_("Sales"), int(sales_fen), is_money=True),
        Figure(_("Management fees"), divide_half_up(int(sales_fen) * value, BASIS_POINTS), is_money=True),
    ]


def temporary_surcharge(value: int, term: Term) -> list[Figure]:
    """What the term's purchases with temporary cards would have paid on top, had they been the same; reversed ones left out."""
    first_id, last_id = _range(term)
    [(purchases, price_fen, surcharge_fen)] = _rows(
        "surcharged", {"first_id": first_id, "last_id": last_id, "surcharge_bp": value}
    )
    return [
        Figure(_("Purchases with temporary cards"), purchases),
        Figure(_("Their prices"), price_fen, is_money=True),
        Figure(_("Surcharges on them"), surcharge_fen, is_money=True),
    ]


def _asking(*, single_fen: int, day_fen: int, term: Term) -> list[Figure]:
    ranges, whole = _sample(term)
    looked_at = max(1, sum(last - first + 1 for first, last in ranges))
    ids = {
        "first_ids": sql.int_array(first for first, _last in ranges),
        "last_ids": sql.int_array(last for _first, last in ranges),
    }
    [found] = _rows("asking_for_pin", {**ids, "single_fen": single_fen, "day_fen": day_fen})
    purchases, asked, asked_fen = (divide_half_up(number * whole, looked_at) for number in found)
    return [
        Figure(_("Online purchases"), purchases),
        Figure(_("of them asking for the PIN"), asked),
        Figure(_("Money of the purchases that ask for it"), asked_fen, is_money=True),
    ]


def _sample(term: Term) -> tuple[list[tuple[int, int]], int]:
    """The id ranges of the days that stand for the term, and how many ids the whole term has."""
    first_id, last_id = _range(term)
    whole = last_id - first_id + 1
    step = -(-whole // MOST_ROWS)
    if step <= 1:
        return [(first_id, last_id)], whole
    step += step % 7 == 0  # not always the same day of the week
    days = [term.first + timedelta(days=number) for number in range(0, (term.last - term.first).days + 1, step)]
    return [_range(Term(day, day)) for day in days], whole


def _range(term: Term) -> tuple[int, int]:
    """The ids of the term's purchases, both included; NONE when there are none."""
    first_id, after = first_purchase_on(term.first), first_purchase_after(term.last)
    if first_id is None:
        return NONE
    last_id = Purchase.objects.aggregate(last=Max("pk"))["last"] if after is None else after - 1
    return first_id, last_id


def _moments(term: Term) -> tuple[datetime, datetime]:
    zone = clock.campus_zone()
    return datetime.combine(term.first, time(), zone), datetime.combine(term.last + timedelta(days=1), time(), zone)


def _rows(query: str, arguments: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return sql.call(sql.text_of("purchases", f"queries/{query}"), arguments)


PREVIEWS: dict[str, Preview] = {
    "purchases.pin_single_limit_fen": pin_single_limit,
    "purchases.pin_day_limit_fen": pin_day_limit,
    "cards.replacement_wait_hours": replacement_wait,
    "settlement.fee_rate_bp": fee_rate,
    "cards.temporary_surcharge_bp": temporary_surcharge,
}
