"""Two people with the same file, and a clerk's computer that dies: one booking, never two, never half of one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from onecard.funding.actions.book_bank_file import book_bank_file
from onecard.funding.models import BankFile, BankLine
from onecard.funding.tests.banks import hand_in, received, said
from onecard.funding.types import BankOutcome, LineState
from onecard.ledger.models import Transfer
from tests.elsewhere import kill_when_stuck
from tests.parallel import at_once
from tests.world import DAY, World, balances

KILLED = """
from onecard.access.types import Actor
from onecard.funding.actions import book_bank_file as booking
booking.issue_bank_paper = stuck(booking.issue_bank_paper)
booking.book_bank_file(Actor.system("clerk"), int(sys.argv[2]))
"""
"""Books the file and is stuck before it commits; it is killed there."""


def test_two_people_hand_in_the_same_file(own_world: World) -> None:
    lines = [said(one, amount_fen=100 + one) for one in range(1, 200)]
    both = at_once([lambda: hand_in(own_world, lines)] * 3)
    assert sorted(one.outcome.name for one in both) == ["DONE", "REPEATED", "REPEATED"]
    assert (len({one.file_id for one in both}), BankFile.objects.count(), BankLine.objects.count()) == (1, 1, 199)


def test_two_people_book_the_same_file(own_world: World) -> None:
    file_id = received(own_world, [said(one, amount_fen=100) for one in range(1, 200)])
    before = balances(own_world)["lin"]
    both = at_once([lambda: book_bank_file(own_world.cast.clerk, file_id)] * 3)
    assert sorted(one.name for one in both) == ["DONE", "REPEATED", "REPEATED"]
    assert balances(own_world)["lin"] - before == 19_900


def test_two_files_that_share_transfers_are_booked_at_once(own_world: World) -> None:
    first = received(own_world, [said(one, amount_fen=100) for one in range(1, 120)])
    second = received(own_world, [said(one, amount_fen=100) for one in range(80, 200)], day=DAY + timedelta(days=1))
    before = balances(own_world)["lin"]
    booked = at_once([lambda: book_bank_file(own_world.cast.clerk, first), lambda: book_bank_file(own_world.cast.clerk, second)])
    assert booked == [BankOutcome.DONE, BankOutcome.DONE]
    assert balances(own_world)["lin"] - before == 19_900
    assert BankLine.objects.filter(state=LineState.BOOKED).count() == 199


def test_who_is_killed_in_the_middle_books_it_again_whole(own_world: World, own_database: str, tmp_path: Path) -> None:
    file_id = received(own_world, [said(one, amount_fen=100) for one in range(1, 50)])
    before, transfers = balances(own_world), Transfer.objects.count()
    kill_when_stuck(KILLED, str(file_id), database=own_database, log=tmp_path / "killed.log")
    assert (balances(own_world), Transfer.objects.count()) == (before, transfers), "nothing was booked"
    assert BankFile.objects.get(pk=file_id).state == "compared"
    assert book_bank_file(own_world.cast.clerk, file_id) is BankOutcome.DONE
    assert balances(own_world)["lin"] - before["lin"] == 4_900
