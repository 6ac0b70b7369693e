"""The terminal's page: enrolment code, device, revocation; the batch's page: ask again, declare lost with approval."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Operator, Proposal
from onecard.access.types import Actor, Post, ProposalOutcome
from onecard.terminals import queries
from onecard.terminals.actions.enrol_device import enrol_device
from onecard.terminals.models import EnrolmentCode, Recollection, Terminal, TerminalBatch
from onecard.terminals.types import KeyScheme, NewDevice
from onecard.web.tests import campus
from tests.browsing import client_of
from tests.world import World

CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}")


def post(client: Client, model: str, row: object, deed: str, said: dict[str, object]) -> str:
    address = reverse(f"admin:terminals_{model}_{deed}", args=[row])
    return client.post(address, said, follow=True).content.decode()


def test_a_code_is_shown_once_and_makes_a_device_the_terminal(site: World) -> None:
    client, terminal = client_of("admin"), Terminal.objects.get(code="plain")
    shown = post(client, "terminal", terminal.pk, "issue-enrolment-code", {})
    found = CODE.search(shown)
    assert found is not None
    again = client.get(reverse("admin:terminals_terminal_change", args=[terminal.pk])).content.decode()
    assert CODE.search(again) is None
    device = NewDevice(KeyScheme.HMAC_SHA256, None, "SN-77")
    assert enrol_device(Actor.system("test"), "plain", code=found[0], device=device).outcome.name == "DONE"
    assert "SN-77" in client.get(reverse("admin:terminals_terminal_change", args=[terminal.pk])).content.decode()
    post(client, "terminal", terminal.pk, "revoke-terminal", {})
    assert queries.live_enrolment("plain") is None
    assert not EnrolmentCode.objects.exists()


def test_a_gap_is_asked_for_and_declared_lost_by_two_people(site: World) -> None:
    batch = TerminalBatch.objects.get(terminal__code="plain")
    place: dict[str, object] = {"batch_no": batch.batch_no, "first_seq": 3, "last_seq": 4}
    numbers, places = queries.missing_totals()
    clerk = client_of("settlement")
    post(clerk, "terminalbatch", batch.pk, "ask-again", place)
    post(clerk, "terminalbatch", batch.pk, "ask-again", {**place, "first_seq": 9})
    assert [(one.first_seq, one.last_seq) for one in Recollection.objects.all()] == [(3, 4)]
    post(clerk, "terminalbatch", batch.pk, "declare-lost", {**place, "reason": "the till burnt down"})
    assert queries.missing_totals() == (numbers, places)
    director = Actor.system("personnel")
    create_operator(director, "director", full_name="D", password=campus.PASSWORD, must_change_password=False)
    assign_posts(director, "director", posts=(Post.DIRECTOR,))
    proposal = Proposal.objects.get(action="terminals.declare_lost")
    approver = Actor.of(Operator.objects.get(username="director"))
    decision = approve_proposal(approver, proposal.pk, digest=bytes(proposal.payload_digest).hex())
    assert decision.outcome is ProposalOutcome.DONE
    assert queries.missing_totals() == (numbers - 2, places - 1)
