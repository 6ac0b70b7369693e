"""What other limits would have done to the last term's business at the counter (policies/previews.py finds this)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from onecard.counter.models import Handover, Shift, Slip, Till
from onecard.counter.types import SlipKind
from onecard.policies.previews import Figure, Preview, Term


def most_deposit(value: int, term: Term) -> list[Figure]:
    """Deposits that would have been refused."""
    above = _slips(term, SlipKind.DEPOSIT).filter(amount_fen__gt=value)
    return _number_and_sum(above, _("Deposits above it"), _("What they came to"))


def reversal_window(value: int, term: Term) -> list[Figure]:
    """Reversals that would have come too late."""
    reversals = Slip.objects.filter(kind=SlipKind.REVERSAL, business_date__range=(term.first, term.last))
    late = reversals.filter(made_at__gt=F("reverses__made_at") + timedelta(minutes=value))
    return _number_and_sum(late, _("Slips taken back later than that"), _("What they came to"))


def withdrawal_allowed(value: bool, term: Term) -> list[Figure]:  # noqa: FBT001 - a policy's value, whatever its kind
    """Withdrawals that would have been refused."""
    paid = _slips(term, SlipKind.WITHDRAWAL)
    return _number_and_sum(paid.none() if value else paid, _("Withdrawals refused"), _("What they came to"))


def withdrawal_above(value: int, term: Term) -> list[Figure]:
    """Withdrawals above an amount: refused, or a second person's."""
    above = _slips(term, SlipKind.WITHDRAWAL).filter(amount_fen__gt=value)
    return _number_and_sum(above, _("Withdrawals above it"), _("What they came to"))


def withdrawal_day_limit(value: int, term: Term) -> list[Figure]:
    """Days on which somebody was paid more than that."""
    days = _slips(term, SlipKind.WITHDRAWAL).values("person", "business_date").annotate(fen=Sum("amount_fen"))
    above = days.filter(fen__gt=value)
    return [
        Figure(_("Persons' days above it"), above.count()),
        Figure(_("What lay above it"), above.aggregate(above=Sum(F("fen") - value))["above"] or 0, is_money=True),
    ]


def till_float(value: int, term: Term) -> list[Figure]:
    """What lies in the drawers over night; the term doesn't matter."""
    tills = Till.objects.count()
    return [Figure(_("Tills"), tills), Figure(_("Cash in them as floats"), tills * value, is_money=True)]


def till_tolerance(value: int, term: Term) -> list[Figure]:
    """Closed shifts whose difference would have needed an approved explanation."""
    closed = Shift.objects.filter(business_date__range=(term.first, term.last), counted_fen__isnull=False)
    differing = closed.annotate(over_fen=F("counted_fen") - F("expected_fen")).exclude(over_fen=0)
    above = differing.filter(Q(over_fen__gt=value) | Q(over_fen__lt=-value))
    return [
        Figure(_("Shifts over or short"), differing.count()),
        Figure(_("Of these, with an explanation to be approved"), above.count()),
    ]


def safe_limit(value: int, term: Term) -> list[Figure]:
    """Bags that alone would have been too much for the safe."""
    stored = Handover.objects.filter(business_date__range=(term.first, term.last), stored_at__isnull=False)
    return _number_and_sum(stored.filter(amount_fen__gt=value), _("Bags above it"), _("What they came to"))


def _slips(term: Term, kind: SlipKind) -> QuerySet[Slip]:
    """The term's slips of a kind that were not taken back."""
    return Slip.objects.filter(kind=kind, reversed_by=None, business_date__range=(term.first, term.last))


def _number_and_sum(rows: QuerySet[Any], number: object, total: object) -> list[Figure]:
    found = rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return [Figure(number, rows.count()), Figure(total, found, is_money=True)]


PREVIEWS: dict[str, Preview] = {
    "counter.most_deposit_fen": most_deposit,
    "counter.reversal_window_minutes": reversal_window,
    "counter.withdrawal_allowed": withdrawal_allowed,
    "counter.withdrawal_single_limit_fen": withdrawal_above,
    "counter.withdrawal_day_limit_fen": withdrawal_day_limit,
    "counter.withdrawal_second_person_fen": withdrawal_above,
    "counter.float_fen": till_float,
    "counter.till_tolerance_fen": till_tolerance,
    "counter.safe_limit_fen": safe_limit,
}
