"""The merchants' pages: what its head sees and does, what nobody else sees."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from python_calamine import CalamineWorkbook

from onecard.access.models import Operator
from onecard.access.types import Post
from onecard.ledger.models import Transfer
from onecard.ledger.types import TransferKind
from onecard.merchants.models import MerchantStaff
from onecard.settlement.actions.check_statement import check_statement
from onecard.settlement.models import CorrectionRequest, Statement
from onecard.settlement.tests.office import CHECKER, PASSWORD, agree, build, sell, staff, turn_to
from onecard.settlement.types import StatementState
from tests.browsing import FAST, client_of
from tests.world import World

PAGES = ("today", "sales", "statements", "terminals", "people", "corrections")


@pytest.fixture
def month(world: World) -> Iterator[Statement]:
    """September of the canteen, checked; its head Hu and cashier Ma, and Li, the shop's head."""
    with override_settings(PASSWORD_HASHERS=FAST):
        agree()
        sell(world, 1, 3_000)
        sell(world, 2, 1_250, who="chen", terminal="limited")
        turn_to(world, date(2026, 10, 1))
        statement = build()
        check_statement(CHECKER, statement.pk)
        staff("hu", "canteen", is_head=True)
        staff("ma", "canteen")
        staff("li", "shop", is_head=True)
        yield statement


def text_of(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"portal:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_every_page_in_both_languages(month: Statement) -> None:
    for language, word in (("en", "My account"), ("zh-hans", "我的账号")):
        client = client_of("hu", language=language)
        assert all(word in text_of(client, name) for name in PAGES)
        assert word in text_of(client, "statement", 1)


def test_sales_are_the_merchants_own_and_export(month: Statement) -> None:
    sale = Transfer.objects.filter(kind=TransferKind.PURCHASE).order_by("pk")[0]
    assert sale.business_date == date(2026, 9, 1)
    own, others = (text_of(client_of(who), "sales", query="?span=term") for who in ("ma", "li"))
    assert "¥42.50" in own
    assert "¥0.00" in others
    assert own.count("<svg") == 2
    assert "¥0.00" in text_of(client_of("ma"), "sales"), "not within the week"
    response = client_of("ma").get(reverse("portal:sales") + "?span=term&as=excel")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response)))
    assert any(42.5 in row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())


def test_each_figure_opens_to_its_lines(month: Statement) -> None:
    client = client_of("ma")
    shown = text_of(client, "statement", 1)
    assert all(amount in shown for amount in ("42.50", "-0.43", "42.07"))
    source = month.lines.get(amount_fen=1_250).source_id
    opened = text_of(client, "transfers", 1, query=f"?source={source}")
    assert ("12.50" in opened, "30.00" in opened) == (True, False)
    whole = text_of(client, "transfers", 1, query="?day=2026-09-01")
    assert "42.50" in whole
    for query in ("?day=x", "?source=x", "?after=x"):
        assert client.get(reverse("portal:transfers", args=[1]) + query).status_code == 404


def test_the_head_confirms(month: Statement) -> None:
    address = reverse("portal:confirm", args=[1])
    client_of("ma").post(address)
    month.refresh_from_db()
    assert month.state == StatementState.CHECKED
    assert "Confirm this statement" not in text_of(client_of("ma"), "statement", 1)
    assert "Confirm this statement" in text_of(client_of("hu"), "statement", 1)
    assert client_of("hu").post(address).status_code == 302
    month.refresh_from_db()
    assert (month.state, month.confirmed_by) == (StatementState.CONFIRMED, "hu")


def test_another_merchant_sees_nothing_of_it(month: Statement) -> None:
    client = client_of("li")
    for name in ("statement", "transfers", "pdf", "excel"):
        assert client.get(reverse(f"portal:{name}", args=[1])).status_code == 404
    assert client.post(reverse("portal:confirm", args=[1])).status_code == 404
    sale = Transfer.objects.get(kind=TransferKind.PURCHASE, amount_fen=3_000)
    assert client.get(reverse("portal:correction", args=[sale.pk])).status_code == 404
    assert "42.07" not in text_of(client, "statements")


def test_papers(month: Statement) -> None:
    pdf = client_of("hu").get(reverse("portal:pdf", args=[1]))
    excel = client_of("hu").get(reverse("portal:excel", args=[1]))
    assert (pdf.content[:4], excel.content[:2]) == (b"%PDF", b"PK")


def test_a_correction_is_asked_for(month: Statement) -> None:
    sale = Transfer.objects.get(kind=TransferKind.PURCHASE, amount_fen=3_000)
    address = reverse("portal:correction", args=[sale.pk])
    client = client_of("ma")
    assert client.post(address, {"amount": "30.01", "reason": "typed twice"}).status_code == 200
    assert not CorrectionRequest.objects.exists()
    assert client.post(address, {"amount": "10", "reason": "typed twice"}).status_code == 302
    assert CorrectionRequest.objects.get().amount_fen == 1_000
    assert "typed twice" in text_of(client, "corrections")


def test_the_head_invites_and_disables(month: Statement) -> None:
    client, address = client_of("hu"), reverse("portal:people")
    assert client_of("ma").post(address, {"username": "zhu", "full_name": "Zhu"}).status_code == 200
    assert not Operator.objects.filter(username="zhu").exists()
    client.post(address, {"username": "clerk", "full_name": "x"})
    client.post(address, {"username": "zhu", "full_name": "Zhu"})
    invited = Operator.objects.get(username="zhu")
    assert (invited.posts(), invited.must_change_password) == ({Post.MERCHANT}, True)
    assert "zhu" in text_of(client, "people")
    for username, acts in (("li", True), ("hu", True), ("zhu", False)):
        client.post(reverse("portal:disable", args=[username]))
        assert MerchantStaff.objects.filter(operator__username=username, until=None).exists() is acts
    assert Operator.objects.get(username="zhu").posts() == set()


def test_a_merchant_without_staff_is_refused_and_disables_nobody(month: Statement) -> None:
    MerchantStaff.objects.filter(operator__username="li").update(until=month.built_at)
    client = client_of("li")
    assert {client.get(reverse(f"portal:{name}")).status_code for name in PAGES} == {403}
    assert client.post(reverse("portal:disable", args=["ma"])).status_code == 403


def test_the_log_in_leads_merchants_to_their_pages_and_nowhere_else(month: Statement) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    said = {"username": "ma", "password": PASSWORD, "next": "/purchases/purchase/"}
    assert client.post(reverse("admin:login"), said).headers["Location"] == reverse("portal:today")
    assert client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0] == reverse("portal:today")
    assert client.get(reverse("admin:account")).status_code == 200
    assert client.get(reverse("admin:settlement_statement_changelist")).status_code == 302
    assert client.post(reverse("admin:logout")).headers["Location"] == reverse("admin:login")
    assert client.get(reverse("portal:today")).headers["Location"] == "/login/?next=/merchant/"
