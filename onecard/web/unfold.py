"""How the staff pages look and which pages the side bar offers; settings.py takes UNFOLD from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _list(model: str, title: object, icon: str) -> dict[str, Any]:
    """A list of `room.model`, for whoever may view it."""
    room, _dot, name = model.partition(".")
    address = reverse_lazy(f"admin:{model.replace('.', '_')}_changelist")
    return {"title": title, "icon": icon, "link": address, "permission": _may(f"{room}.view_{name}")}


def _page(name: str, title: object, icon: str, *, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"), "permission": _may(permission)}


NAVIGATION: list[tuple[Any, list[dict[str, Any]]]] = [
    (
        "",
        [
            _page("index", _("Today"), "dashboard", permission="web.view_dashboard"),
            _list("access.proposal", _("Approvals"), "approval"),
        ],
    ),
    (
        _("Counter"),
        [
            _page("counter", _("Counter"), "point_of_sale", permission="counter.take_deposit"),
            _page("funding_subsidybatch_collecting", _("Collect subsidies"), "redeem", permission="funding.collect_subsidies"),
            _list("counter.till", _("Tills"), "savings"),
            _list("counter.shift", _("Shifts"), "schedule"),
            _list("counter.slip", _("Slips"), "receipt"),
            _list("counter.handover", _("Cash hand-overs"), "local_shipping"),
            _page("workdays", _("Working days"), "calendar_today", permission="workdays.view_campusday"),
        ],
    ),
    (
        _("Cards and people"),
        [
            _list("cards.card", _("Cards"), "credit_card"),
            _list("people.person", _("Card holders"), "group"),
            _list("people.rosterimport", _("Rosters"), "upload_file"),
            _list("people.rostersource", _("Roster sources"), "source"),
            _page("people_person_photos", _("Photos by batch"), "add_a_photo", permission="people.store_photos"),
            _list("cards.cardjob", _("Card jobs"), "print"),
            _list("cards.handout", _("Hand out in batch"), "how_to_reg"),
            _list("leavers.leaverbatch", _("Leavers"), "directions_walk"),
            _page("leavers_leaverbatch_file", _("Leavers by a file"), "upload_file", permission="leavers.list_leavers_by_file"),
            _page("people_person_accounts", _("Bank accounts by a file"), "savings", permission="people.enter_bank_accounts"),
            _list("feeds.consumer", _("Feeds"), "hub"),
            _list("cards.testcard", _("Test cards"), "science"),
        ],
    ),
    (
        _("Card stock"),
        [
            _page("cards_stockpile_book", _("Stock book of the day"), "menu_book", permission="cards.view_stockpile"),
            _list("cards.stockpile", _("Piles"), "stacks"),
            _list("cards.cardbox", _("Boxes"), "package_2"),
            _list("cards.stockslip", _("Hand-over slips"), "assignment_turned_in"),
            _list("cards.stockmovement", _("Movements"), "move_down"),
        ],
    ),
    (
        _("Bank and subsidies"),
        [
            _list("funding.bankfile", _("Bank files"), "account_balance"),
            _page("funding_bankfile_clearing", _("Bank clearing"), "currency_exchange", permission="funding.view_bankfile"),
            _list("funding.subsidybatch", _("Subsidies"), "volunteer_activism"),
            _list("leavers.refundfile", _("Refunds' payment files"), "request_quote"),
            _list("leavers.unclaimedlist", _("Unclaimed balances"), "hourglass_disabled"),
        ],
    ),
    (
        _("Merchants"),
        [
            _list("merchants.merchant", _("Merchants"), "storefront"),
            _list("merchants.contract", _("Contracts"), "contract"),
            _list("merchants.bankaccount", _("Bank accounts"), "credit_score"),
            _list("merchants.incomeunit", _("Income units"), "corporate_fare"),
            _list("merchants.merchantstaff", _("Merchants' staff"), "badge"),
        ],
    ),
    (
        _("Settlement"),
        [
            _list("settlement.statement", _("Statements"), "request_quote"),
            _list("settlement.paymentfile", _("Payment files"), "outbox"),
            _list("settlement.payment", _("Payments"), "payments"),
            _list("settlement.correctionrequest", _("Corrections asked for"), "undo"),
        ],
    ),
    (
        _("Terminals"),
        [
            _page("terminal_board", _("Status board"), "monitor_heart", permission="terminals.view_terminal"),
            _list("terminals.terminal", _("Terminals"), "tablet_android"),
            _page("terminal_gaps", _("Missing numbers"), "rule", permission="terminals.view_terminalbatch"),
            _page("terminal_exposure", _("Exposure"), "shield_question", permission="terminals.view_terminal"),
            _list("terminals.parameterset", _("Parameters"), "tune"),
            _list("terminals.terminalbatch", _("Batches"), "inventory_2"),
            _list("cards.blacklistchange", _("Blacklist"), "block"),
        ],
    ),
    (
        _("Money"),
        [
            _list("purchases.purchase", _("Purchases"), "receipt_long"),
            _list("ledger.heldrecord", _("Held records"), "pan_tool"),
            _list("ledger.transfer", _("Transfers"), "swap_horiz"),
            _list("ledger.account", _("Accounts"), "account_balance_wallet"),
            _list("ledger.daybalance", _("Day balances"), "balance"),
            _list("papers.paper", _("Papers"), "article"),
        ],
    ),
    (
        _("Day close"),
        [
            _page("close_day", _("Close the day"), "lock_clock", permission="closing.close_day"),
            _list("ledger.businessday", _("Business days"), "calendar_month"),
            _list("closing.dayreport", _("Day reports"), "description"),
            _list("closing.seal", _("Seals"), "verified"),
        ],
    ),
    (
        _("Month close"),
        [
            _page("month", _("Close the month"), "event_available", permission="months.view_monthclose"),
            _list("months.monthclose", _("Closed months"), "event_note"),
            _list("months.financefigure", _("Finance's balances"), "calculate"),
            _list("months.reconciliation", _("Reconciliations"), "difference"),
        ],
    ),
    (
        _("Reports"),
        [
            _page("report_centre", _("Boards"), "monitoring", permission="rollups.view_day"),
            _list("reports.subscription", _("Reports by mail"), "outgoing_mail"),
            _list("reports.sending", _("Sendings"), "mark_email_read"),
        ],
    ),
    (
        _("Policies"),
        [
            _list("policies.adoptedpolicy", _("Policies"), "gavel"),
            _list("policies.policyvalue", _("Changes of policies"), "history"),
            _page("check_policies", _("Check of the policies"), "fact_check", permission="policies.view_adoptedpolicy"),
        ],
    ),
    (
        _("Access and audit"),
        [
            _list("access.operator", _("Operators"), "manage_accounts"),
            _list("access.limit", _("Log-in limits"), "more_time"),
            _list("access.postassignment", _("Post assignments"), "assignment_ind"),
            _list("audit.event", _("Audit events"), "policy"),
            _page("who_did_what", _("Who did what"), "summarize", permission="audit.view_reports"),
            _page("software_use", _("Software-use register"), "app_registration", permission="audit.view_reports"),
        ],
    ),
]
MOST_OPEN = 20
"""Whoever may open more pages than this gets the groups closed, except that of the page; fewer are seen at once."""


def _place_of(path: str, links: list[str]) -> str:
    """The longest link that the path lies under; the first page has nothing under it."""
    home = reverse("admin:index")
    return max((link for link in links if path == link or (link != home and path.startswith(link))), key=len, default="")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the side bar in which the operator may open something; the page that is open is marked."""
    groups = [(title, [item for item in items if item["permission"](request)]) for title, items in NAVIGATION]
    links = [str(item["link"]) for _title, items in groups for item in items]
    here, is_long = _place_of(request.path, links), len(links) > MOST_OPEN
    return [
        {
            "title": title,
            "items": [{**item, "active": str(item["link"]) == here} for item in items],
            "separator": bool(title) and not is_long,
            "collapsible": bool(title) and is_long,
        }
        for title, items in groups
        if items
    ]


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Campus card centre"),
    "SITE_HEADER": _("Campus card centre"),
    "SITE_SUBHEADER": "Onecard",
    "SITE_SYMBOL": "contactless",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("onecard/icon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "ACCOUNT": {"navigation": [{"title": _("My account"), "link": reverse_lazy("admin:account")}]},
    "STYLES": [lambda request: static("onecard/pages.css")],
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .014 243)",
            "100": "oklch(93.6% .032 243)",
            "200": "oklch(88.5% .062 246)",
            "300": "oklch(80.8% .109 250)",
            "400": "oklch(70.4% .151 254)",
            "500": "oklch(61.5% .17 257)",
            "600": "oklch(53.5% .168 259)",
            "700": "oklch(47.2% .152 261)",
            "800": "oklch(41.2% .128 263)",
            "900": "oklch(36.5% .104 264)",
            "950": "oklch(27.2% .078 266)",
        },
    },
    "SIDEBAR": {"show_search": False, "command_search": False, "show_all_applications": False, "navigation": navigation},
}
