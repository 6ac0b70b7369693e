"""What a statement says, read from the ledger: for building one, and for comparing one that was built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.models import BusinessDay
from onecard.merchants.models import Merchant
from onecard.merchants.queries import rates_of
from onecard.merchants.rules import rate_on
from onecard.merchants.types import RateLine
from onecard.settlement import rules
from onecard.settlement.types import Draft, MealSpan, Part, StatementLine, Terms
from onecard.terminals import queries as terminals


class Range(NamedTuple):
    """A period of a payable account: the days, and the ids of its transfers (after the first, up to the last)."""

    account_id: int
    first_day: date
    last_day: date
    after_id: int
    last_id: int


def terms_now(merchant: Merchant, *, last_day: date) -> Terms:
    """All rates of the merchant, and the meals that its terminals were told of by the end of that day."""
    midnight = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=clock.campus_zone())
    _version, content = terminals.set_in_force((merchant, None), at=midnight)
    meals = tuple(MealSpan(meal.name, meal.starts_at_min, meal.ends_at_min) for meal in content.meal_periods)
    return Terms(rates_of(merchant.pk), meals, str(clock.campus_zone()))


def draft_of(period: Range, *, terms: Terms, opening_fen: int) -> Draft:
    """The statement of the period by these terms; the same each time, since neither transfers nor terms change."""
    lines = _lines(period, terms=terms)
    parts = rules.fee_parts(lines, terms.rates)
    fee = rules.fee_fen(parts, rates=terms.rates, last_day=period.last_day)
    return Draft(lines, parts, rules.figures_of(lines, opening_fen=opening_fen, fee=fee))


def _lines(period: Range, *, terms: Terms) -> tuple[StatementLine, ...]:
    arguments = {
        "account_id": period.account_id,
        "after_id": period.after_id,
        "last_id": period.last_id,
        "zone": terms.zone,
        "slots": sql.int_array(rules.meal_slots(terms.meals)),
    }
    summed: defaultdict[tuple[date, int, str, Part, date], list[int]] = defaultdict(lambda: [0, 0])
    rate_from: dict[date, date] = {}
    for source_id, kind, day, slot, transfers, amount_fen in sql.call(sql.text_of("settlement", "queries/lines"), arguments):
        if day not in rate_from:
            rate_from[day] = rate_on(terms.rates, day).from_day
        began_on = day - timedelta(days=1) if slot < 0 else day
        meal = terms.meals[abs(slot) - 1].name if slot else ""
        counted = summed[began_on, source_id, meal, rules.part_of(kind), rate_from[day]]
        counted[0] += transfers
        counted[1] += amount_fen
    return tuple(sorted(StatementLine(*key, *counted) for key, counted in summed.items()))


def is_closed(day: date) -> bool:
    """Whether every business day up to that day is closed, so that nothing more is booked on them."""
    open_day = ledger.open_day()
    return open_day is not None and open_day > day


def last_id_on(day: date, *, after_id: int) -> int:
    """The id of the last transfer of the closed business days up to that day; `after_id` when they had none."""
    closed = BusinessDay.objects.filter(date__lte=day, last_transfer_id__isnull=False).order_by("-date")
    return max(closed.values_list("last_transfer_id", flat=True).first() or 0, after_id)


def kept_terms(terms: Terms) -> dict[str, Any]:
    """The terms as they are kept with a statement."""
    return {
        "rates": [[rate.from_day.isoformat(), rate.fee_rate_bp, rate.minimum_fee_fen] for rate in terms.rates],
        "meals": [[meal.name, meal.starts_at_min, meal.ends_at_min] for meal in terms.meals],
        "zone": terms.zone,
    }


def read_terms(kept: Mapping[str, Any]) -> Terms:
    """The terms that `kept_terms` kept."""
    rates = tuple(RateLine(date.fromisoformat(day), rate_bp, minimum_fen) for day, rate_bp, minimum_fen in kept["rates"])
    return Terms(rates, tuple(MealSpan(*meal) for meal in kept["meals"]), kept["zone"])
