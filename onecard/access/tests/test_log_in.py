"""Tries of passwords and codes, lock-out, one-time passwords, history, factors, sessions and limits, through the actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from onecard.access import factors, queries, totp
from onecard.access.actions.appoint_operator import appoint_operator
from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.begin_access import AdministratorsRefused, begin_access
from onecard.access.actions.change_own_password import change_own_password
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.deactivate_operator import deactivate_operator
from onecard.access.actions.end_own_sessions import end_own_sessions
from onecard.access.actions.limit_operator import limit_operator
from onecard.access.actions.limit_post import limit_post
from onecard.access.actions.log_in import UNKNOWN_NAME, try_factor, try_password
from onecard.access.actions.propose_action import propose_action
from onecard.access.actions.remove_own_factor import remove_own_factor
from onecard.access.actions.rescue_operator import rescue_operator
from onecard.access.actions.reset_factor import reset_factor
from onecard.access.actions.reset_password import reset_password
from onecard.access.actions.set_up_factor import set_up_factor
from onecard.access.actions.unlock_operator import unlock_operator
from onecard.access.models import Limit, LogInTries, Operator, OperatorSession, Proposal
from onecard.access.sessions import start_session, watch_session
from onecard.access.types import AccessOutcome, Actor, Limits, LogInOutcome, NotPermitted, Post, SessionEnd
from onecard.audit.models import Event
from onecard.kernel import clock
from tests.browsing import FAST
from tests.parallel import at_once

MONDAY = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)
HOME, AWAY = ip_address("10.1.5.9"), ip_address("10.9.9.9")
GOOD, BETTER = "Correct-Horse-7", "Battery-Staple-9"
SYSTEM = Actor.system("personnel")
PEOPLE = {
    "clerk": {Post.CARD_CLERK},
    "security": {Post.SECURITY_ADMINISTRATOR},
    "admin": {Post.SYSTEM_ADMINISTRATOR},
    "director": {Post.DIRECTOR},
    "guest": set[Post](),
}


@pytest.fixture
def office(db: None) -> Iterator[None]:
    """A clerk, two administrators, a director and somebody without a post, on a Monday at ten."""
    with override_settings(PASSWORD_HASHERS=FAST), clock.at(MONDAY):
        for name, posts in PEOPLE.items():
            create_operator(SYSTEM, name, full_name=name.title(), password=GOOD, must_change_password=False)
            assign_posts(SYSTEM, name, posts=posts)
        yield


def operator(name: str) -> Operator:
    return Operator.objects.get(username=name)


def actor(name: str) -> Actor:
    return Actor.of(operator(name))


def tried(name: str, password: str = GOOD, *, address: object = HOME) -> LogInOutcome:
    return try_password(name, password, address=address).outcome  # type: ignore[arg-type]


def lock(name: str) -> None:
    for _ in range(5):
        assert tried(name, "wrong") is LogInOutcome.REFUSED_WRONG


def give_factor(name: str) -> tuple[bytes, tuple[str, ...]]:
    """An authenticator app whose code of a minute ago is used."""
    secret = totp.new_secret()
    return secret, factors.set_factor(operator(name), secret=secret, step=totp.step_at(clock.now()) - 2)


def code_now(secret: bytes) -> str:
    return totp.code_of(secret, totp.step_at(clock.now()))


@pytest.mark.parametrize(
    ("name", "password", "outcome"),
    [
        ("clerk", GOOD, LogInOutcome.DONE),
        ("clerk", "x", LogInOutcome.REFUSED_WRONG),
        ("clerk", "", LogInOutcome.REFUSED_WRONG),
        ("nobody", GOOD, LogInOutcome.REFUSED_WRONG),
        ("Clerk", GOOD, LogInOutcome.REFUSED_WRONG),
        ("guest", "x", LogInOutcome.REFUSED_WRONG),
        ("guest", GOOD, LogInOutcome.REFUSED_NO_POST),
    ],
)
def test_tries(office: None, name: str, password: str, outcome: LogInOutcome) -> None:
    assert tried(name, password) is outcome
    event = Event.objects.filter(action="access.log_in").get()
    assert (event.subject, event.outcome) == (str(HOME), outcome.name)
    known = name in PEOPLE
    assert event.actor_name == (name if known else UNKNOWN_NAME)
    assert (event.actor_id is not None) is (outcome is not LogInOutcome.REFUSED_WRONG)


@pytest.mark.parametrize("name", ["clerk", "nobody"])
def test_lock_out_is_the_same_for_a_name_that_nobody_has(office: None, name: str) -> None:
    answers = [try_password(name, "wrong", address=HOME) for _ in range(6)]
    assert [answer.outcome for answer in answers] == [LogInOutcome.REFUSED_WRONG] * 5 + [LogInOutcome.REFUSED_LOCKED]
    assert [answer.until for answer in answers] == [None] * 4 + [MONDAY + timedelta(minutes=1)] * 2
    assert Event.objects.filter(action="access.log_in").count() == 5


def test_a_locked_name_waits_here_and_not_elsewhere(office: None) -> None:
    lock("clerk")
    assert tried("clerk") is LogInOutcome.REFUSED_LOCKED
    assert tried("clerk", address=AWAY) is LogInOutcome.DONE
    assert tried("security") is LogInOutcome.DONE
    with clock.at(MONDAY + timedelta(minutes=1)):
        assert tried("clerk") is LogInOutcome.DONE
        assert not LogInTries.objects.exists()


def test_waits_grow_until_forgotten(office: None) -> None:
    lock("clerk")
    with clock.at(MONDAY + timedelta(minutes=2)):
        assert try_password("clerk", "wrong", address=HOME).until == MONDAY + timedelta(minutes=4)
    with clock.at(MONDAY + timedelta(days=2)):
        assert try_password("clerk", "wrong", address=HOME).until is None


def test_the_security_administrator_unlocks(office: None) -> None:
    lock("clerk")
    assert unlock_operator(actor("security"), "clerk") is AccessOutcome.DONE
    assert unlock_operator(actor("security"), "clerk") is AccessOutcome.REPEATED
    assert unlock_operator(actor("security"), "security") is AccessOutcome.REFUSED_SELF
    assert tried("clerk") is LogInOutcome.DONE
    with pytest.raises(NotPermitted):
        unlock_operator(actor("admin"), "clerk")


@pytest.mark.usefixtures("own_database")
def test_guesses_sent_at_once_are_counted_one_by_one() -> None:
    with override_settings(PASSWORD_HASHERS=FAST):
        create_operator(SYSTEM, "clerk", full_name="C", password=GOOD, must_change_password=False)
        outcomes: list[LogInOutcome] = at_once([lambda: tried("clerk", "wrong")] * 9)
    assert sorted(outcome.name for outcome in outcomes) == ["REFUSED_LOCKED"] * 4 + ["REFUSED_WRONG"] * 5


def test_a_one_time_password_serves_three_days(office: None) -> None:
    told = reset_password(actor("security"), "clerk")
    assert told.outcome is AccessOutcome.DONE
    assert tried("clerk") is LogInOutcome.REFUSED_WRONG
    assert tried("clerk", told.password) is LogInOutcome.DONE
    assert operator("clerk").must_change_password
    with clock.at(MONDAY + timedelta(days=3)):
        assert tried("clerk", told.password) is LogInOutcome.REFUSED_ONE_TIME_OVER
    assert change_own_password(actor("clerk"), "clerk", old=told.password, new=BETTER) is AccessOutcome.DONE
    assert not operator("clerk").must_change_password
    assert told.password not in str(list(Event.objects.values()))


def test_passwords_are_changed_by_the_rules(office: None) -> None:
    def change(new: str, *, old: str = GOOD, day: int = 1, is_disclosed: bool = False) -> AccessOutcome:
        with clock.at(MONDAY + timedelta(days=day)):
            return change_own_password(actor("clerk"), "clerk", old=old, new=new, is_disclosed=is_disclosed)

    assert change(BETTER, old="x") is AccessOutcome.REFUSED_WRONG_PASSWORD
    assert change(BETTER, day=0) is AccessOutcome.REFUSED_TOO_SOON
    assert change("short") is AccessOutcome.REFUSED_WEAK_PASSWORD
    assert change(GOOD) is AccessOutcome.REFUSED_USED_PASSWORD
    assert change(BETTER, day=0, is_disclosed=True) is AccessOutcome.DONE
    chosen = [BETTER, *(f"Battery-Staple-{number}" for number in range(10, 14))]
    for number, (old, new) in enumerate(pairwise(chosen), start=1):
        assert change(GOOD, old=old, day=number) is AccessOutcome.REFUSED_USED_PASSWORD
        assert change(new, old=old, day=number) is AccessOutcome.DONE
    assert change(GOOD, old=chosen[-1], day=9) is AccessOutcome.DONE


def test_a_new_password_ends_the_other_sessions(office: None) -> None:
    here, there = (start_session(operator("clerk"), address=HOME) for _ in range(2))
    outcome = change_own_password(actor("clerk"), "clerk", old=GOOD, new=BETTER, is_disclosed=True, session_id=here.pk)
    assert outcome is AccessOutcome.DONE
    assert [session.pk for session in queries.open_sessions(operator("clerk").pk)] == [here.pk]
    assert OperatorSession.objects.get(pk=there.pk).ended_because == SessionEnd.PASSWORD_CHANGED


def test_the_second_factor_is_asked_and_serves_once(office: None) -> None:
    secret, codes = give_factor("clerk")
    pk = operator("clerk").pk
    assert tried("clerk") is LogInOutcome.NEEDS_FACTOR
    assert try_factor(pk, code_now(secret), address=HOME).outcome is LogInOutcome.DONE
    assert try_factor(pk, code_now(secret), address=HOME).outcome is LogInOutcome.REFUSED_WRONG
    assert try_factor(pk, codes[0].upper(), address=HOME).outcome is LogInOutcome.DONE
    assert try_factor(pk, codes[0], address=HOME).outcome is LogInOutcome.REFUSED_WRONG
    assert factors.codes_left(operator("clerk")) == len(codes) - 1


def test_codes_are_not_guessed_from_many_places(office: None) -> None:
    secret, _codes = give_factor("clerk")
    pk = operator("clerk").pk
    for number in range(5):
        assert try_factor(pk, "000000", address=ip_address(f"10.0.0.{number}")).outcome is LogInOutcome.REFUSED_WRONG
    assert try_factor(pk, code_now(secret), address=AWAY).outcome is LogInOutcome.REFUSED_LOCKED
    assert unlock_operator(actor("security"), "clerk") is AccessOutcome.DONE
    assert try_factor(pk, code_now(secret), address=AWAY).outcome is LogInOutcome.DONE


def test_setting_a_factor_up_needs_password_and_code(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, clerk = totp.new_secret(), actor("clerk")

    def set_up(*, password: str = GOOD, code: str = code_now(secret), who: Actor = clerk) -> AccessOutcome:
        return set_up_factor(who, "clerk", password=password, secret=secret, one_time_code=code).outcome

    assert set_up(password="x") is AccessOutcome.REFUSED_WRONG_PASSWORD
    assert set_up(who=actor("security")) is AccessOutcome.REFUSED_WRONG_PASSWORD
    assert set_up(code="1") is AccessOutcome.REFUSED_WRONG_CODE
    assert set_up(code=f"{code_now(secret)[:3]} {code_now(secret)[3:]}") is AccessOutcome.DONE
    assert secret not in bytes(operator("clerk").factor.secret)
    assert remove_own_factor(clerk, "clerk", password=GOOD) is AccessOutcome.DONE
    give_factor("director")
    monkeypatch.setenv("ONECARD_SECOND_FACTOR", "privileged")
    assert remove_own_factor(actor("director"), "director", password=GOOD) is AccessOutcome.REFUSED_FACTOR_NEEDED


def proposed(name: str, subject: str, **payload: str) -> Proposal:
    propose_action(actor("security"), name, subject=subject, payload=payload, reason="because")
    return Proposal.objects.latest("pk")


def approved_by(name: str, proposal: Proposal) -> str:
    return approve_proposal(actor(name), proposal.pk, digest=bytes(proposal.payload_digest).hex()).ran


def test_a_lost_factor_is_reset_by_two(office: None) -> None:
    give_factor("clerk")
    with pytest.raises(NotPermitted):
        reset_factor(actor("security"), "clerk")
    assert approved_by("director", proposed("access.reset_factor", "clerk")) == "DONE"
    assert not factors.has_factor(operator("clerk"))
    give_factor("director")
    assert approved_by("director", proposed("access.reset_factor", "director")) == "REFUSED_SELF"
    assert factors.has_factor(operator("director"))


def test_a_privileged_post_is_given_by_two(office: None) -> None:
    security = actor("security")
    session = start_session(operator("clerk"), address=HOME)
    assert assign_posts(security, "clerk", posts={Post.CARD_CLERK, Post.FINANCE}) is AccessOutcome.REFUSED_NEEDS_APPROVAL
    assert assign_posts(security, "clerk", posts={Post.SETTLEMENT_CLERK}) is AccessOutcome.DONE
    assert OperatorSession.objects.get(pk=session.pk).ended_because == SessionEnd.POSTS_CHANGED
    with pytest.raises(NotPermitted):
        appoint_operator(security, "clerk", post="finance")
    assert approved_by("admin", proposed("access.appoint_operator", "clerk", post="finance")) == "DONE"
    assert operator("clerk").posts() == {Post.SETTLEMENT_CLERK, Post.FINANCE}
    assert assign_posts(security, "clerk", posts={Post.SETTLEMENT_CLERK}) is AccessOutcome.DONE
    assert approved_by("admin", proposed("access.appoint_operator", "admin", post="director")) == "REFUSED_SELF"
    excluded = proposed("access.appoint_operator", "admin", post="auditor")
    assert approved_by("director", excluded) == "REFUSED_POSTS_EXCLUDE"


def test_limits_are_asked_at_the_log_in_and_with_every_request(office: None) -> None:
    security = actor("security")
    session = start_session(operator("clerk"), address=HOME)
    assert limit_post(security, "card_clerk", limits=Limits(networks=(ip_network("10.1.5.0/24"),))) is AccessOutcome.DONE
    assert (tried("clerk"), tried("clerk", address=AWAY)) == (LogInOutcome.DONE, LogInOutcome.REFUSED_PLACE)
    assert watch_session(session, address=HOME, is_active=True) is None
    hours = Limits(opens_at=time(8), closes_at=time(12))
    assert limit_operator(security, "clerk", limits=hours) is AccessOutcome.DONE
    assert limit_operator(security, "clerk", limits=hours) is AccessOutcome.REPEATED
    with clock.at(MONDAY + timedelta(hours=2)):
        assert tried("clerk") is LogInOutcome.REFUSED_HOURS
        assert watch_session(session, address=HOME, is_active=True) in (SessionEnd.IDLE, SessionEnd.LIMITED)
    assert limit_operator(security, "clerk", limits=Limits()) is AccessOutcome.DONE
    assert Limit.objects.count() == 1


def test_nobody_shuts_out_himself(office: None) -> None:
    security = actor("security")
    start_session(operator("security"), address=HOME)
    away = Limits(networks=(ip_network(f"{AWAY}/32"),))
    assert limit_operator(security, "security", limits=away) is AccessOutcome.REFUSED_SHUTS_OUT_SELF
    assert limit_post(security, "security_administrator", limits=away) is AccessOutcome.REFUSED_SHUTS_OUT_SELF
    home = Limits(networks=(ip_network("10.1.0.0/16"),))
    assert limit_operator(security, "security", limits=home) is AccessOutcome.DONE


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({}, "limit_is_of_an_operator_or_a_post"),
        ({"post": "finance", "weekdays": [8]}, "weekdays_are_iso_numbers"),
        ({"post": "finance", "opens_at": time(8)}, "hours_have_two_ends"),
        ({"post": "finance", "opens_at": time(8), "closes_at": time(8)}, "hours_have_different_ends"),
    ],
)
def test_the_database_refuses_what_is_no_limit(db: None, columns: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Limit.objects.create(**columns, set_by="x", set_at=MONDAY)


@pytest.mark.parametrize(("name", "minutes"), [("clerk", 30), ("security", 15)])
def test_idle_sessions_end_sooner_for_privileged_posts(office: None, name: str, minutes: int) -> None:
    session = start_session(operator(name), address=HOME)
    with clock.at(MONDAY + timedelta(minutes=minutes - 1)):
        assert watch_session(session, address=HOME, is_active=False) is None
        assert len(queries.open_sessions(operator(name).pk)) == 1
    with clock.at(MONDAY + timedelta(minutes=minutes)):
        assert queries.open_sessions(operator(name).pk) == []
        assert watch_session(session, address=HOME, is_active=True) is SessionEnd.IDLE


def test_own_sessions_are_ended_by_their_operator_alone(office: None) -> None:
    here, there, third = (start_session(operator("clerk"), address=HOME) for _ in range(3))
    alien = start_session(operator("director"), address=HOME)

    def end(number: int | None) -> AccessOutcome:
        return end_own_sessions(actor("clerk"), "clerk", session_id=number, but=here.pk)

    assert end(alien.pk) is AccessOutcome.REPEATED
    assert end(there.pk) is AccessOutcome.DONE
    assert end(here.pk) is AccessOutcome.REPEATED
    assert end(None) is AccessOutcome.DONE
    assert [session.pk for session in queries.open_sessions(operator("clerk").pk)] == [here.pk]
    assert OperatorSession.objects.get(pk=third.pk).ended_because == SessionEnd.ENDED_BY_SELF
    assert deactivate_operator(actor("security"), "clerk") is AccessOutcome.DONE
    assert queries.open_sessions(operator("clerk").pk) == []


def test_the_first_administrators_are_three_new_persons(db: None) -> None:
    persons = {
        Post.SYSTEM_ADMINISTRATOR: ("zhao", "赵磊"),
        Post.SECURITY_ADMINISTRATOR: ("sun", "孙丽"),
        Post.AUDITOR: ("wu", "吴强"),
    }
    with override_settings(PASSWORD_HASHERS=FAST):
        with pytest.raises(AdministratorsRefused, match="three persons"):
            begin_access(SYSTEM, persons={**persons, Post.AUDITOR: ("sun", "孙丽")})
        passwords = begin_access(SYSTEM, persons=persons)
        assert tried("sun", passwords["sun"]) is LogInOutcome.DONE
        assert operator("sun").must_change_password
        with pytest.raises(AdministratorsRefused, match="held already"):
            begin_access(SYSTEM, persons={post: (f"{name}2", full) for post, (name, full) in persons.items()})
        with pytest.raises(NotPermitted):
            begin_access(actor("wu"), persons=persons)


def test_who_holds_the_machine_lets_an_operator_in_again(office: None) -> None:
    give_factor("security")
    lock("security")
    told = rescue_operator(Actor.system("command line"), "security")
    assert tried("security", told.password) is LogInOutcome.DONE
    with pytest.raises(NotPermitted):
        rescue_operator(actor("director"), "security")
