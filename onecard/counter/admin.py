"""Lists of the counter: tills, shifts, slips, hand-overs, each with a button for every step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from onecard.access.pages import AmountField, Answers, Deed, DeedAdmin, DeedForm
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.confirm_handover import confirm_handover
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.open_shift import open_shift
from onecard.counter.actions.put_into_safe import put_into_safe
from onecard.counter.actions.register_till import register_till
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.actions.take_out_of_safe import take_out_of_safe
from onecard.counter.models import Handover, Shift, Slip, Till
from onecard.counter.papers import DAY_LIST, RECEIPT
from onecard.counter.types import DENOMINATIONS_FEN, MOST_PIECES, HandoverState, ShiftState, SlipKind
from onecard.counter.words import HANDOVER_WORDS, OUTCOME_WORDS, SHIFT_WORDS
from onecard.kernel.money import yuan
from onecard.kernel.pages import MoneyAdmin, badge, column, link, list_link, may_view, money
from onecard.papers.queries import paper_of
from onecard.papers.types import PaperKind


def _says(words: dict[str, Any]) -> Callable[[Any, Any], Any]:
    return lambda result, row: words.get(getattr(result, "outcome", result).name)


def _paper(kind: PaperKind) -> Callable[[Any], object]:
    def show(row: Any) -> object:
        paper = paper_of(kind, str(row.pk)) if may_view("papers.paper") else None
        return paper and link("papers.paper", paper.pk, paper.number)

    return show


class TillForm(DeedForm):
    """What is needed to register a till."""

    code = forms.SlugField(label=_("code"), max_length=16)
    name = forms.CharField(label=_("name"), max_length=80)


class FloatForm(DeedForm):
    """The float that was counted."""

    float_fen = AmountField(label=_("counted float in yuan"))


class FillForm(DeedForm):
    """A float from finance."""

    amount_fen = AmountField(label=_("amount in yuan"))
    number = forms.IntegerField(label=_("number of the float's slip"), min_value=1, max_value=10**9, widget=forms.TextInput)


TILL_DEEDS = (
    Deed(
        "counter.open_shift",
        _("Open a shift"),
        lambda actor, till, said: open_shift(actor, till.code, float_fen=said["float_fen"]),
        form=FloatForm,
        explains=_("Count the float in the drawer first: it must be what the book says."),
        says=_says(SHIFT_WORDS),
    ),
    Deed(
        "counter.fill_till",
        _("Bring a float into a till"),
        form=FillForm,
        needs_approval=True,
        subject=lambda till, said: till.code,
    ),
)


TILL_SHIFTS = column("shift_list", _("shifts"), lambda till: list_link("counter.shift", _("Show"), q=till.code))


@admin.register(Till)
class TillAdmin(DeedAdmin):
    """钱箱."""

    list_display = (
        "code",
        "name",
        column("shift_list", _("shifts"), lambda till: list_link("counter.shift", _("Show"), q=till.code)),
    )
    ordering = ("code",)
    registering = Deed(
        "counter.register_till",
        _("Register a till"),
        lambda actor, row, said: register_till(actor, said["code"], name=said["name"]),
        form=TillForm,
        says=_says(SHIFT_WORDS),
    )
    deeds = TILL_DEEDS
    fields = ("code", "name", "registered_at")


def _pieces_of(fen: int) -> forms.IntegerField:
    return forms.IntegerField(label=yuan(fen), min_value=0, max_value=MOST_PIECES, initial=0, widget=forms.TextInput)


class CountForm(DeedForm):
    """Pieces by denomination (types.DENOMINATIONS_FEN), and an explanation if the drawer differs."""

    p10000 = _pieces_of(10_000)
    p5000 = _pieces_of(5_000)
    p2000 = _pieces_of(2_000)
    p1000 = _pieces_of(1_000)
    p500 = _pieces_of(500)
    p100 = _pieces_of(100)
    p50 = _pieces_of(50)
    p10 = _pieces_of(10)
    explanation = forms.CharField(
        label=_("explanation"),
        max_length=200,
        required=False,
        help_text=_("Only when the drawer differs from the book after counting again."),
    )


def _count(actor: Any, shift: Shift, said: Answers) -> object:
    pieces = {str(fen): said[f"p{fen}"] for fen in DENOMINATIONS_FEN}
    return count_drawer(actor, shift.pk, pieces=pieces, explanation=said["explanation"])


class KeptFloatForm(DeedForm):
    """What stays in the drawer for the next shift."""

    kept_float_fen = AmountField(label=_("float kept in yuan"))


class ExcuseForm(DeedForm):
    """For how long, and why."""

    minutes = forms.IntegerField(label=_("minutes"), min_value=1, max_value=720, widget=forms.TextInput)
    excuse = forms.CharField(label=_("reason outside the windows"), max_length=200)


SHIFT_DEEDS = (
    Deed(
        "counter.count_drawer",
        _("Count the drawer"),
        _count,
        form=CountForm,
        explains=_("From the first count on the shift books nothing more. The book is not shown: count what is there."),
        says=_says(SHIFT_WORDS),
        offered=lambda shift: shift.state in (ShiftState.OPEN, ShiftState.COUNTING),
    ),
    Deed(
        "counter.close_shift",
        _("Close the shift"),
        lambda actor, shift, said: close_shift(actor, shift.pk, kept_float_fen=said["kept_float_fen"]),
        form=KeptFloatForm,
        explains=_("A second person closes: count the cash together, leave the float, take the rest out for finance."),
        says=_says(SHIFT_WORDS),
        offered=lambda shift: shift.state == ShiftState.COUNTED,
    ),
    Deed(
        "counter.close_differing_shift",
        _("Close a shift that is over or short"),
        form=KeptFloatForm,
        needs_approval=True,
        offered=lambda shift: shift.state == ShiftState.COUNTED and shift.difference_fen != 0,
    ),
    Deed(
        "counter.allow_outside_windows",
        _("Take deposits outside the windows"),
        form=ExcuseForm,
        needs_approval=True,
        offered=lambda shift: shift.state == ShiftState.OPEN,
    ),
)


SHIFT_SLIPS = column("slip_list", _("slips"), lambda shift: list_link("counter.slip", _("Show"), shift=shift.pk))


@admin.register(Shift)
class ShiftAdmin(DeedAdmin):
    """班次: newest first."""

    when_empty = _("A shift is opened on the page of its till.")
    list_display = (
        "id",
        badge("state", _("state"), {ShiftState.OPEN: "good", ShiftState.COUNTING: "warn", ShiftState.COUNTED: "note"}),
        "till",
        "clerk",
        "business_date",
        money("counted_fen", _("counted")),
    )
    list_filter = (("state", ChoicesDropdownFilter), ("business_date", RangeDateFilter))
    list_select_related = ("till", "clerk", "closed_by")
    search_fields = ("till__code", "clerk__username")
    ordering = ("-pk",)
    deeds = SHIFT_DEEDS
    fieldsets = (
        (None, {"fields": ("till", "clerk", "state", "business_date", "opened_at", money("float_fen", _("float")))}),
        (_("Count"), {"fields": ("counted_at", money("counted_fen", _("counted")), "explanation")}),
        (_("Close"), {"fields": ("closed_at", "closed_by", money("kept_float_fen", _("float kept")), "handover")}),
        (
            _("Slips"),
            {"fields": (column("slip_list", _("slips"), lambda one: list_link("counter.slip", _("Show"), shift=one.pk)),)},
        ),
    )


class ReasonForm(DeedForm):
    """Why a slip is taken back."""

    reason = forms.CharField(label=_("reason"), max_length=200)


@admin.register(Slip)
class SlipAdmin(DeedAdmin, MoneyAdmin):
    """凭条: newest first."""

    when_empty = _("Every booking at the counter leaves a slip here.")
    list_display = (
        column("slip_no", _("slip"), lambda slip: f"{slip.till.code}-{slip.number}"),
        badge("kind", _("kind"), {SlipKind.DEPOSIT: "good", SlipKind.WITHDRAWAL: "note", SlipKind.REVERSAL: "warn"}),
        column("holder", _("person"), lambda slip: link("people.person", slip.person_id, slip.person)),
        money("amount_fen", _("amount")),
        money("balance_after_fen", _("balance after")),
        "made_at",
        column("receipt", _("Receipt"), _paper(RECEIPT)),
    )
    list_filter = (("kind", ChoicesDropdownFilter),)
    list_select_related = ("till", "person", "shift", "reverses")
    search_fields = ("=person__person_no",)
    search_help_text = _("Number, name or card number")
    fields = (*list_display, "business_date", "shift", "reason", "reverses")
    deeds = (
        Deed(
            "counter.reverse_slip",
            _("Take the slip back"),
            lambda actor, slip, said: reverse_slip(actor, slip.pk, reason=said["reason"], request_key=uuid.uuid4()),
            form=ReasonForm,
            explains=_("On the same shift only: the opposite is booked under a number of its own, with a receipt."),
            says=_says(OUTCOME_WORDS),
            offered=lambda slip: slip.kind != SlipKind.REVERSAL and not hasattr(slip, "reversed_by"),
            is_grave=True,
        ),
    )


class CountedForm(DeedForm):
    """What finance counted."""

    counted_fen = AmountField(label=_("counted in yuan"))


class SealForm(DeedForm):
    """The seal on the bag."""

    seal_no = forms.CharField(label=_("seal number"), max_length=40)


class SafeForm(SealForm):
    """Bag, seal, and the witness with the own password."""

    bag_no = forms.CharField(label=_("bag"), max_length=40)
    witness = forms.CharField(label=_("witness's operator number"), max_length=40)
    witness_password = forms.CharField(label=_("witness's password"), widget=forms.PasswordInput)


HANDOVER_DEEDS = (
    Deed(
        "counter.confirm_handover",
        _("Sign for the cash"),
        lambda actor, one, said: confirm_handover(actor, one.pk, counted_fen=said["counted_fen"]),
        form=CountedForm,
        explains=_("Count the cash and write what you counted; it must be the amount of the list."),
        says=_says(HANDOVER_WORDS),
        offered=lambda one: one.state == HandoverState.ON_THE_WAY,
    ),
    Deed(
        "counter.put_into_safe",
        _("Put into the safe"),
        lambda actor, one, said: put_into_safe(actor, one.pk, **said),
        form=SafeForm,
        explains=_("When finance is closed: in a sealed bag, before a witness. It goes to finance on the first working day."),
        says=_says(HANDOVER_WORDS),
        offered=lambda one: one.state == HandoverState.ON_THE_WAY and one.stored_at is None,
    ),
    Deed(
        "counter.take_out_of_safe",
        _("Take out of the safe"),
        lambda actor, one, said: take_out_of_safe(actor, one.pk, seal_no=said["seal_no"]),
        form=SealForm,
        says=_says(HANDOVER_WORDS),
        offered=lambda one: one.state == HandoverState.IN_SAFE,
    ),
)


WHERE = badge(
    "state",
    _("state"),
    {HandoverState.RECEIVED: "good", HandoverState.IN_SAFE: "note", HandoverState.ON_THE_WAY: "warn"},
)


@admin.register(Handover)
class HandoverAdmin(DeedAdmin):
    """现金交接: newest first."""

    list_display = (
        "id",
        badge(
            "state", _("state"), {HandoverState.RECEIVED: "good", HandoverState.IN_SAFE: "note", HandoverState.ON_THE_WAY: "warn"}
        ),
        "business_date",
        money("amount_fen", _("amount")),
        "handed_by",
        "handed_at",
        column("day_list", _("Summary of a day's deposits"), _paper(DAY_LIST)),
    )
    list_filter = (("state", ChoicesDropdownFilter),)
    list_select_related = ("handed_by", "received_by", "stored_by", "witnessed_by")
    ordering = ("-pk",)
    deeds = HANDOVER_DEEDS
    registering = Deed(
        "counter.hand_over_cash",
        _("Hand cash over to finance"),
        lambda actor, row, said: hand_over_cash(actor),
        explains=_("All closed shifts' cash that was not handed over yet goes on one list."),
        says=_says(HANDOVER_WORDS),
    )
    fields = (*list_display, "bag_no", "stored_by", "witnessed_by", "stored_at", "taken_out_at", "received_by", "received_at")
