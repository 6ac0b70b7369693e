"""The payment file of refunds: who is in it and who waits, what was approved is what is paid, the same lines every time."""

from __future__ import annotations

import functools

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.kernel.env import SettingProblem
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.claim_refund import claim_refund
from onecard.leavers.actions.fail_refund import fail_refund
from onecard.leavers.actions.fetch_refunds import fetch_refunds
from onecard.leavers.actions.pay_refunds import pay_refunds
from onecard.leavers.models import Leaver, RefundFile
from onecard.leavers.queries import due_refunds
from onecard.leavers.showing import refunds_table
from onecard.leavers.tests.test_leavers import AFTER, BOSS, frozen_batch, leaver, payable, words_of
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.people.actions.enter_bank_account import enter_bank_account
from tests.world import World, broken_invariants

DONE = LeaverOutcome.DONE
FINANCE = Actor(7, "finance", frozenset({"leavers.fetch_refunds"}))
ACCOUNT_NO = "6222 0210 0111 2233 445"


def cancelled_batch(world: World, *who: str, without_account: tuple[str, ...] = ()) -> int:
    batch = frozen_batch(world, *who, without_account=without_account)
    with clock.at(AFTER):
        assert cancel_leavers(world.cast.clerk, batch) is DONE
    return batch


def enter(world: World, who: str, *, account_no: str = ACCOUNT_NO, holder: str = "") -> None:
    enter_bank_account(world.cast.clerk, world.people[who], holder=holder, bank="ICBC Campus", account_no=account_no)


def test_who_has_no_account_is_named_waits_and_goes_into_the_next_file(world: World) -> None:
    batch = cancelled_batch(world, "lin", "wang", "lost", without_account=("wang", "lost"))
    due = due_refunds(batch)
    assert ([one.person.full_name for one in due.waiting], due.total_fen) == (["Wang", "Lost"], 10_000)
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    assert pay_refunds(BOSS, batch, **words_of(batch)) is LeaverOutcome.REFUSED_NOTHING_DUE, "nobody else has an account"
    assert (leaver(world, "wang").state, payable()) == (LeaverState.PAYABLE, 15_000)
    enter(world, "wang")
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    assert [file.total_fen for file in RefundFile.objects.order_by("pk")] == [10_000, 10_000]
    assert (leaver(world, "wang").state, leaver(world, "lost").state) == (LeaverState.PAID, LeaverState.PAYABLE)
    assert broken_invariants() == {}


def test_finance_takes_the_file_with_the_same_lines_whatever_became_of_them(world: World) -> None:
    batch = cancelled_batch(world, "lin", "wang", without_account=("lin", "wang"))
    enter(world, "wang")
    enter(world, "lin", account_no="62220000", holder="Lin's mother")
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    file = RefundFile.objects.get()
    first = fetch_refunds(FINANCE, file.pk).as_csv()
    lin, wang = leaver(world, "lin"), leaver(world, "wang")
    assert first.decode("utf-8-sig").splitlines() == [
        "序号,户名,开户行,账号,金额,备注",
        f"{lin.pk},Lin's mother,ICBC Campus,62220000,100.00,{lin.person.person_no}",
        f"{wang.pk},Wang,ICBC Campus,6222021001112233445,100.00,{wang.person.person_no}",
    ]
    assert fail_refund(world.cast.clerk, wang.pk, reason="closed") is DONE
    enter(world, "wang", account_no="6222999988887777")
    assert claim_refund(BOSS, wang.pk, account="6222999988887777") is DONE
    assert fetch_refunds(FINANCE, file.pk).as_csv() == first
    assert fetch_refunds(FINANCE, file.pk).as_excel().startswith(b"PK")
    assert [event.actor_name for event in Event.objects.filter(action="leavers.fetch_refunds", subject=str(file.pk))] == [
        "finance"
    ] * 3


def test_an_account_changed_after_the_proposal_is_not_paid(world: World) -> None:
    batch = cancelled_batch(world, "lin", "wang")
    proposed = words_of(batch)
    enter(world, "lin", holder="Thief")
    assert words_of(batch)["total_fen"] == proposed["total_fen"]
    assert pay_refunds(BOSS, batch, **proposed) is LeaverOutcome.REFUSED_NOTHING_DUE
    shown = str(refunds_table(due_refunds(batch)))
    assert "Thief" in shown
    assert "Wang" not in shown, "in the own name"
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    assert set(Leaver.objects.values_list("state", flat=True)) == {LeaverState.PAID}


def test_a_site_has_columns_of_its_own_and_is_told_which_there_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = cancelled_batch(world, "wang")
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    fetch = functools.partial(fetch_refunds, FINANCE, RefundFile.objects.get().pk)
    monkeypatch.setenv("ONECARD_REFUND_LAYOUT", "Name=full_name, Unit=unit, Fen=amount_fen, What=batch")
    assert (fetch().headings, fetch().rows) == (["Name", "Unit", "Fen", "What"], [["Wang", "Physics", 10_000, "Class of 2026"]])
    monkeypatch.setenv("ONECARD_REFUND_LAYOUT", "Name=full_name,IBAN=iban")
    with pytest.raises(
        SettingProblem, match="ONECARD_REFUND_LAYOUT: 'IBAN=iban' is no heading=field; fields are number, person_no"
    ):
        fetch()


def test_only_who_may_takes_a_file(world: World) -> None:
    with pytest.raises(NotPermitted):
        fetch_refunds(world.cast.outsider, 1)
    with pytest.raises(RefundFile.DoesNotExist):
        fetch_refunds(FINANCE, 0)


def test_the_invariant_sees_a_total_and_an_account_that_are_wrong(world: World) -> None:
    batch = cancelled_batch(world, "wang", "lin")
    assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
    RefundFile.objects.update(total_fen=19_999)
    assert set(broken_invariants()) == {"refund_files_add_up"}
    RefundFile.objects.update(total_fen=20_000)
    assert broken_invariants() == {}
    Leaver.objects.filter(pk=leaver(world, "wang").pk).update(account=leaver(world, "lin").account)
    assert set(broken_invariants()) == {"refund_files_add_up"}
