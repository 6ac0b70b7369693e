"""Keep a terminal's answer that it has no records under numbers it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onecard.terminals.models import Recollection


def note_not_found(terminal_id: int, places: Sequence[tuple[int, int, int]], *, heard_at: datetime) -> None:
    """Each place is (batch, first number, last number). It isn't asked for again until a person does (ask_again)."""
    for batch_no, first_seq, last_seq in places:
        Recollection.objects.update_or_create(
            terminal_id=terminal_id,
            batch_no=batch_no,
            first_seq=first_seq,
            last_seq=last_seq,
            defaults={"not_found_at": heard_at},
        )
