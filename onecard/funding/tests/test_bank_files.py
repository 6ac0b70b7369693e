"""Banks' files: each line one of five results, booked once, differences held and settled by two, bank clearing explained."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.funding.actions.book_bank_file import book_bank_file
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.actions.discard_bank_file import discard_bank_file
from onecard.funding.actions.receive_bank_file import file_place, receive_bank_file
from onecard.funding.actions.settle_bank_line import settle_bank_line
from onecard.funding.layouts import BANK, CSV, FIXED
from onecard.funding.models import BankFile, BankLine
from onecard.funding.papers import BANK_PAPER
from onecard.funding.queries import clearing_on, found_in
from onecard.funding.tests.banks import bank_file, findings, hand_in, line_of, received, said
from onecard.funding.types import BankFileState, BankOutcome, BankProblem, FundingLine, LineState, SettlingOutcome
from onecard.kernel import clock
from onecard.kernel.secrets import key_ring
from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import SettledAs, TransferKind
from onecard.papers.queries import paper_of
from onecard.people.types import DeliveredFile
from tests.world import CARD_NO, DAY, NOON, World, balances, broken_invariants, close_day, collect, write_off

DONE, REPEATED = BankOutcome.DONE, BankOutcome.REPEATED
BOSS = Actor.system("boss")


def moved(world: World, before: dict[str, int]) -> dict[str, int]:
    after = balances(world)
    return {who: after[who] - before[who] for who in after if after[who] != before[who]}


def booked_at_once(world: World, reference: int, who: str, amount_fen: int, *, days_ago: int = 0) -> None:
    """A transfer that the bank told us of before its file came."""
    line = FundingLine(reference, world.people[who], amount_fen, NOON - timedelta(days=days_ago))
    assert book_bank_transfers(world.cast.clerk, [line], source=BANK).posted == 1


def number(who: str) -> str:
    return f"2026{CARD_NO[who]}"


def five_results(world: World) -> int:
    """A file that has each of the five results, and a line for nobody."""
    booked_at_once(world, 1, "lin", 2_000)
    booked_at_once(world, 2, "wang", 3_000)
    booked_at_once(world, 4, "chen", 400, days_ago=9)
    booked_at_once(world, 5, "chen", 500, days_ago=1)
    return received(world, [said(1), said(2, "wang", 3_300), said(3, "chen", 700), said(6, "nobody", 900)])


RESULTS = {1: "equal", 2: "differs", 3: "not_booked", 4: "unknown", 5: "waiting", 6: "not_booked"}


def test_each_reference_number_comes_to_one_of_the_five_results(world: World) -> None:
    before = balances(world)
    file_id = five_results(world)
    at_once = {"lin": 2_000, "wang": 3_000, "chen": 900}
    assert (findings(), moved(world, before)) == (RESULTS, at_once), "nothing is booked before somebody books the file"
    assert BankFile.objects.get(pk=file_id).total_fen == 6_900
    assert book_bank_file(world.cast.clerk, file_id) is DONE
    assert moved(world, before) == {**at_once, "chen": 1_600}
    states = dict(BankLine.objects.values_list("reference", "state"))
    assert states == {1: "nothing", 2: "held", 3: "booked", 4: "held", 5: "nothing", 6: "held"}
    held = {row.source_seq: row.reason for row in HeldRecord.objects.all()}
    assert held == {2: "AMOUNT_DIFFERS", 4: "UNKNOWN_AT_BANK", 6: "UNKNOWN_PERSON"}
    assert broken_invariants() == {}


def test_booking_again_changes_nothing(world: World) -> None:
    file_id = five_results(world)
    book_bank_file(world.cast.clerk, file_id)
    before = balances(world), HeldRecord.objects.count()
    assert book_bank_file(world.cast.clerk, file_id) is REPEATED
    assert (balances(world), HeldRecord.objects.count()) == before


def test_the_same_file_is_known_again_whatever_it_is_called(world: World) -> None:
    lines = [said(1), said(2, "wang")]
    first = hand_in(world, lines)
    again = dataclasses.replace(hand_in(world, lines))
    assert (first.outcome, again.outcome, again.file_id) == (DONE, REPEATED, first.file_id)
    book_bank_file(world.cast.clerk, first.file_id or 0)
    with clock.at(NOON + timedelta(days=40)):
        renamed = receive_bank_file(world.cast.clerk, CSV.name, file=bank_file(lines, name="other.csv"))
    assert renamed == again


def test_the_same_transfers_in_another_layout_and_order_are_equal(world: World) -> None:
    lines = [said(1), said(2, "wang"), said(3, "chen")]
    book_bank_file(world.cast.clerk, received(world, lines))
    before = balances(world)
    assert hand_in(world, lines[::-1], layout=FIXED).outcome is DONE
    assert set(findings().values()) == {"equal"}
    book_bank_file(world.cast.clerk, BankFile.objects.latest("pk").pk)
    assert balances(world) == before


def test_a_refused_file_leaves_nothing_and_comes_again_whole(world: World) -> None:
    whole = bank_file([said(1), said(2, "wang")])
    torn = DeliveredFile("bank.csv", whole.content[:-10])
    with clock.at(NOON + timedelta(hours=8)):
        refused = receive_bank_file(world.cast.clerk, CSV.name, file=torn)
        assert refused.outcome is BankOutcome.REFUSED_FILE
        assert refused.refusal is not None
        assert (refused.refusal.problem, refused.refusal.line) == (BankProblem.BAD_TIME, 4)
        assert (BankFile.objects.count(), BankLine.objects.count()) == (0, 0)
        assert receive_bank_file(world.cast.clerk, CSV.name, file=whole).outcome is DONE


def test_the_file_is_kept_sealed(world: World) -> None:
    file = bank_file([said(1)])
    kept = BankFile.objects.get(pk=received(world, [said(1)]))
    assert b"2026" not in bytes(kept.content)
    assert key_ring().open(kept.content, place=file_place(file.digest)) == file.content


def test_a_discarded_file_names_nothing_and_may_come_again(world: World) -> None:
    booked_at_once(world, 1, "lin", 2_000, days_ago=9)
    file_id = received(world, [said(1), said(2)])
    assert discard_bank_file(world.cast.clerk, file_id) is DONE
    assert discard_bank_file(world.cast.clerk, file_id) is REPEATED
    assert book_bank_file(world.cast.clerk, file_id) is BankOutcome.REFUSED_STATE
    received(world, [said(3)])
    assert findings() == {1: "unknown", 3: "not_booked"}
    assert hand_in(world, [said(1), said(2)]).outcome is DONE
    book_bank_file(world.cast.clerk, BankFile.objects.latest("pk").pk)
    assert discard_bank_file(world.cast.clerk, BankFile.objects.latest("pk").pk) is BankOutcome.REFUSED_STATE


def test_what_waited_is_equal_when_the_bank_names_it_and_a_difference_when_it_never_does(world: World) -> None:
    booked_at_once(world, 1, "lin", 2_000)
    booked_at_once(world, 2, "wang", 3_000)
    received(world, [])
    assert findings() == {1: "waiting", 2: "waiting"}
    later = DAY + timedelta(days=4)
    file_id = received(world, [said(1)], day=later)
    assert findings() == {1: "equal", 2: "unknown"}
    received(world, [said(2, "wang", 3_000)], day=later)
    book_bank_file(world.cast.clerk, file_id)
    assert line_of(2, file_id=file_id).state == LineState.NOTHING_DUE, "another file names it by now"


def test_a_number_that_was_booked_meanwhile_is_compared_anew(world: World) -> None:
    file_id = received(world, [said(1), said(2, "wang", 3_000)])
    booked_at_once(world, 1, "lin", 2_000)
    booked_at_once(world, 2, "wang", 9_999)
    before = balances(world)
    book_bank_file(world.cast.clerk, file_id)
    assert balances(world) == before
    assert findings() == {1: "equal", 2: "differs"}


@pytest.mark.parametrize(
    ("reference", "who", "amount_fen", "outcome", "changes"),
    [
        (2, "wang", 3_300, SettlingOutcome.CORRECTED, {"wang": 300}),
        (2, "wang", 2_500, SettlingOutcome.CORRECTED, {"wang": -500}),
        (2, "chen", 3_300, SettlingOutcome.CORRECTED, {"wang": -3_000, "chen": 3_300}),
        (2, "wang", 0, SettlingOutcome.CORRECTED, {"wang": -3_000}),
        (2, "wang", 3_000, SettlingOutcome.REFUSED_NOTHING, {}),
        (2, "nobody", 3_300, SettlingOutcome.REFUSED_UNKNOWN_PERSON, {}),
        (2, "wang", -1, SettlingOutcome.REFUSED_AMOUNT, {}),
        (4, "chen", 0, SettlingOutcome.CORRECTED, {"chen": -400}),
        (4, "chen", 400, SettlingOutcome.REFUSED_NOTHING, {}),
        (6, "lin", 900, SettlingOutcome.BOOKED, {"lin": 900}),
        (6, "lin", 0, SettlingOutcome.REFUSED_AMOUNT, {}),
    ],
)
def test_two_people_settle_a_difference(
    world: World, reference: int, who: str, amount_fen: int, outcome: SettlingOutcome, changes: dict[str, int]
) -> None:
    book_bank_file(world.cast.clerk, five_results(world))
    held_id, before = line_of(reference).held_id or 0, balances(world)
    person_no = number(who) if who in CARD_NO else who
    assert settle_bank_line(BOSS, held_id, person_no=person_no, amount_fen=amount_fen) is outcome
    assert moved(world, before) == changes
    is_settled = not outcome.name.startswith("REFUSED")
    assert (HeldRecord.objects.get(pk=held_id).settled_at is not None) is is_settled
    if is_settled:
        assert settle_bank_line(BOSS, held_id, person_no=person_no, amount_fen=amount_fen) is SettlingOutcome.REPEATED
        assert moved(world, before) == changes
    assert broken_invariants() == {}


def test_nothing_is_taken_back_below_zero(world: World) -> None:
    booked_at_once(world, 7, "lin", 2_000)
    book_bank_file(world.cast.clerk, received(world, [said(7, "wang", 2_000)]))
    held_id = line_of(7).held_id or 0
    collect(world.record(1, amount_fen=14_000))
    assert settle_bank_line(BOSS, held_id, person_no=number("wang"), amount_fen=2_000) is SettlingOutcome.REFUSED_SPENT
    assert HeldRecord.objects.get(pk=held_id).settled_at is None


def test_a_settled_difference_is_equal_from_then_on(world: World) -> None:
    book_bank_file(world.cast.clerk, five_results(world))
    settle_bank_line(BOSS, line_of(2).held_id or 0, person_no=number("wang"), amount_fen=3_300)
    settle_bank_line(BOSS, line_of(4).held_id or 0, person_no=number("chen"), amount_fen=0)
    settle_bank_line(BOSS, line_of(6).held_id or 0, person_no=number("lin"), amount_fen=900)
    lines = [said(2, "wang", 3_300), said(6, "lin", 900), said(5, "chen", 500)]
    received(world, lines, day=DAY + timedelta(days=9))
    assert findings() == {2: "equal", 6: "equal", 5: "equal"}, "and what was taken back waits for no line"


def test_what_was_written_off_is_not_held_anew(world: World) -> None:
    book_bank_file(world.cast.clerk, five_results(world))
    held_id = line_of(2).held_id or 0
    write_off(held_id)
    book_bank_file(world.cast.clerk, received(world, [said(2, "wang", 3_300)], day=DAY + timedelta(days=1)))
    assert line_of(2).held_id == held_id
    assert line_of(2).held.settled_as == SettledAs.WRITTEN_OFF  # type: ignore[union-attr]
    assert HeldRecord.objects.filter(source_seq=2).count() == 1


def test_other_held_records_are_not_the_banks(world: World) -> None:
    collect(world.record(1, who=424_242))
    held = HeldRecord.objects.get()
    outcome = settle_bank_line(BOSS, held.pk, person_no=number("lin"), amount_fen=100)
    assert outcome is SettlingOutcome.REFUSED_NOT_THE_BANKS


def test_bank_clearing_is_explained_by_file_and_day(world: World) -> None:
    opening = ledger.balance_of(world.bank)
    first = received(world, [said(1), said(2, "wang", 3_000)])
    book_bank_file(world.cast.clerk, first)
    booked_at_once(world, 9, "chen", 50)
    today = clearing_on(DAY)
    by_file = {(line.source, line.file_id): (line.transfers, line.in_fen) for line in today.lines}
    assert by_file == {("cast", None): (8, 75_000), (BANK, first): (2, 5_000), (BANK, None): (1, 50)}
    assert today.explained_fen == today.closing_fen == opening + 5_050
    with clock.at(NOON + timedelta(hours=10)):
        close_day(world, DAY, next_date=DAY + timedelta(days=1))
    assert clearing_on(DAY) == today
    tomorrow = clearing_on(DAY + timedelta(days=1))
    assert (tomorrow.opening_fen, tomorrow.lines, tomorrow.closing_fen) == (opening + 5_050, (), opening + 5_050)


def test_the_result_is_a_numbered_paper(world: World) -> None:
    file_id = five_results(world)
    book_bank_file(world.cast.clerk, file_id)
    paper = paper_of(BANK_PAPER, str(file_id))
    assert paper is not None
    assert paper.number == "YH-2026-000001"
    assert paper.content["head"]["differences"] == 3
    assert sum(row["lines"] for row in paper.content["tables"]["results"]) == 6
    assert [row["reference"] for row in paper.content["tables"]["differences"]] == ["2", "4", "6"]
    assert sum(one.amount_fen for one in found_in(file_id)) == 6_900


def test_an_outsider_is_refused_everywhere(world: World) -> None:
    file_id = five_results(world)
    for refused in (
        lambda: receive_bank_file(world.cast.outsider, CSV.name, file=bank_file([])),
        lambda: book_bank_file(world.cast.outsider, file_id),
        lambda: discard_bank_file(world.cast.outsider, file_id),
        lambda: settle_bank_line(world.cast.outsider, 1, person_no="1", amount_fen=1),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert BankFile.objects.get(pk=file_id).state == BankFileState.COMPARED


def test_a_person_who_was_merged_is_the_one_who_stays(world: World) -> None:
    from onecard.cards.actions.merge_people import merge_people

    book_bank_file(world.cast.clerk, received(world, [said(1, "gao", 500)]))
    merge_people(BOSS, world.people["gao"], into=number("lin"), because="one human")
    received(world, [said(1, "gao", 500)], day=DAY + timedelta(days=1))
    assert findings() == {1: "equal"}
    assert Transfer.objects.filter(kind=TransferKind.BANK_TRANSFER, source__name=BANK).count() == 1
