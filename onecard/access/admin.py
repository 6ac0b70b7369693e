"""Pages of operators, the posts they hold and their limits, and of proposals: the approvals inbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, DropdownFilter

from onecard.access.action import ApprovalNeed, spec_of
from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.decide_proposal import approver_permission
from onecard.access.actions.reject_proposal import reject_proposal
from onecard.access.actions.withdraw_proposal import withdraw_proposal
from onecard.access.limit_forms import words_for
from onecard.access.models import Limit, Operator, PostAssignment, Proposal
from onecard.access.operator_columns import FACTOR, LIMITS, LOCK, NAME, POSTS, SESSIONS
from onecard.access.operator_deeds import DEEDS, LIMITING_POST, REGISTERING
from onecard.access.pages import Answers, Deed, DeedAdmin, DeedForm
from onecard.access.queries import proposals_waiting_for, waiting_for
from onecard.access.types import Actor, Decision, Post, ProposalOutcome, ProposalState
from onecard.kernel import clock
from onecard.kernel.pages import ReadOnlyAdmin, badge, column, link, names_and_values


def who_and_post(row: PostAssignment) -> str:
    """The heading of an assignment."""
    return f"{row.operator} · {Post(row.post).label}"


class PostFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By a post held now."""

    title = _("post")
    parameter_name = "post"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """All posts."""
        return Post.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Operator]) -> QuerySet[Operator]:
        """Who holds it."""
        if not self.value():
            return queryset
        return queryset.filter(assignments__post=self.value(), assignments__until=None)


@admin.register(Operator)
class OperatorAdmin(DeedAdmin):
    """操作员: the list, and of each one posts, limits, sessions, second factor and lock with what can be done about them."""

    list_display = ("username", NAME, POSTS, "is_active", "last_login")
    list_filter = (PostFilter, ("is_active", BooleanRadioFilter))
    search_fields = ("username", "full_name")
    search_help_text = _("Operator number or name")
    ordering = ("username",)
    registering = REGISTERING
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("username", NAME, POSTS, "is_active", LIMITS, "created_at")}),
        (_("Log-in"), {"fields": ("must_change_password", "password_changed_at", FACTOR, LOCK, "last_login", SESSIONS)}),
    )


@admin.register(Limit)
class LimitAdmin(DeedAdmin):
    """登录限制 of posts and operators; that of an operator is set on the operator's page."""

    list_display = (
        column("whose", _("whose"), str),
        column("limit", _("limits"), words_for),
        "set_by",
        "set_at",
    )
    list_select_related = ("operator",)
    ordering = ("post", "operator__username")
    registering = LIMITING_POST
    deeds = ()
    fields = list_display


@admin.register(PostAssignment)
class PostAssignmentAdmin(ReadOnlyAdmin):
    """任岗记录."""

    list_display = (
        column("holder", _("operator"), lambda row: link("access.operator", row.operator_id, row.operator)),
        column("held_post", _("post"), lambda row: Post(row.post).label),
        "since",
        "until",
        "assigned_by",
    )
    list_display_links = ("since",)
    list_filter = (("post", ChoicesDropdownFilter),)
    list_select_related = ("operator",)
    search_fields = ("operator__username", "operator__full_name")
    search_help_text = _("Operator number or name")
    heading = staticmethod(who_and_post)
    ordering = ("-since",)
    fields = list_display


