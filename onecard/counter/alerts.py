"""What is late at the counter, in words for the first page and the counter's own."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onecard.counter.queries import late_cash, nobody_serves_since
from onecard.counter.types import Late, LateCash
from onecard.kernel.money import yuan
from onecard.workdays.queries import year_without_calendar

SEE_SHIFTS, SEE_HANDOVERS, SEE_CALENDAR = "counter.view_shift", "counter.view_handover", "workdays.view_campusday"
_WORDS = {
    Late.IN_DRAWER: gettext_lazy("¥%(amount)s in a drawer was due at finance on %(due)s: count, close and hand over"),
    Late.CLOSED_OUT: gettext_lazy("¥%(amount)s of a closed shift was due at finance on %(due)s: hand it over"),
    Late.ON_THE_WAY: gettext_lazy("¥%(amount)s was due at finance on %(due)s and is not signed for"),
    Late.IN_SAFE: gettext_lazy("¥%(amount)s in the safe was due at finance on %(due)s: take it out and hand it over"),
}
_PAGES = {
    Late.IN_DRAWER: "counter_shift",
    Late.CLOSED_OUT: "counter_shift",
    Late.ON_THE_WAY: "counter_handover",
    Late.IN_SAFE: "counter_handover",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should see to now, and the address where."""

    text: str
    address: str


def alerts_for(user: Any) -> list[Alert]:
    """The alerts that the operator may see, the most urgent first."""
    found: list[Alert] = []
    if user.has_perm(SEE_SHIFTS) and user.has_perm(SEE_HANDOVERS):
        found += [_of_cash(one) for one in late_cash()]
        since = nobody_serves_since()
        if since is not None:
            text = _("A deposit window is open since %(time)s and no shift is.") % {"time": date_format(since, "H:i")}
            found.append(Alert(text, reverse("admin:counter_till_changelist")))
    year = year_without_calendar() if user.has_perm(SEE_CALENDAR) else None
    if year is not None:
        found.append(Alert(_("The holidays of %(year)s are not entered.") % {"year": year}, reverse("admin:workdays")))
    return found


def _of_cash(late: LateCash) -> Alert:
    words = _WORDS[late.where] % {"amount": yuan(late.amount_fen), "due": date_format(localtime(late.due_at), "m-d H:i")}
    return Alert(words, reverse(f"admin:{_PAGES[late.where]}_change", args=[late.pk]))
