"""Name a system that is told of people, and exactly what (least fields)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.feeds.models import Consumer
from onecard.feeds.types import FeedField, FeedOutcome
from onecard.people.types import PersonKind


@approved(
    "feeds.register_consumer",
    title=_("Register a feed"),
    words={
        "title": _("title"),
        "fields": _("fields"),
        "kinds": _("people"),
        "REFUSED_CODE_TAKEN": _("There is a feed with this code already."),
    },
)
def register_consumer(actor: Actor, code: str, *, title: str, fields: list[str], kinds: list[str]) -> FeedOutcome:
    """Register the consumer: of people of these kinds it is told the number and these fields, nothing else.

    Needs approval: people's names and cards leave the centre. ValueError for a field or kind that is none.
    """
    fields, kinds = [FeedField(field).value for field in fields], [PersonKind(kind).value for kind in kinds]
    _kept, is_new = Consumer.objects.get_or_create(code=code, defaults={"title": title, "fields": fields, "kinds": kinds})
    return FeedOutcome.DONE if is_new else FeedOutcome.REFUSED_CODE_TAKEN
