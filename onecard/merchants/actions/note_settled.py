"""Note how far a merchant is settled: what occurred up to that day keeps its terms."""

from __future__ import annotations

from datetime import date

from onecard.merchants.models import Merchant


def note_settled(merchant: Merchant, *, through: date) -> None:
    """Bring the day forward, never back; called by settlement with the merchant's row locked, in its transaction."""
    if merchant.settled_through is None or through > merchant.settled_through:
        merchant.settled_through = through
        merchant.save(update_fields=["settled_through"])
