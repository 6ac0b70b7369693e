"""What other fees and deposits would have brought in during the last term (policies/previews.py finds this)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onecard.cards.models import Card
from onecard.cards.types import CardKind
from onecard.kernel import clock
from onecard.policies.previews import Figure, Preview, Term


def replacement_fee(value: int, term: Term) -> list[Figure]:
    """The fees for the term's replacements, were each paid."""
    replaced = _issued(term, Q(replaces__isnull=False))
    return [
        Figure(_("Cards replaced"), replaced),
        Figure(_("Fees for replacing them"), replaced * value, is_money=True),
    ]


def temporary_deposit(value: int, term: Term) -> list[Figure]:
    """The deposits for the term's temporary cards."""
    issued = _issued(term, Q(kind=CardKind.TEMPORARY))
    return [
        Figure(_("Temporary cards issued"), issued),
        Figure(_("Deposits for them"), issued * value, is_money=True),
    ]


def _issued(term: Term, which: Q) -> int:
    zone = clock.campus_zone()
    since, until = (datetime.combine(day, time(), zone) for day in (term.first, term.last + timedelta(days=1)))
    return Card.objects.filter(which, issued_at__gte=since, issued_at__lt=until).count()


PREVIEWS: dict[str, Preview] = {
    "cards.replacement_fee_fen": replacement_fee,
    "cards.temporary_deposit_fen": temporary_deposit,
}
