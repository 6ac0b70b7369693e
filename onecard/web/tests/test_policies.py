"""The pages of policies: look at the effect, propose, approve, see it in force, withdraw what has not begun."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.formats import date_format

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.models import Proposal
from onecard.access.types import Actor, Post
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.policies import queries
from onecard.policies.models import PolicyValue
from onecard.web.tests.campus import NOON_NEXT, PASSWORD
from tests.browsing import client_of
from tests.world import World

FEE, PIN = "cards.replacement_fee_fen", "purchases.pin_single_limit_fen"


@pytest.fixture
def desk(site: World) -> World:
    """The campus with a director."""
    personnel = Actor.system("personnel")
    create_operator(personnel, "director", full_name="Director", password=PASSWORD, must_change_password=False)
    assign_posts(personnel, "director", posts={Post.DIRECTOR})
    return site


def page(name: str, deed: str = "change") -> str:
    return reverse(f"admin:policies_adoptedpolicy_{deed}", args=[name])


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_value_is_looked_at_proposed_approved_and_then_in_force(desk: World) -> None:
    with clock.at(NOON_NEXT + timedelta(days=1)):
        clerk, director = client_of("settlement"), client_of("director")
        asked = {"value": "7.00", "effective_from": "", "reason": ""}
        looked = text_of(clerk.post(page(PIN, "set-policy"), {**asked, "look": "1"}))
        assert "What it would have done from" in looked
        assert "with ¥7.00" in looked
        assert "This field is required" not in looked
        assert not Proposal.objects.filter(action="policies.set_policy").exists()

        proposed = clerk.post(page(PIN, "set-policy"), {**asked, "reason": "many lost cards"})
        assert said(proposed) == ["Proposed; it waits for approval."]
        proposal = Proposal.objects.get(action="policies.set_policy")
        assert proposal.payload == {"value": 700, "effective_from": None, "reason": "many lost cards"}
        assert queries.fen(PIN) == 2_500

        approve = reverse("admin:access_proposal_approve-proposal", args=[proposal.pk])
        shown = text_of(director.get(approve))
        assert "What it would have done from" in shown
        assert "¥7.00" in shown
        approved = director.post(approve, {"note": "", "digest": bytes(proposal.payload_digest).hex()})
        assert said(approved) == ["Approved. Kept."]
        assert queries.fen(PIN) == 700
        value = PolicyValue.objects.get(proposal=proposal)
        assert (value.set_by, value.reason) == ("settlement (approved by director)", "many lost cards")
        assert Event.objects.filter(action="policies.set_policy", outcome="DONE", subject=PIN).exists()
        detail = text_of(clerk.get(page(PIN)))
        assert "settlement (approved by director)" in detail
        assert "adopted with the release" in detail


def test_nobody_approves_an_own_value_and_a_card_clerk_proposes_none(desk: World) -> None:
    payload = {"value": "9.00", "effective_from": "", "reason": "x"}
    assert client_of("clerk").post(page(PIN, "set-policy"), payload).status_code == 403
    assert client_of("clerk").post(page(PIN, "set-policy"), {**payload, "look": "1"}).status_code == 403
    client_of("settlement").post(page(PIN, "set-policy"), payload)
    proposal = Proposal.objects.get(action="policies.set_policy")
    approve = reverse("admin:access_proposal_approve-proposal", args=[proposal.pk])
    digest = {"digest": bytes(proposal.payload_digest).hex()}
    assert client_of("settlement").post(approve, digest).status_code == 403
    assert queries.fen(PIN) == 2_500


def test_a_value_that_cannot_be_is_told_so_on_the_page(desk: World) -> None:
    clerk = client_of("settlement")
    answer = text_of(clerk.post(page(FEE, "set-policy"), {"value": "1000", "effective_from": "", "reason": "x"}))
    assert answer.count("In yuan, ¥0.00 – ¥200.00.") == 2  # as help and as error
    looked = text_of(clerk.post(page(FEE, "set-policy"), {"value": "1000", "look": "1"}))
    assert looked.count("In yuan, ¥0.00 – ¥200.00.") == 2
    assert clerk.post(page("cards.colour", "set-policy"), {"value": "1", "look": "1"}).status_code == 404
    assert not Proposal.objects.filter(action="policies.set_policy").exists()


def test_a_value_that_became_late_before_its_approval_is_not_set(desk: World) -> None:
    with clock.at(NOON_NEXT):
        day = (clock.today() + timedelta(days=1)).isoformat()
        client_of("settlement").post(page(FEE, "set-policy"), {"value": "30", "effective_from": day, "reason": "x"})
    proposal = Proposal.objects.get(action="policies.set_policy")
    approve = reverse("admin:access_proposal_approve-proposal", args=[proposal.pk])
    with clock.at(NOON_NEXT + timedelta(days=2)):
        answer = client_of("director").post(approve, {"digest": bytes(proposal.payload_digest).hex()})
    [words] = said(answer)
    assert "A value cannot begin in the past." in words
    assert not PolicyValue.objects.filter(proposal=proposal).exists()


def test_the_list_shows_what_is_in_force_and_what_comes_next(desk: World) -> None:
    value = PolicyValue.objects.get()
    with clock.at(NOON_NEXT - timedelta(hours=24)):  # the fee's new value begins on the next day
        listed = text_of(client_of("auditor").get("/policies/adoptedpolicy/"))
        assert "¥15.00" in listed
        assert f"¥20.00 · {date_format(value.effective_from)}" in listed
        assert "Fee for replacing a lost card." in listed
        withdraw = reverse("admin:policies_policyvalue_withdraw-value", args=[value.pk])
        done = client_of("admin").post(withdraw, {"reason": "too dear"})
        assert said(done) == ["Proposed; it waits for approval."]
    with clock.at(NOON_NEXT):
        listed = text_of(client_of("auditor").get("/policies/adoptedpolicy/?group=cards"))
        assert '¥20.00 <span class="oc-badge oc-note">own</span>' in listed
        assert "Management fee" not in listed
        assert "withdraw-value" not in text_of(
            client_of("admin").get(reverse("admin:policies_policyvalue_change", args=[value.pk]))
        )


def test_the_check_names_faults_and_own_values(desk: World) -> None:
    with clock.at(NOON_NEXT):
        shown = text_of(client_of("admin").get("/check-policies/"))
        assert "Begins today." in shown
        assert "Not the usual value." in shown
        assert "¥20.00" in shown


def test_the_pages_are_in_chinese(desk: World) -> None:
    with clock.at(NOON_NEXT):
        client = client_of("settlement", language="zh-hans")
        looked = text_of(client.post(page(PIN, "set-policy"), {"value": "7.00", "look": "1"}))
        assert "其中须输入密码" in looked
        assert "先看影响" in looked
        assert "星期一–星期五 08:30-11:30" in text_of(client.get("/policies/adoptedpolicy/"))
        assert "每人可办家属卡张数。" in text_of(client.get("/policies/adoptedpolicy/"))
