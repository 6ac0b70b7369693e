"""Boards on the site: what leaves as a file is noted, and days out of order are said."""

from __future__ import annotations

from onecard.audit.models import Event
from tests.browsing import client_of
from tests.world import World


def test_taking_a_board_as_a_file_is_noted(site: World) -> None:
    response = client_of("settlement").get("/boards/settlement/?since=2026-09-01&until=2026-09-02&as=excel")
    assert response.status_code == 200
    noted = Event.objects.filter(action="access.export_list", subject="rollups.movement?settlement 2026-09-01 2026-09-02")
    assert noted.exists()


def test_days_out_of_order_are_said(site: World) -> None:
    page = client_of("settlement").get("/boards/settlement/?since=2026-09-02&until=2026-09-01")
    assert b"The last day must not be before the first" in page.content
