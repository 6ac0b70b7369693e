"""The permission table: every address of the site, who asks, what they get. An address that is missing here fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from onecard.access.action import spec_of
from onecard.web.tests.campus import OPERATORS
from onecard.web.tests.settlement_table import PORTAL, SETTLEMENT_TABLE
from tests.browsing import client_of
from tests.world import World, card

WHO = (None, *OPERATORS)
LOGIN = 302
"""Strangers, and operators without a post, are sent to the log-in."""

# Status of a GET for: auditor, card clerk, settlement clerk, system administrator, security administrator.
MONEY = (200, 403, 200, 403, 403)
PEOPLE = (200, 200, 200, 403, 403)
PLACES = (200, 403, 200, 200, 403)
PEOPLE_OR_PLACES = (200, 200, 200, 200, 403)
OPEN = (200, 200, 200, 200, 200)
CARD_WORK = (403, 200, 403, 403, 403)
ROSTERS = (200, 200, 403, 403, 403)
CARD_OR_SETTLEMENT = (403, 200, 200, 403, 403)
TERMINAL_WORK = (403, 403, 403, 200, 403)
ACCESS_WORK = (403, 403, 403, 403, 200)
OPERATOR_DEEDS = (
    "assign-posts",
    "appoint-operator",
    "limit-operator",
    "unlock-operator",
    "reset-password",
    "reset-factor",
    "end-operator-sessions",
    "deactivate-operator",
)
SETTLEMENT = (403, 403, 200, 403, 403)
POLICIES = (200, 200, 200, 200, 403)
POLICY_WORK = (403, 403, 200, 200, 403)
COUNTER = (403, 200, 403, 403, 403)
SEE_COUNTER = (200, 200, 200, 403, 403)
POST_ONLY = (405, 405, 405, 405, 405)
APPROVAL = (403, 403, 403, 403, 403)
"""The director's, finance's, or a merchant's; test_approvals.py and portal/tests have them."""
TABLE: dict[str, tuple[int, int, int, int, int]] = {
    "admin:index": OPEN,
    "admin:figures": (200, 200, 200, 200, 403),
    "admin:jsi18n": OPEN,
    "admin:password_change": OPEN,
    "admin:account": OPEN,
    "admin:account_factor": OPEN,
    "admin:account_removal": OPEN,
    "admin:account_codes": OPEN,
    "admin:close_day": SETTLEMENT,
    "admin:purchases_purchase_changelist": (200, 200, 200, 403, 403),
    "admin:purchases_purchase_change": (200, 200, 200, 403, 403),
    "admin:ledger_transfer_changelist": MONEY,
    "admin:ledger_transfer_change": MONEY,
    "admin:ledger_account_changelist": MONEY,
    "admin:ledger_account_change": MONEY,
    "admin:ledger_businessday_changelist": MONEY,
    "admin:ledger_businessday_change": MONEY,
    "admin:ledger_daybalance_changelist": MONEY,
    "admin:ledger_daybalance_change": MONEY,
    "admin:ledger_heldrecord_changelist": MONEY,
    "admin:ledger_heldrecord_change": MONEY,
    "admin:ledger_heldrecord_book-held-record": SETTLEMENT,
    "admin:ledger_heldrecord_correct-held-record": SETTLEMENT,
    "admin:ledger_heldrecord_write-off-held-record": SETTLEMENT,
    "admin:closing_dayreport_changelist": MONEY,
    "admin:closing_dayreport_change": MONEY,
    "admin:closing_dayreport_pdf": MONEY,
    "admin:closing_dayreport_excel": MONEY,
    "admin:closing_dayreport_text": MONEY,
    "admin:closing_seal_changelist": MONEY,
    "admin:closing_seal_change": MONEY,
    "admin:month": MONEY,
    "admin:month_close": POST_ONLY,
    "admin:month_figure": APPROVAL,
    "admin:month_import": APPROVAL,
    "admin:month_reconcile": SETTLEMENT,
    "admin:months_monthclose_changelist": MONEY,
    "admin:months_monthclose_change": MONEY,
    "admin:months_monthclose_csv": MONEY,
    "admin:months_monthclose_excel": MONEY,
    "admin:months_financefigure_changelist": MONEY,
    "admin:months_financefigure_change": MONEY,
    "admin:months_reconciliation_changelist": MONEY,
    "admin:months_reconciliation_change": MONEY,
    "admin:report_centre": (200, 200, 200, 200, 403),
    "admin:report_settlement": MONEY,
    "admin:report_finance": MONEY,
    "admin:report_director": MONEY,
    "admin:reports_subscription_changelist": MONEY,
    "admin:reports_subscription_change": MONEY,
    "admin:reports_subscription_add": SETTLEMENT,
    "admin:reports_subscription_unsubscribe": SETTLEMENT,
    "admin:reports_sending_changelist": MONEY,
    "admin:reports_sending_change": MONEY,
    "admin:people_person_changelist": PEOPLE,
    "admin:people_person_change": PEOPLE,
    "admin:people_person_add": CARD_WORK,
    "admin:people_person_photo": (403, 404, 403, 403, 403),
    "admin:people_person_change-person": CARD_WORK,
    "admin:people_person_reveal-particulars": CARD_WORK,
    "admin:people_person_store-photo": CARD_WORK,
    "admin:people_person_mark-left": CARD_WORK,
    "admin:people_person_mark-present": CARD_WORK,
    "admin:people_person_merge-people": CARD_WORK,
    "admin:people_rostersource_changelist": ROSTERS,
    "admin:people_rostersource_change": ROSTERS,
    "admin:people_rostersource_add": CARD_WORK,
    "admin:people_rosterimport_changelist": ROSTERS,
    "admin:people_rosterimport_change": ROSTERS,
    "admin:people_rosterimport_add": CARD_WORK,
    "admin:people_rosterimport_piece": CARD_WORK,
    "admin:people_rosterimport_excel": ROSTERS,
    "admin:people_rosterimport_apply-roster": CARD_WORK,
    "admin:people_rosterimport_map-roster-columns": CARD_WORK,
    "admin:people_rosterimport_read-roster": CARD_WORK,
    "admin:people_rosterimport_compare-roster": CARD_WORK,
    "admin:people_rosterimport_discard-roster": CARD_WORK,
    "admin:feeds_consumer_changelist": ROSTERS,
    "admin:feeds_consumer_change": ROSTERS,
    "admin:feeds_consumer_add": CARD_WORK,
    "admin:feeds_consumer_rows": CARD_WORK,
    "admin:feeds_consumer_deliver-feed": CARD_WORK,
    "admin:feeds_consumer_acknowledge-feed": CARD_WORK,
    "admin:feeds_consumer_issue-token": CARD_WORK,
    "admin:feeds_delivery_changelist": ROSTERS,
    "admin:feeds_delivery_change": ROSTERS,
    "admin:people_rosterline_changelist": ROSTERS,
    "admin:people_rosterline_change": ROSTERS,
    "admin:cards_card_changelist": PEOPLE,
    "admin:cards_card_change": PEOPLE,
    "admin:cards_card_add": CARD_WORK,
    "admin:cards_card_activate-card": CARD_OR_SETTLEMENT,
    "admin:cards_card_report-loss": CARD_OR_SETTLEMENT,
    "admin:cards_card_withdraw-loss-report": CARD_WORK,
    "admin:cards_card_replace-card": CARD_WORK,
    "admin:cards_card_freeze-card": CARD_WORK,
    "admin:cards_card_unfreeze-card": CARD_WORK,
    "admin:cards_card_cancel-card": CARD_WORK,
    "admin:cards_card_replace-card-at-once": CARD_WORK,
    "admin:cards_card_extend-card": CARD_WORK,
    "admin:cards_card_return-card": CARD_WORK,
    "admin:cards_card_scrap-card": CARD_WORK,
    "admin:cards_card_set-pin": CARD_WORK,
    "admin:cards_card_change-pin": CARD_WORK,
    "admin:cards_card_unblock-pin": CARD_WORK,
    "admin:cards_card_lower-pin-limits": CARD_WORK,
    "admin:cards_testcard_changelist": PEOPLE,
    "admin:cards_testcard_change": PEOPLE,
    "admin:cards_testcard_add": CARD_WORK,
    "admin:cards_stockpile_changelist": PEOPLE,
    "admin:cards_stockpile_change": PEOPLE,
    "admin:cards_stockpile_book": PEOPLE,
    "admin:cards_stockpile_give-to-desk": CARD_WORK,
    "admin:cards_stockpile_scrap-blanks": CARD_WORK,
    "admin:cards_cardbox_changelist": PEOPLE,
    "admin:cards_cardbox_change": PEOPLE,
    "admin:cards_cardbox_add": CARD_WORK,
    "admin:cards_stockslip_changelist": PEOPLE,
    "admin:cards_stockslip_change": PEOPLE,
    "admin:cards_stockslip_add": CARD_OR_SETTLEMENT,
    "admin:cards_stockslip_receive-slip": CARD_OR_SETTLEMENT,
    "admin:cards_stockslip_refuse-slip": CARD_OR_SETTLEMENT,
    "admin:cards_stockmovement_changelist": PEOPLE,
    "admin:cards_stockmovement_change": PEOPLE,
    "admin:cards_cardjob_changelist": PEOPLE,
    "admin:cards_cardjob_change": PEOPLE,
    "admin:cards_cardjob_add": CARD_WORK,
    "admin:cards_cardjob_sheet": PEOPLE,
    "admin:cards_cardjob_print-job-cards": CARD_WORK,
    "admin:cards_cardjob_check-made-card": CARD_WORK,
    "admin:cards_cardjob_spoil-job-card": CARD_WORK,
    "admin:cards_cardjob_open-hand-out": CARD_WORK,
    "admin:cards_jobcard_changelist": PEOPLE,
    "admin:cards_jobcard_change": PEOPLE,
    "admin:cards_handout_changelist": PEOPLE,
    "admin:cards_handout_change": PEOPLE,
    "admin:cards_handout_desk": CARD_WORK,
    "admin:cards_handout_box-cards": CARD_WORK,
    "admin:cards_handout_close-hand-out": CARD_WORK,
    "admin:cards_blacklistchange_changelist": PEOPLE_OR_PLACES,
    "admin:cards_blacklistchange_change": PEOPLE_OR_PLACES,
    "admin:leavers_leaverbatch_changelist": MONEY,
    "admin:leavers_leaverbatch_change": MONEY,
    "admin:leavers_leaverbatch_add": SETTLEMENT,
    "admin:leavers_leaverbatch_freeze-leavers": SETTLEMENT,
    "admin:leavers_leaverbatch_cancel-leavers": SETTLEMENT,
    "admin:leavers_leaverbatch_pay-refunds": SETTLEMENT,
    "admin:leavers_leaver_changelist": MONEY,
    "admin:leavers_leaver_change": MONEY,
    "admin:leavers_leaver_fail-refund": SETTLEMENT,
    "admin:leavers_leaver_claim-refund": SETTLEMENT,
    "admin:funding_bankfile_changelist": MONEY,
    "admin:funding_bankfile_change": MONEY,
    "admin:funding_bankfile_add": SETTLEMENT,
    "admin:funding_bankfile_clearing": MONEY,
    "admin:funding_bankfile_book-bank-file": SETTLEMENT,
    "admin:funding_bankfile_discard-bank-file": SETTLEMENT,
    "admin:funding_bankline_changelist": MONEY,
    "admin:funding_bankline_change": MONEY,
    "admin:funding_bankline_settle-bank-line": SETTLEMENT,
    "admin:funding_subsidybatch_changelist": MONEY,
    "admin:funding_subsidybatch_change": MONEY,
    "admin:funding_subsidybatch_add": SETTLEMENT,
    "admin:funding_subsidybatch_group": SETTLEMENT,
    "admin:funding_subsidybatch_collecting": CARD_OR_SETTLEMENT,
    "admin:funding_subsidybatch_grant-batch": SETTLEMENT,
    "admin:funding_subsidybatch_check-batch": SETTLEMENT,
    "admin:funding_subsidybatch_discard-batch": SETTLEMENT,
    "admin:funding_subsidybatch_take-back-subsidies": SETTLEMENT,
    "admin:funding_subsidybatch_end-batch": SETTLEMENT,
    "admin:funding_subsidygrant_changelist": MONEY,
    "admin:funding_subsidygrant_change": MONEY,
    "admin:merchants_merchant_changelist": PLACES,
    "admin:merchants_merchant_change": PLACES,
    "admin:merchants_merchant_add": SETTLEMENT,
    **SETTLEMENT_TABLE,
    "admin:terminal_board": PLACES,
    "admin:terminal_boardlines": PLACES,
    "admin:terminal_exposure": PLACES,
    "admin:terminal_gaps": PLACES,
    "admin:terminals_terminal_changelist": PLACES,
    "admin:terminals_terminal_change": PLACES,
    "admin:terminals_terminal_add": TERMINAL_WORK,
    "admin:terminals_terminal_enable-terminal": TERMINAL_WORK,
    "admin:terminals_terminal_issue-enrolment-code": TERMINAL_WORK,
    "admin:terminals_terminal_publish-parameters": TERMINAL_WORK,
    "admin:terminals_terminal_revoke-terminal": TERMINAL_WORK,
    "admin:terminals_terminal_move-terminal": TERMINAL_WORK,
    "admin:terminals_terminal_disable-terminal": TERMINAL_WORK,
    "admin:terminals_parameterset_changelist": PLACES,
    "admin:terminals_parameterset_change": PLACES,
    "admin:terminals_parameterset_add": TERMINAL_WORK,
    "admin:terminals_parameterset_publish-parameters": TERMINAL_WORK,
    "admin:terminals_terminalbatch_changelist": PLACES,
    "admin:terminals_terminalbatch_change": PLACES,
    "admin:terminals_terminalbatch_ask-again": (403, 403, 200, 200, 403),
    "admin:terminals_terminalbatch_declare-lost": SETTLEMENT,
    "admin:papers_paper_changelist": (200, 200, 200, 403, 403),
    "admin:papers_paper_change": (200, 200, 200, 403, 403),
    "admin:papers_paper_pdf": (200, 200, 200, 403, 403),
    "admin:papers_paper_excel": (200, 200, 200, 403, 403),
    "admin:papers_paper_print": (200, 200, 200, 403, 403),
    "admin:papers_paper_check-paper": SETTLEMENT,
    "admin:papers_paper_receive-paper": APPROVAL,
    "admin:policies_adoptedpolicy_changelist": POLICIES,
    "admin:policies_adoptedpolicy_change": POLICIES,
    "admin:check_policies": POLICIES,
    "admin:policies_adoptedpolicy_set-policy": POLICY_WORK,
    "admin:policies_policyvalue_changelist": POLICIES,
    "admin:policies_policyvalue_change": POLICIES,
    "admin:policies_policyvalue_withdraw-value": POLICY_WORK,
    "admin:counter": COUNTER,
    "admin:counter_deposit": POST_ONLY,
    "admin:counter_withdrawal": POST_ONLY,
    "admin:counter_charge": POST_ONLY,
    "admin:cards_card_at-counter": (403, 200, 200, 403, 403),
    "admin:people_person_pay-large-withdrawal": COUNTER,
    "admin:counter_till_changelist": SEE_COUNTER,
    "admin:counter_till_change": SEE_COUNTER,
    "admin:counter_till_add": SETTLEMENT,
    "admin:counter_till_open-shift": COUNTER,
    "admin:counter_till_fill-till": SETTLEMENT,
    "admin:counter_shift_changelist": SEE_COUNTER,
    "admin:counter_shift_change": SEE_COUNTER,
    "admin:counter_shift_count-drawer": COUNTER,
    "admin:counter_shift_close-shift": COUNTER,
    "admin:counter_shift_close-differing-shift": COUNTER,
    "admin:counter_shift_allow-outside-windows": COUNTER,
    "admin:counter_slip_changelist": SEE_COUNTER,
    "admin:counter_slip_change": SEE_COUNTER,
    "admin:counter_slip_reverse-slip": COUNTER,
    "admin:counter_handover_changelist": SEE_COUNTER,
    "admin:counter_handover_change": SEE_COUNTER,
    "admin:counter_handover_add": COUNTER,
    "admin:counter_handover_confirm-handover": APPROVAL,
    "admin:counter_handover_put-into-safe": COUNTER,
    "admin:counter_handover_take-out-of-safe": COUNTER,
    "admin:workdays": SEE_COUNTER,
    "admin:workdays_campusday_changelist": SEE_COUNTER,
    "admin:workdays_campusday_change": SEE_COUNTER,
    "admin:workdays_campusday_add": SETTLEMENT,
    "admin:access_proposal_changelist": OPEN,
    "admin:access_proposal_change": OPEN,
    "admin:access_proposal_approve-proposal": APPROVAL,
    "admin:access_proposal_reject-proposal": APPROVAL,
    "admin:access_proposal_withdraw-proposal": SETTLEMENT,
    "admin:access_operator_changelist": (200, 403, 403, 200, 200),
    "admin:access_operator_change": (200, 403, 403, 200, 200),
    "admin:access_operator_add": ACCESS_WORK,
    **{f"admin:access_operator_{deed}": ACCESS_WORK for deed in OPERATOR_DEEDS},
    "admin:access_limit_changelist": (200, 403, 403, 403, 200),
    "admin:access_limit_change": (200, 403, 403, 403, 200),
    "admin:access_limit_add": ACCESS_WORK,
    "admin:access_postassignment_changelist": (200, 403, 403, 403, 200),
    "admin:access_postassignment_change": (200, 403, 403, 403, 200),
    "admin:audit_event_changelist": (200, 403, 403, 403, 403),
    "admin:audit_event_change": (200, 403, 403, 403, 403),
    "admin:audit_event_verify": (200, 403, 403, 403, 403),
    "admin:who_did_what": (200, 403, 403, 403, 200),
    "admin:software_use": (200, 403, 403, 403, 200),
}
TABLE |= {name.replace("_changelist", "_export"): line for name, line in TABLE.items() if name.endswith("_changelist")}
"""Who sees a list may take it as an Excel file."""
FOR_ALL = {"healthz": 200, "set_language": 302}
"""Addresses that answer strangers; those of log-in and log-out, and `feed` (by token), have tests of their own."""
WITHOUT_LINES = {"admin:login", "admin:login_factor", "admin:logout", "feed"}


