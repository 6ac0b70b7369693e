"""The approvals inbox and the pages of held records: propose, look, decide, as the clerk and the director do it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator, Proposal
from onecard.access.types import Actor, Post, ProposalState
from onecard.audit.models import Event
from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import SettledAs, TransferKind
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.web.tests.campus import NOON_NEXT, PASSWORD
from tests.browsing import client_of
from tests.world import CARD_NO, UNKNOWN_CARD, World, broken_invariants

INBOX = "/access/proposal/"


@pytest.fixture
def desk(site: World) -> World:
    """The campus with a director and finance."""
    personnel = Actor.system("personnel")
    for name, post in (("director", Post.DIRECTOR), ("finance", Post.FINANCE)):
        create_operator(personnel, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
        assign_posts(personnel, name, posts={post})
    return site


def held_page(held: HeldRecord, deed: str = "change") -> str:
    return f"/ledger/heldrecord/{held.pk}/{deed}/"


def proposal_page(proposal: Proposal, deed: str = "change") -> str:
    return f"{INBOX}{proposal.pk}/{deed}/"


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def correction(**other: str) -> dict[str, str]:
    return {"card_no": str(CARD_NO["wang"]), "amount": "12.50", "occurred_at": "2026-09-01 12:00:00", "reason": "slip", **other}


def test_a_correction_is_proposed_by_the_clerk_and_runs_when_the_director_approves(desk: World) -> None:
    [held] = HeldRecord.objects.all()
    clerk, director = client_of("settlement"), client_of("director")
    form = clerk.get(held_page(held, "correct-held-record")).context["form"]
    assert (form["card_no"].value(), form["amount"].value(), form["occurred_at"].value()) == (1001, "9.99", "2026-09-01 12:00:00")
    response = clerk.post(held_page(held, "correct-held-record"), correction())
    assert said(response) == ["Proposed; it waits for approval."]
    assert response.headers["Location"] == held_page(held)
    assert ledger.held_count() == 1
    proposal = Proposal.objects.latest("pk")
    assert proposal.payload == {"card_no": 1002, "amount_fen": 1250, "occurred_at": "2026-09-01T12:00:00+08:00"}
    page = text_of(director, proposal_page(proposal))
    assert "<tr><th>card number</th><td>1002</td></tr>" in page
    assert "12.50" in page
    assert "Book a held record with corrections" in page
    form = director.get(proposal_page(proposal, "approve-proposal")).context["form"]
    response = director.post(proposal_page(proposal, "approve-proposal"), {"digest": form["digest"].value(), "note": "ok"})
    assert said(response) == ["Approved. Booked as a correction, since another record has its number."]
    held.refresh_from_db()
    assert (held.settled_as, held.settled_by) == (SettledAs.CORRECTED, "settlement (approved by director)")
    assert [transfer.amount_fen for transfer in Transfer.objects.filter(kind=TransferKind.CORRECTION)] == [1250]
    assert "Booked as a correction" in text_of(director, proposal_page(proposal))
    assert "Booked as a correction" in text_of(clerk, held_page(held))
    assert broken_invariants() == {}


def test_nothing_is_approved_that_was_not_shown(desk: World) -> None:
    [proposal] = Proposal.objects.all()
    director = client_of("director")
    response = director.post(proposal_page(proposal, "approve-proposal"), {"digest": "0" * 64, "note": ""})
    assert said(response) == ["This is not the content that was shown. Look at it again."]
    response = director.post(proposal_page(proposal, "approve-proposal"), {"note": ""})
    assert response.status_code == 200
    assert Proposal.objects.get().state == ProposalState.PENDING


@pytest.mark.parametrize(
    ("who", "buttons"),
    [("settlement", {"withdraw"}), ("director", {"approve", "reject"}), ("finance", {"approve", "reject"}), ("auditor", set())],
)
def test_buttons_are_offered_to_who_may(desk: World, who: str, buttons: set[str]) -> None:
    [proposal] = Proposal.objects.all()
    page = text_of(client_of(who), proposal_page(proposal))
    assert {name for name in ("approve", "reject", "withdraw") if f"{name}-proposal/" in page} == buttons


def test_rejecting_needs_a_note_and_a_colleague(desk: World) -> None:
    [proposal] = Proposal.objects.all()
    director = client_of("director")
    assert director.post(proposal_page(proposal, "reject-proposal"), {"note": ""}).status_code == 200
    assert said(director.post(proposal_page(proposal, "reject-proposal"), {"note": "look again"})) == ["Done: Reject."]
    assert Proposal.objects.get().note == "look again"
    page = text_of(director, proposal_page(proposal))
    assert "reject-proposal/" not in page
    response = director.post(proposal_page(proposal, "reject-proposal"), {"note": "again"})
    assert said(response) == ["It was so already. Nothing changed."]


def test_the_own_proposal_is_withdrawn_not_decided(desk: World) -> None:
    assign_posts(Actor.system("personnel"), "settlement", posts={Post.SETTLEMENT_CLERK, Post.DIRECTOR})
    [proposal] = Proposal.objects.all()
    clerk = client_of("settlement")
    digest = bytes(proposal.payload_digest).hex()
    response = clerk.post(proposal_page(proposal, "approve-proposal"), {"digest": digest, "note": ""})
    assert said(response) == ["Nobody decides on an own proposal: a colleague has to."]
    assert said(clerk.post(proposal_page(proposal, "withdraw-proposal"))) == ["Done: Withdraw."]
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN


def test_who_may_not_is_refused_and_recorded(desk: World) -> None:
    [proposal] = Proposal.objects.all()
    [held] = HeldRecord.objects.all()
    digest = bytes(proposal.payload_digest).hex()
    approving = client_of("auditor").post(proposal_page(proposal, "approve-proposal"), {"digest": digest, "note": ""})
    proposing = client_of("auditor").post(held_page(held, "correct-held-record"), correction())
    assert (approving.status_code, proposing.status_code) == (403, 403)
    refused = Event.objects.filter(actor_name="auditor", outcome="NOT_PERMITTED").order_by("pk")
    assert [event.action for event in refused] == ["access.approve_proposal", "access.propose_action"]


def test_when_the_action_refuses_the_director_reads_why(desk: World) -> None:
    [held] = HeldRecord.objects.all()
    client_of("settlement").post(held_page(held, "correct-held-record"), correction(card_no=str(UNKNOWN_CARD)))
    proposal = Proposal.objects.latest("pk")
    answer = {"digest": bytes(proposal.payload_digest).hex(), "note": ""}
    response = client_of("director").post(proposal_page(proposal, "approve-proposal"), answer)
    assert said(response) == ["It was not done, and the proposal goes on waiting: There is no card with this number."]


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "0"}, {"amount": "1.234"}, {"amount": "100000.01"}, {"card_no": "x"}, {"occurred_at": "x"}, {"reason": ""}],
)
def test_a_correction_that_cannot_be_read(desk: World, wrong: dict[str, str]) -> None:
    [held] = HeldRecord.objects.all()
    response = client_of("settlement").post(held_page(held, "correct-held-record"), correction(**wrong))
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == wrong.keys()
    assert Proposal.objects.count() == 1


def test_a_record_is_booked_as_it_stands_from_its_page(desk: World) -> None:
    collect_purchases([desk.record(9, who=UNKNOWN_CARD, occurred_at=NOON_NEXT)], received_at=NOON_NEXT)
    held = HeldRecord.objects.latest("pk")
    clerk = client_of("settlement")
    page = text_of(clerk, held_page(held))
    assert "<tr><th>card number</th><td>999999</td></tr>" in page
    assert "<tr><th>terminal</th><td>plain</td></tr>" in page
    assert "book-held-record/" in page
    assert said(clerk.post(held_page(held, "book-held-record"))) == ["There is no card with this number."]
    [conflict] = HeldRecord.objects.exclude(pk=held.pk)
    page = text_of(clerk, held_page(conflict))
    assert "book-held-record/" not in page
    assert reverse("admin:access_proposal_change", args=[Proposal.objects.get().pk]) in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("state=pending", 1),
        ("state=expired", 0),
        ("action=purchases.write_off_held_record", 1),
        ("q=settlement", 1),
        ("q=x", 0),
    ],
)
def test_the_inbox_is_narrowed(desk: World, query: str, count: int) -> None:
    assert len(client_of("director").get(f"{INBOX}?{query}").context["cl"].result_list) == count


@pytest.mark.parametrize(("query", "count"), [("", 1), ("state=waits", 1), ("state=written_off", 0)])
def test_held_records_are_narrowed(desk: World, query: str, count: int) -> None:
    assert len(client_of("director").get(f"/ledger/heldrecord/?{query}").context["cl"].result_list) == count


def test_the_first_page_counts_what_waits_for_me(desk: World) -> None:
    assert "1 proposal waits for your decision" in text_of(client_of("director"), "/")
    for who in ("settlement", "auditor", "clerk"):
        assert "for your decision" not in text_of(client_of(who), "/")


def test_in_chinese(desk: World) -> None:
    [proposal] = Proposal.objects.all()
    director = client_of("director", language="zh-hans")
    page = text_of(director, proposal_page(proposal))
    assert all(word in page for word in ("核销挂起记录", "批准", "驳回", "待审批"))
    assert Operator.objects.get(username="director").get_full_name() in page
