"""Django looks here for pages of this room: the audit trail stands here, since it knows people, cards and operators."""

from __future__ import annotations

from django.contrib import admin

from onecard.audit.models import Event
from onecard.web.audit_trail import EventAdmin

admin.site.register(Event, EventAdmin)
