"""The audit trail as an auditor reads it: search, words, verification, reports and the software-use register."""

from __future__ import annotations

import enum
import importlib
import inspect
import io
import re
import typing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from onecard.access.models import Operator
from onecard.access.types import Actor
from onecard.audit import queries
from onecard.audit.actions.record_event import record_event
from onecard.audit.models import Event, Verification
from onecard.audit.types import LOG_IN, LOG_OUT
from onecard.cards.actions.report_loss import report_loss
from onecard.kernel import clock
from onecard.web.audit_trail import subjects_of
from onecard.web.audit_words import known_actions, outcome_of, title_of
from tests.browsing import client_of
from tests.world import CARD_NO, World

LIST = "/audit/event/"


def found(**narrowed: Any) -> list[Event]:
    response = client_of("auditor").get(LIST, narrowed)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_search_by_operator_card_and_person(site: World) -> None:
    clerk = Operator.objects.get(username="clerk")
    report_loss(Actor.of(clerk), CARD_NO["lin"])
    assert [event.action for event in found(q="clerk") if event.actor_id == clerk.pk and event.action < "counter"] == [
        "cards.report_loss"
    ]
    assert [event.action for event in found(q="Clerk") if event.actor_id == clerk.pk and event.action < "counter"] == [
        "cards.report_loss"
    ]
    of_card = found(q=str(CARD_NO["lin"]))
    assert {event.action for event in of_card} == {"cards.issue_card", "cards.activate_card", "cards.report_loss"}
    of_person = found(q=f"2026{CARD_NO['lin']}")
    assert {event.action for event in of_person} == {event.action for event in of_card} | {"people.register_person"}
    assert subjects_of("nobody") == ["nobody"]
    assert found(q="report") == []


def test_filters_by_outcome_action_and_time(site: World) -> None:
    client_of("auditor").post(f"/cards/card/{CARD_NO['lin']}/report-loss/")
    everything = Event.objects.count()
    barred = found(outcome="barred")
    assert {event.outcome for event in barred} <= {"NOT_PERMITTED", "NOT_APPROVED"}
    assert len(found(outcome="done")) <= everything
    assert {event.action for event in found(action="cards.issue_card")} == {"cards.issue_card"}
    page = client_of("auditor").get(LIST).content.decode()
    assert '<option value="cards.report_loss"' in page
    now = datetime.now(clock.campus_zone())
    day, tomorrow = f"{now:%Y-%m-%d}", f"{now + timedelta(days=1):%Y-%m-%d}"
    assert len(found(at_from_0=day)) == len(found()) == len(found(at_to_0=day))
    assert found(at_from_0=tomorrow, at_from_1="00:00:00") == []
    assert found(at_to_0="2020-01-01", at_to_1="00:00:00") == []
    assert len(found(at_from_0="no day")) == len(found())


def test_an_event_reads_as_a_sentence(site: World) -> None:
    report_loss(Actor.of(Operator.objects.get(username="clerk")), CARD_NO["lin"])
    event = Event.objects.latest("pk")
    page = client_of("auditor").get(f"{LIST}{event.pk}/change/").content.decode()
    assert f"clerk · Report loss · {CARD_NO['lin']} · Done" in page
    assert bytes(event.hash).hex() in page
    assert f"{LIST}?request_id={event.request_id}" in page
    assert [one.pk for one in found(request_id=event.request_id)] == [event.pk]
    chinese = client_of("auditor", language="zh-hans").get(f"{LIST}{event.pk}/change/").content.decode()
    assert "clerk · 挂失 · 1001 · 完成" in chinese


def test_words_for_whatever_is_in_the_log(db: None) -> None:
    assert title_of("purchases.write_off_held_record") == "Write off a held record"
    assert title_of("terminals.roll_key") == "Roll key"
    assert title_of("gone.long_ago") == "Long ago"
    assert outcome_of("cards.issue_card", "REFUSED_NUMBER_TAKEN") == "This card number is taken."
    assert outcome_of("gone.long_ago", "REFUSED_TOO_LATE") == "Refused: too late"
    assert outcome_of("gone.long_ago", "REFUSED_FOR_LONG") == "For long"


