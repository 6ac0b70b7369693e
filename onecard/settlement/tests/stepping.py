"""Settle the cast's canteen step by step on a test database, and wait for a line after each: python -m … NAME. To be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date

import django

import tests.environment  # noqa: F401 - the tests' own var folder

django.setup()

from onecard.settlement.actions.approve_statement import approve_statement  # noqa: E402
from onecard.settlement.actions.build_statement import build_statement  # noqa: E402
from onecard.settlement.actions.check_statement import check_statement  # noqa: E402
from onecard.settlement.actions.fail_payment import fail_payment  # noqa: E402
from onecard.settlement.actions.make_payment_file import make_payment_file  # noqa: E402
from onecard.settlement.actions.pay_again import pay_again  # noqa: E402
from onecard.settlement.actions.record_confirmation import record_confirmation  # noqa: E402
from onecard.settlement.actions.record_payment import record_payment  # noqa: E402
from onecard.settlement.models import Payment, Statement  # noqa: E402
from onecard.settlement.tests.office import CHECKER, CHIEF, FINANCE, MAKER  # noqa: E402
from tests.databases import point_at  # noqa: E402

LAST_DAY = date(2026, 9, 30)


def statement() -> Statement:
    return Statement.objects.get()


def hand_over(*, tries: int) -> None:
    """A file has no number of its own to be repeated by: who was killed looks whether it is there."""
    if Payment.objects.count() < tries:
        make_payment_file(MAKER, [statement().pk])


def first_payment() -> int:
    return Payment.objects.order_by("pk").values_list("pk", flat=True)[0]


STEPS: dict[str, Callable[[], object]] = {
    "build": lambda: build_statement(MAKER, "canteen", last_day=LAST_DAY),
    "check": lambda: check_statement(CHECKER, statement().pk),
    "confirm": lambda: record_confirmation(MAKER, statement().pk, reason="signed"),
    "approve": lambda: approve_statement(CHIEF, statement().pk, due_fen=statement().due_fen),
    "hand over": lambda: hand_over(tries=1),
    "pay": lambda: record_payment(FINANCE, first_payment()),
    "bounce": lambda: fail_payment(FINANCE, first_payment(), reason="account closed"),
    "agree to pay again": lambda: pay_again(CHIEF, statement().pk, due_fen=statement().due_fen),
    "hand over again": lambda: hand_over(tries=2),
    "pay again": lambda: record_payment(FINANCE, Payment.objects.latest("pk").pk),
}
"""Every step by its name; one that was taken in an earlier life changes nothing."""


def main() -> None:
    """Take the steps, say each name, and go on when told to."""
    point_at(sys.argv[1])
    for name, step in STEPS.items():
        step()
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
        sys.stdin.readline()


if __name__ == "__main__":
    main()
