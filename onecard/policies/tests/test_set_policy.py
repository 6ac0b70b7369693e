from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from onecard.access.types import Actor, NotPermitted
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.policies import queries
from onecard.policies.actions.adopt_policies import adopt_policies
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.actions.withdraw_value import withdraw_value
from onecard.policies.catalogue import POLICIES
from onecard.policies.models import AdoptedPolicy, PolicyValue
from onecard.policies.types import PolicyOutcome

pytestmark = pytest.mark.django_db
FEE = "cards.replacement_fee_fen"
TODAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
CENTRE = Actor.system("centre")


@pytest.fixture(autouse=True)
def campus() -> Iterator[None]:
    with clock.at(NOON):
        adopt_policies()
        yield


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def set_fee(fen: int, *, on: date | None) -> PolicyOutcome:
    return set_policy(CENTRE, FEE, value=fen, effective_from=on.isoformat() if on else None, reason="because")


def fees(*days: int) -> list[int]:
    return [queries.fen(FEE, on=day(number)) for number in days]


def test_defaults_are_in_force_until_something_is_set() -> None:
    assert queries.values_of(POLICIES) == {name: policy.default for name, policy in POLICIES.items()}
    adopt_policies()
    assert AdoptedPolicy.objects.count() == len(POLICIES)


def test_a_value_is_in_force_from_its_day_until_the_next_begins() -> None:
    assert [set_fee(2_000, on=day(10)), set_fee(2_500, on=day(20)), set_fee(1_000, on=None)] == [PolicyOutcome.DONE] * 3
    assert fees(-1, 0, 9, 10, 19, 20, 900) == [1_500, 1_000, 1_000, 2_000, 2_000, 2_500, 2_500]
    assert queries.fen(FEE) == 1_000


def test_of_two_values_from_the_same_day_the_later_counts() -> None:
    set_fee(2_000, on=day(5))
    set_fee(3_000, on=day(5))
    assert fees(4, 5) == [1_500, 3_000]
    assert set_fee(3_000, on=day(5)) is PolicyOutcome.REPEATED
    assert set_fee(3_000, on=day(6)) is PolicyOutcome.REPEATED
    assert PolicyValue.objects.count() == 2


def test_a_past_day_keeps_its_value_whatever_is_set_later() -> None:
    set_fee(2_000, on=None)
    before = fees(-400, -1, 0)
    with clock.at(NOON + timedelta(days=30)):
        assert set_fee(9_000, on=day(29)) is PolicyOutcome.REFUSED_IN_THE_PAST
        assert set_fee(9_000, on=None) is PolicyOutcome.DONE
        [first, second] = PolicyValue.objects.order_by("pk")
        assert {withdraw_value(CENTRE, one.pk, reason="x") for one in (first, second)} == {PolicyOutcome.REFUSED_BEGUN}
        assert fees(-400, -1, 0) == before
        assert fees(29, 30) == [2_000, 9_000]


def test_a_release_with_another_default_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICIES, FEE, dataclasses.replace(POLICIES[FEE], default=9_999))
    adopt_policies()
    assert fees(-1, 0, 1) == [1_500] * 3


def test_a_policy_that_is_not_adopted_yet_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    new = dataclasses.replace(POLICIES[FEE], name="cards.new_fen", default=7)
    monkeypatch.setitem(POLICIES, "cards.new_fen", new)
    assert queries.fen("cards.new_fen") == 7


def test_a_future_value_is_withdrawn_once_and_stays_in_the_history() -> None:
    set_fee(2_000, on=day(10))
    value = PolicyValue.objects.get()
    assert withdraw_value(CENTRE, value.pk, reason="too dear") is PolicyOutcome.DONE
    assert withdraw_value(CENTRE, value.pk, reason="too dear") is PolicyOutcome.REPEATED
    assert withdraw_value(CENTRE, 10**9, reason="x") is PolicyOutcome.REFUSED_UNKNOWN
    assert fees(10) == [1_500]
    value.refresh_from_db()
    assert (value.withdrawn_on, value.withdrawn_by, value.withdrawal_reason) == (TODAY, "centre", "too dear")


