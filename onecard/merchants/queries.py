"""Typed reads of the room."""

from __future__ import annotations

from onecard.merchants.models import Merchant


def merchant_with(code: str) -> Merchant | None:
    """The merchant with this code."""
    return Merchant.objects.filter(code=code).first()
