"""What another end or another cap would have meant for the last term's subsidies (policies/previews.py finds this)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from onecard.funding.models import SubsidyGrant
from onecard.funding.types import BatchState, GrantForm
from onecard.kernel import clock
from onecard.policies.previews import Figure, Preview, Term


def subsidy_end_days(value: int, term: Term) -> list[Figure]:
    """Of the term's subsidies to be collected: those that nobody had collected by then, which would have been taken back."""
    late = Q(granted_at=None) | Q(granted_at__gt=F("batch__granted_at") + timedelta(days=value))
    to_collect = _granted(term).filter(batch__form=GrantForm.COLLECTED)
    is_over = Q(batch__granted_at__lt=clock.now() - timedelta(days=value))
    return [
        *_figures(to_collect, _("Subsidies to be collected"), _("Money to be collected")),
        *_figures(to_collect.filter(late & is_over), _("Not collected by then"), _("Money not collected by then")),
    ]


def most_subsidy(value: int, term: Term) -> list[Figure]:
    """The term's subsidies above the cap, which would have been left out."""
    above = _granted(term).filter(amount_fen__gt=value)
    return _figures(above, _("Subsidies above the cap"), _("Money of subsidies above the cap"))


def _granted(term: Term) -> QuerySet[SubsidyGrant]:
    zone = clock.campus_zone()
    since, until = (datetime.combine(day, time(), zone) for day in (term.first, term.last + timedelta(days=1)))
    live = SubsidyGrant.objects.filter(problem="", batch__state__in=(BatchState.GRANTED, BatchState.ENDED))
    return live.filter(batch__granted_at__gte=since, batch__granted_at__lt=until)


def _figures(rows: QuerySet[SubsidyGrant], number: object, money: object) -> list[Figure]:
    amount_fen = rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return [Figure(number, rows.count()), Figure(money, amount_fen, is_money=True)]


PREVIEWS: dict[str, Preview] = {
    "funding.subsidy_end_days": subsidy_end_days,
    "funding.most_subsidy_fen": most_subsidy,
}
