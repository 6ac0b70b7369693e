"""Settle the merchants of a scenario from contract to payment, by the actions that people take, each by another person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from onecard.access.types import Actor
from onecard.ledger import queries as ledger
from onecard.merchants.actions.adopt_bank_account import adopt_bank_account
from onecard.merchants.actions.enter_bank_account import enter_bank_account
from onecard.merchants.actions.sign_contract import sign_contract
from onecard.merchants.models import BankAccount, Merchant
from onecard.merchants.queries import account_in_force
from onecard.merchants.types import Cycle
from onecard.settlement.actions.approve_statement import approve_statement
from onecard.settlement.actions.build_statement import build_statement
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.actions.fail_payment import fail_payment
from onecard.settlement.actions.make_payment_file import make_payment_file
from onecard.settlement.actions.pay_again import pay_again
from onecard.settlement.actions.record_confirmation import record_confirmation
from onecard.settlement.actions.record_payment import record_payment
from onecard.settlement.models import Payment, Statement
from onecard.settlement.queries import differences, due_periods
from onecard.settlement.types import PaymentState, StatementState

CLERK, COLLEAGUE, DIRECTOR, FINANCE = (Actor.system(f"scenario {post}") for post in ("clerk", "colleague", "director", "finance"))

DAILY = ("M01", "M02", "M03")
"""The demo's merchants that are settled every day, so that its few days have statements."""


def settle_merchants(*, fee_rate_bp: int, last_day: date) -> list[Statement]:
    """Give every merchant a contract and an account unless it has them, then settle it up to that day, paid; repeat-safe."""
    merchants = list(Merchant.objects.order_by("code"))
    for merchant in merchants:
        agree(merchant, fee_rate_bp=fee_rate_bp, cycle=Cycle.MONTH)
        build_statement(CLERK, merchant.code, last_day=last_day)
    statements = list(Statement.objects.select_related("merchant").filter(last_day=last_day).order_by("merchant__code"))
    for statement in statements:
        bring_to_approval(statement)
    pay_approved()
    return list(Statement.objects.select_related("merchant").filter(last_day=last_day).order_by("merchant__code"))


def statement_differences(statements: Sequence[Statement], *, earned: Mapping[str, int], fee_rate_bp: int) -> list[str]:
    """Where statements are not what the merchants truly earned (fen) less the fee, not settled, or not what the ledger says."""
    found = [f"{code} has no statement" for code in earned.keys() - {one.merchant.code for one in statements}]
    for one in statements:
        net_fen = earned[one.merchant.code]
        fee_fen = (abs(net_fen) * fee_rate_bp + 5_000) // 10_000 * (1 if net_fen > 0 else -1)
        said, true = (one.payable_fen - one.opening_fen, one.fee_fen), (net_fen - fee_fen, fee_fen)
        if said != true:
            found.append(f"statement {one}: (payable, fee) {said} fen, {true} in truth")
        if one.state not in (StatementState.PAID, StatementState.CARRIED):
            found.append(f"statement {one} is {one.get_state_display()}")
        found += [str(difference) for difference in differences(one)]
    return found


def settle_demo() -> None:
    """Daily statements of the demo's first three merchants, each a step further than the next; contracts for all. Repeat-safe.

    M01 is paid, M02 approved, M03 waits for its head to confirm.
    """
    for merchant in Merchant.objects.order_by("code"):
        agree(merchant, fee_rate_bp=100, cycle=Cycle.DAY if merchant.code in DAILY else Cycle.MONTH)
    while due := due_periods():
        for merchant, period in due:
            build_statement(CLERK, merchant.code, last_day=period.last_day)
    for statement in Statement.objects.select_related("merchant").filter(merchant__code__in=DAILY).order_by("pk"):
        check_statement(COLLEAGUE, statement.pk)
        if statement.merchant.code != DAILY[-1]:
            bring_to_approval(statement)
    pay_approved(only=DAILY[0])


def agree(merchant: Merchant, *, fee_rate_bp: int, cycle: Cycle) -> None:
    """A contract that begins with the merchant's first day, and a bank account; what is there stays."""
    if not merchant.contracts.exists():
        number, begins_on = f"{merchant.code}-1", ledger.business_dates()[0].isoformat()
        sign_contract(DIRECTOR, merchant.code, number=number, begins_on=begins_on, cycle=cycle, fee_rate_bp=fee_rate_bp)
    if account_in_force(merchant.pk) is None:
        account_no = f"62220200{merchant.pk:08d}"
        enter_bank_account(CLERK, merchant.code, holder=merchant.name, bank="ICBC", account_no=account_no)
        account = BankAccount.objects.filter(merchant=merchant).latest("pk")
        adopt_bank_account(DIRECTOR, account.pk, holder=account.holder, bank=account.bank, ending=account.ending)


def bring_to_approval(statement: Statement) -> None:
    """Check, confirm and approve; what was done stays."""
    check_statement(COLLEAGUE, statement.pk)
    record_confirmation(CLERK, statement.pk, reason="signed")
    approve_statement(DIRECTOR, statement.pk, due_fen=statement.due_fen)


def bounce(statement: Statement) -> None:
    """The bank sends back what a merchant was paid for the statement, and it is paid again."""
    fail_payment(FINANCE, Payment.objects.get(statement=statement, state=PaymentState.PAID).pk, reason="sent back")
    pay_again(DIRECTOR, statement.pk, due_fen=statement.due_fen)
    pay_approved(only=statement.merchant.code)
    statement.refresh_from_db()


def pay_approved(*, only: str = "") -> None:
    """Hand what is approved, of one merchant or of all, to finance in one file, and let finance pay what it was handed."""
    approved = Statement.objects.filter(state=StatementState.APPROVED)
    wanted = list((approved.filter(merchant__code=only) if only else approved).values_list("pk", flat=True))
    if wanted:
        make_payment_file(CLERK, wanted)
    for payment in Payment.objects.filter(state=PaymentState.HANDED_OVER).order_by("pk"):
        record_payment(FINANCE, payment.pk, bank_says="paid")
