"""Freeze the cards of a batch of leavers: from now on they buy nothing, and what they bought is collected (clause S7.1)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.end_cards import freeze_cards_of
from onecard.kernel import clock
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.types import LeaverOutcome, LeaverState


@action("leavers.freeze_leavers")
def freeze_leavers(actor: Actor, batch_id: int) -> LeaverOutcome:
    """Freeze every usable card of the batch's people; lost ones stay lost. LeaverBatch.DoesNotExist for an unknown batch."""
    batch = LeaverBatch.objects.select_for_update().get(pk=batch_id)
    if batch.frozen_at is not None:
        return LeaverOutcome.REPEATED
    now, listed = clock.now(), Leaver.objects.filter(batch=batch)
    freeze_cards_of(actor, list(listed.values_list("person_id", flat=True)), note=batch.title)
    listed.update(state=LeaverState.FROZEN, changed_at=now)
    batch.frozen_at = now
    batch.save(update_fields=["frozen_at"])
    return LeaverOutcome.DONE
