"""The twin: a seeded campus with faults drives the system, and its books equal the true ones to the fen."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.closing.types import CloseOutcome
from onecard.counter.models import Handover, Shift, Slip
from onecard.counter.queries import late_cash
from onecard.funding.models import BankLine, SubsidyBatch
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.settlement.models import Statement
from onecard.settlement.types import StatementState
from onecard.simulation import demo
from onecard.simulation.campus import build_campus
from onecard.simulation.compare import differences
from onecard.simulation.day import DEPOSITS_A_DAY
from onecard.simulation.demo import DemoRefused, ensure_logins, run_demo
from onecard.simulation.run import DayResult, Run, open_campus
from onecard.simulation.statements import DAILY, settle_demo
from onecard.simulation.tests.journals import standing
from tests.world import World

FIRST_DAY = date(2026, 9, 1)
ANOTHER = None
"""A new seed each time, unless ONECARD_SEED names one."""


def _quiet(step: str, done: int, total: int) -> None:
    pass


def _simulated(*, seed: int, days: int, people: int = 150, faults: bool = True) -> tuple[Run, list[DayResult]]:
    campus = build_campus(seed=seed, first_day=FIRST_DAY, people=people, merchants=5, terminals=12)
    run = Run(campus, actor=Actor.system("test"), faults=faults, progress=_quiet)
    open_campus(run)
    coming = [FIRST_DAY + timedelta(days=at) for at in range(days)]
    return run, [run.run_day(day, next_day=day + timedelta(days=1)) for day in coming]


@pytest.mark.parametrize("given", [1, 2, ANOTHER])
def test_books_equal_the_true_ones(given: int | None, db: None) -> None:
    seed = given or int(os.environ.get("ONECARD_SEED") or secrets.randbelow(1_000_000))
    _, results = _simulated(seed=seed, days=3)
    assert [result.differences for result in results] == [[], [], []], f"ONECARD_SEED={seed}"
    assert all(result.closing and result.closing.outcome is CloseOutcome.DONE for result in results)
    assert standing().seals == 3


def test_the_faults_happen(db: None) -> None:
    _, results = _simulated(seed=11, days=3, people=400)
    outcomes = sum((result.outcomes for result in results), Counter())
    for name in (
        *("APPROVED", "BOOKED", "BOOKED_FLAGGED", "REPEATED", "HELD_BAD_MAC", "HELD_INVALID", "DECLINED_PIN_WRONG"),
        *("REVERSED", "NOTHING_BOOKED", "REFUSED_CONFLICT", "REFUSED_TOO_LATE"),
    ):
        assert outcomes[name] > 0, name


def test_without_faults_nothing_is_held_or_missing(db: None) -> None:
    _, results = _simulated(seed=3, days=2, faults=False)
    assert [result.differences for result in results] == [[], []]
    assert (standing().held, standing().missing) == (0, (0, 0))


def test_a_wrong_fen_is_found(db: None) -> None:
    run, _ = _simulated(seed=3, days=1, people=20)
    run.books.cash[run.campus.holders[0].person_no] += 1
    run.books.held.clear()
    assert any(run.campus.holders[0].person_no in difference for difference in differences(run.books))


def test_the_same_seed_is_the_same_campus() -> None:
    assert build_campus(seed=5, first_day=FIRST_DAY) == build_campus(seed=5, first_day=FIRST_DAY)


def test_the_demo_leaves_today_open_and_goes_on_tomorrow(db: None) -> None:
    results = run_demo(days=2, today=FIRST_DAY, progress=_quiet)
    assert [result.differences for result in results] == [[], []]
    assert (ledger.open_day(), standing().seals) == (FIRST_DAY, 1)
    found = set(BankLine.objects.filter(file__day=FIRST_DAY).values_list("finding", flat=True))
    assert found == {"equal", "differs", "not_booked", "waiting"}
    assert set(SubsidyBatch.objects.values_list("state", flat=True)) == {"granted", "checked"}
    before = standing()
    assert run_demo(days=2, today=FIRST_DAY, progress=_quiet) == []
    assert standing() == before
    later = run_demo(days=2, today=FIRST_DAY + timedelta(days=9), progress=_quiet)
    assert [result.differences for result in later] == [[], [], []]
    assert ledger.open_day() == FIRST_DAY + timedelta(days=9)
    assert [shift.state for shift in Shift.objects.order_by("pk")] == ["closed"] * 3 + ["open"]
    assert {one.state for one in Handover.objects.all()} == {"received"}
    assert Slip.objects.count() == 4 * DEPOSITS_A_DAY
    with clock.at(datetime(2026, 9, 10, 12, 0, tzinfo=UTC)):
        assert late_cash() == []


def test_the_demo_settles_merchants_and_its_books_stay_the_true_ones(db: None) -> None:
    run_demo(days=2, today=FIRST_DAY, progress=_quiet)
    settle_demo()
    states = dict(Statement.objects.filter(merchant__code__in=DAILY).values_list("merchant__code", "state"))
    assert states == {"M01": StatementState.PAID, "M02": StatementState.APPROVED, "M03": StatementState.CHECKED}
    before = standing()
    settle_demo()
    assert standing() == before
    later = run_demo(days=2, today=FIRST_DAY + timedelta(days=1), progress=_quiet)
    assert [result.differences for result in later] == [[]] * len(later)
    settle_demo()
    assert Statement.objects.filter(merchant__code="M01", state=StatementState.PAID).count() == 2


def test_the_demo_refuses_other_books(world: World) -> None:
    with pytest.raises(DemoRefused, match="ONECARD_VAR"):
        run_demo(days=1, today=FIRST_DAY, progress=_quiet)


def test_logins_are_made_once_and_readable_by_the_owner_alone(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "var_folder", lambda: tmp_path)
    first = ensure_logins()
    assert ensure_logins() == first
    assert demo.logins_file().stat().st_mode & 0o777 == 0o600
    director = Operator.objects.get(username="director")
    assert director.check_password({one.username: one.password for one in first}["director"])
    assert director.posts() == {Post.DIRECTOR}
