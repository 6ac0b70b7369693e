"""The audit log's pages: who did what, newest first; only ever read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateTimeFilter

from onecard.audit.models import Event
from onecard.kernel.pages import MoneyAdmin, column

ABOUT = column("about", _("about whom or what"), lambda event: event.subject or None)
OPERATOR = column("operator", _("operator"), lambda event: event.actor_id)


@admin.register(Event)
class EventAdmin(MoneyAdmin):
    """审计事件. The action's name is what one searches for in the code as well."""

    list_display = ("id", "at", "actor_name", "action", ABOUT, "outcome")
    list_filter = (("at", RangeDateTimeFilter), ("action", FieldTextFilter), ("outcome", FieldTextFilter))
    search_fields = ("actor_name", "subject")
    search_help_text = _("Who, or about whom")
    fieldsets = (
        (None, {"fields": ("id", "at", "actor_name", OPERATOR, "action", ABOUT, "outcome", "request_id")}),
        (
            _("Chain"),
            {
                "fields": (
                    column("payload", _("digest of the input"), lambda event: bytes(event.payload_digest).hex()),
                    column("before", _("hash before"), lambda event: bytes(event.previous_hash).hex()),
                    column("own_hash", _("hash"), lambda event: bytes(event.hash).hex()),
                )
            },
        ),
    )
