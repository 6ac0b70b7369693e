"""Bank accounts for refunds: sealed, one that holds, from a list or one by one, masked on pages and in full with an event."""

from __future__ import annotations

import pytest
from django.db import transaction

from onecard.access.types import NotPermitted
from onecard.audit.models import Event
from onecard.kernel.csv_lines import FileRefused
from onecard.kernel.secrets import add_personal_key, key_number, key_ring, keys_folder
from onecard.people.account_files import read_accounts
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.people.actions.enter_bank_accounts import enter_bank_accounts
from onecard.people.actions.reseal import reseal_all
from onecard.people.actions.reveal_particulars import reveal_particulars
from onecard.people.models import BankAccount
from onecard.people.queries import account_numbers, bank_accounts_of
from onecard.people.tests.rosters import CLERK, csv_of, excel_of
from onecard.people.types import AccountFinding, DeliveredFile, NewAccount, PersonOutcome, WantedAccount
from tests.refused import refusal
from tests.world import World

NUMBER = "6222021001112233445"
HEADINGS = ("学号", "户名", "开户行", "银行账号")


def enter(world: World, who: str = "wang", *, holder: str = "", bank: str = "ICBC", account_no: str = NUMBER) -> PersonOutcome:
    return enter_bank_account(CLERK, world.people[who], holder=holder, bank=bank, account_no=account_no)


def holding(world: World, who: str = "wang") -> BankAccount:
    return bank_accounts_of([world.people[who]])[world.people[who]]


def test_an_account_is_sealed_and_a_newer_one_takes_its_place(world: World) -> None:
    assert enter(world, account_no="6222 0210-0111 2233 445") is PersonOutcome.DONE
    assert enter(world) is PersonOutcome.REPEATED
    first = holding(world)
    assert (first.holder, str(first), account_numbers([first])) == ("Wang", "ICBC …3445", {first.pk: NUMBER})
    assert NUMBER.encode() not in bytes(first.account_no)
    assert enter(world, holder="Wang's father") is PersonOutcome.DONE
    assert BankAccount.objects.count() == 2
    assert holding(world).holder == "Wang's father"
    assert refusal("update people_bankaccount set replaced_at = null") == "person_is_refunded_into_one_account"


@pytest.mark.parametrize("account_no", ["", "1234567", "x" * 35, "6222 0000 账号"])
def test_what_is_no_account_is_refused(world: World, account_no: str) -> None:
    assert enter(world, account_no=account_no) is PersonOutcome.REFUSED_ACCOUNT
    assert enter(world, bank="ICBC" + chr(7)) is PersonOutcome.REFUSED_ACCOUNT
    assert not BankAccount.objects.exists()


def test_in_full_only_with_a_reason_and_an_event(world: World) -> None:
    enter(world)
    wang = world.people["wang"]
    assert reveal_particulars(CLERK, wang, reason=" ").account_no == ""
    found = reveal_particulars(CLERK, wang, reason="the bank asks")
    assert (found.outcome, found.account_no, found.phone) == (PersonOutcome.DONE, NUMBER, "")
    assert Event.objects.filter(action="people.reveal_particulars", subject=str(wang), outcome="DONE").count() == 1
    with pytest.raises(NotPermitted):
        enter_bank_account(world.cast.outsider, wang, holder="", bank="", account_no=NUMBER)


@pytest.mark.parametrize("make", [csv_of, excel_of])
def test_a_list_says_what_became_of_every_line(world: World, make: object) -> None:
    lines = [
        ("20261002", "", "ICBC", NUMBER),
        ("20261001", "Lin's mother", "", "62220001"),
        ("X77", "", "", NUMBER),
        ("", "", "", NUMBER),
        ("20261003", "", "", "1"),
        ("20261002", "", "ICBC", "62220009"),
    ]
    assert callable(make)
    file = DeliveredFile("accounts", make(lines, headings=HEADINGS))
    found = enter_bank_accounts(CLERK, file)
    finding = AccountFinding
    left_out = [finding.UNKNOWN, finding.NO_NUMBER, finding.NO_ACCOUNT, finding.TWICE]
    assert [one for _line, one in found] == [finding.ENTERED, finding.ENTERED, *left_out]
    assert [one for _line, one in enter_bank_accounts(CLERK, file)] == [finding.UNCHANGED, finding.UNCHANGED, *left_out]
    assert {one.holder for one in BankAccount.objects.all()} == {"Wang", "Lin's mother"}


def test_an_account_that_excel_holds_as_a_number_is_none(world: World) -> None:
    content = excel_of([("20261002", 6_222_021_001_112_233_445)], headings=("学号", "账号"))
    assert read_accounts(content, name="x") == [WantedAccount(2, "20261002", NewAccount("", "", ""))]


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        (("学号", "姓名"), "one column must be called 银行账号"),
        (("学号", "账号", "银行账号"), "one column must be called 银行账号"),
        (("账号", "开户行"), "one column must be called 学工号"),
        (("学号", "账号", "户名", "holder"), "more than one column is called 户名"),
    ],
)
def test_a_file_without_the_columns_says_which_it_needs(headings: tuple[str, ...], words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_accounts(csv_of([["1"] * len(headings)], headings=headings), name="x")


def test_accounts_are_sealed_anew_with_a_new_key(world: World) -> None:
    enter(world)
    enter(world, account_no="62220001")
    old, new = key_ring().newest, add_personal_key()
    try:
        with transaction.atomic():
            assert [done for done, _total in reseal_all(CLERK)][-1] == len(world.people)
        assert {key_number(bytes(one.account_no)) for one in BankAccount.objects.all()} == {new}
        assert set(account_numbers(BankAccount.objects.all()).values()) == {NUMBER, "62220001"}
        assert old != new
    finally:
        (keys_folder() / f"personal-{new:04d}.key").unlink()
