"""months.close_month: balances compared, papers issued, nothing of the month changes any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from onecard.access.types import NotPermitted
from onecard.audit.models import Event
from onecard.closing.tests.damage import as_owner
from onecard.kernel import clock, sql
from onecard.kernel.invariants import run_all
from onecard.ledger import queries as ledger
from onecard.months import queries
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.actions.reconcile_difference import reconcile_difference
from onecard.months.models import FinanceFigure, MonthClose, Reconciliation
from onecard.months.types import Check, FigureOutcome, MonthOutcome, ReconciliationOutcome
from onecard.papers.models import Paper
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.types import PolicyOutcome
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from tests import world as cast
from tests.world import DAY, NOON, World, close_day

SEPTEMBER = date(2026, 9, 1)
OCTOBER = date(2026, 10, 1)
BOOKS_FEN = 78_500
"""What the cast's purses hold at first."""


def end_september(world: World, *, next_date: date = OCTOBER) -> int:
    """Let Lin spend, end the month's one business day, and say what the purses hold."""
    collect_purchases([world.record(1, amount_fen=1_234), world.record(1, terminal="shop", who="wang", amount_fen=500)])
    close_day(world, DAY, next_date=next_date)
    return BOOKS_FEN - 1_734


def give(world: World, fen: int, *, month: date = SEPTEMBER) -> FigureOutcome:
    return give_finance_figure(world.cast.clerk, month, payable_fen=fen)


def test_a_month_that_agrees_closes_with_its_papers(world: World) -> None:
    books_fen = end_september(world)
    assert give(world, books_fen) is FigureOutcome.DONE
    with clock.at(NOON):
        result = close_month(world.cast.clerk, SEPTEMBER)
    assert result.outcome is MonthOutcome.DONE
    closed = MonthClose.objects.get(pk=SEPTEMBER)
    assert (closed.first_day, closed.last_day, closed.business_days) == (DAY, date(2026, 9, 30), 1)
    assert (closed.opening_fen, closed.in_fen, closed.out_fen) == (0, BOOKS_FEN, 1_734)
    assert (closed.books_fen, closed.finance_fen, closed.reconciliation) == (books_fen, books_fen, None)
    assert (closed.report_no, closed.deposits_no) == ("YJ-2026-000001", "SR-2026-000001")
    assert Event.objects.filter(action="months.close_month", subject="2026-09", outcome="DONE").exists()
    assert run_all() == []


def test_the_papers_say_what_moved(world: World) -> None:
    give(world, end_september(world))
    close_month(world.cast.clerk, SEPTEMBER)
    deposits = Paper.objects.get(kind="months.deposits").content["tables"]
    assert [(one["channel"], one["source"], one["net_fen"]) for one in deposits["deposits"]] == [
        ("BANK_CLEARING", "cast", 75_000),
        ("SUBSIDY_RECEIVABLE", "cast", 3_500),
    ]
    assert [(one["code"], one["amount_fen"]) for one in deposits["income"]] == [("", 1_734)]
    report = Paper.objects.get(kind="months.report").content
    assert report["head"]["books_fen"] == sum(one["closing_fen"] for one in report["tables"]["purses"])
    assert report["head"]["difference_fen"] == 0
    assert sum(one["in_fen"] - one["out_fen"] for one in report["tables"]["moves"]) == report["head"]["books_fen"]


@pytest.mark.parametrize("off_by_fen", [1, -1])
def test_one_fen_off_is_refused_and_says_which(world: World, off_by_fen: int) -> None:
    books_fen = end_september(world)
    give(world, books_fen - off_by_fen)
    result = close_month(world.cast.clerk, SEPTEMBER)
    assert (result.outcome, result.difference_fen) == (MonthOutcome.REFUSED_DIFFERENCE, off_by_fen)
    assert (result.books_fen, result.finance_fen) == (books_fen, books_fen - off_by_fen)
    assert (MonthClose.objects.count(), Paper.objects.filter(kind__startswith="months.").count()) == (0, 0)


