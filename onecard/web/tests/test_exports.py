"""Every list as an Excel file: what search and filters leave, with numbers as numbers, noted in the audit log."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from python_calamine import CalamineWorkbook

from onecard.audit.models import Event
from onecard.kernel import export
from onecard.ledger.models import Transfer
from onecard.merchants.models import Merchant
from onecard.purchases.models import Purchase
from tests.browsing import client_of
from tests.world import World


def rows_of(name: str, *, who: str = "auditor", language: str = "en", **narrowed: Any) -> list[list[Any]]:
    response = client_of(who, language=language).get(reverse(f"admin:{name}_export"), narrowed)
    assert response.status_code == 200, response
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_an_export_has_the_lists_columns_and_numbers(site: World) -> None:
    head, *rows = rows_of("ledger_transfer")
    assert len(rows) == Transfer.objects.count()
    amount = head.index("Amount")
    assert sum(round(row[amount] * 100) for row in rows) == sum(Transfer.objects.values_list("amount_fen", flat=True))
    assert [row[head.index("ID")] for row in rows] == sorted(Transfer.objects.values_list("pk", flat=True), reverse=True)


def test_an_export_respects_search_filters_and_language(site: World) -> None:
    head, *rows = rows_of("purchases_purchase", language="zh-hans", q="1001")
    assert len(rows) == Purchase.objects.filter(card_no=1001).count() > 0
    assert "金额" in head
    [event] = Event.objects.filter(action="access.export_list")
    assert (event.subject, event.actor_name, event.outcome) == ("purchases.purchase?q=1001", "auditor", "DONE")


def test_words_and_names_stay_text(site: World) -> None:
    Merchant.objects.filter(code="canteen").update(name='=HYPERLINK("http://example.org")')
    head, *rows = rows_of("merchants_merchant")
    assert '=HYPERLINK("http://example.org")' in {row[head.index("Name")] for row in rows}
    head, *rows = rows_of("cards_card", who="clerk")
    assert "Lost" in {row[head.index("State")] for row in rows}
    assert not any("<" in str(cell) for row in rows for cell in row)


def test_a_list_that_is_too_long_is_not_cut(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    response = client_of("auditor").get(reverse("admin:ledger_transfer_export"), {"kind__exact": "x"})
    assert response.status_code == 302
    response = client_of("auditor").get(reverse("admin:ledger_transfer_export"))
    [said] = get_messages(response.wsgi_request)
    assert "narrow the list first" in str(said)
    assert response.headers["Location"] == reverse("admin:ledger_transfer_changelist") + "?"
    assert not Event.objects.filter(action="access.export_list").exists()


def test_who_may_not_see_a_list_takes_none(site: World) -> None:
    assert client_of("clerk").get(reverse("admin:ledger_transfer_export")).status_code == 403
    assert client_of("auditor").post(reverse("admin:ledger_transfer_export")).status_code == 405
    assert not Event.objects.filter(action="access.export_list").exists()


def test_the_list_has_the_button_with_its_search(site: World) -> None:
    page = client_of("clerk").get(reverse("admin:cards_card_changelist"), {"q": "1001"}).content.decode()
    assert 'href="/cards/card/export/?q=1001"' in page
