"""The record MAC, numbers and gaps."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.terminals import rules
from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ, Gap, TerminalRecord

KEY = bytes(range(32))
AT = datetime(2026, 9, 1, 4, 0, 0, 123_456, tzinfo=UTC)
RECORD = TerminalRecord(1, 248, 17, 1001, 1250, AT, 7, 3, 900, 5, 6, b"\x01\x02")


def test_the_mac_is_what_a_terminal_in_another_language_computes() -> None:
    """A vector to hold on to: ten big-endian int64, then the TAC; HMAC-SHA256, first 16 bytes."""
    assert rules.record_bytes(RECORD).hex() == (
        "00000000000000f8000000000000001100000000000003e900000000000004e200065a63f3e0d240"
        "000000000000000700000000000000030000000000000384000000000000000500000000000000060102"
    )
    assert rules.record_mac(RECORD, key=KEY).hex() == "1dd6866d6349a89f88a0d30982820306"
    assert rules.record_bytes(dataclasses.replace(RECORD, sam_id=None, tac=None))[64:72] == b"\xff" * 8


@pytest.mark.parametrize(
    "change",
    [
        {"batch_no": 249},
        {"seq": 18},
        {"card_no": 1002},
        {"amount_fen": 1251},
        {"occurred_at": AT + timedelta(microseconds=1)},
        {"blacklist_version": 8},
        {"blacklist_version": None},
        {"card_counter": 4},
        {"purse_after_fen": 901},
        {"sam_id": 6},
        {"sam_seq": None},
        {"tac": b"\x01\x03"},
        {"tac": None},
        {"mac": b""},
        {"mac": bytes(16)},
    ],
)
def test_any_changed_field_breaks_the_mac(change: dict[str, object]) -> None:
    signed = dataclasses.replace(RECORD, mac=rules.record_mac(RECORD, key=KEY))
    assert rules.has_valid_mac(signed, key=KEY)
    assert not rules.has_valid_mac(dataclasses.replace(signed, **change), key=KEY)  # type: ignore[arg-type]
    assert not rules.has_valid_mac(signed, key=bytes(32))


def test_a_moment_is_the_same_in_every_zone() -> None:
    there = RECORD.occurred_at.astimezone(timezone(timedelta(hours=8)))
    assert rules.record_bytes(dataclasses.replace(RECORD, occurred_at=there)) == rules.record_bytes(RECORD)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis adds the zone
def test_microseconds_are_exact(moment: datetime) -> None:
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=rules.microseconds(moment)) == moment


@pytest.mark.parametrize(
    ("batch_no", "seq", "expected"),
    [
        (0, 1, True),
        (MAX_BATCH_NO, MAX_SEQ, True),
        (-1, 1, False),
        (MAX_BATCH_NO + 1, 1, False),
        (1, 0, False),
        (1, MAX_SEQ + 1, False),
    ],
)
def test_bounds_of_numbers(batch_no: int, seq: int, expected: bool) -> None:
    assert rules.is_numbered(dataclasses.replace(RECORD, batch_no=batch_no, seq=seq)) is expected


def test_no_two_numbers_are_one() -> None:
    corners = [(0, 1), (0, MAX_SEQ), (1, 1), (1, MAX_SEQ), (MAX_BATCH_NO, 1), (MAX_BATCH_NO, MAX_SEQ)]
    numbers = [rules.number_of(dataclasses.replace(RECORD, batch_no=batch, seq=seq)) for batch, seq in corners]
    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**63


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ([], []),
        ([(1, 5)], []),
        ([(3, 5)], [(1, 2)]),
        ([(1, 2), (4, 5), (9, 10)], [(2, 3), (5, 8)]),
    ],
)
def test_gaps(received: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    found = rules.gaps_of(received, terminal_id=1, batch_no=2)
    assert [(gap.first_seq, gap.last_seq) for gap in found] == expected
    assert all(isinstance(gap, Gap) and gap.count == gap.last_seq - gap.first_seq + 1 for gap in found)
