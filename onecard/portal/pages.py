"""The merchants' pages: today, statements, terminals, staff, corrections. Rows are looked up by the operator's own merchant."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onecard.access.action import is_refusal
from onecard.access.pages import AmountField, DeedForm
from onecard.access.types import Actor
from onecard.ledger import queries as ledger
from onecard.ledger.types import TransferKind
from onecard.merchants.actions.disable_staff import disable_staff
from onecard.merchants.actions.invite_staff import invite_staff
from onecard.merchants.models import MerchantStaff
from onecard.merchants.queries import staff_of
from onecard.merchants.types import STAFF_WORDS
from onecard.papers.pages import excel_file, pdf_file, shown_table
from onecard.papers.queries import paper_of
from onecard.papers.sheet import sheet_of
from onecard.portal.queries import takings_today, terminals_of
from onecard.portal.sales import by_day, by_quarter, sales_sheet
from onecard.reports.parts import change
from onecard.reports.queries import usual_span
from onecard.reports.types import SpanKind
from onecard.rollups.queries import takings
from onecard.settlement.actions.ask_correction import ask_correction
from onecard.settlement.actions.confirm_statement import confirm_statement
from onecard.settlement.models import CorrectionRequest, Statement
from onecard.settlement.papers import STATEMENT
from onecard.settlement.presenting import statement_page, transfers_page
from onecard.settlement.types import CORRECTION_WORDS, STATEMENT_WORDS, CorrectionOutcome, StatementState

P = ParamSpec("P")
VIEW = "portal.view_merchant"
PAGE = 100
MOST_LISTED = 60
"""Statements and requests listed, newest first."""


def own_page(page: Callable[Concatenate[HttpRequest, MerchantStaff, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for who acts for a merchant: strangers, and who holds no post, log in first; the centre's people are refused."""

    @never_cache
    @functools.wraps(page)
    def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.has_perm("access.change_own_password"):
            return redirect(f"{reverse('admin:login')}?next={request.path}")
        staff = staff_of(request.user.pk)
        if staff is None or not request.user.has_perm(VIEW):
            raise PermissionDenied
        return page(request, staff, *args, **kwargs)

    return view


def shown(request: HttpRequest, template: str, staff: MerchantStaff, **content: Any) -> HttpResponse:
    """The page in the merchants' frame."""
    frame = {**admin.site.each_context(request), "staff": staff, "merchant": staff.merchant}
    return TemplateResponse(request, f"portal/{template}.html", {**frame, **content})


