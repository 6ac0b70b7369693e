"""Roster import: encodings, headers, normalisation, bad lines, repetition."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.kernel.csv_lines import MAX_LINE_BYTES, BadLine, FileRefused
from onecard.people.actions.import_roster import import_roster
from onecard.people.actions.import_roster_file import import_roster_file
from onecard.people.models import Person
from onecard.people.roster import read_roster
from onecard.people.types import NewPerson, PersonKind, RosterCounts

CHINESE = "学号/工号,姓名,类别,部门\n2026001,王伟,本科生,物理学院\n2026002,李娜,教职工,图书馆\n"
ENGLISH = "person_no,full_name,kind,unit\n2026001,王伟,undergraduate,物理学院\n2026002,李娜,staff,图书馆\n"
CLERK = Actor.system("clerk")


def _file(folder: Path, content: str | bytes, *, encoding: str = "utf-8") -> Path:
    path = folder / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _import(path: Path, *, dry_run: bool = False) -> tuple[RosterCounts, list[BadLine]]:
    bad: list[BadLine] = []
    counts = RosterCounts()
    for _, part in import_roster_file(CLERK, path, bad=bad, dry_run=dry_run):
        counts += part
    return counts, bad


def _problems(folder: Path, content: str | bytes) -> list[str]:
    return [str(one) for one in read_roster(_file(folder, content)) if isinstance(one, BadLine)]


@pytest.mark.parametrize("content", [CHINESE, ENGLISH, ENGLISH.replace("\n", "\r\n"), CHINESE.rstrip("\n")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_roster_is_read_in_every_encoding(tmp_path: Path, content: str, encoding: str, db: None) -> None:
    assert _import(_file(tmp_path, content, encoding=encoding)) == (RosterCounts(new=2), [])
    found = list(Person.objects.order_by("person_no").values_list("person_no", "full_name", "kind", "unit"))
    assert found == [("2026001", "王伟", "undergraduate", "物理学院"), ("2026002", "李娜", "staff", "图书馆")]


def test_same_roster_again_changes_nothing_and_a_changed_one_only_what_changed(tmp_path: Path, db: None) -> None:
    _import(_file(tmp_path, CHINESE))
    before = list(Person.objects.order_by("pk").values())
    assert _import(_file(tmp_path, CHINESE))[0] == RosterCounts(unchanged=2)
    assert list(Person.objects.order_by("pk").values()) == before
    assert _import(_file(tmp_path, CHINESE.replace("李娜", "李娜娜")))[0] == RosterCounts(changed=1, unchanged=1)
    assert Person.objects.get(person_no="2026002").full_name == "李娜娜"


def test_dry_run_changes_nothing(tmp_path: Path, db: None) -> None:
    assert _import(_file(tmp_path, CHINESE), dry_run=True)[0] == RosterCounts(new=2)
    assert not Person.objects.exists()


def test_width_spaces_and_case_do_not_make_another_person(tmp_path: Path, db: None) -> None:
    _import(_file(tmp_path, "person_no,full_name,kind,unit\nab12,Ann  Lee,Staff, Lab\n"))
    assert _import(_file(tmp_path, "学号,姓名,类别,部门\n ＡＢ１２ ,Ann　Lee,教职工,Lab \n"))[0] == RosterCounts(unchanged=1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1,王伟,本科生", "has 3 fields"),
        (",王伟,本科生,物理", "number is empty"),
        ("1 / 2,王伟,本科生,物理", "is not at most 32 letters"),
        ("1,,本科生,物理", "name is empty"),
        ("1,王伟,教皇,物理", "kind '教皇' is unknown"),
        ("1," + "王" * 81 + ",本科生,物理", "at most 80 characters"),
        ('1,"王伟,本科生,物理', "is not CSV"),
        ("1,王\x07伟,本科生,物理", "control character"),
        ("1,王伟,本科生," + "物" * MAX_LINE_BYTES, "longer than"),
        ("2026001,王二,本科生,物理", "is on line 2 already"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_go_on(tmp_path: Path, line: str, says: str, db: None) -> None:
    content = CHINESE.replace("2026002", f"{line}\n2026002")
    [problem] = _problems(tmp_path, content)
    assert problem.startswith("roster.csv, line 3: ")
    assert says in problem
    assert _import(_file(tmp_path, content))[0] == RosterCounts(new=2)


@pytest.mark.parametrize(("raw", "says"), [(b"1,\xff\xfe,staff,x\n", "is not UTF-8"), (b"1,a\x00b,staff,x\n", "zero byte")])
def test_a_damaged_line_is_named(tmp_path: Path, raw: bytes, says: str) -> None:
    [problem] = _problems(tmp_path, CHINESE.encode() + raw)
    assert problem.startswith("roster.csv, line 4: ")
    assert says in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 bytes"),
        ("学号,姓名,类别\n1,a,staff\n", "column unit is missing"),
        ("学号,姓名,类别,部门,学号\n1,a,staff,x,2\n", "is there 2 times"),
        (b"\xff\xfe1\x00,\x00", "the first line must name the columns"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        list(read_roster(_file(tmp_path, content)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is not there"):
        list(read_roster(tmp_path / "none.csv"))


def test_roster_needs_the_permission(db: None) -> None:
    outsider = Actor(operator_id=None, name="outsider", permissions=frozenset(), request_id="test")
    with pytest.raises(NotPermitted):
        import_roster(outsider, [NewPerson("1", "A", PersonKind.STAFF)])
    assert not Person.objects.exists()
