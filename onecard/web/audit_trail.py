"""The audit trail's pages: search who did what about whom, read an event, verify the chain. Events are only ever read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter

from onecard.access.actions.verify_audit_log import verify_audit_log
from onecard.access.models import Operator
from onecard.access.types import Actor
from onecard.audit import queries
from onecard.audit.actions.verify_events import verify_next_part
from onecard.audit.models import Event, Verification
from onecard.cards.models import Card
from onecard.kernel.clock import campus_zone
from onecard.kernel.pages import MoneyAdmin, column, list_link
from onecard.web.audit_words import colour_of, known_actions, outcome_of, title_of

VERIFY = "access.verify_audit_log"
MOST_CARDS = 100
"""Cards of a person that a search looks for."""


def subjects_of(term: str) -> list[str]:
    """What events about this are about: the term itself, and of a person's number the person's cards."""
    cards = Card.objects.filter(person__person_no=term).values_list("card_no", flat=True)[:MOST_CARDS]
    return [term, *map(str, cards)]


def search(term: str) -> Q:
    """The events of or about an operator (by number or name), of a job by its name, or about a subject, all in full."""
    operators = dict(Operator.objects.filter(Q(username=term) | Q(full_name=term)).values_list("pk", "username"))
    subjects = {*subjects_of(term), *operators.values()}
    return Q(actor_id__in=list(operators)) | Q(actor_name=term) | Q(subject__in=sorted(subjects))


class TimeFilter(RangeDateTimeFilter):  # type: ignore[misc]  # unfold carries no types
    """By time, which narrows by id: events are numbered in the order of their times, and lists are in the order of ids."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """The events from the first to the second moment, on campus time."""
        since, until = self._moment("from", time="00:00:00"), self._moment("to", time="23:59:59.999999")
        if since is not None:
            queryset = queryset.filter(pk__gte=queries.first_id_from(since))
        if until is not None:
            queryset = queryset.filter(pk__lt=queries.first_id_from(until))
        return queryset

    def _moment(self, end: str, *, time: str) -> datetime | None:
        """The day given and its time, `time` without one; None for what is no moment."""
        day, given = (self.used_parameters.get(f"{self.parameter_name}_{end}_{part}") for part in (0, 1))
        try:
            found = parse_datetime(f"{day} {given or time}") if day else None
        except ValueError:
            return None
        return None if found is None else found.replace(tzinfo=campus_zone())


class ActionFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By what was done."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Every action that somebody may do, by its words."""
        return sorted(((name, f"{title_of(name)} ({name})") for name in known_actions()), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """The events of that action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class OutcomeFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By what became of it."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Done, refused, or not allowed at all."""
        return [("done", _("Done")), ("refused", _("Refused")), ("barred", _("Not permitted or not approved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """The events with such an outcome."""
        match self.value():
            case "done":
                return queryset.filter(outcome="DONE")
            case "refused":
                return queryset.filter(outcome__gte="REFUSED", outcome__lt="REFUSEE")
            case "barred":
                return queryset.filter(outcome__in=("NOT_PERMITTED", "NOT_APPROVED"))
            case _:
                return queryset


def _what(event: Event) -> SafeString:
    return format_html('{} <span class="oc-hash">{}</span>', title_of(event.action), event.action)


def _outcome(event: Event) -> SafeString:
    words = outcome_of(event.action, event.outcome)
    return format_html('<span class="oc-badge oc-{}">{}</span>', colour_of(event.outcome), words)


def _about(event: Event) -> object:
    return list_link("audit.event", event.subject, q=event.subject) if event.subject else None


def _same_request(event: Event) -> object:
    return list_link("audit.event", event.request_id, request_id=event.request_id) if event.request_id else None


def event_heading(event: Event) -> str:
    """An event as a sentence: who, what, about whom, what became of it."""
    parts = (event.actor_name, title_of(event.action), event.subject, outcome_of(event.action, event.outcome))
    return " · ".join(part for part in parts if part)


WHAT = column("what", _("action"), _what)
ABOUT = column("about", _("about whom or what"), _about)
OUTCOME = column("outcome_words", _("outcome"), _outcome)


class EventAdmin(MoneyAdmin):
    """审计事件. The action's name is what one searches for in the code as well."""

    list_display = ("id", "at", "actor_name", WHAT, ABOUT, OUTCOME)
    list_filter = (("at", TimeFilter), ActionFilter, OutcomeFilter)
    search_fields = ("actor_name", "subject")
    search_help_text = _("Operator, card number, person's number, or what it was about: written in full")
    list_before_template = "onecard/audit_trail.html"
    heading = staticmethod(event_heading)
    fieldsets = (
        (None, {"fields": ("id", "at", "actor_name", column("operator", _("operator"), lambda event: event.actor_id))}),
        (None, {"fields": (WHAT, ABOUT, OUTCOME, column("same_request", _("request"), _same_request))}),
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

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The events of one request are linked to."""
        return lookup == "request_id" or bool(super().lookup_allowed(lookup, value, request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By operator or by what it was about, in full: both have an index."""
        term = search_term.strip()
        return (queryset.filter(search(term)) if term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under what the last verification found."""
        context = {"verification": queries.last_verification(), "may_verify": request.user.has_perm(VERIFY)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def more_urls(self) -> list[URLPattern]:
        """The page that verifies the chain."""
        return [path("verify/", self.admin_site.admin_view(self.verify_view), name="audit_event_verify")]

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """Verify the chain: each POST looks at the next part, and the page asks for the next until the end."""
        if not request.user.has_perm(VERIFY):
            raise PermissionDenied
        run = queries.last_verification()
        if request.method == "POST":
            if run is None or run.finished_at is not None:
                run = verify_audit_log(Actor.of(request.user))  # type: ignore[arg-type]
            run = verify_next_part(run)
            if run.finished_at is not None:
                _tell(request, run)
                return redirect("admin:audit_event_changelist")
        context = {**self.admin_site.each_context(request), "title": _now("Verify the audit log"), "opts": self.opts}
        page = {**context, "run": run, "goes_on": request.method == "POST"}
        return TemplateResponse(request, "onecard/verify_audit_log.html", page)


def _tell(request: HttpRequest, run: Verification) -> None:
    if run.broken_id is not None:
        broken = _now("Event %(event)s is not what was written, or not where: the chain is broken there.")
        messages.error(request, broken % {"event": run.broken_id})
    else:
        messages.success(request, _now("The chain of %(events)s events is whole.") % {"events": f"{run.checked:,}"})
