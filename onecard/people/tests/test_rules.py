"""How names and numbers are written, checked, masked and read: one line a case."""

from __future__ import annotations

from datetime import date

import pytest

from onecard.people import rules
from onecard.people.pinyin import pinyin_of
from onecard.people.tests.rosters import identity

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("11010519491231002X", True),
        ("110105194912310029", False),
        ("440524188001010014", False),
        ("110105194913310020", False),
        (identity(7, born_on=date(2006, 2, 28)), True),
        (identity(7, born_on=date(2026, 9, 1)), True),
        (identity(7, born_on=date(2026, 9, 2)), False),
        ("11010519491231002x", False),
        ("110105491231002", False),
        ("1101051949123100", False),
        ("11010519491231002XX", False),
        ("E12345678", True),
        ("H10012345600", True),
        ("1234", False),
        ("中国护照12345", False),
        ("", False),
    ],
)
def test_identity_numbers(number: str, is_one: bool) -> None:
    assert rules.is_id_number(number, today=TODAY) is is_one


def test_every_changed_digit_is_found() -> None:
    right = identity(123)
    wrong = [right[:at] + other + right[at + 1 :] for at in range(17) for other in "0123456789" if other != right[at]]
    assert [number for number in wrong if rules.is_id_number(number, today=TODAY)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王　伟", "王伟"),
        (" 王 伟 ", "王伟"),
        ("Ann  Lee", "Ann Lee"),
        ("Ａｎｎ", "Ann"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
    ],
)
def test_names_are_written_one_way(text: str, name: str) -> None:
    assert rules.normalised_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"), [(" ２０２６ ００１ ", "2026001"), ("ab-12", "AB-12"), ("11010519491231002ｘ", "11010519491231002X")]
)
def test_numbers_are_written_one_way(text: str, code: str) -> None:
    assert rules.normalised_code(text) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-09-01", TODAY),
        ("2026/9/1", TODAY),
        ("2026.9.1", TODAY),
        ("20260901", TODAY),
        ("2026年9月1日", TODAY),
        ("2026-02-30", None),
        ("01/09/2026", None),
        ("46266", None),
    ],
)
def test_dates(text: str, found: date | None) -> None:
    assert rules.read_date(text) == found


@pytest.mark.parametrize(
    ("phone", "is_one"),
    [("13800001234", True), ("+8613800001234", True), ("0871-5033", False), ("1380", False), ("1" * 21, False)],
)
def test_telephones(phone: str, is_one: bool) -> None:
    assert rules.is_phone(phone) is is_one
    assert rules.normalised_phone("138 0000-1234") == "13800001234"


@pytest.mark.parametrize(
    ("code", "shown"),
    [("11010519491231002X", "110***********002X"), ("E12345678", "*******78"), ("", ""), ("H10012345600", "H10*****5600")],
)
def test_masks(code: str, shown: str) -> None:
    assert rules.masked(code) == shown
    assert rules.masked_phone("13800001234") == "138****1234"


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王伟", "wangwei", "ww"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("欧阳娜娜", "ouyangnana", "oynn"),
        ("吕布", "lvbu", "lb"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("Ann Lee", "annlee", "al"),
        ("José", "jose", "j"),
        ("·", "", ""),
    ],
)
def test_pinyin(name: str, pinyin: str, initials: str) -> None:
    assert pinyin_of(name) == (pinyin, initials)


@pytest.mark.parametrize(("leavers", "present", "alarming"), [(0, 0, False), (10, 100, False), (11, 100, True), (1, 1, True)])
def test_many_leavers_are_alarming(leavers: int, present: int, alarming: bool) -> None:
    assert rules.is_alarming(leavers, present=present) is alarming
