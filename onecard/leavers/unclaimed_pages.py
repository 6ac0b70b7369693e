"""Pages of unclaimed balances (久悬): the lists with their notices, each balance, and who asks for it in the end."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.kernel.pages import amount_text, badge, column, link, list_link, money
from onecard.leavers.actions.fail_claim import fail_claim
from onecard.leavers.actions.list_unclaimed import list_unclaimed
from onecard.leavers.forms import BankForm, LateClaimForm, TitleForm, TotalForm
from onecard.leavers.models import UnclaimedBalance, UnclaimedList
from onecard.leavers.papers import UNCLAIMED_BOOKED, UNCLAIMED_NOTICE
from onecard.leavers.queries import noticed, still_forgotten
from onecard.leavers.types import LeaverOutcome, UnclaimedState
from onecard.leavers.words import SAYS
from onecard.papers.pages import paper_link
from onecard.policies import queries as policies

LIST_SAYS = {**SAYS, LeaverOutcome.REFUSED_NOBODY: _("There is no dormant purse and no unpaid refund whose time is over.")}


def _standing_fen(of_list: UnclaimedList) -> int:
    """What is still as the notice named it."""
    return sum(one.amount_fen for one in still_forgotten(noticed(of_list.pk)))


@admin.register(UnclaimedList)
class UnclaimedListAdmin(DeedAdmin):
    """久悬名单."""

    list_display = (
        "title",
        column("balances", _("balances"), lambda row: row.balances.count()),
        "noticed_by",
        "noticed_at",
        "booked_at",
    )
    ordering = ("-pk",)
    fields = (
        "title",
        "noticed_by",
        "noticed_at",
        column("runs", _("notice"), lambda row: _("%(days)s days") % {"days": policies.days("people.dormant_notice_days")}),
        column("notice", _("notice as a paper"), lambda row: paper_link(UNCLAIMED_NOTICE, row.pk)),
        "booked_at",
        column("booked", _("list for finance"), lambda row: paper_link(UNCLAIMED_BOOKED, row.pk)),
        column("lines", _("one by one"), lambda row: list_link("leavers.unclaimedbalance", _("Show"), of_list__id__exact=row.pk)),
    )
    registering = Deed(
        "leavers.list_unclaimed",
        _("List balances that nobody asked for"),
        lambda actor, row, said: list_unclaimed(actor, said["title"]),
        form=TitleForm,
        explains=_("Dormant purses and unpaid refunds whose time to be claimed is over, by the policies. No money moves yet."),
        says=LIST_SAYS,
    )
    deeds = (
        Deed(
            "leavers.book_unclaimed",
            _("Book unclaimed balances"),
            explains=_("What moved or was claimed since the notice stays where it is. The rest can be claimed at any time."),
            needs_approval=True,
            form=TotalForm,
            payload=lambda said: {"total_fen": said["total_fen"]},
            initial=lambda row: {"total_fen": _standing_fen(row)},
            shows=lambda row: amount_text(_standing_fen(row)),
            offered=lambda row: row.booked_at is None,
        ),
    )


@admin.register(UnclaimedBalance)
class UnclaimedBalanceAdmin(DeedAdmin):
    """久悬余额."""

    list_display = (
        column("holder", _("person"), lambda one: link("people.person", one.person_id, one.person)),
        column("on_list", _("list"), lambda one: link("leavers.unclaimedlist", one.of_list_id, one.of_list)),
        column("what", _("what it is"), lambda one: _("unpaid refund") if one.leaver_id else _("dormant purse")),
        money("amount_fen", _("amount")),
        "last_moved_on",
        badge("state", _("state"), {UnclaimedState.UNCLAIMED: "warn", UnclaimedState.CLAIMED: "good"}),
        "changed_at",
    )
    list_display_links = ("changed_at",)
    list_filter = (("state", ChoicesDropdownFilter), ("of_list", RelatedDropdownFilter))
    list_select_related = ("person", "of_list")
    search_fields = ("person__person_no__startswith", "person__full_name__startswith")
    search_help_text = _("Person's number or name")
    ordering = ("-pk",)
    fields = (*list_display, "account", "payments", "note")
    deeds = (
        Deed(
            "leavers.claim_unclaimed",
            _("Pay an unclaimed balance"),
            form=LateClaimForm,
            needs_approval=True,
            offered=lambda one: one.state == UnclaimedState.UNCLAIMED,
        ),
        Deed(
            "leavers.fail_claim",
            _("Payment came back"),
            lambda actor, one, said: fail_claim(actor, one.pk, reason=said["reason"]),
            form=BankForm,
            explains=_("The payment is taken back in the books; it can be claimed again."),
            says=SAYS,
            offered=lambda one: one.state == UnclaimedState.CLAIMED and bool(one.account),
        ),
    )
