"""Security keys beside the app: registered, used, removed; refused: another site, another challenge, a copy, nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from onecard.access import factors, totp
from onecard.access.actions.add_security_key import add_security_key
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.log_in import try_key
from onecard.access.actions.remove_own_factor import remove_own_factor
from onecard.access.actions.remove_security_key import remove_security_key
from onecard.access.keys import MOST_KEYS, KeyAnswer, Site, ask_for_key, ask_for_new_key, site_of
from onecard.access.models import Operator, SecurityKey
from onecard.access.rules import is_counter_plausible
from onecard.access.tests.soft_key import SoftKey
from onecard.access.types import AccessOutcome, Actor, LogInOutcome, Post
from onecard.audit.models import Event
from onecard.kernel import clock
from tests.browsing import FAST

GOOD = "Correct-Horse-7"
SITE = Site("card.example.edu", "https://card.example.edu")
WRONG, DONE = LogInOutcome.REFUSED_WRONG, LogInOutcome.DONE
NOON = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)


@pytest.fixture
def clerk(db: None) -> Iterator[Operator]:
    """A clerk with an authenticator app."""
    with override_settings(PASSWORD_HASHERS=FAST), clock.at(NOON):
        for name in ("clerk", "other"):
            create_operator(Actor.system("personnel"), name, full_name=name, password=GOOD, must_change_password=False)
            assign_posts(Actor.system("personnel"), name, posts={Post.CARD_CLERK})
        found = Operator.objects.get(username="clerk")
        factors.set_factor(found, secret=totp.new_secret(), step=0)
        yield found


def soft_key(*, origin: str = SITE.origin, host: str = SITE.host) -> SoftKey:
    return SoftKey(origin=origin, host=host)


def add(operator: Operator, key: SoftKey, *, password: str = GOOD) -> AccessOutcome:
    asked = ask_for_new_key(operator, SITE)
    answer = KeyAnswer(SITE, asked.state, key.create(asked.options))
    return add_security_key(Actor.of(operator), operator.username, password=password, title="Blue", answer=answer)


def answered(operator: Operator, key: SoftKey) -> KeyAnswer:
    asked = ask_for_key(operator.pk, SITE)
    assert asked is not None
    return KeyAnswer(SITE, asked.state, key.get(asked.options))


def test_a_key_is_registered_used_and_removed(clerk: Operator) -> None:
    key, codes = soft_key(), factors.codes_left(clerk)
    assert ask_for_key(clerk.pk, SITE) is None
    assert add(clerk, key) is AccessOutcome.DONE
    assert try_key(clerk.pk, answered(clerk, key), address=None).outcome is DONE
    kept = SecurityKey.objects.get(operator=clerk)
    assert (kept.title, kept.counter, kept.last_used_at) == ("Blue", 2, NOON)
    me = Actor.of(clerk)
    assert remove_security_key(me, "clerk", password="x", key_id=kept.pk) is AccessOutcome.REFUSED_WRONG_PASSWORD
    assert remove_security_key(me, "clerk", password=GOOD, key_id=kept.pk) is AccessOutcome.DONE
    assert remove_security_key(me, "clerk", password=GOOD, key_id=kept.pk) is AccessOutcome.REPEATED
    assert (ask_for_key(clerk.pk, SITE), factors.codes_left(clerk)) == (None, codes)
    events = Event.objects.filter(action__endswith="_security_key").order_by("pk").values_list("action", "subject", "outcome")
    assert list(events)[::3] == [
        ("access.add_security_key", "clerk", "DONE"),
        ("access.remove_security_key", "clerk", "REPEATED"),
    ]


def test_what_stands_in_the_way_of_a_key(clerk: Operator) -> None:
    other = Operator.objects.get(username="other")
    assert add(other, soft_key()) is AccessOutcome.REFUSED_NO_FACTOR
    assert add(clerk, soft_key(), password="x") is AccessOutcome.REFUSED_WRONG_PASSWORD
    key = soft_key()
    assert [add(clerk, key), add(clerk, key)] == [AccessOutcome.DONE, AccessOutcome.REFUSED_WRONG_KEY], "the same key twice"
    assert [add(clerk, soft_key()) for _more in range(MOST_KEYS)][-1] is AccessOutcome.REFUSED_TOO_MANY_KEYS
    assert SecurityKey.objects.count() == MOST_KEYS


@pytest.mark.parametrize("key", [soft_key(origin="https://evil.example"), soft_key(host="evil.example")])
def test_a_key_of_another_site_is_none(clerk: Operator, key: SoftKey) -> None:
    assert add(clerk, key) is AccessOutcome.REFUSED_WRONG_KEY


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "nonsense", '{"id": 1}', '{"id":"x","rawId":"eA","response":{}}', "9" * 5_000]
)
def test_nonsense_is_a_wrong_answer(clerk: Operator, answer: str) -> None:
    add(clerk, soft_key())
    asked = ask_for_key(clerk.pk, SITE)
    assert asked is not None
    assert try_key(clerk.pk, KeyAnswer(SITE, asked.state, answer), address=None).outcome is WRONG


def _copied(operator: Operator, key: SoftKey) -> KeyAnswer:
    key.counter = 0
    return answered(operator, key)


WRONG_ANSWERS: dict[str, Callable[[Operator, SoftKey], KeyAnswer]] = {
    "without a challenge": lambda operator, key: KeyAnswer(SITE, None, answered(operator, key).answer),
    "to another challenge": lambda operator, key: KeyAnswer(SITE, answered(operator, key).state, answered(operator, key).answer),
    "on another site": lambda operator, key: KeyAnswer(
        Site(SITE.host, "https://evil.example"), answered(operator, key).state, answered(operator, key).answer
    ),
    "of a key that nobody registered": lambda operator, key: answered(operator, soft_key()),
    "of a copy that counts from the start": _copied,
}


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_an_answer_is_refused(clerk: Operator, name: str) -> None:
    key = soft_key()
    add(clerk, key)
    assert try_key(clerk.pk, answered(clerk, key), address=None).outcome is DONE
    assert try_key(clerk.pk, WRONG_ANSWERS[name](clerk, key), address=None).outcome is WRONG


def test_the_same_answer_again_counts_backwards(clerk: Operator) -> None:
    key = soft_key()
    add(clerk, key)
    answer = answered(clerk, key)
    assert [try_key(clerk.pk, answer, address=None).outcome for _again in range(2)] == [DONE, WRONG]


def test_wrong_answers_lock_like_wrong_codes(clerk: Operator) -> None:
    key = soft_key()
    add(clerk, key)
    outcomes = [try_key(clerk.pk, KeyAnswer(SITE, None, ""), address=None).outcome for _again in range(6)]
    assert outcomes[-1] is LogInOutcome.REFUSED_LOCKED
    assert try_key(clerk.pk, answered(clerk, key), address=None).outcome is LogInOutcome.REFUSED_LOCKED


def test_without_the_app_there_are_no_keys(clerk: Operator) -> None:
    add(clerk, soft_key())
    assert remove_own_factor(Actor.of(clerk), "clerk", password=GOOD) is AccessOutcome.DONE
    assert not SecurityKey.objects.exists()


@pytest.mark.parametrize(
    ("kept", "said", "plausible"), [(0, 0, True), (0, 5, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)]
)
def test_a_copy_counts_backwards(kept: int, said: int, plausible: bool) -> None:
    assert is_counter_plausible(kept=kept, said=said) is plausible


@pytest.mark.parametrize(
    ("setting", "opened", "site"),
    [
        ("", "https://card.example.edu", SITE),
        ("", "http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("", "http://127.0.0.1:8000", None),
        ("", "http://[::1]:8000", None),
        ("https://card.example.edu/", "http://127.0.0.1:8000", SITE),
    ],
)
def test_keys_are_bound_to_the_sites_name(monkeypatch: pytest.MonkeyPatch, setting: str, opened: str, site: Site | None) -> None:
    monkeypatch.setenv("ONECARD_ORIGIN", setting)
    assert site_of(opened) == site
