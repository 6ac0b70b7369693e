"""Reversals on the pages: taken off the day's figures, shown with their purchase."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.models import Purchase
from onecard.purchases.types import PinCheck
from onecard.web.queries import figures_now
from onecard.web.tests.campus import NEXT, NOON_NEXT
from onecard.web.tests.test_pages import PURCHASES, TRANSFERS
from tests.browsing import client_of
from tests.world import World, close_day


def test_a_reversal_is_taken_off_the_figures_and_shown_with_its_purchase(site: World) -> None:
    before = figures_now()
    assert before is not None
    asked = [site.record(9, who="wang", amount_fen=350, terminal="shop", occurred_at=NOON_NEXT)]
    authorise_purchases(asked, received_at=NOON_NEXT)
    reverse_purchases(asked, received_at=NOON_NEXT)
    after = figures_now()
    assert after is not None
    assert (after.total.purchases, after.total.reversals) == (before.total.purchases + 1, 1)
    assert after.total.amount_fen == before.total.amount_fen
    assert {line.name: line.amount_fen for line in after.hours} == {line.name: line.amount_fen for line in before.hours}
    auditor = client_of("auditor")
    assert "1 reversed and taken off" in auditor.get("/figures/").content.decode()
    purchase = Purchase.objects.get(terminal__code="shop", seq=9)
    pages = [auditor.get(PURCHASES).content.decode(), auditor.get(f"{PURCHASES}{purchase.pk}/change/").content.decode()]
    assert [page.count('<span class="oc-badge oc-warn">reversed</span>') for page in pages] == [1, 1]
    [back] = ledger.transfers_of(purchase.terminal.source_id, -(10**9 + 9))
    assert reverse("admin:ledger_transfer_change", args=[back.pk]) in pages[1]
    transfers = auditor.get(TRANSFERS).content.decode()
    assert "shop/1/9 (reversal)" in transfers
    assert transfers.count(urlencode({"q": "shop/1/9"})) == 2


def test_takings_below_zero_draw_no_bar(site: World) -> None:
    """What was bought on a day that is closed and reversed on the open one."""
    asked = [site.record(9, who="wang", amount_fen=3_000, terminal="shop", occurred_at=NOON_NEXT)]
    authorise_purchases(asked, pins=[PinCheck.RIGHT], received_at=NOON_NEXT)
    with clock.at(NOON_NEXT + timedelta(hours=10)):
        close_day(site, NEXT, next_date=NEXT + timedelta(days=1))
    reverse_purchases(asked, received_at=NOON_NEXT + timedelta(hours=11))
    figures = figures_now()
    assert figures is not None
    assert figures.late is not None
    assert (figures.late.purchases, figures.late.reversals, figures.late.amount_fen) == (0, 1, -3_000)
    assert [(line.name, line.amount_fen, line.share) for line in figures.merchants] == [("Campus shop", -3_000, 0)]
    assert client_of("auditor").get("/figures/").status_code == 200
