"""Opening hours, presence, alerts and the exposure to lost cards, as tables."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from onecard.terminals import rules
from onecard.terminals.parameters import OfflineLimits
from onecard.terminals.types import Alert, AlertLimits, BoardLine, Presence, TerminalFacts

CAMPUS = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=CAMPUS)
LONG_AGO = NOW - timedelta(days=30)
DAY, NIGHT = (time(6, 30), time(21, 0)), (time(22, 0), time(2, 0))
LIMITS = AlertLimits(
    missed_heartbeats=3, clock_off_s=60, storage_pct=90, blacklist_behind_min=15, sessions_an_hour=6, conflicts=3
)
WELL = TerminalFacts(
    terminal_id=1,
    code="T001",
    name="",
    merchant_id=1,
    merchant="Canteen 1",
    is_enabled=True,
    single_limit_fen=None,
    hours=None,
    enrolled_at=LONG_AGO,
    heard_at=NOW - timedelta(seconds=20),
    last_record_at=NOW,
    unsent=0,
    storage_pct=5,
    clock_offset_us=0,
    blacklist_version=9,
    blacklist_changes=0,
    blacklist_cards=0,
    blacklist_since=None,
    needs_allowance=False,
    allowances_version=None,
    allowances_changes=0,
    allowances_since=None,
    parameters_version=0,
    parameters_due=0,
    heartbeat_s=30,
    faults=(),
    missing=0,
    places=0,
    held=0,
    conflicts=0,
    sessions=1,
)


def ago(**passed: int) -> datetime:
    return NOW - timedelta(**passed)


@pytest.mark.parametrize(
    ("hours", "at", "began"),
    [
        (None, time(3, 0), datetime(1970, 1, 1, tzinfo=UTC)),
        (DAY, time(6, 29), None),
        (DAY, time(6, 30), datetime(2026, 9, 1, 6, 30, tzinfo=CAMPUS)),
        (DAY, time(20, 59, 59), datetime(2026, 9, 1, 6, 30, tzinfo=CAMPUS)),
        (DAY, time(21, 0), None),
        (NIGHT, time(12, 0), None),
        (NIGHT, time(23, 0), datetime(2026, 9, 1, 22, 0, tzinfo=CAMPUS)),
        (NIGHT, time(1, 59), datetime(2026, 8, 31, 22, 0, tzinfo=CAMPUS)),
        (NIGHT, time(2, 0), None),
    ],
)
def test_since_when_it_is_open(hours: tuple[time, time] | None, at: time, began: datetime | None) -> None:
    assert rules.open_since(hours, at=datetime.combine(NOW.date(), at, CAMPUS)) == began


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Presence.ONLINE),
        ({"heard_at": ago(seconds=90)}, Presence.ONLINE),
        ({"heard_at": ago(seconds=91)}, Presence.OFFLINE),
        ({"heard_at": ago(seconds=91), "heartbeat_s": 60}, Presence.ONLINE),
        ({"heard_at": None}, Presence.NEVER_HEARD),
        ({"heard_at": None, "enrolled_at": None}, Presence.NO_DEVICE),
        ({"enrolled_at": None}, Presence.NO_DEVICE),
    ],
)
def test_presence(change: dict[str, object], expected: Presence) -> None:
    facts = dataclasses.replace(WELL, **change)  # type: ignore[arg-type]
    assert rules.presence_of(facts, at=NOW, limits=LIMITS) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"heard_at": ago(seconds=91)}, [Alert.SILENT]),
        ({"heard_at": None}, [Alert.SILENT]),
        ({"heard_at": None, "enrolled_at": ago(seconds=80)}, []),
        ({"heard_at": ago(hours=9), "hours": DAY}, [Alert.SILENT]),
        ({"heard_at": ago(hours=9), "hours": NIGHT}, []),
        ({"heard_at": ago(hours=9), "hours": (time(11, 58, 30), time(13, 0))}, []),
        ({"heard_at": ago(hours=9), "hours": (time(11, 58, 29), time(13, 0))}, [Alert.SILENT]),
        ({"heard_at": ago(hours=9), "is_enabled": False}, []),
        ({"heard_at": ago(hours=9), "enrolled_at": None, "faults": ("printer-paper",)}, []),
        ({"faults": ("printer-paper",)}, [Alert.FAULT]),
        ({"storage_pct": 89}, []),
        ({"storage_pct": 90}, [Alert.STORAGE_NEARLY_FULL]),
        ({"clock_offset_us": 60_000_000}, []),
        ({"clock_offset_us": 60_000_001}, [Alert.CLOCK_WRONG]),
        ({"clock_offset_us": -60_000_001}, [Alert.CLOCK_WRONG]),
        ({"blacklist_since": ago(minutes=15), "blacklist_changes": 1}, []),
        ({"blacklist_since": ago(minutes=16), "blacklist_changes": 1}, [Alert.BLACKLIST_BEHIND]),
        ({"blacklist_since": ago(minutes=16), "hours": (time(11, 50), time(13, 0))}, []),
        ({"blacklist_since": ago(minutes=16), "is_enabled": False}, []),
        ({"sessions": 5, "conflicts": 2}, []),
        ({"sessions": 6}, [Alert.CLONE_SUSPECTED]),
        ({"conflicts": 3}, [Alert.CLONE_SUSPECTED]),
        ({"missing": 9, "held": 2, "parameters_due": 4, "unsent": 7}, []),
        (
            {"faults": ("x",), "storage_pct": 99, "clock_offset_us": 10**12, "sessions": 9, "heard_at": None},
            [Alert.CLONE_SUSPECTED, Alert.SILENT, Alert.FAULT, Alert.STORAGE_NEARLY_FULL, Alert.CLOCK_WRONG],
        ),
    ],
)
def test_alerts(change: dict[str, object], expected: list[Alert]) -> None:
    facts = dataclasses.replace(WELL, **change)  # type: ignore[arg-type]
    assert list(rules.alerts_of(facts, at=NOW, limits=LIMITS)) == expected


def test_trouble_comes_first() -> None:
    def line(code: str, *alerts: Alert, **change: object) -> BoardLine:
        facts = dataclasses.replace(WELL, code=code, **change)  # type: ignore[arg-type]
        return BoardLine(facts, Presence.ONLINE, alerts)

    in_order = [
        line("T9", Alert.CLONE_SUSPECTED),
        line("T7", Alert.SILENT, Alert.CLOCK_WRONG),
        line("T8", Alert.SILENT),
        line("T6", Alert.BLACKLIST_BEHIND),
        line("T4", held=1),
        line("T5", missing=1, places=1),
        line("T3", is_enabled=False),
        line("T1"),
        line("T2"),
    ]
    other_way_round = in_order[::-1]
    assert sorted(other_way_round, key=rules.trouble_first) == in_order


USUAL = OfflineLimits()
UNBOUNDED = OfflineLimits(single_limit_fen=0, card_limit_fen=0, total_limit_fen=0, max_records=0, max_hours=0)


@pytest.mark.parametrize(
    ("cards", "limits", "single_limit_fen", "silent_for", "expected_fen"),
    [
        (0, UNBOUNDED, None, timedelta(0), 0),
        (1, USUAL, None, timedelta(0), 5_000),
        (3, USUAL, None, timedelta(hours=72), 15_000),
        (3, USUAL, None, timedelta(hours=72, seconds=1), 0),
        (3, OfflineLimits(is_allowed=False), None, timedelta(0), 0),
        (600, USUAL, None, timedelta(0), 3_000_000),
        (601, USUAL, None, timedelta(0), 3_000_000),
        (3, OfflineLimits(max_records=4), None, timedelta(0), 10_000),
        (3, OfflineLimits(max_records=4), 1_000, timedelta(0), 4_000),
        (3, OfflineLimits(max_records=4), 9_000, timedelta(0), 10_000),
        (3, OfflineLimits(max_records=2, single_limit_fen=0), None, timedelta(0), 10_000),
        (3, OfflineLimits(card_limit_fen=0), None, timedelta(0), 3_000_000),
        (3, OfflineLimits(card_limit_fen=0, total_limit_fen=0), None, timedelta(0), 36_000 * 2_500),
        (3, OfflineLimits(card_limit_fen=0, total_limit_fen=0, single_limit_fen=0), None, timedelta(0), None),
        (3, UNBOUNDED, 700, timedelta(days=999), None),
        (3, OfflineLimits(max_hours=0), None, timedelta(days=999), 15_000),
    ],
)
def test_exposure(
    cards: int, limits: OfflineLimits, single_limit_fen: int | None, silent_for: timedelta, expected_fen: int | None
) -> None:
    found = rules.exposure_fen(cards, offline=limits, single_limit_fen=single_limit_fen, silent_for=silent_for)
    assert found == expected_fen


NEEDS = OfflineLimits(needs_allowance=True)


@pytest.mark.parametrize(
    ("cards", "limits", "given_fen", "silent_for", "expected_fen"),
    [
        (3, NEEDS, 0, timedelta(0), 0),
        (3, NEEDS, 500, timedelta(0), 500),
        (3, NEEDS, 15_000, timedelta(0), 15_000),
        (3, OfflineLimits(needs_allowance=True, card_limit_fen=1_000), 15_000, timedelta(0), 3_000),
        (3, OfflineLimits(needs_allowance=True, total_limit_fen=400), 500, timedelta(0), 400),
        (3, OfflineLimits(needs_allowance=True, max_records=2, single_limit_fen=200), 500, timedelta(0), 400),
        (3, msgspec.structs.replace(UNBOUNDED, needs_allowance=True), 500, timedelta(days=999), 500),
        (3, OfflineLimits(needs_allowance=True, is_allowed=False), 500, timedelta(0), 0),
        (3, NEEDS, 500, timedelta(hours=73), 0),
        (0, NEEDS, 500, timedelta(0), 0),
    ],
)
def test_exposure_of_a_terminal_that_needs_an_allowance(
    cards: int, limits: OfflineLimits, given_fen: int, silent_for: timedelta, expected_fen: int
) -> None:
    found = rules.exposure_fen(cards, offline=limits, single_limit_fen=None, silent_for=silent_for, given_fen=given_fen)
    assert found == expected_fen
