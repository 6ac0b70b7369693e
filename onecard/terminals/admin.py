"""Pages of terminals and of the watch over the numbers that came from them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter, RelatedDropdownFilter

from onecard.access.pages import Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.kernel.money import fen
from onecard.kernel.pages import ReadOnlyAdmin, badge, column, link, list_link, money
from onecard.merchants.models import Merchant
from onecard.terminals import queries
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.enable_terminal import enable_terminal
from onecard.terminals.actions.register_terminal import TerminalOutcome, register_terminal
from onecard.terminals.models import Terminal, TerminalBatch
from onecard.terminals.types import TerminalState

PLACES_SHOWN = 50
"""How many missing places a terminal's page names."""


class NewTerminalForm(DeedForm):
    """What is needed to register a terminal. The record key is made at random and never shown."""

    code = forms.SlugField(label=_("code"), max_length=32)
    name = forms.CharField(label=_("name"), max_length=80, required=False)
    merchant = forms.ModelChoiceField(label=_("merchant"), queryset=Merchant.objects.order_by("code"))
    single_limit = forms.CharField(label=_("single limit in yuan"), required=False, help_text=_("Empty: no limit."))
    opens_at = forms.TimeField(label=_("opens at"), required=False)
    closes_at = forms.TimeField(label=_("closes at"), required=False, help_text=_("May be past midnight. Empty: always open."))

    def clean_single_limit(self) -> int | None:
        """The limit in fen."""
        text = self.cleaned_data["single_limit"]
        if not text:
            return None
        try:
            limit_fen = fen(text)
        except ValueError:
            limit_fen = 0
        if not 0 < limit_fen < 2**63:
            raise ValidationError(_now("Write an amount in yuan above zero with at most two decimals."))
        return limit_fen

    def clean(self) -> dict[str, Any]:
        """Opening and closing time come together and differ."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        opens_at, closes_at = said.get("opens_at"), said.get("closes_at")
        if (opens_at is None) != (closes_at is None) or (opens_at is not None and opens_at == closes_at):
            raise ValidationError(_now("Give both opening and closing time, and two different ones, or neither."))
        return said


def _register(actor: Actor, row: object, said: Answers) -> TerminalOutcome:
    hours = (said["opens_at"], said["closes_at"]) if said["opens_at"] is not None else None
    return register_terminal(
        actor,
        said["code"],
        merchant_id=said["merchant"].pk,
        name=said["name"],
        single_limit_fen=said["single_limit"],
        hours=hours,
    )


REGISTERING = Deed(
    "terminals.register_terminal",
    _("Register a terminal"),
    _register,
    form=NewTerminalForm,
    says={
        TerminalOutcome.DONE: _("The terminal is registered and enabled."),
        TerminalOutcome.REFUSED_CODE_TAKEN: _("This code is taken."),
    },
)
DEEDS = (
    Deed(
        "terminals.enable_terminal",
        _("Enable"),
        lambda actor, row, said: enable_terminal(actor, row.code),
        offered=lambda row: row.state == TerminalState.DISABLED,
    ),
    Deed(
        "terminals.disable_terminal",
        _("Disable"),
        lambda actor, row, said: disable_terminal(actor, row.code),
        explains=_("The terminal buys nothing online until it is enabled. What it has collected is booked all the same."),
        offered=lambda row: row.state == TerminalState.ENABLED,
        is_grave=True,
    ),
)


def _hours(terminal: Terminal) -> str:
    if terminal.opens_at is None or terminal.closes_at is None:
        return _now("always open")
    return f"{terminal.opens_at:%H:%M} – {terminal.closes_at:%H:%M}"


def _missing(terminal: Terminal) -> object:
    places = queries.gaps(terminal_id=terminal.pk, limit=PLACES_SHOWN)
    if not places:
        return _now("none")
    lines = ((gap.batch_no, numbers(gap.first_seq, gap.last_seq)) for gap in places)
    return format_html_join("", '<div class="oc-gap">{} / {}</div>', lines)


def numbers(first: int, last: int) -> str:
    """A run of numbers as people write it: 17, or 17–19."""
    return f"{first:,}" if first == last else f"{first:,}–{last:,}"


def arrived(batch: TerminalBatch) -> int:
    """How many numbers of the batch arrived."""
    return sum(run.upper - run.lower for run in batch.received)


def missing(batch: TerminalBatch) -> int:
    """How many numbers below the last one did not."""
    last = max((run.upper - 1 for run in batch.received), default=0)
    return int(last - arrived(batch))


def runs(batch: TerminalBatch) -> str:
    """The numbers that arrived, as runs."""
    return ", ".join(numbers(run.lower, run.upper - 1) for run in batch.received)


def batch_name(batch: TerminalBatch) -> str:
    """The batch as a record's name begins: code/batch."""
    return f"{batch.terminal.code}/{batch.batch_no}"


STATE = badge("state", _("state"), {TerminalState.ENABLED: "good", TerminalState.DISABLED: "bad"})
MERCHANT = column("shop", _("merchant"), lambda terminal: link("merchants.merchant", terminal.merchant_id, terminal.merchant))
HOURS = column("hours", _("hours"), _hours)
LIMIT = money("single_limit_fen", _("single limit"))


@admin.register(Terminal)
class TerminalAdmin(DeedAdmin):
    """终端."""

    list_display = ("code", "name", STATE, MERCHANT, LIMIT, HOURS, "registered_at")
    list_filter = (("state", ChoicesDropdownFilter), ("merchant", RelatedDropdownFilter))
    list_select_related = ("merchant",)
    search_fields = ("code", "name", "merchant__name", "=merchant__code")
    search_help_text = _("Code, name or merchant")
    ordering = ("code",)
    registering = REGISTERING
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("code", "name", STATE, MERCHANT, LIMIT, HOURS, "registered_at")}),
        (
            _("Records"),
            {
                "fields": (
                    column("records", _("purchases"), lambda row: list_link("purchases.purchase", _("Show"), q=row.code)),
                    column("batches", _("batches"), lambda row: list_link("terminals.terminalbatch", _("Show"), q=row.code)),
                    column("missing", _("missing numbers (batch / number)"), _missing),
                )
            },
        ),
    )


@admin.register(TerminalBatch)
class TerminalBatchAdmin(ReadOnlyAdmin):
    """批次: what came of each batch and which numbers are missing."""

    list_display = (
        column("batch", _("batch"), lambda row: row.batch_no),
        column("terminal", _("terminal"), lambda row: link("terminals.terminal", row.terminal_id, row.terminal)),
        column(
            "merchant", _("merchant"), lambda row: link("merchants.merchant", row.terminal.merchant_id, row.terminal.merchant)
        ),
        column("arrived", _("records"), lambda row: f"{arrived(row):,}"),
        column("gaps", _("missing"), lambda row: f"{missing(row):,}" if missing(row) else None),
        "last_received_at",
    )
    list_filter = (("last_received_at", RangeDateTimeFilter), ("terminal__merchant", RelatedDropdownFilter))
    list_select_related = ("terminal__merchant",)
    search_fields = ("=terminal__code",)
    search_help_text = _("Terminal")
    heading = staticmethod(batch_name)
    ordering = ("-last_received_at", "-pk")
    fields = (
        *list_display[:3],
        "first_received_at",
        "last_received_at",
        *list_display[3:5],
        column("runs", _("numbers that arrived"), runs),
    )
