"""Pages of policies: by group with what is in force and what comes next, proposing with a look at the effect, history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from onecard.access.pages import REASON, Answers, Deed, DeedAdmin, DeedForm
from onecard.kernel import clock
from onecard.kernel.pages import column, link
from onecard.policies import queries
from onecard.policies.catalogue import GROUPS, POLICIES
from onecard.policies.forms import ValueForm, written
from onecard.policies.models import AdoptedPolicy, PolicyValue
from onecard.policies.presenting import bounds_text, value_text, weight_of
from onecard.policies.previews import has_preview
from onecard.policies.types import Policy

LOOK = "look"
MOST_OF_HISTORY = 50


def catalogued(row: AdoptedPolicy) -> Policy:
    """The catalogue's entry."""
    return POLICIES[row.name]


def _payload(said: Answers) -> dict[str, Any]:
    return {"value": said["value"], "effective_from": said["effective_from"], "reason": said[REASON]}


def _start(row: Any) -> Answers:
    return {"policy": row.name, "value": written(catalogued(row), row.value_now)}


def _facts(row: Any) -> object:
    policy = catalogued(row)
    return format_html("{}: <strong>{}</strong>", capfirst(gettext("in force")), value_text(policy, row.value_now))


SET = Deed(
    "policies.set_policy",
    _("Propose a value"),
    form=ValueForm,
    explains=_("The value is in force from its day on; what was in force before stays so for its days."),
    needs_approval=True,
    payload=_payload,
    initial=_start,
    shows=_facts,
    template="onecard/propose_policy.html",
)
WITHDRAW = Deed(
    "policies.withdraw_value",
    _("Withdraw the value"),
    form=DeedForm,
    explains=_("The value will not begin. It stays in the history."),
    needs_approval=True,
    payload=lambda said: {"reason": said[REASON]},
    offered=lambda row: row.withdrawn_on is None and row.effective_from > clock.today(),
    is_grave=True,
)


def _next(row: Any) -> object:
    if row.next_from is None:
        return None
    return format_html("{} · {}", value_text(catalogued(row), row.next_value), date_format(row.next_from))


def _now(row: Any) -> object:
    usual = row.value_now == catalogued(row).default
    text = value_text(catalogued(row), row.value_now)
    return text if usual else format_html('{} <span class="oc-badge oc-note">{}</span>', text, gettext("own"))


def history_lines(row: AdoptedPolicy) -> object:
    """The newest values, one a line, back to the one that the campus began with."""
    policy = catalogued(row)
    values = row.values.order_by("-effective_from", "-pk")[:MOST_OF_HISTORY]
    lines = [(_history_line(policy, value),) for value in values]
    first = format_html("{} · {}", value_text(policy, row.initial), gettext("adopted with the release"))
    return format_html_join("", '<div class="oc-line">{}</div>', [*lines, (first,)])


def _history_line(policy: Policy, value: PolicyValue) -> object:
    shown = link("policies.policyvalue", value.pk, f"{date_format(value.effective_from)} · {value_text(policy, value.value)}")
    kind, said = ("s", gettext("withdrawn")) if value.withdrawn_on else ("span", value.reason)
    return format_html(f"<{kind}>{{}}</{kind}> · {{}} · {{}}", shown, value.set_by, said)


LINE = column("line", _("policy"), lambda row: catalogued(row).line)
GROUP = column("group", _("group"), lambda row: GROUPS[catalogued(row).group])
NOW = column("now", _("in force"), _now)
SINCE = column("since_day", _("since"), lambda row: row.since)
NEXT = column("next", _("comes next"), _next)
SET_BY = column("setter", _("set by"), lambda row: row.set_by)


class GroupFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By group of the catalogue."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """All groups."""
        return list(GROUPS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[AdoptedPolicy]) -> QuerySet[AdoptedPolicy]:
        """The policies of the group."""
        return queryset.filter(name__startswith=f"{self.value()}.") if self.value() else queryset


@admin.register(AdoptedPolicy)
class AdoptedPolicyAdmin(DeedAdmin):
    """制度参数: every policy in the catalogue's order."""

    list_display = (LINE, NOW, SINCE, NEXT, SET_BY, GROUP)
    list_filter = (GroupFilter,)
    list_per_page = 100
    sortable_by = ()
    search_fields = ("name",)
    search_help_text = _("Name of the policy")
    heading = staticmethod(lambda row: str(catalogued(row).line))
    deeds = (SET,)
    fieldsets = (
        (None, {"fields": (LINE, NOW, SINCE, SET_BY, NEXT)}),
        (
            _("What it can be"),
            {
                "fields": (
                    column("code", _("name"), lambda row: row.name),
                    column("usual", _("usual value"), lambda row: value_text(catalogued(row), catalogued(row).default)),
                    column("bounds", _("bounds"), lambda row: bounds_text(catalogued(row))),
                    column("clauses", _("clauses"), lambda row: ", ".join(catalogued(row).clauses) or None),
                    column(
                        "money", _("moves money"), lambda row: gettext("Yes") if catalogued(row).moves_money else gettext("No")
                    ),
                    column(
                        "foretold",
                        _("effect can be told"),
                        lambda row: gettext("Yes") if has_preview(row.name) else gettext("No"),
                    ),
                )
            },
        ),
        (_("History"), {"fields": (column("history", _("values"), history_lines),)}),
    )

    def get_ordering(self, request: HttpRequest) -> tuple[str]:
        """The catalogue's order."""
        return ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdoptedPolicy]:
        """With what is in force and what comes next."""
        return queries.standing_policies()

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """Proposing, with a look at the effect as often as wanted before it."""
        if deed is SET and request.method == "POST" and LOOK in request.POST:
            return self._look(request, object_id)
        return super().deed_view(request, object_id, deed=deed)

    def _look(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not request.user.has_perm(SET.name):
            raise PermissionDenied
        form = SET.form_for(row, answers=request.POST)
        form.errors.pop(REASON, None)
        said = form.cleaned_data
        context = {
            **self._context(request),
            "title": SET.title,
            "heading": catalogued(row).line,
            "original": row,
            "deed": SET,
            "form": form,
            "shown": SET.shows(row),
            "weight": weight_of(row.name, {"value": said["value"]}) if "value" in said else None,
            "back": reverse("admin:policies_adoptedpolicy_change", args=[object_id]),
        }
        return TemplateResponse(request, SET.template, context)


VALUE = column("value_text", _("value"), lambda row: value_text(POLICIES[row.policy_id], row.value))
OF = column("of", _("policy"), lambda row: link("policies.adoptedpolicy", row.policy_id, POLICIES[row.policy_id].line))
PROPOSAL = column("decision", _("proposal"), lambda row: link("access.proposal", row.proposal_id, f"#{row.proposal_id}"))


@admin.register(PolicyValue)
class PolicyValueAdmin(DeedAdmin):
    """参数变更: every value that was ever set, newest first; one that has not begun can be withdrawn."""

    when_empty = _("A policy is changed on its own page; each change stays here.")
    list_display = (OF, VALUE, "effective_from", "set_by", "set_at", "reason", "withdrawn_on")
    list_display_links = ("effective_from",)
    search_fields = ("policy__name", "set_by", "reason")
    search_help_text = _("Name of the policy, operator or reason")
    heading = staticmethod(lambda row: f"{POLICIES[row.policy_id].line} {value_text(POLICIES[row.policy_id], row.value)}")
    ordering = ("-pk",)
    deeds = (WITHDRAW,)
    fieldsets = (
        (None, {"fields": (OF, VALUE, "effective_from", "reason", "set_by", "set_at", PROPOSAL)}),
        (_("Withdrawn"), {"fields": ("withdrawn_on", "withdrawn_by", "withdrawal_reason")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyValue]:
        """Of the policies that the catalogue has."""
        return PolicyValue.objects.filter(policy__in=POLICIES)
