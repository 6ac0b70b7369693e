"""What the room's tests share: people by their part, contracts and accounts, and the steps from building to paying."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.merchants.actions.adopt_bank_account import adopt_bank_account
from onecard.merchants.actions.enter_bank_account import enter_bank_account
from onecard.merchants.actions.name_staff import name_staff
from onecard.merchants.actions.sign_contract import sign_contract
from onecard.merchants.models import BankAccount
from onecard.merchants.types import ContractOutcome, Cycle, StaffOutcome
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.types import Outcome
from onecard.settlement.actions.approve_statement import approve_statement
from onecard.settlement.actions.build_statement import build_statement
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.actions.make_payment_file import make_payment_file
from onecard.settlement.actions.record_confirmation import record_confirmation
from onecard.settlement.actions.record_payment import record_payment
from onecard.settlement.models import Payment, Statement
from onecard.settlement.types import BuildOutcome, StatementOutcome
from tests.world import DAY, NOON, World, close_day

MAKER, CHECKER, CHIEF, FINANCE = (Actor.system(name) for name in ("maker", "checker", "chief", "finance"))
ACCOUNT_NO, PASSWORD = "6222 0200 0000 1234567", "Correct-Horse-7"


def agree(code: str = "canteen", *, rate_bp: int = 100, minimum_fen: int = 0, cycle: Cycle = Cycle.MONTH) -> None:
    """A contract from that day on, and an account that two people adopted."""
    number, begins_on = f"C-{code}", DAY.isoformat()
    signed = sign_contract(
        CHIEF, code, number=number, begins_on=begins_on, cycle=cycle, fee_rate_bp=rate_bp, minimum_fee_fen=minimum_fen
    )
    assert signed is ContractOutcome.DONE
    give_account(code)


def give_account(code: str = "canteen") -> BankAccount:
    """Enter an account and adopt it."""
    enter_bank_account(MAKER, code, holder=f"{code} Ltd", bank="ICBC", account_no=ACCOUNT_NO)
    account = BankAccount.objects.filter(merchant__code=code).latest("pk")
    adopted = adopt_bank_account(CHIEF, account.pk, holder=account.holder, bank=account.bank, ending=account.ending)
    assert adopted is ContractOutcome.DONE
    return account


def sell(world: World, seq: int, amount_fen: int, *, at: datetime = NOON, who: str = "wang", terminal: str = "plain") -> None:
    """A collected purchase that occurred then, booked on the open day."""
    record = world.record(seq, who=who, amount_fen=amount_fen, terminal=terminal, occurred_at=at)
    [result] = collect_purchases([record], received_at=max(at, NOON))
    assert result.outcome in (Outcome.BOOKED, Outcome.BOOKED_FLAGGED)


def turn_to(world: World, day: date) -> None:
    """Close the open day and open this one, at its noon."""
    with clock.at(NOON + (day - DAY)):
        close_day(world, ledger.business_date(), next_date=day)


def build(code: str = "canteen", *, last_day: date = date(2026, 9, 30)) -> Statement:
    """Build the statement up to that day, which must succeed."""
    built = build_statement(MAKER, code, last_day=last_day)
    assert built.outcome is BuildOutcome.DONE
    return Statement.objects.get(pk=built.statement_id or 0)


def bring_to_approval(statement: Statement) -> None:
    """Check, confirm, approve."""
    assert check_statement(CHECKER, statement.pk) is StatementOutcome.DONE
    assert record_confirmation(MAKER, statement.pk, reason="signed on paper") is StatementOutcome.DONE
    assert approve_statement(CHIEF, statement.pk, due_fen=statement.due_fen) is StatementOutcome.DONE


def pay(statement: Statement) -> Payment:
    """Hand the approved statement to finance, which pays it."""
    assert make_payment_file(MAKER, [statement.pk]).outcome is StatementOutcome.DONE
    payment = Payment.objects.filter(statement=statement).latest("pk")
    assert record_payment(FINANCE, payment.pk, bank_says="OK") is StatementOutcome.DONE
    return payment


def days_after(days: int) -> datetime:
    """Noon so many days after the first business day."""
    return NOON + timedelta(days=days)


def staff(name: str, code: str, *, is_head: bool = False) -> Actor:
    """An operator who acts for the merchant."""
    create_operator(MAKER, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
    assign_posts(MAKER, name, posts=[Post.MERCHANT])
    assert name_staff(MAKER, name, code=code, is_head=is_head) is StaffOutcome.DONE
    return Actor.of(Operator.objects.get(username=name))
