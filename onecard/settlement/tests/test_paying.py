"""From a statement to the merchant's bank: who, in which order, bounced, at once, and killed between any two steps."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onecard.access.types import Actor
from onecard.kernel.env import SettingProblem
from onecard.kernel.site_files import read_layout
from onecard.ledger import queries as ledger
from onecard.merchants.actions.enter_bank_account import enter_bank_account
from onecard.merchants.models import BankAccount
from onecard.merchants.types import ContractOutcome
from onecard.papers.queries import paper_of
from onecard.settlement.actions.approve_statement import approve_statement
from onecard.settlement.actions.build_statement import build_statement
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.actions.fail_payment import fail_payment
from onecard.settlement.actions.fetch_payment_file import fetch_payment_file
from onecard.settlement.actions.make_payment_file import make_payment_file
from onecard.settlement.actions.pay_again import pay_again
from onecard.settlement.actions.record_confirmation import record_confirmation
from onecard.settlement.actions.record_payment import record_payment
from onecard.settlement.layout import FIELDS, SETTING
from onecard.settlement.models import Payment, Statement
from onecard.settlement.papers import PAYMENT_LIST, STATEMENT
from onecard.settlement.tests import stepping
from onecard.settlement.tests.office import (
    ACCOUNT_NO,
    CHECKER,
    CHIEF,
    FINANCE,
    MAKER,
    agree,
    bring_to_approval,
    build,
    give_account,
    pay,
    sell,
    turn_to,
)
from onecard.settlement.tests.test_statements import NOVEMBER, OCTOBER, is_sound
from onecard.settlement.types import BuildOutcome, StatementOutcome, StatementState
from tests.parallel import at_once
from tests.world import World, balances, broken_invariants

DONE, REPEATED = StatementOutcome.DONE, StatementOutcome.REPEATED
ROOT = Path(__file__).parents[3]


def built(world: World, *, rate_bp: int = 100) -> Statement:
    agree(rate_bp=rate_bp)
    sell(world, 1, 3_000)
    turn_to(world, OCTOBER)
    return build()


def state_of(statement: Statement) -> StatementState:
    return StatementState(Statement.objects.get(pk=statement.pk).state)


def test_different_people_take_the_steps(world: World) -> None:
    statement = built(world)
    same = StatementOutcome.REFUSED_SAME_PERSON
    assert approve_statement(CHIEF, statement.pk, due_fen=2_970) is StatementOutcome.REFUSED_STATE
    assert check_statement(MAKER, statement.pk) is same
    assert (check_statement(CHECKER, statement.pk), check_statement(CHECKER, statement.pk)) == (DONE, REPEATED)
    assert record_confirmation(MAKER, statement.pk, reason=" ") is StatementOutcome.REFUSED_NO_REASON
    assert record_confirmation(MAKER, statement.pk, reason="signed") is DONE
    assert [approve_statement(who, statement.pk, due_fen=2_970) for who in (MAKER, CHECKER)] == [same, same]
    assert approve_statement(CHIEF, statement.pk, due_fen=2_971) is StatementOutcome.REFUSED_CHANGED
    assert balances(world)["canteen"] == 3_000
    assert [approve_statement(CHIEF, statement.pk, due_fen=2_970) for _ in range(2)] == [DONE, REPEATED]
    assert balances(world)["canteen"] == 2_970
    assert make_payment_file(MAKER, [statement.pk]).outcome is DONE
    payment = Payment.objects.get()
    assert record_payment(CHIEF, payment.pk) is same
    assert [record_payment(FINANCE, payment.pk) for _ in range(2)] == [DONE, REPEATED]
    assert is_sound()


def test_a_paid_statement_whose_payment_bounces(world: World) -> None:
    """What is due stands on the account again; the next month, built meanwhile, stays; paid again into another account."""
    statement = built(world)
    bring_to_approval(statement)
    payment = pay(statement)
    sell(world, 2, 500)
    turn_to(world, NOVEMBER)
    october = build(last_day=OCTOBER.replace(day=31))
    assert october.opening_fen == 0
    assert fail_payment(FINANCE, payment.pk, reason=" ") is StatementOutcome.REFUSED_NO_REASON
    assert [fail_payment(FINANCE, payment.pk, reason="account closed") for _ in range(2)] == [DONE, REPEATED]
    assert (state_of(statement), balances(world)["canteen"]) == (StatementState.FAILED, 2_970 + 500)
    assert record_payment(FINANCE, payment.pk) is StatementOutcome.REFUSED_STATE
    assert is_sound()
    assert make_payment_file(MAKER, [statement.pk]).outcome is StatementOutcome.REFUSED_STATE
    account = give_account()
    assert pay_again(CHIEF, statement.pk, due_fen=1) is StatementOutcome.REFUSED_CHANGED
    assert pay_again(CHIEF, statement.pk, due_fen=2_970) is DONE
    again = pay(statement)
    assert (again.account_id, again.pk) == (account.pk, payment.pk + 1)
    assert (state_of(statement), balances(world)["canteen"]) == (StatementState.PAID, 500)
    assert fail_payment(FINANCE, payment.pk, reason="account closed") is REPEATED
    assert is_sound()


def test_a_payment_that_never_left(world: World) -> None:
    statement = built(world)
    bring_to_approval(statement)
    make_payment_file(MAKER, [statement.pk])
    assert fail_payment(FINANCE, Payment.objects.get().pk, reason="wrong name") is DONE
    assert (state_of(statement), balances(world)["canteen"]) == (StatementState.FAILED, 2_970)
    assert is_sound()


def test_a_file_is_all_or_nothing(world: World) -> None:
    statement = built(world)
    assert make_payment_file(MAKER, [statement.pk]).outcome is StatementOutcome.REFUSED_STATE
    bring_to_approval(statement)
    assert make_payment_file(MAKER, [statement.pk, 0]).outcome is StatementOutcome.REFUSED_STATE
    assert make_payment_file(MAKER, []).outcome is StatementOutcome.REFUSED_NOTHING
    BankAccount.objects.update(replaced_at=BankAccount.objects.get().adopted_at)
    assert make_payment_file(MAKER, [statement.pk]).outcome is StatementOutcome.REFUSED_NO_ACCOUNT
    assert not Payment.objects.exists()


def test_an_account_serves_only_once_adopted_and_its_number_is_sealed(world: World) -> None:
    statement = built(world)
    assert enter_bank_account(MAKER, "canteen", holder="x", bank="y", account_no="12-34") is ContractOutcome.REFUSED_TERMS
    enter_bank_account(MAKER, "canteen", holder="Thief", bank="ICBC", account_no="99999999")
    bring_to_approval(statement)
    made = make_payment_file(MAKER, [statement.pk])
    assert made.file_id is not None
    number = ACCOUNT_NO.replace(" ", "")
    fetched = fetch_payment_file(FINANCE, made.file_id)
    assert fetched.headings == ["序号", "户名", "开户行", "账号", "金额", "备注"]
    assert [row[1:] for row in fetched.rows] == [["canteen Ltd", "ICBC", number, "29.70", "canteen-1"]]
    assert number.encode() not in b"".join(bytes(one.account_no) for one in BankAccount.objects.all())
    text = fetched.as_csv().decode("utf-8-sig")
    assert text == f"序号,户名,开户行,账号,金额,备注\r\n{Payment.objects.get().pk},canteen Ltd,ICBC,{number},29.70,canteen-1\r\n"
    assert fetched.as_excel().startswith(b"PK")
    listed = paper_of(PAYMENT_LIST, str(made.file_id))
    assert listed is not None
    assert (listed.content["tables"]["payments"][0]["ending"], number in str(listed.content)) == ("…4567", False)


@pytest.mark.parametrize("text", ["", "金额", "金额=", "=holder", "户名=holder,金额=euro"])
def test_a_wrong_layout_says_what_it_may_be(text: str) -> None:
    with pytest.raises(SettingProblem, match="heading=field"):
        read_layout(text, setting=SETTING, fields=FIELDS)


def test_the_paper_of_a_statement(world: World) -> None:
    paper = paper_of(STATEMENT, str(built(world).pk))
    assert paper is not None
    assert paper.number.startswith("JS-2026-")
    head, tables = paper.content["head"], paper.content["tables"]
    assert (head["sales_fen"], head["fee_fen"], head["payable_fen"]) == (3_000, 30, 2_970)
    assert [sum(row["net_fen"] for row in tables[name]) for name in ("days", "terminals")] == [3_000, 3_000]
    assert tables["fees"] == [
        {"from_day": "2026-09-01", "fee_rate_bp": 100, "minimum_fee_fen": 0, "net_fen": 3_000, "fee_fen": 30}
    ]


def test_the_same_step_at_many_desks_at_once(own_world: World) -> None:
    agree()
    sell(own_world, 1, 3_000)
    turn_to(own_world, OCTOBER)
    last_day = OCTOBER.replace(month=9, day=30)
    clerks = [Actor.system(f"clerk {number}") for number in range(4)]
    outcomes = at_once([functools.partial(build_statement, clerk, "canteen", last_day=last_day) for clerk in clerks])
    assert sorted(one.outcome.name for one in outcomes) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    statement = Statement.objects.get()
    once = ["DONE", "REPEATED", "REPEATED", "REPEATED"]

    def names(step: Callable[[], StatementOutcome]) -> list[str]:
        return sorted(outcome.name for outcome in at_once([step] * 4))

    assert names(lambda: check_statement(CHECKER, statement.pk)) == once
    assert names(lambda: record_confirmation(MAKER, statement.pk, reason="signed")) == once
    assert names(lambda: approve_statement(CHIEF, statement.pk, due_fen=2_970)) == once
    files = at_once([functools.partial(make_payment_file, MAKER, [statement.pk])] * 4)
    assert sorted(file.outcome.name for file in files) == ["DONE", "REFUSED_STATE", "REFUSED_STATE", "REFUSED_STATE"]
    assert names(lambda: record_payment(FINANCE, Payment.objects.get().pk)) == once
    assert balances(own_world)["canteen"] == 0


@pytest.mark.slow
def test_killed_between_any_two_steps(own_world: World, own_database: str) -> None:
    """A process that settles a month is killed after its first step, begun again, killed after its second step, and so on."""
    agree()
    sell(own_world, 1, 3_000)
    turn_to(own_world, OCTOBER)
    for kill_after in range(1, len(stepping.STEPS) + 1):
        _run_and_kill(own_database, kill_after=kill_after)
        assert broken_invariants() == {}
    assert state_of(Statement.objects.get()) is StatementState.PAID
    assert balances(own_world)["canteen"] == 0
    assert ledger.balance_of(own_world.bank) == 10_000 * 7 + 5_000 - 2_970
    assert is_sound()
    assert build_statement(MAKER, "canteen", last_day=Statement.objects.get().last_day).outcome is BuildOutcome.REPEATED


def _run_and_kill(database: str, *, kill_after: int) -> None:
    command = [sys.executable, "-m", stepping.__name__, database]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for step, name in enumerate(list(stepping.STEPS)[:kill_after], start=1):
            assert process.stdout.readline() == f"{name}\n"
            if step < kill_after:
                process.stdin.write("go on\n")
                process.stdin.flush()
        process.kill()
