"""Settle held records: what the actions that book or write them off share."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import SettledAs

MOST_OF_A_NAME = 150
MOST_OF_A_TEXT = 200


def locked_record(held_id: int) -> HeldRecord:
    """The held record, locked with all that are held under its number; HeldRecord.DoesNotExist for an unknown one.

    So two people who settle records of one number do it one after the other.
    """
    rows = HeldRecord.objects.get(pk=held_id).same_number().select_for_update()
    return next(row for row in rows if row.pk == held_id)


def settle(record: HeldRecord, *, actor: Actor, settled_as: SettledAs, text: str) -> None:
    """Write who settled the locked record, when, how and with which result or reason; the same content held twice goes with it.

    The database refuses to settle a record again.
    """
    record.same_number().filter(digest=record.digest, settled_at=None).update(
        settled_at=clock.now(), settled_by=actor.name[:MOST_OF_A_NAME], settled_as=settled_as, settlement=text[:MOST_OF_A_TEXT]
    )
