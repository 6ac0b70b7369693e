"""The doors: log-in in two steps, what is due first, sessions that end, limits, and what the log says about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from onecard.access import factors, totp
from onecard.access.actions.deactivate_operator import deactivate_operator
from onecard.access.actions.limit_operator import limit_operator
from onecard.access.models import Limit, Operator, OperatorSession
from onecard.access.types import Actor, Limits, Post
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.web.tests.campus import PASSWORD
from tests.browsing import client_of
from tests.world import World

SYSTEM = Actor.system("personnel")
FACTOR_PAGE, PASSWORD_PAGE = "/account/factor/", "/password_change/"


def operator(name: str) -> Operator:
    return Operator.objects.get(username=name)


def enter(client: Client, name: str, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/login/", {"username": name, "password": password, **data})


def code_now(secret: bytes) -> str:
    return totp.code_of(secret, totp.step_at(clock.now()))


def give_factor(name: str) -> tuple[bytes, tuple[str, ...]]:
    secret = totp.new_secret()
    return secret, factors.set_factor(operator(name), secret=secret, step=0)


def said(client: Client) -> list[str]:
    """What the log-in page tells after an ended session."""
    page = client.get("/login/")
    return [str(message) for message in get_messages(page.wsgi_request)]


def age(name: str, **by: float) -> None:
    """Let the operator's sessions be older: the browser's clock is the real one."""
    moment = clock.now() - timedelta(**by)
    OperatorSession.objects.filter(operator__username=name).update(last_seen_at=moment)


def test_log_in_and_out_are_events_with_request_and_address(site: World) -> None:
    client = client_of(None)
    answer = client.post("/login/", {"username": "clerk", "password": "x"}, headers={"x-request-id": "proxy-000001"})
    assert "correct operator number" in answer.content.decode()
    enter(client, "clerk")
    client.post("/logout/")
    events = Event.objects.filter(action__startswith="access.log_").order_by("pk").values_list("action", "subject", "outcome")
    assert list(events) == [
        ("access.log_in", "127.0.0.1", "REFUSED_WRONG"),
        ("access.log_in", "127.0.0.1", "DONE"),
        ("access.log_out", "127.0.0.1", "LOGGED_OUT"),
    ]
    ids = list(Event.objects.filter(action__startswith="access.log_").order_by("pk").values_list("request_id", flat=True))
    assert ids[0] == "proxy-000001"
    assert len(set(ids)) == 3
    assert all(ids)


@pytest.mark.parametrize(
    ("target", "goes"),
    [("/cards/card/?q=1", "/cards/card/?q=1"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("", "/")],
)
def test_the_log_in_leads_back_but_never_away(site: World, target: str, goes: str) -> None:
    assert enter(client_of(None), "clerk", next=target).headers["Location"] == goes


def test_a_right_password_alone_opens_nothing(site: World) -> None:
    secret, codes = give_factor("clerk")
    client = client_of(None)
    assert enter(client, "clerk", next="/cards/card/").headers["Location"] == "/login/factor/"
    for page in ("/", "/account/", "/cards/card/"):
        assert client.get(page).headers["Location"].startswith("/login/")
    assert "wrong or has been used" in client.post("/login/factor/", {"code": "000000"}).content.decode()
    assert client.post("/login/factor/", {"code": code_now(secret)}).headers["Location"] == "/cards/card/"
    assert client.get("/").status_code == 200
    second = client_of(None)
    enter(second, "clerk")
    assert "wrong or has been used" in second.post("/login/factor/", {"code": code_now(secret)}).content.decode()
    assert second.post("/login/factor/", {"code": codes[0]}).headers["Location"] == "/"


def test_the_second_step_is_not_open_for_ever_nor_to_strangers(site: World) -> None:
    give_factor("clerk")
    client = client_of(None)
    assert client.get("/login/factor/").headers["Location"] == "/login/"
    enter(client, "clerk")
    half = client.session
    half["half_logged_in"] = {**half["half_logged_in"], "at": (clock.now() - timedelta(minutes=6)).isoformat()}
    half.save()
    assert client.get("/login/factor/").headers["Location"] == "/login/"


def test_a_privileged_post_without_factor_reaches_nothing_else(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_SECOND_FACTOR", "privileged")
    client = client_of(None)
    enter(client, "security")
    for page in ("/", "/access/operator/", "/account/", "/figures/", PASSWORD_PAGE):
        assert client.get(page).headers["Location"] == FACTOR_PAGE
    form = client.get(FACTOR_PAGE)
    sealed = form.context["sealed"]
    secret = factors.read_draft(operator("security").pk, sealed)
    wrong = client.post(FACTOR_PAGE, {"sealed": sealed, "code": code_now(secret), "password": "x"})
    assert "The password is wrong." in wrong.content.decode()
    assert wrong.context["sealed"] == sealed
    done = client.post(FACTOR_PAGE, {"sealed": sealed, "code": code_now(secret), "password": PASSWORD})
    assert len(done.context["codes"]) == factors.CODES
    assert client.get("/access/operator/").status_code == 200
    ordinary = client_of(None)
    enter(ordinary, "clerk")
    assert ordinary.get("/").status_code == 200


def test_a_draft_is_of_use_to_its_operator_alone(site: World) -> None:
    clerk, alien = client_of("clerk"), factors.draft(operator("auditor").pk)
    page = clerk.post(FACTOR_PAGE, {"sealed": alien, "code": "000000", "password": PASSWORD})
    assert "The code is wrong." in page.content.decode()
    assert page.context["sealed"] != alien
    assert clerk.post(FACTOR_PAGE, {"sealed": "nonsense", "code": "000000", "password": PASSWORD}).status_code == 200


def test_an_expired_password_comes_first(site: World) -> None:
    Operator.objects.filter(username="clerk").update(password_changed_at=clock.now() - timedelta(days=90))
    client = client_of(None)
    enter(client, "clerk")
    assert client.get("/").headers["Location"] == PASSWORD_PAGE
    assert "has served its time" in client.get(PASSWORD_PAGE).content.decode()
    new = "Battery-Staple-9"
    client.post(PASSWORD_PAGE, {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/").status_code == 200


def test_the_log_in_reminds_and_warns(site: World) -> None:
    Operator.objects.filter(username="clerk").update(password_changed_at=clock.now() - timedelta(days=85))
    told = [str(message) for message in get_messages(enter(client_of(None), "clerk").wsgi_request)]
    assert [message.partition(" ")[2].split(" 2")[0] for message in told] == ["password serves until"]
    told = [str(message) for message in get_messages(enter(client_of(None), "clerk").wsgi_request)]
    assert told[0].startswith("You are logged in elsewhere as well: 127.0.0.1.")


def test_nothing_expires_under_the_nist_profile(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_PASSWORD_PROFILE", "nist")
    Operator.objects.filter(username="clerk").update(password_changed_at=clock.now() - timedelta(days=900))
    assert client_of("clerk").get("/").status_code == 200


def test_an_idle_session_ends_and_says_so(site: World) -> None:
    clerk = client_of("clerk")
    age("clerk", minutes=31)
    assert clerk.get("/").headers["Location"] == "/login/?next=/"
    assert said(clerk) == ["Nothing was done for too long: log in again."]
    assert Event.objects.filter(action="access.log_out", outcome="IDLE", actor_name="clerk").count() == 1


@pytest.mark.parametrize(
    ("headers", "counts"),
    [({}, True), ({"HX-Request": "true"}, False), ({"Sec-Fetch-Mode": "cors"}, False), ({"Sec-Fetch-Mode": "navigate"}, True)],
)
def test_a_page_that_refreshes_itself_keeps_nobody_logged_in(site: World, headers: dict[str, str], counts: bool) -> None:
    clerk = client_of("clerk")
    age("clerk", minutes=20)
    before = OperatorSession.objects.get(operator__username="clerk").last_seen_at
    assert clerk.get("/figures/", headers=headers).status_code == 200
    assert (OperatorSession.objects.get(operator__username="clerk").last_seen_at > before) is counts


def test_a_session_is_ended_from_another_one(site: World) -> None:
    here, there = client_of("clerk"), client_of("clerk")
    page = here.get("/account/")
    [other] = [one for one in page.context["sessions"] if one.pk != page.context["own_session"]]
    here.post("/account/", {"session": str(other.pk)})
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert said(there) == ["You ended this session from another one."]
    assert here.post("/account/", {"session": "x"}).status_code == 302


@pytest.mark.parametrize(
    "ends",
    [
        lambda: deactivate_operator(SYSTEM, "clerk"),
        lambda: limit_operator(SYSTEM, "clerk", limits=Limits(networks=(ip_network("10.0.0.0/8"),))),
        lambda: limit_operator(SYSTEM, "clerk", limits=Limits(last_day=clock.today() - timedelta(days=1))),
    ],
)
def test_what_ends_sessions_at_once(site: World, ends: Callable[[], object]) -> None:
    clerk = client_of("clerk")
    assert clerk.get("/").status_code == 200
    ends()
    assert clerk.get("/").status_code == 302


def test_a_limit_refuses_the_log_in_and_says_so(site: World) -> None:
    limit_operator(SYSTEM, "clerk", limits=Limits(networks=(ip_network("10.0.0.0/8"),)))
    assert "not be logged in from this workstation" in enter(client_of(None), "clerk").content.decode()
    assert "correct operator number" in enter(client_of(None), "clerk", "x").content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("0", "10.1.1.1", "127.0.0.1"),
        ("1", "6.6.6.6, 10.1.1.1", "10.1.1.1"),
        ("2", "6.6.6.6, 10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("2", "10.1.1.1", ""),
        ("1", "nonsense", ""),
        ("1", "::ffff:10.1.1.1", "10.1.1.1"),
    ],
)
def test_the_address_is_the_browsers(
    site: World, monkeypatch: pytest.MonkeyPatch, proxies: str, forwarded: str, address: str
) -> None:
    monkeypatch.setenv("ONECARD_PROXIES", proxies)
    client = client_of(None)
    client.post("/login/", {"username": "clerk", "password": PASSWORD}, headers={"x-forwarded-for": forwarded})
    assert Event.objects.filter(action="access.log_in").latest("pk").subject == address


def test_the_security_administrators_day(site: World) -> None:
    """Create, give posts, limit, reset: what the pages of an operator do."""
    security = client_of("security")
    added = security.post("/access/operator/add/", {"username": "li", "full_name": "李敏"})
    [told] = [str(message) for message in get_messages(added.wsgi_request)]
    password = told.split("One-time password: ")[1].split(".")[0]
    li = f"/access/operator/{operator('li').pk}"
    security.post(f"{li}/assign-posts/", {"posts": ["card_clerk"]})
    refused = security.post(f"{li}/assign-posts/", {"posts": ["card_clerk"], "keeps": ["finance"]})
    assert "A colleague has to approve" in refused.content.decode()
    limited = {"weekdays": ["1", "2"], "opens_at": "08:00", "closes_at": "18:00", "networks": "127.0.0.0/8\n::1"}
    assert "10.1.5.0/24" in security.post(f"{li}/limit-operator/", {**limited, "networks": "10.1.5.1/24"}).content.decode()
    assert security.post(f"{li}/limit-operator/", limited).status_code == 302
    shown = security.get(f"{li}/change/").content.decode()
    assert all(text in shown for text in ("Mon, Tue", "08:00–18:00", "127.0.0.0/8, ::1/128"))
    assert security.get(f"{li}/limit-operator/").context["form"]["opens_at"].value().hour == 8
    security.post(f"{li}/limit-operator/", {})
    assert not Limit.objects.filter(operator=operator("li")).exists()
    clerk = client_of(None)
    assert enter(clerk, "li", password).headers["Location"] == "/"
    assert clerk.get("/").headers["Location"] == PASSWORD_PAGE
    assert operator("li").posts() == {Post.CARD_CLERK}


def test_the_inbox_has_three_trays(site: World) -> None:
    def shown(who: str, tray: str) -> int:
        return len(client_of(who).get(f"/access/proposal/?inbox={tray}").context["cl"].result_list)

    assert [shown("settlement", tray) for tray in ("waiting", "own", "decided", "")] == [0, 1, 0, 1]
    assert [shown("auditor", tray) for tray in ("waiting", "own", "decided", "")] == [0, 0, 0, 1]


def test_a_password_is_shown_nowhere(site: World) -> None:
    page = enter(client_of(None), "clerk", "Secret-Wrong-1").content.decode()
    assert "Secret-Wrong-1" not in page
    assert "Secret-Wrong-1" not in str(list(Event.objects.values()))
    assert reverse("admin:login") in page
