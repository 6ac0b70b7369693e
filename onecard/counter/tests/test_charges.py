"""Fees and deposits of cards in cash: due once, booked on the clerk's shift, taken back there, in the day's summary."""

from __future__ import annotations

import pytest

from onecard.access.types import Actor
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.return_card import return_card
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardOutcome, PaidBy
from onecard.counter.actions.book_charge import book_charge
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.models import Slip
from onecard.counter.papers import DAY_LIST, RECEIPT
from onecard.counter.queries import dues_of
from onecard.counter.rules import fewest_pieces
from onecard.counter.tests.desk import AFTERNOON, FLOAT_FEN, clerk_at, key, operator, shift_of
from onecard.counter.types import CounterOutcome, SlipKind
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.papers.queries import paper_of
from tests.refused import refusal
from tests.world import CARD_NO, World, broken_invariants

TEMPORARY, REPLACEMENT = 7_001, 7_002
DONE = CounterOutcome.DONE


@pytest.fixture
def clerk(world: World) -> Actor:
    return clerk_at("W1", "zhao")


def book(clerk: Actor, card_no: int, kind: SlipKind) -> CounterOutcome:
    with clock.at(AFTERNOON):
        return book_charge(clerk, card_no, kind=kind, request_key=key()).outcome


def take_back(clerk: Actor, kind: SlipKind) -> CounterOutcome:
    slip = Slip.objects.filter(kind=kind).latest("pk")
    with clock.at(AFTERNOON):
        return reverse_slip(clerk, slip.pk, reason="a mistake", request_key=key()).outcome


def due(*card_nos: int) -> list[tuple[int, str, int]]:
    return [(one.card_no, one.kind.value, one.amount_fen) for one in dues_of(list(Card.objects.filter(card_no__in=card_nos)))]


def drawer_fen() -> int:
    return ledger.balance_of(Slip.objects.latest("pk").till.account_id)


def lend(world: World, card_no: int = TEMPORARY, *, paid: PaidBy = PaidBy.COUNTER) -> None:
    with clock.at(AFTERNOON):
        outcome = issue_card(
            world.cast.clerk,
            card_no,
            person_id=world.people["wang"],
            kind=CardKind.TEMPORARY,
            requested_by="Library",
            deposit=paid,
        )
    assert outcome is CardOutcome.DONE


def replace(world: World, *, fee: PaidBy = PaidBy.COUNTER) -> None:
    with clock.at(AFTERNOON):
        outcome = replace_card_at_once(world.cast.clerk, CARD_NO["lost"], new_card_no=REPLACEMENT, fee=fee.value)
    assert outcome is CardOutcome.DONE


def test_a_replacement_fee_is_due_once_and_income(world: World, clerk: Actor) -> None:
    replace(world)
    assert due(CARD_NO["lost"]) == [(CARD_NO["lost"], "card_fee", 1_500)]
    before_fen = ledger.balance_of(world.cash["lost"])
    assert book(clerk, CARD_NO["lost"], SlipKind.CARD_FEE) is DONE
    assert due(CARD_NO["lost"]) == []
    assert book(clerk, CARD_NO["lost"], SlipKind.CARD_FEE) is CounterOutcome.REFUSED_NOT_DUE
    assert ledger.balance_of(ledger.shared_account(Subject.CARD_FEES)) == 1_500
    assert (drawer_fen(), ledger.balance_of(world.cash["lost"])) == (FLOAT_FEN + 1_500, before_fen)
    receipt = paper_of(RECEIPT, str(Slip.objects.get().pk))
    assert receipt is not None
    assert receipt.content["head"]["card"] == str(CARD_NO["lost"])


def test_a_fee_from_the_purse_is_not_due_in_cash(world: World, clerk: Actor) -> None:
    replace(world, fee=PaidBy.PURSE)
    assert due(CARD_NO["lost"]) == []
    assert book(clerk, CARD_NO["lost"], SlipKind.CARD_FEE) is CounterOutcome.REFUSED_NOT_DUE


