"""Take the allowances anew from cards and purses, when it is time."""

from __future__ import annotations

from onecard.allowances.types import CAP_FEN, STEP_FEN, TAKEN_EVERY
from onecard.kernel import clock, sql


def take_allowances() -> int:
    """The newest version of the list, taken anew when it is older than TAKEN_EVERY. Not an action of a person: gateways ask.

    However many ask at once, one takes it, and the others go on with the version before.
    """
    now = clock.now()
    arguments = [STEP_FEN, CAP_FEN, clock.today(), now, now - TAKEN_EVERY]
    [[version]] = sql.call(
        "select allowances_take_v1(%b::bigint, %b::bigint, %b::date, %b::timestamptz, %b::timestamptz)", arguments
    )
    return int(version)
