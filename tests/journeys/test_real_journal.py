"""The real canteen's till journal: the figures of issue 2, then its two merchants' statements and its month, those of issue 5.

The data is not part of the repository. One import serves all: each test's changes are rolled back.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker
from typer.testing import CliRunner

from onecard.access.types import Actor
from onecard.cli import day as day_commands
from onecard.cli import month as month_commands
from onecard.cli import settlement as settlement_commands
from onecard.kernel.invariants import run_all
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.months.actions.reconcile_difference import reconcile_difference
from onecard.months.models import MonthClose
from onecard.months.types import ReconciliationOutcome
from onecard.papers.models import Paper
from onecard.purchases.types import Outcome
from onecard.settlement.models import Statement
from onecard.simulation.import_journal import JournalReport
from onecard.simulation.statements import settle_merchants
from onecard.simulation.tests.journals import Standing, change_weight, names, run_import, standing
from onecard.terminals import queries as terminals
from tests import databases

DATA = Path(__file__).parents[3] / "shared" / "data" / "munich_mensa"
BOOKS = Standing(
    payable={"red": 5_791_510, "yellow": 10_256_406},
    bank=21_143_000,
    purses=5_095_084,
    missing=(4_978, 4_275),
    seals=11,
    held=0,
    transfers=30_508 + 10_207,
)
FIGURES = {"red": (5_791_510, 57_915, 5_733_595), "yellow": (10_256_406, 102_564, 10_153_842)}
"""Sales, fee of 100 basis points and payable, in fen."""
PURSES_YUAN = "50950.84"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real journal is not beside this repository (../shared/data/munich_mensa)"),
]


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[JournalReport]:
    """The journal, imported once into a database of this module's own."""
    name = f"journal_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        databases.copy_template(name)
        with databases.pointed_at(name):
            yield run_import(DATA)
        with databases.server_connection() as server:
            databases.drop(name, server=server)


@pytest.fixture(autouse=True)
def rolled_back(report: JournalReport, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a test changes is gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def run(app: typer.Typer, *words: str, code: int = 0) -> str:
    """What the command printed, in one line."""
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def test_the_real_journal_comes_to_the_known_figures(report: JournalReport, tmp_path: Path) -> None:
    assert names(report.outcomes) == {"BOOKED": 30_508}
    assert (report.total.purchases, report.total.amount_fen) == (30_508, 16_047_916)
    parts = {code: (part.purchases, part.amount_fen) for code, part in report.by_merchant.items()}
    assert parts == {"red": (10_856, 5_791_510), "yellow": (19_652, 10_256_406)}
    fullest = report.by_day[date(2022, 11, 8)]
    assert (fullest.purchases, fullest.amount_fen) == (3_311, 1_622_607)
    assert (report.funding.posted, report.funded_fen) == (10_207, 21_143_000)
    assert len(report.days_closed) == 11
    before_first = [gap for gap in terminals.gaps(limit=10_000) if gap.first_seq == 1]
    assert (sum(gap.count for gap in before_first), len(before_first)) == (62, 51)
    assert standing() == BOOKS

    assert names(run_import(DATA).outcomes) == {"REPEATED": 30_508}
    assert standing() == BOOKS

    for file in ("dish_choices.csv", "receipts.csv"):
        shutil.copyfile(DATA / file, tmp_path / file)
    change_weight(tmp_path, by_g=3)
    assert names(run_import(tmp_path).outcomes) == {"REPEATED": 30_507, Outcome.HELD_CONFLICT.name: 1}
    assert standing() == BOOKS._replace(held=1)


def end_november() -> None:
    """Turn to December, enter the contracts and build the statements, as somebody at the command line does."""
    run(day_commands.app, "close", "--next", "2022-12-01")
    for code in FIGURES:
        run(settlement_commands.app, "contract", code, f"{code}-2022", "--begins", "2022-11-01", "--rate-bp", "100")
    run(settlement_commands.app, "build")


def test_its_merchants_statements_come_to_the_known_figures_and_are_paid() -> None:
    end_november()
    found = {one.merchant.code: one for one in Statement.objects.select_related("merchant")}
    assert {code: (one.sales_fen, one.fee_fen, one.payable_fen) for code, one in found.items()} == FIGURES
    assert run(settlement_commands.app, "verify") == "2 statements are what the ledger says."

    settle_merchants(fee_rate_bp=100, last_day=date(2022, 11, 30))
    paid_fen = sum(payable_fen for _sales, _fee, payable_fen in FIGURES.values())
    books = standing()
    assert (books.payable, books.bank) == (dict.fromkeys(FIGURES, 0), 21_143_000 - paid_fen)
    assert ledger.balance_of(ledger.shared_account(Subject.MANAGEMENT_FEES)) == 57_915 + 102_564
    assert run(settlement_commands.app, "verify") == "2 statements are what the ledger says."


@pytest.mark.parametrize(("figure", "difference"), [("50950.83", "0.01"), ("50950.85", "-0.01")])
def test_its_month_is_refused_a_fen_off_and_closes_when_finance_agrees(figure: str, difference: str) -> None:
    end_november()
    run(month_commands.app, "figure", figure, "2022-11")
    said = run(month_commands.app, "close", "2022-11", code=1)
    assert f"balance 50,950.84, finance's {figure[:2]},{figure[2:]}, difference {difference}" in said
    assert "nothing changed" in said
    assert not MonthClose.objects.exists()

    run(month_commands.app, "figure", PURSES_YUAN, "2022-11")
    assert "2022-11 is closed: report YJ-2022-000001" in run(month_commands.app, "close", "2022-11")
    deposits = Paper.objects.get(kind="months.deposits").content["tables"]
    assert [(one["channel"], one["net_fen"]) for one in deposits["deposits"]] == [("BANK_CLEARING", 21_143_000)]
    assert [one["amount_fen"] for one in deposits["income"]] == [16_047_916], "both merchants, in no unit"
    assert run_all() == []


def test_its_month_closes_when_both_sides_itemise_the_difference() -> None:
    end_november()
    run(month_commands.app, "figure", "50900.84", "2022-11")
    items = [
        {"amount_fen": 6_000, "reason": "a card's transfer of the 18th, at finance on the 1st"},
        {"amount_fen": -1_000, "reason": "a transfer that finance booked twice"},
    ]
    outcome = reconcile_difference(Actor.system("both"), "2022-11", books_fen=5_095_084, finance_fen=5_090_084, items=items)
    assert outcome is ReconciliationOutcome.DONE
    assert "2022-11 is closed" in run(month_commands.app, "close", "2022-11")
    closed = MonthClose.objects.get()
    assert (closed.books_fen, closed.finance_fen, closed.difference_fen) == (5_095_084, 5_090_084, 5_000)
    assert closed.reconciliation is not None
    assert [line.amount_fen for line in closed.reconciliation.items.order_by("position")] == [6_000, -1_000]
