"""A small journal of the real one's shape, always: exact figures, repetition, conflicts, corrections."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onecard.access.types import Actor
from onecard.closing.actions.open_first_day import open_first_day
from onecard.closing.models import Seal
from onecard.simulation.import_journal import ImportRefused
from onecard.simulation.journal import Expected, write_journal
from onecard.simulation.tests.journals import change_weight, names, run_import, standing, wanted


@pytest.fixture
def expected(tmp_path: Path) -> Expected:
    return write_journal(tmp_path, seed=4)


def test_a_journal_comes_to_exactly_its_figures(tmp_path: Path, expected: Expected, db: None) -> None:
    report = run_import(tmp_path)
    assert names(report.outcomes) == {"BOOKED": expected.purchases}
    assert {code: part.amount_fen for code, part in report.by_merchant.items()} == dict(expected.by_merchant)
    assert {day: part.amount_fen for day, part in report.by_day.items()} == dict(expected.by_day)
    assert report.days_closed == expected.days
    assert report.funded_fen == expected.funded_fen
    assert standing() == wanted(expected)
    assert list(Seal.objects.order_by("pk").values_list("pk", flat=True)) == expected.days


def test_the_same_journal_again_changes_nothing(tmp_path: Path, expected: Expected, db: None) -> None:
    run_import(tmp_path)
    report = run_import(tmp_path)
    assert names(report.outcomes) == {"REPEATED": expected.purchases}
    assert (report.funding.posted, report.funding.repeated) == (0, len(expected.spent))
    assert report.days_closed == []
    assert report.total.amount_fen == expected.amount_fen
    assert standing() == wanted(expected)


@pytest.mark.parametrize("by_g", [1_500, -5])
def test_one_changed_amount_is_one_conflict_held_once(tmp_path: Path, expected: Expected, by_g: int, db: None) -> None:
    run_import(tmp_path)
    change_weight(tmp_path, by_g=by_g)
    for _ in range(2):
        assert names(run_import(tmp_path).outcomes) == {"REPEATED": expected.purchases - 1, "HELD_CONFLICT": 1}
    assert standing() == wanted(expected)._replace(held=1)


def test_a_corrected_journal_comes_to_the_same_figures(tmp_path: Path, expected: Expected, db: None) -> None:
    whole = (tmp_path / "dish_choices.csv").read_text(encoding="utf-8")
    lines = whole.splitlines(keepends=True)
    spoilt = [*lines[:9], lines[9].replace("2026-", "2026/"), *lines[10:-1], lines[-1][:30]]
    (tmp_path / "dish_choices.csv").write_text("".join(spoilt), encoding="utf-8")
    run_import(tmp_path)
    (tmp_path / "dish_choices.csv").write_text(whole, encoding="utf-8")
    report = run_import(tmp_path)
    assert report.outcomes.total() == expected.purchases
    assert set(names(report.outcomes)) <= {"BOOKED", "REPEATED"}
    late = standing()._replace(transfers=0)
    assert late == wanted(expected)._replace(transfers=0)


def test_a_journal_that_does_not_fit_the_open_day_is_refused(tmp_path: Path, expected: Expected, db: None) -> None:
    open_first_day(Actor.system("test"), date(2026, 12, 1))
    with pytest.raises(ImportRefused, match="installation of its own"):
        run_import(tmp_path)
    assert standing().transfers == 0
