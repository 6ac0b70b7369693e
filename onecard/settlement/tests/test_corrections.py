"""What a merchant asks to be corrected: asked, agreed to, booked, pointing to the sale."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.kernel import clock
from onecard.ledger.models import Transfer
from onecard.ledger.types import TransferKind
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.settlement.actions.ask_correction import ask_correction
from onecard.settlement.actions.book_correction import book_correction
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.actions.confirm_statement import confirm_statement
from onecard.settlement.actions.reject_correction import reject_correction
from onecard.settlement.models import CorrectionRequest
from onecard.settlement.tests.office import CHECKER, MAKER, agree, build, sell, staff, turn_to
from onecard.settlement.tests.test_statements import NOVEMBER, OCTOBER, days, figures, is_sound
from onecard.settlement.types import CorrectionOutcome, StatementOutcome
from tests.world import DAY, NOON, World, balances

ASK = CorrectionOutcome


def sale(*, of: int) -> int:
    return Transfer.objects.get(kind=TransferKind.PURCHASE, amount_fen=of).pk


def test_a_part_goes_back_and_lowers_the_next_statement(world: World) -> None:
    agree()
    head = staff("hu", "canteen")
    sell(world, 1, 3_000)
    turn_to(world, OCTOBER)
    build()
    before = balances(world)["wang"]
    assert ask_correction(head, sale(of=3_000), amount_fen=1_000, reason="typed twice") is ASK.DONE
    request = CorrectionRequest.objects.get()
    assert balances(world)["wang"] == before
    assert [book_correction(MAKER, request.pk) for _ in range(2)] == [ASK.DONE, ASK.REPEATED]
    assert balances(world)["wang"] == before + 1_000
    back = Transfer.objects.get(reverses_id=request.transfer_id)
    assert (back.kind, back.amount_fen) == (TransferKind.CORRECTION, 1_000)
    turn_to(world, NOVEMBER)
    october = build(last_day=OCTOBER.replace(day=31))
    assert (figures(october), days(october)) == ((0, 0, 0, -1_000, -10, -990), {DAY: -1_000})
    assert is_sound()


@pytest.mark.parametrize(
    ("who", "amount_fen", "reason", "outcome"),
    [
        ("shop", 1, "x", ASK.REFUSED_NOT_YOURS),
        ("canteen", 3_001, "x", ASK.REFUSED_AMOUNT),
        ("canteen", 0, "x", ASK.REFUSED_AMOUNT),
        ("canteen", 1, " ", ASK.REFUSED_NO_REASON),
    ],
)
def test_what_is_not_asked(world: World, who: str, amount_fen: int, reason: str, outcome: CorrectionOutcome) -> None:
    sell(world, 1, 3_000)
    assert ask_correction(staff("hu", who), sale(of=3_000), amount_fen=amount_fen, reason=reason) is outcome
    assert ask_correction(MAKER, sale(of=3_000), amount_fen=1, reason="x") is ASK.REFUSED_NOT_YOURS
    assert not CorrectionRequest.objects.exists()


def test_asked_once_unless_rejected(world: World) -> None:
    head = staff("hu", "canteen")
    sell(world, 1, 3_000)
    assert ask_correction(head, 0, amount_fen=1, reason="x") is ASK.REFUSED_UNKNOWN
    first, second = (ask_correction(head, sale(of=3_000), amount_fen=1, reason="x") for _ in range(2))
    assert (first, second) == (ASK.DONE, ASK.REFUSED_ASKED)
    request = CorrectionRequest.objects.get()
    assert reject_correction(MAKER, request.pk, reason="") is ASK.REFUSED_NO_REASON
    assert [reject_correction(MAKER, request.pk, reason="no") for _ in range(2)] == [ASK.DONE, ASK.REPEATED]
    assert book_correction(MAKER, request.pk) is ASK.REFUSED_DECIDED
    assert ask_correction(head, sale(of=3_000), amount_fen=2, reason="y") is ASK.DONE
    assert book_correction(MAKER, CorrectionRequest.objects.latest("pk").pk) is ASK.DONE
    assert reject_correction(MAKER, CorrectionRequest.objects.latest("pk").pk, reason="no") is ASK.REFUSED_DECIDED
    assert ask_correction(head, sale(of=3_000), amount_fen=2, reason="y") is ASK.REFUSED_ASKED


def test_a_terminals_own_reversal_comes_first(world: World) -> None:
    head = staff("hu", "canteen")
    record = world.record(1, amount_fen=500, who="chen")
    authorise_purchases([record], received_at=NOON)
    with clock.at(NOON + timedelta(hours=1)):
        assert ask_correction(head, sale(of=500), amount_fen=500, reason="x") is ASK.DONE
        assert book_correction(MAKER, CorrectionRequest.objects.get().pk) is ASK.REFUSED_TOO_SOON
        reverse_purchases([record], received_at=clock.now())
    with clock.at(NOON + timedelta(days=2)):
        assert book_correction(MAKER, CorrectionRequest.objects.get().pk) is ASK.REFUSED_REVERSED
    assert balances(world)["canteen"] == 0


def test_only_the_merchants_head_confirms(world: World) -> None:
    agree()
    turn_to(world, OCTOBER)
    statement = build()
    check_statement(CHECKER, statement.pk)
    head, other, cashier = staff("hu", "canteen", is_head=True), staff("li", "shop", is_head=True), staff("ma", "canteen")
    outcomes = [confirm_statement(who, statement.pk) for who in (other, cashier, head, head)]
    refused = StatementOutcome.REFUSED_NOT_YOURS
    assert outcomes == [refused, refused, StatementOutcome.DONE, StatementOutcome.REPEATED]
