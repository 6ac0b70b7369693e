"""The counter's page: scan or type who it is, take or pay money, hand out the receipt; made for keyboard and scanner."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onecard.access.action import is_refusal
from onecard.access.pages import AmountField, Deed, DeedForm, deed_page
from onecard.access.types import Actor
from onecard.counter import queries
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Slip
from onecard.counter.papers import RECEIPT
from onecard.counter.types import Booking, CounterOutcome
from onecard.counter.words import OUTCOME_WORDS
from onecard.ledger.queries import latest_transfers
from onecard.papers.queries import paper_of
from onecard.people.models import Person

DEPOSIT, WITHDRAW = "counter.take_deposit", "counter.pay_withdrawal"
MOST_TRANSFERS = 8


class BookingForm(forms.Form):
    """A sum of money for a person; `request_key` was made with the page, so that the form books once."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    amount_fen = AmountField()
    is_identified = forms.BooleanField(required=False)


class LargeForm(DeedForm):
    """An amount above what one clerk may pay out."""

    amount_fen = AmountField(label=gettext_lazy("amount in yuan"))


LARGE = Deed(
    "counter.pay_large_withdrawal",
    gettext_lazy("Pay out a large amount"),
    form=LargeForm,
    explains=gettext_lazy("You have seen who it is. It is paid out of your drawer when a colleague has approved it."),
    needs_approval=True,
    payload=lambda said: {"amount_fen": said["amount_fen"], "request_key": str(uuid.uuid4())},
)


def counter_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Who is meant (`q`), what was booked last (`slip`), or what became of a form whose answer was lost (`key`)."""
    if not request.user.has_perm(DEPOSIT):
        raise PermissionDenied
    text = request.GET.get("q", "")
    people = queries.people_like(text)
    context: dict[str, Any] = {
        "title": _("Counter"),
        "text": text,
        "people": people if len(people) > 1 else [],
        "is_unknown": bool(text) and not people,
        "shift": queries.going_shift_of(request.user.pk or 0),
        "slip": _slip(request),
        **_lost_form(request),
    }
    if len(people) == 1:
        context |= _about(people[0])
    if context["slip"] is not None:
        context["receipt"] = paper_of(RECEIPT, str(context["slip"].pk))
    if context["shift"] is not None:
        context["slips"] = queries.latest_slips(shift=context["shift"])
    return TemplateResponse(request, "onecard/counter.html", {**site.each_context(request), **context})


def _slip(request: HttpRequest) -> Slip | None:
    wanted = request.GET.get("slip", "")
    rows = Slip.objects.select_related("till", "person")
    return rows.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None


def _lost_form(request: HttpRequest) -> dict[str, Any]:
    """Of a form that was sent and not answered: the slip that it booked, or that it booked nothing."""
    try:
        key = uuid.UUID(request.GET.get("key", ""))
    except ValueError:
        return {}
    found = queries.slip_of_form(key)
    return {"slip": found, "was_lost": True} if found else {"never_arrived": True}


def _about(person: Person) -> dict[str, Any]:
    accounts = [account for account in (person.cash_account_id, person.subsidy_account_id) if account]
    return {
        "person": person,
        "cards": person.cards.order_by("-pk")[:8],
        "transfers": latest_transfers(accounts, most=MOST_TRANSFERS),
        "accounts": set(accounts),
        "deposit_key": uuid.uuid4(),
        "withdrawal_key": uuid.uuid4(),
    }


@require_POST
def deposit_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Take a deposit and show its slip."""
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, form)
    said = form.cleaned_data
    booking = take_deposit(
        Actor.of(request.user),  # type: ignore[arg-type]
        said["person"],
        amount_fen=said["amount_fen"],
        request_key=said["request_key"],
    )
    return _booked(request, booking)


@require_POST
def withdrawal_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Pay a withdrawal and show its slip."""
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, form)
    said = form.cleaned_data
    booking = pay_withdrawal(
        Actor.of(request.user),  # type: ignore[arg-type]
        said["person"],
        amount_fen=said["amount_fen"],
        is_identified=said["is_identified"],
        request_key=said["request_key"],
    )
    if booking.outcome is CounterOutcome.REFUSED_NEEDS_SECOND_PERSON:
        messages.warning(request, OUTCOME_WORDS[booking.outcome.name])
        return redirect("admin:people_person_pay-large-withdrawal", said["person"])
    return _booked(request, booking)


def large_withdrawal_page(request: HttpRequest, person_id: int, *, site: AdminSite) -> HttpResponse:
    """Propose to pay out a large amount."""
    person = get_object_or_404(Person, pk=person_id)
    context = {**site.each_context(request), "heading": str(person), "opts": Person._meta}
    return deed_page(request, LARGE, row=person, back=_address(q=person.person_no), context=context)


def _booked(request: HttpRequest, booking: Booking) -> HttpResponse:
    words = OUTCOME_WORDS[booking.outcome.name]
    if is_refusal(booking):
        messages.error(request, words)
        return redirect(_address(q=request.POST.get("text", "")))
    (messages.success if booking.outcome is CounterOutcome.DONE else messages.info)(request, words)
    return redirect(_address(slip=booking.slip_id))


def _ask_again(request: HttpRequest, form: BookingForm) -> HttpResponse:
    said = [str(text) for errors in form.errors.values() for text in errors]
    messages.error(request, " ".join(dict.fromkeys(said)))
    return redirect(_address(q=request.POST.get("text", "")))


def _address(**query: object) -> str:
    return reverse("admin:counter", query=query)