def test_a_difference_that_is_explained_closes(world: World) -> None:
    books_fen = end_september(world)
    give(world, books_fen - 300)
    items = [
        {"amount_fen": 500, "reason": "bank line of the 30th, at finance on the 1st", "reference": "B-0930-7"},
        {"amount_fen": -200, "reason": "booked twice by finance"},
    ]
    outcome = reconcile_difference(world.cast.clerk, "2026-09", books_fen=books_fen, finance_fen=books_fen - 300, items=items)
    assert outcome is ReconciliationOutcome.DONE
    assert close_month(world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.DONE
    closed = MonthClose.objects.get()
    assert closed.reconciliation is not None
    assert closed.reconciliation.paper_no == "TJ-2026-000001"
    assert [line.amount_fen for line in closed.reconciliation.items.order_by("position")] == [500, -200]
    assert run_all() == []


def test_a_reconciliation_counts_for_its_balances_alone(world: World) -> None:
    books_fen = end_september(world)
    give(world, books_fen - 300)
    said: dict[str, Any] = {
        "books_fen": books_fen,
        "finance_fen": books_fen - 300,
        "items": [{"amount_fen": 300, "reason": "under way"}],
    }
    assert reconcile_difference(world.cast.clerk, "2026-09", **said) is ReconciliationOutcome.DONE
    assert reconcile_difference(world.cast.clerk, "2026-09", **said) is ReconciliationOutcome.REPEATED
    give(world, books_fen - 301)
    assert close_month(world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.REFUSED_DIFFERENCE
    assert reconcile_difference(world.cast.clerk, "2026-09", **said) is ReconciliationOutcome.REFUSED_BALANCES


def test_refusals_in_their_order(world: World) -> None:
    clerk = world.cast.clerk
    assert close_month(clerk, date(2026, 8, 1)).outcome is MonthOutcome.REFUSED_NO_SUCH_MONTH
    waiting = close_month(clerk, OCTOBER)
    assert (waiting.outcome, waiting.waits_for) == (MonthOutcome.REFUSED_EARLIER_MONTH, "2026-09")
    open_still = close_month(clerk, SEPTEMBER)
    assert (open_still.outcome, open_still.waits_for) == (MonthOutcome.REFUSED_NOT_OVER, DAY.isoformat())
    end_september(world)
    assert close_month(clerk, SEPTEMBER).outcome is MonthOutcome.REFUSED_NO_FIGURE
    assert give(world, 1, month=date(2026, 8, 1)) is FigureOutcome.REFUSED_NO_SUCH_MONTH


def test_a_month_closes_once(world: World) -> None:
    give(world, end_september(world))
    close_month(world.cast.clerk, SEPTEMBER)
    assert close_month(world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.REPEATED
    assert give(world, 1) is FigureOutcome.REFUSED_CLOSED
    said: dict[str, Any] = {"books_fen": 2, "finance_fen": 1, "items": [{"amount_fen": 1, "reason": "late"}]}
    assert reconcile_difference(world.cast.clerk, "2026-09", **said) is ReconciliationOutcome.REFUSED_CLOSED
    assert (MonthClose.objects.count(), FinanceFigure.objects.count(), Reconciliation.objects.count()) == (1, 1, 0)


def test_only_who_may_closes_and_gives_figures(world: World) -> None:
    with pytest.raises(NotPermitted):
        close_month(world.cast.outsider, SEPTEMBER)
    with pytest.raises(NotPermitted):
        give_finance_figure(world.cast.outsider, SEPTEMBER, payable_fen=1)


def test_months_follow_one_another(world: World) -> None:
    """A business day left open over a holiday belongs to its month whole; a month without a business day closes too."""
    books_fen = end_september(world, next_date=date(2026, 9, 30))
    late = world.record(2, amount_fen=300, occurred_at=NOON + timedelta(days=40))
    with clock.at(NOON + timedelta(days=40)):
        collect_purchases([late])
        close_day(world, date(2026, 9, 30), next_date=date(2026, 12, 1))
        for month, fen in ((SEPTEMBER, books_fen - 300), (OCTOBER, books_fen - 300), (date(2026, 11, 1), books_fen - 300)):
            give(world, fen, month=month)
            assert close_month(world.cast.clerk, month).outcome is MonthOutcome.DONE
    september, october, november = MonthClose.objects.order_by("month")
    assert (september.out_fen, september.business_days) == (1_734 + 300, 2)
    assert (october.opening_fen, october.transfers, november.business_days) == (september.books_fen, 0, 0)
    assert run_all() == []


def test_a_reversal_in_the_next_month_is_of_the_next_month(world: World) -> None:
    authorise_purchases([world.record(1, amount_fen=900)], received_at=NOON)
    close_day(world, DAY, next_date=OCTOBER)
    give(world, BOOKS_FEN - 900)
    assert close_month(world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.DONE
    reverse_purchases([world.record(1, amount_fen=900)], received_at=NOON + timedelta(hours=1))
    close_day(world, OCTOBER, next_date=date(2026, 11, 1))
    give(world, BOOKS_FEN, month=OCTOBER)
    assert close_month(world.cast.clerk, OCTOBER).outcome is MonthOutcome.DONE
    october = queries.figures_of(queries.span_of(OCTOBER))
    assert [(one.reversals, one.amount_fen) for one in october.income] == [(1, -900)]


def test_the_cutoff_of_a_month_is_the_policy_of_its_first_day(world: World) -> None:
    with clock.at(NOON - timedelta(days=5)):
        said: dict[str, Any] = {"value": 25, "effective_from": "2026-10-01", "reason": "finance closes on the 25th"}
        assert set_policy(world.cast.clerk, "closing.month_cutoff_day", **said) is PolicyOutcome.DONE
    september, october, november = (queries.span_of(month) for month in (SEPTEMBER, OCTOBER, date(2026, 11, 1)))
    assert (september.first_day, september.last_day) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (october.first_day, october.last_day) == (date(2026, 10, 1), date(2026, 10, 25))
    assert (november.first_day, november.last_day) == (date(2026, 10, 26), date(2026, 11, 25))
    assert [str(queries.month_of(day)) for day in (date(2026, 10, 25), date(2026, 10, 26))] == ["2026-10", "2026-11"]


CHANGES = {
    "reopen": "update ledger_businessday set state = 'open', closed_at = null where date = '2026-09-01'",
    "delete": "delete from ledger_businessday where date = '2026-09-01'",
    "new day": "insert into ledger_businessday (date, state, opened_at, closed_at) values ('2026-09-15', 'closed', now(), now())",
    "post": (
        "select ledger_book_v1('2026-09-01', array[1::bigint], array[99::bigint], array[1::smallint], array[2::smallint],"
        " array[1099511627777], array[1::bigint], array[1::bigint], array[now()], now())"
    ),
    "figure": "insert into months_financefigure (month, payable_fen, file_name, file_digest, lines, given_by, given_at)"
    " values ('2026-09-01', 1, '', '', 0, 'x', now())",
    "reconcile": (
        "insert into months_reconciliation (month, books_fen, finance_fen, difference_fen, paper_no, signed_by, signed_at)"
        " values ('2026-09-01', 2, 1, 1, 'x', 'x', now())"
    ),
    "close": "update months_monthclose set finance_fen = 0",
    "unclose": "delete from months_monthclose",
    "empty": "truncate months_monthclose",
    "sums": "update rollups_movement set amount_fen = 1",
    "gap": "insert into months_monthclose select '2026-12-01', '2026-12-01', '2026-12-31', 0, 0, 1, 0, 0, 1, 1, '[]', '', '',"
    " now(), 'x', 1, null",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_closed_month_refuses_every_change_whoever_asks(own_world: World, change: str) -> None:
    """The owner of the database is refused as well, by triggers and by the posting function."""
    give(own_world, end_september(own_world))
    assert close_month(own_world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.DONE
    refused = pytest.raises(DatabaseError, match=r"closed|append-only|not open|does not follow")
    with refused, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(CHANGES[change])
    connections["owner"].close()


def test_the_application_cannot_write_sums_or_change_closed_months(world: World) -> None:
    for table, may_add in (("rollups_movement", False), ("rollups_takings", False), ("months_monthclose", True)):
        privileges = ("update", "delete", "truncate") if may_add else ("insert", "update", "delete", "truncate")
        for privilege in privileges:
            assert sql.call("select has_table_privilege(current_user, %t, %t)", [table, privilege]) == [(False,)]


def test_late_records_come_in_the_open_month_with_their_own_time(world: World) -> None:
    give(world, end_september(world))
    close_month(world.cast.clerk, SEPTEMBER)
    collect_purchases([world.record(9, amount_fen=111)])
    assert ledger.open_day() == OCTOBER
    assert queries.figures_of(queries.span_of(OCTOBER)).out_fen == 111


FIRST_BALANCE = "where id = (select min(id) from ledger_daybalance)"
DAMAGES = {
    Check.DAYS_ARE_AS_SEALED: (
        "update ledger_transfer set amount_fen = amount_fen + 1 where id = (select min(id) from ledger_transfer)"
    ),
    Check.TURNOVER_FOLLOWS_BALANCES: f"update ledger_daybalance set debits_fen = debits_fen + 1 {FIRST_BALANCE}",
    Check.PURSES_ROLL_FORWARD: f"update ledger_daybalance set balance_fen = balance_fen + 1 {FIRST_BALANCE}",
}


@pytest.mark.parametrize("check", DAMAGES)
def test_a_failing_check_names_the_rows_and_changes_nothing(own_database: str, check: Check) -> None:
    world = cast.build()
    give(world, end_september(world))
    as_owner(DAMAGES[check])
    result = close_month(world.cast.clerk, SEPTEMBER)
    assert result.outcome is MonthOutcome.REFUSED_CHECK
    assert [failure.check for failure in result.failures] == [check]
    assert all(failure.rows and check.name in str(failure) for failure in result.failures)
    assert MonthClose.objects.count() == 0
