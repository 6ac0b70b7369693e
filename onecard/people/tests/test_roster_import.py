"""From file to report to people: findings against a plain-Python model, staleness, interruption, several at once."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from onecard.access.types import Actor, NotPermitted
from onecard.kernel import clock
from onecard.people.actions.apply_roster import apply_roster
from onecard.people.actions.change_person import change_person
from onecard.people.actions.compare_roster import compare_roster
from onecard.people.actions.discard_roster import discard_roster
from onecard.people.actions.map_roster_columns import map_roster_columns
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.read_roster import read_roster
from onecard.people.actions.receive_roster import receive_roster
from onecard.people.actions.register_person import register_person
from onecard.people.models import Particulars, Person, PersonChange, RosterImport, RosterLine
from onecard.people.queries import masked_particulars, people_found, roster_report
from onecard.people.tests import rosters
from onecard.people.tests.rosters import CLERK, apply, csv_of, excel_of, findings, identity, stage
from onecard.people.types import (
    Finding,
    ImportState,
    NewPerson,
    PersonKind,
    PersonOutcome,
    PersonState,
    Private,
    Problem,
    RosterFile,
    RosterOutcome,
)
from tests.parallel import at_once
from tests.world import NOON

WANG = ("2026001", "王伟", "本科生", "物理学院", identity(1), "13800001234", "", "2030-06-30")
LI = ("2026002", "李娜", "研究生", "化学学院", "", "", "2001-02-03", "")
EXAMPLES = int(os.environ.get("ONECARD_EXAMPLES", "60"))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_new_people_are_registered_with_everything_the_roster_says(db: None) -> None:
    roster_id = stage(csv_of([WANG, LI], encoding="gbk"))
    assert findings(roster_id) == [(2, Finding.NEW, ""), (3, Finding.NEW, "")]
    assert not Person.objects.exists()
    assert apply(roster_id) is RosterOutcome.DONE
    wang = Person.objects.get(person_no="2026001")
    assert (wang.full_name, wang.pinyin, wang.kind, wang.unit, wang.valid_until) == (
        "王伟", "wangwei", PersonKind.UNDERGRADUATE, "物理学院", date(2030, 6, 30),
    )  # fmt: skip
    assert masked_particulars(wang.pk) == Private("110***********" + identity(1)[-4:], "138****1234", date(2006, 5, 4))
    assert wang.cash_account.title == "2026001 王伟"
    kept = RosterImport.objects.get(pk=roster_id)
    assert (kept.state, kept.content, kept.counts) == (ImportState.APPLIED, None, {"new": 2})
    assert not RosterLine.objects.exclude(id_number=None).exists()


def test_the_same_roster_again_says_nothing_new_and_a_changed_one_what_was_before(db: None) -> None:
    apply(stage(csv_of([WANG, LI])))
    assert [finding for _, finding, _ in findings(stage(csv_of([WANG, LI])))] == ["unchanged", "unchanged"]
    moved = (*WANG[:3], "数学学院", WANG[4], "13900005678", "", "2031-06-30")
    roster_id = stage(csv_of([moved, LI]))
    line = RosterLine.objects.get(roster_id=roster_id, line=2)
    assert (line.finding, line.before) == ("changed", {"unit": "物理学院", "phone": "***", "valid_until": "2030-06-30"})
    apply(roster_id)
    wang = Person.objects.get(person_no="2026001")
    assert (wang.unit, masked_particulars(wang.pk).phone) == ("数学学院", "139****5678")
    change = PersonChange.objects.get(person=wang)
    assert (change.reason, change.before["unit"]) == (f"students #{roster_id}", "物理学院")


def test_empty_cells_erase_nothing(db: None) -> None:
    apply(stage(csv_of([WANG])))
    roster_id = stage(csv_of([("2026001", "王伟", "本科生", "", "", "", "", "")]))
    assert findings(roster_id) == [(2, "unchanged", "")]


def test_who_is_not_in_a_full_roster_has_left_and_comes_back(db: None) -> None:
    apply(stage(csv_of([WANG, LI])))
    register_person(CLERK, NewPerson("T1", "Teacher", PersonKind.STAFF))
    roster_id = stage(csv_of([WANG]), is_full=True)
    assert findings(roster_id) == [(2, "unchanged", ""), (None, "left", "")]
    assert roster_report(roster_id).is_alarming
    apply(roster_id)
    li = Person.objects.get(person_no="2026002")
    assert (li.state, li.left_on, li.full_name, li.pinyin) == (PersonState.LEFT, date(2026, 9, 1), "李娜", "lina")
    assert Person.objects.get(person_no="T1").state == PersonState.PRESENT
    roster_id = stage(csv_of([LI]))
    assert RosterLine.objects.get(roster_id=roster_id).before == {"state": "left"}
    apply(roster_id)
    li.refresh_from_db()
    assert (li.state, li.left_on) == (PersonState.PRESENT, None)


def test_a_full_roster_with_errors_lets_nobody_leave(db: None) -> None:
    apply(stage(csv_of([WANG, LI])))
    content = csv_of([WANG, LI])
    torn = content[: content.rindex("化学".encode())]
    assert findings(stage(torn, is_full=True)) == [(2, "unchanged", ""), (3, "error", Problem.UNREADABLE)]


def test_a_person_in_a_conflict_does_not_leave(db: None) -> None:
    apply(stage(csv_of([WANG, LI])))
    renumbered = ("2026777", *WANG[1:])
    roster_id = stage(csv_of([renumbered, LI]), is_full=True)
    assert findings(roster_id) == [(2, "conflict", Problem.IDENTITY_KNOWN), (3, "unchanged", "")]
    assert apply(roster_id) is RosterOutcome.DONE
    wang = Person.objects.get(person_no="2026001")
    now = NewPerson("2026777", "王伟", PersonKind.POSTGRADUATE, "物理学院", date(2030, 6, 30))
    assert change_person(CLERK, wang.pk, now=now, reason="stays as a postgraduate") is PersonOutcome.DONE
    assert findings(stage(csv_of([renumbered, LI]), is_full=True))[0][1] == "changed"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([("2026001", "王伟", "本科生", "", identity(2), "", "", "")], ["conflict identity_differs"]),
        ([("2026001", "张三", "本科生", "", "", "", "1999-09-09", "")], ["conflict another_human"]),
        ([("2026001", "王维", "本科生", "", identity(1), "", "", "")], ["changed "]),
        ([("9", "王伟", "本科生", "", "", "", "2006-05-04", "")], ["conflict likely_known"]),
        ([("9", "王伟", "本科生", "", identity(3), "", "", "")], ["new "]),
        ([("8", "甲", "本科生", "", identity(8), "", "", ""), ("9", "乙", "本科生", "", identity(8), "", "", "")],
         ["conflict identity_twice"] * 2),
        ([("9", "乙", "本科生", "", "", "", "", ""), ("9", "乙", "本科生", "", "", "", "", "")], ["new ", "error number_twice"]),
        ([("2026002", "李娜", "研究生", "", identity(9, born_on=date(2001, 2, 3)), "", "", "")], ["changed "]),
    ],
)  # fmt: skip
def test_conflicts(db: None, lines: Sequence[rosters.Cells], found: list[str]) -> None:
    apply(stage(csv_of([WANG, LI])))
    assert [f"{finding} {problem}" for _, finding, problem in findings(stage(csv_of(lines)))] == found


def test_a_stale_report_is_refused_and_made_anew(db: None) -> None:
    roster_id = stage(csv_of([WANG]))
    shown = roster_report(roster_id).digest.hex()
    register_person(CLERK, NewPerson("2026001", "王伟", PersonKind.UNDERGRADUATE))
    assert apply_roster(CLERK, roster_id, digest=shown) is RosterOutcome.REFUSED_STALE
    assert Person.objects.get().unit == ""
    assert compare_roster(CLERK, roster_id) is RosterOutcome.DONE
    assert compare_roster(CLERK, roster_id) is RosterOutcome.REPEATED
    assert apply_roster(CLERK, roster_id, digest=shown) is RosterOutcome.REFUSED_CHANGED
    assert apply(roster_id) is RosterOutcome.DONE
    assert apply(roster_id) is RosterOutcome.REPEATED
    assert Person.objects.get().unit == "物理学院"
    assert discard_roster(CLERK, roster_id) is RosterOutcome.REFUSED_STATE


def test_a_discarded_roster_is_forgotten(db: None) -> None:
    roster_id = stage(csv_of([WANG]))
    assert discard_roster(CLERK, roster_id) is RosterOutcome.DONE
    assert discard_roster(CLERK, roster_id) is RosterOutcome.REPEATED
    assert apply(roster_id) is RosterOutcome.REFUSED_STATE
    assert not RosterLine.objects.exists()


def test_what_was_staged_cannot_be_tampered_with_before_it_is_applied(db: None) -> None:
    roster_id = stage(csv_of([WANG]))
    RosterLine.objects.filter(roster_id=roster_id).update(full_name="Mallory")
    assert apply(roster_id) is RosterOutcome.REFUSED_STALE


def test_columns_are_named_once_for_a_source(db: None) -> None:
    odd = csv_of([WANG], headings=("学籍号", "姓名", "类别", "部门", "身份证号", "手机号", "出生日期", "有效期至"))
    name_roster_source(CLERK, "odd", title="Odd", default_kind=PersonKind.STAFF)
    first = receive_roster(CLERK, "odd", file=RosterFile("a.csv", odd), is_full=False).import_id
    assert first is not None
    assert read_roster(CLERK, first) is RosterOutcome.REFUSED_STATE
    assert map_roster_columns(CLERK, first, columns={"person_no": "学籍号"}) is RosterOutcome.REFUSED_COLUMNS
    assert map_roster_columns(CLERK, first, columns={"person_no": "x", "full_name": "姓名"}) is RosterOutcome.REFUSED_COLUMNS
    named = {"person_no": "学籍号", "full_name": "姓名"}
    assert map_roster_columns(CLERK, first, columns=named) is RosterOutcome.DONE
    read_roster(CLERK, first)
    assert RosterLine.objects.get().kind == PersonKind.STAFF
    again = receive_roster(CLERK, "odd", file=RosterFile("b.csv", odd + b"\n"), is_full=False).import_id
    assert again is not None
    assert RosterImport.objects.get(pk=again).state == ImportState.READING


def test_the_same_file_waits_once_and_a_bad_one_says_why(db: None) -> None:
    roster_id = stage(csv_of([WANG]))
    again = receive_roster(CLERK, "students", file=RosterFile("other.csv", csv_of([WANG])), is_full=False)
    assert (again.outcome, again.import_id) == (RosterOutcome.REPEATED, roster_id)
    refused = receive_roster(CLERK, "students", file=RosterFile("x.csv", b"x"), is_full=False)
    assert (refused.outcome, refused.import_id) == (RosterOutcome.REFUSED_FILE, None)
    assert "names the columns" in refused.what


def test_excel_codes_that_are_numbers_are_errors(db: None) -> None:
    roster_id = stage(excel_of([(2026001, *WANG[1:]), LI]), name="a.xlsx")
    assert findings(roster_id) == [(2, "error", Problem.NOT_TEXT), (3, "new", "")]


def test_an_outsider_is_refused(db: None) -> None:
    outsider = Actor(operator_id=None, name="outsider", permissions=frozenset(), request_id="test")
    roster_id = stage(csv_of([WANG]))
    for attempt in (
        lambda: receive_roster(outsider, "students", file=RosterFile("a", b""), is_full=False),
        lambda: read_roster(outsider, roster_id),
        lambda: apply_roster(outsider, roster_id, digest=""),
        lambda: discard_roster(outsider, roster_id),
    ):
        with pytest.raises(NotPermitted), transaction.atomic():
            attempt()
    clerk = dataclasses.replace(outsider, permissions=frozenset({"people.apply_roster"}))
    with pytest.raises(NotPermitted, match="approved"), transaction.atomic():
        apply_roster(clerk, roster_id, digest=roster_report(roster_id).digest.hex())


def test_people_are_found_by_every_way(db: None) -> None:
    apply(stage(csv_of([WANG, LI])))
    for text in ("2026001", "202600 1", "王", "王伟", "wangw", "WW", "wang wei", identity(1), identity(1).lower()):
        assert [one.person_no for one in people_found(text)] == ["2026001"], text
    assert {one.person_no for one in people_found("2026")} == {"2026001", "2026002"}
    assert not people_found(identity(2)).exists()


def test_an_interrupted_reading_goes_on_where_it_stopped(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onecard.people.actions.read_roster.PIECE_LINES", 3)
    lines = [(f"S{n:03d}", f"Name {n}", "本科生", "", "", "", "", "") for n in range(10)]
    name_roster_source(CLERK, "students", title="Student system")
    file = RosterFile("a.csv", csv_of(lines))
    roster_id = receive_roster(CLERK, "students", file=file, is_full=False).import_id
    assert roster_id is not None
    read_roster(CLERK, roster_id)
    assert RosterImport.objects.get().lines_read == 4
    assert receive_roster(CLERK, "students", file=file, is_full=False).import_id == roster_id
    assert stage(csv_of(lines)) == roster_id
    assert [line for line, _, _ in findings(roster_id)] == list(range(2, 12))
    assert read_roster(CLERK, roster_id) is RosterOutcome.REPEATED


def test_two_at_once_read_everything_once_and_one_of_two_reports_is_stale(
    own_database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        lines = [(f"S{n:03d}", f"Name {n}", "本科生", "", "", "", "", "") for n in range(50)]
        both = at_once([lambda: stage(csv_of(lines)), lambda: stage(csv_of(lines))])
        assert both[0] == both[1]
        assert RosterLine.objects.count() == 50
        other = stage(csv_of([*lines, WANG]))
        outcomes = at_once([lambda: apply(both[0]), lambda: apply(other)])
        assert sorted(outcome.name for outcome in outcomes) == ["DONE", "REFUSED_STALE"]
        assert Person.objects.count() in (50, 51)


@dataclasses.dataclass
class Known:
    """A person of the model."""

    full_name: str
    unit: str
    identity: str = ""
    state: str = "present"


NUMBERS = st.sampled_from(["A", "B", "C", "D"])
NAMES = st.sampled_from(["王伟", "李娜"])
UNITS = st.sampled_from(["", "物理", "化学"])
IDENTITIES = st.sampled_from(["", identity(1), identity(2), identity(3)])
ROSTER = st.lists(st.tuples(NUMBERS, NAMES, UNITS, IDENTITIES), max_size=6)
BORN = {identity(n): date(2006, 5, 4) for n in (1, 2, 3)}


def judge(people: dict[str, Known], roster: list[tuple[str, str, str, str]], at: int) -> str:
    """What the model says of the line at this place."""
    number, name, unit, digits = roster[at]
    if any(other[0] == number for other in roster[:at]):
        return "error"
    here = people.get(number)
    others = [one for no, one in people.items() if no != number]
    twice = len({other[0] for other in roster if digits and other[3] == digits}) > 1
    known = bool(digits) and any(one.identity == digits for one in others)
    if (here and digits and here.identity and here.identity != digits) or twice or known:
        return "conflict"
    if here is None:
        return "new"
    is_same = name == here.full_name and unit in ("", here.unit) and (not digits or here.identity) and here.state == "present"
    return "unchanged" if is_same else "changed"


def follow(people: dict[str, Known], roster: list[tuple[str, str, str, str]], *, is_full: bool) -> list[str]:
    """Apply the roster to the model; the findings in the file's order, then one `left` for each who left."""
    found = [judge(people, roster, at) for at in range(len(roster))]
    left = []
    if is_full and "error" not in found:
        in_conflict = {digits for (_, _, _, digits), finding in zip(roster, found, strict=True) if finding == "conflict"} - {""}
        named = {number for number, _, _, _ in roster}
        left = [
            no for no, one in people.items() if no not in named and one.state == "present" and one.identity not in in_conflict
        ]
    for (number, name, unit, digits), finding in zip(roster, found, strict=True):
        if finding in ("new", "changed"):
            here = people.setdefault(number, Known(name, unit))
            here.full_name, here.unit, here.state = name, unit or here.unit, "present"
            here.identity = digits or here.identity
    for number in left:
        people[number].state = "left"
    return [*found, *("left" for _ in left)]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(ROSTER, st.booleans()), min_size=1, max_size=4))
def test_every_way_of_rosters_agrees_with_the_model(db: None, steps: list[tuple[list[tuple[str, str, str, str]], bool]]) -> None:
    with transaction.atomic():
        people: dict[str, Known] = {}
        for at, (roster, is_full) in enumerate(steps):
            lines = [(number, name, "本科生", unit, digits, "", "", "") for number, name, unit, digits in roster]
            roster_id = stage(csv_of(lines) + b"\n" * at, is_full=is_full)
            assert [finding for _, finding, _ in findings(roster_id)] == follow(people, roster, is_full=is_full)
            assert apply(roster_id) is RosterOutcome.DONE
            rows = Person.objects.values_list("person_no", "full_name", "unit", "state")
            assert set(rows) == {(no, one.full_name, one.unit, one.state) for no, one in people.items()}
            with_identity = {no for no, one in people.items() if one.identity}
            kept = Particulars.objects.exclude(id_number=None).values_list("person__person_no", flat=True)
            assert set(kept) == with_identity
        transaction.set_rollback(True)
