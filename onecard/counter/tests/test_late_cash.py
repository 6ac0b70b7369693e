"""The safe and its register, what is late and since when, and which alerts say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import translation

from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.counter import queries
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.confirm_handover import confirm_handover
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.put_into_safe import put_into_safe
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.actions.take_out_of_safe import take_out_of_safe
from onecard.counter.alerts import alerts_for
from onecard.counter.models import Handover
from onecard.counter.papers import HANDOVER_SLIP, SAFE_REGISTER
from onecard.counter.rules import fewest_pieces
from onecard.counter.tests.desk import FLOAT_FEN, PASSWORD, clerk_at, key, operator, shift_of
from onecard.counter.types import HandoverOutcome, Late
from onecard.kernel import clock
from onecard.papers.queries import paper_of
from onecard.workdays.actions.set_days import set_days
from tests.browsing import FAST
from tests.world import World, broken_invariants

FRIDAY_FOUR = datetime(2026, 9, 4, 8, 0, tzinfo=UTC)
"""16:00 on campus, the last working day of a week; cash is due after 24 hours of working time: Monday at 16:00."""
EVE_FOUR = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
"""16:00 on the day before the national holiday, 1 to 7 October."""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quick_passwords() -> object:
    with override_settings(PASSWORD_HASHERS=FAST):
        yield


@pytest.fixture
def clerk(world: World) -> Actor:
    return clerk_at("W1", "zhao")


def takings(world: World, clerk: Actor, *, at: datetime) -> int:
    """A deposit of 50.00 on a shift that a colleague closes; the hand-over's id."""
    second = operator("qian")
    with clock.at(at):
        take_deposit(clerk, world.people["lin"], amount_fen=5_000, request_key=key())
        count_drawer(clerk, shift_of(clerk).pk, pieces=fewest_pieces(FLOAT_FEN + 5_000))
        close_shift(second, shift_of(clerk).pk, kept_float_fen=FLOAT_FEN)
        return hand_over_cash(second).handover_id or 0


def late_at(moment: datetime) -> list[tuple[Late, int]]:
    with clock.at(moment):
        return [(one.where, one.amount_fen) for one in queries.late_cash()]


def store(actor: Actor, handover_id: int, *, witness: str = "zhao", password: str = PASSWORD, at: datetime) -> HandoverOutcome:
    with clock.at(at):
        return put_into_safe(actor, handover_id, bag_no="B7", seal_no="S9", witness=witness, witness_password=password).outcome


def test_a_weekend_does_not_count(world: World, clerk: Actor) -> None:
    handover_id = takings(world, clerk, at=FRIDAY_FOUR)
    monday_four = FRIDAY_FOUR + timedelta(days=3)
    assert late_at(monday_four) == []
    assert late_at(monday_four + HOUR) == [(Late.ON_THE_WAY, 5_000)]
    slip = paper_of(HANDOVER_SLIP, str(handover_id))
    assert slip is not None
    assert slip.content["head"]["due_at"] == monday_four.isoformat()
    with clock.at(monday_four + HOUR):
        confirm_handover(operator("sun", Post.FINANCE), handover_id, counted_fen=5_000)
    assert late_at(monday_four + HOUR) == []


def test_a_holiday_goes_through_the_safe_and_is_due_after_it(world: World, clerk: Actor) -> None:
    handover_id = takings(world, clerk, at=EVE_FOUR)
    assert store(Actor.of(Operator.objects.get(username="qian")), handover_id, at=EVE_FOUR + HOUR) is HandoverOutcome.DONE
    entry = paper_of(SAFE_REGISTER, f"{handover_id}/in")
    assert entry is not None
    said = entry.content["head"]
    assert (said["amount_fen"], said["bag_no"], said["witness"], said["safe_fen"]) == (5_000, "B7", "zhao", 5_000)
    assert said["next_workday"] == "2026-10-08"
    eighth_four = EVE_FOUR + timedelta(days=8)
    assert late_at(eighth_four) == []
    assert late_at(eighth_four + HOUR) == [(Late.IN_SAFE, 5_000)]
    with clock.at(eighth_four + HOUR):
        second = Actor.of(Operator.objects.get(username="qian"))
        assert take_out_of_safe(second, handover_id, seal_no="S8").outcome is HandoverOutcome.REFUSED_BAG
        assert take_out_of_safe(second, handover_id, seal_no="S9").outcome is HandoverOutcome.DONE
    left = paper_of(SAFE_REGISTER, f"{handover_id}/out")
    assert left is not None
    assert left.content["head"]["safe_fen"] == 0
    assert late_at(eighth_four + HOUR) == [(Late.ON_THE_WAY, 5_000)]
    assert broken_invariants() == {}


