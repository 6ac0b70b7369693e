"""Pages of terminals and of the watch over the numbers that came from them."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter, RelatedDropdownFilter

from onecard.access.pages import MOST_OF_A_REASON, Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.kernel import clock, env
from onecard.kernel.money import fen
from onecard.kernel.pages import badge, column, link, list_link, money
from onecard.merchants.models import Merchant
from onecard.terminals import queries
from onecard.terminals.actions.ask_again import ask_again
from onecard.terminals.actions.disable_terminal import disable_terminal
from onecard.terminals.actions.enable_terminal import enable_terminal
from onecard.terminals.actions.issue_enrolment_code import IssuedCode, issue_enrolment_code
from onecard.terminals.actions.move_terminal import move_terminal
from onecard.terminals.actions.register_terminal import TerminalOutcome, register_terminal
from onecard.terminals.actions.revoke_terminal import revoke_terminal
from onecard.terminals.models import Enrolment, Terminal, TerminalBatch, TerminalStatus
from onecard.terminals.pages import shown
from onecard.terminals.parameter_pages import TERMINAL_PUBLISHING
from onecard.terminals.types import MoveOutcome, TerminalState

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


class ReasonForm(DeedForm):
    """Why it is done, for the record."""

    reason = forms.CharField(label=_("reason"), max_length=MOST_OF_A_REASON)


def _told_code(outcome: IssuedCode, row: Terminal) -> str:
    """The code, shown this once; only its digest is kept. As a link and a picture, too, that make a browser the terminal."""
    until = date_format(localtime(outcome.expires_at), "TIME_FORMAT")
    told = _now("Enrolment code of %(terminal)s: %(code)s. It serves once, until %(until)s; type it in at the terminal now.") % {
        "terminal": row.code,
        "code": outcome.code,
        "until": until,
    }
    address = f"{env.text('ONECARD_GATEWAY_ADDRESS').rstrip('/')}/pos/#{row.code}/{outcome.code}"
    picture = segno.make(address, micro=False).svg_data_uri(scale=4, border=2, light="white")
    opens = _now("Open the browser POS as this terminal, here or with a tablet's camera")
    link = '{} <a class="oc-link" href="{}" target="_blank" rel="noopener">{}</a><img src="{}" alt="" width="160" height="160">'
    return format_html(link, told, address, opens, picture)


class MoveForm(DeedForm):
    """Whose it is from which moment on."""

    merchant = forms.ModelChoiceField(label=_("merchant"), queryset=Merchant.objects.order_by("code"))
    since = forms.DateTimeField(label=_("since"), required=False, help_text=_("When it was moved, on campus time. Empty: now."))


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
        "terminals.issue_enrolment_code",
        _("Issue an enrolment code"),
        lambda actor, row, said: issue_enrolment_code(actor, row.code),
        explains=_(
            "Whoever types the code in at a device within half an hour makes it this terminal; a device that is it now is "
            "replaced. Collect that one before: what it has not delivered is held."
        ),
        says=_told_code,
    ),
    TERMINAL_PUBLISHING,
    Deed(
        "terminals.move_terminal",
        _("Move to another merchant"),
        lambda actor, row, said: move_terminal(actor, row.code, merchant_id=said["merchant"].pk, since=said["since"]),
        form=MoveForm,
        explains=_(
            "What it sold before stays the old merchant's, also what is collected later; what it sells since is the new one's."
        ),
        says={
            MoveOutcome.DONE: _("The terminal is moved."),
            MoveOutcome.REPEATED: _("It is with this merchant already."),
            MoveOutcome.REFUSED_TO_COME: _("This moment is still to come. Move the terminal when it is there."),
            MoveOutcome.REFUSED_BEFORE_LAST_MOVE: _("It was moved after that moment."),
            MoveOutcome.REFUSED_SOLD_SINCE: _("It has sold something since that moment, which is booked. Give a later moment."),
        },
    ),
    Deed(
        "terminals.revoke_terminal",
        _("Revoke the device"),
        lambda actor, row, said: revoke_terminal(actor, row.code),
        explains=_(
            "The device is refused from the next moment on, at every gateway, until a device is enrolled anew. What it has not "
            "delivered stays in it: disable the terminal instead when its records are still to be collected."
        ),
        says={TerminalOutcome.DONE: _("Revoked: key, session and enrolment code are void at every gateway.")},
        offered=lambda row: Enrolment.objects.filter(terminal=row, ended_at=None).exists(),
        is_grave=True,
    ),
    Deed(
        "terminals.enable_terminal",
        _("Enable"),
        lambda actor, row, said: enable_terminal(actor, row.code),
        offered=lambda row: row.state == TerminalState.DISABLED,
    ),
    Deed(
        "terminals.disable_terminal",
        _("Disable"),
        lambda actor, row, said: disable_terminal(actor, row.code, reason=said["reason"]),
        form=ReasonForm,
        explains=_("The terminal buys nothing online until it is enabled. What it has collected is booked all the same."),
        offered=lambda row: row.state == TerminalState.ENABLED,
        is_grave=True,
    ),
)


def _device(terminal: Terminal) -> object:
    device = Enrolment.objects.filter(terminal=terminal, ended_at=None).first()
    if device is None:
        return _now("none is enrolled")
    since = date_format(localtime(device.enrolled_at), "DATETIME_FORMAT")
    words = [device.serial_no, device.model, device.firmware, device.get_scheme_display(), since]
    return " · ".join(word for word in words if word)


def _now_badges(terminal: Terminal) -> object:
    """Whether it is in touch, and what is wrong with it now, as the board has it."""
    line = shown(queries.board(terminal_id=terminal.pk)[0], now=clock.now())
    return format_html_join(" ", '<span class="oc-badge oc-{1}">{0}</span>', [line.presence, *line.alerts])


def _disabled(terminal: Terminal) -> object:
    if terminal.disabled_at is None:
        return None
    since = date_format(localtime(terminal.disabled_at), "DATETIME_FORMAT")
    return f"{terminal.disabled_for} · {terminal.disabled_by} · {since}"


def _heard(terminal: Terminal) -> object:
    status = TerminalStatus.objects.filter(terminal=terminal).first()
    if status is None:
        return None
    words = _now("%(moment)s · unsent %(unsent)s · storage %(storage)s%% · clock off by %(seconds)s s · blacklist %(blacklist)s")
    return words % {
        "moment": date_format(localtime(status.heard_at), "DATETIME_FORMAT"),
        "unsent": f"{status.unsent:,}",
        "storage": status.storage_pct,
        "seconds": f"{status.clock_offset_us / 1_000_000:,.1f}",
        "blacklist": f"{status.blacklist_version:,}",
    }


def _past(terminal: Terminal) -> Any:
    return terminal.past_assignments.select_related("merchant").order_by("until")


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
BEFORE = column(
    "before",
    _("earlier merchants"),
    lambda terminal: "; ".join(f"{one.merchant} – {localtime(one.until):%Y-%m-%d %H:%M}" for one in _past(terminal)),
)
DISABLED = column("disabled", _("disabled because"), _disabled)


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
        (None, {"fields": ("code", "name", STATE, DISABLED, MERCHANT, "merchant_since", BEFORE, LIMIT, HOURS, "registered_at")}),
        (
            _("Device"),
            {
                "fields": (
                    column("device", _("enrolled device"), _device),
                    column("now", _("state now"), _now_badges),
                    column("heard", _("last heard"), _heard),
                )
            },
        ),
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


class PlaceForm(DeedForm):
    """Missing numbers of a batch, both ends included."""

    batch_no = forms.IntegerField(label=_("batch"), min_value=0)
    first_seq = forms.IntegerField(label=_("first number"), min_value=1)
    last_seq = forms.IntegerField(label=_("last number"), min_value=1)

    def clean(self) -> dict[str, Any]:
        """The first number is not after the last one."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("first_seq", 0) > said.get("last_seq", 0):
            raise ValidationError(_now("The first number is after the last one."))
        return said


