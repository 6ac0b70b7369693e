"""What the tests of the counter begin with: operators by name, a till with a float, a clerk with an open shift."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.counter.actions.fill_till import fill_till
from onecard.counter.actions.open_shift import open_shift
from onecard.counter.actions.register_till import register_till
from onecard.counter.models import Shift
from onecard.counter.types import ShiftOutcome
from onecard.kernel import clock

TUESDAY_TEN = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
"""10:00 on campus: a deposit window is open."""
AFTERNOON = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
"""15:00: another window, and the cast's lost card has been reported."""
FLOAT_FEN = 20_000
PASSWORD = "Counter-2026-pass"
_SYSTEM = Actor.system("personnel")


def operator(name: str, post: Post = Post.CARD_CLERK) -> Actor:
    """An operator who holds the post."""
    create_operator(_SYSTEM, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
    assign_posts(_SYSTEM, name, posts=[post])
    return Actor.of(Operator.objects.get(username=name), request_id="test")


def till(code: str, *, number: int = 1, float_fen: int = FLOAT_FEN) -> None:
    """A till with a float; `number` is that of finance's slip."""
    with clock.at(TUESDAY_TEN):
        register_till(_SYSTEM, code, name=f"Window {code}")
        fill_till(_SYSTEM, code, amount_fen=float_fen, number=number)


def clerk_at(code: str, name: str, *, number: int = 1) -> Actor:
    """A card clerk with an open shift at a new till that holds a float of 200.00."""
    till(code, number=number)
    found = operator(name)
    with clock.at(TUESDAY_TEN):
        assert open_shift(found, code, float_fen=FLOAT_FEN).outcome is ShiftOutcome.DONE
    return found


def shift_of(clerk: Actor) -> Shift:
    """The clerk's newest shift, as it is now."""
    return Shift.objects.filter(clerk_id=clerk.person_id).latest("pk")


def key() -> uuid.UUID:
    """The key of a new form."""
    return uuid.uuid4()
