"""The real canteen's till journal: the figures of issue 2, exactly. The data is not part of the repository."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from onecard.purchases.types import Outcome
from onecard.simulation.tests.journals import Standing, change_weight, names, run_import, standing
from onecard.terminals import queries as terminals

DATA = Path(__file__).parents[4] / "shared" / "data" / "munich_mensa"
BOOKS = Standing(
    payable={"red": 5_791_510, "yellow": 10_256_406},
    bank=21_143_000,
    purses=5_095_084,
    missing=(4_978, 4_275),
    seals=11,
    held=0,
    transfers=30_508 + 10_207,
)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real journal is not beside this repository (../shared/data/munich_mensa)")
def test_the_real_journal_comes_to_the_known_figures(tmp_path: Path, db: None) -> None:
    report = run_import(DATA)
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
