"""Pages of held records: what waits, its content in words, and the three ways to settle it (DESIGN §4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter

from onecard.access.models import Proposal
from onecard.access.pages import Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Post
from onecard.kernel.money import fen, yuan
from onecard.kernel.pages import MoneyAdmin, amount_text, column, link, list_link, moment_text, names_and_values
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import SettledAs, SourceKind
from onecard.purchases.actions.book_held import MOST_CORRECTED_FEN
from onecard.purchases.actions.book_held_record import book_held_record
from onecard.purchases.types import HELD_WORDS, HeldOutcome

MAX_CARD_NO = 2**63 - 1
REASONS = {
    "CONFLICT": _("same number, other content"),
    "HELD_CONFLICT": _("same number, other content"),
    "HELD_BAD_MAC": _("bad MAC"),
    "HELD_UNKNOWN_CARD": _("unknown card"),
    "HELD_INVALID": _("invalid"),
    "REFUSED_CONFLICT": _("reversal of other content"),
    "REFUSED_COLLECTED": _("reversal of a collected purchase"),
    "REFUSED_TOO_LATE": _("reversal came too late"),
    "UNKNOWN_PERSON": _("unknown person"),
    "AMOUNT_DIFFERS": _("amount differs"),
    "UNKNOWN_AT_BANK": _("unknown at the bank"),
}
BOOKABLE = frozenset({"HELD_UNKNOWN_CARD", "HELD_INVALID"})
"""Reasons that can go away by themselves, so that the record can be booked as it stands."""
NAMES = {
    "terminal_id": _("terminal"),
    "batch_no": _("batch"),
    "seq": _("number"),
    "card_no": _("card number"),
    "amount_fen": _("amount"),
    "occurred_at": _("occurred at"),
    "online": _("online request"),
    "mac_ok": _("MAC right"),
    "blacklist_version": _("blacklist version"),
    "card_counter": _("card counter"),
    "purse_after_fen": _("purse balance after"),
    "sam_id": _("SAM"),
    "sam_seq": _("SAM serial"),
    "tac": _("TAC"),
    "reversal": _("reversal"),
    "kind": _("kind"),
    "source_seq": _("source's number"),
    "person_id": _("person"),
    "bank": _("bank"),
    "reference": _("reference number"),
    "person_no": _("person's number"),
    "full_name": _("full name"),
    "booked_fen": _("booked here"),
}
SAYS = {outcome: HELD_WORDS[outcome.name] for outcome in HeldOutcome}


class CorrectionForm(DeedForm):
    """What really happened; starts from what the terminal said."""

    card_no = forms.IntegerField(label=_("card number"), min_value=1, max_value=MAX_CARD_NO, widget=forms.TextInput)
    amount = forms.CharField(label=_("amount in yuan"), max_length=20)
    occurred_at = forms.DateTimeField(label=_("occurred at"), widget=forms.TextInput)

    def clean_amount(self) -> int:
        """The amount in fen."""
        try:
            amount_fen = fen(self.cleaned_data["amount"])
        except ValueError:
            amount_fen = 0
        if not 1 <= amount_fen <= MOST_CORRECTED_FEN:
            raise ValidationError(_now("Write an amount in yuan above zero with at most two decimals."))
        return amount_fen


def _is_terminals(row: HeldRecord) -> bool:
    return row.source is not None and row.source.kind == SourceKind.TERMINAL


def _is_purchase(row: HeldRecord) -> bool:
    return _is_terminals(row) and "reversal" not in row.raw


def _may_book(row: HeldRecord) -> bool:
    return row.settled_at is None and _is_purchase(row) and row.reason in BOOKABLE and bool(row.raw.get("mac_ok"))


def _as_it_came(row: HeldRecord) -> Answers:
    if not _is_purchase(row):
        return {}
    raw = row.raw
    return {
        "card_no": raw["card_no"],
        "amount": yuan(raw["amount_fen"]),
        "occurred_at": moment_text(raw["occurred_at"]),
    }


def _corrected(said: Answers) -> Mapping[str, Any]:
    moment: datetime = said["occurred_at"]
    return {"card_no": said["card_no"], "amount_fen": said["amount"], "occurred_at": moment.isoformat()}


def content(row: HeldRecord) -> object:
    """The content as it came, in words, with the terminal's name for its id."""
    raw = {**row.raw, "terminal_id": row.source.name} if row.source and "terminal_id" in row.raw else row.raw
    return names_and_values(raw, words=NAMES)