def test_a_deposit_is_taken_and_paid_back_when_the_card_comes_back(world: World, clerk: Actor) -> None:
    deposits = ledger.shared_account(Subject.CARD_DEPOSITS)
    lend(world)
    assert due(TEMPORARY) == [(TEMPORARY, "card_deposit", 2_000)]
    assert book(clerk, TEMPORARY, SlipKind.DEPOSIT_BACK) is CounterOutcome.REFUSED_NOT_DUE
    assert book(clerk, TEMPORARY, SlipKind.CARD_DEPOSIT) is DONE
    assert (ledger.balance_of(deposits), drawer_fen()) == (2_000, FLOAT_FEN + 2_000)
    assert due(TEMPORARY) == []
    with clock.at(AFTERNOON):
        return_card(world.cast.clerk, TEMPORARY)
    assert due(TEMPORARY) == [(TEMPORARY, "deposit_back", 2_000)]
    assert book(clerk, TEMPORARY, SlipKind.DEPOSIT_BACK) is DONE
    assert (ledger.balance_of(deposits), drawer_fen(), due(TEMPORARY)) == (0, FLOAT_FEN, [])
    assert broken_invariants() == {}


def test_a_deposit_that_was_never_paid_is_not_paid_back(world: World, clerk: Actor) -> None:
    lend(world)
    with clock.at(AFTERNOON):
        return_card(world.cast.clerk, TEMPORARY)
    assert due(TEMPORARY) == []
    assert book(clerk, TEMPORARY, SlipKind.DEPOSIT_BACK) is CounterOutcome.REFUSED_NOT_DUE


def test_charges_are_taken_back_on_the_same_shift_and_due_again(world: World, clerk: Actor) -> None:
    lend(world)
    assert book(clerk, TEMPORARY, SlipKind.CARD_DEPOSIT) is DONE
    assert take_back(clerk, SlipKind.CARD_DEPOSIT) is DONE
    assert due(TEMPORARY) == [(TEMPORARY, "card_deposit", 2_000)]
    assert book(clerk, TEMPORARY, SlipKind.CARD_DEPOSIT) is DONE
    with clock.at(AFTERNOON):
        return_card(world.cast.clerk, TEMPORARY)
    assert book(clerk, TEMPORARY, SlipKind.DEPOSIT_BACK) is DONE
    assert take_back(clerk, SlipKind.CARD_DEPOSIT) is CounterOutcome.REFUSED_PAID_BACK
    assert take_back(clerk, SlipKind.DEPOSIT_BACK) is DONE
    assert due(TEMPORARY) == [(TEMPORARY, "deposit_back", 2_000)]
    assert [slip.turn for slip in Slip.objects.filter(kind=SlipKind.CARD_DEPOSIT).order_by("pk")] == [1, 2]
    assert broken_invariants() == {}


def test_a_form_sent_twice_books_one_charge(world: World, clerk: Actor) -> None:
    lend(world)
    form = key()
    with clock.at(AFTERNOON):
        first, again = (
            book_charge(clerk, TEMPORARY, kind=SlipKind.CARD_DEPOSIT, request_key=form),
            book_charge(clerk, TEMPORARY, kind=SlipKind.CARD_DEPOSIT, request_key=form),
        )
    assert (again.outcome, again.slip_id) == (CounterOutcome.REPEATED, first.slip_id)
    assert Slip.objects.count() == 1


def test_charges_stand_in_the_days_summary(world: World, clerk: Actor) -> None:
    lend(world)
    replace(world)
    book(clerk, TEMPORARY, SlipKind.CARD_DEPOSIT)
    book(clerk, CARD_NO["lost"], SlipKind.CARD_FEE)
    with clock.at(AFTERNOON):
        count_drawer(clerk, shift_of(clerk).pk, pieces=fewest_pieces(FLOAT_FEN + 3_500))
        second = operator("qian")
        close_shift(second, shift_of(clerk).pk, kept_float_fen=FLOAT_FEN)
        handed = hand_over_cash(second)
    paper = paper_of(DAY_LIST, str(handed.handover_id))
    assert paper is not None
    [line] = paper.content["tables"]["shifts"]
    assert (line["fees_fen"], line["card_deposits_fen"], line["deposits_fen"], line["cash_fen"]) == (1_500, 2_000, 0, 3_500)


def test_the_database_refuses_a_charge_without_its_card(world: World, clerk: Actor) -> None:
    lend(world)
    book(clerk, TEMPORARY, SlipKind.CARD_DEPOSIT)
    columns = (
        "till_id, shift_id, person_id, amount_fen, balance_after_fen, business_date, made_at, reason, kind, card_id, turn,"
        " request_key, number"
    )
    same = columns.replace("request_key, number", "gen_random_uuid(), number + 1")
    copied = f"insert into counter_slip ({columns}) select {same} from counter_slip"
    assert refusal(copied) == "charge_is_booked_once"
    assert refusal(copied.replace("card_id, turn, gen", "null, 0, gen")) == "charge_names_its_card"