def names(patterns: list[URLPattern | URLResolver], *, prefix: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespace; an address without a name is named by its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, prefix=prefix + namespace)
        else:
            yield prefix + (pattern.name or str(pattern.pattern))


def address(name: str) -> str:
    """An address of this name, about the first row of its table."""
    if name in ("admin:audit_event_verify", "admin:who_did_what", "admin:software_use"):
        return reverse(name)
    if name.startswith("portal:"):
        return reverse(name, args=PORTAL[name.removeprefix("portal:")])
    if name == "admin:cards_card_at-counter":
        return reverse(name, args=[card("lin").pk, "report-loss"])
    room, _, rest = name.removeprefix("admin:").partition("_")
    model, _, page = rest.partition("_")
    if not page or page in ("changelist", "export", "add", "book", "clearing", "group", "collecting"):
        return reverse(name)
    row = apps.get_model(room, model).objects.order_by("pk").first()
    assert row is not None, f"the campus has no {room}.{model}"
    return reverse(name, args=[row.pk])


def status_of(client: Client, name: str) -> int:
    """The status of a GET; a file is read to its end, which closes it."""
    response = client.get(address(name))
    if isinstance(response, StreamingHttpResponse):
        b"".join(response)
    return response.status_code


def refused_plainly(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The status alone: half of a thousand requests would otherwise go into the same page."""
    return HttpResponse(status=403)


def test_every_address_has_a_line() -> None:
    assert set(names(get_resolver().url_patterns)) == {*TABLE, *FOR_ALL, *WITHOUT_LINES}


def test_the_table(whole_site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onecard.urls.handler403", refused_plainly)
    clients = {who: client_of(who) for who in WHO}
    wrong = []
    for name, of_posts in TABLE.items():
        expected = dict(zip(WHO, (LOGIN, LOGIN, *of_posts), strict=True))
        found = {who: status_of(clients[who], name) for who in WHO}
        if found != expected:
            wrong.append((name, found, expected))
    assert wrong == []


@pytest.mark.parametrize(("name", "status"), FOR_ALL.items())
def test_what_strangers_reach(db: None, name: str, status: int) -> None:
    assert client_of(None).get(reverse(name)).status_code == status


def test_strangers_are_sent_to_the_log_in_and_back(db: None) -> None:
    response = client_of(None).get("/purchases/purchase/?q=1")
    assert response.headers["Location"] == "/login/?next=/purchases/purchase/%3Fq%3D1"


def test_lists_and_details_refuse_every_post(whole_site: World) -> None:
    clients = [client_of(who) for who in OPERATORS if who != "outsider"]
    pages = [name for name in TABLE if name.endswith(("_changelist", "_change")) and name != "admin:password_change"]
    wrong = [(name, status) for name in pages if (status := _posted(clients, name)) - {403, 405}]
    assert wrong == []


def _posted(clients: list[Client], name: str) -> set[int]:
    return {client.post(address(name), {"action": "delete_selected", "_selected_action": "1"}).status_code for client in clients}


def test_a_deed_without_permission_is_refused_and_recorded(site: World) -> None:
    from onecard.audit.models import Event

    lin = card("lin")
    response = client_of("auditor").post(reverse("admin:cards_card_report-loss", args=[lin.pk]))
    refused = Event.objects.filter(action="cards.report_loss", outcome="NOT_PERMITTED", actor_name="auditor")
    assert (response.status_code, refused.count(), card("lin").state) == (403, 1, lin.state)


def test_every_button_is_an_action_that_some_post_has() -> None:
    from django.contrib import admin

    from onecard.access.pages import DeedAdmin
    from onecard.access.posts import PERMISSIONS

    known = frozenset().union(*PERMISSIONS.values())
    pages = [page for page in admin.site._registry.values() if isinstance(page, DeedAdmin)]
    deeds = [deed for page in pages for deed in (*page.deeds, *filter(None, [page.registering]))]
    assert len(deeds) > 10
    specs = {deed.name: spec_of(deed.name) for deed in deeds}
    assert {name for name, spec in specs.items() if not spec.is_general} <= known
    assert [deed.name for deed in deeds if deed.needs_approval is not (specs[deed.name].need is not None)] == []
