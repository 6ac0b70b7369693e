"""Pages of parameters (参数): the versions, what each changed, who applied it, and the form that proposes the next one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RelatedDropdownFilter

from onecard.access.pages import AmountField, Answers, Deed, DeedAdmin, DeedForm
from onecard.kernel import clock
from onecard.kernel.money import yuan
from onecard.kernel.pages import column, link
from onecard.merchants.models import Merchant
from onecard.terminals import queries
from onecard.terminals.models import ParameterSet, Terminal, TerminalStatus
from onecard.terminals.parameter_texts import (
    difference_table,
    read_meals,
    read_prices,
    scope_text,
    table,
    typed_meals,
    typed_prices,
)
from onecard.terminals.parameters import OfflineLimits, ParameterContent, plain_content, read_content
from onecard.terminals.types import TerminalFacts

PUBLISH = "terminals.publish_parameters"
NAMED_AT_MOST = 200
"""How many terminals a version's page names."""


class ContentForm(DeedForm):
    """A whole set of parameters and from when on it holds."""

    effective_from = forms.DateTimeField(label=_("effective from"), widget=forms.TextInput)
    heartbeat_s = forms.IntegerField(label=_("heartbeat every (seconds)"), min_value=1, max_value=3_600)
    is_allowed = forms.TypedChoiceField(
        label=_("sells offline"), choices=(("yes", _("Yes")), ("no", _("No"))), coerce=lambda said: said == "yes"
    )
    single_limit_fen = AmountField(label=_("single limit offline in yuan"), help_text=_("0: no limit."))
    card_limit_fen = AmountField(label=_("limit a card offline in yuan"), help_text=_("0: no limit."))
    total_limit_fen = AmountField(label=_("limit in all offline in yuan"), help_text=_("0: no limit."))
    max_records = forms.IntegerField(label=_("records offline at most"), min_value=0, max_value=100_000)
    max_hours = forms.IntegerField(label=_("hours offline at most"), min_value=0, max_value=720)
    needs_allowance = forms.TypedChoiceField(
        label=_("offline only to cards with an allowance"),
        choices=(("no", _("No")), ("yes", _("Yes"))),
        coerce=lambda said: said == "yes",
        help_text=_(
            "Yes: the terminal holds a list of card numbers and what each may spend, up to 50 yuan. A stolen one reveals it."
        ),
    )
    meal_periods = forms.CharField(
        label=_("meals"), widget=forms.Textarea(attrs={"rows": 4}), required=False, help_text=_("A line each: Lunch 10:30-13:30")
    )
    prices = forms.CharField(
        label=_("prices"), widget=forms.Textarea(attrs={"rows": 6}), required=False, help_text=_("A line each: D1 Rice 1.50")
    )
    receipt_text = forms.CharField(
        label=_("receipt text"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=400
    )

    def clean_meal_periods(self) -> list[dict[str, object]]:
        """The meals as the content has them."""
        return read_meals(self.cleaned_data["meal_periods"])

    def clean_prices(self) -> list[dict[str, object]]:
        """The prices as the content has them."""
        return read_prices(self.cleaned_data["prices"])

    def clean(self) -> dict[str, Any]:
        """Nothing that passed by itself is out of the protocol's bounds."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                content_from(said)
            except msgspec.ValidationError as problem:
                raise ValidationError(_now("A value is out of bounds: %(problem)s") % {"problem": problem}) from problem
        return said


class PublishForm(ContentForm):
    """The same with the terminals for which it is."""

    merchant = forms.ModelChoiceField(
        label=_("for terminals of"), queryset=Merchant.objects.order_by("code"), required=False, empty_label=_("all merchants")
    )
    field_order = ("merchant",)


def content_from(said: Answers) -> ParameterContent:
    """The content that the form's answers make; msgspec.ValidationError when a value is out of bounds."""
    limits = tuple(OfflineLimits.__struct_fields__)
    return read_content(
        {
            "heartbeat_s": said["heartbeat_s"],
            "meal_periods": said["meal_periods"],
            "prices": said["prices"],
            "offline": {name: said[name] for name in limits},
            "receipt_text": said["receipt_text"].replace("\r\n", "\n"),
        }
    )


def answers_for(content: ParameterContent) -> dict[str, object]:
    """What the form starts from: the content as people type it, from the next midnight on."""
    offline = content.offline
    tomorrow = datetime.combine(clock.today() + timedelta(days=1), time(0, 0))
    return {
        "effective_from": tomorrow,
        "heartbeat_s": content.heartbeat_s,
        "is_allowed": "yes" if offline.is_allowed else "no",
        "single_limit_fen": yuan(offline.single_limit_fen),
        "card_limit_fen": yuan(offline.card_limit_fen),
        "total_limit_fen": yuan(offline.total_limit_fen),
        "max_records": offline.max_records,
        "max_hours": offline.max_hours,
        "needs_allowance": "yes" if offline.needs_allowance else "no",
        "meal_periods": typed_meals(content.meal_periods),
        "prices": typed_prices(content.prices),
        "receipt_text": content.receipt_text,
    }


def _payload(said: Answers) -> dict[str, Any]:
    return {
        "content": plain_content(content_from(said)),
        "effective_from": said["effective_from"].isoformat(),
        "reason": said["reason"],
    }


def _starts_from(scope: tuple[Merchant | None, Terminal | None]) -> Answers:
    _version, content = queries.set_in_force(scope, at=clock.now())
    return answers_for(content)


def _scope_said(row: object, said: Answers) -> str:
    return "all" if said["merchant"] is None else f"merchant:{said['merchant'].code}"


EXPLAINS = _("A set is whole and takes the place of the one before. Terminals load it with their next heartbeat after its date.")
PUBLISHING = Deed(
    PUBLISH,
    _("Propose parameters"),
    form=PublishForm,
    explains=EXPLAINS,
    needs_approval=True,
    payload=_payload,
    subject=_scope_said,
    initial=lambda row: _starts_from((None, None)),
)
TERMINAL_PUBLISHING = dataclasses.replace(
    PUBLISHING,
    title=_("Propose parameters for this terminal"),
    form=ContentForm,
    subject=lambda terminal, said: f"terminal:{terminal.code}",
    initial=lambda terminal: _starts_from((None, terminal)),
)
NEXT_VERSION = dataclasses.replace(
    PUBLISHING,
    title=_("Propose the next version"),
    form=ContentForm,
    subject=lambda row, said: scope(row),
    initial=lambda row: answers_for(read_content(row.content)),
)


def scope(row: ParameterSet) -> str:
    """For whom the set is, as the action takes it."""
    if row.terminal is not None:
        return f"terminal:{row.terminal.code}"
    return "all" if row.merchant is None else f"merchant:{row.merchant.code}"


def _scope_link(row: ParameterSet) -> object:
    if row.terminal is not None:
        return link("terminals.terminal", row.terminal_id, scope_text(scope(row)))
    return link("merchants.merchant", row.merchant_id, scope_text(scope(row)))


def _state(row: Any) -> object:
    if row.effective_from > clock.now():
        colour, words = "note", _now("To come")
    elif row.is_replaced:
        colour, words = "plain", _now("Replaced")
    else:
        colour, words = "good", _now("In force")
    return format_html('<span class="oc-badge oc-{}">{}</span>', colour, words)


def _changes(row: ParameterSet) -> object:
    version, before = queries.set_in_force(
        (row.merchant, row.terminal), at=max(row.effective_from, clock.now()), below=row.version
    )
    return difference_table(before, read_content(row.content), version=version)


def _applied_count(row: ParameterSet) -> str:
    return f"{TerminalStatus.objects.filter(parameters_version=row.version).count():,}"


def _terminals(facts: Sequence[TerminalFacts]) -> object:
    links = ((link("terminals.terminal", one.terminal_id, one.code),) for one in facts[:NAMED_AT_MOST])
    named = format_html_join(" · ", "{}", links)
    more = _now(" and %(number)s more") % {"number": len(facts) - NAMED_AT_MOST} if len(facts) > NAMED_AT_MOST else ""
    return format_html("{}: {}{}", f"{len(facts):,}", named, more) if facts else _now("none")


def _applied(row: ParameterSet) -> object:
    return _terminals([one for one in queries.facts() if one.parameters_version == row.version and one.heard_at])


def _behind(row: ParameterSet) -> object:
    facts = (one for one in queries.facts() if one.parameters_due == row.version and one.enrolled_at)
    return _terminals([one for one in facts if one.parameters_version != row.version])


STATE = column("state_badge", _("state"), _state)
SCOPE = column("scope", _("for"), _scope_link)


@admin.register(ParameterSet)
class ParameterSetAdmin(DeedAdmin):
    """参数版本: newest first."""

    list_display = (
        "version",
        SCOPE,
        "effective_from",
        STATE,
        column("applied_count", _("terminals that work by it"), _applied_count),
        "published_by",
        "published_at",
        "note",
    )
    list_filter = (("merchant", RelatedDropdownFilter),)
    list_select_related = ("merchant", "terminal")
    search_fields = ("=terminal__code", "=merchant__code", "note")
    search_help_text = _("Terminal, merchant or reason")
    ordering = ("-version",)
    registering = PUBLISHING
    deeds = (NEXT_VERSION,)
    fieldsets = (
        (None, {"fields": ("version", SCOPE, "effective_from", STATE, "published_by", "published_at", "note")}),
        (_("What it changed"), {"fields": (column("changes", _("difference"), _changes),)}),
        (_("Content"), {"fields": (column("values", _("content"), lambda row: table(read_content(row.content))),)}),
        (
            _("Terminals"),
            {"fields": (column("applied", _("work by it"), _applied), column("behind", _("not applied yet"), _behind))},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParameterSet]:
        """Each set with `is_replaced`: a newer one for the same terminals holds."""
        newer = ParameterSet.objects.filter(version__gt=OuterRef("version"), effective_from__lte=clock.now())
        for_all = Q(merchant=None, terminal=None)
        same = Q(merchant=OuterRef("merchant")) | Q(terminal=OuterRef("terminal"))
        sets: QuerySet[ParameterSet] = super().get_queryset(request)
        return sets.annotate(is_replaced=Exists(newer.filter(same)) | (for_all & Exists(newer.filter(for_all))))
