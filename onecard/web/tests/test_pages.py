"""What the pages say and do, without a browser: figures, search and filters, links, deeds, closing the day, languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onecard.access.models import Operator
from onecard.audit.models import Event
from onecard.cards.models import Card
from onecard.cards.types import CardState
from onecard.closing.models import Seal
from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord, Transfer
from onecard.merchants.models import Merchant
from onecard.people.models import Person
from onecard.purchases.models import Purchase
from onecard.purchases.types import Outcome
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState
from onecard.web.queries import figures_now
from onecard.web.tests.campus import NEXT, NOON_NEXT, PASSWORD
from tests.browsing import client_of
from tests.world import CARD_NO, DAY, World, card

PURCHASES = "/purchases/purchase/"
TRANSFERS = "/ledger/transfer/"


def rows(response: Any) -> list[object]:
    """The rows of a list page."""
    assert response.status_code == 200
    found: list[object] = list(response.context["cl"].result_list)
    return found


def said(response: Any) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_figures_of_the_open_day(site: World) -> None:
    figures = figures_now()
    assert figures is not None
    assert (figures.day, figures.total.purchases, figures.total.amount_fen) == (NEXT, 3, 1_234 + 1_500 + 700)
    assert [(line.name, line.purchases, line.amount_fen) for line in figures.merchants] == [
        ("Canteen 1", 2, 2_734),
        ("Campus shop", 1, 700),
    ]
    assert {line.name: line.amount_fen for line in figures.hours if line.amount_fen} == {"12": 1_234, "13": 1_500}
    assert figures.late is not None
    assert (figures.late.purchases, figures.late.amount_fen) == (1, 700)
    assert (figures.cards_used, figures.declined) == (3, 1)
    assert figures.cards_active == Card.objects.filter(state=CardState.ACTIVE).count()
    assert (figures.held, figures.missing, figures.missing_places) == (1, 8, 4)
    assert figures.last_seal is not None
    assert figures.last_seal.business_date == DAY


def test_first_page_without_a_business_day_says_what_to_do(db: None) -> None:
    from onecard.web.tests import campus

    campus.appoint()
    assert figures_now() is None
    page = client_of("settlement").get("/").content.decode()
    assert "No business day is open" in page
    assert reverse("admin:close_day") in page
    assert "onecard day open" in client_of("clerk").get("/").content.decode()


def test_first_page_of_a_quiet_day(world: World) -> None:
    from onecard.web.tests import campus

    campus.appoint()
    page = client_of("auditor").get("/").content.decode()
    assert "Nothing was bought yet" in page
    assert "No day is sealed yet." in page


def test_a_post_without_figures_is_welcomed(site: World) -> None:
    assert "Choose a page on the left" in client_of("security").get("/").content.decode()


@pytest.mark.parametrize(
    ("query", "records"),
    [
        ("q=plain", {1, 2, 5, 6, 8}),
        ("q=plain/1", {1, 2, 5, 6, 8}),
        ("q=plain/1/2", {2}),
        ("q=shop/1/4", {4}),
        ("q=plain/x/2", set()),
        (f"q={CARD_NO['lin']}", {1, 5}),
        (f"q={CARD_NO['lost']}", {8}),
        (f"q=2026{CARD_NO['wang']}", {2, 6}),
        ("q=999999999999999999999999", set()),
        ("q=nobody", set()),
        (f"business_date_from={NEXT}", {5, 6, 7, 8}),
        (f"business_date_to={DAY}", {1, 2, 4}),
        (f"business_date_from={DAY}&business_date_to={DAY}&q=shop", {4}),
        (f"business_date_from={NEXT + timedelta(days=1)}", set()),
        (f"outcome__exact={Outcome.DECLINED_CARD_LOST}", {8}),
        ("mode__exact=2", {1, 2, 4, 5, 6, 7}),
    ],
)
def test_purchases_are_found(site: World, query: str, records: set[int]) -> None:
    found = rows(client_of("auditor").get(f"{PURCHASES}?{query}"))
    assert {purchase.seq for purchase in found if isinstance(purchase, Purchase)} == records


def test_purchases_of_a_merchant(site: World) -> None:
    shop = Merchant.objects.get(code="shop")
    found = rows(client_of("auditor").get(f"{PURCHASES}?merchant__id__exact={shop.pk}"))
    assert {purchase.seq for purchase in found if isinstance(purchase, Purchase)} == {4, 7}


def test_transfers_are_found_by_card_person_merchant_terminal_and_number(site: World) -> None:
    auditor, lin = client_of("auditor"), Person.objects.get(person_no=f"2026{CARD_NO['lin']}")
    own = {lin.cash_account_id, lin.subsidy_account_id}
    of_lin = {pk for pk, *pair in Transfer.objects.values_list("pk", "debit_account", "credit_account") if own & set(pair)}
    by_card = {transfer.pk for transfer in rows(auditor.get(f"{TRANSFERS}?q={CARD_NO['lin']}")) if isinstance(transfer, Transfer)}
    by_person = rows(auditor.get(f"{TRANSFERS}?q={lin.person_no}"))
    source = Terminal.objects.get(code="shop").source_id
    assert by_card == of_lin
    assert len(by_person) == len(of_lin)
    assert len(rows(auditor.get(f"{TRANSFERS}?q=shop"))) == Transfer.objects.filter(source_id=source).count()
    assert len(rows(auditor.get(f"{TRANSFERS}?q=%23{min(of_lin)}"))) == 1
    assert rows(auditor.get(f"{TRANSFERS}?q=%23x")) == []
    assert rows(auditor.get(f"{TRANSFERS}?q=nobody")) == []


def test_transfers_of_a_day(site: World) -> None:
    auditor = client_of("auditor")
    for day in (DAY, NEXT):
        found = rows(auditor.get(f"{TRANSFERS}?business_date_from={day}&business_date_to={day}"))
        assert len(found) == Transfer.objects.filter(business_date=day).count() > 0
    assert rows(auditor.get("/ledger/daybalance/?business_date_from=2026-09-02")) == []
    assert len(rows(auditor.get("/ledger/daybalance/?business_date_to=2026-09-01"))) > 0


@pytest.mark.parametrize("page", [PURCHASES, TRANSFERS, "/ledger/account/", "/ledger/daybalance/", "/audit/event/"])
def test_lists_of_money_are_never_counted(site: World, page: str) -> None:
    auditor = client_of("auditor")
    with CaptureQueriesContext(connection) as queries:
        auditor.get(page)
    assert [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()] == []
    assert len(queries) < 25


def test_a_purchase_page_shows_its_stops(site: World) -> None:
    purchase = Purchase.objects.get(terminal__code="plain", seq=1)
    page = client_of("auditor").get(f"{PURCHASES}{purchase.pk}/change/").content.decode()
    transfers = ledger.transfers_of(purchase.terminal.source_id, 10**9 + 1)
    held = HeldRecord.objects.get()
    assert transfers
    for model, pk in [
        *(("ledger_transfer", transfer.pk) for transfer in transfers),
        ("ledger_heldrecord", held.pk),
        ("cards_card", card("lin").pk),
        ("people_person", card("lin").person_id),
        ("terminals_terminal", purchase.terminal_id),
        ("merchants_merchant", purchase.merchant_id),
    ]:
        assert reverse(f"admin:{model}_change", args=[pk]) in page, model


def test_who_may_not_open_a_page_is_not_linked_to_it(site: World) -> None:
    purchase = Purchase.objects.get(terminal__code="plain", seq=1)
    page = client_of("clerk").get(f"{PURCHASES}{purchase.pk}/change/").content.decode()
    assert reverse("admin:cards_card_change", args=[card("lin").pk]) in page
    assert "/ledger/" not in page
    assert "/merchants/merchant/" not in page


def test_report_loss_by_its_page(site: World) -> None:
    clerk, lin = client_of("clerk"), card("lin")
    address = reverse("admin:cards_card_report-loss", args=[lin.pk])
    assert "buys nothing online" in clerk.get(address).content.decode()
    assert card("lin").state == CardState.ACTIVE
    response = clerk.post(address)
    event = Event.objects.get(action="cards.report_loss", actor_id__isnull=False)
    assert response.headers["Location"] == reverse("admin:cards_card_change", args=[lin.pk])
    assert (card("lin").state, event.outcome, event.subject) == (CardState.LOST, "DONE", str(lin.card_no))
    again = clerk.post(address)
    assert said(again)[-1] == "It was so already. Nothing changed."


def test_replace_asks_for_a_number_and_stays_when_refused(site: World) -> None:
    clerk, lost = client_of("clerk"), card("lost")
    address = reverse("admin:cards_card_replace-card", args=[lost.pk])
    assert clerk.post(address, {"new_card_no": "x"}).status_code == 200
    taken = clerk.post(address, {"new_card_no": CARD_NO["wang"], "fee": "counter"})
    assert (taken.status_code, said(taken)) == (200, ["This card number is taken."])
    assert clerk.post(address, {"new_card_no": "77001", "fee": "counter"}).status_code == 302
    new = Card.objects.get(card_no=77_001)
    assert (new.person_id, new.state, card("lost").replaced_by_id) == (lost.person_id, CardState.ACTIVE, new.pk)


def test_buttons_follow_the_state_of_the_card(site: World) -> None:
    clerk = client_of("clerk")

    def offered(name: str) -> set[str]:
        response = clerk.get(reverse("admin:cards_card_change", args=[card(name).pk]))
        return {deed.slug for deed, _address in response.context["deeds"]}

    assert offered("lin") == {"report-loss", "freeze-card", "extend-card", "return-card", "cancel-card", "set-pin"}
    assert offered("lost") == {"withdraw-loss-report", "replace-card", "replace-card-at-once", "cancel-card"}
    assert offered("issued") == {"activate-card", "report-loss", "extend-card", "return-card", "cancel-card", "set-pin"}
    assert offered("cancelled") == {"return-card"}


def test_registering_a_person_a_card_a_merchant_a_terminal(site: World) -> None:
    clerk, settlement, admin = (client_of(who) for who in ("clerk", "settlement", "admin"))
    person = {"person_no": "20269001", "full_name": "Sun", "kind": "staff", "unit": "Library"}
    assert clerk.post(reverse("admin:people_person_add"), person).status_code == 302
    assert said(clerk.post(reverse("admin:people_person_add"), person))[-1] == "Somebody has this number already."
    issued = {"person_no": "20269001", "card_no": "5001", "kind": "formal", "expires_on": "2030-07-01", "deposit": "counter"}
    assert clerk.post(reverse("admin:cards_card_add"), issued).status_code == 302
    unknown = clerk.post(reverse("admin:cards_card_add"), {**issued, "person_no": "nobody", "card_no": "5002"})
    assert "Nobody is registered under this number." in unknown.content.decode()
    assert settlement.post(reverse("admin:merchants_merchant_add"), {"code": "bakery", "name": "Bakery"}).status_code == 302
    terminal = {"code": "b1", "merchant": Merchant.objects.get(code="bakery").pk, "single_limit": "30.5"}
    assert admin.post(reverse("admin:terminals_terminal_add"), terminal).status_code == 302
    half = admin.post(reverse("admin:terminals_terminal_add"), {**terminal, "code": "b2", "opens_at": "08:00"})
    absurd = admin.post(reverse("admin:terminals_terminal_add"), {**terminal, "code": "b3", "single_limit": "-1"})
    assert "or neither" in half.content.decode()
    assert "above zero" in absurd.content.decode()
    assert Card.objects.get(card_no=5_001).person.full_name == "Sun"
    assert Terminal.objects.get(code="b1").single_limit_fen == 3_050
    assert not Terminal.objects.filter(code__in=("b2", "b3")).exists()


def test_a_terminal_is_disabled_and_enabled_by_its_page(site: World) -> None:
    admin, terminal = client_of("admin"), Terminal.objects.get(code="plain")
    admin.post(reverse("admin:terminals_terminal_disable-terminal", args=[terminal.pk]), {"reason": "repair"})
    assert Terminal.objects.get(code="plain").state == TerminalState.DISABLED
    admin.post(reverse("admin:terminals_terminal_enable-terminal", args=[terminal.pk]))
    assert Terminal.objects.get(code="plain").state == TerminalState.ENABLED


def test_close_the_day_by_its_page(site: World) -> None:
    settlement = client_of("settlement")
    page = settlement.get(reverse("admin:close_day"))
    assert NEXT.isoformat() in page.content.decode()
    early = settlement.post(reverse("admin:close_day"), {"day": NEXT, "next_date": DAY})
    assert said(early) == ["The next business day must be after the one that is closed."]
    closed = settlement.post(reverse("admin:close_day"), {"day": NEXT, "next_date": NEXT + timedelta(days=2)})
    seal = Seal.objects.get(pk=NEXT)
    assert closed.headers["Location"] == reverse("admin:closing_dayreport_change", args=[seal.report_id])
    assert ledger.open_day() == NEXT + timedelta(days=2)
    stale = settlement.post(reverse("admin:close_day"), {"day": NEXT, "next_date": NEXT + timedelta(days=3)})
    assert said(stale)[-1] == "Somebody closed this day already."


def test_a_failed_check_is_shown_with_its_rows(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from onecard.closing.actions import close_day as closing
    from onecard.closing.types import Check, Failure

    failure = Failure(check=Check.TRIAL_BALANCE_IS_ZERO, rows=({"account_id": 17, "off_by_fen": 3},), more=True)
    monkeypatch.setattr(closing, "run_checks", lambda open_day, moved: (failure,))
    page = client_of("settlement").post(reverse("admin:close_day"), {"day": NEXT, "next_date": NEXT + timedelta(days=1)})
    text = page.content.decode()
    assert "The day was not closed: a check failed" in text
    assert "off_by_fen" in text
    assert "There are more such rows." in text
    assert ledger.open_day() == NEXT


def test_the_first_business_day_is_opened_by_its_page(db: None) -> None:
    from onecard.web.tests import campus

    campus.appoint()
    settlement = client_of("settlement")
    assert settlement.post(reverse("admin:close_day"), {"day": "2026-09-01"}).status_code == 302
    assert ledger.open_day() == DAY


def test_the_report_comes_as_page_text_and_excel(site: World) -> None:
    auditor, report_no = client_of("auditor"), Seal.objects.get(pk=DAY).report_id
    page = auditor.get(reverse("admin:closing_dayreport_change", args=[report_no])).content.decode()
    text = auditor.get(reverse("admin:closing_dayreport_text", args=[report_no]))
    excel = auditor.get(reverse("admin:closing_dayreport_excel", args=[report_no]))
    assert Seal.objects.get(pk=DAY).root in page
    assert report_no in text.content.decode()
    assert excel.content[:2] == b"PK"
    assert auditor.get(reverse("admin:closing_dayreport_text", args=["nix"])).status_code == 404


def test_own_password(site: World) -> None:
    clerk = client_of("clerk")
    address = reverse("admin:password_change")
    new = "Battery-Staple-9"
    differing = clerk.post(address, {"old": PASSWORD, "new": new, "again": "x"})
    wrong = clerk.post(address, {"old": "x", "new": new, "again": new})
    assert "The two new passwords differ." in differing.content.decode()
    assert said(wrong) == ["The old password is wrong."]
    soon = clerk.post(address, {"old": PASSWORD, "new": new, "again": new})
    assert said(soon)[-1].startswith("The password was changed less than a day ago.")
    assert clerk.post(address, {"old": PASSWORD, "new": new, "again": new, "is_disclosed": "on"}).status_code == 302
    assert clerk.get("/").status_code == 200
    assert Operator.objects.get(username="clerk").check_password(new)
    assert Event.objects.filter(action="access.change_own_password", outcome="DONE", actor_name="clerk").exists()


def test_whoever_must_change_the_password_sees_nothing_else(site: World) -> None:
    Operator.objects.filter(username="auditor").update(must_change_password=True)
    auditor = client_of("auditor")
    for page in ("/", PURCHASES, "/figures/"):
        assert auditor.get(page).headers["Location"] == reverse("admin:password_change")
    answer = auditor.get(reverse("admin:password_change"))
    assert answer.status_code == 200
    assert "set by somebody else" in answer.content.decode()


def test_an_inactive_operator_is_out_at_once(site: World) -> None:
    auditor = client_of("auditor")
    assert auditor.get(PURCHASES).status_code == 200
    Operator.objects.filter(username="auditor").update(is_active=False)
    assert auditor.get(PURCHASES).status_code == 302


def test_log_in_is_by_number_and_password(site: World) -> None:
    stranger = client_of(None)
    wrong = stranger.post("/login/", {"username": "auditor", "password": "x"})
    assert (wrong.status_code, stranger.get("/").status_code) == (200, 302)
    right = stranger.post("/login/", {"username": "auditor", "password": PASSWORD})
    assert (right.status_code, stranger.get("/").status_code) == (302, 200)
    assert stranger.post("/logout/").headers["Location"] == "/login/"
    assert stranger.get("/").status_code == 302


def test_the_language_is_the_browsers_until_it_is_chosen(site: World) -> None:
    auditor = client_of("auditor", language="zh-CN,zh;q=0.9")
    assert "营业额" in auditor.get("/").content.decode()
    auditor.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Takings" in auditor.get("/").content.decode()


def test_the_blacklist_leads_to_cards_for_who_may_see_them(site: World) -> None:
    address = reverse("admin:cards_blacklistchange_changelist")
    to_card = reverse("admin:cards_card_change", args=[card("frozen").pk])
    pages = {who: client_of(who).get(address, {"q": CARD_NO["frozen"]}).content.decode() for who in ("clerk", "admin")}
    assert {who: (to_card in page, str(CARD_NO["lost"]) in page) for who, page in pages.items()} == {
        "clerk": (True, False),
        "admin": (False, False),
    }
    assert str(CARD_NO["frozen"]) in pages["admin"]


@pytest.mark.parametrize("who", ["auditor", "clerk", "settlement", "admin", "security"])
def test_the_side_bar_shows_what_may_be_opened(site: World, who: str) -> None:
    client = client_of(who)
    groups = client.get("/").context["sidebar_navigation"]
    links = [str(item["link"]) for group in groups for item in group["items"]]
    assert links
    assert {client.get(link).status_code for link in links} == {200}


def test_unknown_pages_and_rows(site: World) -> None:
    auditor = client_of("auditor")
    page = auditor.get("/nothing/here/")
    assert (page.status_code, "There is no such page" in page.content.decode()) == (404, True)
    assert auditor.get("/cards/card/x/change/").status_code == 302
    assert client_of("clerk").get("/cards/card/0/report-loss/").status_code == 404


def test_figures_refresh_alone(site: World) -> None:
    part = client_of("auditor").get("/figures/").content.decode()
    assert "<html" not in part
    assert "34.34" in part
    assert NOON_NEXT.strftime("%Y-%m-%d") in part