class ApprovalForm(DeedForm):
    """What an approver may add; the digest says which content was on the screen."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class RejectionForm(DeedForm):
    """Why not."""

    note = forms.CharField(label=_("why not"), max_length=200)


def _need(proposal: Proposal) -> ApprovalNeed:
    try:
        found = spec_of(proposal.action).need
    except KeyError:
        found = None
    return found or ApprovalNeed(proposal.action)


def _content(proposal: Proposal) -> object:
    need = _need(proposal)
    return need.shows(proposal.subject, proposal.payload) if need.shows else names_and_values(proposal.payload, words=need.words)


def _content_and_weight(proposal: Proposal) -> object:
    weighs = _need(proposal).weighs
    return format_html("{}{}", _content(proposal), (weighs(proposal.subject, proposal.payload) or "") if weighs else "")


def _approver_of(proposal: Proposal) -> str:
    return approver_permission(proposal.pk)


def _approve(actor: Actor, proposal: Proposal, said: Answers) -> Decision:
    return approve_proposal(actor, proposal.pk, digest=said["digest"], note=said["note"])


def _waits(proposal: Proposal) -> bool:
    return proposal.shown_state is ProposalState.PENDING


def _approval_words(decision: Any, proposal: Any) -> object:
    ran = _need(proposal).words.get(decision.ran, decision.ran)
    if decision.outcome is ProposalOutcome.REFUSED_BY_ACTION:
        return _("It was not done, and the proposal goes on waiting: %(outcome)s") % {"outcome": ran}
    if decision.outcome is ProposalOutcome.DONE:
        return _("Approved. %(outcome)s") % {"outcome": ran if ran != decision.ran else ""}
    return DECISION_SAYS.get(decision.outcome)


DECISION_SAYS = {
    ProposalOutcome.REFUSED_NO_REASON: _("Say why."),
    ProposalOutcome.REFUSED_DECIDED: _("Somebody has decided on this proposal already."),
    ProposalOutcome.REFUSED_EXPIRED: _("The proposal has expired. It can be made anew."),
    ProposalOutcome.REFUSED_OWN: _("Nobody decides on an own proposal: a colleague has to."),
    ProposalOutcome.REFUSED_NOT_OWN: _("Only who made the proposal can withdraw it."),
    ProposalOutcome.REFUSED_CHANGED: _("This is not the content that was shown. Look at it again."),
    ProposalOutcome.REFUSED_PROPOSER: _("Who proposed it may no longer do this. Reject it."),
}
APPROVE_DEED = Deed(
    "access.approve_proposal",
    _("Approve"),
    _approve,
    form=ApprovalForm,
    explains=_("It runs at once, in the name of both of you."),
    says=_approval_words,
    offered=_waits,
    shows=_content_and_weight,
    initial=lambda proposal: {"digest": bytes(proposal.payload_digest).hex()},
    permission=_approver_of,
)
REJECT_DEED = Deed(
    "access.reject_proposal",
    _("Reject"),
    lambda actor, proposal, said: reject_proposal(actor, proposal.pk, note=said["note"]),
    form=RejectionForm,
    says=DECISION_SAYS,
    offered=_waits,
    is_grave=True,
    permission=_approver_of,
)
WITHDRAW_DEED = Deed(
    "access.withdraw_proposal",
    _("Withdraw"),
    lambda actor, proposal, said: withdraw_proposal(actor, proposal.pk),
    says=DECISION_SAYS,
    offered=_waits,
    permission=lambda proposal: proposal.action,
)


class StateFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By the state as it is shown: what waited too long has expired."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """All states."""
        return ProposalState.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """The proposals in that state now."""
        too_late = Q(state=ProposalState.PENDING, expires_at__lte=clock.now())
        match self.value():
            case None | "":
                return queryset
            case ProposalState.EXPIRED:
                return queryset.filter(too_late | Q(state=ProposalState.EXPIRED))
            case state:
                return queryset.filter(state=state).exclude(too_late)


class InboxFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """The three trays of the inbox: what waits for me, what I proposed, what was decided."""

    title = _("inbox")
    parameter_name = "inbox"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The trays."""
        return list(TRAYS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """The proposals in that tray of who asks."""
        match self.value():
            case "waiting":
                return queryset.filter(pk__in=waiting_for(request.user).values("pk"))  # type: ignore[arg-type]
            case "own":
                return queryset.filter(proposed_by=request.user.pk)
            case "decided":
                return queryset.filter(decided_by__isnull=False)
            case _:
                return queryset


TRAYS = {"waiting": _("Waits for my decision"), "own": _("Proposed by me"), "decided": _("Decided")}


class ActionFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By what is proposed; offers what was ever proposed."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The actions that were proposed, by their titles."""
        names = Proposal.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(name, _need(Proposal(action=name)).title) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """The proposals of that action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


def _subject(proposal: Proposal) -> object:
    about = _need(proposal).about
    return link(about, proposal.subject, f"#{proposal.subject}") if about else proposal.subject


def proposal_name(proposal: Proposal) -> str:
    """The heading of a proposal: what is proposed, for what."""
    return f"{_need(proposal).title} · {proposal.subject}"


WHAT = column("what", _("action"), lambda row: _need(row).title)
SUBJECT = column("about", _("about"), _subject)
STATE_NOW = badge(
    "shown_state",
    _("state"),
    {ProposalState.PENDING: "warn", ProposalState.APPROVED: "good", ProposalState.REJECTED: "bad"},
)
CONTENT = column("names_and_values", _("content"), _content)
RESULT = column("result", _("outcome"), lambda row: _need(row).words.get(row.outcome, row.outcome) or None)


@admin.register(Proposal)
class ProposalAdmin(DeedAdmin):
    """审批: what was proposed, newest first; who may decide on it does so here."""

    when_empty = _("What needs a second person comes here: a colleague proposes it, somebody else approves or rejects it.")
    list_display = ("id", WHAT, SUBJECT, STATE_NOW, "reason", "proposed_by", "proposed_at", "expires_at")
    list_filter = (InboxFilter, StateFilter, ActionFilter)
    list_before_template = "onecard/inbox.html"
    list_select_related = ("proposed_by", "decided_by")
    search_fields = ("=subject", "=proposed_by__username")
    search_help_text = _("Subject's number or operator number")
    heading = staticmethod(proposal_name)
    ordering = ("-pk",)
    deeds = (APPROVE_DEED, REJECT_DEED, WITHDRAW_DEED)
    fieldsets = (
        (None, {"fields": (WHAT, SUBJECT, CONTENT, "reason", "proposed_by", "proposed_at", "expires_at")}),
        (_("What was decided"), {"fields": (STATE_NOW, "decided_by", "decided_at", "note", RESULT)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its trays."""
        chosen = request.GET.get("inbox", "")
        trays = [("", _("All")), *TRAYS.items()]
        counts = {"waiting": proposals_waiting_for(request.user)}  # type: ignore[arg-type]
        shown = [(name, title, counts.get(name), name == chosen) for name, title in trays]
        return super().changelist_view(request, {"trays": shown, **(extra_context or {})})

    def is_offered(self, deed: Deed, *, request: HttpRequest, row: Any) -> bool:
        """Withdrawing to who proposed it, deciding to everybody else who may."""
        is_own = row.proposed_by_id == request.user.pk
        return is_own is (deed is WITHDRAW_DEED) and super().is_offered(deed, request=request, row=row)
