"""Pages of feeds: who is told what, deliver, take out as a file, acknowledge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.feeds.actions.acknowledge_feed import acknowledge_feed
from onecard.feeds.actions.deliver_feed import deliver_feed
from onecard.feeds.actions.fetch_feed import fetch_feed
from onecard.feeds.actions.issue_token import issue_token
from onecard.feeds.files import TYPES, lines_of
from onecard.feeds.models import Consumer, Delivery
from onecard.feeds.types import Acknowledged, Delivered, FeedField, FeedOutcome, Token
from onecard.kernel.pages import MoneyAdmin, column, link, list_link
from onecard.people.types import PersonKind


class ConsumerForm(DeedForm):
    """Who is told what."""

    code = forms.SlugField(label=_("code"), max_length=40)
    title = forms.CharField(label=_("title"), max_length=80)
    fields_told = forms.MultipleChoiceField(
        label=_("fields"),
        choices=FeedField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the system needs; the number always."),
    )
    kinds = forms.MultipleChoiceField(label=_("people"), choices=PersonKind.choices, widget=forms.CheckboxSelectMultiple)


class DeliveryForm(DeedForm):
    """All, or what changed."""

    is_full = forms.BooleanField(label=_("everything, not only what changed"), required=False)


class AcknowledgementForm(DeedForm):
    """What the consumer says."""

    number = forms.IntegerField(label=_("number"), min_value=1, max_value=2**31 - 1)
    held = forms.IntegerField(label=_("held there"), min_value=0, max_value=2**31 - 1)


def _payload(said: Answers) -> dict[str, Any]:
    return {"title": said["title"], "fields": said["fields_told"], "kinds": said["kinds"]}


def _delivered(answer: Delivered, _row: object) -> object:
    return _("Delivery %(number)s: %(kept)s rows, %(removed)s to remove, %(total)s in all.") % {
        "number": answer.number,
        "kept": f"{answer.kept:,}",
        "removed": f"{answer.removed:,}",
        "total": f"{answer.total:,}",
    }


def _acknowledged(answer: Acknowledged, _row: object) -> object:
    if answer.outcome is FeedOutcome.REFUSED_NUMBER:
        return _("This number was never delivered, or a later one is acknowledged already.")
    if answer.outcome is FeedOutcome.COUNT_DIFFERS:
        counts = {"held": f"{answer.held:,}", "expected": f"{answer.expected:,}"}
        return _("They hold %(held)s and should hold %(expected)s: deliver everything anew.") % counts
    return None


def _told_token(token: Token, _row: object) -> object:
    return _("The token, shown this once: %(token)s") % {"token": token.token}


REGISTERING = Deed(
    "feeds.register_consumer",
    _("Register a feed"),
    form=ConsumerForm,
    needs_approval=True,
    payload=_payload,
    subject=lambda row, said: str(said["code"]),
)
DEEDS = (
    Deed(
        "feeds.deliver_feed",
        _("Deliver"),
        lambda actor, row, said: deliver_feed(actor, row.code, is_full=said["is_full"]),
        form=DeliveryForm,
        explains=_("Numbers what changed. Then take the rows out as a file, or let the system pull them."),
        says=_delivered,
    ),
    Deed(
        "feeds.acknowledge_feed",
        _("Acknowledge"),
        lambda actor, row, said: acknowledge_feed(actor, row.code, number=said["number"], held=said["held"]),
        form=AcknowledgementForm,
        explains=_("Up to which number the system has taken the feed in, and how many people it says it holds."),
        says=_acknowledged,
        initial=lambda row: {"number": row.delivered_no},
        offered=lambda row: row.delivered_no > 0,
    ),
    Deed(
        "feeds.issue_token",
        _("Issue a token"),
        lambda actor, row, said: issue_token(actor, row.code),
        explains=_("With it the system pulls its feed by itself. An older token is void at once."),
        says=_told_token,
    ),
)


def _labels(choices: Any, name: str) -> Any:
    return lambda row: ", ".join(str(choices(value).label) for value in getattr(row, name)) or None


def _files(consumer: Consumer) -> object:
    if not consumer.delivered_no:
        return None
    address = reverse("admin:feeds_consumer_rows", args=[consumer.pk])
    beginnings = sorted({0, consumer.acknowledged_no})
    shown = ((f"{address}?form={form}&since={since}", f"{form} > {since}") for form in TYPES for since in beginnings)
    return format_html_join(" · ", '<a class="oc-link" href="{}">{}</a>', shown)


def _is_right(consumer: Consumer) -> object:
    """What the newest acknowledgement said, beside what it should have."""
    last = Delivery.objects.filter(consumer=consumer, held__isnull=False).order_by("-number").first()
    if last is None:
        return None
    kind = "oc-good" if last.held == last.total else "oc-bad"
    return format_html('<span class="oc-badge {}">{} / {}</span>', kind, f"{last.held:,}", f"{last.total:,}")


FIELDS = column("fields_told", _("fields"), _labels(FeedField, "fields"))
KINDS = column("kinds_told", _("people"), _labels(PersonKind, "kinds"))
RECONCILED = column("reconciled", _("held there / told"), _is_right)
FILES = column("files", _("rows after number"), _files)
HISTORY = column(
    "history", _("deliveries"), lambda row: list_link("feeds.delivery", row.delivered_no, consumer__id__exact=row.pk)
)


@admin.register(Consumer)
class ConsumerAdmin(DeedAdmin):
    """外发: door, library and canteen systems and what they are told of people."""

    list_display = ("code", "title", FIELDS, KINDS, "delivered_no", "acknowledged_no", RECONCILED)
    ordering = ("code",)
    registering = REGISTERING
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("code", "title", FIELDS, KINDS)}),
        (_("Deliveries"), {"fields": ("delivered_no", "acknowledged_no", RECONCILED, HISTORY, FILES)}),
    )

    def more_urls(self) -> list[URLPattern]:
        """The rows as a file."""
        rows = self.admin_site.admin_view(self.rows)
        return [*super().more_urls(), path("<path:object_id>/rows/", rows, name="feeds_consumer_rows")]

    def rows(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        """What is told after number `since`, as CSV or JSON Lines."""
        consumer, since, form = self.get_object(request, object_id), request.GET.get("since", "0"), request.GET.get("form", "csv")
        if consumer is None or form not in TYPES or not since.isdecimal() or len(since) > 9:
            raise Http404
        found = fetch_feed(Actor.of(request.user), consumer.code, since=int(since))  # type: ignore[arg-type]
        if found.outcome is FeedOutcome.REFUSED_NUMBER:
            raise Http404
        response = StreamingHttpResponse(lines_of(found, form=form), content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{consumer.code}-{since}-{found.number}.{form}"'
        return response


@admin.register(Delivery)
class DeliveryAdmin(MoneyAdmin):
    """外发批次."""

    list_display = (
        "id",
        column("of", _("feed"), lambda row: link("feeds.consumer", row.consumer_id, row.consumer)),
        "number",
        "since",
        "kept",
        "removed",
        "total",
        "held",
        "made_by",
        "made_at",
        "acknowledged_at",
    )
    list_select_related = ("consumer",)
    fields = list_display
