"""Open the centre's first business day; later ones are opened by the close of the day before."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.closing.types import OpenOutcome
from onecard.kernel import sql


@action("closing.open_first_day")
def open_first_day(actor: Actor, day: date) -> OpenOutcome:
    """Open the day; refused when any business day was opened before."""
    [(opened,)] = sql.call("select ledger_open_first_day_v1(%t::date)", [day])
    return OpenOutcome.DONE if opened else OpenOutcome.REFUSED_DAY_EXISTS