def test_the_campuss_own_holiday_moves_the_due_moment(world: World, clerk: Actor) -> None:
    takings(world, clerk, at=FRIDAY_FOUR)
    with clock.at(FRIDAY_FOUR):
        set_days(world.cast.clerk, date(2026, 9, 7), last=date(2026, 9, 7), is_workday=False, reason="anniversary")
    assert late_at(FRIDAY_FOUR + timedelta(days=4)) == []
    assert late_at(FRIDAY_FOUR + timedelta(days=4) + HOUR) == [(Late.ON_THE_WAY, 5_000)]


def test_a_shift_that_is_not_closed_and_cash_not_handed_over_are_late_too(world: World, clerk: Actor) -> None:
    with clock.at(FRIDAY_FOUR):
        take_deposit(clerk, world.people["lin"], amount_fen=5_000, request_key=key())
    wednesday_noon = datetime(2026, 9, 2, 4, 0, tzinfo=UTC)
    assert late_at(wednesday_noon) == [(Late.IN_DRAWER, 5_000)]
    with clock.at(FRIDAY_FOUR):
        count_drawer(clerk, shift_of(clerk).pk, pieces=fewest_pieces(FLOAT_FEN + 5_000))
        close_shift(operator("qian"), shift_of(clerk).pk, kept_float_fen=FLOAT_FEN)
    assert late_at(FRIDAY_FOUR + timedelta(days=3)) == []
    assert late_at(FRIDAY_FOUR + timedelta(days=3) + HOUR) == [(Late.CLOSED_OUT, 5_000)]


def test_a_witness_with_wrong_passwords_has_to_wait(world: World, clerk: Actor) -> None:
    handover_id = takings(world, clerk, at=FRIDAY_FOUR)
    second = Actor.of(Operator.objects.get(username="qian"))
    assert store(second, handover_id, witness="qian", at=FRIDAY_FOUR) is HandoverOutcome.REFUSED_SAME_PERSON
    found = [store(second, handover_id, password="guess", at=FRIDAY_FOUR) for _ in range(6)]
    assert found[0] is HandoverOutcome.REFUSED_WITNESS
    assert found[-1] is HandoverOutcome.REFUSED_WITNESS_WAITS
    assert store(second, handover_id, at=FRIDAY_FOUR) is HandoverOutcome.REFUSED_WITNESS_WAITS
    assert store(second, handover_id, witness="nobody", at=FRIDAY_FOUR) is HandoverOutcome.REFUSED_WITNESS
    assert store(second, handover_id, at=FRIDAY_FOUR + timedelta(hours=12)) is HandoverOutcome.DONE
    assert Handover.objects.get(pk=handover_id).witnessed_by == Operator.objects.get(username="zhao")


def test_alerts_in_words(world: World, clerk: Actor) -> None:
    takings(world, clerk, at=FRIDAY_FOUR)
    user = Operator.objects.get(username="zhao")
    with clock.at(FRIDAY_FOUR + timedelta(days=3) + HOUR / 2), translation.override("en"):
        [cash, nobody] = alerts_for(user)
    assert cash.text == "¥50.00 was due at finance on 09-07 16:00 and is not signed for"
    assert nobody.text == "A deposit window is open since 14:00 and no shift is."
    with clock.at(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)), translation.override("en"):
        assert [one.text for one in alerts_for(user)][-1] == "The holidays of 2027 are not entered."
    assert alerts_for(Operator.objects.create(username="nobody")) == []


@pytest.mark.parametrize(
    ("at", "since"),
    [
        ("2026-09-08T10:00+08:00", "08:30"),
        ("2026-09-08T12:00+08:00", None),
        ("2026-09-12T10:00+08:00", None),
        ("2026-10-01T10:00+08:00", None),
    ],
)
def test_a_window_without_a_clerk(world: World, at: str, since: str | None) -> None:
    with clock.at(datetime.fromisoformat(at)):
        found = queries.nobody_serves_since()
    assert (found and found.strftime("%H:%M")) == since


def test_a_window_with_a_clerk_is_served(world: World, clerk: Actor) -> None:
    with clock.at(datetime.fromisoformat("2026-09-08T10:00+08:00")):
        assert queries.nobody_serves_since() is None
