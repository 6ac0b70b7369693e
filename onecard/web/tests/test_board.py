"""The board, the exposure meter, the page of gaps and that of parameters, as operators use them."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from django.test import Client

from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator, Proposal
from onecard.access.types import Actor, Post, ProposalOutcome
from onecard.allowances.actions.take_allowances import take_allowances
from onecard.cards import queries as cards
from onecard.cards.actions.report_loss import report_loss
from onecard.kernel import clock
from onecard.terminals import queries
from onecard.terminals.actions.note_not_found import note_not_found
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.actions.record_heartbeat import record_heartbeat
from onecard.terminals.models import ParameterSet, Recollection, TerminalBatch
from onecard.terminals.parameters import OfflineLimits, ParameterContent, plain_content
from onecard.terminals.tests.test_board import BEAT, enrol
from onecard.web.tests import campus
from tests.browsing import client_of
from tests.world import CARD_NO, World

BOARD, GAPS, EXPOSURE, PARAMETERS = (
    "/terminals/board/",
    "/terminals/gaps/",
    "/terminals/exposure/",
    "/terminals/parameterset/",
)


@pytest.fixture
def floor(site: World) -> World:
    """`plain` is well, `shop` has a fault, the others have no device; a director approves."""
    now = clock.now()
    well = dataclasses.replace(BEAT, sent_at=now, storage_pct=5, faults=(), blacklist_version=cards.blacklist_head().version)
    for code, beat in (("plain", well), ("shop", dataclasses.replace(well, faults=("printer-paper",), unsent=0))):
        enrol(site, code)
        record_heartbeat(site.terminals[code], beat, heard_at=now)
    personnel = Actor.system("personnel")
    create_operator(personnel, "director", full_name="D", password=campus.PASSWORD, must_change_password=False)
    assign_posts(personnel, "director", posts=(Post.DIRECTOR,))
    return site


def text_of(client: Client, address: str, **said: Any) -> str:
    response = client.post(address, said, follow=True) if said else client.get(address)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().partition('id="main"')[2]).split())


def order_of(client: Client, address: str) -> list[str]:
    return [shown.line.facts.code for shown in client.get(address).context["lines"]]


def approve(action: str) -> None:
    proposal = Proposal.objects.get(action=action)
    approver = Actor.of(Operator.objects.get(username="director"))
    decision = approve_proposal(approver, proposal.pk, digest=bytes(proposal.payload_digest).hex())
    assert decision.outcome is ProposalOutcome.DONE


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["shop", "plain", "disabled", "limited", "night"]),
        ("?state=alerting", ["shop"]),
        ("?state=fault", ["shop"]),
        ("?state=online", ["shop", "plain"]),
        ("?state=no_device", ["disabled", "limited", "night"]),
        ("?state=disabled", ["disabled"]),
        ("?state=unsent", ["plain"]),
        ("?state=missing", ["shop", "plain"]),
        ("?state=held", ["plain"]),
        ("?state=parameters_behind", ["shop", "plain"]),
        ("?state=nonsense", []),
        ("?q=LIM", ["limited"]),
        ("?merchant=0", []),
        ("?merchant=nonsense&page=99", []),
        ("?page=nonsense", ["shop", "plain", "disabled", "limited", "night"]),
    ],
)
def test_the_board_puts_trouble_first_and_is_narrowed(floor: World, query: str, expected: list[str]) -> None:
    client = client_of("admin")
    assert order_of(client, BOARD + query) == order_of(client, BOARD + "lines/" + query) == expected


def test_the_board_says_what_is_wrong_and_the_first_page_counts_it(floor: World) -> None:
    shown = text_of(client_of("admin"), BOARD)
    assert "2 / 2" in shown
    assert "printer-paper" in shown
    assert "0 → 1" in shown
    assert "1 with an alert" in text_of(client_of("admin"), "/")
    assert "Fault 1" in shown


def test_the_exposure_follows_from_lag_and_limits(floor: World) -> None:
    assert "Every terminal that was ever heard has the newest blacklist" in text_of(client_of("auditor"), EXPOSURE)
    report_loss(floor.cast.clerk, CARD_NO["chen"])
    report_loss(floor.cast.clerk, CARD_NO["wang"])
    shown = text_of(client_of("auditor"), EXPOSURE)
    assert "¥200.00 at 2 terminals" in shown
    assert "2 behind" in shown
    assert [one.exposure_fen for one in queries.exposures()] == [10_000, 10_000]


def test_allowances_are_shown_where_a_terminal_needs_them(floor: World) -> None:
    """`plain` needs them by its parameters and holds an older list, `shop` needs none: there the column says nothing."""
    assert "Allowances" not in text_of(client_of("admin"), BOARD)
    content = plain_content(ParameterContent(offline=OfflineLimits(needs_allowance=True)))
    publish_parameters(
        floor.cast.clerk,
        "terminal:plain",
        content=content,
        effective_from=clock.now().isoformat(),
        reason="no line there",
    )
    version = ParameterSet.objects.latest("version").pk
    newest = take_allowances()
    assert newest > 1
    beat = dataclasses.replace(BEAT, parameters_version=version, blacklist_version=cards.blacklist_head().version)
    for held, words in ((None, "no list"), (newest - 1, "1 behind"), (newest, "newest newest")):
        record_heartbeat(floor.terminals["plain"], dataclasses.replace(beat, allowances_version=held), heard_at=clock.now())
        assert words in text_of(client_of("admin"), BOARD + "?q=plain")
    assert "Allowances" not in text_of(client_of("auditor"), EXPOSURE)
    report_loss(floor.cast.clerk, CARD_NO["chen"])
    shown = text_of(client_of("auditor"), EXPOSURE + "?q=plain")
    assert "Allowances (¥)" in shown
    assert "1 50.00 50.00 30,000.00 50.00" in shown


def test_chosen_gaps_are_asked_for_again_and_declared_lost_by_two_people(floor: World) -> None:
    plain, shop = (TerminalBatch.objects.get(terminal__code=code) for code in ("plain", "shop"))
    note_not_found(plain.terminal_id, [(1, 3, 4)], heard_at=clock.now())
    numbers, places = queries.missing_totals()
    clerk = client_of("settlement")
    assert "doesn't have them, said" in text_of(clerk, GAPS.replace("gaps/", "gaps/?state=not_found")).replace("&#x27;", "'")
    chosen = [f"{plain.pk}/3-4", f"{shop.pk}/1-3", "0/1-1", "x", f"{plain.pk}/5-4", f"{plain.pk}/99999999999-1"]
    assert "for what you chose: 2." in text_of(clerk, GAPS, place=chosen, deed="ask")
    assert set(Recollection.objects.values_list("first_seq", "not_found_at")) == {(3, None), (1, None)}
    assert "Say why" in text_of(clerk, GAPS, place=chosen, deed="lose")
    assert "Choose at least one" in text_of(clerk, GAPS, deed="lose", reason="burnt")
    assert "each place by itself: 1." in text_of(clerk, GAPS, place=chosen[:1], deed="lose", reason="burnt")
    assert f"#{Proposal.objects.latest('pk').pk}" in text_of(clerk, GAPS)
    approve("terminals.declare_lost")
    assert queries.missing_totals() == (numbers - 2, places - 1)


def test_who_only_looks_asks_nobody(floor: World) -> None:
    batch = TerminalBatch.objects.get(terminal__code="plain")
    auditor = client_of("auditor")
    assert "Ask the terminal again" not in text_of(auditor, GAPS)
    for deed in ("ask", "lose"):
        said = {"place": [f"{batch.pk}/3-4"], "deed": deed, "reason": "x"}
        assert auditor.post(GAPS, said).status_code == 403
    assert not Recollection.objects.exists()


FORM = {
    "effective_from": "2026-09-01 00:00:00",
    "heartbeat_s": "20",
    "is_allowed": "yes",
    "single_limit_fen": "25",
    "card_limit_fen": "50",
    "total_limit_fen": "1,000",
    "max_records": "500",
    "max_hours": "24",
    "needs_allowance": "no",
    "meal_periods": "Lunch 10:30-13:30",
    "prices": "D1 Rice 1.50",
    "receipt_text": "Thank\r\nyou",
    "reason": "prices of the term",
}


@pytest.mark.parametrize("address", ["add/", "1/publish-parameters/", "terminal"])
def test_parameters_are_proposed_compared_approved_and_applied(floor: World, address: str) -> None:
    newest = ParameterSet.objects.latest("version")
    page = PARAMETERS + address.replace("1/", f"{newest.pk}/")
    if address == "terminal":
        page = f"/terminals/terminal/{floor.terminals['plain']}/publish-parameters/"
    assert "Lunch 10:30-13:30" in client_of("admin").get(page).content.decode()
    assert "waits for approval" in text_of(client_of("admin"), page, **FORM)
    proposal = Proposal.objects.get(action="terminals.publish_parameters")
    shown = text_of(client_of("director"), f"/access/proposal/{proposal.pk}/approve-proposal/")
    assert f"Version {newest.pk}" in shown
    assert "Heartbeat every 60 s 20 s" in shown
    assert "Price D1 – Rice ¥1.50" in shown
    approve("terminals.publish_parameters")
    made = ParameterSet.objects.latest("version")
    assert (made.content["receipt_text"], made.published_by) == ("Thank\nyou", "admin (approved by director)")
    assert queries.parameters_for(floor.terminals["plain"], at=clock.now())[0] == made.pk
    told = dataclasses.replace(BEAT, parameters_version=made.pk)
    record_heartbeat(floor.terminals["plain"], told, heard_at=clock.now())
    page = text_of(client_of("auditor"), f"{PARAMETERS}{made.pk}/change/")
    assert "1: plain" in page
    assert ("1: shop" in page) is (address != "terminal")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("single_limit_fen", "1.505", "Write an amount in yuan"),
        ("total_limit_fen", "1000000.01", "Write an amount in yuan"),
        ("max_hours", "721", "less than or equal to 720"),
        ("heartbeat_s", "0", "greater than or equal to 1"),
        ("meal_periods", "Lunch", "Line 1: write a name and two times"),
        ("prices", "D1 1", "Line 1: write code, name and price"),
        ("prices", f"D1 {'x' * 41} 1", "A value is out of bounds"),
        ("effective_from", "soon", "Enter a valid date/time"),
        ("reason", "", "This field is required"),
    ],
)
def test_what_is_wrong_with_parameters_is_told_and_nothing_is_lost(floor: World, field: str, typed: str, told: str) -> None:
    response = client_of("admin").post(PARAMETERS + "add/", {**FORM, field: typed})
    shown = response.content.decode()
    assert response.status_code == 200
    assert told in shown
    assert "prices of the term" in shown or field == "reason"
    assert not Proposal.objects.filter(action="terminals.publish_parameters").exists()


def test_disabling_asks_why_and_the_page_says_it(floor: World) -> None:
    page = f"/terminals/terminal/{floor.terminals['plain']}/"
    admin = client_of("admin")
    assert "This field is required" in text_of(admin, page + "disable-terminal/", reason="")
    assert "stolen · admin" in text_of(admin, page + "disable-terminal/", reason="stolen")
    assert "void at every gateway" in text_of(admin, page + "revoke-terminal/", sure="1")


def test_held_records_are_narrowed_by_reason_and_say_their_amount(floor: World) -> None:
    client = client_of("settlement")
    shown = text_of(client, "/ledger/heldrecord/?reason=CONFLICT&state=waits")
    other = text_of(client, "/ledger/heldrecord/?reason=HELD_CONFLICT&state=waits")
    assert ("9.99" in shown) is not ("9.99" in other)
    assert "plain/1/1" in shown + other
