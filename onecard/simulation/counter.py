"""The counter of a simulated campus: a clerk at one till takes deposits, a second closes, finance signs."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from onecard.access.types import Actor
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.confirm_handover import confirm_handover
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.fill_till import fill_till
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.open_shift import open_shift
from onecard.counter.actions.register_till import register_till
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.queries import amount_of, drawer_of, going_shift_of
from onecard.counter.rules import fewest_pieces
from onecard.kernel import clock
from onecard.simulation.day import MoneyIn

TILL = "W1"
FLOAT_FEN = 20_000
FORMS = uuid.UUID("6f0c1c1e-6c1e-5b0e-9a52-2f1d3d0b7a11")
"""A deposit's form has a key made from this and its number, so that a day that runs again books nothing twice."""


@dataclasses.dataclass(frozen=True, slots=True)
class Staff:
    """Who works at the counter: `clerk` takes money, `second` closes and hands over, `finance` signs."""

    clerk: Actor
    second: Actor
    finance: Actor


def _set_up_till(actor: Actor) -> None:
    """The till with its float; what is there stays."""
    register_till(actor, TILL, name="一号窗口")
    fill_till(actor, TILL, amount_fen=FLOAT_FEN, number=1)


def work(staff: Staff, deposits: Sequence[MoneyIn], *, actor: Actor, people: Mapping[str, int], goes_home: bool) -> list[str]:
    """Take the day's deposits on a shift of its own; the name of each outcome. Without `goes_home` the shift stays open.

    A shift that was left open is ended first; `actor` sets up the till when it is not there.
    """
    outcomes = []
    with clock.at(deposits[0].at - timedelta(minutes=5)):
        _set_up_till(actor)
        if going_shift_of(staff.clerk.person_id) is not None:
            _end(staff)
        open_shift(staff.clerk, TILL, float_fen=drawer_of(TILL))
    for one in deposits:
        with clock.at(one.at):
            form = uuid.uuid5(FORMS, str(one.number))
            booking = take_deposit(staff.clerk, people[one.person_no], amount_fen=one.amount_fen, request_key=form)
            outcomes.append(booking.outcome.name)
    if goes_home:
        with clock.at(deposits[-1].at + timedelta(minutes=15)):
            _end(staff)
    return outcomes


def _end(staff: Staff) -> None:
    shift = going_shift_of(staff.clerk.person_id)
    if shift is None:
        return
    count_drawer(staff.clerk, shift.pk, pieces=fewest_pieces(drawer_of(TILL)))
    close_shift(staff.second, shift.pk, kept_float_fen=FLOAT_FEN)
    handed = hand_over_cash(staff.second).handover_id
    if handed is not None:
        confirm_handover(staff.finance, handed, counted_fen=amount_of(handed))
