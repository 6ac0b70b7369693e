"""Filters of the staff pages: amounts and numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from onecard.kernel import money
from onecard.web.queries import Takings

register = template.Library()


@register.filter
def yuan(amount_fen: int) -> str:
    """1234567 -> 12,345.67."""
    return money.yuan(amount_fen)


@register.filter
def thousands(number: int) -> str:
    """1234567 -> 1,234,567."""
    return f"{number:,}"


@register.filter
def largest(lines: Sequence[Takings]) -> int:
    """The largest amount among the lines, in fen."""
    return max((line.amount_fen for line in lines), default=0)
