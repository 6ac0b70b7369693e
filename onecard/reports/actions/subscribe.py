"""Let an address get a board's report by mail."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.reports.boards import BOARDS
from onecard.reports.models import Cadence, Subscription
from onecard.reports.types import ReportOutcome


@action("reports.subscribe")
def subscribe(actor: Actor, board: str, *, cadence: str, address: str, language: str) -> ReportOutcome:
    """Keep who gets it, how often and in which language; only of boards that the actor may see."""
    found = BOARDS.get(board)
    if found is None or not actor.may(found.permission):
        return ReportOutcome.REFUSED_BOARD
    try:
        validate_email(address)
    except ValidationError:
        return ReportOutcome.REFUSED_ADDRESS
    _kept, is_new = Subscription.objects.get_or_create(
        board=board,
        cadence=Cadence(cadence).value,
        address=address,
        ended_at=None,
        defaults={"language": language, "begun_at": clock.now(), "begun_by": actor.name},
    )
    return ReportOutcome.DONE if is_new else ReportOutcome.REPEATED
