"""Two people with the same file, and a clerk's computer that dies: one booking, never two, never half of one."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.db import connection

from onecard.funding.actions.book_bank_file import book_bank_file
from onecard.funding.models import BankFile, BankLine
from onecard.funding.tests.banks import hand_in, received, said
from onecard.funding.types import BankOutcome, LineState
from onecard.ledger.models import Transfer
from tests import databases
from tests.parallel import at_once
from tests.serving import eventually
from tests.world import DAY, World, balances

KILLED = """
import sys
import tests.environment
import django
django.setup()
from tests.databases import point_at
point_at(sys.argv[1])
from onecard.access.types import Actor
from onecard.funding.actions import book_bank_file as booking
from onecard.kernel import sql
paper = booking.issue_bank_paper
def stuck(*arguments):
    paper(*arguments)
    sql.call("select pg_advisory_lock(4242)")
booking.issue_bank_paper = stuck
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
    log = tmp_path / "killed.log"
    with connection.cursor() as cursor, log.open("w") as output:
        cursor.execute("select pg_advisory_lock(4242)")
        command = [sys.executable, "-c", KILLED, own_database, str(file_id)]
        killed = subprocess.Popen(command, cwd=databases.ROOT, stdout=output, stderr=output)
        try:
            eventually(lambda: is_stuck() or killed.poll() is not None, log=log, within_s=60)
            assert is_stuck()
        finally:
            killed.kill()
            killed.wait(60)
            cursor.execute("select pg_advisory_unlock(4242)")
    assert (balances(own_world), Transfer.objects.count()) == (before, transfers), "nothing was booked"
    assert BankFile.objects.get(pk=file_id).state == "compared"
    assert book_bank_file(own_world.cast.clerk, file_id) is BankOutcome.DONE
    assert balances(own_world)["lin"] - before["lin"] == 4_900


def is_stuck() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and objid = 4242 and not granted")
        return bool(cursor.fetchone()[0])