def _first_place(batch: TerminalBatch) -> dict[str, int]:
    """The first missing place of the batch, to begin the form with."""
    found = [gap for gap in queries.gaps(terminal_id=batch.terminal_id) if gap.batch_no == batch.batch_no]
    return {"batch_no": batch.batch_no} | ({"first_seq": found[0].first_seq, "last_seq": found[0].last_seq} if found else {})


def _ask_again(actor: Actor, row: TerminalBatch, said: Answers) -> TerminalOutcome:
    return ask_again(actor, row.terminal.code, batch_no=said["batch_no"], first_seq=said["first_seq"], last_seq=said["last_seq"])


BATCH_DEEDS = (
    Deed(
        "terminals.ask_again",
        _("Ask the terminal again"),
        _ask_again,
        form=PlaceForm,
        explains=_(
            "With its next heartbeat the terminal is asked for these numbers, also when it said that it doesn't have them."
        ),
        says={TerminalOutcome.DONE: _("The terminal will be asked.")},
        offered=lambda row: missing(row) > 0,
        initial=_first_place,
    ),
    Deed(
        "terminals.declare_lost",
        _("Declare numbers lost"),
        form=PlaceForm,
        explains=_(
            "They are no gap any more once a colleague has approved it. A record that arrives later is booked all the same."
        ),
        offered=lambda row: missing(row) > 0,
        initial=_first_place,
        needs_approval=True,
        payload=dict,
        subject=lambda row, said: row.terminal.code,
        is_grave=True,
    ),
)


@admin.register(TerminalBatch)
class TerminalBatchAdmin(DeedAdmin):
    """批次: what came of each batch and which numbers are missing."""

    deeds = BATCH_DEEDS

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
