"""Contracts, dated rates, bank accounts and who acts for a merchant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator
from onecard.access.types import Actor, NotPermitted, Post
from onecard.merchants.actions.adopt_bank_account import adopt_bank_account
from onecard.merchants.actions.disable_staff import disable_staff
from onecard.merchants.actions.end_contract import end_contract
from onecard.merchants.actions.enter_bank_account import enter_bank_account
from onecard.merchants.actions.invite_staff import MOST_STAFF, invite_staff
from onecard.merchants.actions.name_staff import name_staff
from onecard.merchants.actions.note_settled import note_settled
from onecard.merchants.actions.place_in_unit import place_in_unit
from onecard.merchants.actions.register_income_unit import register_income_unit
from onecard.merchants.actions.reveal_bank_account import reveal_bank_account
from onecard.merchants.actions.set_rate import set_rate
from onecard.merchants.actions.sign_contract import sign_contract
from onecard.merchants.models import BankAccount, Contract, Merchant, MerchantStaff, Rate
from onecard.merchants.queries import account_in_force, contract_on, rates_of
from onecard.merchants.types import ContractOutcome, MerchantOutcome, RateLine, StaffOutcome
from tests.world import NOON, World

CHIEF = Actor.system("chief")
SAYS, STAFF = ContractOutcome, StaffOutcome
PASSWORD = "Correct-Horse-7"


def sign(**said: Any) -> ContractOutcome:
    plain = {"number": "C-1", "begins_on": "2026-09-01", "ends_on": "2026-12-31", "fee_rate_bp": 100}
    return sign_contract(CHIEF, "canteen", **{**plain, **said})


def merchant() -> Merchant:
    return Merchant.objects.get(code="canteen")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({}, SAYS.DONE),
        ({"ends_on": None}, SAYS.DONE),
        ({"number": " "}, SAYS.REFUSED_TERMS),
        ({"cycle": "year"}, SAYS.REFUSED_TERMS),
        ({"fee_rate_bp": -1}, SAYS.REFUSED_TERMS),
        ({"fee_rate_bp": 3_001}, SAYS.REFUSED_TERMS),
        ({"minimum_fee_fen": -1}, SAYS.REFUSED_TERMS),
        ({"minimum_fee_fen": 100_000_001}, SAYS.REFUSED_TERMS),
        ({"ends_on": "2026-08-31"}, SAYS.REFUSED_DATES),
        ({"begins_on": "2026-08-31"}, SAYS.REFUSED_TOO_LATE),
    ],
)
def test_what_is_signed(world: World, said: dict[str, Any], outcome: ContractOutcome) -> None:
    note_settled(merchant(), through=date(2026, 8, 31))
    assert sign(**said) is outcome
    assert Contract.objects.count() == Rate.objects.count() == (outcome is SAYS.DONE)


def test_contracts_follow_each_other(world: World) -> None:
    assert (sign(), sign()) == (SAYS.DONE, SAYS.REPEATED)
    assert sign(number="C-2", begins_on="2026-12-31") is SAYS.REFUSED_OVERLAPS
    assert sign(number="C-1", begins_on="2027-01-01", ends_on=None) is SAYS.REFUSED_TERMS
    assert sign(number="C-2", begins_on="2027-01-01", ends_on=None, fee_rate_bp=200) is SAYS.DONE
    assert sign(number="C-3", begins_on="2030-01-01", ends_on=None) is SAYS.REFUSED_OVERLAPS
    days = (date(2020, 1, 1), date(2026, 10, 1), date(2027, 5, 1))
    assert [str(contract_on(merchant().pk, day)) for day in days] == ["C-1", "C-1", "C-2"]
    assert rates_of(merchant().pk) == (RateLine(date(2026, 9, 1), 100), RateLine(date(2027, 1, 1), 200))
    first = Contract.objects.get(number="C-1")
    assert end_contract(CHIEF, first.pk, ends_on=date(2027, 1, 1)) is SAYS.REFUSED_OVERLAPS
    assert end_contract(CHIEF, first.pk, ends_on=date(2026, 8, 1)) is SAYS.REFUSED_DATES
    assert [end_contract(CHIEF, first.pk, ends_on=date(2026, 10, 31)) for _ in range(2)] == [SAYS.DONE, SAYS.REPEATED]


def test_a_rate_is_another_row_and_never_in_what_is_settled(world: World) -> None:
    sign()
    contract = Contract.objects.get()
    note_settled(merchant(), through=date(2026, 9, 30))

    def rate(from_day: str, rate_bp: int = 200) -> ContractOutcome:
        return set_rate(CHIEF, contract.pk, from_day=from_day, fee_rate_bp=rate_bp)

    assert rate("2026-09-30") is SAYS.REFUSED_TOO_LATE
    assert rate("2027-01-01") is SAYS.REFUSED_OUTSIDE
    assert rate("2026-10-01", 4_000) is SAYS.REFUSED_TERMS
    assert [rate("2026-10-01") for _ in range(2)] == [SAYS.DONE, SAYS.REPEATED]
    assert rate("2026-10-01", 300) is SAYS.REFUSED_OVERLAPS
    note_settled(merchant(), through=date(2026, 9, 1))
    assert merchant().settled_through == date(2026, 9, 30)


def test_the_database_holds_it_too(world: World) -> None:
    sign()
    twin = Contract(merchant=merchant(), number="C-9", begins_on=date(2026, 11, 1), signed_by="x", signed_at=NOON)
    with pytest.raises(IntegrityError, match="contracts_of_a_merchant_do_not_overlap"), transaction.atomic():
        twin.save()
    changes: tuple[tuple[type[Model], dict[str, object]], ...] = (
        (Rate, {"fee_rate_bp": 0}),
        (Contract, {"begins_on": date(2020, 1, 1)}),
    )
    for model, changed in changes:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model._default_manager.update(**changed)


def test_an_account_is_adopted_by_a_second_person(world: World) -> None:
    enter_bank_account(CHIEF, "canteen", holder="Canteen", bank="ICBC", account_no="62220001")
    enter_bank_account(CHIEF, "canteen", holder="Canteen", bank="ICBC", account_no="6222 0002")
    older, newer = BankAccount.objects.order_by("pk")
    words = {"holder": "Canteen", "bank": "ICBC"}
    assert account_in_force(merchant().pk) is None
    assert adopt_bank_account(CHIEF, older.pk, ending="…0001", **words) is SAYS.REFUSED_REPLACED
    assert adopt_bank_account(CHIEF, newer.pk, ending="…0009", **words) is SAYS.REFUSED_UNKNOWN
    assert [adopt_bank_account(CHIEF, newer.pk, ending="…0002", **words) for _ in range(2)] == [SAYS.DONE, SAYS.REPEATED]
    assert account_in_force(merchant().pk) == newer
    assert reveal_bank_account(CHIEF, newer.pk, reason=" ").account_no == ""
    assert reveal_bank_account(CHIEF, newer.pk, reason="the bank asks").account_no == "62220002"
    clerk = Actor(None, "clerk", frozenset({"merchants.adopt_bank_account"}))
    with pytest.raises(NotPermitted), transaction.atomic():
        adopt_bank_account(clerk, newer.pk, ending="…0002", **words)


def operator(name: str, *posts: Post) -> Actor:
    create_operator(CHIEF, name, full_name=name, password=PASSWORD, must_change_password=False)
    assign_posts(CHIEF, name, posts=posts)
    return Actor.of(Operator.objects.get(username=name))


def test_who_acts_for_a_merchant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    operator("clerk", Post.MERCHANT, Post.CARD_CLERK)
    operator("hu", Post.MERCHANT)

    def name(username: str, *, code: str = "canteen") -> StaffOutcome:
        return name_staff(CHIEF, username, code=code, is_head=True)

    assert [name("nobody"), name("clerk")] == [STAFF.REFUSED_POST] * 2
    assert [name("hu"), name("hu"), name("hu", code="shop")] == [STAFF.DONE, STAFF.REPEATED, STAFF.REFUSED_ACTS_ALREADY]
    head = Actor.of(Operator.objects.get(username="hu"))
    assert invite_staff(CHIEF, "ma", full_name="Ma").outcome is STAFF.REFUSED_NOT_HEAD
    assert invite_staff(head, "clerk", full_name="Ma").outcome is STAFF.REFUSED_NAME_TAKEN
    assert invite_staff(head, "ma", full_name="Ma").outcome is STAFF.DONE
    monkeypatch.setattr("onecard.merchants.actions.invite_staff.MOST_STAFF", 2)
    assert MOST_STAFF == 50
    assert invite_staff(head, "qi", full_name="Qi").outcome is STAFF.REFUSED_TOO_MANY
    assert [disable_staff(head, username) for username in ("hu", "clerk", "nobody")] == [STAFF.REFUSED_NOT_HEAD] * 3
    assert [disable_staff(head, "ma") for _ in range(2)] == [STAFF.DONE, STAFF.REPEATED]
    assert disable_staff(CHIEF, "hu") is STAFF.DONE
    assert not MerchantStaff.objects.filter(until=None).exists()


def test_income_units(world: World) -> None:
    taken = [register_income_unit(CHIEF, "food", name="Food services") for _ in range(2)]
    assert taken == [MerchantOutcome.DONE, MerchantOutcome.REFUSED_CODE_TAKEN]
    assert [place_in_unit(CHIEF, "canteen", unit="food") for _ in range(2)] == [MerchantOutcome.DONE, MerchantOutcome.REPEATED]
    assert str(merchant().income_unit) == "Food services"
