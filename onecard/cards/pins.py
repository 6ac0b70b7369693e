"""Which PINs and limits a holder may choose: pure decisions, tested as tables (BUSINESS: Cards and people)."""

from __future__ import annotations

import itertools
from datetime import date, datetime

from onecard.cards.types import CardStage, PinOutcome

DIGITS = 6
DEFAULTS = frozenset({"123456", "888888", "666666", "000000", "111111", "520520", "123123", "112233", "147258", "159357"})
"""PINs that systems deliver and people try first."""
WITH_PIN = frozenset({CardStage.ISSUED, CardStage.ACTIVE, CardStage.FROZEN, CardStage.EXPIRED})
"""The stages in which a card's holder may set or change the PIN: the card is at hand."""


def judge_pin(pin: str, *, person_no: str = "", born_on: date | None = None) -> PinOutcome:
    """Whether the holder may choose this PIN; the first that applies is the answer. A birthday that nobody told us is None."""
    if len(pin) != DIGITS or not pin.isascii() or not pin.isdigit():
        return PinOutcome.REFUSED_NOT_SIX_DIGITS
    in_order = (
        (pin in DEFAULTS, PinOutcome.REFUSED_DEFAULT),
        (_repeats(pin), PinOutcome.REFUSED_REPETITION),
        (_runs(pin), PinOutcome.REFUSED_RUN),
        (_reads_as_date(pin) or _holds_birthday(pin, born_on), PinOutcome.REFUSED_BIRTHDAY),
        (person_no.endswith(pin), PinOutcome.REFUSED_OWN_NUMBER),
    )
    return next((outcome for applies, outcome in in_order if applies), PinOutcome.DONE)


def judge_limits(*, single_fen: int, day_fen: int, single_now_fen: int, day_now_fen: int) -> PinOutcome:
    """Whether a holder may set these limits: each at most what it is now, none below 0."""
    if (single_fen, day_fen) == (single_now_fen, day_now_fen):
        return PinOutcome.REPEATED
    is_lower = 0 <= single_fen <= single_now_fen and 0 <= day_fen <= day_now_fen
    return PinOutcome.DONE if is_lower else PinOutcome.REFUSED_RAISE


def _repeats(pin: str) -> bool:
    """At most two different digits, or one, two or three digits over and over: 777777, 121212, 774774."""
    return len(set(pin)) <= 2 or any(pin == pin[:period] * (DIGITS // period) for period in (1, 2, 3))


def _runs(pin: str) -> bool:
    """Each digit one above, or one below, the digit before; 9 and 0 are neighbours: 456789, 210987."""
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    return steps in ({1}, {9})


def _reads_as_date(pin: str) -> bool:
    """Whether it can be somebody's birthday: YYMMDD, or YYYYMM of 1900 to 2099. Whose it is need not be known."""
    for century in ("19", "20"):
        if _is_date(century + pin):
            return True
    return pin[:2] in ("19", "20") and _is_date(pin + "01")


def _holds_birthday(pin: str, born_on: date | None) -> bool:
    """Whether day and month, or the year, of the holder's birth stand in it, wherever: 050493, 930504, 199307."""
    return born_on is not None and any(born_on.strftime(part) in pin for part in ("%m%d", "%d%m", "%Y"))


def _is_date(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007 - a calendar date, no moment
    except ValueError:
        return False
    return True
