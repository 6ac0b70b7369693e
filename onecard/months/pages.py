"""The month's page (月结): what it moved, what finance says, what still separates the two; and closing it."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onecard.access.pages import Deed, deed_page
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.pages import amount_text, made_for
from onecard.ledger import queries as ledger
from onecard.months import queries
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.actions.import_finance_figure import import_finance_figure
from onecard.months.forms import FigureForm, FileForm, ReconcileForm
from onecard.months.sheets import deposits_table, income_table, moves_table, purses_table
from onecard.months.types import (
    FIGURE_WORDS,
    MONTH_WORDS,
    FigureResult,
    MonthFigures,
    MonthOutcome,
    MonthResult,
    MonthSpan,
)
from onecard.papers.pages import shown_table

SEES = "months.view_monthclose"
CLOSE, GIVE, IMPORT, RECONCILE = (
    f"months.{name}" for name in ("close_month", "give_finance_figure", "import_finance_figure", "reconcile_difference")
)


def month_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The month that is closed next, as it stands; POST closes it."""
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    made_for(request)
    span = queries.month_to_close()
    page: dict[str, Any] = {**site.each_context(request), "title": _("Month close"), "span": span}
    if span is None:
        return TemplateResponse(request, "onecard/month.html", page)
    figures = queries.figures_of(span)
    state = _state(span, figures)
    may = {name: request.user.has_perm(permission) for name, permission in MAY.items()}
    tables = [
        shown_table(one) for one in (purses_table(figures), moves_table(figures), deposits_table(figures), income_table(figures))
    ]
    return TemplateResponse(request, "onecard/month.html", page | state | {"may": may, "tables": tables})


MAY = {"close": CLOSE, "give": GIVE, "import": IMPORT, "reconcile": RECONCILE}
"""What the page offers, by permission."""


def _state(span: MonthSpan, figures: MonthFigures) -> dict[str, Any]:
    figure, judged = queries.figure_of(span.month), queries.judge_close(span)
    finance_fen = figure.payable_fen if figure else None
    is_over = judged in (MonthOutcome.DONE, MonthOutcome.REFUSED_NO_FIGURE)
    difference_fen = None if finance_fen is None else figures.books_fen - finance_fen
    sheet = None
    if finance_fen is not None:
        sheet = queries.reconciliation_of(span.month, books_fen=figures.books_fen, finance_fen=finance_fen)
    agrees = difference_fen == 0 or sheet is not None
    return {
        "figures": figures,
        "figure": figure,
        "is_over": is_over,
        "open_day": ledger.open_day(),
        "today": clock.today(),
        "difference_fen": difference_fen,
        "sheet": sheet,
        "can_close": judged is MonthOutcome.DONE and agrees,
        "can_reconcile": judged is MonthOutcome.DONE and not agrees,
        "balance": _balance(figures, finance_fen),
    }


def _balance(figures: MonthFigures, finance_fen: int | None) -> object:
    """The month's balance in one small table: opening + in - out = closing, finance's, the difference."""
    lines: list[tuple[object, object]] = [
        (_("Opening balance"), amount_text(figures.opening_fen)),
        (_("In"), amount_text(figures.in_fen)),
        (_("Out"), amount_text(-figures.out_fen)),
        (_("Accumulated balance of deposits"), amount_text(figures.books_fen)),
    ]
    if finance_fen is not None:
        lines.append((_("Finance's balance"), amount_text(finance_fen)))
        lines.append((_("Difference"), amount_text(figures.books_fen - finance_fen)))
    rows = format_html_join("", '<tr><th>{}</th><td class="oc-right">{}</td></tr>', lines)
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows)


