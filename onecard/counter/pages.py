"""The counter's page: scan or type who it is, take or pay money, hand out the receipt; made for keyboard and scanner."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onecard.access.action import is_refusal
from onecard.access.pages import AmountField, Deed, DeedAdmin, DeedForm, deed_page
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.counter import alerts, queries
from onecard.counter.actions.book_charge import book_charge
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Slip
from onecard.counter.papers import RECEIPT
from onecard.counter.types import CHARGES, Booking, CounterOutcome, SlipKind
from onecard.counter.words import OUTCOME_WORDS
from onecard.ledger.queries import latest_transfers
from onecard.papers.queries import paper_of
from onecard.people.models import Person

DEPOSIT = "counter.take_deposit"
MOST_TRANSFERS = 8
MOST_CARDS = 8


class FormOfPage(forms.Form):
    """What every form of the page carries: `request_key` was made with the page, so that the page books once."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)


class BookingForm(FormOfPage):
    """A sum of money for a person."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    amount_fen = AmountField()
    is_identified = forms.BooleanField(required=False)


class ChargeForm(FormOfPage):
    """A card's fee or deposit, whose amount the card says."""

    card = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**18)
    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in sorted(CHARGES)])


class LargeForm(DeedForm):
    """An amount above what one clerk may pay out; sent twice it is one proposal, and it books once."""

    amount_fen = AmountField(label=gettext_lazy("amount in yuan"))
    request_key = forms.UUIDField(widget=forms.HiddenInput)


LARGE = Deed(
    "counter.pay_large_withdrawal",
    gettext_lazy("Pay out a large amount"),
    form=LargeForm,
    explains=gettext_lazy("You have seen who it is. It is paid out of your drawer when a colleague has approved it."),
    needs_approval=True,
    payload=lambda said: {"amount_fen": said["amount_fen"], "request_key": str(said["request_key"])},
    initial=lambda row: {"request_key": uuid.uuid4()},
)


@never_cache
def counter_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Who is meant (`q`), what was booked last (`slip`), or what became of a form whose answer was lost (`key`).

    A form that booked nothing so far is shown again under its own key: should it still arrive, it is booked once all the same.
    """
    if not request.user.has_perm(DEPOSIT):
        raise PermissionDenied
    text, key = request.GET.get("q", ""), _lost_key(request)
    lost = queries.slip_of_form(key) if key else None
    people = [] if lost else queries.people_like(text)
    context: dict[str, Any] = {
        "title": _("Counter"),
        "text": text,
        "people": people if len(people) > 1 else [],
        "is_unknown": bool(text) and not people and not lost,
        "shift": queries.going_shift_of(request.user.pk or 0),
        "slip": lost or _slip(request),
        "was_lost": lost is not None,
        "never_arrived": key is not None and lost is None,
        "alerts": alerts.alerts_for(request.user),
    }
    if len(people) == 1:
        context |= {"request_key": key or uuid.uuid4(), **_about(people[0], request=request, site=site)}
    if context["slip"] is not None:
        context["receipt"] = paper_of(RECEIPT, str(context["slip"].pk))
    if context["shift"] is not None:
        context["slips"] = queries.latest_slips(shift=context["shift"])
    return TemplateResponse(request, "onecard/counter.html", {**site.each_context(request), **context})


def _lost_key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("key", ""))
    except ValueError:
        return None


def _slip(request: HttpRequest) -> Slip | None:
    wanted = request.GET.get("slip", "")
    rows = Slip.objects.select_related("till", "person")
    return rows.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None


def _about(person: Person, *, request: HttpRequest, site: AdminSite) -> dict[str, Any]:
    accounts = [account for account in (person.cash_account_id, person.subsidy_account_id) if account]
    cards = list(person.cards.order_by("-pk")[:MOST_CARDS])
    return {
        "person": person,
        "cards": [(card, _card_deeds(card, request=request, site=site)) for card in cards],
        "dues": queries.dues_of(cards),
        "transfers": latest_transfers(accounts, most=MOST_TRANSFERS),
        "accounts": set(accounts),
    }


def _card_deeds(card: Card, *, request: HttpRequest, site: AdminSite) -> list[Deed]:
    """What may be done with the card now: what its own page offers."""
    page: DeedAdmin = site._registry[Card]  # type: ignore[assignment]
    return [deed for deed in page.deeds if page.is_offered(deed, request=request, row=card)]


def card_step_page(request: HttpRequest, card_id: int, slug: str, *, site: AdminSite) -> HttpResponse:
    """A step of a card's life, begun at the counter and ending there."""
    card = get_object_or_404(Card.objects.select_related("person"), pk=card_id)
    page: DeedAdmin = site._registry[Card]  # type: ignore[assignment]
    deed = next((one for one in page.deeds if one.slug == slug), None)
    if deed is None:
        raise Http404
    context = {**site.each_context(request), "heading": f"{card} · {card.person}", "opts": Card._meta}
    return deed_page(request, deed, row=card, back=_address(q=card.person.person_no), context=context)


@require_POST
def deposit_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Take a deposit and show its slip."""
    return _book(
        request,
        BookingForm(request.POST),
        lambda actor, said: take_deposit(actor, said["person"], amount_fen=said["amount_fen"], request_key=said["request_key"]),
    )


@require_POST
def withdrawal_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Pay a withdrawal and show its slip."""
    return _book(
        request,
        BookingForm(request.POST),
        lambda actor, said: pay_withdrawal(
            actor,
            said["person"],
            amount_fen=said["amount_fen"],
            is_identified=said["is_identified"],
            request_key=said["request_key"],
        ),
    )


@require_POST
def charge_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Take a card's fee or deposit, or pay the deposit back, and show its slip."""
    return _book(
        request,
        ChargeForm(request.POST),
        lambda actor, said: book_charge(actor, said["card"], kind=SlipKind(said["kind"]), request_key=said["request_key"]),
    )


def large_withdrawal_page(request: HttpRequest, person_id: int, *, site: AdminSite) -> HttpResponse:
    """Propose to pay out a large amount."""
    person = get_object_or_404(Person, pk=person_id)
    context = {**site.each_context(request), "heading": str(person), "opts": Person._meta}
    return deed_page(request, LARGE, row=person, back=_address(q=person.person_no), context=context)


def _book(request: HttpRequest, form: forms.Form, run: Callable[[Actor, dict[str, Any]], Booking]) -> HttpResponse:
    """Run it with the form's answers and go to the slip, or say why not and go back to the person."""
    back = redirect(_address(q=request.POST.get("text", "")))
    if not form.is_valid():
        said = [str(text) for errors in form.errors.values() for text in errors]
        messages.error(request, " ".join(dict.fromkeys(said)))
        return back
    booking = run(Actor.of(request.user), form.cleaned_data)  # type: ignore[arg-type]
    words = OUTCOME_WORDS[booking.outcome.name]
    if booking.outcome is CounterOutcome.REFUSED_NEEDS_SECOND_PERSON:
        address = reverse("admin:people_person_pay-large-withdrawal", args=[form.cleaned_data["person"]])
        messages.warning(request, format_html('{} <a class="oc-link" href="{}">{} →</a>', words, address, LARGE.title))
        return back
    if is_refusal(booking):
        messages.error(request, words)
        return back
    (messages.success if booking.outcome is CounterOutcome.DONE else messages.info)(request, words)
    return redirect(_address(slip=booking.slip_id))


def _address(**query: object) -> str:
    return reverse("admin:counter", query=query)
