"""Who gets reports by mail, and what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import Deed, DeedAdmin, DeedForm
from onecard.kernel.pages import ReadOnlyAdmin, column, link
from onecard.reports.actions.subscribe import subscribe
from onecard.reports.actions.unsubscribe import unsubscribe
from onecard.reports.models import BOARDS, Cadence, Sending, Subscription
from onecard.reports.types import ReportOutcome

SAYS = {
    ReportOutcome.DONE: _("Kept."),
    ReportOutcome.REPEATED: _("It is so already. Nothing changed."),
    ReportOutcome.REFUSED_BOARD: _("You may not see this board yourself."),
    ReportOutcome.REFUSED_ADDRESS: _("This is no mail address."),
}


class SubscribeForm(DeedForm):
    """Who gets what, how often."""

    board = forms.ChoiceField(label=_("board"), choices=BOARDS)
    cadence = forms.ChoiceField(label=_("how often"), choices=Cadence.choices)
    address = forms.EmailField(label=_("mail address"), max_length=200)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)


def _subscribe(actor: Any, row: object, said: Any) -> ReportOutcome:
    return subscribe(actor, said["board"], cadence=said["cadence"], address=said["address"], language=said["language"])


@admin.register(Subscription)
class SubscriptionAdmin(DeedAdmin):
    """报表订阅."""

    list_display = ("board", "cadence", "address", "language", "begun_at", "begun_by", "ended_at")
    list_filter = ("board", "cadence")
    ordering = ("-pk",)
    fields = (*list_display, "ended_by")
    registering = Deed(
        "reports.subscribe",
        _("Send a report by mail"),
        _subscribe,
        form=SubscribeForm,
        explains=_("The board's figures in the mail, its tables as an Excel file. It goes out when `onecard reports send` runs."),
        says=SAYS,
    )
    deeds = (
        Deed(
            "reports.unsubscribe",
            _("Send it no more"),
            lambda actor, row, said: unsubscribe(actor, row.pk),
            says=SAYS,
            offered=lambda row: row.ended_at is None,
        ),
    )


@admin.register(Sending)
class SendingAdmin(ReadOnlyAdmin):
    """发送记录."""

    when_empty = _("What onecard reports send has sent, or could not send, comes here.")
    list_display = (
        column("of", _("subscription"), lambda row: link("reports.subscription", row.subscription_id, row.subscription)),
        "since",
        "until",
        "tried_at",
        "is_sent",
        "problem",
    )
    list_display_links = ("since",)
    list_filter = ("is_sent",)
    list_select_related = ("subscription",)
    ordering = ("-pk",)
    fields = list_display