DEEDS = (
    Deed(
        "purchases.book_held_record",
        _("Book as it stands"),
        lambda actor, row, said: book_held_record(actor, row.pk),
        explains=_(
            "It is booked under its own number, unchanged: its card is known now, or only its terminal's clock was wrong."
        ),
        says=SAYS,
        offered=_may_book,
    ),
    Deed(
        "purchases.correct_held_record",
        _("Book with corrections"),
        form=CorrectionForm,
        explains=_("Write what really happened. When another record has its number, the centre books it as a correction."),
        shows=content,
        initial=_as_it_came,
        payload=_corrected,
        offered=lambda row: row.settled_at is None and _is_purchase(row),
        needs_approval=True,
    ),
    Deed(
        "purchases.write_off_held_record",
        _("Write off"),
        explains=_("It is settled without booking, for good."),
        shows=content,
        payload=lambda said: {"reason": said["reason"]},
        offered=lambda row: row.settled_at is None,
        is_grave=True,
        needs_approval=True,
    ),
)


def record_name(row: HeldRecord) -> object:
    """The record's number as the terminal's display reads it, linked to what was booked under that number."""
    if row.source is None or not _is_terminals(row):
        return row.source_seq
    name = row.source.terminal.record_name(row.source_seq)
    return list_link("purchases.purchase", name, q=name)


def reason_text(reason: str) -> object:
    """Why the record is held, in words; a reason without words stands as it is."""
    return REASONS.get(reason, reason)


def post_text(post: str) -> object:
    """The post that owns the record, in words."""
    return Post(post).label if post in Post.values else post


def state_text(row: HeldRecord) -> object:
    """Whether it waits, or how it was settled."""
    return SettledAs(row.settled_as).label if row.settled_as else _now("Waits")


def others(row: HeldRecord) -> object:
    """Other records that are or were held under the same number, one a line."""
    same = row.same_number().exclude(pk=row.pk)
    lines = ((link("ledger.heldrecord", one.pk, f"#{one.pk}"), reason_text(one.reason), state_text(one)) for one in same)
    return format_html_join("", '<div class="oc-line">{} · {} · {}</div>', lines) or None


def proposals(row: HeldRecord) -> object:
    """What was proposed for it, one a line."""
    names = [deed.name for deed in DEEDS if deed.needs_approval]
    found = Proposal.objects.filter(action__in=names, subject=str(row.pk)).select_related("proposed_by").order_by("pk")
    lines = ((link("access.proposal", one.pk, f"#{one.pk}"), one.proposed_by, one.get_shown_state_display()) for one in found)
    return format_html_join("", '<div class="oc-line">{} · {} · {}</div>', lines) or None


def numbered(row: HeldRecord) -> str:
    """The heading of a held record."""
    return f"#{row.pk}"


class WaitingFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By whether it waits, or how it was settled."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Waits, and the ways of settling."""
        return [("waits", _("Waits")), *SettledAs.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[HeldRecord]) -> QuerySet[HeldRecord]:
        """The records in that state."""
        if not self.value():
            return queryset
        return queryset.filter(settled_at=None) if self.value() == "waits" else queryset.filter(settled_as=self.value())


class ReasonFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By why it is held."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """All reasons that have words."""
        return list(REASONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[HeldRecord]) -> QuerySet[HeldRecord]:
        """The records held for that reason."""
        return queryset.filter(reason=self.value()) if self.value() else queryset


def state_badge(row: HeldRecord) -> object:
    """The same with its colour: what waits stands out."""
    return format_html('<span class="oc-badge oc-{}">{}</span>', "plain" if row.settled_as else "warn", state_text(row))


def source_link(row: HeldRecord) -> object:
    """Where it came from: the terminal's page, or the name of any other source."""
    if row.source is None or not _is_terminals(row):
        return row.source and row.source.name
    return link("terminals.terminal", row.source.terminal.pk, row.source.name)


def amount(row: HeldRecord) -> object:
    """The amount that the content names; nothing when it names none."""
    amount_fen = row.raw.get("amount_fen")
    return amount_text(amount_fen) if isinstance(amount_fen, int) else None


STATE = column("waiting", _("state"), state_badge)


@admin.register(HeldRecord)
class HeldRecordAdmin(DeedAdmin, MoneyAdmin):
    """挂起记录: what waits for a person, with its content and the ways to settle it."""

    list_display = (
        "id",
        "received_at",
        column("source", _("source"), source_link),
        column("record", _("record"), record_name),
        column("amount_yuan", _("amount"), amount),
        column("reason", _("reason"), lambda row: reason_text(row.reason)),
        column("owner", _("owner"), lambda row: post_text(row.owner_post)),
        STATE,
    )
    list_filter = (WaitingFilter, ReasonFilter, ("received_at", RangeDateTimeFilter))
    list_select_related = ("source__terminal",)
    search_fields = ("source__name",)
    search_help_text = _("Terminal or other source")
    heading = staticmethod(numbered)
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("id", "received_at", *list_display[2:7], column("others", _("held under the same number"), others))}),
        (_("Content"), {"fields": (column("raw", _("raw content"), content),)}),
        (
            _("What was decided"),
            {"fields": (STATE, column("proposals", _("proposals"), proposals), "settled_at", "settled_by", "settlement")},
        ),
    )
