"""The real canteen's journal through to the statements of its two merchants: the figures of issue 5, exactly."""

from __future__ import annotations

from datetime import date

import pytest

from onecard.access.types import Actor
from onecard.closing.actions.close_day import close_day
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.simulation.statements import settle_merchants
from onecard.simulation.tests.journals import run_import, standing
from onecard.simulation.tests.test_real_journal import DATA

MONTH = date(2022, 11, 30)
FIGURES = {"red": (5_791_510, 57_915, 5_733_595), "yellow": (10_256_406, 102_564, 10_153_842)}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real journal is not beside this repository (../shared/data/munich_mensa)")
def test_the_real_journal_comes_to_its_statements(db: None) -> None:
    run_import(DATA)
    open_day = ledger.business_date()
    close_day(Actor.system("test"), open_day, next_date=date(2022, 12, 1))
    found = {one.merchant.code: one for one in settle_merchants(fee_rate_bp=100, last_day=MONTH)}
    assert {code: (one.sales_fen, one.fee_fen, one.payable_fen) for code, one in found.items()} == FIGURES
    payable = {code: payable_fen for code, (_sales, _fee, payable_fen) in FIGURES.items()}
    books = standing()
    assert (books.payable, books.bank) == (dict.fromkeys(payable, 0), 21_143_000 - sum(payable.values()))
    assert ledger.balance_of(ledger.shared_account(Subject.MANAGEMENT_FEES)) == 57_915 + 102_564