def test_what_is_refused_is_recorded_and_keeps_nothing() -> None:
    assert set_policy(CENTRE, "cards.colour", value=1, effective_from=None, reason="x") is PolicyOutcome.REFUSED_UNKNOWN
    assert set_fee(-1, on=None) is PolicyOutcome.REFUSED_VALUE
    assert not PolicyValue.objects.exists()
    assert set(Event.objects.filter(action="policies.set_policy").values_list("outcome", flat=True)) == {
        "REFUSED_UNKNOWN",
        "REFUSED_VALUE",
    }


def test_an_outsider_is_refused_and_a_clerk_needs_approval() -> None:
    outsider = Actor(operator_id=None, name="outsider", permissions=frozenset())
    clerk = Actor(operator_id=None, name="clerk", permissions=frozenset({"policies.set_policy"}))
    for who, outcome in ((outsider, "NOT_PERMITTED"), (clerk, "NOT_APPROVED")):
        with pytest.raises(NotPermitted):
            set_policy(who, FEE, value=1, effective_from=None, reason="x")
        assert Event.objects.filter(action="policies.set_policy", outcome=outcome, actor_name=who.name).count() == 1
    assert fees(0) == [1_500]


def test_typed_reads() -> None:
    assert queries.span("cards.replacement_wait_hours") == timedelta(hours=24)
    assert queries.span("people.leaver_waiting_days") == timedelta(days=3)
    assert queries.days("people.leaver_waiting_days") == 3
    assert queries.years("people.dormant_years") == 2
    assert queries.count("cards.pin_tries") == 3
    assert queries.basis_points("settlement.fee_rate_bp") == 0
    assert queries.flag("counter.withdrawal_allowed") is True
    assert queries.choice("settlement.cycle") == "month"
    assert queries.time_of_day("closing.day_close_time") == time(0)
    assert queries.month_day("people.freshmen_closed_on") == (11, 30)
    assert [sorted(one.weekdays) for one in queries.windows("counter.deposit_windows")] == [[1, 2, 3, 4, 5]] * 2


def test_reading_in_the_wrong_unit_is_a_mistake_of_the_programmer() -> None:
    for read in (queries.fen, queries.days, queries.flag, queries.span):
        with pytest.raises(TypeError, match=r"cards\.pin_tries"):
            read("cards.pin_tries")
    with pytest.raises(KeyError):
        queries.fen("cards.colour_fen")


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1},
        {"effective_from": date(2030, 1, 1)},
        {"reason": "another"},
        {"withdrawn_on": TODAY},
    ],
)
def test_the_database_keeps_what_was_set(change: dict[str, object]) -> None:
    set_fee(2_000, on=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyValue.objects.update(withdrawn_by="x", withdrawal_reason="x", **change)
    for table in (PolicyValue.objects.all(), AdoptedPolicy.objects.filter(name="cards.pin_tries")):
        with pytest.raises(DatabaseError), transaction.atomic():
            table._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        AdoptedPolicy.objects.update(initial=F("initial"))


def test_the_database_refuses_a_value_from_yesterday_on() -> None:
    row = {"policy_id": FEE, "value": 1, "reason": "x", "set_on": TODAY, "set_at": NOON, "set_by": "x"}
    with pytest.raises(IntegrityError, match="value_never_begins_in_the_past"), transaction.atomic():
        PolicyValue.objects.create(**row, effective_from=day(-1))
    PolicyValue.objects.create(**{**row, "policy_id": "cards.colour"}, effective_from=TODAY)
    with pytest.raises(IntegrityError, match="policy_id"):
        connection.check_constraints()
    transaction.set_rollback(True)
