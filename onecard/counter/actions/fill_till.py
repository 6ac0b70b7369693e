"""备用金: bring a float from finance into a till."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.counter.actions.move_cash import move_cash
from onecard.counter.models import Till
from onecard.counter.types import ShiftOutcome
from onecard.counter.words import SHIFT_WORDS
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject

FLOATS = "till floats"
WORDS = {"amount_fen": _("amount"), "number": _("number of the float's slip"), **SHIFT_WORDS}


@approved("counter.fill_till", title=_("Bring a float into a till"), words=WORDS, about="counter.till")
def fill_till(actor: Actor, till_code: str, *, amount_fen: int, number: int) -> ShiftOutcome:
    """Book cash that finance gave out into the drawer; `number` is that of finance's slip, which books once.

    REPEATED when the slip was booked; refused when its number has another content. Till.DoesNotExist for an unknown till.
    """
    till = Till.objects.select_for_update().get(code=till_code)
    if amount_fen <= 0:
        return ShiftOutcome.REFUSED_COUNT
    return move_cash(FLOATS, number, ledger.shared_account(Subject.BANK_CLEARING), till.account_id, amount_fen=amount_fen)