@require_POST
def close_month_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Close the month that the clerk saw (its name comes with the form) and show its report."""
    if not request.user.has_perm(CLOSE):
        raise PermissionDenied
    span = queries.month_to_close()
    if span is None:
        raise Http404
    if request.POST.get("month") != str(span):
        messages.error(request, MONTH_WORDS[MonthOutcome.REPEATED])
        return redirect("admin:month")
    result = close_month(Actor.of(request.user), span.month)  # type: ignore[arg-type]
    if result.outcome is MonthOutcome.DONE:
        words = {"month": span, "report": result.report_no, "deposits": result.deposits_no}
        messages.success(request, _("%(month)s is closed: report %(report)s, total of deposits %(deposits)s.") % words)
        return redirect("admin:months_monthclose_change", span.month.isoformat())
    for line in (MONTH_WORDS[result.outcome], *_details(result)):
        messages.error(request, line)
    return redirect("admin:month")


def _details(result: MonthResult) -> list[object]:
    if result.outcome is MonthOutcome.REFUSED_DIFFERENCE:
        lines = (
            (_("Accumulated balance of deposits"), amount_text(result.books_fen)),
            (_("Finance's balance"), amount_text(result.finance_fen)),
            (_("Difference"), amount_text(result.difference_fen)),
        )
        return [format_html_join("; ", "{}: {}", lines)]
    return [str(failure) for failure in result.failures]


def _figure_words(result: Any, row: Any) -> object:
    if isinstance(result, FigureResult) and result.problems:
        return format_html_join("", "<p>{}</p>", ((problem,) for problem in result.problems))
    return FIGURE_WORDS[result.outcome if isinstance(result, FigureResult) else result]


GIVE_FIGURE = Deed(
    GIVE,
    gettext_lazy("Give finance's balance"),
    lambda actor, row, said: give_finance_figure(actor, said["month"], payable_fen=said["payable_fen"]),
    form=FigureForm,
    explains=gettext_lazy("What finance's account of the payable to card holders shows at the end of the month's last day."),
    says=FIGURE_WORDS,
)
IMPORT_FIGURE = Deed(
    IMPORT,
    gettext_lazy("Read finance's balance from a file"),
    lambda actor, row, said: import_finance_figure(
        actor, said["month"], content=said["file"].read(), file_name=said["file"].name
    ),
    form=FileForm,
    explains=gettext_lazy("The balance after the last line up to the month's end is taken."),
    says=_figure_words,
)


RECONCILE_DIFFERENCE = Deed(
    RECONCILE,
    gettext_lazy("Propose a reconciliation"),
    form=ReconcileForm,
    explains=gettext_lazy(
        "Say item by item why the balances differ: above zero where the centre's balance is higher. Finance approves the sheet."
    ),
    needs_approval=True,
    payload=lambda said: {name: said[name] for name in ("books_fen", "finance_fen", "items")},
    subject=lambda row, said: f"{said['month']:%Y-%m}",
    template="onecard/reconcile.html",
)


def figure_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Finance's balance by hand."""
    return _deed_page(request, GIVE_FIGURE, site=site)


def import_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Finance's balance from a file."""
    return _deed_page(request, IMPORT_FIGURE, site=site)


def reconcile_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The sheet that explains the difference."""
    return _deed_page(request, RECONCILE_DIFFERENCE, site=site)


def _deed_page(request: HttpRequest, deed: Deed, *, site: AdminSite) -> HttpResponse:
    """The deed about the month that is closed next: its form begins with the month and both balances as they stand."""
    if not request.user.has_perm(deed.name):
        raise PermissionDenied
    span = queries.month_to_close()
    if span is None:
        return redirect("admin:month")
    figures, figure = queries.figures_of(span), queries.figure_of(span.month)
    finance_fen = figure.payable_fen if figure else None
    start = {"month": span.month, "books_fen": figures.books_fen, "finance_fen": finance_fen or 0}
    balance = format_html("<p>{}</p>{}", span, _balance(figures, finance_fen))
    context = {**site.each_context(request), "must": "", "balance": balance}
    about_month = dataclasses.replace(deed, initial=lambda _row: start)
    return deed_page(request, about_month, row=None, back=reverse("admin:month"), context=context)
