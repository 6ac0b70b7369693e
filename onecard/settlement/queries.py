"""Typed reads of the room: what is due, whether statements are what the ledger says, sums of a statement's lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.models import Source, Transfer
from onecard.merchants.models import Merchant
from onecard.merchants.queries import contract_on
from onecard.merchants.rules import end_of_period
from onecard.merchants.types import Cycle
from onecard.settlement import drafting, rules
from onecard.settlement.models import Line, Statement
from onecard.settlement.types import Difference, Draft, Narrowing, Part, Period, SettledTransfer, StatementLine


def next_period(merchant: Merchant) -> Period | None:
    """The period that the merchant's next statement covers; None when the merchant has no contract.

    It begins after the last statement; the first one with the first day on which the account moved, else with the contract.
    """
    last = Statement.objects.filter(merchant=merchant).order_by("-number").first()
    first_day = last.last_day + timedelta(days=1) if last else _first_day(merchant)
    contract = contract_on(merchant.pk, first_day)
    if contract is None:
        return None
    last_day = end_of_period(first_day, cycle=Cycle(contract.cycle))
    return Period(first_day, last_day, is_closed=drafting.is_closed(last_day))


def _first_day(merchant: Merchant) -> date:
    first = Transfer.objects.filter(credit_account_id=merchant.payable_account_id).order_by("pk").first()
    if first is not None:
        return first.business_date
    contract = contract_on(merchant.pk, date.min)
    begins_on = contract.begins_on if contract else clock.today()
    return max([begins_on, *ledger.business_dates()[:1]])


def due_periods() -> list[tuple[Merchant, Period]]:
    """The merchants whose next period is over and closed, with the period."""
    found = ((merchant, next_period(merchant)) for merchant in Merchant.objects.order_by("code"))
    return [(merchant, period) for merchant, period in found if period is not None and period.is_closed]


def redrafted(statement: Statement) -> Draft:
    """The statement read from the ledger anew, by the terms that are kept with it."""
    period = drafting.Range(
        statement.merchant.payable_account_id, statement.first_day, statement.last_day, statement.after_id, statement.last_id
    )
    return drafting.draft_of(period, terms=drafting.read_terms(statement.terms), opening_fen=statement.opening_fen)


FIGURES = ("sales_fen", "reversals_fen", "corrections_fen", "fee_fen", "payable_fen", "due_fen", "closing_fen")


def verify(merchant_id: int | None = None) -> Iterator[tuple[Statement, list[Difference]]]:
    """Every statement, of one merchant or of all, and where it is not what the ledger and its terms say; oldest first."""
    statements = Statement.objects.select_related("merchant", "previous").order_by("merchant__code", "number")
    for statement in statements if merchant_id is None else statements.filter(merchant_id=merchant_id):
        yield statement, differences(statement)


def differences(statement: Statement) -> list[Difference]:
    """Where this statement is not what the ledger, its terms and the statement before say."""
    draft, last = redrafted(statement), statement.previous
    pairs = [
        ("opening_fen", statement.opening_fen, last.closing_fen if last else 0),
        ("after_id", statement.after_id, last.last_id if last else 0),
        ("last_id", statement.last_id, drafting.last_id_on(statement.last_day, after_id=statement.after_id)),
        *((name, getattr(statement, name), getattr(draft.figures, name)) for name in FIGURES),
        *_line_pairs(kept_lines(statement), draft.lines),
    ]
    return [Difference(str(statement), name, kept, found) for name, kept, found in pairs if kept != found]


def _line_pairs(kept: tuple[StatementLine, ...], found: tuple[StatementLine, ...]) -> list[tuple[str, object, object]]:
    missing, extra = set(found) - set(kept), set(kept) - set(found)
    return [
        *(("a line", None, line) for line in sorted(missing)),
        *(("a line", line, None) for line in sorted(extra)),
    ]


def kept_lines(statement: Statement) -> tuple[StatementLine, ...]:
    """The lines as they are kept, in order."""
    rows = Line.objects.filter(statement=statement)
    return tuple(
        sorted(
            StatementLine(row.day, row.source_id, row.meal, Part(row.part), row.rate_from, row.transfers, row.amount_fen)
            for row in rows
        )
    )


def lines_behind(statement: Statement, narrow: Narrowing, *, from_id: int = 0, limit: int = 200) -> list[SettledTransfer]:
    """The transfers behind a figure of the statement with ids after `from_id`, in order; at most `limit`."""
    terms = drafting.read_terms(statement.terms)
    arguments = {
        "account_id": statement.merchant.payable_account_id,
        "after_id": statement.after_id,
        "last_id": statement.last_id,
        "from_id": from_id,
        "zone": terms.zone,
        "slots": sql.int_array(rules.meal_slots(terms.meals)),
        "source_id": narrow.source_id,
        "day": narrow.day,
        "meal": None if narrow.meal is None else rules.meal_ordinal(terms.meals, narrow.meal),
        "limit": limit,
    }
    rows = sql.call(sql.text_of("settlement", "queries/transfers"), arguments)
    return [SettledTransfer(*row) for row in rows]


def source_names(lines: Iterable[StatementLine]) -> dict[int, str]:
    """The names of the lines' sources by id."""
    return dict(Source.objects.filter(pk__in={line.source_id for line in lines}).values_list("pk", "name"))
