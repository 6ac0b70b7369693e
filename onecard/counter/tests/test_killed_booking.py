"""SIGKILL in the middle of booking: a form has booked once or not at all, and sending it again says truthfully which.

ONECARD_SEED repeats a run's moments (as far as a machine can be repeated).
"""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import threading
import uuid

import pytest
from django.test import override_settings

from onecard.access.types import Actor
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Slip
from onecard.counter.tests.desk import FLOAT_FEN, TUESDAY_TEN, clerk_at, shift_of
from onecard.counter.types import CounterOutcome
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from tests.browsing import FAST
from tests.elsewhere import elsewhere, until_alone
from tests.world import World

KILLS = 4
FORMS = 150
AMOUNT_FEN = 100
CLERK = """
from uuid import UUID
from django.db import connection
from onecard.access.models import Operator
from onecard.access.types import Actor
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.tests.desk import TUESDAY_TEN
from onecard.kernel import clock
clerk = Actor.of(Operator.objects.get(username="zhao"))
forms = [UUID(line) for line in sys.stdin.readline().split()]
print("ready", flush=True)
sys.stdin.readline()
with clock.at(TUESDAY_TEN):
    for form in forms:
        take_deposit(clerk, int(sys.argv[2]), amount_fen=100, request_key=form)
print("all", flush=True)
"""


@pytest.mark.slow
def test_a_killed_clerk_has_booked_each_form_once_or_not_at_all(own_world: World, own_database: str) -> None:
    seed = int(os.environ.get("ONECARD_SEED") or secrets.randbelow(1_000_000))
    print(f"ONECARD_SEED={seed}")
    moments = random.Random(seed)
    with override_settings(PASSWORD_HASHERS=FAST):
        clerk = clerk_at("W1", "zhao")
    lin, halfway, sent = own_world.people["lin"], 0, 0
    for _ in range(KILLS):
        forms = [uuid.uuid4() for _ in range(FORMS)]
        _kill_among(forms, database=own_database, person=lin, after_s=moments.uniform(0.05, 1.5))
        booked = set(Slip.objects.filter(request_key__in=forms).values_list("request_key", flat=True))
        halfway += 0 < len(booked) < FORMS
        again = forms[: min(len(booked) + 5, FORMS)]
        for form in again:
            _send_again(clerk, lin, form, was_booked=form in booked)
        sent += len(again)
        assert booked <= set(again), "the clerk's process booked out of its order"
    assert Slip.objects.count() == sent
    assert ledger.balance_of(own_world.cash["lin"]) == 10_000 + sent * AMOUNT_FEN
    assert ledger.balance_of(shift_of(clerk).till.account_id) == FLOAT_FEN + sent * AMOUNT_FEN
    assert halfway > 0, "no kill fell into the work"


def _kill_among(forms: list[uuid.UUID], *, database: str, person: int, after_s: float) -> None:
    """Let a clerk's process book the forms, and kill it after this time."""
    process = elsewhere(CLERK, str(person), database=database, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(" ".join(map(str, forms)) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        threading.Event().wait(after_s)
        process.kill()
    until_alone()


def _send_again(clerk: Actor, person: int, form: uuid.UUID, *, was_booked: bool) -> None:
    with clock.at(TUESDAY_TEN):
        booking = take_deposit(clerk, person, amount_fen=AMOUNT_FEN, request_key=form)
    assert booking.outcome is (CounterOutcome.REPEATED if was_booked else CounterOutcome.DONE)
    assert Slip.objects.get(request_key=form).pk == booking.slip_id
