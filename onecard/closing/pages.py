"""The page on which the settlement clerk closes the business day (日结), or opens the first one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onecard.access.pages import Deed, DeedForm, deed_page
from onecard.access.types import Actor
from onecard.closing.actions.close_day import close_day
from onecard.closing.actions.open_first_day import open_first_day
from onecard.closing.reading import range_of_open_day
from onecard.closing.types import Check, CloseOutcome, CloseResult, OpenOutcome
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.terminals import queries as terminals

CLOSE = "closing.close_day"
CHECKS = {
    Check.DAY_IS_WHOLE: gettext_lazy("The day's transfers are all of this day, and only they"),
    Check.TRIAL_BALANCE_IS_ZERO: gettext_lazy("The trial balance is zero"),
    Check.BALANCES_FOLLOW_TRANSFERS: gettext_lazy("Balances moved by the day's transfers and nothing else"),
    Check.PURSES_EQUAL_PAYABLE: gettext_lazy("Card holders' purses equal what finance owes"),
}
SAYS = {
    CloseOutcome.REPEATED: gettext_lazy("Somebody closed this day already."),
    CloseOutcome.REFUSED_NOT_OPEN: gettext_lazy("This day is not the open one any more."),
    CloseOutcome.REFUSED_NEXT_DATE: gettext_lazy("The next business day must be after the one that is closed."),
}


class CloseForm(DeedForm):
    """Which day is closed (the one that the clerk saw open) and which one opens."""

    day = forms.DateField(widget=forms.HiddenInput)
    next_date = forms.DateField(label=gettext_lazy("next business day"))


class FirstDayForm(DeedForm):
    """The first business day."""

    day = forms.DateField(label=gettext_lazy("business date"))


FIRST_DAY = Deed(
    "closing.open_first_day",
    gettext_lazy("Open the first business day"),
    lambda actor, row, said: open_first_day(actor, said["day"]),
    form=FirstDayForm,
    explains=gettext_lazy("No business day is open, so nothing can be booked. Later days are opened by the close before them."),
    says={
        OpenOutcome.DONE: gettext_lazy("The business day is open."),
        OpenOutcome.REFUSED_DAY_EXISTS: gettext_lazy("A business day was opened before."),
    },
)


def close_day_page(request: HttpRequest, *, context: dict[str, Any], home: str) -> HttpResponse:
    """Show what the open day holds, ask for the next date, close; a check that fails is shown with its rows."""
    day = ledger.open_day()
    if day is None:
        return deed_page(request, FIRST_DAY, row=None, back=home, context=context)
    if not request.user.has_perm(CLOSE):
        raise PermissionDenied
    form = CloseForm(request.POST or None, initial={"day": day, "next_date": day + timedelta(days=1)})
    result = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        result = close_day(Actor.of(request.user), said["day"], next_date=said["next_date"])  # type: ignore[arg-type]
        if result.outcome is CloseOutcome.DONE:
            messages.success(request, _("%(day)s is closed and sealed: report %(report)s.") % _named(result))
            return redirect("admin:closing_dayreport_change", result.report_no)
        if result.outcome in SAYS:
            messages.error(request, SAYS[result.outcome])
    page = {**context, "title": _("Close the business day"), "form": form, "facts": _facts(day), "failures": _failures(result)}
    return TemplateResponse(request, "onecard/close_day.html", page)


def _named(result: CloseResult) -> dict[str, object]:
    return {"day": result.day, "report": result.report_no}


def _facts(day: date) -> list[tuple[str, str]]:
    found = range_of_open_day(day)
    last = found.last_id - found.first_id + 1 if found.first_id and found.last_id else 0
    numbers, places = terminals.missing_totals()
    return [
        (_("Business day"), day.isoformat()),
        (_("Today on campus"), clock.today().isoformat()),
        (_("Transfers, about"), f"{last:,}"),
        (_("Held records"), f"{ledger.held_count():,}"),
        (_("Missing numbers"), _("%(numbers)s at %(places)s places") % {"numbers": f"{numbers:,}", "places": f"{places:,}"}),
    ]


def _failures(result: CloseResult | None) -> list[dict[str, Any]]:
    """Each check that failed with its rows as a table."""
    return [
        {
            "title": CHECKS[failure.check],
            "headings": [(name, False) for name in failure.rows[0]],
            "rows": [[(str(value), False) for value in row.values()] for row in failure.rows],
            "total": None,
            "more": failure.more,
        }
        for failure in (result.failures if result else ())
    ]