class CorrectionForm(DeedForm):
    """How much goes back, and why."""

    amount = AmountField(label=_("amount that goes back, in yuan"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class InviteForm(DeedForm):
    """Who is invited."""

    username = forms.SlugField(label=_("operator number"), max_length=40)
    full_name = forms.CharField(label=_("full name"), max_length=80)


@own_page
@require_GET
def today(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """今日: what was sold on the open business day, what waits for the merchant, what the centre owes it."""
    day, sold = takings_today(staff.merchant)
    waiting = Statement.objects.filter(merchant=staff.merchant, state=StatementState.CHECKED).order_by("pk")
    owed_fen = ledger.balance_of(staff.merchant.payable_account_id)
    total_fen = sum(one.amount_fen for one in sold)
    return shown(
        request, "today", staff, day=day, takings=sold, total_fen=total_fen, waiting=waiting, owed_fen=owed_fen, here="today"
    )


@own_page
@require_GET
def sales(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """营业: the last week or term, day by day and by quarter hour, against the days before it; with `as=excel` as a file."""
    span = usual_span(SpanKind.TERM if request.GET.get("span") == "term" else SpanKind.WEEK)
    account_id = staff.merchant.payable_account_id
    taken = takings(span.since, span.until, account_id=account_id)
    parts = [by_day(taken), by_quarter(taken)]
    if request.GET.get("as") == "excel":
        return excel_file(sales_sheet(staff.merchant, span=span, parts=parts))
    before = takings(span.before_since, span.before_until, account_id=account_id).total
    compared = change(taken.total.amount_fen, before.amount_fen)
    shown_parts = [(part, shown_table(part.table)) for part in parts]
    return shown(request, "sales", staff, span=span, parts=shown_parts, total=taken.total, compared=compared, here="sales")


@own_page
@require_GET
def statements(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """结算单: the newest first."""
    listed = Statement.objects.filter(merchant=staff.merchant).order_by("-number")[:MOST_LISTED]
    return shown(request, "statements", staff, statements=listed, here="statements")


@own_page
@require_GET
def statement(request: HttpRequest, staff: MerchantStaff, number: int) -> HttpResponse:
    """One statement, whole; with a button for the head to confirm it."""
    found = _own_statement(staff, number)
    may_confirm = staff.is_head and found.state == StatementState.CHECKED
    page = statement_page(found, lines_at=reverse("portal:transfers", args=[number]))
    return shown(request, "statement", staff, **page, may_confirm=may_confirm, here="statements")


@own_page
@require_GET
def transfers(request: HttpRequest, staff: MerchantStaff, number: int) -> HttpResponse:
    """The transfers behind a figure of a statement, a page at a time."""
    found = _own_statement(staff, number)
    try:
        page = transfers_page(found, request.GET, page=PAGE, address=_sale_address)
    except ValueError as problem:
        raise Http404 from problem
    return shown(request, "transfers", staff, **page, here="statements")


def _sale_address(transfer_id: int, kind: int) -> str:
    return reverse("portal:correction", args=[transfer_id]) if kind == TransferKind.PURCHASE else ""


@own_page
@require_GET
def paper(request: HttpRequest, staff: MerchantStaff, number: int, kind: str) -> HttpResponse:
    """The statement's numbered paper as PDF or Excel."""
    made = paper_of(STATEMENT, str(_own_statement(staff, number).pk))
    if made is None:
        raise Http404
    sheet, back = sheet_of(made), reverse("portal:statement", args=[number])
    return pdf_file(request, sheet, back=back) if kind == "pdf" else excel_file(sheet)


@own_page
@require_POST
def confirm(request: HttpRequest, staff: MerchantStaff, number: int) -> HttpResponse:
    """The merchant's head confirms."""
    outcome = confirm_statement(_actor(request), _own_statement(staff, number).pk)
    _tell(request, outcome, STATEMENT_WORDS[outcome.name])
    return redirect("portal:statement", number)


@own_page
@require_GET
def terminals(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """终端: the merchant's terminals and how they are."""
    return shown(request, "terminals", staff, terminals=terminals_of(staff.merchant), here="terminals")


@own_page
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """人员: who acts for the merchant; the head invites others."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invited = invite_staff(_actor(request), form.cleaned_data["username"], full_name=form.cleaned_data["full_name"])
        told = _now("One-time password of %(name)s, told only now: %(password)s") % {
            "name": form.cleaned_data["username"],
            "password": invited.password,
        }
        _tell(request, invited.outcome, told if invited.password else STAFF_WORDS[invited.outcome])
        if invited.password:
            return redirect("portal:people")
    listed = MerchantStaff.objects.select_related("operator").filter(merchant=staff.merchant, until=None).order_by("pk")
    return shown(request, "people", staff, people=listed, form=form if staff.is_head else None, here="people")


@own_page
@require_POST
def disable(request: HttpRequest, staff: MerchantStaff, username: str) -> HttpResponse:
    """The head takes somebody's log-in away."""
    outcome = disable_staff(_actor(request), username)
    _tell(request, outcome, STAFF_WORDS[outcome])
    return redirect("portal:people")


@own_page
@require_GET
def corrections(request: HttpRequest, staff: MerchantStaff) -> HttpResponse:
    """更正: what the merchant asked to be corrected."""
    listed = CorrectionRequest.objects.filter(merchant=staff.merchant).order_by("-pk")[:MOST_LISTED]
    return shown(request, "corrections", staff, requests=listed, here="corrections")


@own_page
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, staff: MerchantStaff, transfer_id: int) -> HttpResponse:
    """Ask that money of a sale goes back."""
    sale = ledger.sale_to(staff.merchant.payable_account_id, transfer_id)
    if sale is None:
        raise Http404
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        outcome = ask_correction(_actor(request), transfer_id, amount_fen=said["amount"], reason=said["reason"])
        words = {**CORRECTION_WORDS, CorrectionOutcome.DONE: _("Asked. The centre decides.")}
        _tell(request, outcome, words[outcome])
        if not is_refusal(outcome):
            return redirect("portal:corrections")
    return shown(request, "correction", staff, sale=sale, form=form, here="corrections")


def _own_statement(staff: MerchantStaff, number: int) -> Statement:
    found = Statement.objects.select_related("merchant").filter(merchant=staff.merchant, number=number).first()
    if found is None:
        raise Http404
    return found


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)  # type: ignore[arg-type]


def _tell(request: HttpRequest, outcome: object, words: Any) -> None:
    (messages.error if is_refusal(outcome) else messages.success)(request, words)
