"""Pages of the boards: a span of days, the tiles, the charts, the table behind each; every table as Excel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onecard.access.pages import DeedForm
from onecard.kernel.pages import made_for
from onecard.papers.pages import excel_file, shown_table
from onecard.papers.types import Sheet
from onecard.reports.boards import BOARDS, Board
from onecard.reports.parts import span_sheet
from onecard.reports.queries import numbers_of, usual_span
from onecard.reports.spans import MOST_DAYS, span_between
from onecard.reports.types import Numbers, Part, Span, SpanKind

KINDS = {
    SpanKind.DAY: gettext_lazy("One day"),
    SpanKind.WEEK: gettext_lazy("Week"),
    SpanKind.TERM: gettext_lazy("Term"),
}


class DaysForm(DeedForm):
    """Chosen business days, both included."""

    since = forms.DateField(label=gettext_lazy("from"))
    until = forms.DateField(label=gettext_lazy("to"))

    def clean(self) -> dict[str, Any]:
        """In order, and not too many."""
        said: dict[str, Any] = super().clean() or {}
        if {"since", "until"} <= set(said):
            try:
                said["span"] = span_between(said["since"], said["until"])
            except ValueError as problem:
                words = _("The last day must not be before the first; at most %(most)s days.") % {"most": MOST_DAYS}
                raise forms.ValidationError(words) from problem
        return said


def board_page(request: HttpRequest, *, name: str, site: AdminSite) -> HttpResponse:
    """A board of the week, or of the span asked for (`span`, or `since` and `until`); with `as=excel` its tables as a file."""
    board = BOARDS[name]
    if not request.user.has_perm(board.permission):
        raise PermissionDenied
    made_for(request)
    form = DaysForm(request.GET) if "since" in request.GET else None
    span = form.cleaned_data["span"] if form is not None and form.is_valid() else usual_span(_kind(request))
    numbers = numbers_of(span)
    found = [part(numbers) for part in board.parts]
    if request.GET.get("as") == "excel":
        site.note_export(request, f"{board.permission.replace('.view_', '.')}?{name} {span.since} {span.until}")  # type: ignore[attr-defined]
        return excel_file(board_sheet(board, span=span, parts=found))
    page = {**site.each_context(request), **_shown(request, board, numbers=numbers, parts=found)}
    page["form"] = form or DaysForm(initial={"since": span.since, "until": span.until})
    return TemplateResponse(request, "onecard/report_board.html", page)


def _kind(request: HttpRequest) -> SpanKind:
    asked = request.GET.get("span", "")
    return SpanKind(asked) if asked in {kind.value for kind in KINDS} else SpanKind.WEEK


def _shown(request: HttpRequest, board: Board, *, numbers: Numbers, parts: list[Part]) -> dict[str, Any]:
    span = numbers.span
    tabs = [
        (one.title, reverse(f"admin:report_{one.name}"), one is board)
        for one in BOARDS.values()
        if request.user.has_perm(one.permission)
    ]
    return {
        "title": _("Reports"),
        "board": board,
        "tabs": tabs,
        "span": span,
        "kinds": [(kind.value, words, kind is span.kind) for kind, words in KINDS.items()],
        "days": f"since={span.since}&until={span.until}",
        "tiles": [tile(numbers) for tile in board.tiles],
        "parts": [(part, shown_table(part.table)) for part in parts],
    }


def board_sheet(board: Board, *, span: Span, parts: list[Part]) -> Sheet:
    """The board's tables, for Excel and for mail."""
    return span_sheet(str(board.title), name=board.name, span=span, parts=parts)
