"""Logging in, waiting, windows, sessions, codes and passwords, as tables."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_address, ip_network

import pytest

from onecard.access import totp
from onecard.access.passwords import PROFILES, one_time_password, weaknesses
from onecard.access.rules import LogInFacts, SessionTimes, judge_log_in, limits_refuse, session_ends, wait_after
from onecard.access.types import Limits, SessionEnd
from onecard.access.types import LogInOutcome as Outcome

DAY = Limits(opens_at=time(8), closes_at=time(18))
NIGHT = Limits(weekdays=frozenset({1}), opens_at=time(22), closes_at=time(6))
HERE = Limits(networks=(ip_network("10.1.5.0/24"), ip_network("2001:db8::/32")))
MONDAY, TUESDAY = "2026-09-07", "2026-09-08"


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (10_000, 60)]
)
def test_waits_grow_and_are_bounded(failures: int, minutes: int) -> None:
    assert wait_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("limits", "local", "address", "refused"),
    [
        (Limits(), f"{MONDAY} 03:00", None, None),
        (DAY, f"{MONDAY} 08:00", None, None),
        (DAY, f"{MONDAY} 17:59", None, None),
        (DAY, f"{MONDAY} 07:59", None, Outcome.REFUSED_HOURS),
        (DAY, f"{MONDAY} 18:00", None, Outcome.REFUSED_HOURS),
        (Limits(weekdays=frozenset({2})), f"{MONDAY} 12:00", None, Outcome.REFUSED_HOURS),
        (Limits(weekdays=frozenset({2})), f"{TUESDAY} 12:00", None, None),
        (NIGHT, f"{MONDAY} 23:00", None, None),
        (NIGHT, f"{TUESDAY} 05:59", None, None),
        (NIGHT, f"{MONDAY} 05:59", None, Outcome.REFUSED_HOURS),
        (NIGHT, f"{TUESDAY} 06:00", None, Outcome.REFUSED_HOURS),
        (NIGHT, f"{TUESDAY} 23:00", None, Outcome.REFUSED_HOURS),
        (HERE, f"{MONDAY} 12:00", "10.1.5.9", None),
        (HERE, f"{MONDAY} 12:00", "2001:db8::7", None),
        (HERE, f"{MONDAY} 12:00", "10.1.6.9", Outcome.REFUSED_PLACE),
        (HERE, f"{MONDAY} 12:00", None, Outcome.REFUSED_PLACE),
        (Limits(last_day=date(2026, 9, 7)), f"{MONDAY} 23:59", None, None),
        (Limits(last_day=date(2026, 9, 7)), f"{TUESDAY} 00:00", None, Outcome.REFUSED_ENDED),
        (dataclasses.replace(NIGHT, last_day=date(2026, 9, 6)), f"{MONDAY} 12:00", None, Outcome.REFUSED_ENDED),
        (dataclasses.replace(HERE, weekdays=frozenset({2})), f"{MONDAY} 12:00", None, Outcome.REFUSED_HOURS),
    ],
)
def test_limits(limits: Limits, local: str, address: str | None, refused: Outcome | None) -> None:
    place = None if address is None else ip_address(address)
    assert limits_refuse(limits, local=datetime.fromisoformat(local), address=place) is refused


def test_log_in_answers_in_the_order_of_the_enum() -> None:
    order, bits = list(Outcome), (True, False)
    limits = (None, Outcome.REFUSED_ENDED, Outcome.REFUSED_HOURS, Outcome.REFUSED_PLACE)
    for locked, right, post, over, limit, factor in itertools.product(bits, bits, bits, bits, limits, bits):
        facts = LogInFacts(locked, right, post, over, limit, factor)
        reasons = [
            (locked, Outcome.REFUSED_LOCKED),
            (not right, Outcome.REFUSED_WRONG),
            (not post, Outcome.REFUSED_NO_POST),
            (over, Outcome.REFUSED_ONE_TIME_OVER),
            (limit is not None, limit or Outcome.DONE),
        ]
        applying = [outcome for applies, outcome in reasons if applies]
        expected = min(applying, key=order.index, default=Outcome.NEEDS_FACTOR if factor else Outcome.DONE)
        assert judge_log_in(facts) is expected


@pytest.mark.parametrize(
    ("started", "seen", "limits", "ends"),
    [
        (60, 0, None, None),
        (60, 29, None, None),
        (60, 30, None, SessionEnd.IDLE),
        (720, 0, None, SessionEnd.TOO_LONG),
        (720, 30, Outcome.REFUSED_HOURS, SessionEnd.TOO_LONG),
        (60, 30, Outcome.REFUSED_HOURS, SessionEnd.IDLE),
        (60, 0, Outcome.REFUSED_HOURS, SessionEnd.LIMITED),
    ],
)
def test_sessions_end(started: int, seen: int, limits: Outcome | None, ends: SessionEnd | None) -> None:
    now, times = datetime(2026, 9, 7, 4, tzinfo=UTC), SessionTimes(idle=timedelta(minutes=30), longest=timedelta(hours=12))
    started_at, seen_at = now - timedelta(minutes=started), now - timedelta(minutes=seen)
    assert session_ends(started_at=started_at, last_seen_at=seen_at, now=now, times=times, limits=limits) is ends


RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
)
def test_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    assert totp.code_of(RFC_SECRET, totp.step_at(datetime.fromtimestamp(second, UTC))) == code


def test_a_code_serves_once_and_a_step_early_or_late() -> None:
    now = datetime(2026, 9, 7, 4, tzinfo=UTC)
    here = totp.step_at(now)
    found = {
        drift: totp.step_of_code(RFC_SECRET, totp.code_of(RFC_SECRET, here + drift), now=now, used_step=0)
        for drift in range(-2, 3)
    }
    assert found == {-2: None, -1: here - 1, 0: here, 1: here + 1, 2: None}
    assert totp.step_of_code(RFC_SECRET, totp.code_of(RFC_SECRET, here), now=now, used_step=here) is None
    assert totp.step_of_code(RFC_SECRET, "", now=now, used_step=0) is None
    assert totp.step_of_code(RFC_SECRET, "２８７０８２", now=now, used_step=0) is None


@pytest.mark.parametrize(
    ("password", "mlps", "nist"),
    [
        ("Correct-Horse-7", True, True),
        ("Correct-Hors7", True, False),
        ("Correct-Hor7", True, False),
        ("Correct-Ho7", False, False),
        ("correct horse battery staple", False, True),
        ("correct-horse-battery-staple", False, True),
        ("Horse-zhaolei-7", False, False),
        ("Password2026!!!!", False, False),
        ("Onecard-2026-Abc", False, False),
        ("校园卡-Abcdefg-2026", False, False),
        ("aaaaaaaaaaaaaaaaA1-", False, False),
        ("123456789012345", False, False),
        ("Abcdefghijklmnop", False, False),
        ("Aa1-" * 40, False, False),
    ],
)
def test_passwords(password: str, mlps: bool, nist: bool) -> None:
    found = {name: not weaknesses(password, username="zhaolei", rules=rules) for name, rules in PROFILES.items()}
    assert found == {"mlps": mlps, "nist": nist}


def test_one_time_passwords_are_good_and_differ() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert [one for one in made for rules in PROFILES.values() if weaknesses(one, username="zhaolei", rules=rules)] == []