def test_verifying_goes_on_until_the_chain_is_whole(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onecard.web.audit_trail.verify_next_part", _by_tens)
    auditor = client_of("auditor")
    assert "never verified" in auditor.get(LIST).content.decode()
    response, parts = auditor.post(f"{LIST}verify/"), 1
    assert 'document.getElementById("verify").submit()' in response.content.decode()
    assert "broke off" in auditor.get(LIST).content.decode()
    while response.status_code == 200:
        response, parts = auditor.post(f"{LIST}verify/"), parts + 1
    run = Verification.objects.get()
    assert (run.broken_id, run.started_by, parts) == (None, "auditor", -(-run.checked // 10))
    assert [str(one) for one in get_messages(response.wsgi_request)] == [f"The chain of {run.checked} events is whole."]
    assert f"Chain whole up to event {run.upto_id}" in auditor.get(LIST).content.decode()
    assert Event.objects.filter(action="access.verify_audit_log", outcome="DONE").count() == 1


def _by_tens(run: Verification) -> Verification:
    from onecard.audit.actions.verify_events import verify_next_part

    return verify_next_part(run, most=10)


def enter(operator: Operator, action: str, *, place: str, outcome: str = "DONE") -> None:
    record_event(
        actor_id=operator.pk,
        actor_name=operator.username,
        action=action,
        subject=place,
        payload_digest=b"",
        outcome=outcome,
        request_id="",
    )


@pytest.fixture
def used(site: World) -> World:
    """The clerk logs in at two desks, works, logs out at one; a wrong try; a log-in that the next one from there ended."""
    clerk, settlement = Operator.objects.get(username="clerk"), Operator.objects.get(username="settlement")
    enter(clerk, LOG_IN, place="10.0.0.1", outcome="REFUSED_WRONG")
    enter(clerk, LOG_IN, place="10.0.0.1")
    enter(clerk, LOG_IN, place="10.0.0.2")
    report_loss(Actor.of(clerk), CARD_NO["lin"])
    enter(clerk, LOG_OUT, place="10.0.0.1", outcome="LOGGED_OUT")
    report_loss(Actor.of(clerk), CARD_NO["wang"])
    enter(settlement, LOG_IN, place="10.0.0.3")
    enter(settlement, LOG_IN, place="10.0.0.3")
    enter(settlement, LOG_OUT, place="10.0.0.3", outcome="IDLE")
    return site


def today() -> Any:
    return clock.today()


def test_the_register_pairs_log_ins_with_log_outs(used: World) -> None:
    uses = queries.software_use(today(), today(), most=100)
    assert [(use.operator, use.workstation, use.until is not None, use.ended, use.deeds) for use in uses] == [
        ("clerk", "10.0.0.1", True, "LOGGED_OUT", 1),
        ("clerk", "10.0.0.2", False, "", 2),
        ("settlement", "10.0.0.3", False, "", 0),
        ("settlement", "10.0.0.3", True, "IDLE", 0),
    ]
    assert queries.software_use(today() + timedelta(days=1), today() + timedelta(days=1), most=100) == []
    assert len(queries.software_use(today(), today(), most=2)) == 2


def test_who_did_what_counts_by_operator_day_and_action(used: World) -> None:
    report_loss(Actor.of(Operator.objects.get(username="clerk")), CARD_NO["cancelled"])
    counted = {(one.operator, one.action): one for one in queries.deeds_by_operator(today(), today(), most=100)}
    losses = counted["clerk", "cards.report_loss"]
    assert (losses.day, losses.times, losses.refused) == (today(), 3, 1)
    assert counted["clerk", LOG_IN].times == 3
    assert not any(operator == "personnel" for operator, _action in counted)


def test_reports_as_page_excel_and_pdf(used: World) -> None:
    auditor = client_of("auditor")
    page = auditor.get(reverse("admin:software_use")).content.decode()
    assert "10.0.0.3" in page
    assert "Nothing done for too long" in page
    span = {"since": f"{today()}", "until": f"{today()}"}
    excel = auditor.get(reverse("admin:who_did_what"), {**span, "as": "excel"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(excel.content)).get_sheet_by_index(0).to_python()
    [line] = [row for row in rows if row[0] == "clerk" and row[3] == "cards.report_loss"]
    assert line[2:5] == ["Report loss", "cards.report_loss", 2.0]
    assert auditor.get(reverse("admin:software_use"), {**span, "as": "pdf"}).content.startswith(b"%PDF")
    assert [event.subject for event in queries.events_of("access.export_list")] == [
        f"audit.reports?who_did_what {today()} {today()}",
        f"audit.reports?software_use {today()} {today()}",
    ]


@pytest.mark.parametrize(
    "asked",
    [{"since": "2026-09-02", "until": "2026-09-01"}, {"since": "2026-01-01", "until": "2026-12-31"}, {"since": "never"}],
)
def test_a_span_that_cannot_be_is_explained(used: World, asked: dict[str, str]) -> None:
    response = client_of("auditor").get(reverse("admin:who_did_what"), {**asked, "as": "excel"})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Event.objects.filter(action="access.export_list").exists()


def outcomes_of(action: str) -> set[str]:
    """The names of the outcomes that the action may return, alone or within a result."""
    room, _dot, verb = action.partition(".")
    try:
        function = getattr(importlib.import_module(f"onecard.{room}.actions.{verb}"), verb)
    except (ModuleNotFoundError, AttributeError):
        return set()
    returned = typing.get_type_hints(inspect.unwrap(function)).get("return")
    is_result = inspect.isclass(returned) and not isinstance(returned, enum.EnumType)
    parts = typing.get_type_hints(returned).values() if is_result else (returned,)
    return {name for part in parts if isinstance(part, enum.EnumType) for name in part.__members__}


def test_every_outcome_has_words_in_chinese() -> None:
    with override("zh-hans"):
        words = {(action, name): outcome_of(action, name) for action in known_actions() for name in outcomes_of(action)}
    assert len(words) > 1_000
    assert {said for said, word in words.items() if not re.search("[\u4e00-\u9fff]", word)} == set()
