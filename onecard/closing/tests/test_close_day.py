"""closing.close_day: checks, seal, report, next day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onecard.access.types import NotPermitted
from onecard.audit.models import Event
from onecard.closing import queries
from onecard.closing.actions.close_day import close_day
from onecard.closing.actions.open_first_day import open_first_day
from onecard.closing.actions.rotate_seal_key import rotate_seal_key
from onecard.closing.models import DayReport, Seal, SealKey
from onecard.closing.tests.damage import as_owner
from onecard.closing.types import Check, CloseOutcome, OpenOutcome
from onecard.kernel import clock, sql
from onecard.kernel.invariants import run_all
from onecard.ledger import queries as ledger
from onecard.ledger.models import BusinessDay, Transfer
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests import world as cast
from tests.world import DAY, NOON, World

NEXT = DAY + timedelta(days=1)


def test_a_day_is_sealed_reported_and_followed_by_the_next(world: World) -> None:
    collect_purchases([world.record(seq) for seq in range(1, 4)])
    with clock.at(NOON):
        result = close_day(world.cast.clerk, DAY)
    seal = Seal.objects.get(pk=DAY)
    assert (result.outcome, result.next_day, result.report_no) == (CloseOutcome.DONE, NEXT, "D-20260901-001")
    assert (seal.transfers, seal.root) == (Transfer.objects.count(), result.root)
    assert ledger.open_day() == NEXT
    assert DayReport.objects.get(pk=result.report_no).made_at == NOON
    assert queries.verify().findings == ()
    assert run_all() == []
    assert Event.objects.filter(action="closing.close_day", subject=DAY.isoformat(), outcome="DONE").exists()


def test_days_follow_one_another_also_without_transfers(world: World) -> None:
    days = [DAY, NEXT, NEXT + timedelta(days=3)]
    outcomes = [
        close_day(world.cast.clerk, day, next_date=following).outcome
        for day, following in zip(days, [*days[1:], date(2026, 9, 9)], strict=True)
    ]
    first, second, third = Seal.objects.order_by("business_date")
    assert outcomes == [CloseOutcome.DONE] * 3
    assert (second.transfers, second.first_id) == (0, None)
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert queries.verify().days == queries.seal_count() == 3
    assert queries.verify().is_sound
    assert queries.verify(NEXT).days == 1


@pytest.mark.parametrize(
    ("day", "next_date", "outcome"),
    [
        (NEXT, None, CloseOutcome.REFUSED_NOT_OPEN),
        (DAY, DAY, CloseOutcome.REFUSED_NEXT_DATE),
        (DAY, DAY - timedelta(days=1), CloseOutcome.REFUSED_NEXT_DATE),
    ],
)
def test_impossible_closes_are_refused(world: World, day: date, next_date: date | None, outcome: CloseOutcome) -> None:
    assert close_day(world.cast.clerk, day, next_date=next_date).outcome is outcome
    assert (Seal.objects.count(), ledger.open_day()) == (0, DAY)


def test_a_day_closes_once(world: World) -> None:
    close_day(world.cast.clerk, DAY)
    assert close_day(world.cast.clerk, DAY).outcome is CloseOutcome.REPEATED
    assert (Seal.objects.count(), ledger.open_day()) == (1, NEXT)


def test_only_who_may_close_closes(world: World) -> None:
    with pytest.raises(NotPermitted):
        close_day(world.cast.outsider, DAY)
    with pytest.raises(NotPermitted):
        open_first_day(world.cast.outsider, DAY)


def test_the_first_day_opens_once(world: World) -> None:
    assert open_first_day(world.cast.clerk, DAY) is OpenOutcome.REFUSED_DAY_EXISTS


def test_every_reported_purse_total_is_its_roll_forward(world: World) -> None:
    collect_purchases([world.record(1, amount_fen=1_234)])
    close_day(world.cast.clerk, DAY)
    purses = DayReport.objects.get(business_date=DAY).figures["purses"]
    moved = sum(line["entered_fen"] - line["left_fen"] for line in purses["movements"])
    assert purses["opening_fen"] + moved == purses["closing_fen"] == 78_500 - 1_234


def test_a_rotated_key_leaves_old_seals_verifiable(own_database: str) -> None:
    world = cast.build()
    close_day(world.cast.clerk, DAY)
    rotate_seal_key(world.cast.clerk, "yearly change")
    close_day(world.cast.clerk, NEXT)
    assert len({seal.key_id for seal in Seal.objects.all()}) == SealKey.objects.count() == 2
    assert queries.verify().is_sound


DAMAGES = {
    Check.TRIAL_BALANCE_IS_ZERO: "update ledger_account set balance_fen = balance_fen + 1 where id = {lin}",
    Check.BALANCES_FOLLOW_TRANSFERS: (
        "update ledger_account set balance_fen = balance_fen + case id when {lin} then 1 else -1 end where id in ({lin}, {wang})"
    ),
    Check.DAY_IS_WHOLE: (
        "update ledger_transfer set business_date = '2026-08-31' where id = (select min(id) from ledger_transfer)"
    ),
    Check.PURSES_EQUAL_PAYABLE: (
        "update ledger_account set balance_fen = balance_fen + 1 where id = {lin};"
        "update ledger_account set balance_fen = balance_fen + 1 where id = {bank}"
    ),
}


@pytest.mark.parametrize("check", DAMAGES)
def test_a_failing_check_names_the_rows_and_changes_nothing(own_database: str, check: Check) -> None:
    world = cast.build()
    as_owner(DAMAGES[check].format(lin=world.cash["lin"], wang=world.cash["wang"], bank=world.bank))
    result = close_day(world.cast.clerk, DAY)
    assert result.outcome is CloseOutcome.CHECK_FAILED
    assert check in {failure.check for failure in result.failures}
    assert all(failure.rows and failure.check.name in str(failure) for failure in result.failures)
    assert (Seal.objects.count(), DayReport.objects.count(), BusinessDay.objects.count()) == (0, 0, 1)


def test_a_close_that_failed_can_be_run_again(own_database: str) -> None:
    world = cast.build()
    as_owner(f"update ledger_account set balance_fen = balance_fen + 1 where id = {world.cash['lin']}")
    assert close_day(world.cast.clerk, DAY).outcome is CloseOutcome.CHECK_FAILED
    as_owner(f"update ledger_account set balance_fen = balance_fen - 1 where id = {world.cash['lin']}")
    assert close_day(world.cast.clerk, DAY).outcome is CloseOutcome.DONE
    assert run_all() == []


def test_the_application_cannot_touch_what_is_sealed(world: World) -> None:
    close_day(world.cast.clerk, DAY)
    for table in ("closing_seal", "closing_dayreport", "closing_sealkey"):
        found = sql.call(
            "select has_table_privilege(current_user, %t, 'update') or has_table_privilege(current_user, %t, 'delete')"
            " or has_table_privilege(current_user, %t, 'truncate')",
            [table] * 3,
        )
        assert found == [(False,)]
