"""Layouts: what is written is read again; what is torn, doubled or put together wrongly is refused by its line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.funding import bank_reading
from onecard.funding.bank_reading import MAX_BYTES, read_bank_file
from onecard.funding.bank_writing import write_bank_file
from onecard.funding.layouts import CSV, FIXED, LAYOUTS, Cell, FixedForm, Layout, Slice
from onecard.funding.types import BankDay, BankFileRefused, BankProblem, BankSays

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 9, 1)
TODAY = DAY + timedelta(days=1)
AT = datetime(2026, 9, 1, 12, 30, 5, tzinfo=ZONE)
LINES = [
    BankSays(2, 880_001, "20261001", "王伟", 123_456, AT),
    BankSays(3, 880_002, "20261002", "Li, Na", 1, AT - timedelta(days=1)),
    BankSays(4, 880_003, "T-7.x", "买买提·艾力", 5_000, AT),
]
"""Their line numbers are those that both layouts give them: something stands above."""


def read(content: bytes, layout: Layout = CSV, *, today: date = TODAY) -> BankDay:
    return read_bank_file(content, layout=layout, zone=ZONE, today=today)


def written(layout: Layout = CSV, encoding: str = "utf-8") -> bytes:
    return write_bank_file(layout, day=DAY, lines=LINES, encoding=encoding)


def refusal(content: bytes, layout: Layout = CSV, *, today: date = TODAY) -> BankFileRefused:
    with pytest.raises(BankFileRefused) as caught:
        read(content, layout, today=today)
    return caught.value


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_what_is_written_is_read(layout: Layout, encoding: str) -> None:
    assert read(written(layout, encoding), layout) == BankDay(DAY, tuple(LINES), 128_457)


def texts(most_bytes: int) -> st.SearchStrategy[str]:
    signs = st.characters(codec="gbk", exclude_categories=("C", "Z"), exclude_characters="\u20ac\ufeff")
    return st.text(signs, min_size=1, max_size=most_bytes // 2)


says = st.builds(
    BankSays,
    line=st.just(0),
    reference=st.integers(1, 10**18 - 1),
    person_no=texts(32).filter(lambda text: text.lower() not in ("合计", "总计", "total")),
    full_name=texts(40),
    amount_fen=st.integers(1, 100_000_000),
    occurred_at=st.integers(0, 200_000_000).map(lambda seconds: AT.replace(hour=23) - timedelta(seconds=seconds)),
)


@given(
    layout=st.sampled_from(list(LAYOUTS.values())),
    encoding=st.sampled_from(["utf-8-sig", "gbk"]),
    lines=st.lists(says, max_size=20, unique_by=lambda one: one.reference),
)
def test_whatever_a_bank_writes_is_read(layout: Layout, encoding: str, lines: list[BankSays]) -> None:
    if encoding == "gbk" and layout is CSV:  # what is GBK and also UTF-8 cannot be told apart: one plain Chinese name decides
        lines = [dataclasses.replace(one, full_name=f"王伟{one.full_name[:18]}") for one in lines]
    found = read(write_bank_file(layout, day=DAY, lines=lines, encoding=encoding), layout)
    numbered = tuple(dataclasses.replace(one, line=number) for number, one in enumerate(lines, start=2))
    assert found == BankDay(DAY, numbered, sum(one.amount_fen for one in lines))


def cut_off(content: bytes) -> bytes:
    return content[: content.rindex(b"880003") + 2]


def without_third_line(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[:2] + lines[3:])


def with_third_line_twice(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:3], *lines[2:]])


def total_first(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([lines[0], lines[-1], *lines[1:-1]])


def with_another(fixed: tuple[bytes, bytes], table: tuple[bytes, bytes]) -> Callable[[bytes], bytes]:
    """One text for another, as a fixed layout and as a table write it."""
    return lambda content: content.replace(*fixed).replace(*table)


ANOTHER_AMOUNT = with_another((b"123456", b"123457"), (b"1,234.56", b"1,234.57"))
NO_AMOUNT = with_another((b"123456", b"12x456"), (b"1,234.56", b"1,234.567"))
BELOW_ZERO = with_another((b"123456", b"-23456"), (b"1,234.56", b"-234.56"))
NO_MOMENT = with_another((b"20260901123005", b"20260901126105"), (b"12:30:05", b"12:61:05"))
DAMAGES: list[tuple[str, Callable[[bytes], bytes], BankProblem, int]] = [
    ("empty", lambda content: b"", BankProblem.SIZE, 0),
    ("huge", lambda content: content * (MAX_BYTES // 100), BankProblem.SIZE, 0),
    ("torn in a line", cut_off, BankProblem.UNREADABLE, 4),
    ("torn between lines", lambda content: b"".join(content.splitlines(keepends=True)[:3]), BankProblem.NO_TOTAL, 0),
    ("a line is missing", without_third_line, BankProblem.COUNT_DIFFERS, 4),
    ("a line is doubled", with_third_line_twice, BankProblem.TWICE, 4),
    ("two files in one", lambda content: content + content, BankProblem.AFTER_TOTAL, 6),
    ("the total comes first", total_first, BankProblem.AFTER_TOTAL, 3),
    ("another amount", ANOTHER_AMOUNT, BankProblem.TOTAL_DIFFERS, 5),
    ("no amount", NO_AMOUNT, BankProblem.BAD_AMOUNT, 2),
    ("below zero", BELOW_ZERO, BankProblem.BAD_AMOUNT, 2),
    ("no reference", lambda content: content.replace(b"880002", b"88-002"), BankProblem.BAD_REFERENCE, 3),
    ("no number", lambda content: content.replace(b"T-7.x", b"     "), BankProblem.BAD_PERSON, 4),
    ("no moment", NO_MOMENT, BankProblem.BAD_TIME, 2),
]


@pytest.mark.parametrize("layout", [CSV, FIXED], ids=["csv", "fixed"])
@pytest.mark.parametrize(("damage", "problem", "line"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_damaged_file_is_refused_whole_by_its_line(
    damage: Callable[[bytes], bytes], problem: BankProblem, line: int, layout: Layout
) -> None:
    refused = refusal(damage(written(layout)), layout)
    assert (refused.problem, refused.line) == (problem, line)


@pytest.mark.parametrize(("layout", "problem"), [(CSV, BankProblem.UNREADABLE), (FIXED, BankProblem.BAD_REFERENCE)])
def test_zero_bytes_are_refused(layout: Layout, problem: BankProblem) -> None:
    refused = refusal(written(layout).replace(b"880002", b"88\x00002"), layout)
    assert (refused.problem, refused.line) == (problem, 3)


@pytest.mark.parametrize(("layout", "problem"), [(CSV, BankProblem.NO_COLUMN), (FIXED, BankProblem.NO_HEAD)])
def test_something_else_is_refused(layout: Layout, problem: BankProblem) -> None:
    assert refusal(b"%PDF-1.4\n" + written(layout), layout).problem is problem


@pytest.mark.parametrize(("layout", "other"), [(CSV, FIXED), (FIXED, CSV)], ids=["csv", "fixed"])
def test_the_wrong_layout_is_refused(layout: Layout, other: Layout) -> None:
    assert refusal(written(layout), other).line == 1


def test_the_day_is_not_to_come_and_no_line_is_later() -> None:
    assert refusal(written(), today=DAY - timedelta(days=1)).problem is BankProblem.FUTURE
    later = write_bank_file(CSV, day=DAY - timedelta(days=1), lines=LINES)
    assert (refusal(later).problem, refusal(later).line) == (BankProblem.LATER, 2)


def test_mixed_encodings_are_refused() -> None:
    mixed = written().replace("买买提".encode(), "买买提".encode("gbk"))
    assert (refusal(mixed).problem, refusal(mixed).line) == (BankProblem.UNREADABLE, 4)
    latin = written(FIXED).replace("王伟".encode("gbk"), b"\xff\xfe\xfd\xfc")
    assert (refusal(latin, FIXED).problem, refusal(latin, FIXED).line) == (BankProblem.UNREADABLE, 2)


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_reading, "MAX_LINES", 2)
    assert (refusal(written()).problem, refusal(written()).line) == (BankProblem.TOO_MANY, 4)


def test_a_text_wider_than_its_place_is_not_written() -> None:
    with pytest.raises(ValueError, match="wider than 40 bytes"):
        write_bank_file(FIXED, day=DAY, lines=[dataclasses.replace(LINES[0], full_name="王" * 21)])


def test_a_file_without_transfers_is_one() -> None:
    for layout in LAYOUTS.values():
        assert read(write_bank_file(layout, day=DAY, lines=[]), layout) == BankDay(DAY, (), 0)


def test_a_layout_of_a_sites_own_needs_no_code() -> None:
    form = FixedForm(
        encoding="utf-8",
        head_mark="0",
        head=(Slice(Cell.DAY, 1, 10), Slice(Cell.COUNT, 11, 4)),
        line_mark="1",
        line=(
            Slice(Cell.AMOUNT, 1, 10),
            Slice(Cell.PERSON_NO, 11, 12),
            Slice(Cell.REFERENCE, 23, 9),
            Slice(Cell.OCCURRED_AT, 32, 16),
            Slice(Cell.FULL_NAME, 48, 30),
        ),
        total_mark="9",
        total=(Slice(Cell.TOTAL, 1, 14),),
    )
    own = dataclasses.replace(CSV, name="own", form=form, moments="%d.%m.%Y %H:%M", days="%d.%m.%Y")
    lines = [dataclasses.replace(one, occurred_at=one.occurred_at.replace(second=0)) for one in LINES]
    assert read(write_bank_file(own, day=DAY, lines=lines), own) == BankDay(DAY, tuple(lines), 128_457)


def test_moments_are_the_campus_s() -> None:
    assert read(written()).lines[0].occurred_at == datetime(2026, 9, 1, 4, 30, 5, tzinfo=UTC)
